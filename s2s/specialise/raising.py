"""Exceptions that a program raises for certain, found while it is specialised."""

from __future__ import annotations

from typing import Any


class Raised(Exception):
    """The program raises `cls(*args)` here: what follows on this path is never reached."""

    def __init__(self, cls: type[BaseException], *args: Any) -> None:
        super().__init__(cls, *args)
        self.cls, self.values = cls, args
