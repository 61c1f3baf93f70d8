"""Derivatives on disk, found by all that their derivation can have looked at.

In: a call.  Out: what was derived for it in another process, or nothing.
"""

from s2s.entries.inside import Unknowable
from s2s.entries.kept import Place, lookup, place_of, save
from s2s.entries.programs import kept

__all__ = ["Place", "Unknowable", "kept", "lookup", "place_of", "save"]
