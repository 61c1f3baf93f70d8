"""Memory that each call of a compiled derivative computes in again: an array is the next part of one block that is free.

    room, mark = arena.begin()
    t = empty_in(room, mark, (n, m))        in the place of np.empty((n, m))
    entered(mark, 0) ... left(mark, 0)      what an iteration took, the next one takes again

In: an `Arena`.  Out: arrays.  `room` is an array of float64; `mark` has how many of its numbers are taken, how many would have been if
there were room for all, and, for each loop around, how many were taken when its iteration began.  What does not fit is made by NumPy,
and the block is larger in the next call.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

LINE = 8
"""Arrays begin at multiples of so many numbers of eight bytes."""
LOOPS = 16
"""Loops within loops whose iterations give back what they took."""
LARGEST = 2**27
"""Numbers that a block has at most: a gibibyte."""


class Arena:
    """One block for each thread."""

    def __init__(self) -> None:
        self.held = threading.local()

    def begin(self) -> tuple[np.ndarray, np.ndarray]:
        """The block, of which nothing is taken, as large as the last call would have had it."""
        held = self.held
        if not hasattr(held, "mark"):
            held.mark, held.room = np.zeros(2 + LOOPS, np.int64), np.empty(0)
        elif held.mark[1] > held.room.size and held.mark[1] <= LARGEST:
            held.room = np.empty(held.mark[1])
        held.mark[:2] = 0
        return held.room, held.mark


def words(count: int, itemsize: int) -> int:
    """How many numbers of eight bytes such an array takes, up to where the next one may begin.  Raises ValueError as NumPy does."""
    if count < 0:
        raise ValueError("negative dimensions are not allowed")
    return -(-count * itemsize // (8 * LINE)) * LINE


def taken(mark: np.ndarray, count: int) -> int:
    """Where so many free numbers begin."""
    start = mark[0]
    mark[0] = start + count
    mark[1] = max(mark[1], mark[0])
    return int(start)


def entered(mark: np.ndarray, loop: int) -> None:
    """An iteration begins."""
    mark[2 + loop] = mark[0]


def left(mark: np.ndarray, loop: int) -> None:
    """An iteration is over, and nobody holds what it made."""
    mark[0] = mark[2 + loop]


def empty_in(room: np.ndarray, mark: np.ndarray, shape: Any, dtype: Any = np.float64) -> np.ndarray:
    """`np.empty(shape, dtype)`."""
    shape = shape if isinstance(shape, tuple) else (shape,)
    count, itemsize = 1, np.dtype(dtype).itemsize
    for n in shape:
        count = count * n if n >= 0 else -1
    size = words(count, itemsize)
    start = taken(mark, size)
    if start + size > room.size:
        return np.empty(shape, dtype)
    made: np.ndarray = room[start : start + size].view(dtype)[:count].reshape(shape)
    return made


def zeros_in(room: np.ndarray, mark: np.ndarray, shape: Any, dtype: Any = np.float64) -> np.ndarray:
    """`np.zeros(shape, dtype)`."""
    made = empty_in(room, mark, shape, dtype)
    made.fill(0)
    return made


def counted_in(room: np.ndarray, mark: np.ndarray, count: int) -> np.ndarray:
    """`np.arange(count)`."""
    made = empty_in(room, mark, max(count, 0), np.int64)
    for k in range(made.size):
        made[k] = k
    return made


def contiguous_in(room: np.ndarray, mark: np.ndarray, array: np.ndarray) -> np.ndarray:
    """`np.ascontiguousarray(array)`."""
    if array.flags.c_contiguous:
        return array
    made = empty_in(room, mark, array.shape, array.dtype)
    made[...] = array
    return made


def product_in(room: np.ndarray, mark: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """`a @ b` of a matrix and another, or a vector."""
    made = empty_in(room, mark, a.shape[:-1] + b.shape[1:], a.dtype)
    return np.dot(packed_in(room, mark, a), packed_in(room, mark, b), made)


def packed_in(room: np.ndarray, mark: np.ndarray, array: np.ndarray) -> np.ndarray:
    """The array as BLAS takes it: in C's order or in Fortran's."""
    return array if array.flags.f_contiguous else contiguous_in(room, mark, array)


JITABLE = (words, taken, entered, left, zeros_in, counted_in, product_in)
"""What Numba compiles as it stands."""
