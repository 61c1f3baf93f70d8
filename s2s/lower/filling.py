"""Arrays that a loop nest fills entry by entry: into the array that nobody reads afterwards, and without zeros first.

    for t in range(steps):                        for t in range(steps):
        next_bar = np.empty(n)                        for i in range(n):
        for i in range(n):              =>                u_bar[i] += g[i]
            next_bar[i] = u_bar[i] + g[i]
        u_bar = next_bar

    A_bar = np.zeros((n, m))                      A_bar = np.empty((n, m))
    for i in range(n):                  =>        for i in range(n):
        for j in range(m):                            for j in range(m):
            A_bar[i, j] += x[i] * y[j]                    A_bar[i, j] = x[i] * y[j]

In: a program of loop nests.  Out: one that computes the same; where it adds -0.0 to a zero, the sum is -0.0.  An array is stored
into in the place of another one if the nest reads of that one no entry but the one that it stores in the same iteration.  A first
addition is a store if it is made for each entry, before anything else is done with it.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from s2s import facts, ir
from s2s.lower.across import is_derived
from s2s.lower.counting import count_uses
from s2s.lower.fusing import renamed, same_dtype
from s2s.lower.using import Lets, based, lets_of, names_of, uses
from s2s.lower.values import ONE, ZERO
from s2s.primitives import STORES
from s2s_runtime import kernels

MINUS = ir.Const(-1)
Types = Mapping[str, facts.Type]


def filled(function: ir.Function) -> ir.Function:
    """The function with fewer arrays and fewer zeros."""
    lets = lets_of(function.body)
    return replace(function, body=Filling(function.types, lets).block(function.body))


@dataclass(frozen=True)
class Filling:
    """One function's arrays being looked at."""

    types: Types
    lets: Lets

    def block(self, block: ir.Block, carried: Sequence[str] = ()) -> ir.Block:
        """A block; of a loop, with what the loop carries."""
        makers = {one.target: one for one in block.statements if isinstance(one, ir.Let) and one.value.function in (np.empty, np.zeros)}
        before = {name: old for old, end in zip(carried, block.yields, strict=False) for name in versions(end, block)}
        found: dict[str, ir.Let | None] = {}
        statements: list[ir.Stmt] = []
        for stmt, behind in zip(block.statements, reads_behind(block), strict=True):
            if isinstance(stmt, ir.For) and not (stmt.stops or stmt.slots):
                for place, init in enumerate(stmt.inits):
                    maker = makers.get(init.name) if isinstance(init, ir.Var) else None
                    if maker is not None and maker.target not in behind | ir.free(stmt.body):
                        old = before.get(maker.target, "")
                        stmt, found[maker.target] = self.one(stmt, place, maker, "" if old in behind else old)
            statements.append(self.inside(stmt))
        done = [found.get(one.target, one) if isinstance(one, ir.Let) else one for one in statements]
        return ir.Block(tuple([one for one in done if one is not None]), block.yields)

    def inside(self, stmt: ir.Stmt) -> ir.Stmt:
        match stmt:
            case ir.If():
                return replace(stmt, then=self.block(stmt.then), other=self.block(stmt.other))
            case ir.For() | ir.While():
                return replace(stmt, body=self.block(stmt.body, () if stmt.stops else stmt.carried))
        return stmt

    def one(self, stmt: ir.For, place: int, maker: ir.Let, old: str) -> tuple[ir.For, ir.Let | None]:
        """A loop that begins with a new array, and what makes that; nothing where it goes on with an old one, which ends here."""
        if maker.value.function is np.zeros:
            begun = self.stored_first(stmt, place, shape_of(maker))
            return (stmt, maker) if begun is None else (begun, replace(maker, value=replace(maker.value, function=np.empty)))
        taken = in_place_of(stmt, place, old, ()) if self.alike(old, maker.target) and old not in names_of(stmt.inits) else None
        if taken is None:
            return stmt, maker
        return replace(taken, inits=(*stmt.inits[:place], ir.Var(old), *stmt.inits[place + 1 :])), None

    def alike(self, name: str, other: str) -> bool:
        """Whether two arrays have one dtype and shape."""
        one, two = self.types.get(name), self.types.get(other)
        return isinstance(one, facts.Num) and isinstance(two, facts.Num) and (one.dtype, one.shape) == (two.dtype, two.shape)

    # ------------------------------------------------------------------------------------------------------ without zeros
    def stored_first(self, stmt: ir.For, place: int, shape: Sequence[ir.Atom], above: Sequence[ir.Atom] = ()) -> ir.For | None:
        """A nest with a store for the first addition to each entry of an array of zeros; None where it is not sure to come first."""
        if not self.covers(stmt, shape[len(above)]):
            return None
        indices, name = (*above, ir.Var(stmt.index)), stmt.carried[place]
        for k, one in enumerate(stmt.body.statements):
            if name in ir.free(ir.Block((one,))):
                first = self.first(one, name, shape, indices)
                if first is None or not self.stays_in_row(ir.Block(stmt.body.statements[k + 1 :], stmt.body.yields), first[1], indices):
                    return None
                statements = (*stmt.body.statements[:k], first[0], *stmt.body.statements[k + 1 :])
                return replace(stmt, body=replace(stmt.body, statements=statements))
        return None

    def first(self, stmt: ir.Stmt, name: str, shape: Sequence[ir.Atom], indices: Sequence[ir.Atom]) -> tuple[ir.Stmt, str] | None:
        """The statement that adds first, as one that stores, and what the array is called behind it."""
        if isinstance(stmt, ir.For) and len(indices) < len(shape) and not (stmt.stops or stmt.slots):
            places = [k for k, init in enumerate(stmt.inits) if init == ir.Var(name)]
            if len(places) != 1 or name in ir.free(stmt.body):
                return None
            inner = self.stored_first(stmt, places[0], shape, indices)
            return None if inner is None else (inner, stmt.results[places[0]])
        if not isinstance(stmt, ir.Let) or stmt.value.function is not kernels.index_add or len(indices) != len(shape):
            return None
        array, at, *rest = stmt.value.args
        fits = array == ir.Var(name) and len(rest) == 1 and ir.index_parts(at) == tuple(indices) and name not in ir.variables(rest[0])
        if not fits or not same_dtype(self.types, array, rest[0]):
            return None
        return replace(stmt, value=replace(stmt.value, function=kernels.index_set)), stmt.target

    def covers(self, stmt: ir.For, length: ir.Atom) -> bool:
        """Whether a loop runs over all of an axis."""
        start, stop, step = stmt.bounds
        if step == ONE:
            return start == ZERO and based(stop, self.lets) == based(length, self.lets)
        name, number = based(start, self.lets)
        return step == MINUS and stop == MINUS and (name, number + 1) == based(length, self.lets)

    def stays_in_row(self, block: ir.Block, name: str, indices: Sequence[ir.Atom]) -> bool:
        """Whether a block uses an array where the loops around it are only, and hands it on."""
        found = uses(block, {name})
        places = (*found.reads, *(place for _, place in found.writes))
        return not found.other and all(ir.index_parts(place)[: len(indices)] == tuple(indices) for place in places)


