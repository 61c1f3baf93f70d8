"""Splines at places between the points of an array: SciPy's values, whole Jacobians, derivatives of both orders, programs of users."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from s2s import grad, jacrev, value_and_grad
from s2s.errors import UnsupportedConstruct
from s2s.testing import check_grads
from s2s_runtime import kernels

MODES = ("reflect", "grid-mirror", "constant", "grid-constant", "nearest", "mirror", "grid-wrap", "wrap")
every_mode = pytest.mark.parametrize("mode", MODES)


@every_mode
@pytest.mark.parametrize("order", range(6))
@pytest.mark.parametrize("prefilter", [True, False])
def test_the_spline_that_is_differentiated_is_that_of_scipy(mode, order, prefilter):
    """Far beyond the edges and at the points, too."""
    rng = np.random.default_rng(order)
    for shape in ((7,), (5, 6), (1, 4), (2, 3)):
        x = rng.normal(size=shape)
        places = np.stack([rng.uniform(-2 * n - 1, 3 * n + 1, size=60) for n in shape])
        if order:  # which point a half belongs to is rounded
            places[:, :20] = np.round(places[:, :20])
        wanted = ndimage.map_coordinates(x, places, order=order, mode=mode, cval=0.7, prefilter=prefilter)
        coefficients = kernels.spline_coefficients(x, order, mode, 0.7, prefilter)
        np.testing.assert_allclose(kernels.sampled(coefficients, places, order, mode, 0.7, prefilter), wanted, rtol=0, atol=1e-12)


@every_mode
@pytest.mark.parametrize(("order", "length"), [(2, 5), (3, 1), (3, 2), (3, 90), (5, 6), (5, 64), (5, 65), (5, 90)])
def test_the_jacobian_by_the_array_is_its_matrix(mode, order, length):
    """Also of short arrays, for which SciPy's filter is not symmetric."""
    places = np.random.default_rng(length).uniform(-2.0, length + 1.0, size=(1, 7))

    def f(x):
        return ndimage.map_coordinates(x, places, order=order, mode=mode)

    matrix = np.stack([f(column) for column in np.eye(length)], axis=1)
    np.testing.assert_allclose(jacrev(f)(np.zeros(length)), matrix, atol=1e-13)


@every_mode
@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_in_both_modes_and_of_both_orders(mode, order):
    rng = np.random.default_rng(order)
    places = np.stack([rng.uniform(-4.0, 8.0, size=6), rng.uniform(-4.0, 9.0, size=6)])

    def f(x, places):
        return np.sum(ndimage.map_coordinates(x, places, order=order, mode=mode, cval=0.3) ** 3)

    check_grads(f, (rng.normal(size=(5, 6)), places), order=2 if order > 2 else 1, directions=2)


def warped(shift, image, other):
    rows, columns = np.mgrid[0:5, 0:6].astype(float)
    moved = ndimage.map_coordinates(image, np.array([rows + shift[0], columns + shift[1]]), order=3, mode="nearest")
    return np.mean((moved - other) ** 2)


def test_an_image_is_moved_onto_another_one():
    rng = np.random.default_rng(0)
    args = np.array([0.3, -0.2]), rng.normal(size=(5, 6)), rng.normal(size=(5, 6))
    assert value_and_grad(warped)(*args)[0] == warped(*args)
    check_grads(warped, args, order=2)


def test_single_precision_stays_so():
    x = np.linspace(0.0, 1.0, 6, dtype=np.float32) ** 2
    found = grad(lambda x: np.sum(ndimage.map_coordinates(x, np.array([[1.5, 2.25]], np.float32))))(x)
    assert found.dtype == np.float32


def test_an_array_to_write_into_is_refused():
    with pytest.raises(UnsupportedConstruct):
        grad(lambda x: np.sum(ndimage.map_coordinates(x, np.array([[1.5, 2.25]]), output=np.zeros(2))))(np.ones(5))
