"""Test inputs: the cases of a rule, drawn in every dtype and memory layout.

In: a rule.  Out: `Call`s with concrete arguments.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

import numpy as np

from rules.applying import Call, is_active
from s2s.rules import RULES, Rule
from s2s.rules.cases import A, Case

UNARY = [(), (0,), (1,), (3,), (2, 3)]
BINARY = [
    ((), ()), ((), (3,)), ((3,), ()), ((3,), (3,)), ((1,), (3,)), ((3,), (1,)), ((2, 3), (3,)), ((3,), (2, 3)),
    ((2, 1), (1, 3)), ((2, 3), (2, 3)), ((0,), (1,)), ((1,), (0,)), ((), (0,)), ((1, 1), ()),
]  # fmt: skip
TERNARY = [
    ((), (), ()), ((3,), (3,), (3,)), ((3,), (), ()), ((), (3,), (2, 1)), ((2, 3), (3,), (2, 1)), ((0,), (), (1,)),
    ((2, 1), (3,), ()),
]  # fmt: skip
SHAPES: dict[int, list[Any]] = {1: [(shape,) for shape in UNARY], 2: BINARY, 3: TERNARY}


def is_scalar_function(function: Any) -> bool:
    """Whether it takes Python numbers only."""
    module = getattr(function, "__module__", None)
    return module in ("math", "cmath") or function in (builtins.max, builtins.min, builtins.float, builtins.complex)


def cases_of(rule: Rule) -> list[Case]:
    """The declared cases; for an elementwise rule without any, every way its operands may broadcast."""
    if rule.cases or rule.kind not in ("elementwise", "diagonal"):
        return list(rule.cases)
    count = len(rule.parameters.parameters)
    domains = (rule.domain,) * count if isinstance(rule.domain, str) else rule.domain
    assert len(domains) == count, f"{rule.name}: {len(domains)} domains for {count} parameters"
    return [Case(tuple(A(*shape, domain=domain) for shape, domain in zip(shapes, domains))) for shapes in SHAPES[count]]


def calls(rule: Rule, function: Any, dtype: Any = np.float64, layout: str = "C") -> Iterator[Call]:
    """Every case of every rule of `function` that `rule` takes."""
    cases = [case for other in RULES.of(function) for case in cases_of(other)]
    for seed, case in enumerate(cases):
        call = draw(rule, function, case, seed, dtype, layout)
        if call is not None and (rule.when is None or rule.when(*call.facts())):
            yield call


def draw(rule: Rule, function: Any, case: Case, seed: int, dtype: Any, layout: str) -> Call | None:
    """The call, or None if the function or the rule does not take it."""
    args, kwargs = case.draw(seed, np.float32)  # single precision holds the same values in both dtypes
    arrange = LAYOUTS[layout if rule.kind in ("elementwise", "diagonal") or layout != "negative" else "flipped"]
    scalar = is_scalar_function(function)
    if scalar and any(spec.shape for spec in (*case.args, *case.kwargs.values()) if isinstance(spec, A)):
        return None

    def convert(x: Any) -> Any:
        if scalar:
            return x.item()
        return arrange(x.astype(np.result_type(dtype, np.complex64) if np.iscomplexobj(x) else dtype))

    args = [over(convert, spec, arg) for spec, arg in zip(case.args, args)]
    kwargs = {key: over(convert, case.kwargs[key], arg) for key, arg in kwargs.items()}
    try:
        return Call(rule, function, case, args, kwargs)
    except TypeError:
        return None


def over(convert: Any, spec: Any, value: Any) -> Any:
    """`convert` applied to the drawn floats in a tree."""
    if isinstance(spec, (list, tuple)):
        return type(spec)(over(convert, s, v) for s, v in zip(spec, value))
    return convert(value) if is_active(spec) else value


# ------------------------------------------------------------------------------------------------------- layouts
def read_only(x: Any) -> Any:
    """A body that writes to what it is given fails."""
    x.flags.writeable = False
    return x


def strided(x: Any) -> Any:
    wide = np.full([2 * n for n in x.shape], 7.0, x.dtype)
    wide[tuple(slice(None, None, 2) for _ in x.shape)] = x
    return wide[tuple(slice(None, None, 2) for _ in x.shape)]


def reversed_strides(x: Any) -> Any:
    return np.ascontiguousarray(np.flip(x))[tuple(slice(None, None, -1) for _ in x.shape)]


LAYOUTS = {
    "C": lambda x: read_only(np.array(x)),
    "F": lambda x: read_only(np.array(x, order="F")),
    "strided": lambda x: read_only(strided(x)) if x.ndim else x[()],
    "negative": lambda x: read_only(reversed_strides(x)) if x.ndim else x.item(),
    "flipped": lambda x: read_only(reversed_strides(x)) if x.ndim else x[()],
}
"""A 0-d array has one layout; the others are a NumPy scalar and, for an elementwise function, a Python number."""
