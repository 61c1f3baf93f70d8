"""Predicates on what is known about arguments: they choose among the rules of one function.

In: for each parameter a fact with `ndim` and `dtype` (None if unknown), `real` (it is certain that it is not complex) and
`const` (a 1-tuple with the value if it is known, else empty); a fact may also have `shape` (its dims, equal only if they
are equal in every run), `items` (the facts of the parts of a tuple) and `vanishes` (see below).  Out: whether the rule
applies; False whenever that is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np

Predicate = Callable[..., bool]


def ranks(*wanted: int | None) -> Predicate:
    """The leading parameters have these ranks (None: any)."""
    return lambda *facts: all(n is None or fact.ndim == n for n, fact in zip(wanted, facts, strict=False))


def at_least(*wanted: int) -> Predicate:
    """The leading parameters have at least these ranks."""
    return lambda *facts: all((fact.ndim or 0) >= n for n, fact in zip(wanted, facts, strict=False))


def any_scalar(first: Any, second: Any, *rest: Any) -> bool:
    """One of two operands has rank 0, and the other one's rank does not matter."""
    return bool(first.ndim == 0 or second.ndim == 0)


def is_real(*facts: Any) -> bool:
    """It is certain that no complex number is among the operands."""
    return all(fact.real for fact in facts)


def is_complex(fact: Any) -> bool:
    """It is certain that an operand is complex."""
    return fact.dtype is not None and fact.dtype.kind == "c"


def is_number(fact: Any) -> bool:
    """A real number that is known."""
    return bool(fact.const) and isinstance(fact.const[0], Real) and not isinstance(fact.const[0], (bool, np.bool_))


def is_one_of(fact: Any, *values: Any) -> bool:
    """Known, and one of `values` (None, strings or numbers)."""
    if not fact.const or not isinstance(fact.const[0], (type(None), str, Real)):
        return False
    return any(fact.const[0] == value and type(value) in (type(fact.const[0]), int, float) for value in values)


def keeps_fractions(dtype: Any) -> bool:
    """A `dtype=` that is left out, or one of real or complex numbers: in whole numbers there is no slope."""
    if not dtype.const:
        return False
    return dtype.const[0] is None or np.dtype(dtype.const[0]).kind in "fc"


def takes_no_part(path: Any) -> bool:
    """It is known along which views a store goes, and none of them is an imaginary part."""
    if not path.const and not path.items:
        return False
    return all(_function_of(step) is not np.imag for step in (path.const[0] if path.const else path.items))


def _function_of(step: Any) -> Any:
    if isinstance(step, tuple):
        return step[0]
    first = step.const[0] if step.const else (step.items or (None,))[0]
    return first[0] if isinstance(first, tuple) else first.const[0] if first is not None and first.const else None


def reads_once(index: Any) -> bool:
    """An index without arrays of integers, so that it names no entry twice."""
    parts = (index,) if index.const else getattr(index, "items", ()) or (index,)
    return all(_is_basic(part) for part in parts)


def _is_basic(part: Any) -> bool:
    if part.const:
        value = part.const[0]
        values = value if isinstance(value, tuple) else (value,)
        return all(isinstance(item, (int, slice, type(None), type(Ellipsis))) for item in values)
    return bool(part.ndim == 0) or (part.dtype is not None and part.dtype.kind == "b")


def vanishes(fact: Any) -> bool:
    """A value that is never negative, by the way it is computed, and may be 0 where there is no edge of a domain."""
    return bool(fact.vanishes and (fact.dtype is None or fact.dtype.kind != "c"))
