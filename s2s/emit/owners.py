"""Who may share memory with whom: whether an update may be written in place.

In: a function.  Out: per name, the buffers that it may be (or be a view of), and those that can be reached through it.
What the caller gave is EXTERNAL: it is never written to.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.emit.live import Liveness
from s2s.infer import ELEMENTWISE, is_library
from s2s.primitives import BOXING, STORES, UNBOXED, UPDATES, VIEWS, Opaque
from s2s.subroutine import Subroutine
from s2s_runtime import containers, kernels, loops, projection, tree

EXTERNAL = "external"
Buffers = frozenset[str]
NONE: Buffers = frozenset()
KEEPS = {list, tuple, containers.sequence, containers.from_sequence, containers.fold_repeated, tree.add, tree.copy,
         kernels.sum_to, kernels.astype, np.array, np.asarray, operator.add, operator.mul, kernels.keep_axes,
         projection.like, projection.real_part, projection.retyped, projection.chosen, np.diff, np.linalg.matrix_power,
         kernels.as_columns, kernels.detached, kernels.resized,
         kernels.from_columns, kernels.split_to, kernels.unstack, kernels.unpack, kernels.pad_adjoint, kernels.stored,
         kernels.join, loops.grown, loops.frames, loops.frame, loops.no_items, loops.in_order, loops.spread}  # fmt: skip
"""Functions that may give an operand back, or a view of it, or put it into what they return."""

FRESH: set[Any] = {tree.zeros_like, tree.float_zeros_like}
"""Functions that make all that can be reached through what they return."""

READ_ONLY = {np.broadcast_to, projection.unlike, projection.mask, kernels.spread, kernels.contract, kernels.einsum_adjoints,
             kernels.align_weights, kernels.align_adjoint, np.diagonal, np.diag, np.linalg.diagonal, kernels.diag_adjoint}  # fmt: skip
"""Functions whose result may be repeated in memory, or is read-only: nobody may write to it, whoever holds it."""


def walk(block: ir.Block) -> Iterator[ir.Stmt]:
    """All statements of a block, nested ones too."""
    for stmt in block.statements:
        yield stmt
        for inner in ir.blocks(stmt):
            yield from walk(inner)


def bound_in_order(block: ir.Block) -> Iterator[str]:
    """All names that a block binds."""
    for stmt in walk(block):
        if isinstance(stmt, ir.For):
            yield stmt.index
        if isinstance(stmt, (ir.For, ir.While)):
            yield from stmt.carried
        yield from ir.binds(stmt)


def boxed_names(function: ir.Function) -> set[str]:
    """The names of rank 0 that may be arrays and not numbers: marked ones, what the caller gave, and what flows from them."""
    types = function.types
    scalars = {
        n for n, fact in types.items() if isinstance(fact, facts.Num) and fact.shape == () and fact.weak is not True
    }
    found = {n for n in scalars if types[n].boxed} | {p.name for p in function.parameters if p.name in scalars}  # type: ignore[union-attr]
    flows = [(name, atom.name) for name, atom in moves(function.body) if isinstance(atom, ir.Var)]
    unsure = {name for pair in flows for name in pair if getattr(types.get(name), "shape", None) is None}
    lets = [s for s in walk(function.body) if isinstance(s, ir.Let) and s.target in unsure]
    found |= {s.target for s in lets if s.value.function not in ELEMENTWISE}
    while more := {name for name, source in flows if source in found and name in scalars | unsure} - found:
        found |= more
    return found


def doubtful_arrays(function: ir.Function) -> set[str]:
    """The names of rank 0 that may be numbers, into which nothing can be stored."""
    scalars = {n for n, fact in function.types.items() if isinstance(fact, facts.Num) and fact.shape == ()}
    lets = [s for s in walk(function.body) if isinstance(s, ir.Let) and s.value.function in BOXING]
    made = {s.target for s in lets if s.value.function not in UNBOXED or not scalars.intersection(ir.reads(s.value))}
    flows = list(moves(function.body))
    moved = {name for name, _ in flows}
    found = scalars - made - moved
    while more := {name for name, atom in flows if name in scalars and _is_doubtful(atom, found)} - found:
        found |= more
    return found


def _is_doubtful(atom: ir.Atom, names: set[str]) -> bool:
    """Whether an atom may be a number, if these names may be."""
    return atom.name in names if isinstance(atom, ir.Var) else atom != ir.UNDEFINED


def moves(block: ir.Block) -> Iterator[tuple[str, ir.Atom]]:
    """What names are bound to at the ends of blocks and the starts of loops."""
    for stmt in walk(block):
        if isinstance(stmt, (ir.For, ir.While)):
            ends = stmt.body.yields[stmt.stops :]
            for k, (name, result) in enumerate(zip(stmt.carried, stmt.results, strict=True)):
                yield from ((name, stmt.inits[k]), (name, ends[k]), (result, ir.Var(name)))
        elif not isinstance(stmt, ir.Let):
            for inner in ir.blocks(stmt):
                yield from zip(ir.binds(stmt), inner.yields, strict=True)


class Owners:
    """Buffers by name."""

    def __init__(self, function: ir.Function, liveness: Liveness) -> None:
        self.types: Mapping[str, facts.Type] = function.types
        self.liveness = liveness
        self.base: dict[str, Buffers] = {}
        self.reach: dict[str, Buffers] = {}
        self.inside: dict[int, frozenset[str]] = {}
        self.mixed: set[tuple[int, int]] = set()
        self.tangled: set[str] = set()
        self.boxed, self.doubtful = boxed_names(function), doubtful_arrays(function)
        for parameter in function.parameters:
            self.set(parameter.name, frozenset({EXTERNAL}), frozenset({EXTERNAL}))
        changed = True
        while changed:
            self.changed = False
            self.block(function.body)
            changed = self.changed

    def is_number(self, name: str) -> bool:
        """Whether a value is a number, which shares memory with nothing."""
        fact = self.types.get(name)
        return isinstance(fact, facts.Num) and fact.shape == () and name not in self.boxed

    def set(self, name: str, base: Buffers, reach: Buffers) -> None:
        if self.is_number(name):
            return
        old_base, old_reach = self.base.get(name, NONE), self.reach.get(name, NONE)
        self.base[name], self.reach[name] = old_base | base, old_reach | reach | base
        if self.base[name] != old_base or self.reach[name] != old_reach:
            self.changed = True

    def tangle(self, name: str) -> None:
        """A container of which two items may share memory."""
        if name not in self.tangled and not isinstance(self.types.get(name), facts.Num):
            self.tangled.add(name)
            self.changed = True

    def is_tangled(self, atom: ir.Atom) -> bool:
        """Whether two items of a container may share memory."""
        if isinstance(atom, ir.Var):
            return atom.name in self.tangled
        if isinstance(atom, ir.Pack):
            return any(self.is_tangled(item) for item in atom.items) or self.overlap(atom.items)
        return bool(self.base_of(atom))

    def overlap(self, atoms: Sequence[ir.Atom]) -> bool:
        """Whether two of some atoms may share memory."""
        reached = [self.reach_of(atom) for atom in atoms]
        return sum(map(len, reached)) > len(frozenset().union(*reached))

    def tangles(self, apply: ir.Apply) -> bool:
        """Whether an application may give a container of which two items share memory."""
        function, args = apply.function, apply.args
        if self.makes_all(apply):
            return False
        if function in UPDATES or function in (list, tuple, operator.getitem):
            held = [args[0], *(() if function is operator.getitem or self.adds_numbers(apply) else args[1:])]
            return any(self.is_tangled(arg) for arg in held) or self.overlap(held)
        return any(self.reach_of(arg) for arg in (*args, *(value for _, value in apply.kwargs)))

    def makes_all(self, apply: ir.Apply) -> bool:
        """Whether all that can be reached through what an application gives is new."""
        copied = apply.args[0] if apply.function is tree.copy else None
        return apply.function in FRESH or (isinstance(copied, ir.Var) and of_arrays(self.types.get(copied.name)))

    def adds_numbers(self, apply: ir.Apply) -> bool:
        """Whether an update adds to numbers, or to entries of an array, so that it keeps nothing of what is added."""
        if apply.function is not containers.add_item or not isinstance(apply.args[0], ir.Var):
            return False
        fact, path = self.types.get(apply.args[0].name), apply.args[3] if len(apply.args) > 3 else None
        for _ in path.items if isinstance(path, ir.Pack) else ():
            fact = fact.item if isinstance(fact, facts.Listing) else None
        if isinstance(fact, facts.Listing):
            return isinstance(fact.item, facts.Num) and fact.item.shape == ()
        return isinstance(fact, facts.Num)

    def base_of(self, atom: ir.Atom) -> Buffers:
        if isinstance(atom, ir.Var):
            return self.base.get(atom.name, NONE)
        return (
            frozenset({EXTERNAL})
            if isinstance(atom, ir.Const) and isinstance(atom.value, (np.ndarray, list, dict))
            else NONE
        )

    def reach_of(self, atom: ir.Atom) -> Buffers:
        if isinstance(atom, ir.Var):
            return self.reach.get(atom.name, NONE)
        if isinstance(atom, ir.Pack):
            return frozenset().union(*(self.reach_of(item) for item in atom.items))
        return self.base_of(atom)

    def block(self, block: ir.Block) -> None:
        for stmt in block.statements:
            match stmt:
                case ir.Let():
                    self.let(stmt)
                case ir.For() | ir.While():
                    self.loop(stmt)
                case _:
                    for inner in ir.blocks(stmt):
                        self.block(inner)
                    for inner in ir.blocks(stmt):
                        self.flow(ir.binds(stmt), inner.yields)

    def flow(self, names: Sequence[str], atoms: Sequence[ir.Atom]) -> None:
        for name, atom in zip(names, atoms, strict=True):
            self.set(name, *self.held(name, atom))
            if self.is_tangled(atom):
                self.tangle(name)

    def held(self, name: str, atom: ir.Atom) -> tuple[Buffers, Buffers]:
        """What a name is and reaches if it is an atom."""
        return frozenset({f"{name}'"}) if isinstance(atom, ir.Pack) else self.base_of(atom), self.reach_of(atom)

    # --------------------------------------------------------------------------------------------------------- loops
    def loop(self, stmt: ir.For | ir.While) -> None:
        """What a loop carries.  Arrays that begin apart and end each iteration apart stay apart, though they change places.

        Each of them is a buffer of its own in an iteration: the one that this name holds when the iteration starts.
        """
        own = self.own_buffers(stmt)
        for k, (name, init) in enumerate(zip(stmt.carried, stmt.inits, strict=True)):
            base, reach = self.held(name, init)
            if k in own:
                base = reach = own[k] | (base & self.around(stmt))
            self.set(name, base, reach)
            if self.is_tangled(init):
                self.tangle(name)
        for inner in ir.blocks(stmt):
            self.block(inner)
        ends = [self.held(n, atom) for n, atom in zip(stmt.carried, stmt.body.yields[stmt.stops :], strict=True)]
        made = self.made_inside(stmt, own, ends)
        shared = self.shared(own, ends, made)
        if shared:
            self.mixed.update((id(stmt), k) for k in shared)
            self.changed = True
            return
        for k, (name, result, (base, reach)) in enumerate(zip(stmt.carried, stmt.results, ends, strict=True)):
            if k in own:
                base = reach = base - made
                after = frozenset({f"{result}#"})
            else:
                after = NONE
            self.set(name, self.earlier(base, stmt), self.earlier(reach, stmt))
            self.set(result, base | after, reach | after)
            if self.is_tangled(stmt.body.yields[stmt.stops + k]):
                self.tangle(name)
            if name in self.tangled:
                self.tangle(result)
            before, known = self.base.get(name, NONE), self.reach.get(name, NONE)
            self.set(result, before - own.get(k, NONE), known - own.get(k, NONE))

    def own_buffers(self, stmt: ir.For | ir.While) -> dict[int, Buffers]:
        """A buffer for each carried array that begins with memory of its own."""
        begins = {
            k: self.base_of(init)
            for k, (name, init) in enumerate(zip(stmt.carried, stmt.inits, strict=True))
            if isinstance(fact := self.types.get(name), facts.Num) and fact.shape != ()
        }
        apart = [
            k
            for k, base in begins.items()
            if (id(stmt), k) not in self.mixed
            and EXTERNAL not in base
            and all(base.isdisjoint(other) for j, other in begins.items() if j != k)
        ]
        return {k: frozenset({f"{stmt.carried[k]}#"}) for k in apart}

    def around(self, stmt: ir.For | ir.While) -> Buffers:
        """What can be reached in a loop, and after it, by names from before it."""
        return frozenset().union(
            *(self.reach.get(n, NONE) for n in self.liveness.listed(self.liveness.through.get(id(stmt), 0)))
        )

    def made_inside(
        self, stmt: ir.For | ir.While, own: Mapping[int, Buffers], ends: Sequence[tuple[Buffers, Buffers]]
    ) -> Buffers:
        """The buffers at an iteration's end that are those of its start, or that it made."""
        inside = self.names_inside(stmt)
        places = frozenset().union(*own.values())
        made = {b for base, reach in ends for b in base | reach if b.partition("@")[0].rstrip("'#") in inside}
        return places | made

    def shared(self, own: Mapping[int, Buffers], ends: Sequence[tuple[Buffers, Buffers]], made: Buffers) -> list[int]:
        """The arrays that another name may hold, too, at the end of an iteration."""
        found = []
        for k in own:
            mine = ends[k][0] & made
            others = [base | reach for j, (base, reach) in enumerate(ends) if j != k]
            if any(not mine.isdisjoint(other) for other in others):
                found.append(k)
        return found

    def names_inside(self, loop: ir.For | ir.While) -> frozenset[str]:
        inside = self.inside.get(id(loop))
        if inside is None:
            inside = self.inside[id(loop)] = frozenset(bound_in_order(loop.body))
        return inside

    def earlier(self, buffers: Buffers, loop: ir.For | ir.While) -> Buffers:
        """Buffers as the next iteration sees them: what is made in each iteration is another buffer then."""
        inside = self.names_inside(loop)
        mark = f"@{id(loop)}"
        return frozenset(
            b + mark if mark not in b and b.partition("@")[0].rstrip("'#") in inside else b for b in buffers
        )

    def let(self, stmt: ir.Let) -> None:
        if self.is_number(stmt.target):
            return
        function, args = stmt.value.function, stmt.value.args
        own = frozenset({stmt.target})
        reach = frozenset().union(
            *(self.reach_of(arg) for arg in args), *(self.reach_of(v) for _, v in stmt.value.kwargs)
        )
        if self.tangles(stmt.value):
            self.tangle(stmt.target)
        if self.adds_numbers(stmt.value):
            reach = self.reach_of(args[0])
        strange = isinstance(function, (Opaque, Subroutine)) or not is_library(function)
        if function in READ_ONLY or strange:
            self.set(stmt.target, reach | {EXTERNAL}, reach | {EXTERNAL})
        elif self.makes_all(stmt.value):
            self.set(stmt.target, own, own)
        elif function in UPDATES or function in STORES:
            first = self.base_of(args[0])
            array = isinstance(self.types.get(stmt.target), facts.Num)
            if array and EXTERNAL in first:  # what others may hold is never written into: this is a copy
                self.set(stmt.target, own, own)
            else:
                self.set(stmt.target, first | own, (self.reach_of(args[0]) if array else reach) | own)
        elif function in VIEWS or function in KEEPS:
            if function in (operator.add, operator.mul) and isinstance(self.types.get(stmt.target), facts.Num):
                self.set(stmt.target, own, own)
            else:
                self.set(stmt.target, reach | own, reach | own)
        else:
            self.set(stmt.target, own, own if holds_nothing(self.types.get(stmt.target)) else own | reach)


def holds_nothing(fact: facts.Type | None) -> bool:
    """Whether what a function made is an array, or a tuple of Python's own numbers, such as a shape."""
    if isinstance(fact, facts.Record):
        return all(isinstance(item, facts.Num) and item.weak is True for item in fact.items)
    return isinstance(fact, facts.Num)


def of_arrays(fact: facts.Type | None) -> bool:
    """Whether a value is numbers and arrays, and containers of them, which a copy makes anew."""
    if isinstance(fact, (facts.Listing, facts.Mapped)):
        return of_arrays(fact.item)
    if isinstance(fact, facts.Record):
        return all(map(of_arrays, fact.items))
    return isinstance(fact, facts.Num)
