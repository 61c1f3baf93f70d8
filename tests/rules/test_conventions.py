"""Where mathematics leaves a choice, and where naive formulas fail: the values that both modes must give."""

from __future__ import annotations

import builtins
import math
import operator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import special

from rules.applying import Call, jvp, selected, vjp
from s2s.rules.cases import A, Case
from s2s_runtime import kernels

INF, NAN = np.inf, np.nan


def call_of(function: Any, *args: Any, active: tuple[int, ...] = (0,), **kwargs: Any) -> Call:
    """The call with the arguments at these positions active, and the rule that it selects."""
    values = [np.asarray(arg, float) if i in active and not isinstance(arg, (float, np.ndarray)) else arg for i, arg in enumerate(args)]
    specs = Case(tuple(A(*np.shape(v)) if i in active else v for i, v in enumerate(values)), kwargs)
    return Call(selected(function, specs, values, kwargs), function, specs, values, kwargs)


def gradients(function: Any, *args: Any, g: Any = None, **options: Any) -> list[Any]:
    """The cotangents of the active arguments for the cotangent `g` of the result (default: ones)."""
    call = call_of(function, *args, **options)
    with np.errstate(all="ignore"):
        return list(vjp(call, np.ones(np.shape(call.run())) if g is None else np.asarray(g, float)).values())


def gradient(function: Any, *args: Any, **options: Any) -> Any:
    (only,) = gradients(function, *args, **options)
    return only


def push(function: Any, *args: Any, along: Any, **options: Any) -> Any:
    """The tangent of the result for the tangents `along` of the active arguments."""
    call = call_of(function, *args, **options)
    with np.errstate(all="ignore"):
        return jvp(call, {name: np.asarray(t, float) for name, t in zip(call.active(), along, strict=True)})


def same(got: Any, wanted: Any) -> None:
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=0.0)


# ------------------------------------------------------------------------------------------------- kinks, ties
@pytest.mark.parametrize("function", [np.abs, np.fabs, math.fabs, builtins.abs, operator.abs], ids=lambda f: f.__module__ or "numpy")
def test_the_derivative_of_abs_at_zero_is_zero(function):
    assert gradient(function, 0.0) == 0.0
    assert push(function, 0.0, along=[3.0]) == 0.0


@pytest.mark.parametrize("function", [np.maximum, np.minimum, np.fmax, np.fmin])
def test_ties_of_two_share_equally(function):
    a, b = gradients(function, [1.0, 2.0, 3.0], [1.0, 5.0, 3.0], active=(0, 1))
    first = 1.0 if function in (np.minimum, np.fmin) else 0.0
    same(a, [0.5, first, 0.5])
    same(b, [0.5, 1.0 - first, 0.5])
    same(push(function, [1.0], [1.0], active=(0, 1), along=[[2.0], [4.0]]), [3.0])


@pytest.mark.parametrize("function", [builtins.max, builtins.min])
def test_ties_of_numbers_share_equally(function):
    same(gradients(function, 2.0, 2.0, active=(0, 1)), [0.5, 0.5])


def test_a_tie_with_a_repeated_number_shares_with_every_entry():
    a, b = gradients(np.maximum, [0.0, 1.0, -1.0], 0.0, active=(0, 1))
    same(a, [0.5, 1.0, 0.0])
    same(b, 1.5)


@pytest.mark.parametrize("function", [np.max, np.min, np.amax, np.amin])
def test_ties_over_axes_share_equally(function):
    sign = -1.0 if function in (np.min, np.amin) else 1.0
    x = sign * np.array([[1.0, 3.0, 3.0], [3.0, 0.0, 3.0]])
    same(gradient(function, x), (x == sign * 3.0) / 4.0)
    same(gradient(function, x, axis=0, g=[1.0, 2.0, 3.0]), [[0.0, 2.0, 1.5], [1.0, 0.0, 1.5]])
    same(gradient(function, x, axis=1, keepdims=True, g=[[2.0], [4.0]]), [[0.0, 1.0, 1.0], [2.0, 0.0, 2.0]])
    same(push(function, x, axis=1, along=[[[9.0, 1.0, 3.0], [4.0, 9.0, 6.0]]]), [2.0, 5.0])


def test_ptp_of_equal_entries_has_no_slope():
    same(gradient(np.ptp, [2.0, 2.0, 2.0]), [0.0, 0.0, 0.0])
    assert push(np.ptp, [2.0, 2.0, 2.0], along=[[1.0, 5.0, 3.0]]) == 0.0


def test_an_infinite_cotangent_reaches_only_what_was_picked():
    same(gradient(np.max, [1.0, 2.0], g=INF), [0.0, INF])
    same(gradients(np.maximum, [1.0], [2.0], active=(0, 1), g=[INF]), [[0.0], [INF]])
    same(gradients(np.where, np.array([True, False]), [1.0, 2.0], [3.0, 4.0], active=(1, 2), g=[INF, NAN]), [[INF, 0.0], [0.0, NAN]])
    same(gradients(np.clip, [5.0], [0.0], [1.0], active=(0, 1, 2), g=[INF]), [[0.0], [0.0], [INF]])
    same(gradient(np.trace, np.eye(2), g=INF), [[INF, 0.0], [0.0, INF]])


