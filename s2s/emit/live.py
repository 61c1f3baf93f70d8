"""Which names are alive where, in the order in which statements are written; and which may therefore share a variable.

In: a function, and the applications that are nested.  Out: for each name the names that are alive when it is bound; for
each statement the names that are alive after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from s2s import ir


class Liveness:
    """The interference of a function's names."""

    def __init__(self, nested: Mapping[str, ir.Apply]) -> None:
        self.nested = nested
        self.conflicts: dict[str, set[str]] = {}
        self.after: dict[str, frozenset[str]] = {}
        self.through: dict[int, frozenset[str]] = {}

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

    def bind(self, name: str, live: set[str]) -> None:
        mine = self.conflicts.setdefault(name, set())
        for other in live:
            if other != name:
                mine.add(other)
                self.conflicts.setdefault(other, set()).add(name)

    def bind_all(self, names: Iterable[str], live: set[str]) -> None:
        """Names that are bound at once conflict with what is alive and with one another."""
        names = list(names)
        for name in names:
            self.bind(name, live | set(names))

    def block(self, block: ir.Block, live: set[str]) -> set[str]:
        """What is alive before a block, given what is alive after it."""
        live = live | set(self.reads(block.yields))
        for stmt in reversed(block.statements):
            live = self.statement(stmt, live)
        return live

    def statement(self, stmt: ir.Stmt, live: set[str]) -> set[str]:
        match stmt:
            case ir.Let():
                if stmt.target in self.nested:
                    return live
                self.after[stmt.target] = frozenset(live)
                self.bind(stmt.target, live)
                return (live - {stmt.target}) | set(self.reads(ir.operands(stmt)))
            case ir.For() | ir.While():
                return self.loop(stmt, live)
            case ir.If() | ir.With() | ir.Try():
                return self.arms(stmt, live)
            case _:
                return live | set(self.reads(ir.operands(stmt)))

    def arms(self, stmt: ir.If | ir.With | ir.Try, live: set[str]) -> set[str]:
        results = set(stmt.results)
        self.bind_all(stmt.results, live - results)
        outside = live - results
        blocks = ir.blocks(stmt)
        if isinstance(stmt, ir.Try):
            handled = set().union(*(self.block(block, outside) for _, block in stmt.handlers))
            before = self.block(stmt.body, outside | handled) | handled
        else:
            before = set().union(*(self.block(block, outside) for block in blocks))
        return before | set(self.reads(ir.operands(stmt)))

    def loop(self, stmt: ir.For | ir.While, live: set[str]) -> set[str]:
        outside = live - set(stmt.results)
        through = outside | self.free(stmt)
        self.through[id(stmt)] = frozenset(through)
        used = {name for name in stmt.carried if name in self.inner_free(stmt)}
        self.bind_all(stmt.results, outside)
        inside = self.block(stmt.body, set(through))
        if isinstance(stmt, ir.While):
            inside |= self.block(stmt.test, inside | used)
        start = inside | used
        if isinstance(stmt, ir.For):
            self.bind(stmt.index, (start | through) - {stmt.index})
        bounds = set(self.reads(stmt.bounds)) if isinstance(stmt, ir.For) else set()
        self.bind_all(stmt.carried, (start | through | bounds) - set(stmt.carried))
        before = (start | through) - set(stmt.carried)
        if isinstance(stmt, ir.For):
            before -= {stmt.index}
        return before | set(self.reads(ir.operands(stmt)))

    def inner_free(self, stmt: ir.For | ir.While) -> set[str]:
        return self.opened(name for block in ir.blocks(stmt) for name in ir.free(block))

    def free(self, stmt: ir.For | ir.While) -> set[str]:
        bound = {*stmt.carried, *((stmt.index,) if isinstance(stmt, ir.For) else ())}
        return self.inner_free(stmt) - bound

    def opened(self, names: Iterable[str]) -> set[str]:
        return set(self.reads(ir.Var(name) for name in names))
