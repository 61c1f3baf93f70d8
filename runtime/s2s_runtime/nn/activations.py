"""Activations: functions of one array, entry by entry, or of its last axis (`softmax`).  Stable for large entries; float32 stays
float32."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def relu(x: Any) -> Any:
    """max(x, 0); the slope at 0 is 0."""
    return np.where(x > 0, x, 0.0 * x)


def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """x, times `slope` where it is not positive."""
    return np.where(x > 0, x, slope * x)


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), by tanh, which cannot overflow."""
    return 0.5 * (np.tanh(0.5 * x) + 1.0)


def silu(x: Any) -> Any:
    """x sigmoid(x)."""
    return x * sigmoid(x)


def gelu(x: Any) -> Any:
    """x Phi(x) by tanh, PyTorch's `gelu(approximate="tanh")` (Hendrycks and Gimpel, 2016)."""
    return 0.5 * x * (1.0 + np.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x * x * x)))


def softplus(x: Any) -> Any:
    """log(1 + exp(x))."""
    return np.logaddexp(x, 0.0 * x)


def softmax(x: Any, axis: int = -1) -> Any:
    """exp(x) / sum(exp(x)) along an axis."""
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def log_softmax(x: Any, axis: int = -1) -> Any:
    """log(softmax(x)), without the logarithm of a small number."""
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))
