"""How much memory a value takes, as a formula in the shapes of the arguments, and as a number for given ones.

    u, recorded in each of `steps` iterations      =>      8 * steps * len(u)
    s, recorded where j goes from 0 to i - 1       =>      8 * sum(i for i in range(n))

In: a program, and atoms and types of it.  Out: amounts, which have a text and a value; None where the facts do not say.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from s2s import facts, ir, lengths
from s2s.primitives import BINARY_SYMBOLS

Given = Mapping[Any, int]
"""The lengths of the arguments by their symbols, and the index of each loop that is being counted by its name."""

COUNTING: dict[Any, Any] = {
    operator.add: operator.add, operator.sub: operator.sub, operator.mul: operator.mul, operator.floordiv: operator.floordiv,
    operator.mod: operator.mod, min: min, max: max,
}  # fmt: skip
"""What a loop's bounds are computed with."""


@dataclass(frozen=True)
class Amount:
    """A whole number.  `indices` are the loop indices that it depends on; `single`: it needs no brackets as a factor."""

    text: str
    value: Callable[[Given], int] = field(compare=False, repr=False)
    indices: frozenset[str] = frozenset()
    single: bool = True

    @property
    def factor(self) -> str:
        return self.text if self.single else f"({self.text})"


@dataclass(frozen=True)
class Trips:
    """The iterations of a loop: its index, and the bounds; no bounds where only a run can tell how many there are."""

    line: int
    index: str = ""
    word: str = "i"
    bounds: tuple[Amount, Amount, Amount] | None = None

    @property
    def indices(self) -> frozenset[str]:
        return frozenset[str]().union(*(bound.indices for bound in self.bounds or ()))

    @property
    def range_text(self) -> str:
        assert self.bounds is not None
        start, stop, step = (bound.text for bound in self.bounds)
        if (start, step) == ("0", "1"):
            return f"range({stop})"
        return f"range({start}, {stop})" if step == "1" else f"range({start}, {stop}, {step})"

    @property
    def factor(self) -> str:
        """How many there are.  A loop that does not run has none, whatever the difference of its bounds is."""
        if self.bounds is None:
            return f"trips_{self.line}"
        start, stop, step = self.bounds
        if step.text == "-1":
            start, stop = stop, start
        elif step.text != "1":
            return f"len({self.range_text})"
        if start.text == "0":
            return stop.factor
        return f"({stop.text} - {start.factor})" if start.text != "-1" else f"({stop.text} + 1)"

    def range(self, given: Given) -> range | None:
        return range(*(bound.value(given) for bound in self.bounds)) if self.bounds is not None else None


@dataclass(frozen=True)
class Size:
    """Bytes: so many for one number, times the lengths, times the iterations, outermost first.

    `shape` is None where it is not known; `word` is what the value is called.
    """

    item: int
    shape: tuple[Amount, ...] | None
    trips: tuple[Trips, ...] = ()
    word: str = ""

    @property
    def text(self) -> str:
        counted, last = self._text(self.trips)
        entry = [f"bytes({self.word})"] if self.shape is None else [str(self.item)]
        return " * ".join([*entry, *counted, *last])

    def _text(self, trips: tuple[Trips, ...]) -> tuple[list[str], list[str]]:
        """The factors of the loops, and those of the shape; what depends on a loop's index is summed over the loop."""
        shape = [amount.factor for amount in self.shape or ()]
        if not trips:
            return [], shape
        first, rest = trips[0], trips[1:]
        counted, last = self._text(rest)
        if not first.index or first.bounds is None or first.index not in self._indices(rest):
            return [first.factor, *counted], last
        return [f"sum({' * '.join([*counted, *last]) or '1'} for {first.word} in {first.range_text})"], []

    def _indices(self, trips: Iterable[Trips]) -> frozenset[str]:
        own = [amount.indices for amount in self.shape or ()]
        return frozenset[str]().union(*own, *(loop.indices for loop in trips))

    def bytes(self, given: Given) -> int | None:
        """The value for arguments of these lengths; None where only a run can tell."""
        if self.shape is None or any(trips.bounds is None for trips in self.trips):
            return None
        try:
            return self.item * self._count(self.trips, dict(given))
        except KeyError:  # a length that is none of the arguments'
            return None

    def _count(self, trips: tuple[Trips, ...], given: dict[Any, int]) -> int:
        if not trips:
            total = 1
            for amount in self.shape or ():
                total *= amount.value(given)
            return total
        values = trips[0].range(given)
        assert values is not None
        if trips[0].index not in self._indices(trips[1:]):
            return len(values) * self._count(trips[1:], given) if values else 0
        return sum(self._count(trips[1:], {**given, trips[0].index: value}) for value in values)


