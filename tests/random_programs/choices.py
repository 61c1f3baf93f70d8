"""Where decisions come from: the grammar asks for integers, and does not know who answers.

`Seeded` answers from `random.Random`, for many programs; `Drawn` asks hypothesis, which can then shrink what it drew.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Choices:
    """Decisions, each made of integers.  The simplest choice stands first: to shrink is to go towards it."""

    def integer(self, low: int, high: int) -> int:
        """A number from low to high, both included."""
        raise NotImplementedError

    def pick(self, options: Sequence[T]) -> T:
        return options[self.integer(0, len(options) - 1)]

    def chance(self, percent: int) -> bool:
        return self.integer(1, 100) > 100 - percent

    def weighted(self, options: Sequence[tuple[int, T]]) -> T:
        """One of the options, each as often as its weight says."""
        at = self.integer(0, sum(weight for weight, _ in options) - 1)
        for weight, option in options:
            if at < weight:
                return option
            at -= weight
        raise AssertionError("no option has a weight")

    def shuffled(self, options: Sequence[T]) -> list[T]:
        rest = list(options)
        return [rest.pop(self.integer(0, len(rest) - 1)) for _ in range(len(rest))]


class Seeded(Choices):
    """Answers from a generator of random numbers; the same seed gives the same program, in every run and version."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def integer(self, low: int, high: int) -> int:
        return low + int(self.random.random() * (high - low + 1))


class Drawn(Choices):
    """Answers that hypothesis gives."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw

    def integer(self, low: int, high: int) -> int:
        return int(self.draw(st.integers(low, high)))
