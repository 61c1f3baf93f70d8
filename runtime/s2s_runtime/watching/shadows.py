"""Where the NaN and infinities in a value come from: a shadow of the value, with the number of an event for each of them.

A shadow is None where all of a value is finite; else it is a number for a number, an array of numbers for an array (0 where an
entry is finite), `Items` for a list or a tuple, a dict for a dict or an object.  The number of an earlier event is smaller.
"""

from __future__ import annotations

import cmath
import dataclasses
import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from s2s_runtime.kernels import index_set

Shadow = Any
NUMBERS = (float, complex, np.inexact)


class Items:
    """The shadows of a list's items.  Lists that grew from one another share their items' shadows: appending costs no copy."""

    __slots__ = ("count", "store")

    def __init__(self, store: list[Shadow], count: int | None = None) -> None:
        self.store, self.count = store, len(store) if count is None else count

    def __iter__(self) -> Iterator[Shadow]:
        return iter(self.store[: self.count])

    def appended(self, item: Shadow) -> Items:
        store = self.store if len(self.store) == self.count else self.store[: self.count]
        store.append(item)
        return Items(store)

    def part(self, index: Any) -> Shadow:
        """The shadow of an item, or of a slice."""
        if isinstance(index, slice):
            return settled(Items(self.store[: self.count][index]))
        return self.store[index if index >= 0 else self.count + index]

    def replaced(self, index: Any, item: Shadow) -> Items:
        store = self.store[: self.count]
        store[index] = item
        return Items(store)


# ---------------------------------------------------------------------------------------------------------- looking
def flaws(value: Any) -> Any:
    """Whether a number is NaN or infinite; which entries of an array are.  False where none is, and for anything else."""
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "fc":
            return False
        finite = np.isfinite(value)
        return False if finite.all() else ~finite
    if isinstance(value, complex):
        return not cmath.isfinite(value)
    return isinstance(value, np.inexact) and not np.isfinite(value)


def is_finite(value: Any) -> bool:
    """Whether there is neither a NaN nor an infinity in a tree of values."""
    parts = children(value)
    if parts is not None:
        return all(is_finite(part) for _, part in parts)
    return flaws(value) is False


def children(value: Any) -> Iterable[tuple[Any, Any]] | None:
    """The items of a container with their keys; None for what is a leaf."""
    if isinstance(value, (*NUMBERS, np.ndarray, str, int, type(None))):
        return None
    if isinstance(value, (list, tuple)):
        return enumerate(value)
    if isinstance(value, dict):
        return value.items()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return vars(value).items() if hasattr(value, "__dict__") else None
    return None


# ---------------------------------------------------------------------------------------------------------- making
def settled(shadow: Shadow) -> Shadow:
    """None for the shadow of what is finite; a number for that of an array without axes."""
    if isinstance(shadow, np.ndarray):
        return (shadow if shadow.ndim else int(shadow)) if shadow.any() else None
    if isinstance(shadow, np.integer):
        return int(shadow) or None
    if isinstance(shadow, Items):
        return shadow if any(item is not None for item in shadow) else None
    if isinstance(shadow, dict):
        return shadow if any(item is not None for item in shadow.values()) else None
    return shadow or None


def spread(value: Any, event: int) -> Shadow:
    """The shadow of a value whose NaN and infinities all come from one event."""
    parts = children(value)
    if parts is not None:
        shadows = {key: spread(part, event) for key, part in parts}
        return settled(Items(list(shadows.values())) if isinstance(value, (list, tuple)) else shadows)
    bad = flaws(value)
    return settled(np.where(bad, event, 0)) if isinstance(bad, np.ndarray) else (event if bad else None)


def earliest(shadows: Iterable[Shadow]) -> int:
    """The first event in some shadows; 0 where there is none."""
    found = 0
    for shadow in shadows:
        if isinstance(shadow, np.ndarray):
            event = int(shadow[shadow > 0].min(initial=np.iinfo(shadow.dtype).max))
        elif isinstance(shadow, (Items, dict)):
            event = earliest(shadow.values() if isinstance(shadow, dict) else shadow)
        else:
            event = shadow or 0
        found = min(found, event) if found and event else found or event
    return found


def by_entry(shadows: Iterable[Shadow], bad: Any) -> Any:
    """The first event in each flawed entry of what is made entry by entry, as an array; 0 where its operands have none there."""
    found = np.zeros(np.shape(bad), int)
    for shadow in shadows:
        if shadow is not None:
            other = shadow if isinstance(shadow, (int, np.ndarray)) else earliest([shadow])
            found = np.where(found == 0, other, np.where(other == 0, found, np.minimum(found, other)))
    return np.where(bad, np.broadcast_to(found, np.shape(bad)), 0)


# -------------------------------------------------------------------------------------------------------- containers
def part(shadow: Shadow, container: Any, key: Any) -> Shadow:
    """The shadow of an item, an entry, a view, an attribute, if it is known."""
    if isinstance(shadow, np.ndarray):
        return settled(shadow[key])
    if isinstance(shadow, Items):
        return shadow.part(key)
    if isinstance(shadow, dict):
        return list(shadow.values())[key] if isinstance(key, int) and key not in shadow else shadow.get(key)
    return spread(container, shadow) if shadow else None


def replaced(shadow: Shadow, container: Any, keys: tuple[Any, ...], item: Shadow) -> Shadow:
    """The shadow of a container, where keys lead to, with another item there.  Raises TypeError for what is no list, dict or array."""
    key, *more = keys
    if isinstance(container, np.ndarray):
        before = np.zeros(container.shape, int) if shadow is None else shadow
        return settled(index_set(before, key, 0 if item is None else item))
    if more:
        item = replaced(part(shadow, container[key], key), container[key], tuple(more), item)
    if isinstance(container, dict):
        return settled({**dict.fromkeys(container), **(shadow or {}), key: item})
    if not isinstance(container, (list, tuple)) or isinstance(key, slice) or isinstance(shadow, int):
        raise TypeError(type(container).__name__)
    return settled((shadow or Items([None] * len(container))).replaced(key, item))
