"""A function whose innermost loops compute elementary functions asks for the widest vector registers.

    for i in range(n):                widest_vectors()
        y[i] = exp(x[i])     =>       for i in range(n):
                                          y[i] = exp(x[i])

In: a program of loop nests.  Out: the same, with one statement more.  Such loops gain a third, others gain and lose nothing.
"""

from __future__ import annotations

from dataclasses import replace

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s.lower.across import has_kernels
from s2s.lower.adding import is_innermost
from s2s.lower.counting import newest
from s2s.primitives import EFFECTS
from s2s_runtime import elementary

EFFECTS.add(elementary.widest_vectors)  # nobody reads what it gives; `primitives.py` itself imports nothing that needs Numba


def widened(function: ir.Function) -> ir.Function:
    """The function, asking for wide registers where it uses them."""
    if not any(isinstance(stmt, ir.For) and is_innermost(stmt) and has_kernels(stmt) for stmt in walk(function.body)):
        return function
    name = f"#{newest(function) + 1}"
    asking = ir.Let(name, ir.Apply(elementary.widest_vectors))
    body = replace(function.body, statements=(asking, *function.body.statements))
    return replace(function, body=body, types={**function.types, name: facts.Num()})