def shape_of(maker: ir.Let) -> tuple[ir.Atom, ...]:
    """The lengths that an array is made with."""
    return ir.index_parts(maker.value.args[0])


def reads_behind(block: ir.Block) -> list[set[str]]:
    """For each statement of a block, the names that are read behind it."""
    found: list[set[str]] = []
    after = names_of(block.yields)
    for stmt in reversed(block.statements):
        found.append(set(after))
        after = after | ir.free(ir.Block((stmt,)))
    return found[::-1]


def versions(end: ir.Atom, block: ir.Block) -> Iterator[str]:
    """What an array is called in a block at the end of which it is this atom, the last name first."""
    for stmt in reversed(block.statements):
        if isinstance(end, ir.Var) and end.name in ir.binds(stmt):
            yield end.name
            if isinstance(stmt, ir.For):
                end = stmt.inits[stmt.results.index(end.name)]
            elif isinstance(stmt, ir.Let) and stmt.value.function in STORES:
                end = stmt.value.args[0]


# ------------------------------------------------------------------------------------------------------------ in place
def in_place_of(stmt: ir.For, place: int, old: str, above: Sequence[ir.Atom]) -> ir.For | None:
    """A nest that reads the array it carries where it read an old one; None if it reads more of that than it may."""
    name, end, indices = stmt.carried[place], stmt.body.yields[place], (*above, ir.Var(stmt.index))
    users = [k for k, one in enumerate(stmt.body.statements) if name in ir.free(ir.Block((one,)))]
    if len(users) != 1 or name in names_of(stmt.body.yields) or stmt.slots or stmt.stops:
        return None
    before, user, behind = parted(stmt.body.statements, users[0])
    if old in ir.free(ir.Block(behind, stmt.body.yields)):
        return None
    if isinstance(user, ir.For):
        places = [k for k, init in enumerate(user.inits) if init == ir.Var(name)]
        alone = len(places) == 1 and name not in ir.free(user.body) and end == ir.Var(user.results[places[0]])
        if not alone or old in ir.free(ir.Block(before)) | names_of((*user.inits, *user.bounds)):
            return None
        inner = in_place_of(user, places[0], old, indices)
        return None if inner is None else with_statements(stmt, (*before, inner, *behind))
    if not stores(user, name, indices) or end != ir.Var(user.target) or old in ir.reads(user.value):  # type: ignore[union-attr]
        return None
    found = uses(ir.Block(before), {old})
    if found.other or found.writes or not found.reads or any(ir.index_parts(at) != indices for at in found.reads):
        return None
    changed = renamed(ir.Block((*before, user)), {old: ir.Var(name)}).statements
    return with_statements(stmt, (*as_addition(changed, ir.Block(behind, stmt.body.yields)), *behind))


