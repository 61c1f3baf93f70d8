"""Where a path of a program ends, found while it is specialised: an exception for certain, or a call without an end yet."""

from __future__ import annotations

from typing import Any


class Raised(Exception):
    """The program raises `cls(*args)` here: what follows on this path is never reached."""

    def __init__(self, cls: type[BaseException], *args: Any) -> None:
        super().__init__(cls, *args)
        self.cls, self.values = cls, args


class Endless(Exception):
    """A call of which nothing is known yet, since it stands in its own body: the path that makes it is left out."""
