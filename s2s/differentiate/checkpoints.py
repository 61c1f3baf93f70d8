"""Loops whose reversal keeps a few states, and sections that are run again: memory for time.

    for t in range(n):              kept = binomial(n, 20)
        u = step(u)          =>     for t in range(n):
                                        if t == kept[k]:
                                            u_saved[k] = u
                                            k += 1
                                        u = step(u)

                                    for t in range(n - 1, -1, -1):
                                        kept, k = resumed(kept, t, 20)
                                        u = u_saved[k]
                                        for i in range(kept[k], t): ...     # as above: keeps states, u = step(u)
                                        ...                                 # step t forwards and backwards

In: a loop with `slots`, or a With of `section`, and the reversal of its body.  Out: statements like any others, so they
can be differentiated again.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from s2s import facts, ir
from s2s.differentiate.nested import bound_inside
from s2s.differentiate.record import copying
from s2s.differentiate.recover import changing
from s2s.differentiate.refusing import refusal
from s2s.errors import UnsupportedConstruct
from s2s.primitives import is_pure
from s2s.sweep import sweep
from s2s_runtime import checkpointing, containers

if TYPE_CHECKING:
    from s2s.differentiate.reverse import Reverse

ZERO, ONE = ir.Const(0), ir.Const(1)
STEPS = facts.Listing(facts.INT)


# ---------------------------------------------------------------------------------------------------------- sections
def sectioned(reverse: Reverse, stmt: ir.With) -> ir.Stmt:
    """Write a section's statements again and then their reversal; the section itself records nothing."""
    builder = reverse.builder
    bars = {name: reverse.bars.pop(name) for name in stmt.results if name in reverse.bars}
    before = dict(reverse.bars)
    nested, reverse.nested = reverse.nested, False
    arm = reverse.arm(stmt.body, stmt.results, bars, before)
    reverse.nested = nested
    inside = bound_inside(stmt.body.statements)
    touched = {name: bar for name, bar in arm.bars.items() if name not in inside and bar != before.get(name)}
    live = {name for bar in touched.values() for name in ir.variables(bar)}
    names: dict[str, ir.Atom] = {}
    builder.replay(repeatable([*arm.forward, *arm.backward], live), names)
    reverse.bars = before | {name: builder.substitute(bar, names) for name, bar in touched.items()}
    return stmt


def repeatable(statements: Sequence[ir.Stmt], live: set[str]) -> Sequence[ir.Stmt]:
    """What is needed for some names of statements that are run again; what they do beside that has been done.

    Raises Refused if a value would be asked for again that may be another then: a random number, the time.
    """
    while True:
        kept = sweep(statements, live)
        read = live | reads_of(kept)
        statements = without_effects(kept, read)
        if statements == list(kept):
            break
    refuse_effects(statements)
    return statements


def reads_of(statements: Sequence[ir.Stmt]) -> set[str]:
    """All names that statements read, nested ones too."""
    read: set[str] = set()
    for stmt in statements:
        read.update(name for atom in ir.operands(stmt) for name in ir.variables(atom))
        for block in ir.blocks(stmt):
            read |= reads_of(block.statements)
            read.update(name for atom in block.yields for name in ir.variables(atom))
    return read


def without_effects(statements: Sequence[ir.Stmt], read: set[str]) -> list[ir.Stmt]:
    """The statements without applications that are made for what they do only."""

    def inside(block: ir.Block) -> ir.Block:
        return replace(block, statements=tuple(without_effects(block.statements, read)))

    done: list[ir.Stmt] = []
    for stmt in statements:
        if isinstance(stmt, ir.Let) and not is_pure(stmt.value.function) and stmt.target not in read:
            continue
        done.append(ir.map_blocks(stmt, inside))
    return done


