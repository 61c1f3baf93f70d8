"""How the reverse sweep gets at values of the forward sweep that are local to a branch or an iteration.

In: forward statements, and the reverse block that reads names they bind.  Out: the reverse block, with these names
recomputed, exposed as results of the branch, or read from what the loop recorded.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.differentiate.cut import cheapest
from s2s.primitives import STORES, VIEWS
from s2s_runtime import containers, tree

CHEAP = {
    operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pos, operator.getitem, operator.lt,
    operator.le, operator.gt, operator.ge, operator.eq, operator.ne, operator.is_, operator.is_not, operator.not_, operator.floordiv,
    operator.mod, operator.pow, getattr, len, np.shape, np.ndim, np.size, np.expand_dims, np.transpose, np.reshape, np.swapaxes,
    np.broadcast_to, np.zeros, np.ones, np.zeros_like, np.ones_like, range, min, max, isinstance, np.equal, np.abs, np.square,
    np.add, np.subtract, np.multiply, np.divide, np.negative, np.maximum, np.minimum, np.where, abs, np.ravel, math.sin, math.cos,
    math.exp, math.log, math.sqrt, math.tanh, math.tan, math.atan, math.sinh, math.cosh, math.expm1, math.log1p, math.hypot,
    math.atan2, math.fabs, float,
}  # fmt: skip
"""What is recomputed rather than recorded: loads, indices, shapes, and arithmetic that costs no more than a load."""

SCALAR_BYTES, ROW, UNKNOWN = 1, 100, 10_000


def bound_inside(statements: Iterable[ir.Stmt]) -> set[str]:
    """All names bound by statements, nested ones included."""
    names: set[str] = set()
    for stmt in statements:
        names.update(ir.binds(stmt))
        if isinstance(stmt, ir.For):
            names.update((stmt.index, *stmt.carried))
        elif isinstance(stmt, ir.While):
            names.update(stmt.carried)
        for block in ir.blocks(stmt):
            names |= bound_inside(block.statements)
    return names


class Recovery:
    """The values of one forward block, as its reversal sees them."""

    def __init__(self, builder: Builder, forward: list[ir.Stmt], recompute: bool) -> None:
        self.builder, self.forward = builder, forward
        self.lets = {stmt.target: stmt for stmt in forward if isinstance(stmt, ir.Let)}
        self.bound = {name for stmt in forward for name in ir.binds(stmt)}
        self.recipes: dict[str, tuple[str, ...]] = {}
        if recompute:
            cheap = {name: let for name, let in self.lets.items() if let.value.function in CHEAP}
            self.recipes = {name: tuple(dict.fromkeys(ir.reads(let.value))) for name, let in cheap.items()}

    def cost(self, name: str) -> int:
        """How much memory a value takes, roughly."""
        fact = self.builder.types.get(name)
        if isinstance(fact, facts.Num) and fact.shape is not None:
            entries: int = ROW ** len(fact.shape)
            return SCALAR_BYTES * entries
        return UNKNOWN

    def recorded(self, needed: Iterable[str], local: set[str]) -> set[str]:
        return cheapest(needed, self.recipes, lambda name: name not in local, self.cost)

    def of_arm(self, block: ir.Block) -> tuple[ir.Block, list[tuple[str, str]]]:
        """The reverse arm, and which names the forward arm must expose, under which new names."""
        needed = sorted(ir.free(block) & self.bound)
        if not needed:
            return block, []
        kept = sorted(self.recorded(needed, self.bound))
        exposed = [(name, self.builder.copy_name(name).name) for name in kept]
        names: dict[str, ir.Atom] = {old: ir.Var(new) for old, new in exposed}
        return self.rewritten(block, needed, names), exposed

    def rewritten(self, block: ir.Block, needed: Sequence[str], names: dict[str, ir.Atom]) -> ir.Block:
        """The reverse block, with recomputed values in front and other names put in."""
        with self.builder.block() as statements:
            for let in self.closure(needed, set(names)):
                with self.builder.at(None):
                    value = ir.replace_apply(let.value, lambda name: names.get(name, ir.Var(name)))
                    hint = self.builder.hints.get(let.target, "")
                    names[let.target] = self.builder.apply(value.function, *value.args, hint=hint, **dict(value.kwargs))
            self.builder.replay(block.statements, names)
            yields = tuple(self.builder.substitute(atom, names) for atom in block.yields)
        return ir.Block(tuple(statements), yields)

    def closure(self, needed: Sequence[str], given: set[str]) -> list[ir.Let]:
        """The statements that recompute what is needed from what is given, in the order of the program."""
        wanted: set[str] = set()
        pending = [name for name in needed if name not in given]
        while pending:
            name = pending.pop()
            if name in wanted or name in given or name not in self.recipes:
                continue
            wanted.add(name)
            pending.extend(self.recipes[name])
        return [stmt for stmt in self.forward if isinstance(stmt, ir.Let) and stmt.target in wanted]

    def of_iteration(self, stmt: ir.For | ir.While, block: ir.Block) -> Recorder:
        """What a loop records for the reversal of its body."""
        local = self.bound | set(stmt.carried)
        needed = sorted(ir.free(block) & local)
        kept = sorted(self.recorded(needed, local), key=_serial)
        return Recorder(self, stmt, block, needed, kept)


class Recorder:
    """One loop that records, and its reverse loop."""

    def __init__(
        self, recovery: Recovery, stmt: ir.For | ir.While, block: ir.Block, needed: list[str], kept: list[str]
    ) -> None:
        self.recovery, self.builder = recovery, recovery.builder
        self.stmt, self.block, self.needed, self.kept = stmt, block, needed, kept
        self.lists = {name: self.list_name(name) for name in kept}
        self.changing = changing(stmt, self.builder.types)
        used = ir.free(block) | {n for let in recovery.closure(needed, set(kept)) for n in ir.reads(let.value)}
        self.reads_index = isinstance(stmt, ir.For) and stmt.index in used

    def list_name(self, name: str) -> ir.Var:
        word = self.builder.hints.get(name) or "value"
        item = None if name in self.builder.optional else self.builder.types.get(name)
        return self.builder.fresh(f"{word}_saved", facts.Listing(item))

    def finish(self, forward: ir.For | ir.While) -> tuple[ir.Stmt, tuple[ir.Atom, ir.Atom, ir.Atom], str, ir.Block]:
        """The recording loop, and the bounds, index and body of the reverse loop."""
        counted = isinstance(forward, ir.For) and not forward.stops
        count: ir.Atom | None = None
        carried: list[str] = []
        inits: list[ir.Atom] = []
        yields: list[ir.Atom] = []
        results: list[str] = []
        statements = list(forward.body.statements)
        for name in self.kept:
            argument, after = (
                self.builder.copy_name(self.lists[name].name),
                self.builder.copy_name(self.lists[name].name),
            )
            value = name
            position = _behind(statements, name)
            if name in self.changing:
                value = self.builder.fresh(fact=self.builder.types.get(name)).name
                copy = copying(self.builder, name)
                statements.insert(position, ir.Let(value, ir.Apply(copy, (ir.Var(name),))))
                position += 1
            append = ir.Let(after.name, ir.Apply(containers.append, (argument, ir.Var(value))))
            statements.insert(position, append)
            carried.append(argument.name)
            inits.append(ir.Pack(list, ()))
            yields.append(after)
            results.append(self.lists[name].name)
        if not counted:
            count = self.counter(statements, carried, inits, yields, results)
        body = ir.Block(tuple(statements), (*forward.body.yields, *yields))
        before = tuple(
            ir.Const(None) if init == ir.UNDEFINED and name in self.kept else init
            for name, init in zip(forward.carried, forward.inits, strict=True)
        )
        changed = replace(
            forward,
            body=body,
            carried=(*forward.carried, *carried),
            inits=(*before, *inits),
            results=(*forward.results, *results),
        )
        bounds, index, reverse = self.backwards(forward, count)
        return changed, bounds, index, reverse

    def counter(
        self,
        statements: list[ir.Stmt],
        carried: list[str],
        inits: list[ir.Atom],
        yields: list[ir.Atom],
        results: list[str],
    ) -> ir.Atom:
        """How many iterations ran: the length of a record, or a count."""
        if self.kept:
            return self.builder.apply(len, self.lists[self.kept[0]])
        argument, after, result = (self.builder.fresh("trips", facts.INT) for _ in range(3))
        statements.append(ir.Let(after.name, ir.Apply(operator.add, (argument, ir.Const(1)))))
        carried.append(argument.name)
        inits.append(ir.Const(0))
        yields.append(after)
        results.append(result.name)
        return result

    def backwards(
        self, forward: ir.For | ir.While, count: ir.Atom | None
    ) -> tuple[tuple[ir.Atom, ir.Atom, ir.Atom], str, ir.Block]:
        """From the last iteration that ran to the first."""
        builder = self.builder
        one, minus = ir.Const(1), ir.Const(-1)
        if isinstance(forward, ir.While):
            assert count is not None
            position = builder.fresh("k", facts.INT)
            return (builder.apply(operator.sub, count, one), minus, minus), position.name, self.body(position, None)
        start, stop, step = forward.bounds
        index = builder.copy_name(forward.index)
        if step == one and (count is None or start == ir.Const(0)):
            first = builder.apply(operator.sub, stop if count is None else count, one)
            bounds = (first, builder.apply(operator.sub, start, one), minus)
            return bounds, index.name, self.body_at_index(index, start)
        if count is None:
            count = builder.apply(len, builder.apply(range, start, stop, step))
        if not self.kept and step.__class__ is ir.Const and isinstance(step.value, int):
            trips = builder.apply(operator.mul, builder.apply(operator.sub, count, one), step)
            first = builder.apply(operator.add, start, trips)
            bounds = (first, builder.apply(operator.sub, start, step), ir.Const(-step.value))
            return bounds, index.name, self.body(None, index)
        position = builder.fresh("k", facts.INT)
        return (
            (builder.apply(operator.sub, count, one), minus, minus),
            position.name,
            self.body(position, None, (start, step)),
        )

    def body_at_index(self, index: ir.Var, start: ir.Atom) -> ir.Block:
        if not self.kept:
            return self.body(None, index)
        if start == ir.Const(0):
            return self.body(index, index)
        with self.builder.block() as statements:
            position = self.builder.apply(operator.sub, index, start)
        return self.body(position, index, before=statements)

    def body(
        self,
        position: ir.Atom | None,
        index: ir.Atom | None,
        progression: tuple[ir.Atom, ir.Atom] | None = None,
        before: Sequence[ir.Stmt] = (),
    ) -> ir.Block:
        """The reverse body: recorded values are loaded, others recomputed."""
        names: dict[str, ir.Atom] = {}
        with self.builder.block() as statements:
            statements.extend(before)
            if self.reads_index:
                assert isinstance(self.stmt, ir.For)
                if index is None and progression is not None and position is not None:
                    start, step = progression
                    index = self.builder.apply(operator.add, start, self.builder.apply(operator.mul, position, step))
                    self.builder.suggest(index, self.builder.hints.get(self.stmt.index, "i"))
                assert index is not None
                names[self.stmt.index] = index
            for name in self.kept:
                assert position is not None
                hint = self.builder.hints.get(name, "")
                loaded = self.builder.apply(operator.getitem, self.lists[name], position, hint=hint)
                if isinstance(loaded, ir.Var) and name in self.builder.types:
                    self.builder.types[loaded.name] = self.builder.types[name]
                names[name] = loaded
            inner = self.recovery.rewritten(self.block, self.needed, names)
            statements.extend(inner.statements)
        return ir.Block(tuple(statements), inner.yields)


def copying(builder: Builder, name: str) -> Any:
    """What copies a value: one that may be None, or is no array, in its own way."""
    return np.copy if name not in builder.optional and isinstance(builder.types.get(name), facts.Num) else tree.copy


def changing(stmt: ir.For | ir.While, types: Mapping[str, facts.Type]) -> set[str]:
    """The arrays that may share memory with what an iteration updates: a record of one has to be a copy."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while name in parent:
            name = parent[name]
        return name

    def unite(name: str, atom: ir.Atom) -> None:
        if isinstance(atom, ir.Var) and find(name) != find(atom.name):
            parent[find(name)] = find(atom.name)

    updated: set[str] = set()
    names: set[str] = set(stmt.carried)

    def visit(stmt: ir.Stmt) -> None:
        names.update(ir.binds(stmt))
        if isinstance(stmt, ir.Let):
            function, args = stmt.value.function, stmt.value.args
            if function in STORES:
                updated.add(stmt.target)
            if args and (function in STORES or function in VIEWS):
                unite(stmt.target, args[0])
        elif isinstance(stmt, (ir.For, ir.While)):
            first = 1 if stmt.stops else 0
            names.update(stmt.carried)
            for name, result, init, end in zip(
                stmt.carried, stmt.results, stmt.inits, stmt.body.yields[first:], strict=True
            ):
                for atom in (ir.Var(name), init, end):
                    unite(result, atom)
        for block in ir.blocks(stmt):
            for inner in block.statements:
                visit(inner)
            if not isinstance(stmt, (ir.For, ir.While)):
                for name, atom in zip(ir.binds(stmt), block.yields, strict=True):
                    unite(name, atom)

    visit(stmt)
    roots = {find(name) for name in updated}
    return {n for n in names if find(n) in roots and not _is_number(types.get(n))}


def _is_number(fact: facts.Type | None) -> bool:
    return isinstance(fact, facts.Num) and fact.shape == ()


def _behind(statements: Sequence[ir.Stmt], name: str) -> int:
    """The place behind the statement that binds a name; the start of the block for a carried one."""
    for position, stmt in enumerate(statements):
        if name in ir.binds(stmt):
            return position + 1
    return 0


def _serial(name: str) -> int:
    return int(name[1:])
