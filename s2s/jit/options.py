"""How a text is to be compiled.

In: what a user asks for.  Out: a value that is part of a cache key, and what Numba is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ONLY_LOOPS = dict.fromkeys(["comprehension", "reduction", "inplace_binop", "setitem", "numpy", "stencil", "fusion"], False)
ONLY_LOOPS["prange"] = True
"""What Numba may run in threads: the loops that a text says, and nothing else."""


@dataclass(frozen=True)
class Options:
    """`fastmath`: False, True, or the flags of LLVM that are meant; `parallel`: whether `prange` runs in threads; `cache`:
    whether machine code is kept on disk; `reuse`: each call computes in the memory of the last one, which its text says.
    """

    boundscheck: bool = False
    fastmath: bool | frozenset[str] = False
    parallel: bool = False
    cache: bool = True
    reuse: bool = False

    def key(self) -> str:
        """What the machine code depends on."""
        fastmath = self.fastmath if isinstance(self.fastmath, bool) else sorted(self.fastmath)
        return repr((self.boundscheck, fastmath, self.parallel))

    def for_numba(self) -> dict[str, Any]:
        """The arguments of `numba.njit`.  Division by zero gives an infinity, as in NumPy; no lock is held while it runs."""
        fastmath = self.fastmath if isinstance(self.fastmath, bool) else set(self.fastmath)
        return {
            "nopython": True,
            "nogil": True,
            "error_model": "numpy",
            "boundscheck": self.boundscheck or None,  # None: what NUMBA_BOUNDSCHECK says
            "fastmath": fastmath,
            "parallel": ONLY_LOOPS if self.parallel else False,
        }


ORDINARY = Options()
