"""Linear layers, embeddings and dropout.  Parameters are dicts of arrays; `init` makes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2s_runtime.nn.activations import relu


def linear(params: Any, x: Any) -> Any:
    """x @ weights.T + bias.

    params: {"weights": (out, in), "bias": (out,)}, the bias may be missing.  x: (..., in).  Result: (..., out).
    """
    y = x @ params["weights"].T
    if "bias" in params:
        y = y + params["bias"]
    return y


def mlp(layers: Sequence[Any], x: Any, activation: Callable[[Any], Any] = relu) -> Any:
    """Linear layers with an activation between them, none behind the last.  layers: a list of parameters of `linear`."""
    last = len(layers) - 1
    for number, layer in enumerate(layers):
        x = linear(layer, x)
        if number < last:
            x = activation(x)
    return x


def embedding(params: Any, numbers: Any) -> Any:
    """The rows of these numbers.

    params: {"weights": (count, width)}.  numbers: whole numbers of any shape.  Result: that shape + (width,).  A number that is
    repeated gets the gradients of all its places.  Raises IndexError for a number that is not there.
    """
    if np.sum(np.asarray(numbers) < 0) > 0:
        raise IndexError("embedding: numbers count from 0")
    return params["weights"][numbers]


def dropout(x: Any, rate: float, rng: Any) -> Any:
    """Each entry 0 with probability `rate`, the others divided by 1 - rate.

    rng: a `numpy.random.Generator`, which is moved on, or uniform numbers in [0, 1) of the shape of x, which a compiled step can be given.
    What was dropped is constant to differentiation.  There is no mode: leave the call out when evaluating.

    Raises ValueError for a rate outside of [0, 1).
    """
    if not 0.0 <= rate < 1.0:
        raise ValueError("dropout: the rate must be in [0, 1)")
    drawn = rng if isinstance(rng, np.ndarray) else rng.random(x.shape)
    return np.where(drawn >= rate, x / (1.0 - rate), 0.0 * x)
