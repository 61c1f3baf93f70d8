"""Kernels against their definitions, on every shape, and what they promise beside their value."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from s2s_runtime import kernels

RNG = np.random.default_rng(0)


def shapes_that_broadcast_to(shape):
    """Every shape whose axes are those of `shape` or 1, without some of the leading ones."""
    for start in range(len(shape) + 1):
        yield from itertools.product(*({1, n} for n in shape[start:]))


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (4, 2, 3), (0, 3), (1, 3)])
def test_sum_to_is_the_transpose_of_broadcasting(shape):
    g = RNG.normal(size=shape)
    for narrow in shapes_that_broadcast_to(shape):
        x = RNG.normal(size=narrow)
        got = kernels.sum_to(g, narrow)
        assert np.shape(got) == narrow
        np.testing.assert_allclose(np.sum(got * x), np.sum(g * np.broadcast_to(x, shape)), atol=1e-12)


def test_sum_to_puts_back_leading_axes_of_length_one():
    np.testing.assert_array_equal(kernels.sum_to(np.array([1.0, 2.0]), (1, 1, 2)), [[[1.0, 2.0]]])
    assert kernels.sum_to(3.0, ()) == 3.0


@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 2), (-1, 0), (2, 1, 0), ()])
def test_products_before_by_definition(axis):
    a = RNG.uniform(0.5, 2.0, (2, 3, 2))
    got = kernels.products_before(a, axis)
    axes = range(3) if axis is None else [i % 3 for i in np.atleast_1d(np.asarray(axis, int))]
    for here in np.ndindex(a.shape):
        along = [there for there in np.ndindex(a.shape) if all(there[i] == here[i] for i in range(3) if i not in axes)]
        before = [a[there] for there in along if there < here]
        np.testing.assert_allclose(got[here], np.prod(before), rtol=1e-14)


@pytest.mark.parametrize("axis", [None, 0, -1, (2, 0)])
def test_discounted_before_by_definition(axis):
    a, b = RNG.uniform(0.5, 2.0, (2, 3, 2)), RNG.normal(size=(2, 3, 2))
    got = kernels.discounted_before(b, a, axis)
    axes = range(3) if axis is None else [i % 3 for i in np.atleast_1d(axis)]
    for here in np.ndindex(a.shape):
        along = [there for there in np.ndindex(a.shape) if all(there[i] == here[i] for i in range(3) if i not in axes)]
        t = 0.0
        for there in along:
            if there < here:
                t = a[there] * t + b[there]
        np.testing.assert_allclose(got[here], t, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("axis", [None, 0, 2, -1, (0, 2), (-1, 0), ()])
def test_axis_size(axis):
    a = np.ones((2, 3, 4))
    assert kernels.axis_size(a, axis) == np.size(a) / np.size(np.sum(a, axis=axis))


def test_degrees_of_freedom_are_never_negative():
    assert kernels.degrees_of_freedom(np.ones(2), None, 3) == 0


def test_split_to_of_one_array_is_one_array():
    got = kernels.split_to(np.arange(12.0).reshape(4, 3), (2, 2, 3), 0)
    np.testing.assert_array_equal(got, np.arange(12.0).reshape(2, 2, 3))
    assert isinstance(got, np.ndarray)


def test_mesh_adjoint_gives_back_the_shapes_of_its_vectors():
    got = kernels.mesh_adjoint((np.ones((2, 1)), np.ones((2, 1))), [(), (2,)], "xy")
    assert [np.shape(x) for x in got] == [(), (2,)]


def test_gaps_that_rounding_makes_are_equal():
    got = kernels.inverse_gaps(np.array([-3.0, 1.0, 1.0 + 4e-16, 1.0 + 1e-10]))
    assert got[1, 2] == got[2, 1] == 0.0
    np.testing.assert_allclose([got[0, 1], got[1, 0]], [0.25, -0.25])
    np.testing.assert_allclose(got[1, 3], 1e10, rtol=1e-5)
    np.testing.assert_array_equal(kernels.inverse_gaps(np.zeros(2)), np.zeros((2, 2)))
    assert kernels.inverse_gaps(np.array([-1.0, -1.0 - 2e-16]))[0, 1] == 0.0
    assert kernels.inverse_gaps(np.array([[1e20, 0.0], [1.0, 1.0 + 1e-5]]))[1, 0, 1] > 9e4
    assert kernels.inverse_gaps(np.zeros((2, 0))).shape == (2, 0, 0)


def test_gaps_have_the_sign_of_the_difference():
    np.testing.assert_allclose(kernels.inverse_gaps(np.array([-5.0, -1.0])), [[0.0, 0.25], [-0.25, 0.0]])


@pytest.mark.parametrize(
    ("subscripts", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("ba,cb", [(2, 3), (4, 2)]),
        ("...ij,...jk->...ik", [(5, 2, 3), (3, 4)]),
        ("...ij,...jk->...ik", [(5, 2, 3), (6, 1, 3, 4)]),
        ("i...,...i", [(2, 3), (4, 3, 2)]),
        ("ii,ij->j", [(2, 2), (2, 3)]),
        ("ij,k->", [(2, 3), (4,)]),
        ("ij,ij->", [(2, 3), (1, 3)]),
        (" i j , j -> i ", [(2, 3), (3,)]),
        ("Ab,bA->A", [(2, 3), (3, 2)]),
    ],
)
def test_contract_transposes_einsum(subscripts, shapes):
    """The same sum over all three slots, whichever of them is left open."""
    a, b = (RNG.normal(size=shape) for shape in shapes)
    result = np.einsum(subscripts, a, b)
    g = RNG.normal(size=result.shape)
    total = np.sum(g * result)
    a_bar = kernels.contract(subscripts, 0, 1, b, 2, g, a.shape)
    b_bar = kernels.contract(subscripts, 1, 2, g, 0, a, b.shape)
    assert (a_bar.shape, b_bar.shape) == (a.shape, b.shape)
    np.testing.assert_allclose([np.sum(a_bar * a), np.sum(b_bar * b)], total, rtol=1e-12)
    np.testing.assert_allclose(kernels.contract(subscripts, 2, 0, a, 1, b, result.shape), result, rtol=1e-12)


@pytest.mark.parametrize(
    ("product", "subscripts", "shapes"),
    [
        *[
            (np.matmul, kernels.matmul_subscripts, s)
            for s in [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((4, 2, 3), (3,))]
        ],
        *[(np.matmul, kernels.matmul_subscripts, s) for s in [((3,), (4, 3, 2)), ((4, 2, 3), (5, 1, 3, 2))]],
        *[
            (np.dot, kernels.dot_subscripts, s)
            for s in [((), (2, 3)), ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 3, 5))]
        ],
        *[
            (np.inner, kernels.inner_subscripts, s)
            for s in [((2, 3), ()), ((3,), (3,)), ((2, 3), (3,)), ((2, 3), (4, 5, 3))]
        ],
    ],
)
def test_subscripts_spell_the_product(product, subscripts, shapes):
    a, b = (RNG.normal(size=shape) for shape in shapes)
    np.testing.assert_allclose(np.einsum(subscripts(a.ndim, b.ndim), a, b), product(a, b), rtol=1e-12)


@pytest.mark.parametrize(
    ("shapes", "axes"),
    [
        (((2, 3), (3, 4)), 1),
        (((2, 3), (4,)), 0),
        (((2, 3, 4), (4, 2)), ([0, -1], [1, 0])),
        (((2, 3), (3,)), (1, 0)),
        (((2, 3), (2, 3)), 2),
    ],
)
def test_subscripts_spell_tensordot(shapes, axes):
    a, b = (RNG.normal(size=shape) for shape in shapes)
    spelled = kernels.tensordot_subscripts(a.ndim, b.ndim, axes)
    np.testing.assert_allclose(np.einsum(spelled, a, b), np.tensordot(a, b, axes), rtol=1e-12)


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (2, 2), (4, 4), (2, 3, 3)])
def test_cofactors_by_minors(shape):
    a = RNG.normal(size=shape)
    n = shape[-1]
    wanted = np.empty(shape)
    for i, j in itertools.product(range(n), repeat=2):
        wanted[..., i, j] = (-1) ** (i + j) * np.linalg.det(np.delete(np.delete(a, i, -2), j, -1))
    np.testing.assert_allclose(kernels.cofactors(a), wanted, rtol=1e-11, atol=1e-12)


def test_the_derivative_of_cofactors_of_a_singular_matrix():
    a = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [0.0, 1.0, 5.0]])
    e = RNG.normal(size=(3, 3))
    moved = (kernels.cofactors(a + 1e-4 * e) - kernels.cofactors(a - 1e-4 * e)) / 2e-4  # exact: cofactors are quadratic
    np.testing.assert_allclose(kernels.cofactors_tangent(a, e), moved, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("order", [0, 1, 2, 3])
@pytest.mark.parametrize("x", [-2.7, -1.5, -0.3, 0.4, 5.0])
def test_polygamma_by_its_recurrence(order, x):
    step = (-1) ** order * float(np.prod(np.arange(1, order + 1))) / x ** (order + 1)
    np.testing.assert_allclose(kernels.polygamma(order, x + 1) - kernels.polygamma(order, x), step, rtol=1e-9)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_sinc_derivative_by_its_integral(order):
    """The n-th derivative of sin(pi x)/(pi x) is the integral of (pi t)^n cos(pi x t + n pi/2) over t in [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    t = 0.5 * (nodes + 1.0)
    x = np.concatenate([np.linspace(-8.0, 8.0, 65), [1e-12, -1e-7, 1e-3]])
    wanted = (np.pi * t) ** order * np.cos(np.pi * np.outer(x, t) + order * np.pi / 2) @ (0.5 * weights)
    np.testing.assert_allclose(kernels.sinc_derivative(x, order), wanted, rtol=1e-10, atol=1e-13 * np.pi**order)


def test_astype_takes_python_numbers():
    assert kernels.astype(1.5, np.float32) == np.float32(1.5)
    assert kernels.astype(np.ones(2), np.float32).dtype == np.float32


def test_shapes_tell_arrays_from_sequences():
    assert kernels.shapes([np.ones((2, 3)), 1.0, (np.ones(4),)]) == [(2, 3), (), [(4,)]]


@pytest.mark.parametrize(("axis", "start"), list(itertools.product(range(-3, 3), range(-3, 4))))
def test_roll_destination(axis, start):
    a = np.ones((2, 3, 4))
    moved = np.moveaxis(a, axis, kernels.roll_destination(3, axis, start))
    assert moved.shape == np.rollaxis(a, axis, start).shape


@pytest.mark.parametrize("axes", list(itertools.permutations((0, -2, 2))))
def test_inverse_permutation(axes):
    a = np.ones((2, 3, 4))
    assert np.transpose(np.transpose(a, axes), kernels.inverse_permutation(axes)).shape == a.shape


# ------------------------------------------------------------------------------------ incomplete gamma and beta
@pytest.mark.parametrize("a", [0.01, 0.5, 3.0, 50.0, 2000.0])
@pytest.mark.parametrize("ratio", [0.01, 0.5, 1.0, 1.1, 3.0])
def test_the_slope_of_an_incomplete_gamma_function_to_50_digits(a, ratio):
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(50):
        x = a * ratio if a >= 0.5 else 3 * ratio
        wanted = mpmath.diff(lambda t: mpmath.gammainc(t, 0, x, regularized=True), mpmath.mpf(a), h=mpmath.mpf(10) ** -20)
    assert kernels.gammainc_by_a(a, x) == pytest.approx(float(wanted), rel=1e-11)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1.0, 1.0), (0.01, 5.0), (5.0, 0.01), (30.0, 4.0), (200.0, 300.0)])
@pytest.mark.parametrize("x", [1e-6, 0.2, 0.5, 0.8, 0.99])
def test_the_slopes_of_an_incomplete_beta_function_to_50_digits(a, b, x):
    mpmath = pytest.importorskip("mpmath")
    with mpmath.workdps(120):  # the complement of what is very near to 1 has 50 left

        def function(p, q):
            return mpmath.betainc(p, q, 0, x, regularized=True)

        step = mpmath.mpf(10) ** -30
        wanted = [mpmath.diff(function, (mpmath.mpf(a), mpmath.mpf(b)), n, h=step) for n in ((1, 0), (0, 1))]
    assert kernels.betainc_by_a(a, b, x) == pytest.approx(float(wanted[0]), rel=1e-11, abs=1e-300)
    assert kernels.betainc_by_b(a, b, x) == pytest.approx(float(wanted[1]), rel=1e-11, abs=1e-300)
