"""What loop nests call: functions of numbers that Numba compiles into them, and that Python runs as they stand."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np


class OtherLengths(Exception):
    """Arrays of a call have other lengths than the compiled program takes for granted."""


class OtherKinds(Exception):
    """A number is of another kind in this call, a Python float, say, and not float32; or is one that a compiled program does not
    compute with: NumPy's text does.
    """


def place(index: int, length: int) -> int:
    """An index as a place counted from the front.  Raises IndexError."""
    found = index if index >= 0 else index + length
    if found < 0 or found >= length:
        raise IndexError("index out of bounds")
    return found


def room(count: int, zeros: bool, name: str) -> np.ndarray:
    """An array for so many items of a list."""
    raise NotImplementedError("written out in loop nests")


def item_place(index: int, count: int) -> int:
    """Where an item of a list is.  Raises IndexError."""
    return place(index, count)


def first_rows(array: np.ndarray, count: int) -> np.ndarray:
    """The items of a list, of which an array has room for more."""
    return array[:count]


class Outside(IndexError):
    """An index that is not on its axis: the index, the length of the axis, the number of the place in the program."""


def checked(index: int, length: int, number: int) -> int:
    """An index of an axis, as it is: one below 0 counts from behind.  Raises Outside where there is no such place."""
    if index < -length or index >= length:
        raise Outside(index, length, number)
    return index


def checked_place(index: int, length: int, number: int) -> int:
    """An index as a place counted from the front.  Raises Outside."""
    found = index if index >= 0 else index + length
    if found < 0 or found >= length:
        raise Outside(index, length, number)
    return found


def plus(so_far: float, entry: float) -> float:
    """A sum with one entry more.  Compiled, the entries are added in any order, several at a time."""
    return so_far + entry


def largest(so_far: float, entry: float) -> float:
    """The larger of two numbers, NaN if one is.  Compiled, several entries are compared at a time, in any order."""
    return np.maximum(so_far, entry)  # type: ignore[no-any-return]


def smallest(so_far: float, entry: float) -> float:
    """The smaller of two numbers, NaN if one is.  Compiled, several entries are compared at a time, in any order."""
    return np.minimum(so_far, entry)  # type: ignore[no-any-return]


SMALLEST = 2.0**-1022


def reciprocal(x: float) -> float:
    """`1 / x`, to be multiplied with.  Raises OtherKinds where it might be infinite though x is not 0."""
    if 0.0 < abs(x) < SMALLEST:
        raise OtherKinds("a loop divides by a number below 2e-308")
    return float(np.divide(1.0, x))


def grown(array: np.ndarray) -> np.ndarray:
    """An array twice as long, at least, that begins with the rows of this one."""
    longer = np.empty((max(2 * len(array), 16), *array.shape[1:]), array.dtype)
    for k in range(len(array)):
        longer[k] = array[k]
    return longer


def slice_end(end: int, whole: int) -> int:
    """An end of a slice as a place on an axis of length `whole`: one below 0 counts from behind, and none lies outside."""
    return min(end, whole) if end >= 0 else max(end + whole, 0)


def around(index: int, length: int) -> int:
    """`index % length`, of an index from `-length` to `2 * length - 1`."""
    if index >= length:
        return index - length
    return index if index >= 0 else index + length


def end_if_longer(first: int, last: int, least: int) -> int:
    """The end of a range that has more than `least` numbers; `first`, so that it has none, if it has not."""
    return last if last - first > least else first


def common_length(n: int, m: int) -> int:
    """The length of an axis of two arrays that are broadcast together.  Raises ValueError."""
    if n != m and n != 1 and m != 1:
        raise ValueError("operands could not be broadcast together")
    return m if n == 1 else n


def slice_run(start: int | None, stop: int | None, step: int | None, whole: int) -> tuple[int, int, int]:
    """The first place of a slice of an axis, how many places it has, and its step."""
    first, end, by = slice(start, stop, step).indices(whole)
    room = end - first
    return first, max((room + by - 1) // by if by > 0 else (room + by + 1) // by, 0), by


NEARLY_64_BITS = 9.2e18
"""Whole numbers up to here have 64 bits, whatever rounding says."""


def exact_sum(a: int, b: int) -> int:
    """`a + b`.  Raises OtherKinds where that has more than 64 bits."""
    if abs(float(a) + float(b)) > NEARLY_64_BITS:
        raise OtherKinds
    return a + b


def exact_difference(a: int, b: int) -> int:
    """`a - b`.  Raises OtherKinds where that has more than 64 bits."""
    if abs(float(a) - float(b)) > NEARLY_64_BITS:
        raise OtherKinds
    return a - b


def exact_product(a: int, b: int) -> int:
    """`a * b`.  Raises OtherKinds where that has more than 64 bits."""
    if abs(float(a) * float(b)) > NEARLY_64_BITS:
        raise OtherKinds
    return a * b


def exact_power(a: int, b: int) -> int:
    """`a ** b`.  Raises OtherKinds where that has more than 64 bits, or is no whole number."""
    if b < 0 or (b > 0 and abs(a) > 1 and (b > 63 or abs(float(a)) ** float(b) > NEARLY_64_BITS)):
        raise OtherKinds
    return int(a**b)


def exact_shift(a: int, b: int) -> int:
    """`a << b`.  Raises OtherKinds where that has more than 64 bits, or there is no such shift."""
    if b < 0 or b > 62 or abs(float(a)) * 2.0 ** float(b) > NEARLY_64_BITS:
        raise OtherKinds
    return a << b


EXACT: dict[Callable[..., Any], Callable[..., Any]] = {
    exact_sum: operator.add, exact_difference: operator.sub, exact_product: operator.mul, exact_power: operator.pow,
    exact_shift: operator.lshift,
}  # fmt: skip
"""What computes with whole numbers of 64 bits, by what Python has for it."""


def frames(first: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """A list for what calls of a function record; `first` says of which kind that is, and is read by nobody."""
    return [first]


def kept(held: list[tuple[Any, ...]], frame: tuple[Any, ...]) -> int:
    """Where in the list what a call records is from now on."""
    held.append(frame)
    return len(held) - 1


def frame(held: list[tuple[Any, ...]], number: int) -> tuple[Any, ...]:
    """What a call recorded."""
    return held[number]


def blank(lengths: Any, dtype: Any) -> np.ndarray:
    """An array that stands for others of its kind."""
    return np.empty(lengths, dtype)


def spread(number: Any) -> Any:
    """A number as an array of which it is each entry; as it is, where it is not compiled."""
    return number


def no_items(item: Any) -> list[Any]:
    """An empty list of such items."""
    return [item][:0]


def in_order(array: np.ndarray) -> np.ndarray:
    """An array whose entries lie in order in memory, and may be written to: the same one, or a copy."""
    return np.require(array, requirements=("C", "W"))


PIECES = 64
"""How many pieces a loop is cut into that runs in threads: sums are added up piece by piece, whatever the number of threads."""


def share(piece: int, count: int) -> int:
    """Where a piece of a loop begins, and the one before it ends: of `count` iterations, a 64th each."""
    return max(int(np.intp(piece)) * count // PIECES, 0)  # never below 0, which an index would count from behind


JITABLE = (share, place, grown, checked, checked_place, slice_end, end_if_longer, common_length, slice_run, around, frames, kept, frame,
           blank, no_items, *EXACT)  # fmt: skip
"""Functions that are compiled where they are called."""
