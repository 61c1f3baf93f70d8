"""What Numba could not compile, said of the user's line and in one sentence; Numba's own account stays behind it.

In: an exception of Numba's, and the text that it compiled.  Out: NotCompiled.
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s.errors import NotCompiled

if TYPE_CHECKING:
    from s2s.emit import Source

HINT = "jit=False runs it as it is, with NumPy"

SENTENCES: tuple[tuple[str, str], ...] = (
    (r"Unknown attribute '(\w+)' of type Module\(<module 'numpy'", "Numba does not support numpy.{0}, or not in this way"),
    (r"Unknown attribute '(\w+)' of type (.+)", "Numba knows no attribute {0} of {1}"),
    (r"Use of unsupported NumPy function '([\w.]+)'", "Numba does not support {0}, or not in this way"),
    (r"Cannot unify (.+?) and (.+?) for '([^']+)'", "{2} is {0} on one way, {1} on another: Numba needs one type"),
    (r"Untyped \w+ name '(\w+)'.*<class '(?:\w+\.)*(\w+)'>", "Numba cannot take {0} from outside: its type is {1}"),
    (r"Untyped \w+ name '(\w+)'", "Numba cannot take {0} from outside"),
    (r"(?:NameError: )?name '(\w+)' is not defined", "the name {0} is not defined"),
    (r"Cannot infer the type of variable '([^']+)'", "Numba cannot infer the type of {0}"),
    (r"Use of unsupported opcode \((\w+)\)", "Numba does not support this construct (bytecode {0})"),
    (r"Unsupported context manager", "Numba does not support this `with`"),
    (r"Invalid use of getiter with parameters \((.+)\)", "Numba cannot iterate over {0}"),
    (r"Invalid use of (.+?) with parameters \((.*)\)", "Numba does not support {0}({1})"),
)
"""Patterns of Numba's messages, and what is said for them."""

NO_IMPLEMENTATION = re.compile(r"No implementation of function .*?\n\s*>>> (.+)")
SPECIFIC = re.compile(r"raised a specific error:\s*\w+: (?!Failed in)(.+)")
UNTYPED = re.compile(r"- argument (\d+): Cannot determine Numba type of <class '(?:\w+\.)*(\w+)'>")
PREAMBLE = re.compile(r"(Failed in .* pipeline \(step: .*\)|\s*)$")


def not_compiled(error: Exception, source: Source, file: str, parameters: Sequence[str] = ()) -> NotCompiled:
    """The project's error for one of Numba's: its place is the user's line that the generated line comes from."""
    untyped = UNTYPED.search(str(error))
    if untyped:
        position, kind = int(untyped[1]), untyped[2]
        name = parameters[position] if position < len(parameters) else f"argument {position}"
        reason = f"{name} is of type {kind}, which Numba does not know"
    else:
        reason = gist(str(error)) or f"Numba failed with {type(error).__name__}"
    return at_origin(nearest(source, line_of(error, source, file)), reason)


def at_origin(origin: ir.Origin | None, reason: str) -> NotCompiled:
    """What cannot be compiled, said of the user's line."""
    return NotCompiled(reason, hint=HINT, **placed(origin))


def placed(origin: ir.Origin | None) -> dict[str, Any]:
    """The user's line, as an error of the project's is told of it; nothing where it is not known."""
    if origin is None:
        return {}
    place = origin.place or origin.span
    found = {"line": place.line, "column": place.column, "end_line": place.end_line, "end_column": place.end_column}
    return {"file": origin.file, "source": linecache.getline(origin.file, place.line).rstrip("\n"), **found}


# -------------------------------------------------------------------------------------------------------------- where
def line_of(error: Exception, source: Source, file: str) -> int:
    """The line of the generated text that an error is about; the first where nothing says more."""
    said = re.findall(rf"{re.escape(file)} \((\d+)\)", str(error))
    if said:  # the innermost comes first
        return int(said[0])
    place: Any = getattr(error, "loc", None)
    if place is not None and place.filename == file:
        return int(place.line)
    return line_with(re.findall(r"'(\w+)'", str(error)), source.text)


def line_with(words: list[str], text: str) -> int:
    """The first line of code with one of these words, of which the last says most."""
    lines = text.splitlines()
    for word in reversed(words):
        for number, line in enumerate(lines, 1):
            if re.search(rf"\b{word}\b", line.partition("#")[0]):
                return number
    return 1


def nearest(source: Source, line: int) -> ir.Origin | None:
    """Where the user wrote what stands in a line, or in the line nearest to it of which that is known."""
    near = min(source.origins, key=lambda other: (abs(other - line), other), default=None)
    return None if near is None else source.origins[near]


# --------------------------------------------------------------------------------------------------------------- what
def gist(message: str) -> str:
    """One sentence of Numba's message.

    >>> gist("Failed in nopython mode pipeline (step: nopython frontend)\\nUnknown attribute 'T2' of type float64\\n\\nFile ...")
    'Numba knows no attribute T2 of float64'
    """
    message = plainly(message)
    found = NO_IMPLEMENTATION.search(message)
    if found:
        return missing(found[1], message)
    for pattern, sentence in SENTENCES:
        match = re.search(pattern, message)
        if match:
            return sentence.format(*match.groups())
    lines = [line.strip() for line in message.splitlines() if not PREAMBLE.match(line)]
    return f"Numba cannot compile this: {lines[0].rstrip('.')}" if lines else ""


def missing(call: str, message: str) -> str:
    """`sum(array(float64, 1d, C), keepdims=bool)`, and what is wrong with it where Numba says so."""
    why = SPECIFIC.findall(message)
    if call.startswith("_"):  # a function inside Numba
        return f"Numba does not support this: {why[-1]}" if why else "Numba does not support this operation"
    return f"Numba has no {call.strip()}" + (f": {why[-1]}" if why else "")


def plainly(message: str) -> str:
    """A message with types and functions written as short as they are clear."""
    message = re.sub(r"Literal\[(\w+)\]\([^()]*\)", r"\1", message)
    message = re.sub(r"<iv=\w+>", "", message)
    message = re.sub(r"BoundFunction\((\S+) for [^\n]*?\)(?= with)", r"\1", message)
    message = re.sub(r"Function\(<(?:built-in )?(?:function|ufunc|intrinsic) '?([\w.]+)'?[^>]*>\)", r"\1", message)
    message = re.sub(r"'(\w+?)(?:\.\d+)+'", r"'\1'", message)
    return message.replace("unicode_type", "str").replace("reflected list", "list")
