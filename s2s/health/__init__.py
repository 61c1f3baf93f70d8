"""Where a derivative leans on a convention, at given arguments: `f.health(x)`.

    model.py:12:9: np.maximum: a tie at [3], of 0 and 0
        y = np.maximum(x, 0.0)
            ^^^^^^^^^^^^^^^^^^
    two equal operands share: each gets half

In: a transform or a function, and arguments.  Out: a Health, from one run of the function, statement by statement.
"""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from s2s.checking.walking import Rounds
from s2s.errors import Placed
from s2s.health.spoken import number, place_text, rounds_text


@dataclass(frozen=True)
class Place:
    """The user's place: a file, and a part of it."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def text(self) -> str:
        """The line of the file."""
        return linecache.getline(self.file, self.line).rstrip("\n")

    def said(self, reason: str) -> str:
        file = Path(self.file).name if self.file else ""
        return str(Placed.at(self, reason, file=file, source=self.text))


@dataclass(frozen=True)
class Lean:
    """A statement whose derivative leans on a convention, or is within rounding of doing so.

    `kind` is tie, kink, jump, edge, bound, comparison, repeated value or cancellation; `numbers` are the operands at `entry`; `margin`
    is how far they are from it, as a part of their size: 0 if they are there.  `count` entries and iterations are like that.
    """

    kind: str
    rule: str
    place: Place
    iteration: Rounds
    entry: tuple[int, ...]
    numbers: tuple[Any, ...]
    margin: float
    convention: str
    count: int = 1

    @property
    def line(self) -> int:
        return self.place.line

    def __str__(self) -> str:
        where = f"{place_text(self.entry)}{rounds_text(self.iteration)}"
        of = " and ".join(map(number, self.numbers))
        near = "" if self.margin == 0 else f", within {self.margin:.1g} of their size"
        more = f" ({self.count} in all)" if self.count > 1 else ""
        article = "an" if self.kind[0] in "aeiou" else "a"
        return f"{self.place.said(f'{self.rule}: {article} {self.kind}{where}, of {of}{near}{more}')}\n{self.convention}"


@dataclass(frozen=True)
class Measure:
    """A condition number of a system, or the smallest gap of a spectrum as a part of its size: the worst of all iterations."""

    kind: str
    rule: str
    place: Place
    iteration: Rounds
    number: float

    @property
    def line(self) -> int:
        return self.place.line

    def __str__(self) -> str:
        return self.place.said(f"{self.rule}: {self.kind} {self.number:.3g}{rounds_text(self.iteration)}")


@dataclass(frozen=True)
class Nearest:
    """The comparison, tie or jump that is nearest to flipping, of those that are not within rounding."""

    kind: str
    rule: str
    place: Place
    margin: float

    def __str__(self) -> str:
        return self.place.said(f"nearest to changing, by {self.margin:.2g} of its operands' size: a {self.kind} ({self.rule})")


@dataclass(frozen=True)
class Health:
    """Where a derivative leans on a convention, how its systems are conditioned, and what is nearest to changing."""

    function: str
    leans: tuple[Lean, ...]
    measures: tuple[Measure, ...]
    nearest: Nearest | None

    @property
    def fine(self) -> bool:
        """Whether it leans on nothing."""
        return not self.leans

    def __str__(self) -> str:
        count = len(self.leans)
        lines = [f"{self.function}: its derivative leans on {count or 'no'} convention{'' if count == 1 else 's'} here"]
        for part in (self.leans, self.measures, (self.nearest,) if self.nearest else ()):
            for one in part:
                lines += ["", *str(one).splitlines()]
        return "\n".join(lines)


def health_of(transform: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Health:
    """What the derivative leans on at these arguments.  The function is run once, without printing."""
    from s2s.health.running import looked

    return looked(transform, args, kwargs)


__all__ = ["Health", "Lean", "Measure", "Nearest", "Place", "health_of"]
