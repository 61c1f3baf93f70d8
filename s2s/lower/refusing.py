"""What cannot be lowered: the reason, and the user's line."""

from __future__ import annotations

from s2s import ir


class NotLowered(Exception):
    """A program, or a part of one, stays as NumPy code."""

    def __init__(self, reason: str, origin: ir.Origin | None) -> None:
        super().__init__(reason)
        self.reason, self.origin = reason, origin
        self.statement: ir.Stmt | None = None
        """The outermost statement that this is said of."""
