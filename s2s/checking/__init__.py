"""`check="dot"`: a derivative that is held against the other mode when it is first called, or at every n-th call.

In: the functions of a derivative.  Out: functions that give the same, to the last bit, and raise NotAdjoint, with the user's line, if
<y_bar, J v> is not <J' y_bar, v> up to rounding.  One of both is what the call itself computed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2s.checking.held import Held

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee
    from s2s.prepared import Program

Functions = tuple[Callable[..., Any], ...]


def checked(program: Program, callee: Callee, call: Call, often: int) -> Functions:
    """The functions of a program, checking themselves at one call in `often`, or at the first one if that is 0."""
    counts = program.made.checks
    first, *rest = program.functions

    def run(*given: Any, **outside: Any) -> Any:
        found = first(*given, **outside)
        key = program.kind, often
        number = counts.get(key, 0)
        if number % often == 0 if often else number == 0:
            Held(program, callee, call, given, number).check(found)
        counts[key] = number + 1  # behind the check: what has failed is looked at again
        return found

    return (run, *rest)
