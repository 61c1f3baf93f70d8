"""Normalisation: (x - mean) / sqrt(variance + eps), scaled and shifted by params {"scale": ..., "shift": ...}.

What the mean is over is what tells the layers apart.  Variances are biased (divided by the count), as PyTorch's are; the running
variance of `batch_norm` is not, as PyTorch's is not.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def layer_norm(params: Any, x: Any, eps: float = 1e-5) -> Any:
    """Over the last axis.  params: {"scale": (n,), "shift": (n,)}; x: (..., n)."""
    centred = x - np.mean(x, axis=-1, keepdims=True)
    variance = np.mean(centred * centred, axis=-1, keepdims=True)
    return centred / np.sqrt(variance + eps) * params["scale"] + params["shift"]


def rms_norm(params: Any, x: Any, eps: float = 1e-6) -> Any:
    """x / sqrt(mean(x^2) + eps) * scale, over the last axis.  params: {"scale": (n,)} (Zhang and Sennrich, 2019)."""
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps) * params["scale"]


def group_norm(params: Any, x: Any, groups: int, eps: float = 1e-5) -> Any:
    """Over the channels of a group and all behind them, sample by sample.

    params: {"scale": (channels,), "shift": (channels,)}; x: (batch, channels, *lengths).  Raises ValueError if groups does not divide
    the channels.
    """
    if x.shape[1] % groups != 0:
        raise ValueError("group_norm: groups does not divide the channels")
    grouped = x.reshape(x.shape[0], groups, -1)
    centred = grouped - np.mean(grouped, axis=2, keepdims=True)
    variance = np.mean(centred * centred, axis=2, keepdims=True)
    flat = (centred / np.sqrt(variance + eps)).reshape(x.shape[0], x.shape[1], -1)
    return (flat * params["scale"][:, np.newaxis] + params["shift"][:, np.newaxis]).reshape(x.shape)


def instance_norm(params: Any, x: Any, eps: float = 1e-5) -> Any:
    """`group_norm` with a group per channel."""
    return group_norm(params, x, x.shape[1], eps)


def batch_norm(params: Any, running: Any, x: Any, training: bool, momentum: float = 0.1, eps: float = 1e-5) -> Any:
    """Over the batch and all behind the channels: (result, running means and variances after it).

    params: {"scale": (channels,), "shift": (channels,)}; running: {"mean": (channels,), "variance": (channels,)}; x: (batch, channels,
    *lengths). Training: the mean and variance of this batch are used, and `momentum` of them goes into the running ones.  Else the
    running ones are used, and given back as they are.  `fit(..., buffers=running)` takes them over after each step.

    Raises ValueError for training with one value per channel, whose variance says nothing.
    """
    flat = x.reshape(x.shape[0], x.shape[1], -1)
    if not training:
        return _scaled(params, flat, running["mean"], running["variance"], eps).reshape(x.shape), running
    count = flat.shape[0] * flat.shape[2]
    if count < 2:
        raise ValueError("batch_norm: training needs more than one value per channel")
    mean = np.mean(flat, axis=(0, 2))
    centred = flat - mean[:, np.newaxis]
    variance = np.mean(centred * centred, axis=(0, 2))
    moved = {
        "mean": (1.0 - momentum) * running["mean"] + momentum * mean,
        "variance": (1.0 - momentum) * running["variance"] + momentum * variance * (count / (count - 1)),
    }
    return _scaled(params, flat, mean, variance, eps).reshape(x.shape), moved


def _scaled(params: Any, flat: Any, mean: Any, variance: Any, eps: float) -> Any:
    factor = params["scale"] / np.sqrt(variance + eps)
    return (flat - mean[:, np.newaxis]) * factor[:, np.newaxis] + params["shift"][:, np.newaxis]
