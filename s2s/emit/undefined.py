"""Reads of names that some path leaves undefined: Python would fail where the program only passes nothing on.

In: a block and the variables of its names.  Out: the names that may be undefined, and are copied from one variable to another,
recorded for the reverse sweep, or asked for zeros like theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from s2s import ir
from s2s.emit.names import Names
from s2s.emit.owners import walk
from s2s_runtime import containers, tree


def undefined_copies(block: ir.Block, names: Names) -> set[str]:
    """The names to give a value on every path."""
    doubtful = maybe_undefined(block)
    copied = {
        name
        for target, atom in copies(block)
        if isinstance(atom, ir.Pack) or (isinstance(atom, ir.Var) and names.differ(target, atom))
        for name in ir.variables(atom)
        if name in doubtful
    }
    passed = {
        name
        for stmt in walk(block)
        if isinstance(stmt, ir.Let) and passes_on(stmt)
        for name in ir.reads(stmt.value)
        if name in doubtful
    }
    return copied | passed


def passes_on(stmt: ir.Let) -> bool:
    """Whether a statement does not look at its operand: zeros like it, or a record of it, which no user's statement makes."""
    function = stmt.value.function
    return function in (tree.zeros_like, tree.float_zeros_like) or (
        stmt.origin is None and function in (tree.copy, containers.append)
    )


def copies(block: ir.Block) -> Iterator[tuple[str, ir.Atom]]:
    """The assignments that blocks make at their ends, and loops at their starts."""
    for stmt in walk(block):
        if isinstance(stmt, (ir.For, ir.While)):
            first = 1 if stmt.stops else 0
            yield from zip(stmt.carried, stmt.inits, strict=True)
            yield from zip(stmt.carried, stmt.body.yields[first:], strict=True)
        elif isinstance(stmt, (ir.If, ir.With, ir.Try)):
            for inner in ir.blocks(stmt):
                if inner.statements and isinstance(inner.statements[-1], ir.Raise):
                    continue
                yield from zip(stmt.results, inner.yields, strict=True)


def maybe_undefined(block: ir.Block) -> set[str]:
    """Names that are undefined on some path."""
    flows: list[tuple[str, ir.Atom]] = list(copies(block))
    for stmt in walk(block):
        if isinstance(stmt, (ir.For, ir.While)):
            flows += _results(stmt.results, [ir.Var(name) for name in stmt.carried])
    doubtful: set[str] = set()
    while True:
        more = {n for n, a in flows if a == ir.UNDEFINED or (isinstance(a, ir.Var) and a.name in doubtful)} - doubtful
        if not more:
            return doubtful
        doubtful |= more


def _results(results: Sequence[str], atoms: Sequence[ir.Atom]) -> list[tuple[str, ir.Atom]]:
    return list(zip(results, atoms, strict=True))
