"""What machine code depends on besides the program: versions, the processor, how Numba was set up, the runtime's text.

In: nothing.  Out: a text that differs where machine code that was kept must not be used.
"""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

import llvmlite
import llvmlite.binding
import numba
import numpy as np

import s2s
import s2s_runtime
from s2s.jit.sources import state_of, version

FORMAT = 1
"""Of what is kept; another number where it changes."""

UNRELATED = {
    "CACHE_DIR", "CACHE_LOCATOR_CLASSES", "NUMBA_NUM_THREADS", "NUMBA_DEFAULT_NUM_THREADS", "THREADING_LAYER", "COLOR_SCHEME",
}  # fmt: skip
"""Of Numba's settings: those that change no machine code, and may be others in the next process."""

SCALARS = (bool, int, float, str, type(None))


def surroundings() -> str:
    return f"{constant()}|{settings()}"


@functools.cache
def constant() -> str:
    """What stays as it is while a process runs."""
    binding = llvmlite.binding
    versions = [s2s.__version__, sys.version, numba.__version__, llvmlite.__version__, np.__version__, version("scipy")]
    processor = [binding.get_process_triple(), binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()]
    return "|".join([str(FORMAT), sys.implementation.cache_tag or "", *versions, *processor, own_sources()])


def settings() -> str:
    """Numba's settings as they are now: the environment's, and what a program has changed."""
    found: dict[str, Any] = vars(numba.config)
    kept = ((name, value) for name, value in found.items() if name.isupper() and name not in UNRELATED)
    return repr([(name, value) for name, value in kept if isinstance(value, SCALARS)])


def own_sources() -> str:
    """The state of the files that compiled code is made from: those of the runtime, and of this package."""
    return state_of(*(os.path.dirname(module or "") for module in (s2s_runtime.__file__, __file__)))
