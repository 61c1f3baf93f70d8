"""Kernels for functions of samples on a grid: neighbours along an axis, and the adjoint of `np.gradient`.

In: arrays and an axis.  Out: arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def neighbours(y: Any, axis: int) -> Any:
    """Each entry plus the next one: `y[1:] + y[:-1]` along an axis."""
    y = np.moveaxis(np.asarray(y), axis, -1)
    return np.moveaxis(y[..., 1:] + y[..., :-1], -1, axis)


def neighbours_adjoint(g: Any, axis: int) -> Any:
    """The adjoint of `neighbours`."""
    g = np.moveaxis(np.asarray(g), axis, -1)
    result = np.zeros((*g.shape[:-1], g.shape[-1] + 1), g.dtype)
    result[..., 1:] += g
    result[..., :-1] += g
    return np.moveaxis(result, -1, axis)


def gradient_along(f: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    """`np.gradient` along one axis."""
    options: dict[str, Any] = {"axis": axis, "edge_order": edge_order}
    return np.gradient(f, spacing, **options)


def gradient_adjoint(g: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    """The adjoint of `np.gradient` along one axis; `spacing` is a distance, or the coordinates."""
    g = np.moveaxis(np.asarray(g), axis, -1)
    steps = np.broadcast_to(spacing, g.shape[-1] - 1) if np.ndim(spacing) == 0 else np.diff(spacing)
    low, high = steps[:-1], steps[1:]
    result = np.zeros(g.shape, g.dtype)
    inner = g[..., 1:-1]
    result[..., :-2] -= inner * (high / (low * (low + high)))
    result[..., 1:-1] += inner * ((high - low) / (low * high))
    result[..., 2:] += inner * (low / (high * (low + high)))
    result[..., : edge_order + 1] += g[..., :1] * _edge(steps[:edge_order])
    result[..., -edge_order - 1 :] -= g[..., -1:] * _edge(steps[::-1][:edge_order])[::-1]
    return np.moveaxis(result, -1, axis)


def _edge(steps: Any) -> Any:
    """The weights of the first entries in the slope at an edge, by the steps from there."""
    if len(steps) == 1:
        return np.array([-1.0, 1.0]) / steps
    one, two = steps
    return np.array([-(2 * one + two) / (one * (one + two)), (one + two) / (one * two), -one / (two * (one + two))])
