"""How the reverse sweep gets at values of the forward sweep that are local to branches and iterations.

In: a loop or branch of the forward sweep, with all that is nested in it, and the statement of the reverse sweep that runs
against it and reads the names that it binds.  Out: what to record and what to recompute, in which block: one minimum cut
through the whole nest, in which a value costs its size as often as its block runs.

    for j in range(n):
        for k in range(j):
            s = s - A[i, k] * A[k, j]       =>      A[i, k] and A[k, j] are recorded, in the inner loop
        A[i, j] = s                                 and not A, in the outer one
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.differentiate.against import ZERO, AgainstArms, AgainstBody, AgainstLoop
from s2s.differentiate.cut import cheapest
from s2s.differentiate.lasting import Lasting
from s2s.differentiate.repeated import Repeated, repeated
from s2s.differentiate.sizes import Sizes
from s2s.primitives import STORES, VIEWS, is_shared
from s2s.subroutine import Subroutine
from s2s.twin import length_atom

CHEAP = {
    operator.add, operator.sub, operator.mul, operator.truediv, operator.neg, operator.pos, operator.getitem, operator.lt,
    operator.le, operator.gt, operator.ge, operator.eq, operator.ne, operator.is_, operator.is_not, operator.not_, operator.floordiv,
    operator.mod, operator.pow, getattr, len, np.shape, np.ndim, np.size, np.expand_dims, np.transpose, np.reshape, np.swapaxes,
    np.broadcast_to, np.zeros, np.ones, np.zeros_like, np.ones_like, range, min, max, isinstance, np.equal, np.abs, np.square,
    np.add, np.subtract, np.multiply, np.divide, np.negative, np.maximum, np.minimum, np.where, abs, np.ravel, math.sin, math.cos,
    math.exp, math.log, math.sqrt, math.tanh, math.tan, math.atan, math.sinh, math.cosh, math.expm1, math.log1p, math.hypot,
    math.atan2, math.fabs, float, np.flip, np.flipud, np.fliplr, np.rot90, np.moveaxis, np.rollaxis, np.squeeze, np.diagonal,
    np.matrix_transpose, np.permute_dims, np.array, np.eye, np.identity, np.full, np.arange, np.ix_,
}  # fmt: skip
"""What is recomputed rather than recorded: loads, indices, shapes, and arithmetic that costs no more than a load."""


@dataclass(eq=False)
class Region:
    """A forward block that a block of the reverse sweep runs against.

    `loop` is the statement whose body it is, None for an arm of a branch; `trips` is how often it runs, nominally, and `path`
    has the words for the indices of the loops around it.  `kept` are the names that it has recorded, in the order of the
    program, `again` what is recomputed from them.
    """

    block: ir.Block
    loop: ir.For | ir.While | None = None
    trips: int = 1
    path: tuple[str, ...] = ()
    kept: list[str] = field(default_factory=list)
    again: list[ir.Let] = field(default_factory=list)


class Nest:
    """A statement of the forward sweep and the one that runs against it: what the latter needs of the former.

    `reads` are the names that it reads, in the end.  Without `recompute`, everything is kept.  `results` are what a loop ends
    with, and arrays that it begins with and changes: they are there, but would have to be kept.
    """

    def __init__(self, builder: Builder, forward: ir.Stmt, backward: ir.Stmt, recompute: bool) -> None:
        self.builder, self.forward, self.backward, self.recompute = builder, forward, backward, recompute
        self.regions: dict[int, Region] = {}
        self.homes: dict[str, Region] = {}
        self.lets: dict[str, ir.Let] = {}
        self.results: set[str] = set()
        self.indices: set[str] = set()
        self.in_front: dict[int, list[ir.Let]] = {}
        """What may be read in front of an inner loop, by the loop's identity."""
        self.sizes = Sizes(builder, forward)
        self._note(forward, Region(ir.Block((forward,))))
        self.reversed = {id(block) for block in _run_against(backward)}
        self.reads = set(ir.free(ir.Block((backward,))))
        self.needed = sorted(self.reads & self.homes.keys(), key=serial)
        choices = self._choices() if recompute else [{}]
        self._settle(*min((self._cut(lets) for lets in choices), key=lambda found: (found[0], len(found[1] & self.homes.keys())))[1:])

    def _note(self, stmt: ir.Stmt, around: Region) -> None:
        """What each block in a statement binds."""
        for block in ir.blocks(stmt):
            if isinstance(stmt, (ir.For, ir.While)):
                if block is not stmt.body:
                    continue
                if isinstance(stmt, ir.For):
                    self.indices.add(stmt.index)
                word = self.builder.hints.get(stmt.index) if isinstance(stmt, ir.For) else None
                trips = around.trips * self.sizes.trips(stmt)
                region = Region(block, stmt, trips, (*around.path, word or "k"))
                self.homes.update((name, region) for name in stmt.carried)
            else:
                region = Region(block, None, around.trips, around.path)
            self.regions[id(block)] = region
            for inner in block.statements:
                self.homes.update((name, region) for name in ir.binds(inner))
                if isinstance(inner, ir.Let):
                    self.lets[inner.target] = inner
                else:
                    self._note(inner, region)

    def _choices(self) -> list[dict[str, ir.Let]]:
        """How names may be computed again: the simplest ways first, those with as many records that cost the same being as good."""
        cheap = {name: let for name, let in self.lets.items() if let.value.function in CHEAP} | self._lengths()
        if not isinstance(self.forward, (ir.For, ir.While)):
            return [cheap]
        cheap |= self._outer()
        self.results.update(self.forward.results)
        found = Lasting(self.builder, self.forward)
        reads = {name: let for name, let in found.reads.items() if name in self.homes}
        stored = {name: let for name, let in found.stored.items() if name in self.homes}
        front = self._in_front(found)
        cheap |= {let.target: let for lets in self.in_front.values() for let in lets}
        first = {name: let for name, let in found.first.items() if name in self.homes}
        self.results.update(self._given_up(first))
        choices = [stored | cheap | reads, cheap | stored | reads] if reads or stored else []
        if first:
            choices = [*choices, *(first | choice for choice in choices), *(choice | first for choice in choices), cheap | first]
        choices.append(cheap)
        return [*choices, *(choice | front for choice in choices)] if front else choices

    def _in_front(self, found: Lasting) -> dict[str, ir.Let]:
        """Reads that inner loops repeat, as what may be read and recorded in front of these loops: a name for each."""
        recipes: dict[str, ir.Let] = {}
        for one in repeated(found):
            home = self.homes.get(one.loop.results[0])
            if one.name not in self.homes or one.name in recipes or home is None:
                continue
            let = self._made_in_front(one, home)
            recipes[one.name] = ir.Let(one.name, ir.Apply(operator.getitem, (ir.Pack(tuple, (ir.Var(let.target),)), ZERO)), one.origin)
        return recipes

    def _made_in_front(self, one: Repeated, home: Region) -> ir.Let:
        """The statement that reads in front of a loop, once for all reads of the same."""
        lets = self.in_front.setdefault(id(one.loop), [])
        known = next((let for let in lets if let.value == one.value), None)
        if known is None:
            name = self.builder.fresh(self.builder.hints.get(one.name, ""), self.builder.types.get(one.name)).name
            known = self.lets[name] = ir.Let(name, one.value, one.origin and one.origin.again())
            self.homes[name] = home
            lets.append(known)
        return known

    def _lengths(self) -> dict[str, ir.Let]:
        """The lengths that are there, since arrays were made with them: nothing is read of an array that changes for its length."""
        found: dict[str, ir.Let] = {}
        for name, let in self.lets.items():
            fact = self.builder.types.get(name)
            if let.value.function is len and isinstance(fact, facts.Num) and fact.length is not None:
                atom = length_atom(self.builder, fact.length)
                if atom is not None:
                    found[name] = replace(let, value=ir.Apply(operator.getitem, (ir.Pack(tuple, (atom,)), ir.Const(0))))
        return found

    def _outer(self) -> dict[str, ir.Let]:
        """The numbers that are the same in each iteration: made of what is there in front of the nest, however much that takes."""
        found: dict[str, ir.Let] = {}
        own = self.homes.keys() | self.indices
        for name, let in self.lets.items():
            fact = self.builder.types.get(name)
            inside = [read for read in ir.reads(let.value) if read in own and read not in found]
            function = let.value.function
            simple = isinstance(fact, facts.Num) and fact.shape == () and not isinstance(function, Subroutine)
            if not inside and simple and is_shared(function):
                found[name] = let
        return found

    def _given_up(self, first: Mapping[str, ir.Let]) -> set[str]:
        """The arrays that a loop begins with, and that nobody holds but to read them: without that, it would store into them."""
        begun = {name for let in first.values() for name in ir.variables(let.value.args[0])}
        held = set().union(*(ir.free(block) for block in ir.blocks(self.forward)))
        return begun - held - self.reads - set(self.builder.inputs)

    def _cut(self, lets: dict[str, ir.Let]) -> tuple[int, set[str], dict[str, ir.Let]]:
        """What the cheapest records cost, which these are, and how all else is computed again."""
        recipes = {name: tuple(dict.fromkeys(ir.reads(let.value))) for name, let in lets.items()}
        cut = cheapest(self.needed, recipes, lambda name: name not in self.homes and name not in self.results, self.cost)
        return sum(map(self.cost, cut)), cut, lets

    def _settle(self, cut: set[str], lets: dict[str, ir.Let]) -> None:
        """Sort what is recorded, and what is computed again, by the blocks that bind it."""
        wanted: dict[str, None] = {}
        pending = list(self.needed)
        while pending:
            name = pending.pop()
            if name in wanted or name not in self.homes:
                continue
            wanted[name] = None
            if name in cut:
                self.homes[name].kept.append(name)
            else:
                self.reads.update(ir.reads(lets[name].value))
                pending.extend(ir.reads(lets[name].value))
        again = {name: lets[name] for name in wanted if name not in cut}
        for region in self.regions.values():
            names = [name for stmt in region.block.statements for name in (*self._read_before(stmt), *ir.binds(stmt))]
            region.again = in_order({name: again[name] for name in names if name in again})

    def _read_before(self, stmt: ir.Stmt) -> list[str]:
        return [let.target for let in self.in_front.get(id(stmt), ())]

    def cost(self, name: str) -> int:
        """How much memory the values of a name take, roughly."""
        return self.sizes.of(self.builder.types.get(name)) * (self.homes[name].trips if name in self.homes else 1)

    def word(self, name: str) -> str:
        """What to call the records of a name: as the user does, or as what it is a part of."""
        while not self.builder.hints.get(name) and name in self.lets:
            apply = self.lets[name].value
            if apply.function is not operator.getitem or not isinstance(apply.args[0], ir.Var):
                break
            name = apply.args[0].name
        return self.builder.hints.get(name) or "value"

    @property
    def records(self) -> bool:
        """Whether anything is kept."""
        return any(region.kept for region in self.regions.values())


