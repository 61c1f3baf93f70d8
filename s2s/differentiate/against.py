"""Statements of the reverse sweep that run against one of the forward sweep, before it is decided what is recorded.

    for j in range(i):                     backwards over the iterations of the loop on the left:
        t = A[i, j]                =>          s_bar = s_bar * t          reads t as though it were there
        s = s * t

Their blocks read names of the forward blocks that they run against; `record.py` writes loops and branches that have what
they read.  `of` is what a block runs against: a forward block, or None where it only holds other such statements.
"""

from __future__ import annotations

from dataclasses import dataclass

from s2s import ir

ZERO, ONE = ir.Const(0), ir.Const(1)


@dataclass(frozen=True, slots=True)
class AgainstLoop(ir.For):
    """The iterations of a loop that ran, from the last to the first.  The index is nobody's, the bounds are what is read."""

    of: tuple[ir.Block | None, ...] = ()


@dataclass(frozen=True, slots=True)
class AgainstArms(ir.If):
    """The arm of a branch that was taken."""

    of: tuple[ir.Block | None, ...] = ()


@dataclass(frozen=True, slots=True)
class AgainstBody(ir.With):
    """The body of a with statement, in the same context."""

    of: tuple[ir.Block | None, ...] = ()


def bounds_read(loop: ir.For | ir.While) -> tuple[ir.Atom, ir.Atom, ir.Atom]:
    """What the loop over the same iterations backwards reads to know which these are; where they stop, it is counted."""
    if isinstance(loop, ir.While):
        return ZERO, ZERO, ONE
    start, stop, step = loop.bounds
    return start, start if loop.stops else stop, step
