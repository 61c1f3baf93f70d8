"""A refused program as data, and where in its text the refusal must point."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MARK = "# refused"


@dataclass(frozen=True)
class Refusal:
    """A function that is refused at the line that ends in `# refused`.

    at        the text at which the caret begins; one of several where they are equally good
    reason    a regular expression for the reason
    within    the function that holds the line, if it is another one
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    at: str | tuple[str, ...]
    reason: str
    within: Callable[..., Any] | None = None

    @property
    def label(self) -> str:
        return getattr(self.function, "__name__", type(self.function).__name__).strip("<>")

    def place(self) -> tuple[str, int, str]:
        """(file, line number, line) of the marked line."""
        function = inspect.unwrap(self.within or self.function)
        lines, first = inspect.getsourcelines(function)
        (found,) = [(first + k, line.rstrip("\n")) for k, line in enumerate(lines) if line.rstrip().endswith(MARK)]
        return function.__code__.co_filename, *found

    def columns(self) -> list[int]:
        """The columns, from 0, at which the caret may begin."""
        _, _, line = self.place()
        texts = (self.at,) if isinstance(self.at, str) else self.at
        return [line.index(text) for text in texts]