def refuse_effects(statements: Sequence[ir.Stmt]) -> None:
    for stmt in statements:
        if isinstance(stmt, ir.Let) and not is_pure(stmt.value.function):
            name = getattr(stmt.value.function, "__name__", "this function")
            raise refusal(
                UnsupportedConstruct,
                f"{name} is called again when the reverse sweep runs this again, and may give another value then",
                "call it before, and pass the value in: random numbers as an array",
                stmt.origin,
            )
        for block in ir.blocks(stmt):
            refuse_effects(block.statements)


# ------------------------------------------------------------------------------------------------------------- loops
def by_states(
    reverse: Reverse,
    stmt: ir.For | ir.While,
    forward: list[ir.Stmt],
    body: ir.Block,
    bars: tuple[Sequence[ir.Var], Sequence[ir.Atom], Sequence[ir.Var]],
) -> list[ir.Stmt]:
    """Write the reverse loop of a loop with `slots`; the statements of its forward loop.

    `forward` and `body` are an iteration forwards and backwards, `bars` the cotangents that the reverse loop carries: their
    names, what they begin with, and their names behind the loop.
    """
    states = States(reverse, stmt, forward, body)
    statements = states.forwards()
    states.backwards(*bars)
    return statements


@dataclass(frozen=True)
class Kept:
    """The steps whose states are kept, the slot for the next, and a list of states per carried name."""

    steps: ir.Atom
    slot: ir.Atom
    lists: list[ir.Atom]

    @property
    def atoms(self) -> tuple[ir.Atom, ...]:
        return (self.steps, self.slot, *self.lists)


