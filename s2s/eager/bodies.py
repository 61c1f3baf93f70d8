"""How functions and the bodies of rules are run: as they stand; recorded where an operand is on another tape; or on exact numbers.

In: a function.  Out: a callable that gives its value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from s2s.eager.lifting import recorded
from s2s_runtime.tape.variable import variables


def as_it_is(function: Any) -> Any:
    return function


class Bodies:
    """`lifted`: what a function is called as, its names replaced if numbers are of another kind."""

    def __init__(self, lifted: Callable[[Any], Any] = as_it_is) -> None:
        self.lifted = lifted
        self._recorded: dict[Any, Any] = {}

    def run(self, function: Any, args: Sequence[Any], options: Mapping[str, Any], outer: bool) -> Any:
        """What a function, or the body of a rule, returns; `outer`: an operand is on a tape, on which the calls are recorded."""
        return (self.recorded(function) if outer else self.lifted(function))(*args, **options)

    def recorded(self, function: Any) -> Any:
        if function not in self._recorded:
            self._recorded[function] = recorded(function)
        return self._recorded[function]

    def call(self, function: Any, *args: Any) -> Any:
        """The value of a call, recorded if an operand is on a tape."""
        return self.run(function, args, {}, holds(args))


def holds(values: Any) -> bool:
    """Whether a variable is among values."""
    for _ in variables(values):
        return True
    return False
