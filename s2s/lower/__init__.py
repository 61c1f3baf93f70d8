"""Programs as loop nests over numbers, for Numba."""

from s2s.lower.program import lowered
from s2s.lower.refusing import NotLowered

__all__ = ["NotLowered", "lowered"]
