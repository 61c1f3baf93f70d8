"""What an innermost loop adds to which entries of an array, and whether its iterations may run in any order.

In: a loop of numbers and stores, the types of names.  Out: the chains of additions to each array that it does nothing with but add to
at offsets of its index; whether no iteration needs another one, these additions aside.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from s2s import facts, ir
from s2s.lower.across import is_sum
from s2s.lower.counting import count_uses
from s2s.lower.places import Places, accesses, before
from s2s.lower.using import lets_of, offset_of, only_entry, uses
from s2s.primitives import MAKERS, STORES, UPDATES, is_pure
from s2s_runtime import kernels, loops

Types = Mapping[str, facts.Type]
GATHERING = (loops.plus, loops.largest, loops.smallest)
"""What may be done with the entries of a row in any order, each for itself."""
FAR = 4
"""So many entries beyond an end of a row are written one by one."""


@dataclass(frozen=True)
class Addition:
    """`array[front, index + offset] += value`; `around`: from the end of the row it goes on at the beginning, and the other way round."""

    front: tuple[ir.Atom, ...]
    offset: int
    value: ir.Var
    around: bool = False


@dataclass(frozen=True)
class Chain:
    """The additions to one array in an iteration: its place among what is carried, and the statements that make them."""

    place: int
    lets: tuple[ir.Let, ...]
    additions: tuple[Addition, ...]

    @property
    def overlaps(self) -> bool:
        """Whether two iterations may add to one entry, or it is not plain that they do not."""
        return self.around or len({(addition.front, addition.offset) for addition in self.additions}) > 1

    @property
    def around(self) -> bool:
        return any(addition.around for addition in self.additions)

    def rows(self) -> list[list[Addition]]:
        """The additions to each row of the array, by their offsets."""
        fronts = dict.fromkeys(addition.front for addition in self.additions)
        return [sorted((a for a in self.additions if a.front == front), key=lambda a: a.offset) for front in fronts]


# --------------------------------------------------------------------------------------------------------- what is added
def chains_of(stmt: ir.For, types: Types, whole: ir.Atom | None = None) -> Iterator[Chain]:
    """The arrays that a loop does nothing with but add numbers to entries that the index names.

    `whole`: the length of a row that the loop goes through as a whole; an offset that goes around it is one, too.
    """
    lets = {one.target: one for one in stmt.body.statements if isinstance(one, ir.Let)}
    own = varying(stmt)
    uses = count_uses(stmt.body)
    for place, (name, end) in enumerate(zip(stmt.carried, stmt.body.yields, strict=True)):
        found: list[ir.Let] = []
        while isinstance(end, ir.Var) and end.name in lets and lets[end.name].value.function is kernels.index_add:
            found.insert(0, lets[end.name])
            end = found[0].value.args[0]
        if end != ir.Var(name) or not found or any(uses[one] != 1 for one in (name, *(let.target for let in found))):
            continue
        additions = [addition_of(let, stmt.index, lets, own, types, whole) for let in found]
        if all(additions):
            yield Chain(place, tuple(found), tuple(filter(None, additions)))


def addition_of(
    let: ir.Let, index: str, lets: dict[str, ir.Let], own: Collection[str], types: Types, whole: ir.Atom | None
) -> Addition | None:
    """What a statement adds where; None if that is not a number of the iteration, at an offset of its index."""
    _, at, value, *path = let.value.args
    fact = types.get(value.name) if isinstance(value, ir.Var) else None
    number = isinstance(fact, facts.Num) and fact.shape == () and fact.dtype in (np.float64, np.float32)
    if path or not number or not isinstance(value, ir.Var) or value.name not in own:
        return None
    *front, last = ir.index_parts(at)
    named = lets.get(last.name) if isinstance(last, ir.Var) else None
    around = named is not None and whole is not None and named.value.function is loops.around and named.value.args[1] == whole
    offset = offset_of(named.value.args[0] if around else last, index, lets)  # type: ignore[union-attr]
    if offset is None or (around and abs(offset) > FAR) or any(name in own for part in front for name in ir.variables(part)):
        return None
    return Addition(tuple(front), offset, value, around)


def comes_apart(stmt: ir.For, types: Types) -> bool:
    """Whether a loop can be parted: into what it adds, and the adding."""
    chains = list(chains_of(stmt, types))
    return is_innermost(stmt) and independent(stmt, {chain.place for chain in chains})


def is_innermost(stmt: ir.For) -> bool:
    """Whether there is no loop in a loop, and no choice between arrays."""
    return all(isinstance(one, ir.Let) or is_choice(one) for one in stmt.body.statements)


def varying(stmt: ir.For) -> set[str]:
    """The names in a loop that are not known to stand for the same number in each iteration."""
    found = {stmt.index, *stmt.carried}
    for one in stmt.body.statements:
        moved = isinstance(one, ir.Let) and one.value.function in (operator.add, operator.sub, loops.around)
        same = moved and isinstance(one, ir.Let) and found.isdisjoint(ir.reads(one.value))
        found.update(() if same else ir.binds(one))
    return found


# ---------------------------------------------------------------------------------------------------- what depends on what
def independent(stmt: ir.For, adding: Collection[int], places: Places | None = None) -> bool:
    """Whether the iterations of a loop may run in any order, what they add aside."""
    if not all(harmless(one) for one in stmt.body.statements):
        return False
    for place in range(len(stmt.carried)):
        gathered = place in adding or any(is_sum(stmt, place, {function}) for function in GATHERING)
        if not gathered and not is_entry_by_entry(stmt, place):
            if places is None or not in_any_order(stmt, place, places):
                return False
    return True


def in_any_order(stmt: ir.For, place: int, places: Places, sums: bool = False) -> bool:
    """Whether no iteration stores into an entry of an array that another one uses; `sums`: or adds to one."""
    if uses(stmt.body, {stmt.carried[place]}).other:
        return False
    roots = {stmt.carried[place]: ""}
    for one in stmt.body.statements:
        if isinstance(one, ir.Let) and one.value.function in STORES and set(ir.variables(one.value.args[0])) & set(roots):
            roots[one.target] = ""
    found = [one for one in accesses(stmt.body.statements, roots, (stmt,)) if one.array == ""]
    pairs = [(one, other) for one, other in product(found, found) if one.meets(other) or sums]
    return all(places.apart(one, other, before(stmt)) for one, other in pairs)


def own_names(stmt: ir.For) -> set[str]:
    """The names that a loop binds in an iteration."""
    return {stmt.index, *stmt.carried, *(bound for one in stmt.body.statements for bound in ir.binds(one))}


def harmless(stmt: ir.Stmt) -> bool:
    """Whether a statement computes numbers, and stores some; it neither makes an array nor fails."""
    if not isinstance(stmt, ir.Let):
        inner = [one for block in ir.blocks(stmt) for one in block.statements]
        return all(harmless(one) and not (isinstance(one, ir.Let) and one.value.function in STORES) for one in inner)
    function = stmt.value.function
    if not is_pure(function) or function in MAKERS or function is loops.place:
        return False
    return function not in UPDATES or function in STORES


def is_choice(stmt: ir.Stmt) -> bool:
    """Whether a statement is a branch between numbers."""
    inner = [one for block in ir.blocks(stmt) for one in block.statements]
    return isinstance(stmt, ir.If) and all(isinstance(one, ir.Let) or is_choice(one) for one in inner)


def is_entry_by_entry(stmt: ir.For, place: int) -> bool:
    """Whether an iteration reads and stores one entry of an array, another one in each."""
    entry = only_entry(stmt, place)
    return entry is not None and any(offset_of(part, stmt.index, lets_of(stmt.body)) is not None for part in ir.index_parts(entry.index))
