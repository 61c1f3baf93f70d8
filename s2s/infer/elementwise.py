"""Functions that work entry by entry: the shape that their operands broadcast to, and the dtype that NumPy gives.

In: a function, the types of its operands.  Out: a fact, or None.
"""

from __future__ import annotations

import cmath
import math
import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from s2s import facts, lengths
from s2s.facts import Dim, Num
from s2s.infer.broadcasting import broadcast
from s2s.infer.samples import quietly, scalar
from s2s_runtime.kernels import direction


def elementwise(function: Any, types: list[facts.Type | None]) -> facts.Type | None:
    """Broadcast shape; dtype by asking the function."""
    if any(not isinstance(fact, Num) for fact in types):
        return (
            sequence_arithmetic(function, types)
            if any(isinstance(f, (facts.Listing, facts.Record)) for f in types)
            else None
        )
    numbers = [fact for fact in types if isinstance(fact, Num)]
    shape = broadcast(fact.shape for fact in numbers)
    dtype, weak = result_dtype(function, tuple((f.dtype, f.weak if f.shape == () else False) for f in numbers))
    gives_reals = function in REAL
    if not gives_reals and getattr(function, "__module__", "") == "cmath":
        return facts.COMPLEX
    real = gives_reals or all(fact.is_real for fact in numbers)
    doubtful = not gives_reals and any(fact.doubtful for fact in numbers)
    if doubtful and function in (np.conj, direction):
        dtype, doubtful = np.dtype(complex), False
    return Num(dtype, shape, weak if shape == () else False, _counted(function, numbers), real=real, doubtful=doubtful)


def _counted(function: Any, numbers: list[Num]) -> Dim | None:
    """Arithmetic on lengths."""
    counts = [fact.length for fact in numbers]
    if function in COUNTING and all(count is not None for count in counts):
        return lengths.plain(COUNTING[function](*counts))
    return None


COUNTING: dict[Any, Callable[..., Dim]] = {
    operator.add: lambda m, n: m + n,
    operator.sub: lambda m, n: m - n,
    operator.mul: lambda m, n: m * n,
    operator.neg: lambda m: -m,
}


def sequence_arithmetic(function: Any, types: list[facts.Type | None]) -> facts.Type | None:
    """`[0.0] * n` and `xs + ys`."""
    listings = [fact for fact in types if isinstance(fact, facts.Listing)]
    if function is operator.mul and len(listings) == 1:
        return listings[0]
    if function is operator.add and len(listings) == 2:
        return facts.join(*listings)
    if function in COMPARISONS:
        return facts.BOOL
    return None


@lru_cache(maxsize=4096)
def result_dtype(function: Any, operands: tuple[tuple[Any, bool | None], ...]) -> tuple[Any, bool | None]:
    """The dtype of function(*operands), and whether it is a Python scalar; None where operands leave it open."""
    if any(dtype is None for dtype, _ in operands):
        return _unknown_operand(function, operands)
    for position, (dtype, weak) in enumerate(operands):
        if weak is None:
            outcomes = {
                result_dtype(function, (*operands[:position], (dtype, choice), *operands[position + 1 :]))
                for choice in (True, False)
            }
            dtypes, weaks = {d for d, _ in outcomes}, {w for _, w in outcomes}
            return (dtypes.pop() if len(dtypes) == 1 else None), (weaks.pop() if len(weaks) == 1 else None)
    values = [scalar(dtype, bool(weak)) for dtype, weak in operands]
    result = quietly(function, values)
    if result is None or isinstance(result, tuple):
        return None, None
    if isinstance(result, (np.generic, np.ndarray)):
        return result.dtype, False
    return (np.dtype(type(result)), True) if isinstance(result, (bool, int, float, complex)) else (None, None)


def _unknown_operand(function: Any, operands: tuple[tuple[Any, bool | None], ...]) -> tuple[Any, bool | None]:
    if function in COMPARISONS:
        return np.dtype(bool), None
    return None, None


COMPARISONS = {
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.eq,
    operator.ne,
    np.less,
    np.less_equal,
    np.greater,
    np.greater_equal,
    np.equal,
    np.not_equal,
    np.logical_and,
    np.logical_or,
    np.logical_not,
    np.isnan,
    np.isfinite,
    np.isinf,
}

REAL = COMPARISONS | {
    abs, operator.abs, np.absolute, np.real, np.imag, np.angle, cmath.phase, cmath.isnan, cmath.isfinite, cmath.isinf, cmath.isclose,
}  # fmt: skip
"""Functions whose result is real, whatever they are given."""

ELEMENTWISE: set[Any] = COMPARISONS | {
    operator.add,
    operator.sub,
    operator.mul,
    operator.truediv,
    operator.floordiv,
    operator.mod,
    operator.pow,
    operator.neg,
    operator.pos,
    operator.and_,
    operator.or_,
    operator.xor,
    operator.invert,
    abs,
    np.clip,
    np.where,
    np.round,
    np.sinc,
    np.nan_to_num,
    np.real,
    np.imag,
    np.angle,
    direction,
    np.isclose,
    *(
        value
        for value in vars(np).values()
        if isinstance(value, np.ufunc) and value.signature is None and value.nout == 1
    ),
    *(
        getattr(math, name)
        for name in (
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "atan2",
            "sinh",
            "cosh",
            "tanh",
            "asinh",
            "acosh",
            "atanh",
            "exp",
            "expm1",
            "log",
            "log2",
            "log10",
            "log1p",
            "sqrt",
            "cbrt",
            "exp2",
            "fabs",
            "pow",
            "hypot",
            "copysign",
            "erf",
            "erfc",
            "gamma",
            "lgamma",
            "degrees",
            "radians",
            "floor",
            "ceil",
            "trunc",
            "fmod",
        )
    ),
    *(value for name, value in vars(cmath).items() if callable(value) and name not in ("polar", "rect")),
}
