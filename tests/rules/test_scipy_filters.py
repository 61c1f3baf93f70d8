"""Filters and convolutions of SciPy: the whole Jacobian at the edges, programs of users, and what is refused."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import ndimage, signal

from s2s import grad, jacrev, value_and_grad
from s2s.errors import UnsupportedConstruct
from s2s.testing import check_grads

MODES = ("reflect", "mirror", "nearest", "wrap", "constant", "grid-wrap", "grid-mirror", "grid-constant")


# ----------------------------------------------------------------------------------- every entry, at every edge
@pytest.mark.parametrize(("mode", "length", "size"), [*itertools.product(MODES, (1, 2, 3, 6), (1, 2, 3, 5, 7))])
def test_the_jacobian_of_a_filter_is_its_matrix(mode, length, size):
    """Also where weights reach further than the array is long."""
    weights = np.random.default_rng(size).normal(size=size)

    for origin in range(-(size // 2), (size - 1) // 2 + 1):

        def f(x, origin=origin):
            return ndimage.correlate1d(x, weights, mode=mode, origin=origin)

        matrix = np.stack([f(column) for column in np.eye(length)], axis=1)
        np.testing.assert_allclose(jacrev(f)(np.zeros(length)), matrix, atol=1e-14)


@pytest.mark.parametrize(("mode", "order"), [*itertools.product(MODES, (0, 1))])
def test_the_jacobian_of_a_gaussian_filter_is_its_matrix(mode, order):
    def f(x):
        return ndimage.gaussian_filter(x, (0.6, 1.5), order=order, mode=mode)

    columns = [f(unit.reshape(3, 4)).ravel() for unit in np.eye(12)]
    found = jacrev(f)(np.zeros((3, 4))).reshape(12, 12)
    np.testing.assert_allclose(found, np.stack(columns, axis=1), atol=1e-14)


# ------------------------------------------------------------------------------------------------- programs of users
def deblur(image, blurred):
    error = ndimage.gaussian_filter(image, sigma=1.0) - blurred
    return 0.5 * np.sum(error**2) + 0.1 * np.sum(np.abs(ndimage.sobel(image, axis=0)))


def fitted_kernel(kernel, x, y):
    return np.sum((signal.fftconvolve(x, kernel, mode="same") - y) ** 2)


def layers(first, second, image):
    hidden = np.tanh(signal.convolve2d(image, first, mode="valid"))
    return np.sum(signal.correlate2d(hidden, second, mode="same") ** 2)


def filtered_loss(x, gain):
    return np.sum(signal.lfilter([gain.shape[0] * 0.1], [1.0, -0.9], gain * x) ** 2)


def equaliser(gains, poles, x, y):
    """Two sections, by what they are made of."""
    ones = np.ones((2, 1))
    sos = np.concatenate((gains, ones, -2.0 * poles * np.cos(1.0 + poles), poles**2), axis=1)
    return np.mean((signal.sosfilt(sos, x) - y) ** 2)


def in_blocks(b, a, x):
    """A filter whose state goes from one block of a signal to the next one."""
    state = np.zeros((x.shape[0], 2))
    total = 0.0
    for k in range(3):
        y, state = signal.lfilter(b, a, x[:, 4 * k : 4 * k + 4], zi=state)
        total = total + np.sum(y**2)
    return total + np.sum(state**3)


def recursive(b, a, x):
    return np.sum(signal.lfilter(b, np.concatenate((np.ones(1), a)), x) ** 2)


def settled(x, zi):
    y, last = signal.sosfilt(SECTIONS, x, zi=zi)
    return np.sum(y**2) + np.sum(last**2)


def smoothed(x):
    return np.sum(signal.savgol_filter(x, 5, 2) ** 2) + np.sum(signal.savgol_filter(x, 5, 3, deriv=1, mode="wrap") ** 3)


SECTIONS = np.array([[1.0, 0.5, 0.2, 1.0, -0.3, 0.1], [0.7, 0.1, 0.0, 1.0, 0.2, 0.0]])
RNG = np.random.default_rng(3)
FIRST_ORDER = [(equaliser, (RNG.normal(size=(2, 3)), np.array([[0.4], [0.7]]), RNG.normal(size=12), RNG.normal(size=12)))]
PROGRAMS = [
    (in_blocks, (RNG.normal(size=3), np.array([1.5, -0.4, 0.3]), RNG.normal(size=(2, 12)))),
    (recursive, (RNG.normal(size=3), np.array([-0.4, 0.3]), RNG.normal(size=9))),
    (settled, (RNG.normal(size=(2, 7)), RNG.normal(size=(2, 2, 2)))),
    (smoothed, (RNG.normal(size=9),)),
    (deblur, (RNG.normal(size=(5, 6)), RNG.normal(size=(5, 6)))),
    (fitted_kernel, (RNG.normal(size=4), RNG.normal(size=9), RNG.normal(size=9))),
    (layers, (RNG.normal(size=(3, 2)), RNG.normal(size=(2, 2)), RNG.normal(size=(6, 5)))),
    (filtered_loss, (RNG.normal(size=7), RNG.normal(size=7))),
]


@pytest.mark.parametrize(("program", "args"), PROGRAMS, ids=[program.__name__ for program, _ in PROGRAMS])
def test_programs_of_users(program, args):
    assert value_and_grad(program)(*args)[0] == program(*args)
    check_grads(program, args, order=2)


@pytest.mark.parametrize(("program", "args"), FIRST_ORDER, ids=[program.__name__ for program, _ in FIRST_ORDER])
def test_programs_with_a_first_derivative(program, args):
    """Sections of a filter have one by their coefficients; a second one is refused."""
    assert value_and_grad(program)(*args)[0] == program(*args)
    check_grads(program, args, order=1)
    with pytest.raises(UnsupportedConstruct):
        grad(lambda gains: np.sum(grad(program)(gains, *args[1:])))(args[0])


@pytest.mark.parametrize("boundary", ["wrap", "symm", "fill"])
@pytest.mark.parametrize("mode", ["full", "same"])
@pytest.mark.parametrize("sizes", [((3, 4), (2, 3)), ((3, 2), (5, 6)), ((2, 2), (9, 4)), ((1, 1), (4, 3))])
def test_a_convolution_that_goes_on_behind_the_edges(boundary, mode, sizes):
    """Also where the kernel reaches further than the array is long."""
    rng = np.random.default_rng(5)
    args = rng.normal(size=sizes[0]), rng.normal(size=sizes[1])
    for function in (signal.convolve2d, signal.correlate2d):

        def f(x, weights, function=function):
            return np.sum(function(x, weights, mode, boundary, 0.5) ** 2)

        assert value_and_grad(f)(*args)[0] == f(*args)
        check_grads(f, args, order=1, directions=1)


def test_places_are_found_and_carry_no_derivative():
    def peaks(x):
        return np.sum(x[signal.argrelmax(x)[0]] ** 2)

    def largest_region(x):
        labels, _ = ndimage.label(x > 0)
        return np.sum(np.where(labels == 1, x, 0.0) ** 2)

    x = np.array([0.1, 2.0, 0.3, -0.5, 1.5, 0.2, 0.9])
    np.testing.assert_array_equal(grad(peaks)(x), [0.0, 4.0, 0.0, 0.0, 3.0, 0.0, 0.0])
    np.testing.assert_array_equal(grad(largest_region)(x), [0.2, 4.0, 0.6, 0.0, 0.0, 0.0, 0.0])


# ---------------------------------------------------------------------------------------------------------- refused
@pytest.mark.parametrize("options", [{"cval": 1.0, "mode": "constant"}, {"output": np.zeros(5)}])
def test_a_constant_behind_the_edges_and_an_array_to_write_into_are_refused(options):
    def f(x):
        return np.sum(ndimage.gaussian_filter(x, 1.0, **options))

    with pytest.raises(UnsupportedConstruct):
        grad(f)(np.ones(5))
