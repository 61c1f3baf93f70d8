"""Small and nasty programs: a value is overwritten, aliased, carried or conditionally written between use and reversal.

A module per kind of trap, so that each can be read at a sitting.  Each has ordinary functions, above each a comment on
what is nasty about it, and `ARGUMENTS`: function -> all tuples of arguments at which it is differentiated, which are
away from kinks.  A function may write into its arguments, and gives back any tree of numbers and arrays.
"""

from __future__ import annotations

import copy
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple


class Nasty(NamedTuple):
    """A program and where it is differentiated: `name` is `module.function`, `module.function-1` at its second point."""

    name: str
    function: Callable[..., Any]
    args: tuple[Any, ...]


def programs() -> Iterator[Nasty]:
    """All of them with fresh arguments, module by module in the order of the tables."""
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for function, points in module.ARGUMENTS.items():
            for number, args in enumerate(points):
                name = f"{info.name}.{function.__name__}" + (f"-{number}" if number else "")
                yield Nasty(name, function, copy.deepcopy(args))
