"""Where an index lies: what loops, remainders and sums say of a whole number.

    for i in range(1, n - 1): x[i + 1]        i + 1 lies between 2 and n - 1: on the axis, and counted from the front

In: atoms, and the bounds of loops.  Out: whether a place is surely on an axis.  What is not proved is checked when the program
runs, as NumPy does: compiled code reads whatever lies behind an array.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from s2s import facts, ir
from s2s.facts import Dim, as_dim
from s2s.lower.assuming import at_least
from s2s.sums import Sum, parted
from s2s_runtime import loops

if TYPE_CHECKING:
    from s2s.lower.writing import LoopBuilder

Range = tuple[Dim, Dim]
"""The least and the largest value, both included."""


class Ranges:
    """What is known of whole numbers in one function."""

    def __init__(self, builder: LoopBuilder) -> None:
        self.builder = builder
        self.loops: dict[str, Range] = {}
        self.entries: dict[ir.Atom, Range] = {}
        """Where the entries of arrays of indices lie."""
        self.tops: dict[str, Sum] = {}
        """What the indices of loops, none of them below 0, never pass: a number that need not be a length, and a constant."""

    def enter(self, loop: ir.For) -> None:
        """A loop's index, from its bounds."""
        start, stop, step = loop.bounds
        first, end = self.of(start), self.of(stop)
        self.note_top(loop.index, *((start, stop, -1) if step == ir.Const(1) else (stop, start, 0) if step == ir.Const(-1) else ()))
        if not isinstance(step, ir.Const) or first is None or end is None:
            return
        self.loops[loop.index] = (first[0], end[1] - 1) if step.value > 0 else (end[0] + 1, first[1])

    def note_top(self, index: str, low: ir.Atom | None = None, high: ir.Atom | None = None, more: int = 0) -> None:
        """What an index never passes, where it does not get below 0; `low` is not reached where nothing is to be added to `high`."""
        least, most = (None if low is None else self.of(low)), (None if high is None else parted(self.builder, high))
        if least is not None and most is not None and self.is_count(least[0] + (0 if more else 1)):
            self.tops[index] = most[0], most[1] + more

    def of(self, atom: ir.Atom) -> Range | None:
        """The range of a whole number; None where nothing is known."""
        if isinstance(atom, ir.Const):
            return (as_dim(atom.value), as_dim(atom.value)) if type(atom.value) is int else None
        if isinstance(atom, ir.Var) and atom.name in self.loops:
            return self.loops[atom.name]
        fact = self.builder.type_of(atom)
        if isinstance(fact, facts.Num) and fact.length is not None:
            return fact.length, fact.length
        definition = self.builder.definition(atom)
        rule = RULES.get(definition.function) if definition is not None and not definition.kwargs else None
        return rule(self, *definition.args) if rule is not None and definition is not None else None

    def is_on(self, atom: ir.Atom, axis: Dim) -> bool:
        """Whether a number is surely a place of an axis, counted from the front."""
        found = self.of(atom)
        return found is not None and self.is_count(found[0]) and self.is_count(axis - 1 - found[1])

    def is_below(self, atom: ir.Atom, axis: Dim) -> bool:
        """Whether the index of a loop is surely a place of an axis, by the number that the axis was made with."""
        top = self.tops.get(atom.name) if isinstance(atom, ir.Var) else None
        length = self.builder.known_length(axis) if top is not None else None
        end = parted(self.builder, length) if length is not None else None
        return top is not None and end is not None and top[0] == end[0] and top[1] < end[1]

    def is_surely_count(self, atom: ir.Atom) -> bool:
        """Whether a whole number is surely not below 0."""
        found = self.of(atom)
        return found is not None and self.is_count(found[0])

    def is_count(self, dim: Dim) -> bool:
        """Whether a number is surely not below 0."""
        least = at_least(dim, self.builder.long)
        return least is not None and least >= 0


