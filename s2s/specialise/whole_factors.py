"""Factors of a matrix with columns or rows that complete them: what completes is any that does, and has no derivative.

u, s, vh = np.linalg.svd(a)   =>   u, s, vh = np.linalg.svd(a); u = completed_factor(u)     where a has more rows than columns

In: what a factorisation gave, and its matrix.  Out: its parts.  Which factor is completed follows from the lengths in this call;
the program holds for calls that agree.  A derivative through one that is completed is refused.  Where nothing is known of the
lengths, that is looked at when the program runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.access import step
from s2s.specialise.outside import Guard, itself
from s2s.specialise.values import Seq, Value
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


def has_whole_factors(function: Any, args: list[Value], kwargs: dict[str, Value]) -> bool:
    """Whether a call gives factors that columns and rows complete."""
    names, way = WAYS[function]
    given = {**dict(zip(("a", *names), args, strict=False)), **kwargs}
    return all(given.get(name, default) == ir.Const(value) for name, (default, value) in way.items())


def marked(machine: Machine, function: Any, a: Value, result: Value) -> Value:
    """The factors, those that may be completed marked as what they are."""
    fact = machine.builder.type_of(machine.materialise(a))
    if not isinstance(fact, facts.Num) or fact.inexact is False:
        return result
    parts = [machine.subscript(result, ir.Const(k)) for k in range(3 if function is np.linalg.svd else 2)]
    completed = {0: is_longer(machine, fact, -2, -1)}
    if function is np.linalg.svd:
        completed[2] = is_longer(machine, fact, -1, -2)
    first, last = machine.materialise(parts[0]), machine.materialise(parts[-1])
    for k, known in completed.items():
        own, other = (first, last) if k == 0 else (last, first)
        if known is None:
            parts[k] = machine.apply(kernels.not_completed, own, other)
        elif known:
            parts[k] = machine.apply(kernels.completed_factor, own)
    if not any(completed.values()) and None not in completed.values():
        return result
    kind = type(function(np.eye(1)))
    return Seq(kind, tuple(parts), kind._fields)


def is_longer(machine: Machine, fact: facts.Num, one: int, other: int) -> bool | None:
    """Whether an axis of a matrix is longer than another one in all calls that the program is for; None if that is not known."""
    if fact.shape is None or len(fact.shape) < 2:
        return None
    first, second = fact.shape[one], fact.shape[other]
    if first == second or first.is_one:
        return False
    one_length, other_length = known_length(machine, first), known_length(machine, second)
    if one_length is None or other_length is None:
        return True if second.is_one and first.never_one else None
    longer = one_length > other_length
    unknown = [dim for dim in (first, second) if dim.constant is None]
    for name, get in machine.inputs.roots.items() if unknown else ():
        own = machine.builder.types.get(name)
        shape = (own.shape or ()) if isinstance(own, facts.Num) else ()
        if all(dim in shape for dim in unknown):
            places = [(None, length) if dim.constant is not None else (shape.index(dim), length)
                      for dim, length in ((first, one_length), (second, other_length))]  # fmt: skip
            machine.surroundings.guards.append(Guard(step(get, exceeds, *places), itself, longer))
            return longer
    return None if unknown else longer


def known_length(machine: Machine, dim: facts.Dim) -> int | None:
    """How long an axis is in this call."""
    if dim.constant is not None:
        return dim.constant
    return machine.inputs.sizes.get(dim.symbol) if dim.symbol is not None else None


def exceeds(array: Any, *places: tuple[int | None, int]) -> bool:
    """Whether one length is greater than another one: each is that of an axis, or known."""
    first, second = (length if axis is None else array.shape[axis] for axis, length in places)
    return bool(first > second)


TRUE, REDUCED = ir.Const(True), ir.Const("reduced")
WAYS: dict[Callable[..., Any], tuple[tuple[str, ...], dict[str, tuple[ir.Const, Any]]]] = {
    np.linalg.svd: (("full_matrices", "compute_uv"), {"full_matrices": (TRUE, True), "compute_uv": (TRUE, True)}),
    np.linalg.qr: (("mode",), {"mode": (REDUCED, "complete")}),
}
"""The parameters behind the matrix; the default of each, and the value with which factors are whole."""
