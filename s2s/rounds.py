"""How much a program has to do, as far as the rounds of its loops are known before it runs.

In: a block, what is known of its names, and lengths.  Out: how many statements it runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from s2s import facts, ir


class Rounds:
    """Counts statements that a program runs: those in a branch, or in a loop of unknown length, as if they ran once."""

    def __init__(self, types: Mapping[str, Any], lengths: Mapping[facts.Symbol, int]) -> None:
        self.types = types
        self.lengths = {symbol: facts.as_dim(size) for symbol, size in lengths.items()}

    def statements(self, block: ir.Block) -> int:
        return sum(1 + self.of_loop(stmt) * sum(map(self.statements, ir.blocks(stmt))) for stmt in block.statements)

    def of_loop(self, stmt: ir.Stmt) -> int:
        """How often a statement's own blocks are run."""
        if not isinstance(stmt, ir.For):
            return 1
        start, stop, step = map(self.number, stmt.bounds)
        return len(range(start, stop, step)) if start is not None and stop is not None and step else 1

    def number(self, atom: ir.Atom) -> int | None:
        """A whole number, as far as it is known."""
        if isinstance(atom, ir.Const):
            return atom.value if type(atom.value) is int else None
        length = getattr(self.types.get(atom.name), "length", None) if isinstance(atom, ir.Var) else None
        return None if length is None else length.substitute(self.lengths).constant