def test_where_passes_no_tangent_of_what_was_not_selected():
    tangent = push(np.where, np.array([True, False]), [1.0, 2.0], [3.0, 4.0], active=(1, 2), along=[[1.0, NAN], [INF, 2.0]])
    same(tangent, [1.0, 2.0])


def test_fmax_passes_by_a_nan():
    same(gradients(np.fmax, [NAN, 1.0], [2.0, NAN], active=(0, 1)), [[0.0, 1.0], [1.0, 0.0]])
    same(gradients(np.fmin, [NAN, 1.0], [2.0, NAN], active=(0, 1)), [[0.0, 1.0], [1.0, 0.0]])


def test_clip_passes_strictly_inside():
    x = [-2.0, -1.0, 0.0, 1.0, 2.0]
    a, low, high = gradients(np.clip, x, -1.0, 1.0, active=(0, 1, 2))
    same(a, [0.0, 0.0, 1.0, 0.0, 0.0])
    assert (low, high) == (2.0, 2.0)
    same(gradient(np.clip, x, None, 1.0), [1.0, 1.0, 1.0, 0.0, 0.0])
    same(gradient(np.clip, x, -1.0, None), [0.0, 0.0, 1.0, 1.0, 1.0])


def test_clip_with_crossed_bounds_is_the_upper_one():
    a, low, high = gradients(np.clip, [0.0, 3.0, -3.0], 1.0, -1.0, active=(0, 1, 2))
    same(a, [0.0, 0.0, 0.0])
    assert (low, high) == (0.0, 3.0)


def test_nan_to_num_passes_finite_entries_only():
    same(gradient(np.nan_to_num, [1.0, NAN, INF, -INF]), [1.0, 0.0, 0.0, 0.0])


def test_heaviside_has_a_slope_by_its_value_at_zero():
    same(gradients(np.heaviside, [0.0, 1.0], [3.0, 4.0], active=(0, 1)), [[0.0, 0.0], [1.0, 0.0]])


# ------------------------------------------------------------------------------------------- edges of a domain
def test_sqrt_and_log_at_zero_follow_ieee():
    assert gradient(np.sqrt, np.array(0.0)) == INF
    assert gradient(np.log, np.array(0.0)) == INF
    assert gradient(np.log1p, np.array(-1.0)) == INF
    assert gradient(np.cbrt, np.array(0.0)) == INF


def test_arctan2_at_the_origin_follows_ieee():
    assert np.isnan(gradients(np.arctan2, np.array(0.0), np.array(0.0), active=(0, 1))).all()


def test_hypot_at_the_origin_has_no_slope():
    same(gradients(np.hypot, [0.0, 3.0], [0.0, -4.0], active=(0, 1)), [[0.0, 0.6], [0.0, -0.8]])


def test_sinc_at_and_near_zero():
    same(gradient(np.sinc, [0.0]), [0.0])
    same(gradient(np.sinc, [1e-9, -1e-5]), [-math.pi**2 / 3 * 1e-9, math.pi**2 / 3 * (1e-5 - math.pi**2 / 10 * 1e-15)])


def test_arcsin_near_its_edge_keeps_its_digits():
    x = 1.0 - 2.0**-50
    same(gradient(np.arcsin, np.array(x)), 1.0 / math.sqrt(2.0**-49 - 2.0**-100))


def test_logaddexp_of_equal_operands_shares_equally():
    same(gradients(np.logaddexp, [800.0], [800.0], active=(0, 1)), [[0.5], [0.5]])
    same(gradients(np.logaddexp, [0.0], [-INF], active=(0, 1)), [[1.0], [0.0]])


def test_fmod_where_the_quotient_rounds_up():
    x, y = 24.04072678316742, 0.5008484746493213
    assert x / y == 48.0
    assert Fraction(x) / Fraction(y) < 48
    for function in (np.fmod, math.fmod):
        assert gradients(function, x, y, active=(0, 1)) == [1.0, -47.0]


def test_remainder_takes_the_sign_of_the_divisor():
    same(gradients(np.remainder, [-7.0, 7.0], [3.0, -3.0], active=(0, 1)), [[1.0, 1.0], [3.0, 3.0]])


# ------------------------------------------------------------------------------------------------------ powers
@pytest.mark.parametrize("power", [operator.pow, np.power, np.float_power])
def test_powers_at_zero(power):
    zero = np.zeros(1)
    same(gradient(power, zero, 0), [0.0])
    same(gradient(power, zero, 1), [1.0])
    same(gradient(power, zero, 2), [0.0])
    same(gradient(power, zero, 0.5), [INF])
    same(gradient(power, zero, np.array([0, 1, 2, 3])), [1.0])
    same(gradient(power, np.zeros(4), np.array([0.0, 1.0, 2.0, 0.5])), [0.0, 1.0, 0.0, INF])


