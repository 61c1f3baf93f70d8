"""Sums of bounds on whole numbers: facts `a - b <= c`, and what follows from adding them up.

    j <= i - 1,  k <= j - 1        =>        k <= i - 2,  so A[i, :] and A[k, :] are never one row

In: facts about indices of loops and lengths.  Out: whether another one follows, or whether they cannot all hold.
"""

from __future__ import annotations

from collections.abc import Hashable

from s2s import facts

Linear = tuple[Hashable, int]
"""Something that is there in every iteration, or an index, and what is added to it."""

ZERO: Hashable = "zero"


class Bounds:
    """Facts `a - b <= c`, and what follows from adding them up."""

    def __init__(self) -> None:
        self.known: dict[Hashable, dict[Hashable, int]] = {}

    def add(self, a: Hashable, b: Hashable, most: int) -> None:
        held = self.known.setdefault(a, {})
        held[b] = min(most, held.get(b, most))

    def at_most(self, one: Linear, other: Linear) -> None:
        """Note one <= other."""
        self.add(one[0], other[0], other[1] - one[1])

    def implies(self, one: Linear, other: Linear) -> bool:
        """Whether one <= other follows."""
        best: dict[Hashable, int] = {one[0]: 0}
        for _ in range(len(self.known) + 1):
            for a, held in self.known.items():
                for b, most in held.items():
                    if a in best and best[a] + most < best.get(b, best[a] + most + 1):
                        best[b] = best[a] + most
        return other[0] in best and best[other[0]] <= other[1] - one[1]

    def less(self, one: Linear | None, other: Linear | None) -> bool:
        return one is not None and other is not None and self.implies((one[0], one[1] + 1), other)

    def contradict(self) -> bool:
        """Whether the facts cannot all hold: some of them add up to `0 <= c` with c below 0."""
        best = {b: 0 for held in self.known.values() for b in held} | dict.fromkeys(self.known, 0)
        for _ in range(len(best) + 1):
            before = dict(best)
            for a, held in self.known.items():
                best[a] = min(best[a], *(best[b] + most for b, most in held.items()))
            if before == best:
                return False
        return True

    def length(self, length: facts.Dim) -> Linear:
        """A length as what is common to all of its kind, and a number: n and n - 1 have the same in common."""
        number = next((value for monomial, value in length.terms if not monomial), 0)
        rest = length - number
        if rest.constant is not None:
            return ZERO, number
        if rest.never_negative:
            self.at_most((ZERO, 0), (rest, 0))
        return rest, number
