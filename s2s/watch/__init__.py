"""Programs that watch what they compute, and what is said of the first NaN or infinity."""

from s2s.watch.program import watched
from s2s.watch.saying import not_finite, noted

__all__ = ["not_finite", "noted", "watched"]