def in_order(lets: dict[str, ir.Let]) -> list[ir.Let]:
    """Statements in their order, but none before one that it reads."""
    done: dict[str, ir.Let] = {}

    def visit(name: str) -> None:
        if name in lets and name not in done:
            for read in ir.reads(lets[name].value):
                visit(read)
            done[name] = lets[name]

    for name in lets:
        visit(name)
    return list(done.values())


def _run_against(stmt: ir.Stmt) -> Iterator[ir.Block]:
    """The forward blocks that blocks of a statement run against."""
    if isinstance(stmt, (AgainstLoop, AgainstArms, AgainstBody)):
        yield from (block for block in stmt.of if block is not None)
    for block in ir.blocks(stmt):
        for inner in block.statements:
            yield from _run_against(inner)


def changing(stmt: ir.Stmt, types: Mapping[str, facts.Type]) -> set[str]:
    """The arrays that may share memory with what iterations in a statement update: a record of one has to be a copy."""
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while name in parent:
            name = parent[name]
        return name

    def unite(name: str, atom: ir.Atom) -> None:
        if isinstance(atom, ir.Var) and find(name) != find(atom.name):
            parent[find(name)] = find(atom.name)

    updated: set[str] = set()
    names: set[str] = set()
    given: set[str] = set()  # by subroutines, which may keep it: it is never written to

    def visit(stmt: ir.Stmt) -> None:
        names.update(ir.binds(stmt))
        if isinstance(stmt, ir.Let):
            function, args = stmt.value.function, stmt.value.args
            if function in STORES:
                updated.add(stmt.target)
            if isinstance(function, Subroutine) or (function is operator.getitem and given.issuperset(ir.variables(args[0]))):
                given.add(stmt.target)
            elif args and (function in STORES or function in VIEWS):
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
    return {n for n in names if find(n) in roots and not is_number(types.get(n))}


def is_number(fact: facts.Type | None) -> bool:
    """Whether a value has no axes."""
    return isinstance(fact, facts.Num) and fact.shape == ()


def serial(name: str) -> int:
    """Where a name stands in the order in which names were made."""
    return int(name[1:])
