"""Lists, dicts and arrays as values: what a program's stores are, before it is known that they may write in place.

Every function returns a new container and leaves its arguments as they were.  The code generator writes them as
`xs.append(x)`, `xs[i] = x`, `x_bar[i] += g` where it has proved that nobody else holds the container.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2s_runtime import tree


def append(xs: list[Any], x: Any) -> list[Any]:
    """`xs` with `x` behind."""
    return [*xs, x]


def extend(xs: list[Any], ys: Sequence[Any]) -> list[Any]:
    """`xs` with the items of `ys` behind."""
    return [*xs, *ys]


def drop_last(xs: list[Any]) -> list[Any]:
    """`xs` without its last item.  Raises IndexError if there is none."""
    if not xs:
        raise IndexError("pop from empty list")
    return xs[:-1]


def drop_item(xs: list[Any], index: int) -> list[Any]:
    """`xs` without the item at an index.  Raises IndexError if there is none."""
    xs = list(xs)
    del xs[index]
    return xs


def swap(xs: list[Any], i: int, j: int) -> list[Any]:
    """`xs` with two items in each other's place."""
    xs = list(xs)
    xs[i], xs[j] = xs[j], xs[i]
    return xs


def insert_item(xs: list[Any], index: int, x: Any) -> list[Any]:
    """`xs` with `x` in front of the item at an index, or at the end."""
    xs = list(xs)
    xs.insert(index, x)
    return xs


def order(keys: Sequence[Any], reverse: bool = False) -> list[int]:
    """The positions of items in the order that `sorted` gives them, which keeps that of equal ones."""
    return sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)


def first_best(keys: Sequence[Any], largest: bool) -> int:
    """The position of the first of the largest keys, or of the smallest.  Raises ValueError if there is none."""
    return (max if largest else min)(range(len(keys)), key=keys.__getitem__)


def set_item(xs: Any, key: Any, value: Any, path: tuple[Any, ...] = ()) -> Any:
    """`xs` with `xs[key] = value`.  `path`: keys that lead from `xs` to the list or array in it that is changed."""
    if path:
        return set_item(xs, path[0], set_item(xs[path[0]], key, value, path[1:]))
    xs = copy.copy(xs)
    xs[key] = value
    return xs


def clear_item(xs: Any, key: Any) -> Any:
    """`xs` with zeros for `xs[key]`."""
    xs = copy.copy(xs)
    xs[key] = tree.zeros_like(xs[key])
    return xs


def add_item(xs: Any, key: Any, value: Any, path: tuple[Any, ...] = ()) -> Any:
    """`xs` with `value` added to `xs[key]`: a tree in a container, or entries of an array, repeated indices included.

    `path`: keys that lead from `xs` to the list or array in it that is changed.
    """
    if path:
        return set_item(xs, path[0], add_item(xs[path[0]], key, value, path[1:]))
    if isinstance(xs, np.ndarray):
        xs = xs.copy()
        np.add.at(xs, key, value)
        return xs
    if isinstance(key, slice):
        items = list(xs)
        items[key] = [tree.add(x, v) for x, v in zip(items[key], value, strict=True)]
        return items if isinstance(xs, list) else type(xs)(items)
    if isinstance(xs, tuple):
        items = list(xs)
        items[key] = tree.add(items[key], value)
        return xs._make(items) if hasattr(xs, "_make") else tuple(items)
    xs = copy.copy(xs)
    xs[key] = tree.add(xs[key], value)
    return xs


def add_field(record: Any, name: str, value: Any) -> Any:
    """`record` with `value` added to its attribute `name`."""
    if isinstance(record, tuple):
        return record._replace(**{name: tree.add(getattr(record, name), value)})  # type: ignore[attr-defined]
    record = copy.copy(record)
    object.__setattr__(record, name, tree.add(getattr(record, name), value))
    return record


def join_text(*parts: Any) -> str:
    """The text of an f-string: its parts, one after the other."""
    return "".join(parts)


def text_method(text: str, name: str, /, *args: Any, **kwargs: Any) -> Any:
    """`text.name(...)`: what a method of text gives carries no derivative."""
    return getattr(text, name)(*args, **kwargs)


def check(test: Any, message: Callable[[], Any] | Any = None) -> None:
    """`assert test, message`."""
    if not test:
        raise AssertionError(message) if message is not None else AssertionError()


def repeat(xs: list[Any], count: int) -> list[Any]:
    """`xs * count`."""
    return xs * count


def position(xs: list[Any], index: int) -> int:
    """The index from the start of the item that `xs[index]` is."""
    return index if index >= 0 else len(xs) + index


def bounds(xs: list[Any], index: slice) -> tuple[int, int]:
    """Where the items that `xs[index]` is begin and end; the slice has no step."""
    low, high, _ = index.indices(len(xs))
    return low, max(low, high)


def insertion(xs: list[Any], index: int) -> int:
    """Where an item is that was inserted at an index."""
    return min(max(index if index >= 0 else len(xs) + index, 0), len(xs))


def sequence(xs: Any) -> Any:
    """`xs` itself if it can be indexed, else the list of what it gives (a dict, a generator)."""
    return xs if isinstance(xs, (list, tuple, np.ndarray, range, str)) else list(xs)


def from_sequence(bar: Any, xs: Any) -> Any:
    """The adjoint of `sequence`: the cotangent of what was iterated over.  That of a dict's keys is none of its values'."""
    return bar if isinstance(xs, (list, tuple, np.ndarray)) else tree.zeros_like(xs)


def not_empty(count: int) -> int:
    """`count`, if it is not 0.  Raises ValueError otherwise, as `min` and `max` of nothing do."""
    if count == 0:
        raise ValueError("iterable argument is empty")
    return count


def fold_repeated(xs: list[Any], zeros: list[Any]) -> list[Any]:
    """The adjoint of `repeat`: the sums of the items that stand at one place of `zeros`, if this is repeated."""
    count = len(zeros)
    folded = list(xs[:count]) or zeros
    for position, x in enumerate(xs[count:]):
        folded[position % count] = tree.add(folded[position % count], x)
    return folded


def times(xs: list[Any], ys: list[Any]) -> int:
    """How many times `xs` is as long as `ys`."""
    return len(xs) // len(ys) if ys else 0


def mapping(cls: type[dict[Any, Any]], items: dict[Any, Any]) -> Any:
    """A dict of a class with these items, made without running its `__init__`."""
    made = cls.__new__(cls)
    dict.update(made, items)
    return made


def record(cls: type, fields: dict[str, Any]) -> Any:
    """An object of a class with these attributes, made without running its `__init__`: a cotangent is no valid primal."""
    made: Any = object.__new__(cls)
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    return made
