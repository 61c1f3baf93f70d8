"""How much memory values take, roughly, and how often loops run: what the cheapest records are chosen by.

    A of shape (n, m)           =>    100 * 100        a length that is not known counts as 100
    for k in range(3)           =>    3                one that is known as it is
    u = U[0, i]; v = U[1, i]    =>    U has 2 * 100    and so does an axis that is only met at known places

In: a statement of the forward sweep, and types.  Out: numbers, to be compared with one another.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterator

import numpy as np

from s2s import facts, ir, lengths
from s2s.builder import Builder
from s2s.primitives import STORES

NOMINAL = 100
"""What counts as a length, or a number of iterations, that is not known."""

PART = 10
"""What counts as a number of iterations from one entry of an array to another: the rows of a sparse matrix are short."""

UNKNOWN = NOMINAL**2
"""What counts as the size of a value that nothing is known of."""

SHAPE = {np.copy, np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.empty_like, len}
"""Functions that tell nothing of how long an axis is."""


class Sizes:
    """The sizes of the values in a statement, with all that is nested in it."""

    def __init__(self, builder: Builder, stmt: ir.Stmt) -> None:
        self.type_of = builder.type_of
        self.short: dict[facts.Symbol, int] = {}
        self.long: set[facts.Symbol] = set()
        self.counting: dict[str, int] = {}
        """The loop indices that are known to stay below a number."""
        self.entries: set[str] = set()
        """The names that hold an entry of an array."""
        for inner in _nested(stmt):
            if isinstance(inner, ir.For):
                self._note_loop(inner)
            elif isinstance(inner, ir.Let):
                self._note(inner.value)
                if inner.value.function is operator.getitem and self._shape(inner.value.args[0]):
                    self.entries.add(inner.target)

    # ------------------------------------------------------------------------------------------------- what is met where
    def _note_loop(self, loop: ir.For) -> None:
        for bound in loop.bounds:
            fact = self.type_of(bound)
            self.long.update(fact.length.symbols if isinstance(fact, facts.Num) and fact.length is not None else ())
        known = self._range(loop)
        if known:
            self.counting[loop.index] = max(known[0], known[-1], 0) + 1

    def _note(self, apply: ir.Apply) -> None:
        if apply.function is operator.getitem or apply.function in STORES:
            self._note_index(apply.args[0], apply.args[1])
        elif apply.function not in SHAPE:
            for atom in (*apply.args, *(arg for _, arg in apply.kwargs)):
                self.long.update(symbol for dim in self._shape(atom) for symbol in dim.symbols)

    def _note_index(self, array: ir.Atom, index: ir.Atom) -> None:
        parts, shape = ir.index_parts(index), self._shape(array)
        if len(parts) > len(shape) or any(part in (ir.Const(None), ir.Const(...)) for part in parts):
            self.long.update(symbol for dim in shape for symbol in dim.symbols)
            return
        for part, dim in zip(parts, shape, strict=False):
            end = self._end(part)
            if end is None:
                self.long.update(dim.symbols)
            elif end and dim.symbol is not None:
                self.short[dim.symbol] = max(end, self.short.get(dim.symbol, 0))

    def _end(self, part: ir.Atom) -> int | None:
        """How long an axis is at least that has this place; 0 for a whole axis, None where that is not known."""
        if isinstance(part, ir.Var):
            return self.counting.get(part.name)
        value = part.value if isinstance(part, ir.Const) else None
        if type(value) is int:
            return value + 1 if value >= 0 else -value
        return 0 if part == ir.Const(slice(None)) else None

    def _shape(self, atom: ir.Atom) -> tuple[facts.Dim, ...]:
        fact = self.type_of(atom)
        return (fact.shape or ()) if isinstance(fact, facts.Num) else ()

    # ------------------------------------------------------------------------------------------------------------ sizes
    def of(self, fact: facts.Type | None) -> int:
        """How many numbers a value has."""
        if isinstance(fact, facts.Num) and fact.shape is not None:
            return math.prod(map(self.length, fact.shape))
        return UNKNOWN

    def trips(self, loop: ir.For | ir.While) -> int:
        """How many iterations a loop has."""
        if isinstance(loop, ir.While):
            return NOMINAL
        known = self._range(loop)
        if known is not None:
            return max(1, len(known))
        return PART if all(isinstance(end, ir.Var) and end.name in self.entries for end in loop.bounds[:2]) else NOMINAL

    def length(self, dim: facts.Dim) -> int:
        """A length: 1 at least, and a power of what stands for those that are not known."""
        if dim.symbol is not None and dim.symbol not in self.long and dim.symbol in self.short:
            return self.short[dim.symbol]
        found = max(1, lengths.value(dim, NOMINAL))
        return found if dim.constant is not None or found < NOMINAL // 2 else NOMINAL ** max(1, round(math.log(found, NOMINAL)))

    def _range(self, loop: ir.For) -> range | None:
        """The indices of a loop, if they are known."""
        types = [self.type_of(bound) for bound in loop.bounds]
        known = [fact.length.constant if isinstance(fact, facts.Num) and fact.length else None for fact in types]
        if None in known or known[2] == 0:
            return None
        return range(*known)  # type: ignore[arg-type]


def _nested(stmt: ir.Stmt) -> Iterator[ir.Stmt]:
    """A statement, and those inside it."""
    yield stmt
    for block in ir.blocks(stmt):
        for inner in block.statements:
            yield from _nested(inner)
