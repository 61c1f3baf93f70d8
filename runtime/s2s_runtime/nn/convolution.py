"""Convolutions as neural networks have them (cross-correlations), and their transposes.

In: x of shape (batch, channels, *lengths); params {"weights": (out, channels / groups, *kernel), "bias": (out,)}, the bias may be
missing; for the transposes the weights are (channels, out / groups, *kernel).  Shapes, options and results are those of
`torch.nn.functional`. Options are a number, or one per axis.

A loop over the kernel's places adds one matrix product for each: (out, channels) by (channels, places of the result).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Sizes = int | tuple[int, int]


def conv2d(params: Any, x: Any, stride: Sizes = 1, padding: Sizes = 0, dilation: Sizes = 1, groups: int = 1) -> Any:
    """y[n, o, i, j] = bias[o] + sum over c, k, l of weights[o, c, k, l] x[n, c, i stride + k dilation - padding, ...].

    Raises ValueError for a stride or dilation below 1, for channels that `groups` does not divide, for a kernel that does not fit.
    """
    down, across = _pair(stride)
    apart, aside = _pair(dilation)
    _check_steps(down, across, apart, aside)
    weights = params["weights"]
    out, _, height, width = weights.shape
    x = padded(x, padding, 0.0)
    count, channels, rows, columns = x.shape
    if channels != weights.shape[1] * groups or out % groups != 0:
        raise ValueError(
            "conv: the channels of x are not those of the weights times groups, or groups does not divide those of the result"
        )
    high = (rows - apart * (height - 1) - 1) // down + 1
    wide = (columns - aside * (width - 1) - 1) // across + 1
    if high < 1 or wide < 1:
        raise ValueError("conv: the kernel is larger than what it is laid on")
    places = high * wide
    total = np.zeros((count, groups, out // groups, places), dtype=x.dtype)
    for k in range(height):
        for l in range(width):
            top, left = k * apart, l * aside
            seen = x[:, :, top : top + down * (high - 1) + 1 : down, left : left + across * (wide - 1) + 1 : across]
            total = total + _product(
                weights[:, :, k, l], seen.reshape(count, groups, channels // groups, places), groups
            )
    return _biased(params, total.reshape(count, out, high, wide))


def conv_transpose2d(
    params: Any, x: Any, stride: Sizes = 1, padding: Sizes = 0, dilation: Sizes = 1, groups: int = 1
) -> Any:
    """The adjoint of `conv2d` with the same weights and options, as a function of x, plus a bias.

    It is the convolution of x, with zeros between its entries, with the kernel turned around.

    Raises ValueError as `conv2d` does, and for a padding that leaves nothing.
    """
    down, across = _pair(stride)
    apart, aside = _pair(dilation)
    up, side = _pair(padding)
    _check_steps(down, across, apart, aside)
    weights = params["weights"]
    height, width = weights.shape[2:]
    _check_transpose(weights, x, groups, min(up, side))
    around = (apart * (height - 1), aside * (width - 1))
    turned = _exchanged(weights, groups)[:, :, ::-1, ::-1]
    y = conv2d({"weights": turned}, _spread(x, down, across), 1, around, dilation, groups)
    high, wide = y.shape[2], y.shape[3]
    if high <= 2 * up or wide <= 2 * side:
        raise ValueError("conv_transpose: the padding takes everything away")
    return _biased(params, y[:, :, up : high - up, side : wide - side])


def conv3d(params: Any, x: Any, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1) -> Any:
    """`conv2d` with one axis more: x (batch, channels, depth, rows, columns), weights (out, channels / groups, *kernel).

    The options are the same for all three axes.  Raises ValueError as `conv2d` does.
    """
    _check_steps(stride, dilation)
    weights = params["weights"]
    deep = weights.shape[2]
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (0, 0), (0, 0))) if padding else x
    layers = (x.shape[2] - dilation * (deep - 1) - 1) // stride + 1
    if layers < 1:
        raise ValueError("conv: the kernel is larger than what it is laid on")
    total = _slices(weights[:, :, 0], x, 0, layers, stride, padding, dilation, groups)
    for k in range(1, deep):
        total = total + _slices(weights[:, :, k], x, k * dilation, layers, stride, padding, dilation, groups)
    y = total.reshape(x.shape[0], layers, *total.shape[1:]).transpose(0, 2, 1, 3, 4)
    return _biased(params, y)


def conv_transpose3d(params: Any, x: Any, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1) -> Any:
    """The adjoint of `conv3d` with the same weights and options, as a function of x, plus a bias.

    Raises ValueError as `conv_transpose2d` does.
    """
    _check_steps(stride, dilation)
    weights = params["weights"]
    _check_transpose(weights, x, groups, padding)
    count, channels, layers, rows, columns = x.shape
    flat = _spread(x.reshape(count, channels * layers, rows, columns), stride, stride)
    rows, columns = flat.shape[2:]
    spread = _spread(flat.reshape(count, channels, layers, rows * columns), stride, 1)
    deep, high, wide = [dilation * (length - 1) for length in weights.shape[2:]]
    around = ((0, 0), (0, 0), (deep, deep), (high, high), (wide, wide))
    x = np.pad(spread.reshape(count, channels, -1, rows, columns), around)
    y = conv3d({"weights": _exchanged(weights, groups)[:, :, ::-1, ::-1, ::-1]}, x, 1, 0, dilation, groups)
    if min(y.shape[2:]) <= 2 * padding:
        raise ValueError("conv_transpose: the padding takes everything away")
    layers, rows, columns = [length - padding for length in y.shape[2:]]
    y = y[:, :, padding:layers, padding:rows, padding:columns]
    return _biased(params, y)


def _slices(weights: Any, x: Any, first: int, layers: int, stride: int, padding: int, dilation: int, groups: int) -> Any:
    """The convolution of every so many layers of x with one layer of a kernel: (batch times layers, out, rows, columns)."""
    seen = x[:, :, first : first + stride * (layers - 1) + 1 : stride].transpose(0, 2, 1, 3, 4)
    flat = seen.reshape(x.shape[0] * layers, x.shape[1], x.shape[3], x.shape[4])
    return conv2d({"weights": weights}, flat, stride, padding, dilation, groups)


def conv1d(params: Any, x: Any, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1) -> Any:
    """`conv2d` with one axis: x (batch, channels, length), weights (out, channels / groups, kernel)."""
    y = conv2d(_widened(params), x[:, :, np.newaxis, :], (1, stride), (0, padding), (1, dilation), groups)
    return y[:, :, 0, :]


def conv_transpose1d(params: Any, x: Any, stride: int = 1, padding: int = 0, dilation: int = 1, groups: int = 1) -> Any:
    """`conv_transpose2d` with one axis."""
    y = conv_transpose2d(_widened(params), x[:, :, np.newaxis, :], (1, stride), (0, padding), (1, dilation), groups)
    return y[:, :, 0, :]


def padded(x: Any, padding: Sizes, value: float) -> Any:
    """x with so many rows above and below, and columns left and right, of one value.  Raises ValueError for a negative padding."""
    up, side = _pair(padding)
    if up < 0 or side < 0:
        raise ValueError("padding must not be negative")
    if up == 0 and side == 0:
        return x
    return np.pad(x, ((0, 0), (0, 0), (up, up), (side, side)), constant_values=value)


def _exchanged(weights: Any, groups: int) -> Any:
    """Weights with what goes in and what comes out exchanged, group by group."""
    channels, out = weights.shape[0], weights.shape[1]
    parts = weights.reshape(groups, channels // groups, out, *weights.shape[2:]).swapaxes(1, 2)
    return parts.reshape(groups * out, channels // groups, *weights.shape[2:])


def _spread(x: Any, down: int, across: int) -> Any:
    """x with down - 1 rows of zeros between its rows, and across - 1 columns between its columns."""
    if down == 1 and across == 1:
        return x
    count, channels, rows, columns = x.shape
    single = x[:, :, :, np.newaxis, :, np.newaxis]
    behind = np.pad(single, ((0, 0), (0, 0), (0, 0), (0, down - 1), (0, 0), (0, across - 1)))
    spread = behind.reshape(count, channels, rows * down, columns * across)
    return spread[:, :, : (rows - 1) * down + 1, : (columns - 1) * across + 1]


def _pair(sizes: Sizes) -> tuple[int, int]:
    return sizes if isinstance(sizes, tuple) else (sizes, sizes)


def _check_steps(*steps: int) -> None:
    if min(steps) < 1:
        raise ValueError("stride and dilation must be at least 1")


def _check_transpose(weights: Any, x: Any, groups: int, padding: int) -> None:
    if padding < 0:
        raise ValueError("padding must not be negative")
    if weights.shape[0] != x.shape[1] or weights.shape[0] % groups != 0:
        raise ValueError(
            "conv_transpose: the channels of x are not those of the weights, or groups does not divide them"
        )


def _product(weights: Any, seen: Any, groups: int) -> Any:
    """(out, channels of a group) by (batch, groups, channels of a group, places): (batch, groups, out of a group, places)."""
    if groups == 1:
        return (weights @ seen[:, 0])[:, np.newaxis]
    return weights.reshape(groups, weights.shape[0] // groups, weights.shape[1]) @ seen


def _biased(params: Any, y: Any) -> Any:
    """y with a number added to each channel, which is the axis behind the batch."""
    if "bias" not in params:
        return y
    return y + params["bias"].reshape(-1, *[1] * (y.ndim - 2))


def _widened(params: Any) -> Any:
    weights = params["weights"][:, :, np.newaxis, :]
    return {"weights": weights, "bias": params["bias"]} if "bias" in params else {"weights": weights}
