"""Layers put together: one after the other, around one another, beside one another.

A layer is a function `layer(params, x)`; so is what these functions make of some.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2s_runtime.nn.activations import gelu, relu
from s2s_runtime.nn.attention import multi_head_attention
from s2s_runtime.nn.convolution import conv2d
from s2s_runtime.nn.layers import linear
from s2s_runtime.nn.normalisation import layer_norm

Layer = Callable[[Any, Any], Any]


def sequential(*layers: Layer) -> Layer:
    """One layer after the other; the parameters are a list with one tree for each, None for a layer without.

    model = sequential(linear, lambda _, x: relu(x), linear)
    scores = model([first, None, last], x)
    """

    def run(params: Any, x: Any) -> Any:
        if len(params) != len(layers):
            raise ValueError("sequential: as many trees of parameters are needed as there are layers")
        for layer, own in zip(layers, params):  # noqa: B905  they are as many
            x = layer(own, x)
        return x

    return run


def residual(layer: Layer) -> Layer:
    """x + layer(params, x) (He et al., 2016)."""

    def run(params: Any, x: Any) -> Any:
        return x + layer(params, x)

    return run


def parallel(*layers: Layer) -> Layer:
    """The sum of what several layers make of x; the parameters are a list with one tree for each."""

    def run(params: Any, x: Any) -> Any:
        if len(params) != len(layers):
            raise ValueError("parallel: as many trees of parameters are needed as there are layers")
        total = layers[0](params[0], x)
        for layer, own in zip(layers[1:], params[1:]):  # noqa: B905  they are as many
            total = total + layer(own, x)
        return total

    return run


def low_rank(params: Any, x: Any, scale: float = 1.0) -> Any:
    """linear(params["base"], x) + scale (x A') B': a linear layer and a change of low rank to it (LoRA, Hu et al., 2021).

    params: {"base": parameters of `linear`, "down": A (rank, inputs), "up": B (outputs, rank)}.  To train the change alone, freeze
    the base.
    """
    return linear(params["base"], x) + scale * ((x @ params["down"].T) @ params["up"].T)


def feed_forward(params: Any, x: Any, activation: Callable[[Any], Any] = gelu) -> Any:
    """linear(params["out"], activation(linear(params["in"], x)))."""
    return linear(params["out"], activation(linear(params["in"], x)))


def transformer_block(
    params: Any, x: Any, heads: int, mask: Any = None, activation: Callable[[Any], Any] = gelu, norm_first: bool = True
) -> Any:
    """Attention and a feed-forward network, each with a norm and around it a sum with what it is given (Vaswani et al., 2017).

    params: {"attention": of `multi_head_attention`, "feed_forward": of `feed_forward`, "norms": [two of `layer_norm`]}.  x: (batch, n,
    width); mask: True where a place may look. norm_first: the norms stand before what they belong to, and not behind the sums.
    """
    first, second = params["norms"]
    if norm_first:
        x = x + multi_head_attention(params["attention"], layer_norm(first, x), heads, mask=mask)
        return x + feed_forward(params["feed_forward"], layer_norm(second, x), activation)
    x = layer_norm(first, x + multi_head_attention(params["attention"], x, heads, mask=mask))
    return layer_norm(second, x + feed_forward(params["feed_forward"], x, activation))


def basic_block(params: Any, x: Any, stride: int = 1, norm: Layer | None = None) -> Any:
    """Two convolutions of 3 by 3, around them a sum with x (ResNet, He et al., 2016).

    params: {"first", "second": of `conv2d`, "norms": [two trees for `norm`], "skip": of a `conv2d` of 1 by 1}; "skip" and "norms" may be
    missing. x: (batch, channels, rows, columns).  With another stride than 1 or another number of channels, "skip" is needed.
    """
    norms = params["norms"] if norm is not None else [None, None]
    y = conv2d(params["first"], x, stride=stride, padding=1)
    y = relu(y if norm is None else norm(norms[0], y))
    y = conv2d(params["second"], y, padding=1)
    y = y if norm is None else norm(norms[1], y)
    return relu(y + (conv2d(params["skip"], x, stride=stride) if "skip" in params else x))
