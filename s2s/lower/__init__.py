"""Programs as loop nests over numbers, for Numba."""

from s2s.lower.assuming import Assumption, observed, symbols
from s2s.lower.handing import AS_IT_IS, Handing, handing
from s2s.lower.missing import missing
from s2s.lower.parts import Part, Parted, parted
from s2s.lower.program import lowered
from s2s.lower.refusing import NotLowered

__all__ = [
    "AS_IT_IS", "Assumption", "Handing", "NotLowered", "Part", "Parted", "handing", "lowered", "missing", "observed", "parted", "symbols",
]  # fmt: skip
