"""Functions that work entry by entry: the shape that their operands broadcast to, and the dtype that NumPy gives.

In: a function, the types of its operands.  Out: a fact, or None.
"""

from __future__ import annotations

import cmath
import itertools
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
    dtype, weak, kinds = result_dtype(function, tuple(operand(fact) for fact in numbers))
    gives_reals = function in REAL
    if not gives_reals and getattr(function, "__module__", "") == "cmath":
        return facts.COMPLEX
    real = gives_reals or all(fact.is_real for fact in numbers)
    doubtful = not gives_reals and any(fact.doubtful for fact in numbers)
    if doubtful and function in (np.conj, direction):
        dtype, doubtful = np.dtype(complex), False
    return Num(
        dtype, shape, weak if shape == () else False, _counted(function, numbers), real=real, doubtful=doubtful,
        kinds=kinds,
    )  # fmt: skip


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
        first, second = listings
        return facts.join(first, second)
    if function in COMPARISONS:
        return facts.BOOL
    return None


Operand = tuple[np.dtype[Any] | None, bool | None, frozenset[facts.Kind]]
"""The dtype, whether it is a Python scalar's, and without a dtype all that it may be."""


def operand(fact: Num) -> Operand:
    return fact.dtype, fact.weak if fact.shape == () else False, fact.kinds


@lru_cache(maxsize=4096)
def result_dtype(function: Any, operands: tuple[Operand, ...]) -> Operand:
    """The dtype of function(*operands), and whether it is a Python scalar; None where operands leave it open."""
    choices = [kinds if dtype is None else [(dtype, choice) for choice in weaks(weak)] for dtype, weak, kinds in operands]
    if not all(choices):
        return np.dtype(bool) if function in COMPARISONS else None, None, frozenset()
    if math.prod(map(len, choices)) > MOST_TRIED:
        return None, None, frozenset()
    found = [result_kind(function, chosen) for chosen in itertools.product(*choices)]
    kinds = frozenset(kind for kind in found if kind is not None)
    if None in found:
        return None, None, frozenset()
    dtypes, of_python = {dtype for dtype, _ in kinds}, {weak for _, weak in kinds}
    weak = of_python.pop() if len(of_python) == 1 else None
    if len(dtypes) == 1:
        return dtypes.pop(), weak, frozenset()
    return None, weak, kinds if len(kinds) <= facts.MOST_KINDS else frozenset()


MOST_TRIED = 64


def weaks(weak: bool | None) -> tuple[bool, ...]:
    return (True, False) if weak is None else (weak,)


def result_kind(function: Any, operands: tuple[facts.Kind, ...]) -> facts.Kind | None:
    """What function(*operands) is, by asking the function."""
    result = quietly(function, [scalar(dtype, weak) for dtype, weak in operands])
    if isinstance(result, (np.generic, np.ndarray)):
        return result.dtype, False
    return (np.dtype(type(result)), True) if isinstance(result, (bool, int, float, complex)) else None


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
