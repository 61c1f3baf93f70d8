"""What splines on a grid mean: the matrix of SciPy's filter times an array gives the coefficients of B-splines.

In: arrays of objects.  Out: `Symbols`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from s2s.verify.arrays import each, objects, symbols
from s2s.verify.lifting import OTHERWISE, twin
from s2s.verify.scalar import scalar
from s2s_runtime import kernels
from s2s_runtime.kernels import sampling

PAD = sampling.PAD


def matrix_of(length: int, order: Any, mode: Any) -> Any:
    """The matrix of SciPy's filter, whose floats are the rational numbers that they are."""
    entries = np.eye(1) if length == 1 else ndimage.spline_filter1d(np.eye(length), order, axis=0, mode=mode)
    return objects(each(scalar, entries))


def filtered(x: Any, order: Any, mode: Any, backwards: bool = False) -> Any:
    """The filter along each axis, or its transpose."""
    for axis, length in enumerate(np.shape(x)):
        matrix = matrix_of(length, order, mode)
        x = np.moveaxis(np.tensordot(matrix.T if backwards else matrix, x, (1, axis)), 0, axis)
    return x


def coefficients(x: Any, order: Any, mode: Any, cval: Any = 0.0, prefilter: bool = True) -> Any:
    if order < 2 or not prefilter:
        return x
    return symbols(filtered(sampling._padded(objects(x), mode, cval), order, mode))


def coefficients_adjoint(g: Any, x: Any, order: Any, mode: Any, prefilter: bool = True) -> Any:
    """What a point beyond the edges is given belongs to the point that stands for it, or to none."""
    if order < 2 or not prefilter:
        return g
    whole = filtered(objects(g), order, mode, True)
    if mode == "grid-constant":
        return symbols(whole[tuple(slice(PAD, PAD + n) for n in np.shape(x))])
    if mode != "nearest":
        return symbols(whole)
    found = np.full(np.shape(x), scalar(0), object)
    for place in np.ndindex(whole.shape):
        inner = tuple(min(max(k - PAD, 0), n - 1) for k, n in zip(place, np.shape(x), strict=True))
        found[inner] = found[inner] + whole[place]
    return symbols(found)


def map_coordinates(
    input: Any, coordinates: Any, output: Any = None, order: int = 3, mode: str = "constant", cval: Any = 0.0, prefilter: bool = True
) -> Any:
    sampled = twin(kernels.sampled)
    return sampled(coefficients(input, order, mode, cval, prefilter), coordinates, order, mode, cval, prefilter)


OTHERWISE.update({
    kernels.spline_coefficients: coefficients, kernels.spline_coefficients_adjoint: coefficients_adjoint,
    ndimage.map_coordinates: map_coordinates,
})  # fmt: skip