def added(ranges: Ranges, a: ir.Atom, b: ir.Atom) -> Range | None:
    first, second = ranges.of(a), ranges.of(b)
    return None if first is None or second is None else (first[0] + second[0], first[1] + second[1])


def subtracted(ranges: Ranges, a: ir.Atom, b: ir.Atom) -> Range | None:
    first, second = ranges.of(a), ranges.of(b)
    return None if first is None or second is None else (first[0] - second[1], first[1] - second[0])


def scaled(ranges: Ranges, a: ir.Atom, b: ir.Atom) -> Range | None:
    number, other = (a, b) if isinstance(a, ir.Const) else (b, a)
    if not isinstance(number, ir.Const) or type(number.value) is not int or number.value < 0:
        return None
    parts = parts_of(ranges, number.value, other)
    found = ranges.of(other) if parts is None else None
    return parts if found is None else (found[0] * number.value, found[1] * number.value)


def parts_of(ranges: Ranges, number: int, index: ir.Atom) -> Range | None:
    """`2 * i` for an i below `n // 2`: no more than n - 2."""
    top = ranges.tops.get(index.name) if isinstance(index, ir.Var) else None
    quotient = ranges.builder.definition(top[0]) if top is not None and top[0] is not None else None
    if top is None or quotient is None or quotient.function is not operator.floordiv or quotient.args[1] != ir.Const(number):
        return None
    whole = ranges.of(quotient.args[0])
    return (as_dim(0), whole[1] + number * top[1]) if number > 0 and whole is not None else None


def remainder(ranges: Ranges, a: ir.Atom, b: ir.Atom) -> Range | None:
    """Python's `a % b` lies between 0 and b - 1, for a b above 0; for 0 it fails."""
    divisor = ranges.of(b)
    sure = divisor is not None and ranges.is_count(divisor[0])
    return (as_dim(0), divisor[1] - 1) if sure and divisor is not None else None


def shared_out(ranges: Ranges, a: ir.Atom, b: ir.Atom) -> Range | None:
    """`a // b`, of a number that is not below 0, by one above 0."""
    number, divisor = ranges.of(a), ranges.of(b)
    sure = number is not None and divisor is not None and ranges.is_count(number[0]) and ranges.is_count(divisor[0] - 1)
    return (as_dim(0), number[1]) if sure and number is not None else None


def larger(ranges: Ranges, a: ir.Atom, b: ir.Atom) -> Range | None:
    first, second = ranges.of(a), ranges.of(b)
    if first is None or second is None:
        return None
    return first if ranges.is_count(first[0] - second[1]) else second if ranges.is_count(second[0] - first[1]) else None


def smaller(ranges: Ranges, a: ir.Atom, b: ir.Atom) -> Range | None:
    first, second = ranges.of(a), ranges.of(b)
    if first is None or second is None:
        return None
    return second if ranges.is_count(first[0] - second[1]) else first if ranges.is_count(second[0] - first[1]) else None


def entry_of(ranges: Ranges, a: ir.Atom, b: ir.Atom) -> Range | None:
    """An entry of an array of indices."""
    return ranges.entries.get(a)


def found_in(ranges: Ranges, a: ir.Atom) -> Range | None:
    """`np.argmax` of a vector."""
    fact = ranges.builder.type_of(a)
    one = isinstance(fact, facts.Num) and fact.shape is not None and len(fact.shape) == 1
    return (as_dim(0), fact.shape[0] - 1) if one else None  # type: ignore[union-attr, index]


RULES: dict[object, Callable[..., Range | None]] = {
    operator.add: added, operator.sub: subtracted, operator.mul: scaled, operator.floordiv: shared_out, operator.mod: remainder,
    loops.around: remainder, min: smaller, max: larger, np.argmax: found_in, np.argmin: found_in, operator.getitem: entry_of,
    int: lambda ranges, a: ranges.of(a),
}  # fmt: skip
