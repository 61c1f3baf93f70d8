"""Calls that are like earlier ones, without what every call has to go through.

In: calls of a transform.  Out: functions that run the next one like it.
"""

from s2s.shortcuts.warm import Asked, Shortcut, Warm, forget, no_shortcut

__all__ = ["Asked", "Shortcut", "Warm", "forget", "no_shortcut"]
