"""Questions about whole numbers whose answer is known once everything is loops.

    y = np.empty(t)                          y = np.empty(t)
    n = y.shape[0]                           for i in range(t):
    if not (n == t or n == 1):      =>           y[i] = x[i]
        raise ValueError()
    for i in range(t):
        y[i] = x[min(i, n - 1)]

While statements are lowered one by one it is not yet known that two lengths are one number.  Then it is: lengths of arrays that the
program makes are what they are made with, what is computed twice in the same way is one number, bounds say which of two is the larger
one, and what is compared with itself is equal.

In: a program of loop nests, and what is assumed of the lengths in a call.  Out: the same with less to ask.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.lower.assuming import Assumption
from s2s.lower.passing import Pass
from s2s.lower.places import shifted
from s2s.primitives import STORES, both, either
from s2s_runtime import loops

WHOLE = {operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, min, max, loops.common_length, loops.slice_end}
MADE = {np.empty, np.zeros, np.ones}
Lengths = tuple[ir.Atom, ...]


def answered(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function without tests that are known to hold or to fail, and without names for lengths that have one."""
    return Answering(function, assumption).run()


class Answering(Pass):
    """One function being simplified; `names` has what stands for names that are not needed any more."""

    def __init__(self, function: ir.Function, assumption: Assumption) -> None:
        super().__init__(function, assumption)
        self.names: dict[str, ir.Atom] = {}
        self.lengths: dict[str, Lengths] = {}
        self.trips: dict[str, ir.Atom] = {}
        """The indices of loops that begin at 0, and where these end."""
        self.values: dict[str, ir.Apply] = {}
        self.computed: dict[ir.Apply, ir.Atom] = {}
        """Whole numbers, by what computes them."""
        self.roots = Roots()

    def atom(self, atom: ir.Atom) -> ir.Atom:
        return ir.replace_atom(atom, lambda name: self.names.get(name, ir.Var(name)))

    def atoms(self, atoms: Sequence[ir.Atom]) -> tuple[ir.Atom, ...]:
        return tuple([self.atom(one) for one in atoms])

    def block(self, block: ir.Block) -> ir.Block:
        before = dict(self.computed)
        statements = [one for stmt in block.statements for one in self.statement(stmt)]
        self.computed = before
        return ir.Block(tuple(statements), self.atoms(block.yields))

    def statement(self, stmt: ir.Stmt) -> Sequence[ir.Stmt]:
        match stmt:
            case ir.Let():
                return self.let(stmt)
            case ir.If():
                return self.branch(replace(stmt, test=self.atom(stmt.test)))
            case ir.For():
                return [self.inside(stmt)]
            case ir.While():
                inits, test, body = self.atoms(stmt.inits), self.block(stmt.test), self.block(stmt.body)
                return [replace(stmt, inits=inits, test=test, body=body)]
            case ir.Raise():
                return [replace(stmt, exception=self.atom(stmt.exception))]
        raise TypeError(f"a {type(stmt).__name__} in a loop nest")

    def let(self, stmt: ir.Let) -> Sequence[ir.Stmt]:
        value = ir.replace_apply(stmt.value, lambda name: self.names.get(name, ir.Var(name)))
        found = None if value.kwargs else self.answer(value.function, value.args)
        whole = found is None and value.function in WHOLE and not value.kwargs
        if whole and all(map(self.is_counted, (ir.Var(stmt.target), *value.args))):
            value = self.plainer(value)
            found = value.args[0] if value.function is operator.pos else self.computed.setdefault(value, ir.Var(stmt.target))
        if found is not None and found != ir.Var(stmt.target):
            self.names[stmt.target] = found
            return []
        self.values[stmt.target] = value
        self.builder.define(replace(stmt, value=value))
        lengths = self.made(value)
        if lengths is not None:
            self.lengths[stmt.target] = lengths
        return [replace(stmt, value=value)]

    def plainer(self, value: ir.Apply) -> ir.Apply:
        """A whole number plus or minus a constant, as such; `pos` of it where that is 0."""
        atom, by = value.args[0], 0
        function: object = value.function
        if function in (operator.add, operator.sub) and isinstance(value.args[1], ir.Const):
            by = value.args[1].value if function is operator.add else -value.args[1].value
            while (found := shifted(atom, self.builder)) is not None:
                atom, by = found[0], by + found[1]
            if by == 0:
                return ir.Apply(operator.pos, (atom,))
            return ir.Apply(operator.add if by > 0 else operator.sub, (atom, ir.Const(abs(by))))
        return value

    def made(self, value: ir.Apply) -> Lengths | None:
        """The lengths of an array that an application makes, or of which it is a version."""
        if value.function in MADE:
            shape = value.args[0]
            return shape.items if isinstance(shape, ir.Pack) else (shape,) if self.is_whole(shape) else None
        first = value.args[0] if value.args else None
        known = value.function in STORES or (value.function is np.copy and not value.kwargs)
        return self.lengths.get(first.name) if known and isinstance(first, ir.Var) else None

    def branch(self, stmt: ir.If) -> Sequence[ir.Stmt]:
        """A branch, or the arm of it that is surely taken."""
        if isinstance(stmt.test, ir.Const) and type(stmt.test.value) is bool:
            arm = self.block(stmt.then if stmt.test.value else stmt.other)
            self.names.update(zip(stmt.results, arm.yields, strict=True))
            return arm.statements
        then, other = self.block(stmt.then), self.block(stmt.other)
        for result, one, another in zip(stmt.results, then.yields, other.yields, strict=True):
            self.same(result, (one, another))
        return [replace(stmt, then=then, other=other)]

    def inside(self, stmt: ir.For) -> ir.For:
        """A loop; an array that it stores into is as long in each iteration as at the beginning."""
        start, stop, step = self.atoms(stmt.bounds)
        self.builder.ranges.enter(replace(stmt, bounds=(start, stop, step)))
        if (start, step) == (ir.Const(0), ir.Const(1)):
            self.trips[stmt.index] = stop
        inits = self.atoms(stmt.inits)
        ends = stmt.body.yields[int(stmt.stops) :]
        for name, init, end in zip(stmt.carried, inits, ends, strict=True):
            if self.roots.of(stmt.body, end) == name:
                self.same(name, (init,))
        stmt = replace(stmt, bounds=(start, stop, step), inits=inits, body=self.block(stmt.body))
        for result, name, init in zip(stmt.results, stmt.carried, inits, strict=True):
            if name in self.lengths:
                self.same(result, (init,))
        return stmt

    def same(self, name: str, atoms: Sequence[ir.Atom]) -> None:
        """Note the lengths of a name that is one of these arrays, if they are as long as one another."""
        found = {self.lengths.get(atom.name) if isinstance(atom, ir.Var) else None for atom in atoms}
        lengths = found.pop()
        if not found and lengths is not None:
            self.lengths[name] = lengths

    # ------------------------------------------------------------------------------------------------------- answers
    def answer(self, function: object, args: tuple[ir.Atom, ...]) -> ir.Atom | None:
        """What an application gives, if that is known."""
        match function, args:
            case operator.getitem, (ir.Var(name), ir.Const(k)) if type(k) is int and name in self.values:
                return self.length(self.values[name], k)
            case operator.eq, (a, b) if a == b and self.is_whole(a):
                return ir.Const(True)
            case operator.not_, (ir.Const(known),) if type(known) is bool:
                return ir.Const(not known)
            case loops.place, (ir.Const(k), ir.Const(n)) if 0 <= k < n:
                return ir.Const(k)
            case builtins.min, (ir.Var(index), end) if index in self.trips and self.is_last(end, self.trips[index]):
                return ir.Var(index)
            case builtins.min, (a, b):
                return a if self.is_at_most(a, b) else b if self.is_at_most(b, a) else None
            case builtins.max, (a, b):
                return b if self.is_at_most(a, b) else a if self.is_at_most(b, a) else None
            case loops.common_length, (a, b) if a == b:
                return a
        if function in (both, either) and len(args) == 2:
            return joined(function is both, *args)
        return None

    def is_at_most(self, a: ir.Atom, b: ir.Atom) -> bool:
        """Whether a whole number is surely not above another one."""
        ranges = self.builder.ranges
        if not (self.is_counted(a) and self.is_counted(b)):
            return False
        one, other = ranges.of(a), ranges.of(b)
        return a == b or (one is not None and other is not None and ranges.is_count(other[0] - one[1]))

    def length(self, value: ir.Apply, axis: int) -> ir.Atom | None:
        """An axis of an array's shape."""
        first = value.args[0] if value.args else None
        if value.function is not np.shape or not isinstance(first, ir.Var) or first.name not in self.lengths:
            return None
        return self.lengths[first.name][axis]

    def is_last(self, atom: ir.Atom, stop: ir.Atom) -> bool:
        """Whether a number is one below the end of a loop."""
        value = self.values.get(atom.name) if isinstance(atom, ir.Var) else None
        return value is not None and value.function is operator.sub and value.args == (stop, ir.Const(1))

    def is_counted(self, atom: ir.Atom) -> bool:
        """Whether an atom is a whole number of 64 bits."""
        if isinstance(atom, ir.Const):
            return type(atom.value) is int
        fact = self.builder.types.get(atom.name) if isinstance(atom, ir.Var) else None
        return isinstance(fact, facts.Num) and fact.shape == () and fact.dtype == np.int64

    def is_whole(self, atom: ir.Atom) -> bool:
        """Whether an atom is a whole number, which is equal to itself."""
        if isinstance(atom, ir.Const):
            return type(atom.value) is int
        fact = self.builder.types.get(atom.name) if isinstance(atom, ir.Var) else None
        return isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iub"


