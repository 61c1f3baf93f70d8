"""When a long loop keeps its state, so that few states and few repeated steps are enough to run it backwards.

`checkpointed` and `checkpoint` are what a user writes; they do nothing but mark.  The other functions are called by
generated code: they say which steps' states are kept, as a list `[first, ..., end]`.  All but the last are steps whose
state (what the loop carries when the step begins) is in slot 0, 1, ...; the last is where the list stops being valid.

The lists are those of the binomial schedule (Griewank, Walther: Algorithm 799, Revolve, 2000): n steps are reversed with s
states and `repeated(n, s)` steps forward, the least possible number.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from s2s_runtime.wrapping import Wrapper

T = TypeVar("T")


def checkpointed(loop: T, *, slots: int) -> T:
    """`loop` itself: a range to loop over, or the test of a `while`.  The loop's reversal keeps at most `slots` states.

        for t in checkpointed(range(n), slots=20):
        while checkpointed(error > tolerance, slots=20):

    Reverse mode stores what the loop carries at `slots` of its steps, and runs the steps between them again, instead of
    recording every step; derivatives are the same to the last bit.  Without a derivative, and in forward mode, it does
    nothing.  Raises TypeError for another iterable than a range, and if `slots` is no integer; ValueError if it is not
    positive.
    """
    count(slots)
    if not isinstance(loop, range) and np.ndim(loop) > 0:  # type: ignore[arg-type]
        raise TypeError(f"checkpointed() takes a range, or the test of a while loop, not {type(loop).__name__}")
    return loop


def count(slots: Any) -> int:
    """A number of states.  Raises TypeError if it is no integer, ValueError if it is not positive."""
    if isinstance(slots, (bool, np.bool_)) or not isinstance(slots, (int, np.integer)):
        raise TypeError(f"slots is a number of states, an integer, not {type(slots).__name__}")
    if slots < 1:
        raise ValueError(f"slots is a number of states, at least 1, not {slots}")
    return int(slots)


def section() -> None:
    """Stands for the statements of a function under `checkpoint`, as a context around them."""


class Checkpoint(Wrapper):
    """A function whose inside is not recorded.  Calling it calls the function.

    A derivative of all of it is one of the function inside: there is nothing around it that could be left unrecorded.
    """

    def __repr__(self) -> str:
        return f"<checkpoint {getattr(self, '__qualname__', self.__wrapped__)}>"

    def __s2s_call__(self, machine: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        inside = machine.held_by(self, self.__wrapped__, lambda held: held.__wrapped__)
        return machine.sectioned_call(inside, args, kwargs)


def checkpoint(function: Callable[..., Any]) -> Checkpoint:
    """The function, so that reverse mode records nothing of what happens in a call of it, only what the call is given.

    The reverse sweep runs the function again from there, and then backwards; derivatives are the same to the last bit.
    Without a derivative, and in forward mode, it does nothing.  Raises TypeError for what is not callable.
    """
    if not callable(function):
        raise TypeError(f"checkpoint takes a function, not {type(function).__name__}")
    return Checkpoint(function)


def reach(slots: int, times: int) -> int:
    """How many steps can be reversed if none is run more than `times` times before it is reversed."""
    return math.comb(slots + times, slots)


def times(steps: int, slots: int) -> int:
    """How often a step has to be run forward at most, before it is reversed."""
    if slots == 1:
        return max(steps - 1, 0)
    found = 0
    while reach(slots, found) < steps:
        found += 1
    return found


def repeated(steps: int, slots: int) -> int:
    """The least number of steps forward that reverses `steps` steps, beside one with each reversal."""
    often = times(steps, slots)
    return often * steps - (math.comb(slots + often, often - 1) if often else 0)


def between(first: int, end: int, slots: int) -> list[int]:
    """The steps to keep on the way from `first` to `end`, the first with them, and behind them `end`."""
    kept = [first]
    while slots > 1 and end - first > 2:
        steps = end - first
        often = times(steps, slots)
        first += min(reach(slots, often - 1), steps - reach(slots - 1, often - 1))
        slots -= 1
        if end - first > 1:  # the last step's state is there when it is needed
            kept.append(first)
    return [*kept, end]


def binomial(steps: int, slots: int) -> list[int]:
    """The steps to keep in a loop of so many steps.  The last is kept too, in one slot more: it is the first reversed."""
    kept = between(0, steps, count(slots))
    return [*kept[:-1], steps - 1, steps] if steps > 1 else kept


def unbounded(slots: int) -> list[int]:
    """The steps to keep at first in a loop without a known end."""
    return between(0, reach(slots, 1) if count(slots) > 1 else sys.maxsize, slots)


def extended(kept: list[int], slot: int, slots: int) -> tuple[list[int], int]:
    """The steps to keep, and the slot for this one, in a loop without a known end.

    Where a list ends, a longer one begins, of which this step is the second: its first piece is what has been run, and
    the states in there are given up.  So no step is run more than `times(n, slots) + 1` times before it is reversed.
    """
    if slot < len(kept) - 1:
        return kept, slot
    return between(0, reach(slots, times(kept[-1], slots) + 1), slots), 1


def resumed(kept: list[int], step: int, slots: int) -> tuple[list[int], int]:
    """The steps to keep on the way to `step`, which is reversed next, and the slot to start from."""
    slot = len(kept) - 2
    while kept[slot] > step:
        slot -= 1
    return [*kept[:slot], *between(kept[slot], step + 1, slots - slot)], slot
