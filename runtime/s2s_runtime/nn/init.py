"""First values of parameters.  Each function takes a `numpy.random.Generator`, which is moved on: one generator gives all layers their
own numbers.

For weights of shape (out, in, *kernel) a place of the result sees in * kernel values (fan in), and a value is seen by out * kernel (fan
out).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Shape = Sequence[int]


def zeros(shape: Shape, dtype: Any = np.float64) -> Any:
    """All zero."""
    return np.zeros(tuple(shape), dtype)


def ones(shape: Shape, dtype: Any = np.float64) -> Any:
    """All one."""
    return np.ones(tuple(shape), dtype)


def uniform(
    rng: np.random.Generator, shape: Shape, low: float = 0.0, high: float = 1.0, dtype: Any = np.float64
) -> Any:
    """Evenly from [low, high)."""
    return rng.uniform(low, high, tuple(shape)).astype(dtype)


def normal(rng: np.random.Generator, shape: Shape, deviation: float = 1.0, dtype: Any = np.float64) -> Any:
    """Normal with mean 0."""
    return rng.normal(0.0, deviation, tuple(shape)).astype(dtype)


def xavier_uniform(rng: np.random.Generator, shape: Shape, gain: float = 1.0, dtype: Any = np.float64) -> Any:
    """Evenly within gain sqrt(6 / (fan in + fan out)) (Glorot and Bengio, 2010)."""
    bound = gain * math.sqrt(6.0 / sum(fans(shape)))
    return uniform(rng, shape, -bound, bound, dtype)


def xavier_normal(rng: np.random.Generator, shape: Shape, gain: float = 1.0, dtype: Any = np.float64) -> Any:
    """Normal with deviation gain sqrt(2 / (fan in + fan out))."""
    return normal(rng, shape, gain * math.sqrt(2.0 / sum(fans(shape))), dtype)


def kaiming_uniform(
    rng: np.random.Generator, shape: Shape, gain: float = math.sqrt(2.0), dtype: Any = np.float64
) -> Any:
    """Evenly within gain sqrt(3 / fan in); the gain is that of a relu (He et al., 2015)."""
    bound = gain * math.sqrt(3.0 / fans(shape)[0])
    return uniform(rng, shape, -bound, bound, dtype)


def kaiming_normal(
    rng: np.random.Generator, shape: Shape, gain: float = math.sqrt(2.0), dtype: Any = np.float64
) -> Any:
    """Normal with deviation gain / sqrt(fan in)."""
    return normal(rng, shape, gain / math.sqrt(fans(shape)[0]), dtype)


def orthogonal(rng: np.random.Generator, shape: Shape, gain: float = 1.0, dtype: Any = np.float64) -> Any:
    """gain times a matrix (out, in * kernel) with orthonormal rows or columns, evenly among these (Saxe et al., 2014)."""
    rows, columns = shape[0], math.prod(shape[1:])
    q, r = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return (gain * (q.T if rows < columns else q)).reshape(tuple(shape)).astype(dtype)


def fans(shape: Shape) -> tuple[int, int]:
    """(fan in, fan out).  Raises ValueError for fewer than two axes."""
    if len(shape) < 2:
        raise ValueError(f"weights have at least two axes, got shape {tuple(shape)}")
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def linear(
    rng: np.random.Generator, inputs: int, outputs: int, bias: bool = True, dtype: Any = np.float64
) -> dict[str, Any]:
    """Parameters of `nn.linear`: weights by `xavier_uniform`, a bias of zeros."""
    return _layer(xavier_uniform(rng, (outputs, inputs), dtype=dtype), outputs, bias)


def conv(
    rng: np.random.Generator, inputs: int, outputs: int, kernel: Shape, bias: bool = True, dtype: Any = np.float64
) -> dict[str, Any]:
    """Parameters of a convolution: weights (outputs, inputs, *kernel) by `kaiming_uniform`, a bias of zeros."""
    return _layer(kaiming_uniform(rng, (outputs, inputs, *kernel), dtype=dtype), outputs, bias)


def mlp(rng: np.random.Generator, sizes: Shape, dtype: Any = np.float64) -> list[dict[str, Any]]:
    """Parameters of `nn.mlp`: a layer between each two sizes."""
    return [linear(rng, inputs, outputs, dtype=dtype) for inputs, outputs in itertools.pairwise(sizes)]


def _layer(weights: Any, outputs: int, bias: bool) -> dict[str, Any]:
    return {"weights": weights, "bias": np.zeros(outputs, weights.dtype)} if bias else {"weights": weights}
