"""Compiling generated text with Numba, and keeping what was compiled on disk.

In: a Source, loop nests over numbers as Python text.  Out: a Numba dispatcher.  Numba is imported when something is compiled.
"""

from __future__ import annotations

from s2s.jit.compiling import compiled, is_switched_off
from s2s.jit.options import Options
from s2s.jit.store import CacheInfo, cache_info, clear_cache

__all__ = ["CacheInfo", "Options", "cache_info", "clear_cache", "compiled", "is_switched_off"]
