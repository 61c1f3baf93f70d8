"""Syntax as Python text that runs: the user's program as it was parsed, or as normalising left it."""

from s2s.unparse.statements import unparse

__all__ = ["unparse"]
