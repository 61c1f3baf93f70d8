"""The state of packages' files and the versions of libraries: what is kept holds for these only.

In: folders, names.  Out: texts that differ where something has changed.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import os
from collections.abc import Iterator


def state_of(*folders: str) -> str:
    """A hash of the names, sizes and times of change of the Python files in folders; a package in an archive has none."""
    stamp = hashlib.blake2b(digest_size=16)
    for folder in folders:
        for path, size, changed in sorted(files(folder)):
            stamp.update(f"{path} {size} {changed}\n".encode())
    return stamp.hexdigest()


def files(folder: str) -> Iterator[tuple[str, int, int]]:
    """(path, size, time of change) of each Python file below a folder."""
    try:
        found = [*os.scandir(folder)]
    except OSError:
        return
    for one in found:
        if one.name.endswith(".py"):
            state = one.stat()
            yield one.path, state.st_size, state.st_mtime_ns
        elif one.name != "__pycache__" and one.is_dir():
            yield from files(one.path)


@functools.cache
def version(library: str) -> str:
    """The version of a library, which need not be imported; empty where it is not installed."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return ""