def total_of(sizes: Iterable[Size]) -> str:
    """The sum as text; what differs in the bytes of one number only is put together."""
    items: dict[Any, Size] = {}
    for size in sizes:
        key = (size.shape, size.trips, size.word if size.shape is None else "")
        known = items.get(key)
        items[key] = size if known is None else Size(known.item + size.item, size.shape, size.trips, size.word)
    return " + ".join(size.text for size in items.values()) or "0"


class Amounts:
    """The amounts of one program."""

    def __init__(self, program: ir.Function) -> None:
        self.types, self.hints = program.types, program.hints
        self.lets: dict[str, ir.Let] = {}
        self.indices: set[str] = set()
        self._note(program.body)
        self.known: set[facts.Symbol] = set()
        for name in (name for tree in program.inputs for name in ir.variables(tree)):
            fact = self.types.get(name)
            if isinstance(fact, facts.Num):
                dims = [*(fact.shape or ()), *([fact.length] if fact.length is not None else [])]
                self.known.update(symbol for dim in dims for symbol in dim.symbols)

    def _note(self, block: ir.Block) -> None:
        for stmt in block.statements:
            if isinstance(stmt, ir.Let):
                self.lets[stmt.target] = stmt
            elif isinstance(stmt, ir.For):
                self.indices.add(stmt.index)
            for inner in ir.blocks(stmt):
                self._note(inner)

    def of_dim(self, dim: facts.Dim | None) -> Amount | None:
        if dim is None or not lengths.roots([dim]) <= self.known:
            return None
        single = dim.constant is not None or dim.symbol is not None
        return Amount(str(dim), lambda given: lengths.value(dim, given), single=single)  # type: ignore[arg-type]

    def of(self, atom: ir.Atom) -> Amount | None:
        """The value of a whole number of the program."""
        if isinstance(atom, ir.Const):
            number = atom.value
            return Amount(str(number), lambda given: int(number)) if isinstance(number, (int, np.integer)) else None
        if not isinstance(atom, ir.Var):
            return None
        name = atom.name
        if name in self.indices:
            return Amount(self.hints.get(name) or "i", lambda given: given[name], frozenset({name}))
        fact = self.types.get(name)
        known = self.of_dim(fact.length) if isinstance(fact, facts.Num) else None
        return known or (self._computed(self.lets[name].value) if name in self.lets else None)

    def _computed(self, apply: ir.Apply) -> Amount | None:
        function: Any = apply.function
        if function is len and isinstance(apply.args[0], ir.Var):
            fact = self.types.get(apply.args[0].name)
            return self.of_dim(fact.shape[0]) if isinstance(fact, facts.Num) and fact.shape else None
        operands = [self.of(atom) for atom in apply.args]
        known = [operand for operand in operands if operand is not None]
        if function not in COUNTING or len(known) < len(operands) or len(known) != 2:
            return None
        left, right = known
        called = function in (min, max)
        text = f"{function.__name__}({left.text}, {right.text})" if called else self._operation(function, left, right)
        return Amount(
            text, lambda given: int(function(left.value(given), right.value(given))), left.indices | right.indices, called
        )  # fmt: skip

    @staticmethod
    def _operation(function: Any, left: Amount, right: Amount) -> str:
        plain = function is operator.add
        first = left.text if plain or function is operator.sub else left.factor
        return f"{first} {BINARY_SYMBOLS[function][0]} {right.text if plain else right.factor}"

    def trips(self, stmt: ir.For | ir.While, line: int) -> Trips:
        if isinstance(stmt, ir.For) and not stmt.stops:
            start, stop, step = (self.of(bound) for bound in stmt.bounds)
            if start is not None and stop is not None and step is not None:
                return Trips(line, stmt.index, self.hints.get(stmt.index) or "i", (start, stop, step))
        return Trips(line)

    def size(self, fact: facts.Type | None, trips: tuple[Trips, ...], word: str) -> Size:
        """The bytes of values of this type, one in each iteration of these loops."""
        if isinstance(fact, facts.Num) and fact.dtype is not None and fact.shape is not None:
            shape = [self.of_dim(dim) for dim in fact.shape]
            if None not in shape:
                item = max(8, fact.dtype.itemsize) if fact.weak else fact.dtype.itemsize
                lengths_known = [amount for amount in shape if amount is not None and amount.text != "1"]
                return Size(item, tuple(lengths_known), trips, word)
        if isinstance(fact, facts.Record) and all(
            isinstance(item, facts.Num) and item.shape == () for item in fact.items
        ):
            return Size(8 * len(fact.items), (), trips, word)
        return Size(0, None, trips, word)
