"""Attention: weighted means of values, by how well keys fit queries (Vaswani et al., 2017)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from s2s_runtime.nn.activations import softmax
from s2s_runtime.nn.layers import linear


def attention(query: Any, key: Any, value: Any, mask: Any = None) -> Any:
    """softmax(query key' / sqrt(width)) value.

    query: (..., n, width); key: (..., m, width); value: (..., m, d).  mask: True where a query may look at a key, broadcast to (..., n, m).
    Result: (..., n, d); zeros for a query that may look at nothing.
    """
    scores = query @ np.swapaxes(key, -1, -2) / math.sqrt(query.shape[-1])
    if mask is None:
        return softmax(scores) @ value
    return _masked_softmax(scores, mask) @ value


def _masked_softmax(scores: Any, mask: Any) -> Any:
    """Softmax over the last axis, of the entries where the mask is True; what is not seen is neither looked at nor can it overflow."""
    seen = np.where(mask, scores, -np.inf)
    top = np.max(seen, axis=-1, keepdims=True)
    powers = np.exp(np.where(mask, scores - np.where(top == -np.inf, 0.0 * scores[..., :1], top), -np.inf))
    total = np.sum(powers, axis=-1, keepdims=True)
    return powers / np.where(total == 0.0, 1.0 + total, total)


def causal_mask(length: int) -> Any:
    """True where a place may look at itself and at those before it: (length, length)."""
    return np.tril(np.ones((length, length), dtype=bool))


def multi_head_attention(params: Any, x: Any, heads: int, context: Any = None, mask: Any = None) -> Any:
    """Several attentions side by side, each with its part of the width.

    params: {"query", "key", "value", "out"}: parameters of `linear`.  x: (batch, n, width); context: (batch, m, width), x itself if not
    given. mask: broadcast to (batch, heads, n, m).  Result: (batch, n, width).  Raises ValueError if heads does not divide the width.
    """
    source = x if context is None else context
    query = _split(linear(params["query"], x), heads)
    key = _split(linear(params["key"], source), heads)
    value = _split(linear(params["value"], source), heads)
    mixed = attention(query, key, value, mask)
    joined = mixed.transpose(0, 2, 1, 3).reshape(x.shape[0], x.shape[1], -1)
    return linear(params["out"], joined)


def sinusoidal_positions(length: int, width: int) -> Any:
    """Sines and cosines of places, in turn, with wavelengths from 2 pi to 20000 pi: (length, width), float64.  The width is even."""
    angles = np.arange(length)[:, np.newaxis] / 10000.0 ** (np.arange(0, width, 2) / width)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(length, width)


def rotary(x: Any, base: float = 10000.0) -> Any:
    """Each pair of neighbouring numbers turned by an angle that grows with the place, so that products of queries and keys depend on their
    distance (RoPE, Su et al., 2021).

    x: (..., length, width), of an even width: pair k of place p is turned by p base^(-2 k / width).  Raises ValueError for an odd width.
    """
    length, width = x.shape[-2], x.shape[-1]
    if width % 2 != 0:
        raise ValueError("rotary: the width is odd")
    angles = np.arange(length)[:, np.newaxis] * base ** (-np.arange(0, width, 2) / width)
    cosine, sine = np.cos(angles).astype(x.dtype), np.sin(angles).astype(x.dtype)
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = np.stack([even * cosine - odd * sine, even * sine + odd * cosine], axis=-1)
    return turned.reshape(x.shape)


def _split(x: Any, heads: int) -> Any:
    """(batch, n, width) as (batch, heads, n, width / heads)."""
    if x.shape[2] % heads != 0:
        raise ValueError("multi_head_attention: heads does not divide the width")
    return x.reshape(x.shape[0], x.shape[1], heads, x.shape[2] // heads).transpose(0, 2, 1, 3)
