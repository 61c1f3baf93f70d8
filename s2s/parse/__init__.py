"""From a Python function object to its syntax.  libcst is used here and nowhere else on the way in."""

from s2s.parse.source import Unit, is_rule, parse_function

__all__ = ["Unit", "is_rule", "parse_function"]
