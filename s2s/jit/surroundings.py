"""What machine code depends on besides the program: versions, the processor, how Numba was set up, the runtime's text.

In: nothing.  Out: a text that differs where machine code that was kept must not be used.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding
import numba
import numpy as np

import s2s
import s2s_runtime

FORMAT = 1
"""Of what is kept; another number where it changes."""

UNRELATED = {"CACHE_DIR", "CACHE_LOCATOR_CLASSES", "NUMBA_NUM_THREADS", "NUMBA_DEFAULT_NUM_THREADS", "COLOR_SCHEME"}
"""Of Numba's settings: those that change no machine code, and may be others in the next process."""

SCALARS = (bool, int, float, str, type(None))


def surroundings() -> str:
    return f"{constant()}|{settings()}"


@functools.cache
def constant() -> str:
    """What stays as it is while a process runs."""
    binding = llvmlite.binding
    versions = [s2s.__version__, sys.version, numba.__version__, llvmlite.__version__, np.__version__, scipy_version()]
    processor = [binding.get_process_triple(), binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()]
    return "|".join([str(FORMAT), sys.implementation.cache_tag or "", *versions, *processor, own_sources()])


def scipy_version() -> str:
    """Numba's linear algebra calls SciPy's; asking for its version does not import it."""
    try:
        return importlib.metadata.version("scipy")
    except importlib.metadata.PackageNotFoundError:
        return ""


def settings() -> str:
    """Numba's settings as they are now: the environment's, and what a program has changed."""
    found: dict[str, Any] = vars(numba.config)
    kept = ((name, value) for name, value in found.items() if name.isupper() and name not in UNRELATED)
    return repr([(name, value) for name, value in kept if isinstance(value, SCALARS)])


def own_sources() -> str:
    """The state of the files that compiled code is made from: those of the runtime, and of this package."""
    stamp = hashlib.blake2b(digest_size=16)
    for module in (s2s_runtime.__file__, __file__):
        for path, size, changed in sorted(files(Path(module or "").parent)):
            stamp.update(f"{path} {size} {changed}\n".encode())
    return stamp.hexdigest()


def files(folder: Path) -> Iterator[tuple[str, int, int]]:
    """(path, size, time of change) of each Python file below a folder."""
    try:
        found = [*os.scandir(folder)]
    except OSError:  # a package in an archive has a version only
        return
    for one in found:
        if one.is_dir():
            yield from files(Path(one.path))
        elif one.name.endswith(".py"):
            state = one.stat()
            yield one.path, state.st_size, state.st_mtime_ns
