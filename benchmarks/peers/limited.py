"""A call that may take so long and no longer, so that one that would take minutes does not keep all others waiting."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

import peers

SECONDS = 10.0


class TooSlow(Exception):
    """A call took longer than it may."""


def limited(call: peers.Call, seconds: float = SECONDS) -> peers.Call:
    """The call; it raises TooSlow after these seconds until one was in time, and is left alone from there on.

    In the main thread only, and between two operations of Python.
    """
    in_time = False

    def stopped(number: int, frame: FrameType | None) -> None:
        raise TooSlow(f"a call takes more than {seconds:g} s")

    def watched() -> Any:
        nonlocal in_time
        if in_time:
            return call()
        before = signal.signal(signal.SIGALRM, stopped)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            found = call()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            signal.signal(signal.SIGALRM, before)
        in_time = True
        return found

    return watched
