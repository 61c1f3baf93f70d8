"""Reads of an array that a loop fills, where what was read stays as it is until the loop ends.

    for i in range(n):                          for i in range(n - 1, -1, -1):
        for k in range(i):              =>          for k in range(i - 1, -1, -1):
            s = s - L[i, k] * x[k]                      ... x[k] ...         of the x behind the loop: nothing is recorded
        x[i] = s

        for k in range(i + 1, n):       =>          for k in range(n - 1, i, -1):
            B[i] += A[k, i] * B[k]                      ... B[k] ...         of the B in front of the loop

In: a loop of the forward sweep.  Out: for reads of an array that it carries, the same read of what it ends with, or of what it
begins with; for values that are stored there and stay, where they are found.

The array's versions are followed from the end of the loop back to its start, so all stores into it are known.  A read of a
version lasts if no store behind that version can meet it, and finds what was there at first if no store before it can: in each
order that both can happen in, there is an axis on which they are proved apart, by sums of bounds on the loops' indices
(`a - b <= c`).  Whatever is not known proves nothing.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from s2s import facts, ir
from s2s.builder import Builder
from s2s.differences import ZERO, Bounds, Linear
from s2s.differentiate.nested import bound_inside
from s2s.infer import infer
from s2s.primitives import STORES
from s2s.twin import is_integer
from s2s_runtime import kernels

Loop = ir.For | ir.While

@dataclass(frozen=True)
class Time:
    """When a name gets its value: in which iteration of which loops, and how far down in the text."""

    loops: tuple[Loop, ...]
    number: int


@dataclass(frozen=True)
class Access:
    """A read of a version, or a store and the version that it makes.

    `time` is that of the version, `loops` are those that give the parts of the index a meaning, `block` is where it stands.
    """

    time: Time
    loops: tuple[Loop, ...]
    parts: tuple[ir.Atom, ...]
    block: int = 0


@dataclass
class History:
    """The versions of an array in one loop, and the stores that make one from another."""

    versions: set[str] = field(default_factory=set)
    stores: list[str] = field(default_factory=list)


class Lasting:
    """One loop.  `reads` and `stored` have names that are read of an array it carries, and that are stored there, as reads of
    what the loop ends with; `first` has names that are read of one, as reads of what the loop begins with.
    """

    def __init__(self, builder: Builder, loop: Loop) -> None:
        self.builder, self.loop = builder, loop
        self.times: dict[str, Time] = {}
        self.bound: dict[str, tuple[ir.Stmt, int]] = {}
        self.indices: dict[str, ir.For] = {}
        self.nodes: dict[int, Hashable] = {}
        self.blocks: dict[str, int] = {}
        """Which block binds a name."""
        self.inside: dict[int, set[str]] = {}
        """All that a block binds, by its identity: it is asked for every array that the loop carries."""
        self.number = 0
        self._note(loop, ())
        self.reads: dict[str, ir.Let] = {}
        self.stored: dict[str, ir.Let] = {}
        self.first: dict[str, ir.Let] = {}
        for name, init, result in zip(loop.carried, loop.inits, loop.results, strict=True):
            history = self.history(name, loop)
            if history is not None and history.stores:
                self.find(history, init, ir.Var(result))

    def _note(self, stmt: ir.Stmt, loops: tuple[Loop, ...]) -> None:
        """When each name of a statement gets its value."""
        self.number += 1
        inside = loops
        if isinstance(stmt, (ir.For, ir.While)):
            inside = (*loops, stmt)
            self.times.update((name, Time(inside, self.number)) for name in stmt.carried)
            if isinstance(stmt, ir.For):
                self.indices[stmt.index], self.nodes[id(stmt)] = stmt, id(stmt)
        for block in ir.blocks(stmt):
            for inner in block.statements:
                self._note(inner, inside)
                self.blocks.update((name, id(block)) for name in ir.binds(inner))
        self.number += 1
        for k, name in enumerate(ir.binds(stmt)):
            self.times[name], self.bound[name] = Time(loops, self.number), (stmt, k)

    # ------------------------------------------------------------------------------------------------------- versions
    def history(self, carried: str, loop: Loop) -> History | None:
        """How an array that a loop carries goes through an iteration; None if not by stores alone."""
        history = History({carried})
        end = loop.body.yields[loop.carried.index(carried) + (1 if loop.stops else 0)]
        return history if self.back(end, loop.body, history) == carried else None

    def back(self, atom: ir.Atom, block: ir.Block, history: History) -> str | None:
        """The name from outside a block that a version there is made of by stores."""
        inside = self.inside.get(id(block))
        if inside is None:
            inside = self.inside[id(block)] = bound_inside(block.statements)
        while isinstance(atom, ir.Var) and atom.name in inside:
            history.versions.add(atom.name)
            before = self.before(atom.name, history)
            if before is None:
                return None
            atom = before
        return atom.name if isinstance(atom, ir.Var) else None

    def before(self, name: str, history: History) -> ir.Atom | None:
        """The version that the statement which binds a version begins with."""
        stmt, k = self.bound.get(name, (None, 0))
        match stmt:
            case ir.Let() if stmt.value.function in STORES and len(stmt.value.args) == 3 and not stmt.value.kwargs:
                history.stores.append(name)
                return stmt.value.args[0]
            case ir.For() | ir.While():
                history.versions.add(stmt.carried[k])
                start = self.back(stmt.body.yields[k + (1 if stmt.stops else 0)], stmt.body, history)
                return stmt.inits[k] if start == stmt.carried[k] else None
            case ir.If():
                first, second = (self.back(block.yields[k], block, history) for block in (stmt.then, stmt.other))
                return ir.Var(first) if first is not None and first == second else None
        return None

    # ---------------------------------------------------------------------------------------------------------- reads
    def find(self, history: History, init: ir.Atom, result: ir.Var) -> None:
        """Note what is read of versions of an array, and stored in one, and is still there in the result, or was there at first."""
        stores = {name: self.store(name) for name in history.stores}
        for name, (stmt, _) in self.bound.items():
            if not isinstance(stmt, ir.Let):
                continue
            if stmt.value.function is operator.getitem:
                read = self.read(stmt, history)
                if read is None:
                    continue
                if all(self.apart(read, store) for store in stores.values()):
                    self.reads[name] = _let(name, result, read.parts, stmt)
                if isinstance(init, ir.Var) and all(self.apart(read, store, before=True) for store in stores.values()):
                    self.first[name] = _let(name, init, read.parts, stmt)
            elif name in stores and stmt.value.function is kernels.index_set:
                value, own = stmt.value.args[2], stores[name]
                if self.can_stand_for(value, own, result) and all(self.apart(own, store) for store in stores.values()):
                    self.stored.setdefault(value.name, _let(value.name, result, own.parts, stmt))

    def can_stand_for(self, value: ir.Atom, store: Access, result: ir.Var) -> TypeGuard[ir.Var]:
        """Whether what is stored is found again: made in the block that stores it, of the array's dtype, as large as its place."""
        if not isinstance(value, ir.Var) or self.blocks.get(value.name) != store.block:
            return False
        if not all(self.is_place(part) and self.is_there(part) for part in store.parts):
            return False
        fact = self.builder.type_of(value)
        place = infer(ir.Apply(operator.getitem, (result, place_of(store.parts))), self.builder.type_of)
        if not isinstance(fact, facts.Num) or not isinstance(place, facts.Num) or fact.weak or fact.dtype is None:
            return False
        return (fact.dtype, fact.shape) == (place.dtype, place.shape) and fact.shape is not None

    def is_there(self, part: ir.Atom) -> bool:
        """Whether a part of an index is known from the loops' indices alone."""
        ends = _slice_ends(part)
        return all(
            end == ir.Const(None) or self.linear(end, self.nodes, Bounds()) is not None
            for end in (ends if ends is not None else (part,))
        )

    def store(self, name: str) -> Access:
        stmt, _ = self.bound[name]
        assert isinstance(stmt, ir.Let)
        return Access(self.times[name], self.times[name].loops, ir.index_parts(stmt.value.args[1]), self.blocks[name])

    def read(self, stmt: ir.Let, history: History) -> Access | None:
        """What a statement reads of a version, through rows of it as well."""
        base, index = stmt.value.args
        loops, parts = self.times[stmt.target].loops, ir.index_parts(index)
        while isinstance(base, ir.Var) and base.name not in history.versions:
            row, _ = self.bound.get(base.name, (None, 0))
            if not isinstance(row, ir.Let) or row.value.function is not operator.getitem:
                return None
            base, index = row.value.args
            if not all(is_integer(self.builder.type_of(part)) for part in ir.index_parts(index)):
                return None
            parts = (*ir.index_parts(index), *parts)
        return Access(self.times[base.name], loops, parts) if isinstance(base, ir.Var) else None

    # --------------------------------------------------------------------------------------------------------- proofs
    def apart(self, read: Access, store: Access, before: bool = False) -> bool:
        """Whether a store never meets what was read of a version before it; of one behind it, or that it makes, if `before`."""
        pairs = zip(read.time.loops, store.time.loops, strict=False)
        common = [one for one, other in pairs if one is other]
        in_this = store.time.number <= read.time.number if before else store.time.number > read.time.number
        levels = [*range(len(common)), *([len(common)] if in_this else [])]
        return all(self.apart_where(read, store, common, level, before) for level in levels)

    def apart_where(self, read: Access, store: Access, common: Sequence[Loop], level: int, before: bool) -> bool:
        """Whether they are apart where the store is in the same iteration of so many loops, and in a later one of the next, or an
        earlier one if `before`.
        """
        bounds = Bounds()
        first: dict[int, Hashable] = {id(loop): (0, id(loop)) for loop in read.loops}
        second: dict[int, Hashable] = {id(loop): (1, id(loop)) for loop in store.loops}
        second.update({id(loop): first[id(loop)] for loop in common[:level]})
        for loops, nodes in ((read.loops, first), (store.loops, second)):
            for loop in loops:
                self.bound_index(loop, nodes, bounds)
        if level < len(common) and isinstance(common[level], ir.For):
            key, step = id(common[level]), _number(common[level].bounds[2])  # type: ignore[union-attr]
            earlier, later = (second[key], first[key]) if before else (first[key], second[key])
            if step is not None and step > 0:
                bounds.add(earlier, later, -step)
            elif step is not None and step < 0:
                bounds.add(later, earlier, step)
        for one, other in zip(read.parts, store.parts, strict=False):
            if not (self.is_place(one) and self.is_place(other)):
                return False  # which axis comes next is not certain
            mine, theirs = self.stretch(one, first, bounds), self.stretch(other, second, bounds)
            if mine is not None and theirs is not None:
                if bounds.less(mine[1], theirs[0]) or bounds.less(theirs[1], mine[0]):
                    return True
        return False

    def is_place(self, part: ir.Atom) -> bool:
        """Whether a part of an index is a number or a slice: it takes one axis."""
        return ir.slice_parts(part) is not None or is_integer(self.builder.type_of(part))

    def bound_index(self, loop: Loop, nodes: Mapping[int, Hashable], bounds: Bounds) -> None:
        """What a loop says of its index."""
        step = _number(loop.bounds[2]) if isinstance(loop, ir.For) else None
        if not isinstance(loop, ir.For) or step is None:
            return
        index = nodes[id(loop)], 0
        start, stop = (self.linear(bound, nodes, bounds) for bound in loop.bounds[:2])
        if start is not None:
            bounds.at_most(*((start, index) if step > 0 else (index, start)))
        if stop is not None:
            pair = ((index[0], 1), stop) if step > 0 else ((stop[0], stop[1] + 1), index)
            bounds.at_most(*pair)

    def stretch(self, part: ir.Atom, nodes: Mapping[int, Hashable], bounds: Bounds) -> tuple[Linear, Linear | None] | None:
        """The first and the last place on an axis that a part of an index means, none of them counted from behind."""
        ends = _slice_ends(part)
        if ends is None:
            place = self.linear(part, nodes, bounds) if is_integer(self.builder.type_of(part)) else None
            return (place, place) if place is not None and bounds.implies((ZERO, 0), place) else None
        start: Linear | None = (ZERO, 0)
        stop: Linear | None = None
        if ends[0] != ir.Const(None):
            start = self.linear(ends[0], nodes, bounds)
        if ends[1] != ir.Const(None):
            stop = self.linear(ends[1], nodes, bounds)
            if stop is None or not bounds.implies((ZERO, 0), stop):
                return None
        if start is None or not bounds.implies((ZERO, 0), start):
            return None
        return start, None if stop is None else (stop[0], stop[1] - 1)

    def linear(self, atom: ir.Atom, nodes: Mapping[int, Hashable], bounds: Bounds) -> Linear | None:
        """A whole number as an index, or something from before the loop, and a number; None if it is neither."""
        number = _number(atom)
        if number is not None:
            return ZERO, number
        fact = self.builder.type_of(atom)
        if not isinstance(atom, ir.Var) or not isinstance(fact, facts.Num) or not is_integer(fact):
            return None
        if atom.name in self.indices:
            node = nodes.get(id(self.indices[atom.name]))
            return None if node is None else (node, 0)
        stmt, _ = self.bound.get(atom.name, (None, 0))
        value = stmt.value if isinstance(stmt, ir.Let) else None if stmt is not None else self.builder.definition(atom)
        if fact.weak and value is not None and value.function in (operator.add, operator.sub):
            left, right = value.args
            if value.function is operator.add and _number(left) is not None:
                left, right = right, left
            base, more = self.linear(left, nodes, bounds), _number(right)
            if base is not None and more is not None:
                return base[0], base[1] + (more if value.function is operator.add else -more)
        return self.outside(atom, bounds) if stmt is None and atom.name not in self.times else None

    def outside(self, atom: ir.Var, bounds: Bounds) -> Linear:
        """A number from before the loop: two that are the same length are the same."""
        fact = self.builder.type_of(atom)
        length = fact.length if isinstance(fact, facts.Num) else None
        if length is None or length.varies:
            return atom.name, 0
        return bounds.length(length)


def place_of(parts: tuple[ir.Atom, ...]) -> ir.Atom:
    """The index that has these parts."""
    return parts[0] if len(parts) == 1 else ir.Pack(tuple, parts)


def _let(name: str, array: ir.Var, parts: tuple[ir.Atom, ...], stmt: ir.Let) -> ir.Let:
    return ir.Let(name, ir.Apply(operator.getitem, (array, place_of(parts))), stmt.origin)


def _number(atom: ir.Atom) -> int | None:
    return atom.value if isinstance(atom, ir.Const) and type(atom.value) is int else None


def _slice_ends(part: ir.Atom) -> tuple[ir.Atom, ir.Atom] | None:
    """The ends of a slice of step 1; None for anything else."""
    found = ir.slice_parts(part)
    return found[:2] if found is not None and found[2] in (ir.Const(None), ir.Const(1)) else None