def as_addition(statements: Sequence[ir.Stmt], behind: ir.Block) -> tuple[ir.Stmt, ...]:
    """Statements whose last one stores; an addition to what is there, if that is it."""
    *before, last = statements
    assert isinstance(last, ir.Let)
    array, at, value = last.value.args
    lets = {one.target: one for one in before if isinstance(one, ir.Let)}
    uses = count_uses(ir.Block(tuple(statements))) + count_uses(behind)
    read, chain = value, list[ir.Let]()
    while isinstance(read, ir.Var) and (let := lets.get(read.name)) is not None and uses[read.name] == 1:
        begins = chain and chain[0].value.function is operator.add and (len(chain) == 1 or is_derived(last))
        if begins and let.value == ir.Apply(operator.getitem, (array, at)):
            return (*summed([one for one in before if one is not let], chain), added(last, chain))
        if let.value.function not in (operator.add, operator.sub):
            break
        chain.insert(0, let)
        read = let.value.args[0]
    return tuple(statements)


def summed(statements: Sequence[ir.Stmt], chain: Sequence[ir.Let]) -> list[ir.Stmt]:
    """Statements in which a sum begins with its second term; `chain` has its additions."""
    first, *others = chain
    begun = {first.target: first.value.args[1]}
    return [renamed(ir.Block((one,)), begun).statements[0] if one in others else one for one in statements if one is not first]


def added(last: ir.Let, chain: Sequence[ir.Let]) -> ir.Let:
    """A store of a sum as an addition of all but its first term."""
    array, at, value = last.value.args
    return replace(last, value=ir.Apply(kernels.index_add, (array, at, value if len(chain) > 1 else chain[0].value.args[1])))


def parted(statements: Sequence[ir.Stmt], at: int) -> tuple[tuple[ir.Stmt, ...], ir.Stmt, tuple[ir.Stmt, ...]]:
    return tuple(statements[:at]), statements[at], tuple(statements[at + 1 :])


def with_statements(stmt: ir.For, statements: Sequence[ir.Stmt]) -> ir.For:
    return replace(stmt, body=replace(stmt.body, statements=tuple(statements)))


def stores(stmt: ir.Stmt, name: str, indices: Sequence[ir.Atom]) -> bool:
    """Whether a statement stores a number at the indices of the loops around it."""
    if not isinstance(stmt, ir.Let) or stmt.value.function is not kernels.index_set or len(stmt.value.args) != 3:
        return False
    array, at, value = stmt.value.args
    return array == ir.Var(name) and ir.index_parts(at) == tuple(indices) and name not in ir.variables(value)
