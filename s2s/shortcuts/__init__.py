"""Calls that are like earlier ones, without what every call has to go through.

In: calls of a transform.  Out: functions that run the next one like it.
"""

from s2s.shortcuts.warm import Shortcut, Warm, forget, no_shortcut

__all__ = ["Shortcut", "Warm", "forget", "no_shortcut"]