def joined(conjunction: bool, a: ir.Atom, b: ir.Atom) -> ir.Atom | None:
    """`a and b`, or `a or b`, where one of them is known, or both are one."""
    for one, other in ((a, b), (b, a)):
        if isinstance(one, ir.Const) and type(one.value) is bool:
            return other if one.value is conjunction else one
    return a if a == b else None


class Roots:
    """What arrays are called at the beginning of blocks that only store into them; each block is looked at once."""

    def __init__(self) -> None:
        self.versions: dict[int, tuple[ir.Block, dict[str, ir.Atom]]] = {}

    def of(self, block: ir.Block, atom: ir.Atom) -> str | None:
        """The name that an array has at the beginning of a block which only stores into it."""
        if id(block) not in self.versions:
            self.versions[id(block)] = block, self.found(block)
        _, versions = self.versions[id(block)]
        while isinstance(atom, ir.Var) and atom.name in versions:
            atom = versions[atom.name]
        return atom.name if isinstance(atom, ir.Var) else None

    def found(self, block: ir.Block) -> dict[str, ir.Atom]:
        """What each store was made into, and what each loop began with that only stores."""
        versions: dict[str, ir.Atom] = {}
        for stmt in block.statements:
            if isinstance(stmt, ir.Let) and stmt.value.function in STORES:
                versions[stmt.target] = stmt.value.args[0]
            elif isinstance(stmt, ir.For):
                ends = stmt.body.yields[int(stmt.stops) :]
                triples = zip(stmt.results, stmt.carried, stmt.inits, ends, strict=True)
                versions.update({result: init for result, name, init, end in triples if self.of(stmt.body, end) == name})
        return versions
