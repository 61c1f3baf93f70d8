"""Values that carry no derivative, by the user's will."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from s2s_runtime import tree

T = TypeVar("T")


def stop_gradient(x: T) -> T:
    """`x`, constant to every derivative: its tangent and its cotangent are zero.  Any tree, any dtype.

    It is `x` itself, but for what an eager tape records: in its place there is the value that it has now.
    """
    if not any(_records(leaf) for leaf in tree.flatten(x)[0]):
        return x
    stopped: T = tree.tree_map(_stopped, x)
    return stopped


def _records(leaf: Any) -> bool:
    return hasattr(type(leaf), "__s2s_recorded__")


def _stopped(leaf: Any) -> Any:
    while _records(leaf):  # tapes nest: a value may be recorded by an outer one
        leaf = leaf.value
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf
