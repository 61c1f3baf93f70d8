"""What filters of `scipy.ndimage` mean: sums of entries around a place, of an array that goes on behind its edges.

In: arrays of objects, weights, and how the array goes on.  Out: `Symbols`.  By the formulas of SciPy's documentation; what moves backwards
(`s2s_runtime.kernels`) has no meaning here: its text is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import sympy as sp
from scipy import ndimage

from s2s.verify.arrays import filled, objects, scalars
from s2s.verify.elementary import exp
from s2s.verify.evaluating import sampled
from s2s.verify.lifting import OTHERWISE
from s2s.verify.scalar import Scalar, scalar

BEHIND: dict[str, Callable[[int, int], int | None]] = {
    "reflect": lambda place, n: min(place % (2 * n), (-place - 1) % (2 * n)),
    "mirror": lambda place, n: min(place % max(2 * n - 2, 1), -place % max(2 * n - 2, 1)),
    "nearest": lambda place, n: min(max(place, 0), n - 1),
    "wrap": lambda place, n: place % n,
    "constant": lambda place, n: place if 0 <= place < n else None,
}
"""Which of n entries stands at a place, before the first or behind the last one, too; None: the constant."""
BEHIND |= {"grid-mirror": BEHIND["reflect"], "grid-wrap": BEHIND["wrap"], "grid-constant": BEHIND["constant"]}


def correlate1d(
    input: Any, weights: Any, axis: int = -1, output: Any = None, mode: str = "reflect", cval: Any = 0.0, origin: int = 0
) -> Any:
    """y[i] is the sum of w[j] x[i + j - centre], where the centre is `len(w) // 2 + origin`."""
    return along(input, weights, axis, mode, cval, origin, 1)


def convolve1d(
    input: Any, weights: Any, axis: int = -1, output: Any = None, mode: str = "reflect", cval: Any = 0.0, origin: int = 0
) -> Any:
    """y[i] is the sum of w[j] x[i - j + centre]."""
    return along(input, weights, axis, mode, cval, origin, -1)


def along(x: Any, weights: Any, axis: int, mode: str, cval: Any, origin: int, sign: int) -> Any:
    """A filter along one axis: its weights have the length 1 along the others."""
    rank, axis = np.ndim(x), axis % np.ndim(x)
    shape = [np.size(weights) if k == axis else 1 for k in range(rank)]
    return around(x, objects(weights).reshape(shape), mode, cval, [origin if k == axis else 0 for k in range(rank)], sign)


def correlate(input: Any, weights: Any, output: Any = None, mode: str = "reflect", cval: Any = 0.0, origin: Any = 0) -> Any:
    return around(input, objects(weights), mode, cval, origin, 1)


def convolve(input: Any, weights: Any, output: Any = None, mode: str = "reflect", cval: Any = 0.0, origin: Any = 0) -> Any:
    return around(input, objects(weights), mode, cval, origin, -1)


def around(x: Any, weights: Any, mode: str, cval: Any, origin: Any, sign: int) -> Any:
    """The sum over all axes at once: places go up with those of the weights, or down."""
    x = objects(x)
    centre = np.array(weights.shape) // 2 + origin
    found = [
        sum((scalar(weight) * entry_at(x, np.array(place) + sign * (np.array(step) - centre), mode, cval)
             for step, weight in np.ndenumerate(weights)), scalar(0))
        for place in np.ndindex(x.shape)
    ]  # fmt: skip
    return filled(found, x.shape)


def entry_at(x: Any, place: Any, mode: str, cval: Any) -> Scalar:
    inside = [BEHIND[mode](int(k), n) for k, n in zip(place, x.shape, strict=True)]
    return scalar(cval if None in inside else x[tuple(inside)])


# --------------------------------------------------------------------------------------------- weights that are known
def gaussian_filter1d(
    input: Any, sigma: Any, axis: int = -1, order: int = 0, output: Any = None, mode: str = "reflect", cval: Any = 0.0,
    truncate: Any = 4.0, *, radius: int | None = None,
) -> Any:  # fmt: skip
    """The convolution with a Gaussian whose sum is 1, or with its derivative of this order."""
    reach = int(scalar(truncate) * scalar(sigma) + scalar(0.5)) if radius is None else radius
    return convolve1d(input, gaussian(scalar(sigma), order, reach), axis, None, mode, cval)


def gaussian(sigma: Scalar, order: int, reach: int) -> Any:
    """Its derivatives are polynomials of Hermite times itself: h' = t h - k h_before."""
    places = [scalar(k) / sigma for k in range(-reach, reach + 1)]
    heights = [exp(-(t * t) / 2) for t in places]
    before, hermite = [scalar(0)] * len(places), [scalar(1)] * len(places)
    for k in range(order):
        before, hermite = hermite, [t * h - k * b for t, h, b in zip(places, hermite, before, strict=True)]
    size = sum(heights, scalar(0)) * (-sigma) ** order
    return filled([named(h * height / size) for h, height in zip(hermite, heights, strict=True)], (len(places),))


