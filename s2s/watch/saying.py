"""What is said of a derivative that is not finite: the statement that made the first NaN or infinity, in the user's words.

In: `Found`, from a program that watches itself.  Out: NotFinite.
"""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np

from s2s import ir
from s2s.errors import NotFinite
from s2s_runtime.watching import Event, Found, Watch

ORDINALS = {2: "second", 3: "third", 4: "fourth"}


def not_finite(found: Found) -> NotFinite:
    """The project's error for what a program has found."""
    event = found.event
    if event is None:
        return NotFinite("the derivative is not finite; it is not known where that began")
    site, number, place = event.site, spoken_number(event.value), spoken_place(event)
    if site.how == "given":
        return placed(event, "argument", f"{site.function}, which was given, holds {number}{place}{met(found)}")
    if event.constant:
        return placed(event, "constant", f"the program has the constant {number} here{met(found)}")
    if site.derivative:
        part, name = spoken_part(site.origin)
        by = f" (by {site.function})" if site.function not in ("", site.origin.of) else ""
        return placed(event, part, f"{name} has made {number}{place}, of finite numbers{by}")
    inside = ", in the program itself" if site.origin is not None else ""
    return placed(event, "primal", f"{site.function or 'it'} has made {number}{place}{inside}{met(found)}")


def noted(error: Exception) -> Exception:
    """An error that a program has raised while it watched itself, with a note of the first NaN or infinity before it."""
    trace = error.__traceback__
    while trace is not None:
        for value in trace.tb_frame.f_locals.values():
            if isinstance(value, Watch) and value.events:
                first = value.events[min(value.events)]
                error.add_note(f"check_nan: before this, {not_finite(Found(first, None))}")
                return error
        trace = trace.tb_next
    return error


def placed(event: Event, part: str, reason: str) -> NotFinite:
    """The error at the user's line, with all that is known as attributes."""
    site, origin = event.site, event.site.origin
    rule = origin.of if origin is not None and site.derivative else ""
    facts: dict[str, Any] = {
        "part": part, "iteration": event.iteration, "entry": event.entry, "value": event.value,
        "operation": site.function or rule, "rule": rule or site.function,
    }  # fmt: skip
    if origin is None:
        return NotFinite(reason, **facts)
    place = origin.place or origin.span
    line = linecache.getline(origin.file, place.line).rstrip("\n")
    error = NotFinite(
        reason, file=origin.file, line=place.line, column=place.column, end_line=place.end_line, end_column=place.end_column,
        source=line, **facts,
    )  # fmt: skip
    return error


def spoken_number(value: Any) -> str:
    """`NaN`, `inf`, `-inf`, or what of an array is first."""
    if isinstance(value, (list, tuple, dict)):
        return "what is not finite"
    bad = np.ravel(np.asarray(value))
    if bad.dtype.kind not in "fc":
        return "what is not finite"
    first = bad[~np.isfinite(bad)][0]
    return "NaN" if np.isnan(first) else str(first)


def spoken_place(event: Event) -> str:
    """The entry of an array, the iterations of the loops around: ` at [2, 0], for i = 3`."""
    entry = f" at [{', '.join(map(str, event.entry))}]" if event.entry else ""
    loops = ", ".join(f"{word} = {number}" if word != "iteration" else f"iteration {number}" for word, number in event.iteration)
    return f"{entry}{', in ' + loops if loops.startswith('iteration') else ', for ' + loops if loops else ''}"


def spoken_part(origin: ir.Origin) -> tuple[str, str]:
    """Which part of a derivative a statement belongs to: a word, and how it is spoken of."""
    part = "adjoint" if origin.role == "adjoint" else "tangent"
    what = part if origin.order < 2 else f"{ORDINALS.get(origin.order, f'{origin.order}th')} derivative"
    return part, f"the {what} of {origin.of or 'this statement'}"


def met(found: Found) -> str:
    """Where the derivative first met what the program itself made."""
    event = found.met
    if event is None or event.site.origin is None:
        return ""
    origin = event.site.origin
    line = (origin.place or origin.span).line
    return f"; {spoken_part(origin)[1]} in line {line} has read it{spoken_place(event)}"
