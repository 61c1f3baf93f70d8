"""From generated text to a callable; its lines are found by tracebacks and by `inspect`.

In: a Source.  Out: the function that it defines.  The traceback of an exception that leaves it shows, before each line of
generated text, the line of the user's that it comes from.
"""

from __future__ import annotations

import functools
import hashlib
import linecache
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from s2s import ir
from s2s.emit import Source


def load(source: Source) -> Callable[..., Any]:
    """The function that a text defines, in a namespace of its own."""
    key = hashlib.sha256(source.text.encode()).hexdigest()[:8]
    filename = f"<s2s {source.name} {key}>"
    linecache.cache[filename] = (len(source.text), None, source.text.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": "s2s_generated", **source.outside}
    exec(compile(source.text, filename, "exec"), namespace)
    function: Callable[..., Any] = namespace[source.name]
    origins = source.origins

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            raise error.with_traceback(with_user_lines(error.__traceback__, filename, origins))  # noqa: B904  the same one

    return called


def with_user_lines(trace: TracebackType | None, filename: str, origins: dict[int, ir.Origin]) -> TracebackType | None:
    """A traceback with the user's line in front of each line of this generated file."""
    result: TracebackType | None = None
    for step in reversed([*steps(trace)][1:]):  # the first is the frame that raises it again
        result = TracebackType(result, step.tb_frame, step.tb_lasti, step.tb_lineno)
        if step.tb_frame.f_code.co_filename == filename:
            origin = next((origins[line] for line in range(step.tb_lineno, 0, -1) if line in origins), None)
            if origin is not None:
                place = user_frame(origin.file, (origin.place or origin.span).line)
                result = TracebackType(result, place.tb_frame, place.tb_lasti, place.tb_lineno)
    return result


def steps(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


class _Here(Exception):  # raised to have a frame, and caught at once
    pass


def user_frame(file: str, line: int) -> TracebackType:
    """A step of a traceback that stands at a line of a file."""
    code = compile("\n" * (line - 1) + "raise here", file, "exec").replace(co_name="<differentiated>")
    try:
        exec(code, {"here": _Here()})
    except _Here as here:
        step = here.__traceback__ and here.__traceback__.tb_next
    assert step is not None
    return step
