"""Programs that compute the same with less: dead code, carried names that never change, constants carried for nothing."""

from s2s.optimise.loops import settle
from s2s.optimise.passes import optimise, settled_loops

__all__ = ["optimise", "settle", "settled_loops"]
