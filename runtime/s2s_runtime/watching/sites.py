"""What is known of the statements of a program that watches itself, and what happens at them.

In: nothing.  Out: a table of statements, made with the program; events, made while it runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Flawed:
    """Stands for a constant that is not finite, where a table says what a statement reads."""

    value: Any


@dataclass(frozen=True, slots=True)
class Bundle:
    """Stands for things put together: `keys` for a dict or a record, none for a list or a tuple."""

    items: tuple[Any, ...]
    keys: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop around a statement: what to call its index; `count` is the number of a counter where no index is given."""

    word: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """A statement that is watched: the names that it binds, what each of them or all of them read, the loops around it.

    A name stands for itself in `reads`, None for what is finite.  `origin` is for whoever is told of it.  `rounds` are the numbers of
    iterations that are written out.  `last`: nothing else reads what it reads first.
    """

    targets: tuple[str, ...] = ()
    reads: tuple[Any, ...] = ()
    origin: Any = None
    function: str = ""
    loops: tuple[Loop, ...] = ()
    how: str = "whole"
    derivative: bool = False
    indices: int = 0
    rounds: tuple[int, ...] = ()
    last: bool = False
    starts: int | None = None
    counts: int | None = None


@dataclass(eq=False)
class Sites:
    """The statements of one function that are watched, by number."""

    sites: list[Site] = field(default_factory=list)
    counters: int = 0
    __name__ = "statements"


@dataclass(frozen=True, slots=True)
class Event:
    """A NaN or an infinity that appeared: in which statement and iteration, at which entry of an array."""

    site: Site
    iteration: tuple[tuple[str, int], ...]
    entry: tuple[int, ...] | None
    value: Any
    constant: bool = False


class Found(ArithmeticError):
    """A derivative is not finite.  `event` is where that comes from, `met` the derivative's first statement that it reached."""

    def __init__(self, event: Event | None, met: Event | None) -> None:
        super().__init__("a derivative is not finite")
        self.event, self.met = event, met
