"""Which names are alive where, in the order in which statements are written; and which may therefore share a variable.

In: a function, and the applications that are nested.  Out: for each name the names that are alive when it is bound; for
each statement the names that are alive after it.  A set of names is an integer whose bit k stands for name number k, so
that the sets of a long program cost little.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from s2s import ir


class Liveness:
    """The interference of a function's names.  `conflicts` has what is alive when a name is bound: one side of it."""

    def __init__(self, nested: Mapping[str, ir.Apply]) -> None:
        self.nested = nested
        self.names: list[str] = []
        self.bits: dict[str, int] = {}
        self.conflicts: dict[str, int] = {}
        self.after: dict[str, int] = {}
        self.through: dict[int, int] = {}

    # -------------------------------------------------------------------------------------------------- sets of names
    def bit(self, name: str) -> int:
        """The set of one name."""
        bit = self.bits.get(name)
        if bit is None:
            bit = self.bits[name] = 1 << len(self.names)
            self.names.append(name)
        return bit

    def set_of(self, names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= self.bit(name)
        return found

    def listed(self, names: int) -> Iterator[str]:
        """The names in a set."""
        while names:
            last = names & -names
            yield self.names[last.bit_length() - 1]
            names ^= last

    def reads(self, atoms: Iterable[ir.Atom]) -> Iterator[str]:
        """The names that atoms read, nested applications opened."""
        for atom in atoms:
            for name in ir.variables(atom):
                application = self.nested.get(name)
                if application is None:
                    yield name
                else:
                    yield from self.reads(application.args)
                    yield from self.reads(value for _, value in application.kwargs)

    def read_by(self, atoms: Iterable[ir.Atom]) -> int:
        return self.set_of(self.reads(atoms))

    # ---------------------------------------------------------------------------------------------------- interference
    def bind(self, name: str, live: int) -> None:
        self.conflicts[name] = self.conflicts.get(name, 0) | live & ~self.bit(name)

    def bind_all(self, names: Iterable[str], live: int) -> None:
        """Names that are bound at once conflict with what is alive and with one another."""
        names = list(names)
        live |= self.set_of(names)
        for name in names:
            self.bind(name, live)

    def block(self, block: ir.Block, live: int) -> int:
        """What is alive before a block, given what is alive after it."""
        live |= self.read_by(block.yields)
        for stmt in reversed(block.statements):
            live = self.statement(stmt, live)
        return live

    def statement(self, stmt: ir.Stmt, live: int) -> int:
        match stmt:
            case ir.Let():
                if stmt.target in self.nested:
                    return live
                self.after[stmt.target] = live
                self.bind(stmt.target, live)
                return live & ~self.bit(stmt.target) | self.read_by(ir.operands(stmt))
            case ir.For() | ir.While():
                return self.loop(stmt, live)
            case ir.If() | ir.With() | ir.Try():
                return self.arms(stmt, live)
            case _:
                return live | self.read_by(ir.operands(stmt))

    def arms(self, stmt: ir.If | ir.With | ir.Try, live: int) -> int:
        outside = live & ~self.set_of(stmt.results)
        self.bind_all(stmt.results, outside)
        before = 0
        if isinstance(stmt, ir.Try):
            for _, block in stmt.handlers:
                before |= self.block(block, outside)
            before |= self.block(stmt.body, outside | before)
        else:
            for block in ir.blocks(stmt):
                before |= self.block(block, outside)
        return before | self.read_by(ir.operands(stmt))

    def loop(self, stmt: ir.For | ir.While, live: int) -> int:
        outside = live & ~self.set_of(stmt.results)
        carried = self.set_of(stmt.carried)
        index = self.bit(stmt.index) if isinstance(stmt, ir.For) else 0
        read = self.read_by(ir.Var(name) for block in ir.blocks(stmt) for name in ir.free(block))
        through = outside | read & ~(carried | index)
        self.through[id(stmt)] = through
        self.bind_all(stmt.results, outside)
        inside = self.block(stmt.body, through)
        if isinstance(stmt, ir.While):  # once the test fails, what is carried is the result
            ends = self.set_of(n for n, result in zip(stmt.carried, stmt.results, strict=True) if live & self.bit(result))
            inside |= self.block(stmt.test, inside | read & carried | ends)
        start = inside | read & carried | through
        if isinstance(stmt, ir.For):
            self.bind(stmt.index, start)
        bounds = self.read_by(stmt.bounds) if isinstance(stmt, ir.For) else 0
        self.bind_all(stmt.carried, (start | bounds) & ~carried)
        return start & ~(carried | index) | self.read_by(ir.operands(stmt))
