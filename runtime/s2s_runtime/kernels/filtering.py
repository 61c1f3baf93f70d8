"""What filters of `scipy.ndimage` and convolutions of `scipy.signal` move backwards.

In: a cotangent, weights, and how an array goes on behind its edges.  Out: a cotangent.  A filter takes the window that begins
`size // 2 + origin` entries before an entry from an array that goes on; what it takes from behind an edge is added to the entry that is
repeated there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

MODES: dict[str, Any] = {
    "reflect": "symmetric", "grid-mirror": "symmetric", "mirror": "reflect", "nearest": "edge", "wrap": "wrap", "grid-wrap": "wrap",
    "constant": "constant", "grid-constant": "constant",
}  # fmt: skip
"""How NumPy calls what SciPy's filters have behind an edge."""

Step = tuple[Any, int, str, int]
"""A filter along an axis: weights, axis, mode, origin."""


def filtered_adjoint(g: Any, weights: Any, mode: str, origin: Any = 0, axis: int | None = None) -> Any:
    """The adjoint, in x, of `ndimage.correlate(x, weights, mode=mode, origin=origin)`; along one axis, if it is given."""
    from scipy import signal

    weights = np.asarray(_across(weights, np.ndim(g), axis), np.result_type(g))
    spread = signal.convolve(g, weights, "full")
    for one, (before, _) in enumerate(_margins(np.shape(weights), origin)):
        spread = _folded(spread, one, np.shape(g)[one], before, mode)
    return spread


def weights_adjoint(g: Any, x: Any, weights: Any, mode: str, origin: Any = 0, axis: int | None = None) -> Any:
    """The adjoint of the same in the weights, of which only the shape is read."""
    from scipy import signal

    margins = _margins(np.shape(_across(weights, np.ndim(x), axis)), origin)
    found = signal.correlate(np.pad(x, margins, MODES[mode]), g, "valid")
    return np.reshape(found, np.shape(weights))


def _across(weights: Any, rank: int, axis: int | None) -> Any:
    """Weights along one axis, with the length 1 along the others."""
    if axis is None:
        return weights
    shape = [1] * rank
    shape[axis] = np.size(weights)
    return np.reshape(weights, shape)


