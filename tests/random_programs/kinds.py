"""What a value is, as far as the grammar has to know it to write programs that run."""

from __future__ import annotations

from dataclasses import dataclass

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Float:
    """A number with a derivative."""


@dataclass(frozen=True)
class Int:
    """A whole number between two bounds, both included."""

    low: int
    high: int


@dataclass(frozen=True)
class Array:
    """An array of float64.  The program is written for arguments of this shape, though it need not say so."""

    shape: Shape


@dataclass(frozen=True)
class Listing:
    """A list with at least `count` items of one kind."""

    count: int
    item: Kind


@dataclass(frozen=True)
class Pair:
    """A tuple."""

    items: tuple[Kind, ...]


@dataclass(frozen=True)
class Holder:
    """A dict or an object with two arrays: what is written behind its name for each, and their shapes."""

    places: tuple[str, ...]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Function:
    """A function of the program; `result` is None for one that only writes.  `cost` is roughly how many statements run."""

    parameters: tuple[Kind, ...]
    result: Kind | None
    cost: int = 5


Kind = Float | Int | Array | Listing | Pair | Holder | Function
FLOAT = Float()


def joined(one: Kind, other: Kind) -> Kind | None:
    """What is known of a name that has one of two kinds; None if nothing useful is."""
    if isinstance(one, Int) and isinstance(other, Int):
        return Int(min(one.low, other.low), max(one.high, other.high))
    if isinstance(one, Listing) and isinstance(other, Listing) and one.item == other.item:
        return Listing(min(one.count, other.count), one.item)
    return one if one == other else None
