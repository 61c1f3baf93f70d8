"""A refused program as data, and where in its text the refusal must point."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

MARK = "# refused"


class Place(NamedTuple):
    """Where a caret begins: a line of a file, and a column counted from 0."""

    file: str
    number: int
    line: str
    column: int


@dataclass(frozen=True)
class Refusal:
    """A function that is refused at the line that ends in `# refused`; at one of them where they are equally good.

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

    def places(self) -> list[Place]:
        """Every place that is right."""
        function = inspect.unwrap(self.within or self.function)
        file, texts = function.__code__.co_filename, (self.at,) if isinstance(self.at, str) else self.at
        lines, first = inspect.getsourcelines(function)
        marked = [(first + k, line.rstrip()) for k, line in enumerate(lines) if line.rstrip().endswith(MARK)]
        return [Place(file, n, line, line.index(text)) for n, line in marked for text in texts if text in line]
