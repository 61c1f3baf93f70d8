"""From a Python function object to its syntax.  libcst is used here and nowhere else on the way in."""

from s2s.parse.source import Unit, parse_function

__all__ = ["Unit", "parse_function"]
