"""From a program to text that a person can read."""

from s2s.emit.text import Source, emit

__all__ = ["Source", "emit"]
