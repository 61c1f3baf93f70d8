"""How arrays are used in loops: at which indices they are read and stored, and what they are called after each store.

In: a block, and the names of an array.  Out: its Uses; of a loop that uses but one entry in an iteration, the index of that.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from s2s import ir
from s2s.emit.owners import walk
from s2s.primitives import STORES
from s2s_runtime import kernels

SIZES = {np.shape, np.size, len}


def names_of(atoms: Iterable[ir.Atom]) -> set[str]:
    return {name for atom in atoms for name in ir.variables(atom)}


Lets = Mapping[str, ir.Let]


def lets_of(block: ir.Block) -> dict[str, ir.Let]:
    """The sums and differences in a block and the blocks in it, by name."""
    return {one.target: one for one in walk(block) if isinstance(one, ir.Let) and one.value.function in (operator.add, operator.sub)}


def offset_of(atom: ir.Atom, index: str, lets: Lets) -> int | None:
    """How far from a loop's index an atom is."""
    if atom == ir.Var(index):
        return 0
    let = lets.get(atom.name) if isinstance(atom, ir.Var) else None
    if let is None or let.value.function not in (operator.add, operator.sub) or len(let.value.args) != 2:
        return None
    a, b = let.value.args
    if let.value.function is operator.add and isinstance(a, ir.Const):
        a, b = b, a
    if not isinstance(b, ir.Const) or type(b.value) is not int:
        return None
    before = offset_of(a, index, lets)
    by = b.value if let.value.function is operator.add else -b.value
    return None if before is None else before + by


def based(atom: ir.Atom, lets: Lets) -> tuple[str, int]:
    """A whole number as a name, or none, and how much more it is than that."""
    if isinstance(atom, ir.Const) and type(atom.value) is int:
        return "", atom.value
    assert isinstance(atom, ir.Var)
    let = lets.get(atom.name)
    base = let.value.args[0] if let is not None else None
    offset = offset_of(atom, base.name, lets) if isinstance(base, ir.Var) else None
    if offset is None:
        return atom.name, 0
    name, number = based(base, lets)  # type: ignore[arg-type]
    return name, number + offset


@dataclass
class Uses:
    """How an array is used in a block: the indices of its reads and writes, and whether it is used otherwise."""

    reads: list[ir.Atom] = field(default_factory=list)
    writes: list[tuple[object, ir.Atom]] = field(default_factory=list)
    other: bool = False

    def axes(self, index: str, lets: Lets) -> set[tuple[int, int]]:
        """The axes on which nothing but one entry is used in an iteration, and how far from the loop's index that is."""
        if self.other:
            return set()
        found: set[tuple[int, int]] | None = None
        for place in (*self.reads, *(place for _, place in self.writes)):
            offsets = [(k, offset_of(part, index, lets)) for k, part in enumerate(ir.index_parts(place))]
            own = {(k, offset) for k, offset in offsets if offset is not None}
            found = own if found is None else found & own
        return {(k, 0) for k in range(8)} if found is None else found

    @property
    def adds(self) -> bool:
        return not self.other and not self.reads and all(function is kernels.index_add for function, _ in self.writes)


def uses(block: ir.Block, names: set[str]) -> Uses:
    """The uses of an array in a block, by all names that its versions have there."""
    found = Uses()
    follow(block, names, found)
    return found


def follow(block: ir.Block, names: set[str], found: Uses) -> None:
    for stmt in block.statements:
        match stmt:
            case ir.Let():
                note(stmt, names, found)
            case ir.For() | ir.While():
                begins = zip(stmt.carried, stmt.results, stmt.inits, strict=True)
                own = [(name, result) for name, result, init in begins if isinstance(init, ir.Var) and init.name in names]
                names.update(name for pair in own for name in pair)
                found.other |= not names.isdisjoint(names_of(stmt.bounds if isinstance(stmt, ir.For) else ()))
                for inner in ir.blocks(stmt):
                    follow(inner, names, found)
                ends = zip(stmt.carried, stmt.body.yields[stmt.stops :], strict=True)
                found.other |= any((name in names) != is_one_of(atom, names) for name, atom in ends)
            case ir.If():
                found.other |= is_one_of(stmt.test, names)
                for inner in ir.blocks(stmt):
                    follow(inner, names, found)
                for result, *atoms in zip(stmt.results, stmt.then.yields, stmt.other.yields, strict=True):
                    kept = [is_one_of(atom, names) for atom in atoms]
                    names.update([result] if all(kept) else [])
                    found.other |= any(kept) and not all(kept)
            case _:
                found.other |= not names.isdisjoint(ir.free(ir.Block((stmt,))))


def is_one_of(atom: ir.Atom, names: set[str]) -> bool:
    return not names.isdisjoint(ir.variables(atom))


def note(stmt: ir.Let, names: set[str], found: Uses) -> None:
    """One application's uses of an array."""
    function, args = stmt.value.function, stmt.value.args
    if names.isdisjoint(ir.reads(stmt.value)) or function in SIZES:
        return
    others = names_of([*args[1:], *(value for _, value in stmt.value.kwargs)])
    first = args[0].name if isinstance(args[0], ir.Var) else ""
    if not others.isdisjoint(names) or first not in names:
        found.other = True
    elif function is operator.getitem:
        found.reads.append(args[1])
    elif function in STORES and len(args) == 3:
        found.writes.append((function, args[1]))
        names.add(stmt.target)
    else:
        found.other = True


def placed(place: ir.Atom, index: str, lets: Lets) -> tuple[object, ...]:
    """An index whose parts are offsets of a loop's index, where they are."""
    parts = ((part, offset_of(part, index, lets)) for part in ir.index_parts(place))
    return tuple([part if offset is None else offset for part, offset in parts])


@dataclass(frozen=True)
class Entry:
    """The one entry of an array that an iteration uses: its index, and the stores."""

    index: ir.Atom
    stores: tuple[ir.Let, ...]


def only_entry(stmt: ir.For, place: int, branches: bool = False) -> Entry | None:
    """The entry of an array that a loop carries, if it reads and stores no other one, and does nothing else with the array.

    `branches`: it may do so in branches, too.
    """
    names = {stmt.carried[place]}
    found = uses(stmt.body, names)
    lets_known = lets_of(stmt.body)
    indices = {placed(index, stmt.index, lets_known): index for index in (*found.reads, *(index for _, index in found.writes))}
    own = list(in_branches(stmt.body)) if branches else list(stmt.body.statements)
    lets = [one for one in own if isinstance(one, ir.Let)]
    nested = any(not isinstance(one, (ir.Let, ir.If) if branches else ir.Let) and names & ir.free(ir.Block((one,))) for one in own)
    measured = any(let.value.function in SIZES and names & set(ir.reads(let.value)) for let in lets)
    end = stmt.body.yields[place]
    others = names_of(atom for k, atom in enumerate(stmt.body.yields) if k != place)
    handed_on = isinstance(end, ir.Var) and end.name in names and names.isdisjoint(others)
    if found.other or nested or measured or not handed_on or len(indices) != 1:
        return None
    (index,) = indices.values()
    return Entry(index, tuple([let for let in lets if let.target in names]))


def in_branches(block: ir.Block) -> Iterator[ir.Stmt]:
    """The statements of a block and of its branches, those of loops aside."""
    for stmt in block.statements:
        yield stmt
        if isinstance(stmt, ir.If):
            for arm in ir.blocks(stmt):
                yield from in_branches(arm)
