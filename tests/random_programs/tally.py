"""Many programs: drawn from seeds, checked, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from random_programs.checking import Verdict, check
from random_programs.choices import Seeded
from random_programs.forms import check_forms
from random_programs.program import Program, program

SECOND = 10
"""One program in so many is differentiated twice."""


@dataclass(frozen=True)
class Failure:
    """A program that failed, by its number and seed."""

    seed: int
    number: int
    program: Program
    verdict: Verdict


@dataclass
class Tally:
    """How many programs there were of each outcome, why, and those that failed."""

    outcomes: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    discards: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.outcomes.values())

    def add(self, verdict: Verdict, failure: Failure) -> None:
        self.outcomes[verdict.outcome] += 1
        if verdict.outcome == "refused":
            self.refusals[verdict.why] += 1
        elif verdict.outcome == "discarded":
            self.discards[verdict.why.partition(":")[0]] += 1
        elif verdict.failed:
            self.failures.append(failure)

    def merge(self, other: Tally) -> None:
        self.outcomes += other.outcomes
        self.refusals += other.refusals
        self.discards += other.discards
        self.failures += other.failures

    def lines(self) -> Iterator[str]:
        """The summary."""
        yield f"{self.count} programs: " + ", ".join(f"{n} {name}" for name, n in self.outcomes.most_common())
        for title, table in (("refused", self.refusals), ("discarded", self.discards)):
            for why, n in table.most_common():
                yield f"  {title} {n:6d}  {why}"


def numbered(seed: int, number: int, features: frozenset[str]) -> Program:
    """The program of this number; the same in every run."""
    return program(Seeded(f"{seed}/{number}"), features)


def order(number: int) -> int:
    return 2 if number % SECOND == 0 else 1


def counted(job: tuple[int, range, frozenset[str], bool]) -> Tally:
    """The programs of a seed with these numbers, drawn from these features and checked; `forms`: compiled against readable."""
    seed, numbers, features, forms = job
    tally = Tally()
    for number in numbers:
        one = numbered(seed, number, features)
        verdict = check_forms(one) if forms else check(one, order(number))
        tally.add(verdict, Failure(seed, number, one, verdict))
    return tally
