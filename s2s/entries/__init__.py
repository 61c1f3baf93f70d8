"""Derivatives on disk, found by all that their derivation can have looked at.

In: a call.  Out: what was derived for it in another process, or nothing.
"""

from s2s.entries.inside import Unknowable
from s2s.entries.kept import Place, lookup, place_of, save

__all__ = ["Place", "Unknowable", "lookup", "place_of", "save"]
