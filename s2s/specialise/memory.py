"""Arrays that a program is given and that must not share memory, since it stores into one of them.

    def f(x, y):
        y[0] = x[0]         f(a, a) is refused: the program was derived for two arrays
        return x[0] * y[1]

In: where a program finds its arrays, and a call.  Out: nothing; raises SharedMemory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np

from s2s.errors import SharedMemory
from s2s.specialise.access import Access
from s2s.specialise.outside import Environment

WORK = 10_000


class Memory(NamedTuple):
    """An array, or a list of arrays, that a program is given: its name, where it is found, whether it is stored into."""

    name: str
    get: Access
    written: bool


def check_apart(memory: Sequence[Memory], environment: Environment) -> None:
    """Raise SharedMemory if what a call stores into shares memory with something else that the call is given."""
    found = [(one, list(arrays(one.get(environment)))) for one in memory]
    for (first, mine), (second, theirs) in combinations(found, 2):
        if (first.written or second.written) and any(overlap(a, b) for a in mine for b in theirs):
            changed = first if first.written else second
            raise SharedMemory(
                f"{first.name} and {second.name} share memory, and {changed.name} is changed in place",
                hint=f"pass a copy: {changed.name}.copy()",
            )


def arrays(value: Any) -> Iterator[np.ndarray]:
    """The arrays in an array or a nested list of arrays."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from arrays(item)


def overlap(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two arrays have an entry in common; also where that is too hard to tell."""
    if not np.may_share_memory(a, b):
        return False
    try:
        return np.shares_memory(a, b, max_work=WORK)
    except np.exceptions.TooHardError:
        return True
