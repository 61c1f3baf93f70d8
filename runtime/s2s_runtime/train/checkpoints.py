"""Trees in npz files, bit for bit.

In: a tree whose leaves are arrays, numbers, strings, booleans or None.  Out: a file of arrays and one JSON text, which `load` puts into
a tree of the same containers, names, shapes and dtypes.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from s2s_runtime import tree
from s2s_runtime.optim.marking import named

_FORMAT = "s2s tree 1"


def save(path: str | Path, values: Any) -> None:
    """Write a tree.  The file is written beside the old one and then takes its place, so that there is always a whole one.

    Raises TypeError, with the name, for a leaf of another kind.
    """
    leaves = named(values)
    arrays = {str(k): np.asarray(leaf.value) for k, leaf in enumerate(leaves) if _is_array(leaf.value)}
    others = {}
    for k, leaf in enumerate(leaves):
        if not _is_array(leaf.value):
            if not isinstance(leaf.value, (int, float, str, bool, type(None))):
                raise TypeError(
                    f"save: {leaf.name} is {tree.describe(leaf.value)}, neither an array nor a number, a string or None"
                )
            others[str(k)] = leaf.value
    if any(array.dtype.hasobject for array in arrays.values()):
        raise TypeError("save: arrays of Python objects have no bits to keep")
    about = json.dumps({"format": _FORMAT, "names": [leaf.name for leaf in leaves], "others": others})
    beside = Path(f"{path}.new")
    with beside.open("wb") as file:
        np.savez(file, allow_pickle=False, about=np.array(about), **arrays)
    os.replace(beside, path)


def load(path: str | Path, like: Any) -> Any:
    """The tree that `save` wrote, in the containers of `like`.

    Raises ValueError, with the path, for a file of another kind, for other names (with both counts), and for a leaf of another shape or
    dtype.
    """
    with np.load(path, allow_pickle=False) as file:
        if "about" not in file.files:
            raise ValueError(f"{path}: not written by save")
        about = json.loads(str(file["about"]))
        arrays = {key: file[key] for key in file.files if key != "about"}
    leaves, structure = tree.flatten(like)
    wanted = [leaf.name for leaf in named(like)]
    if about["names"] != wanted:
        odd = sorted(set(about["names"]) ^ set(wanted))
        raise ValueError(
            f"{path}: {len(about['names'])} leaves, expected {len(wanted)}; not in both: {', '.join(odd) or 'none, another order'}"
        )
    found = []
    for k, (name, leaf) in enumerate(zip(wanted, leaves, strict=True)):
        value = arrays[str(k)] if str(k) in arrays else about["others"][str(k)]
        found.append(_restored(f"{path}: {name}", value, leaf))
    return tree.unflatten(structure, found)


def _is_array(value: Any) -> bool:
    return isinstance(value, (np.ndarray, np.generic))


def _restored(where: str, value: Any, like: Any) -> Any:
    if not _is_array(like):
        if type(value) is not type(like):
            raise ValueError(f"{where}: expected {tree.describe(like)}, found {tree.describe(value)}")
        return value
    if not _is_array(value) or (value.shape, value.dtype) != (like.shape, like.dtype):
        raise ValueError(f"{where}: expected {tree.describe(like)}, found {tree.describe(value)}")
    return value if isinstance(like, np.ndarray) else value[()]
