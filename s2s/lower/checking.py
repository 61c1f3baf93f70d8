"""What a program finds out about its values and raises an error of, as branches; nothing where it is known beforehand.

    assert n > 1, "too few"        =>        if not n > 1: raise AssertionError("too few")
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.lower.assuming import at_least
from s2s.lower.refusing import NotLowered
from s2s.lower.values import ZERO, length, rank
from s2s.primitives import either
from s2s_runtime import containers, projection
from s2s_runtime.checks import check_scalar, expect_real

if TYPE_CHECKING:
    from s2s.lower.program import Lowering
    from s2s.lower.values import Value

NOTHING = ir.Const(None)


def check(low: Lowering, fact: facts.Type | None, test: ir.Atom, message: ir.Atom = NOTHING) -> ir.Atom:
    """`assert test, message`; a message that is put together when it is needed is not."""
    value = low.value(test)
    if value.fact.shape != () or not isinstance(message, ir.Const) or not isinstance(message.value, (str, type(None))):
        raise NotLowered("a check of this kind is not compiled", low.builder.origin)
    words = () if message == NOTHING else (message.value,)
    low.builder.demand(value.entry(low.builder, ()), AssertionError, *words)
    return NOTHING


def scalar(low: Lowering, fact: facts.Type | None, value: ir.Atom) -> ir.Atom:
    """A value that is known to be a real number."""
    return known(low, value, lambda own: isinstance(own, facts.Num) and own.shape == () and own.is_real)


def real(low: Lowering, fact: facts.Type | None, value: ir.Atom, name: ir.Atom) -> ir.Atom:
    """A value that is known to be real."""
    return known(low, value, facts.surely_real)


def known(low: Lowering, value: ir.Atom, holds: Callable[[facts.Type | None], bool]) -> ir.Atom:
    """Nothing, where what is known of a value says that a check passes."""
    if not holds(low.builder.type_of(value)):
        raise NotLowered("that this is a real number is found out when the program runs, which is not compiled", low.builder.origin)
    return NOTHING


def told(low: Lowering, fact: facts.Type | None, value: ir.Atom, spec: ir.Atom) -> ir.Atom | None:
    """A part of an f-string, in the message of an error: Numba writes whole numbers and text as Python does, and nothing else."""
    if isinstance(value, ir.Pack) and value.kind is tuple and spec == ir.Const(""):
        items = [low.builder.apply(format, low.atom(item), spec) for item in value.items if is_told(low, item)]
        if len(items) == len(value.items):
            parts = [part for item in items for part in (ir.Const(", "), item)][1:]
            end = ir.Const(",)" if len(items) == 1 else ")")
            return low.builder.apply(containers.join_text, ir.Const("("), *parts, end)
    if not is_told(low, value):
        raise NotLowered("the text of what is no whole number is not compiled", low.builder.origin)
    return None


def is_told(low: Lowering, value: ir.Atom) -> bool:
    fact = low.builder.type_of(value)
    whole = isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iu"
    return whole or fact == facts.Opaque(str)


def real_part(low: Lowering, fact: facts.Type | None, g: ir.Atom) -> Value | ir.Atom | None:
    """What is real, as it is."""
    if not facts.surely_real(low.builder.type_of(g)):
        return None
    return low.value(g) if low.is_array(g) else low.atom(g)


def demand_entries(low: Lowering, value: Value, axes: tuple[int, ...]) -> None:
    """Raise ValueError, when the program runs, where there is an entry to be found of none."""
    shape = value.fact.shape or ()
    long = [(at_least(dim, low.builder.long) or 0) >= 1 for dim in shape]
    others = [k for k in range(rank(value)) if k not in axes]
    for k in axes:
        if not long[k] and all(shape[k] != shape[other] for other in others):  # else there is nothing to be found
            some: ir.Atom = low.builder.apply(operator.gt, length(value, low.builder, k), ZERO)
            for other in (other for other in others if not long[other]):
                some = low.builder.apply(either, some, low.builder.apply(operator.eq, length(value, low.builder, other), ZERO))
            low.builder.demand(some, ValueError, "zero-size array to reduction operation which has no identity")


def not_empty(low: Lowering, fact: facts.Type | None, count: ir.Atom) -> ir.Atom:
    """A count of items among which one is to be found."""
    found = low.atom(count)
    low.builder.demand(low.builder.apply(operator.ne, found, ZERO), ValueError, "iterable argument is empty")
    return found


CHECKING: dict[Any, Callable[..., Any]] = {
    containers.check: check, containers.not_empty: not_empty, check_scalar: scalar, expect_real: real, format: told,
}  # fmt: skip

PROJECTING: dict[Any, Callable[..., Any]] = {projection.real_part: real_part}
