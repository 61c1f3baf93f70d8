"""How the functions that are checked are called: keyword arguments ride along, positional ones come in a tuple.

In: what a user hands to a check.  Out: a function of positional arguments, a tuple, a name.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any


def bound(function: Callable[..., Any], kwargs: Mapping[str, Any] | None) -> Callable[..., Any]:
    """A function of its positional arguments alone: keyword arguments are constants."""
    return functools.partial(function, **kwargs) if kwargs else function


def positional(args: Any) -> tuple[Any, ...]:
    """The arguments as a tuple.  Raises TypeError for what is not one, or a list: the rows of an array are not its arguments."""
    if type(args) not in (tuple, list):
        raise TypeError(f"args is a tuple of the arguments, got {type(args).__name__}: for one argument write (x,)")
    return tuple(args)


def name_of(function: Callable[..., Any]) -> str:
    """What a function is called."""
    inner = function.func if isinstance(function, functools.partial) else function
    return str(getattr(inner, "__name__", repr(inner)))
