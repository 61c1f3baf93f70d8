"""What is said when a function cannot be differentiated: the errors, and how they are written.

In: a reason, a hint, and the place in the user's file (lines count from 1, columns from 0).  Out: an exception whose
`str()` is the same text everywhere, without colours:

    model.py:12:9: frobnicate has no derivative rule
        y = frobnicate(x)
            ^^^^^^^^^^^^^
    hint: declare one with @custom(frobnicate, ...)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, Protocol, Self


class Place(Protocol):
    """What an error needs of a span."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def end_line(self) -> int: ...
    @property
    def end_column(self) -> int: ...


COMPLEX_HINT = "take its real part or its modulus, or differentiate it with vjp or jvp"


class S2SError(Exception):
    """Every error that this package raises on purpose."""


class Placed(S2SError):
    """An error that is about a place in the user's file, as far as that is known.

    `reason` is one line, `hint` says what to write instead, `source` is the text of line `line` of `file`.  An
    `end_column` of 0, and a span that ends on a later line, mark the line up to its end.
    """

    def __init__(
        self,
        reason: str,
        *,
        hint: str = "",
        file: str = "",
        line: int = 0,
        column: int = 0,
        end_line: int = 0,
        end_column: int = 0,
        source: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.file = file
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.source = source

    @classmethod
    def at(cls, place: Place, reason: str, *, hint: str = "", file: str = "", source: str = "") -> Self:
        """The error about what stands at `place`; `source` is the text of its first line."""
        end = {"end_line": place.end_line, "end_column": place.end_column}
        return cls(reason, hint=hint, file=file, line=place.line, column=place.column, source=source, **end)

    def __str__(self) -> str:
        lines = [self._location() + self.reason, *self._excerpt()]
        if self.hint:
            lines.append(f"hint: {self.hint}")
        return "\n".join(lines)

    def _location(self) -> str:
        if not self.line:
            return f"{self.file}: " if self.file else ""
        column = f":{self.column + 1}" if self.source else ""
        return f"{self.file or '<source>'}:{self.line}{column}: "

    def _excerpt(self) -> list[str]:
        """The source line and the marks under it, moved left to an indentation of four."""
        text = self.source.rstrip()
        if not text.strip():
            return []
        indent = len(text) - len(text.lstrip())
        start = min(max(self.column, indent), len(text))
        one_line = self.end_column > start and self.end_line in (0, self.line)
        end = min(self.end_column, len(text)) if one_line else len(text)
        # A tab under a tab keeps the marks in their columns, whatever a tab's width is.
        margin = "".join("\t" if character == "\t" else " " for character in text[indent:start])
        return ["    " + text[indent:], "    " + margin + "^" * max(end - start, 1)]


class Refused(Placed):
    """A function, or something in it, cannot be differentiated; nothing was run."""


class NotFinite(Placed, ArithmeticError):
    """With `check_nan=True`: a derivative has a NaN or an infinity in it, and this statement made the first that reached it.

    `part` says what the statement belongs to: adjoint, tangent, primal (the program itself), constant, argument (something that
    was given).  `rule` is the function of the user's statement, `operation` what made the number, `value` what it made, `entry` where
    in an array, `iteration` a (word, number) for each loop around it, the outermost first.
    """

    def __init__(
        self,
        reason: str,
        *,
        part: str = "",
        rule: str = "",
        operation: str = "",
        value: Any = None,
        entry: tuple[int, ...] | None = None,
        iteration: tuple[tuple[str, int], ...] = (),
        **place: Any,
    ) -> None:
        super().__init__(reason, **place)
        self.part, self.rule, self.operation = part, rule, operation
        self.value, self.entry, self.iteration = value, entry, iteration


class NotAdjoint(Placed, ArithmeticError):
    """With `check="dot"`: <y_bar, J v> is not <J' y_bar, v>, and this statement is to blame.

    `rule` is the function of the user's statement, `iteration` a (word, number) for each loop around it, the outermost first.  `dot`
    has both numbers and what rounding explains, for the statement by itself, `whole` the same for the function.
    """

    def __init__(
        self, reason: str, *, rule: str = "", iteration: tuple[tuple[str, int], ...] = (), dot: Any = None, whole: Any = None, **place: Any
    ) -> None:
        super().__init__(reason, **place)
        self.rule, self.iteration, self.dot, self.whole = rule, iteration, dot, whole


class NotChecked(UserWarning):
    """With `check="dot"`: nothing could be compared in this call, and why."""


class OutOfBounds(Placed, IndexError):
    """With `boundscheck=True`: an index in compiled code is not on its axis.

    `array` is the word for what is indexed, `axis` the number of the axis, `size` its length, `index` what was asked for.
    """

    def __init__(self, reason: str, *, array: str = "", axis: int = 0, size: int = 0, index: int = 0, **place: Any) -> None:
        super().__init__(reason, **place)
        self.array, self.axis, self.size, self.index = array, axis, size, index


class UnsupportedConstruct(Refused):
    """The program uses a part of Python that has no derivative here."""


class MissingRule(Refused):
    """The program calls a function that has neither a rule nor a Python source."""


class BadRule(Refused, TypeError):
    """A rule that a user declared cannot be one: of the wrong parameters, or with a body that returns too much or too little."""


class SourceNotFound(Refused):
    """The source of a function is not to be had (a built-in, or text typed where no file keeps it)."""


class NotCompiled(Refused):
    """A derivative cannot be compiled: the user's line, and what the compiler does not take.  Uncompiled, it runs."""


class ShapeError(Refused, ValueError):
    """Shapes that do not fit: of operands, or of a seed or tangent and its primal."""


class DtypeError(Refused, TypeError):
    """A value of a type that has no derivative, or a seed or tangent of another type than its primal."""


class NotScalar(Refused, TypeError):
    """`grad` of a function whose result is not one number."""


def suggest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The known names nearest to `name`, nearest first: by what follows the last dot, then by the whole.

    >>> suggest("np.linalg.sovle", ["np.linalg.solve", "np.linalg.inv", "np.sin"])
    ['np.linalg.solve']
    >>> suggest("numpy.tanh", ["np.tanh", "np.arctanh", "math.tan"])
    ['np.tanh', 'math.tan', 'np.arctanh']
    """
    last = name.rpartition(".")[2]
    scores = []
    for candidate in set(known) - {name}:
        score = _likeness(last, candidate.rpartition(".")[2])
        if score >= 0.6:
            scores.append((-score, -_likeness(name, candidate), candidate))
    return [candidate for _, _, candidate in sorted(scores)[:limit]]


class SharedMemory(Refused):
    """Two arrays of a call share memory, and the function changes one of them in place."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint with the nearest names, or an empty text if none is near.

    >>> did_you_mean("np.sihn", ["np.sin", "np.sinh", "np.dot"])
    'did you mean np.sin or np.sinh?'
    """
    names = suggest(name, known)
    return f"did you mean {' or '.join(names)}?" if names else ""


def _likeness(name: str, candidate: str) -> float:
    return difflib.SequenceMatcher(None, name, candidate).ratio()
