"""The order of the passes.

In: a Function.  Out: a Function that computes the same.
"""

from __future__ import annotations

from dataclasses import replace

from s2s import ir
from s2s.optimise.loops import settle
from s2s.subroutine import called
from s2s.sweep import sweep_block


def optimise(function: ir.Function) -> ir.Function:
    """The function, simplified until nothing changes."""
    body = sweep_block(function.body)
    for _ in range(6):
        before, body = body, settle(body)
        if body == before:
            break
        body = sweep_block(body)
    for routine in called(body, handed=True):
        routine.body = sweep_block(settle(sweep_block(routine.body)))
    return replace(function, body=body)


def settled_loops(function: ir.Function) -> ir.Function:
    """A function that is to be differentiated, whose loops carry only what they change: all else is there, and need not be recorded."""
    return replace(function, body=settle(function.body, read=False))
