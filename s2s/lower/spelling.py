"""Arrays of a few entries as so many numbers, in loops and branches, too.

    for t in range(steps):                  for t in range(steps):
        v = v + dt * (g - c * v)   =>           v_0 = v_0 + dt * (g_0 - c * v_0)
                                                v_1 = v_1 + dt * (g_1 - c * v_1)

In: what loops carry and branches yield.  Out: the same with a number per entry.  Only an array of which every subscript says
which entry it means stays out of memory: `v[k]` with a number k that is known when the program runs needs an array.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.emit.owners import moves, walk
from s2s.lower.dtypes import fitted
from s2s.lower.making import number, of_dtype
from s2s.lower.values import Place, Spelled, Value, Viewed, demand_fit, in_memory, lengths_of, spread
from s2s.lower.writing import is_short
from s2s.primitives import STORES, VIEWS
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.lower.program import Lowering


# ------------------------------------------------------------------------------------------------- which arrays these are
def found_by_numbers(function: ir.Function) -> set[str]:
    """The names of arrays that are subscripted by numbers known when the program runs, and of what they become."""
    flows: dict[str, set[str]] = {}
    found: set[str] = set()

    def link(a: str, atom: ir.Atom) -> None:
        if isinstance(atom, ir.Var):
            flows.setdefault(a, set()).add(atom.name)
            flows.setdefault(atom.name, set()).add(a)

    for stmt in walk(function.body):
        if not isinstance(stmt, ir.Let) or not stmt.value.args:
            continue
        of, args = stmt.value.function, stmt.value.args
        if of in STORES or of in VIEWS:
            link(stmt.target, args[0])
        by_index = of in STORES or of is operator.getitem
        if by_index and isinstance(args[0], ir.Var) and any(True for _ in ir.variables(args[1])):
            found.add(args[0].name)
    for name, atom in moves(function.body):
        link(name, atom)
    pending = list(found)
    while pending:
        new = flows.get(pending.pop(), set()) - found
        found |= new
        pending += new
    return found


def few(low: Lowering, name: str) -> tuple[Place, facts.Num] | None:
    """The lengths of an array of a few entries that need not be in memory, and what is known of it; else None."""
    fact = low.builder.types.get(name)
    if name in low.by_numbers or not isinstance(fact, facts.Num) or not fact.shape or fact.dtype is None:
        return None
    fact = low.builder.lengths.inside(fact)
    if not isinstance(fact, facts.Num) or any(dim.constant is None for dim in fact.shape or ()):
        return None
    lengths = tuple([ir.Const(dim.constant) for dim in fact.shape or ()])
    return (lengths, fact) if is_short(lengths) else None


def may_be_spelled(low: Lowering, lengths: Place) -> bool:
    """Whether the array that is being bound, of these lengths, need not be in memory."""
    return low.target not in low.by_numbers and is_short(lengths)


def places_of(lengths: Place) -> list[Place]:
    """All places of known lengths, in C order."""
    return [tuple(map(ir.Const, place)) for place in itertools.product(*[range(length.value) for length in lengths])]  # type: ignore[union-attr]


# ----------------------------------------------------------------------------------------------------- loops and branches
def spread_names(low: Lowering, names: Sequence[str]) -> list[str]:
    """Names with one per entry in the place of those of few entries, which stand for these from now on."""
    found: list[str] = []
    for name in names:
        array = few(low, name)
        if array is None:
            found.append(name)
            continue
        lengths, fact = array
        entry = facts.Num(fact.dtype, ())
        parts = {place: low.builder.fresh(low.builder.hints.get(name, ""), entry) for place in places_of(lengths)}
        low.values[name] = Spelled(parts, lengths, fact)
        found += [part.name for part in parts.values()]
    return found


def spread_atoms(low: Lowering, names: Sequence[str], atoms: Sequence[ir.Atom]) -> list[ir.Atom]:
    """Atoms as what names stand for that they are bound to: one per entry for an array of few."""
    found: list[ir.Atom] = []
    for name, atom in zip(names, atoms, strict=True):
        array = few(low, name)
        if array is None:
            found.append(fitted(low.builder, low.atom(atom), low.builder.types.get(name)))
        else:
            found += entries(low, atom, *array)
    return found


def entries(low: Lowering, atom: ir.Atom, lengths: Place, fact: facts.Num) -> list[ir.Atom]:
    """The entries of an array, in C order; zeros for one that has no value."""
    if atom in (ir.UNDEFINED, ir.Const(None)):
        return [number(fact, 0)] * len(places_of(lengths))
    value = low.value(atom)
    return [of_dtype(low, fact, value.entry(low.builder, place)) for place in places_of(lengths)]


# ----------------------------------------------------------------------------------------------------------------- stores
def respelled(low: Lowering, held: Spelled, places: Viewed | Spelled, function: Any, given: Value) -> Spelled | None:
    """The entries after a store, or an addition, at those that a view names; None where the view does not say which."""
    builder = low.builder
    lengths = lengths_of(places, builder)
    if not all(isinstance(length, ir.Const) for length in lengths):
        return None
    demand_fit(given, builder, lengths, places.fact.shape or ())
    found: dict[Place, ir.Atom] = dict(held.entries)
    for place in places_of(lengths):
        at = in_memory(builder, places, place)
        if at not in found:
            return None
        value = spread(given, builder, place, places.fact.shape or ())
        if function is kernels.index_add:
            value = builder.apply(operator.add, found[at], value)
        found[at] = of_dtype(low, held.fact, value)
    return Spelled(found, held.lengths, held.fact)

