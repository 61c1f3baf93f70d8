"""Where mathematics leaves a choice, and where naive formulas fail: reductions, norms, matrices, indices, shapes."""

from __future__ import annotations

import operator

import numpy as np
import pytest

from rules.applying import vjp
from rules.values import call_of, gradient, gradients, push, same
from s2s_runtime import kernels

INF, NAN = np.inf, np.nan


# -------------------------------------------------------------------------------------------------- reductions
def test_prod_with_zeros():
    same(gradient(np.prod, [2.0, 3.0, 4.0]), [12.0, 8.0, 6.0])
    same(gradient(np.prod, [2.0, 0.0, 4.0]), [0.0, 8.0, 0.0])
    same(gradient(np.prod, [0.0, 0.0, 4.0]), [0.0, 0.0, 0.0])
    same(gradient(np.prod, [[2.0, 0.0], [3.0, 5.0]], axis=0, g=[1.0, 10.0]), [[3.0, 50.0], [2.0, 0.0]])
    same(push(np.prod, [2.0, 0.0, 4.0], along=[[1.0, 1.0, 1.0]]), 8.0)


def test_prod_of_nothing_and_of_one():
    assert gradient(np.prod, np.zeros(0)).shape == (0,)
    same(gradient(np.prod, [0.0]), [1.0])
    same(gradient(np.prod, np.array(5.0)), 1.0)


def test_cumprod_with_zeros():
    same(gradient(np.cumprod, [2.0, 0.0, 3.0], g=[1.0, 1.0, 1.0]), [1.0, 8.0, 0.0])
    same(push(np.cumprod, [2.0, 0.0, 3.0], along=[[1.0, 1.0, 1.0]]), [1.0, 2.0, 6.0])


@pytest.mark.parametrize("value", [0.0, 0.1, 1e10 / 3.0])
def test_std_of_equal_entries_has_no_slope(value):
    x = np.full((2, 3), value)
    same(gradient(np.std, x), np.zeros((2, 3)))
    same(gradient(np.std, x, axis=1, ddof=1), np.zeros((2, 3)))
    same(push(np.std, x, axis=0, along=[np.ones((2, 3))]), np.zeros(3))


def test_std_beside_equal_entries():
    got = gradient(np.std, [[0.1, 0.1, 0.1, 0.1, 0.1, 0.1], [-1.0, 3.0, -1.0, 3.0, -1.0, 3.0]], axis=1)
    same(got, [[0.0] * 6, [-1 / 6, 1 / 6] * 3])


@pytest.mark.filterwarnings("ignore:Degrees of freedom:RuntimeWarning")
def test_var_of_one_entry_less_one_degree_of_freedom_is_nan():
    assert np.isnan(gradient(np.var, [3.0], ddof=1)).all()


@pytest.mark.parametrize("function", [np.sum, np.mean, np.var, np.std, np.max, np.min])
def test_reductions_over_the_other_axis_of_an_empty_array(function):
    assert gradient(function, np.zeros((0, 3)), axis=1).shape == (0, 3)


def test_average_with_a_zero_weight():
    a, weights = gradients(np.average, [1.0, 5.0], None, [1.0, 0.0], active=(0, 2))
    same(a, [1.0, 0.0])
    same(weights, [0.0, 4.0])


# ------------------------------------------------------------------------------------------------------- norms
@pytest.mark.parametrize("order", [None, 0, 1, 1.5, 2, 3, 0.5, INF, -INF, -1])
def test_the_slope_of_a_norm_at_zero_is_zero(order):
    same(gradient(np.linalg.norm, np.zeros(3), order), np.zeros(3))
    same(push(np.linalg.norm, np.zeros(3), order, along=[[1.0, 2.0, 3.0]]), 0.0)
    same(gradient(np.linalg.norm, np.zeros((2, 3)), order, axis=1), np.zeros((2, 3)))


@pytest.mark.parametrize("order", [None, 0, 1, 1.5, 2, 3, INF])
def test_the_curvature_of_a_norm_at_zero_is_zero(order):
    same(gradient(kernels.norm_gradient, np.zeros(3), order, None), np.zeros(3))


@pytest.mark.parametrize("order", [None, "fro", 1, -1, INF, -INF])
def test_the_slope_of_a_matrix_norm_at_zero_is_zero(order):
    same(gradient(np.linalg.norm, np.zeros((2, 3)), order), np.zeros((2, 3)))


def test_one_vanishing_row_does_not_disturb_the_other():
    same(gradient(np.linalg.norm, [[0.0, 0.0], [3.0, 4.0]], axis=1), [[0.0, 0.0], [0.6, 0.8]])
    same(gradient(np.linalg.norm, [[0.0, 0.0], [3.0, -4.0]], 1, axis=1), [[0.0, 0.0], [1.0, -1.0]])


def test_the_largest_entries_of_a_norm_share_equally():
    same(gradient(np.linalg.norm, [3.0, -3.0, 1.0], INF), [0.5, -0.5, 0.0])
    same(gradient(np.linalg.norm, [[1.0, 2.0], [-2.0, -1.0]], 1), [[0.5, 0.5], [-0.5, -0.5]])