def test_the_slope_by_the_exponent_at_base_zero_is_zero():
    same(gradient(np.power, np.zeros(3), np.array([0.5, 1.0, 2.0]), active=(1,)), [0.0, 0.0, 0.0])
    same(gradient(np.power, 0.0, np.array([0.5, 2.0]), active=(1,)), [0.0, 0.0])


def test_a_negative_base_with_whole_exponents():
    same(gradient(np.power, [-2.0], 3), [12.0])
    same(gradient(np.power, [-2.0], -1), [-0.25])
    same(gradient(np.power, [-2.0, -2.0], np.array([2.0, 3.0])), [-4.0, 12.0])
    same(gradient(np.power, [-2.0, -2.0, -2.0], np.array([0, 1, 2])), [0.0, 1.0, -4.0])
    assert gradient(math.pow, -2.0, 3.0) == 12.0


@pytest.mark.parametrize("exponent", [3, -2.0, 0, np.array([2, 3])], ids=str)
def test_no_logarithm_of_the_base_without_an_active_exponent(exponent):
    call = call_of(np.power, np.array([-2.0, 0.5]), exponent)
    with np.errstate(all="raise"):
        vjp(call, np.ones(2))
        jvp(call, {"x1": np.ones(2)})


def test_a_base_below_zero_has_no_slope_by_the_exponent():
    assert np.isnan(gradient(np.power, np.array([-2.0]), np.array([2.0]), active=(1,))).all()


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
    same(gradient(np.std, [[0.1, 0.1], [1.0, 3.0]], axis=1), [[0.0, 0.0], [-0.5, 0.5]])


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
        gradient(np.linalg.norm, np.eye(2), order)


# ---------------------------------------------------------------------------------------------- linear algebra
def test_det_of_a_singular_matrix():
    same(gradient(np.linalg.det, [[1.0, 2.0], [2.0, 4.0]]), [[4.0, -2.0], [-2.0, 1.0]])
    np.testing.assert_allclose(gradient(np.linalg.det, np.zeros((3, 3))), np.zeros((3, 3)), atol=0.0)
    same(gradient(np.linalg.det, [[0.0]]), [[1.0]])
    a = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    cofactors = [[-3.0, 6.0, -3.0], [6.0, -12.0, 6.0], [-3.0, 6.0, -3.0]]
    np.testing.assert_allclose(gradient(np.linalg.det, a), cofactors, rtol=1e-12)
    np.testing.assert_allclose(gradient(np.linalg.det, np.stack([a, np.eye(3)])), [cofactors, np.eye(3)], rtol=1e-12, atol=1e-14)


def test_the_gradient_of_a_symmetric_matrix_is_symmetric():
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    for factor in (np.linalg.cholesky, np.linalg.eigvalsh):
        got = gradient(factor, a)
        same(got, got.T)


def test_the_upper_triangle_of_a_cholesky_cotangent_is_not_read():
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    same(gradient(np.linalg.cholesky, a, g=[[1.0, NAN], [2.0, 3.0]]), gradient(np.linalg.cholesky, a, g=[[1.0, 0.0], [2.0, 3.0]]))


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
    buffer, value = gradients(kernels.index_set, np.zeros(3), np.array([0, 2, 0]), [1.0, 2.0, 3.0], active=(0, 2), g=[5.0, 6.0, 7.0])
    same(buffer, [0.0, 6.0, 0.0])
    same(value, [0.0, 7.0, 5.0])


def test_one_value_stored_at_one_place_twice_counts_once():
    _, value = gradients(kernels.index_set, np.zeros(3), np.array([0, 0]), np.array(1.0), active=(0, 2), g=[5.0, 6.0, 7.0])
    assert value == 5.0


def test_one_value_added_at_one_place_twice_counts_twice():
    _, value = gradients(kernels.index_add, np.zeros(3), np.array([0, 0]), np.array(1.0), active=(0, 2), g=[5.0, 6.0, 7.0])
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
def test_a_padding_without_a_rule_is_refused_in_both_modes(mode):
    with pytest.raises(ValueError, match="no derivative rule"):
        gradient(np.pad, [1.0, 2.0], 1, mode)
    with pytest.raises(ValueError, match="no derivative rule"):
        push(np.pad, [1.0, 2.0], 1, mode, along=[[1.0, 1.0]])


def test_a_cotangent_that_does_not_fit_is_an_error():
    for shape in ((2, 4), (2,), (1, 2, 4), (3, 2)):
        with pytest.raises(ValueError, match="does not fit"):
            kernels.sum_to(np.ones((2, 3)), shape)


# ---------------------------------------------------------------------------------------------------- entropies
def test_zero_times_the_logarithm_of_zero_has_no_slope():
    same(gradients(special.xlogy, [0.0, 2.0], [0.0, 4.0], active=(0, 1)), [[0.0, math.log(4.0)], [0.0, 0.5]])


def test_a_softmax_entry_of_minus_infinity_has_no_slope():
    same(gradient(special.logsumexp, [0.0, -INF, 0.0]), [0.5, 0.0, 0.5])
    same(gradient(special.softmax, [0.0, -INF], g=[1.0, 5.0]), [0.0, 0.0])
