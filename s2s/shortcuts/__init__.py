"""Calls that are like earlier ones, without what every call has to go through.

In: calls of derivatives.  Out: functions that run the next one like it.
"""

from s2s.shortcuts.warm import CALLS, Met, Shortcut, Warm, calls_of, forget, known, no_shortcut

__all__ = ["CALLS", "Met", "Shortcut", "Warm", "calls_of", "forget", "known", "no_shortcut"]