def named(weight: Scalar) -> Scalar:
    """A number under a name of its own: what is proved is true of any, and products of sums of exponentials are not multiplied out."""
    if weight.expr is None or weight.expr.is_Rational:
        return weight
    symbol = sp.Symbol(f"the number {weight.expr}", real=True)
    sampled(symbol, weight.value)
    return Scalar(symbol, weight.value)


def gaussian_filter(
    input: Any, sigma: Any, order: Any = 0, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, truncate: Any = 4.0, *,
    radius: Any = None, axes: Any = None,
) -> Any:  # fmt: skip
    """Along one axis after another; not along those of no width."""
    for axis, s, k, way, reach in per_axis(np.ndim(input), axes, sigma, order, mode, radius):
        if scalar(s) > 1e-15:
            input = gaussian_filter1d(input, s, axis, k, None, way, cval, truncate, radius=reach)
    return input


def uniform_filter1d(
    input: Any, size: int, axis: int = -1, output: Any = None, mode: str = "reflect", cval: Any = 0.0, origin: int = 0
) -> Any:
    """The mean of so many entries."""
    return correlate1d(input, filled([scalar(1) / size] * size, (size,)), axis, None, mode, cval, origin)


def uniform_filter(
    input: Any, size: Any = 3, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, origin: Any = 0, *, axes: Any = None
) -> Any:
    for axis, n, way, start in per_axis(np.ndim(input), axes, size, mode, origin):
        input = uniform_filter1d(input, n, axis, None, way, cval, start)
    return input


def per_axis(rank: int, axes: Any, *options: Any) -> Iterator[tuple[Any, ...]]:
    """Each axis with its options: one for all, or one for each."""
    chosen = [axis % rank for axis in (range(rank) if axes is None else np.atleast_1d(axes))]
    every = [option if isinstance(option, (list, tuple)) else [option] * len(chosen) for option in options]
    return zip(chosen, *every, strict=True)


def edges(across: tuple[int, ...]) -> Callable[..., Any]:
    """Differences along one axis, and weighted sums along the others."""

    def filtered(input: Any, axis: int = -1, output: Any = None, mode: Any = "reflect", cval: Any = 0.0) -> Any:
        for one, way in per_axis(np.ndim(input), None, mode):
            input = correlate1d(input, np.array((-1, 0, 1) if one == axis % np.ndim(input) else across), one, None, way, cval)
        return input

    return filtered


def laplace(input: Any, output: Any = None, mode: Any = "reflect", cval: Any = 0.0, *, axes: Any = None) -> Any:
    """The sum of the second differences."""
    found = [correlate1d(input, np.array((1, -2, 1)), axis, None, way, cval) for axis, way in per_axis(np.ndim(input), axes, mode)]
    return filled([sum(parts, scalar(0)) for parts in zip(*map(scalars, found), strict=True)], np.shape(input))


OTHERWISE.update({
    ndimage.correlate: correlate, ndimage.convolve: convolve, ndimage.correlate1d: correlate1d, ndimage.convolve1d: convolve1d,
    ndimage.gaussian_filter1d: gaussian_filter1d, ndimage.gaussian_filter: gaussian_filter,
    ndimage.uniform_filter1d: uniform_filter1d, ndimage.uniform_filter: uniform_filter,
    ndimage.sobel: edges((1, 2, 1)), ndimage.prewitt: edges((1, 1, 1)), ndimage.laplace: laplace,
})  # fmt: skip
