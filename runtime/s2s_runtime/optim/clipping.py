"""Clipping of gradients.  In: a tree of gradients (None where there is none) and a bound.  Out: a new tree with the same dtypes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2s_runtime import tree


def global_norm(grads: Any) -> float:
    """The 2-norm of all entries of all leaves together, summed in float64."""
    leaves = [leaf for leaf in tree.flatten(grads)[0] if leaf is not None]
    return math.sqrt(sum(_square_norm(leaf) for leaf in leaves))


def clip_by_global_norm(grads: Any, most: float) -> Any:
    """All leaves by one factor, so that their common norm is at most `most`; PyTorch's clip_grad_norm_.

    The factor is most / (norm + 1e-6), and 1 where that is above 1.  Raises ValueError for a norm that is not finite.
    """
    norm = global_norm(grads)
    if not math.isfinite(norm):
        raise ValueError(f"clip_by_global_norm: the norm of the gradient is {norm}")
    return _scaled(grads, min(1.0, most / (norm + 1e-6)))


def clip_by_norm(grads: Any, most: float) -> Any:
    """Each leaf by itself: one whose norm is above `most` is scaled to it, the others stay."""

    def clipped(leaf: Any) -> Any:
        norm = math.sqrt(_square_norm(leaf))
        return leaf * (most / norm) if norm > most else leaf

    return _each(clipped, grads)


def clip_by_value(grads: Any, most: float) -> Any:
    """Each entry into [-most, most]; PyTorch's clip_grad_value_."""
    return _each(lambda leaf: np.clip(leaf, -most, most), grads)


def clip_by_percentile(grads: Any, percentile: float) -> Any:
    """Each leaf's entries into [-c, c], where c is that percentile of their absolute values.

    It is the entry at place floor(percentile / 100 (n - 1)) of the n absolute values in order: one that is there, nothing between.  Raises
    ValueError for a percentile outside of [0, 100].
    """
    if not 0 <= percentile <= 100:
        raise ValueError(f"clip_by_percentile: the percentile must be in [0, 100], got {percentile}")

    def clipped(leaf: Any) -> Any:
        if np.size(leaf) == 0:
            return leaf
        bound = np.percentile(np.abs(leaf), percentile, method="lower")
        return np.clip(leaf, -bound, bound)

    return _each(clipped, grads)


def _each(function: Any, grads: Any) -> Any:
    return tree.tree_map(lambda leaf: leaf if leaf is None else function(leaf), grads)


def _scaled(grads: Any, factor: float) -> Any:
    return grads if factor == 1.0 else _each(lambda leaf: leaf * factor, grads)


def _square_norm(leaf: Any) -> float:
    return float(np.sum(np.square(np.abs(leaf).astype(np.float64))))