class States:
    """One loop that keeps states, and its reverse loop.

    `names` are what a state consists of: the carried names that an iteration, run again and backwards, depends on.
    """

    def __init__(self, reverse: Reverse, stmt: ir.For | ir.While, forward: list[ir.Stmt], body: ir.Block) -> None:
        assert stmt.slots is not None
        self.builder, self.stmt, self.slots = reverse.builder, stmt, stmt.slots
        self.ends = dict(zip(stmt.carried, stmt.body.yields[stmt.stops :], strict=True))
        self.inits = {
            name: ir.Const(None) if init == ir.UNDEFINED else init
            for name, init in zip(stmt.carried, stmt.inits, strict=True)
        }
        self.step = self.again([*forward, *body.statements], body.yields)
        self.names = self.state()
        self.changing = changing(stmt, self.builder.types)
        self.lists = {name: self.list_name(name) for name in self.names}
        self.direct = isinstance(stmt, ir.For) and stmt.bounds[0] == ZERO and stmt.bounds[2] == ONE
        self.trips: ir.Atom | None = None
        self.kept = Kept(ZERO, ZERO, [])

    def again(self, statements: Sequence[ir.Stmt], yields: Sequence[ir.Atom]) -> ir.Block:
        """A block of what some values need when an iteration is run again."""
        live = {name for atom in yields for name in ir.variables(atom)}
        return ir.Block(tuple(repeatable(statements, live)), tuple(yields))

    def advance(self, names: Sequence[str]) -> ir.Block:
        """An iteration forwards, as far as these carried names are concerned."""
        return self.again(self.stmt.body.statements, [self.ends[name] for name in names])

    def state(self) -> list[str]:
        """The carried names that one iteration needs, and those that these need in the iterations before."""
        found: list[str] = []
        free = ir.free(self.step)
        while more := [name for name in self.stmt.carried if name in free and name not in found]:
            found += more
            free = ir.free(self.advance(found))
        return [name for name in self.stmt.carried if name in found]

    def list_name(self, name: str) -> ir.Var:
        item = None if name in self.builder.optional else self.builder.types.get(name)
        return self.builder.fresh(f"{self.builder.hints.get(name) or 'value'}_saved", facts.Listing(item))

    def copied(self, name: str, atom: ir.Atom) -> ir.Atom:
        """A value as memory of its own, if iterations change it in place."""
        if name not in self.changing:
            return atom
        function = copying(self.builder, name)
        return self.typed(self.builder.apply(function, atom), name)

    def typed(self, atom: ir.Atom, name: str) -> ir.Atom:
        """A new name's atom, with the type of another."""
        if isinstance(atom, ir.Var):
            if name in self.builder.types:
                self.builder.types[atom.name] = self.builder.types[name]
            if name in self.builder.optional:
                self.builder.optional.add(atom.name)
        return atom

    def fresh_kept(self) -> Kept:
        """New names for what is kept: in an iteration, or behind a loop."""
        lists: list[ir.Atom] = [self.builder.copy_name(self.lists[name].name) for name in self.names]
        return Kept(self.builder.fresh("kept", STEPS), self.builder.fresh("slot", facts.INT), lists)

    def save(self, at: ir.Atom, kept: Kept, values: Mapping[str, ir.Atom]) -> Kept:
        """Where a step's state is one to keep: store it in the next slot."""
        builder = self.builder
        results = self.fresh_kept()
        test = builder.apply(operator.eq, at, builder.apply(operator.getitem, kept.steps, kept.slot))
        with builder.block() as then:
            steps, slot = kept.steps, kept.slot
            if self.trips is None:
                steps, slot = self.pair(builder.apply(checkpointing.extended, steps, slot, self.slots))
            lists = [
                builder.apply(containers.set_item, xs, slot, self.copied(name, values[name]))
                for name, xs in zip(self.names, kept.lists, strict=True)
            ]
            after = builder.apply(operator.add, slot, ONE)
        stored = ir.Block(tuple(then), (steps, after, *lists))
        builder.emit(ir.If(test, stored, ir.Block((), kept.atoms), bound(results.atoms), builder.origin))
        return results

    def pair(self, atom: ir.Atom) -> tuple[ir.Atom, ir.Atom]:
        steps, slot = (self.builder.apply(operator.getitem, atom, ir.Const(k)) for k in (0, 1))
        self.builder.suggest(steps, "kept")
        self.builder.suggest(slot, "slot")
        return steps, slot

    # ------------------------------------------------------------------------------------------------ the forward loop
    def forwards(self) -> list[ir.Stmt]:
        """The loop that keeps states, behind what it begins with.  Sets `trips`, how many iterations ran, and `kept`."""
        builder, stmt = self.builder, self.stmt
        with builder.apart() as statements, builder.at(stmt.origin):
            self.trips = self.count()
            begins, argument, self.kept = self.begins(), self.fresh_kept(), self.fresh_kept()
            step, done, trips = (builder.fresh(word, facts.INT) for word in ("step", "step", "trips"))
            position = ir.Var(stmt.index) if isinstance(stmt, ir.For) and self.direct else step
            with builder.block() as body:
                after = self.save(position, argument, {name: ir.Var(name) for name in self.names})
                body += [*stmt.body.statements, ir.Let(done.name, ir.Apply(operator.add, (step, ONE)), stmt.origin)]
            pairs = zip(stmt.carried, stmt.inits, strict=True)
            inits = tuple(self.inits[name] if name in self.names else init for name, init in pairs)
            loop = replace(
                stmt,
                carried=(*stmt.carried, step.name, *bound(argument.atoms)),
                inits=(*inits, ZERO, *begins.atoms),
                body=ir.Block(tuple(body), (*stmt.body.yields, done, *after.atoms)),
                results=(*stmt.results, trips.name, *bound(self.kept.atoms)),
                slots=None,
            )
            builder.emit(loop)
        self.trips = trips if self.trips is None else self.trips
        return statements

    def begins(self) -> Kept:
        """What is kept before the loop: lists with a place per state, whose items are not read before they are stored."""
        if self.trips is None:
            many, steps = self.slots, self.builder.apply(checkpointing.unbounded, self.slots)
        else:
            many = self.builder.apply(operator.add, self.slots, ONE)
            steps = self.builder.apply(checkpointing.binomial, self.trips, self.slots)
        lists = [self.builder.apply(containers.repeat, ir.Pack(list, (self.inits[n],)), many) for n in self.names]
        for name, atom in zip(self.names, lists, strict=True):
            self.builder.suggest(self.typed(atom, self.lists[name].name), self.builder.hints[self.lists[name].name])
        self.builder.suggest(steps, "kept")
        return Kept(steps, ZERO, lists)

    def count(self) -> ir.Atom | None:
        """The number of iterations, where it is known before the loop."""
        if not isinstance(self.stmt, ir.For) or self.stmt.stops:
            return None
        start, stop, step = self.stmt.bounds
        return stop if self.direct else self.builder.apply(len, self.builder.apply(range, start, stop, step))

    # ------------------------------------------------------------------------------------------------ the reverse loop
    def backwards(self, arguments: Sequence[ir.Var], inits: Sequence[ir.Atom], results: Sequence[ir.Var]) -> None:
        """Write the reverse loop: each step's state, from the last one kept, and the step forwards and backwards."""
        builder = self.builder
        assert self.trips is not None
        last = builder.apply(operator.sub, self.trips, ONE)
        word = builder.hints.get(self.stmt.index, "k") if isinstance(self.stmt, ir.For) and self.direct else "step"
        position, argument, after = builder.fresh(word, facts.INT), self.fresh_kept(), self.fresh_kept()
        with builder.block() as statements:
            names: dict[str, ir.Atom] = {}
            kept = self.reached(position, argument, names) if self.names else argument
            self.index(names, position)
            builder.replay(self.step.statements, names)
            ends = [builder.substitute(atom, names) for atom in self.step.yields]
        builder.emit(
            ir.For(
                position.name,
                (last, ir.Const(-1), ir.Const(-1)),
                (*bound(arguments), *bound(argument.atoms)),
                (*inits, *self.kept.atoms),
                ir.Block(tuple(statements), (*ends, *kept.atoms)),
                (*bound(results), *bound(after.atoms)),
                origin=builder.origin,
            )
        )

    def reached(self, position: ir.Var, argument: Kept, names: dict[str, ir.Atom]) -> Kept:
        """Write the loop from the last state kept to a step; `names` has the step's state."""
        builder = self.builder
        steps, slot = self.pair(builder.apply(checkpointing.resumed, argument.steps, position, self.slots))
        begins = [
            self.copied(name, self.typed(builder.apply(operator.getitem, xs, slot), name))
            for name, xs in zip(self.names, argument.lists, strict=True)
        ]
        for name, atom in zip(self.names, begins, strict=True):
            builder.suggest(atom, builder.hints.get(name, ""))
        first = builder.apply(operator.getitem, steps, slot)
        following = builder.apply(operator.add, slot, ONE)
        index = builder.fresh("i", facts.INT)
        inner, after = self.fresh_kept(), self.fresh_kept()
        carried = [builder.copy_name(name) for name in self.names]
        with builder.block() as statements:
            here: dict[str, ir.Atom] = dict(zip(self.names, carried, strict=True))
            kept = self.save(index, inner, here)
            self.index(here, index)
            advance = self.advance(self.names)
            builder.replay(advance.statements, here)
            ends = [builder.substitute(atom, here) for atom in advance.yields]
        states = [builder.copy_name(name) for name in self.names]
        builder.emit(
            ir.For(
                index.name,
                (first, position, ONE),
                (*bound(carried), *bound(inner.atoms)),
                (*begins, steps, following, *argument.lists),
                ir.Block(tuple(statements), (*ends, *kept.atoms)),
                (*bound(states), *bound(after.atoms)),
                origin=builder.origin,
            )
        )
        names.update(zip(self.names, states, strict=True))
        return after

    def index(self, names: dict[str, ir.Atom], position: ir.Atom) -> None:
        """Note the loop's index in the iteration of this number, from 0."""
        if isinstance(self.stmt, ir.For):
            start, _, step = self.stmt.bounds
            away = position if self.direct else self.builder.apply(operator.mul, position, step)
            names[self.stmt.index] = position if self.direct else self.builder.apply(operator.add, start, away)


def bound(atoms: Sequence[ir.Atom]) -> tuple[str, ...]:
    """The names of atoms that are names."""
    return tuple(atom.name for atom in atoms if isinstance(atom, ir.Var))
