"""Where a value is found at each call: functions of the call that remember how they were made, so that they can be written down.

In: steps, from the function that is called or from an argument.  Out: a function of an Environment.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

Access = Callable[[Any], Any]


def called() -> Access:
    """The function that is called."""
    return made_by(lambda environment: environment.function, called)


def argument(position: int) -> Access:
    """An argument of the call."""
    return made_by(lambda environment: environment.arguments[position], argument, position)


def step(root: Access, take: Callable[..., Any], *args: Any) -> Access:
    """What `take(found, *args)` gives, where `found` is found at `root`: an attribute, an item, what a name stands for."""
    if not args:
        return made_by(lambda environment: take(root(environment)), step, root, take)
    if len(args) == 1:
        (only,) = args
        return made_by(lambda environment: take(root(environment), only), step, root, take, only)
    return made_by(lambda environment: take(root(environment), *args), step, root, take, *args)


def imported(name: str) -> Access:
    """The module that is imported under a name."""
    return made_by(lambda environment: sys.modules[name], imported, name)


def fixed(value: Any) -> Access:
    """Always the same."""
    return made_by(lambda environment: value, fixed, value)


def agreeing(one: Access, other: Access) -> Access:
    """Whether the same object is found in two places."""
    return made_by(lambda environment: one(environment) is other(environment), agreeing, one, other)


def made_by(access: Access, maker: Callable[..., Access], *args: Any) -> Access:
    access.made = (maker, args)  # type: ignore[attr-defined]
    return access


def how(access: Access) -> tuple[Callable[..., Access], tuple[Any, ...]] | None:
    """The function that made an access, and its arguments; None for one that was made in another way."""
    return getattr(access, "made", None)
