"""Kernels that take apart what was joined: concatenated, stacked, nested or meshed arrays.

In: an array and the shapes it was made from.  Out: the pieces.
"""

from __future__ import annotations

import math
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from s2s_runtime.kernels.reducing import sum_to


def shapes(tree: Any) -> Any:
    """The shape of an array, a tuple; of a sequence of arrays, the list of their shapes."""
    if isinstance(tree, (list, tuple)):
        return [shapes(item) for item in tree]
    return np.shape(tree)


def nesting(tree: Any) -> Any:
    """The shape of an array, a tuple of integers; of a list or a tuple of arrays, a list or a tuple of their shapes."""
    if isinstance(tree, (list, tuple)):
        return (tuple if isinstance(tree, tuple) else list)(nesting(item) for item in tree)
    return np.shape(tree)


def parts_of_chosen(g: Any, index: Any, parts: Any, mode: str) -> Any:
    """The adjoint of `np.choose` from arrays of shapes `parts`: each gets what came from it."""
    count = len(parts)
    chosen = np.clip(index, 0, count - 1) if mode == "clip" else np.asarray(index) % count
    return [sum_to(np.where(chosen == k, g, 0.0), shape) for k, shape in enumerate(parts)]


def split_to(g: Any, parts: Any, axis: int | None) -> Any:
    """The adjoint of joining arrays of shapes `parts` along `axis`: the pieces of `g`, in these shapes.

    A part of lower rank than `g` was promoted, with length 1 along `axis`.  If `parts` is the shape of one array, whose
    rows were joined, the pieces are stacked again.
    """
    if isinstance(parts, tuple):
        return np.stack(split_to(g, [parts[1:]] * parts[0], axis))
    along = 0 if axis is None else axis
    bounds = [0, *accumulate(_extent(shape, np.ndim(g), axis) for shape in parts)]
    front = np.moveaxis(g, along, 0)
    pieces = [np.moveaxis(front[low:high], 0, along) for low, high in pairwise(bounds)]
    return tuple(np.reshape(piece, shape) for piece, shape in zip(pieces, parts, strict=True))


def _extent(shape: tuple[int, ...], rank: int, axis: int | None) -> int:
    if axis is None:
        return math.prod(shape)
    return shape[axis] if len(shape) == rank else 1


def join(pieces: Any, shape: tuple[int, ...], axis: int | None) -> Any:
    """The adjoint of `split_to`: the pieces joined along `axis` into an array of `shape`."""
    if axis is None:
        return np.concatenate([np.ravel(piece) for piece in pieces])
    along = axis % len(shape)
    rank = len(shape)
    extents = [_extent(np.shape(piece), rank, axis) for piece in pieces]
    promoted = [np.reshape(p, (*shape[:along], n, *shape[along + 1 :])) for p, n in zip(pieces, extents, strict=True)]
    return np.concatenate(promoted, axis=along)


def unstack(g: Any, parts: Any, axis: int) -> Any:
    """The adjoint of stacking along `axis`: the slices of `g`; one array if `parts` is the shape of one array."""
    slices = np.moveaxis(g, axis, 0)
    return slices if isinstance(parts, tuple) else list(slices)


def unpack(g: Any, parts: Any) -> Any:
    """The adjoint of `np.array` of a nested sequence with the shapes `parts`: `g`, nested alike."""
    if isinstance(parts, tuple) and all(isinstance(part, int) for part in parts):
        return g
    kind = tuple if isinstance(parts, tuple) else list
    return kind(unpack(row, part) for row, part in zip(g, parts, strict=True))


def mesh(vectors: Any, indexing: Any) -> Any:
    """`np.meshgrid` of a sequence."""
    return tuple(np.meshgrid(*vectors, indexing=indexing))


def mesh_adjoint(g: Any, parts: Any, indexing: Any) -> Any:
    """The adjoint of `mesh`: each grid summed over the axes along which its vector was repeated."""
    axes = list(range(len(parts)))
    if indexing == "xy" and len(parts) > 1:
        axes[:2] = [1, 0]
    rest = [tuple(other for other in axes if other != axis) for axis in axes]
    return tuple(
        np.reshape(np.sum(grid, axis=others), shape) for grid, others, shape in zip(g, rest, parts, strict=True)
    )