def _margins(sizes: tuple[int, ...], origin: Any) -> list[tuple[int, int]]:
    origins = np.broadcast_to(origin, len(sizes))
    before = [0 if size == 1 else int(size // 2 + start) for size, start in zip(sizes, origins, strict=True)]
    return [(first, size - 1 - first) for size, first in zip(sizes, before, strict=True)]


def _folded(spread: Any, axis: int, length: int, before: int, mode: str) -> Any:
    """What stands behind the edges added to where it came from."""
    whole = np.moveaxis(spread, axis, 0)
    kept = whole[before : before + length].copy()
    if MODES[mode] != "constant" and length:
        after = len(whole) - length - before
        came_from = np.pad(np.arange(length), (before, after), MODES[mode])
        for part in (slice(0, before), slice(before + length, None)):
            np.add.at(kept, came_from[part], whole[part])
    return np.moveaxis(kept, 0, axis)


# -------------------------------------------------------------------------------------------- one axis after another
def smoothed_adjoint(g: Any, sigma: Any, order: Any, mode: Any, truncate: float, radius: Any, axes: Any) -> Any:
    """The adjoint of `ndimage.gaussian_filter`."""
    chosen = _axes(axes, np.ndim(g))
    each = zip(chosen, *(_per_axis(one, len(chosen)) for one in (sigma, order, mode, radius)), strict=True)
    steps = [(gaussian_weights(s, o, truncate, r), axis, m, 0) for axis, s, o, m, r in each if s > 1e-15]
    return _stepped(g, steps)


def averaged_adjoint(g: Any, size: Any, mode: Any, origin: Any, axes: Any) -> Any:
    """The adjoint of `ndimage.uniform_filter`."""
    chosen = _axes(axes, np.ndim(g))
    each = zip(chosen, *(_per_axis(one, len(chosen)) for one in (size, mode, origin)), strict=True)
    return _stepped(g, [(np.full(n, 1.0 / n), axis, m, o) for axis, n, m, o in each if n > 1])


def sloped_adjoint(g: Any, axis: int, mode: str, middle: float) -> Any:
    """The adjoint of `ndimage.sobel` (`middle` is 2) and of `ndimage.prewitt` (1): a difference, and means along the other axes."""
    chosen = axis % np.ndim(g)
    others = [(np.array([1.0, middle, 1.0]), one, mode, 0) for one in range(np.ndim(g)) if one != chosen]
    return _stepped(g, [(np.array([-1.0, 0.0, 1.0]), chosen, mode, 0), *others])


def _stepped(g: Any, steps: Iterable[Step]) -> Any:
    """The adjoint of filters along axes, one after the other."""
    for weights, axis, mode, origin in reversed(list(steps)):
        g = filtered_adjoint(g, weights, mode, origin, axis)
    return g


def _axes(axes: Any, rank: int) -> list[int]:
    return [axis % rank for axis in (range(rank) if axes is None else np.atleast_1d(axes))]


def _per_axis(value: Any, count: int) -> Iterator[Any]:
    several = isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value) > 0
    return iter(value if several else [value] * count)


def gaussian_weights(sigma: Any, order: Any, truncate: float, radius: Any) -> Any:
    """The weights of `ndimage.gaussian_filter1d`: what it makes of a 1 among zeros, read backwards."""
    from scipy import ndimage

    reach = int(truncate * float(sigma) + 0.5) if radius is None else int(radius)
    one = np.zeros(2 * reach + 1)
    one[reach] = 1.0
    return ndimage.gaussian_filter1d(one, sigma, order=order, mode="constant", truncate=truncate, radius=radius)[::-1].copy()


def turned_origin(weights: Any, origin: Any) -> Any:
    """The origin for weights that are read backwards: those of an even length begin one later."""
    origins = np.broadcast_to(origin, np.ndim(weights))
    return [int(size % 2 - 1 - start) for size, start in zip(np.shape(weights), origins, strict=True)]


def laplace_weights(rank: int) -> Any:
    """The weights of `ndimage.laplace`: the second differences along all axes."""
    weights = np.zeros((3,) * rank)
    for axis in range(rank):
        for place in (0, 2):
            weights[tuple(place if one == axis else 1 for one in range(rank))] = 1.0
    weights[(1,) * rank] = -2.0 * rank
    return weights


# ----------------------------------------------------------------------------------------------------- convolutions
def surrounded(g: Any, first: Any, second: Any, mode: str) -> Any:
    """The result of a convolution of two such arrays in the place that it has in the full one, with zeros around it."""
    sizes, starts = _full(np.shape(first), np.shape(second), mode)
    whole = np.zeros(sizes, np.result_type(g))
    whole[tuple(slice(start, start + length) for start, length in zip(starts, np.shape(g), strict=True))] = g
    return whole


def centre_part(full: Any, first: Any, second: Any, mode: str) -> Any:
    """The part of a full convolution of two such arrays that this mode has."""
    _, starts = _full(np.shape(first), np.shape(second), mode)
    pairs = list(zip(np.shape(first), np.shape(second), strict=True))
    lengths = np.shape(full) if mode == "full" else [abs(n - m) + 1 if mode == "valid" else n for n, m in pairs]
    return full[tuple(slice(start, start + length) for start, length in zip(starts, lengths, strict=True))].copy()


def _full(first: tuple[int, ...], second: tuple[int, ...], mode: str) -> tuple[list[int], list[int]]:
    """The lengths of a full convolution, and where in it the result begins."""
    pairs = list(zip(first, second, strict=True))
    starts = {"full": [0] * len(pairs), "same": [(m - 1) // 2 for _, m in pairs],
              "correlated": [m // 2 for _, m in pairs], "valid": [min(n, m) - 1 for n, m in pairs]}
    return [n + m - 1 for n, m in pairs], starts[mode]


# ---------------------------------------------------------------------------------------------------------- spectra
def window_of(window: Any, nperseg: Any, length: int) -> Any:
    """The weights that `scipy.signal` takes for a piece of a signal of this length: 256, if it is as long, where nothing is said."""
    from scipy import signal

    return signal.get_window(window, min(256 if nperseg is None else int(nperseg), length))


def overlapped(pieces: Any, step: int) -> Any:
    """Pieces of a signal, along the last axis, added up where each begins `step` behind the one before it."""
    number, size = np.shape(pieces)[-2:]
    found = np.zeros((*np.shape(pieces)[:-2], size + (number - 1) * step), np.result_type(pieces))
    for k in range(number):
        found[..., k * step : k * step + size] += pieces[..., k, :]
    return found


# ---------------------------------------------------------------------------------------------- polynomials that fit
def savgol_adjoint(
    g: Any, window_length: Any, polyorder: Any, deriv: Any = 0, delta: float = 1.0, axis: int = -1, mode: Any = "interp"
) -> Any:
    """The adjoint of `signal.savgol_filter`; in the mode "interp" polynomials through the first and the last window give the ends."""
    from scipy import signal

    weights = signal.savgol_coeffs(window_length, polyorder, deriv=deriv, delta=delta)
    turned, begin = np.flip(weights), turned_origin(weights, 0)
    if mode != "interp":
        return filtered_adjoint(g, turned, mode, begin, axis)
    unit = np.eye(window_length, dtype=np.result_type(g))
    ends = signal.savgol_filter(unit, window_length, polyorder, deriv, delta, 0)
    reach, rows = window_length // 2, np.moveaxis(g, axis, 0)
    inner = rows.copy()
    inner[:reach] = inner[len(rows) - reach :] = 0.0
    found = np.array(filtered_adjoint(inner, turned, "constant", begin, 0))
    found[:window_length] += np.tensordot(np.transpose(ends[:reach]), rows[:reach], 1)
    found[len(rows) - window_length :] += np.tensordot(np.transpose(ends[window_length - reach :]), rows[len(rows) - reach :], 1)
    return np.moveaxis(found, 0, axis)


def lagged_products(v: Any, x: Any, count: int, axis: int = -1) -> Any:
    """The sums of v[n] x[n - k] over n, and over all other axes, for so many k."""
    later, rows = np.moveaxis(v, axis, 0), np.moveaxis(x, axis, 0)
    length = len(rows)
    found = [np.sum(later[k:] * rows[: max(length - k, 0)]) for k in range(count)]
    return np.array(found, np.result_type(v, x))


# ---------------------------------------------------------------------------------------------------------- sections
def sections_tangent(sos_dot: Any, sos: Any, x: Any, axis: int = -1) -> Any:
    """How the result of `signal.sosfilt` moves with the coefficients of its sections; not with their fourth ones, which are 1."""
    from scipy import signal

    y, y_dot = x, np.zeros_like(x)
    for section, section_dot in zip(sos, sos_dot, strict=True):
        up, down = section[:3], section[3:]
        found = signal.lfilter(up, down, y, axis)
        moved = signal.lfilter(section_dot[:3], down, y, axis)
        moved = moved - signal.lfilter(section_dot[4:], down, _delayed(found, axis), axis)
        y, y_dot = found, signal.lfilter(up, down, y_dot, axis) + moved
    return y_dot


def sections_adjoint(g: Any, sos: Any, x: Any, axis: int = -1) -> Any:
    """The adjoint of the same in `sos_dot`."""
    from scipy import signal

    values = [x]
    for section in sos:
        values.append(signal.lfilter(section[:3], section[3:], values[-1], axis))
    rows = []
    for k in range(len(sos) - 1, -1, -1):
        section = sos[k]
        side = np.flip(signal.lfilter(np.ones(1), section[3:], np.flip(g, axis), axis), axis)
        by_up = lagged_products(side, values[k], 3, axis)
        by_down = lagged_products(side, _delayed(values[k + 1], axis), 2, axis)
        rows.append(np.concatenate((by_up, np.zeros(1), -by_down)))
        g = np.flip(signal.lfilter(section[:3], section[3:], np.flip(g, axis), axis), axis)
    return np.stack(rows[::-1]).astype(np.result_type(g, sos, x), copy=False)


def _delayed(x: Any, axis: int) -> Any:
    """Each entry one later, and 0 before the first one."""
    rows = np.moveaxis(x, axis, 0)
    return np.moveaxis(np.concatenate((np.zeros_like(rows[:1]), rows[:-1])), 0, axis)


def sections_from_adjoint(y_bar: Any, state_bar: Any, sos: Any, axis: int = -1) -> tuple[Any, Any]:
    """The adjoint of `signal.sosfilt` from a state: of what is filtered, and of the state."""
    from scipy import signal

    length, states = np.shape(y_bar)[axis], []
    for section, last in zip(sos[::-1], state_bar[::-1], strict=True):
        down = section[3:]
        begun: Any = -np.flip(signal.lfilter(down[::-1], np.ones(1), last, axis), axis)
        side, _ = signal.lfilter(np.eye(1, 3)[0], down, np.flip(y_bar, axis), axis, begun)
        side = np.concatenate((np.flip(side, axis), last), axis=axis)
        states.append(np.take(side, np.arange(2), axis))
        y_bar = np.take(np.flip(signal.lfilter(section[:3], np.ones(1), np.flip(side, axis), axis), axis), np.arange(length), axis)
    return y_bar, np.stack(states[::-1])