@pytest.mark.parametrize("order", [2, -2, "nuc"])
def test_a_spectral_norm_is_refused(order):
    with pytest.raises(ValueError, match="no derivative rule"):
        kernels.norm_gradient(np.eye(2), order, None)


# ---------------------------------------------------------------------------------------------- linear algebra
def test_det_of_a_singular_matrix():
    same(gradient(np.linalg.det, [[1.0, 2.0], [2.0, 4.0]]), [[4.0, -2.0], [-2.0, 1.0]])
    np.testing.assert_allclose(gradient(np.linalg.det, np.zeros((3, 3))), np.zeros((3, 3)), atol=0.0)
    same(gradient(np.linalg.det, [[0.0]]), [[1.0]])
    a = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    cofactors = [[-3.0, 6.0, -3.0], [6.0, -12.0, 6.0], [-3.0, 6.0, -3.0]]
    np.testing.assert_allclose(gradient(np.linalg.det, a), cofactors, rtol=1e-12)
    np.testing.assert_allclose(
        gradient(np.linalg.det, np.stack([a, np.eye(3)])), [cofactors, np.eye(3)], rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize("factor", [np.linalg.cholesky, np.linalg.eigvalsh])
def test_only_the_triangle_that_is_read_has_a_gradient(factor):
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    got = gradient(factor, a)
    assert got[0, 1] == 0.0
    moved = np.array([[4.0, 7.0], [1.0, 3.0]])
    same(factor(moved), factor(a))
    same(gradient(factor, moved), got)


def test_the_other_triangle_if_that_one_is_read():
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    same(gradient(np.linalg.eigvalsh, a, "U", g=[1.0, 2.0]), gradient(np.linalg.eigvalsh, a, g=[1.0, 2.0]).T)


def test_the_upper_triangle_of_a_cholesky_cotangent_is_not_read():
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    same(
        gradient(np.linalg.cholesky, a, g=[[1.0, NAN], [2.0, 3.0]]),
        gradient(np.linalg.cholesky, a, g=[[1.0, 0.0], [2.0, 3.0]]),
    )


def test_equal_eigenvalues_exchange_nothing():
    a = np.eye(3) + 1e-17 * np.ones((3, 3))
    got = vjp(call_of(np.linalg.eigh, a), (np.ones(3), np.ones((3, 3))))["a"]
    np.testing.assert_allclose(got, np.eye(3), atol=1e-12)


def test_a_matrix_to_the_power_zero_is_constant():
    same(gradient(np.linalg.matrix_power, np.zeros((2, 2)), 0), np.zeros((2, 2)))


# ------------------------------------------------------------------------------------------- indices, shapes
def test_an_entry_read_twice_collects_twice():
    same(gradient(operator.getitem, [1.0, 2.0, 3.0], np.array([0, 2, 2, -1])), [1.0, 0.0, 3.0])
    same(gradient(np.take, [1.0, 2.0, 3.0], np.array([0, 2, 2, -1])), [1.0, 0.0, 3.0])


def test_of_values_stored_at_one_place_the_last_one_counts():
    buffer, value = gradients(
        kernels.index_set, np.zeros(3), np.array([0, 2, 0]), [1.0, 2.0, 3.0], active=(0, 2), g=[5.0, 6.0, 7.0]
    )
    same(buffer, [0.0, 6.0, 0.0])
    same(value, [0.0, 7.0, 5.0])


def test_one_value_stored_at_one_place_twice_counts_once():
    _, value = gradients(
        kernels.index_set, np.zeros(3), np.array([0, 0]), np.array(1.0), active=(0, 2), g=[5.0, 6.0, 7.0]
    )
    assert value == 5.0


def test_one_value_added_at_one_place_twice_counts_twice():
    _, value = gradients(
        kernels.index_add, np.zeros(3), np.array([0, 0]), np.array(1.0), active=(0, 2), g=[5.0, 6.0, 7.0]
    )
    assert value == 10.0


def test_a_store_leaves_its_buffer_alone():
    buffer = np.zeros(3)
    kernels.index_set(buffer, 1, 5.0)
    kernels.index_add(buffer, 1, 5.0)
    same(buffer, np.zeros(3))


def test_padding_collects_where_it_was_copied_from():
    same(gradient(np.pad, [1.0, 2.0], 2, "edge"), [3.0, 3.0])
    same(gradient(np.pad, [1.0, 2.0], (0, 3), "wrap", g=[1.0, 10.0, 100.0, 1000.0, 10000.0]), [10101.0, 1010.0])
    same(gradient(np.pad, [1.0, 2.0], 1, constant_values=9.0), [1.0, 1.0])


@pytest.mark.parametrize("mode", ["mean", "maximum", "linear_ramp", "empty"])
def test_a_padding_without_a_rule_is_refused(mode):
    with pytest.raises(ValueError, match="no derivative rule"):
        kernels.linear_pad_mode(mode)


def test_a_cotangent_that_does_not_fit_is_an_error():
    for shape in ((2, 4), (2,), (1, 2, 4), (3, 2)):
        with pytest.raises(ValueError, match="does not fit"):
            kernels.sum_to(np.ones((2, 3)), shape)
