"""What the names that normalising made are called in text: `stop@1` is `stop_1`, unless the user has that word.

In: a function's syntax.  Out: a word per name that has an `@`.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

from s2s import syntax as sx


def identifiers(function: sx.Function) -> dict[str, str]:
    """What each name made by normalising is called in text: no word that the user has."""
    words = dict.fromkeys(words_of(function))
    taken = {word for word in words if "@" not in word}
    chosen: dict[str, str] = {}
    for name in words:
        word, at, serial = name.partition("@")
        if not at:
            continue
        first = f"{word}_{serial}" if serial.strip("0") else word
        others = (f"{word}_{number}" for number in itertools.count(1))
        candidate = next(one for one in itertools.chain([first], others) if one not in taken)
        taken.add(candidate)
        chosen[name] = candidate
    return chosen


def words_of(node: Any) -> Iterator[str]:
    """Every word in a tree of syntax that is or may be a name, in order, with repetitions."""
    if isinstance(node, sx.Name):
        yield node.id
    elif isinstance(node, tuple):
        for item in node:
            yield from words_of(item)
    elif isinstance(node, str):
        if node.isidentifier():
            yield node
    elif dataclasses.is_dataclass(node) and not isinstance(node, (sx.Span, type)):
        for field in dataclasses.fields(node):
            if field.name not in ("text", "comments", "trailing", "lines", "file", "doc"):
                yield from words_of(getattr(node, field.name))
