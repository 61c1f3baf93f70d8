"""Where mathematics leaves a choice, and where naive formulas fail: single numbers, powers, ties, selections."""

from __future__ import annotations

import builtins
import math
import operator
from fractions import Fraction

import numpy as np
import pytest
from scipy import special

from rules.applying import jvp, vjp
from rules.values import call_of, gradient, gradients, push, same

INF, NAN = np.inf, np.nan


# ------------------------------------------------------------------------------------------------- kinks, ties
@pytest.mark.parametrize(
    "function", [np.abs, np.fabs, math.fabs, builtins.abs, operator.abs], ids=lambda f: f.__module__ or "numpy"
)
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
    same(
        gradients(np.where, np.array([True, False]), [1.0, 2.0], [3.0, 4.0], active=(1, 2), g=[INF, NAN]),
        [[INF, 0.0], [0.0, NAN]],
    )
    same(gradients(np.clip, [5.0], [0.0], [1.0], active=(0, 1, 2), g=[INF]), [[0.0], [0.0], [INF]])
    same(gradient(np.trace, np.eye(2), g=INF), [[INF, 0.0], [0.0, INF]])


def test_where_passes_no_tangent_of_what_was_not_selected():
    tangent = push(
        np.where, np.array([True, False]), [1.0, 2.0], [3.0, 4.0], active=(1, 2), along=[[1.0, NAN], [INF, 2.0]]
    )
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
    same(
        gradient(np.sinc, [1e-9, -1e-5]), [-(math.pi**2) / 3 * 1e-9, math.pi**2 / 3 * (1e-5 - math.pi**2 / 10 * 1e-15)]
    )
    same(gradient(np.sinc, [50.0, -50.0]), [1 / 50, -1 / 50])


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


def test_an_exponent_that_does_not_move_asks_for_no_logarithm_of_a_negative_base():
    call = call_of(np.power, np.array([-2.0, 1.5]), np.array([3.0, 2.0]), active=(0, 1))
    same(jvp(call, {"x1": np.ones(2), "x2": np.zeros(2)}), [12.0, 3.0])


@pytest.mark.parametrize("function", [np.max, np.min])
def test_an_extreme_that_is_nan_has_no_slope_that_is_a_number(function):
    same(gradient(function, np.array([[1.0, NAN, 3.0], [1.0, 2.0, 0.0]]), axis=1, g=[1.0, 1.0])[0], [NAN] * 3)
    assert not np.isnan(gradient(function, np.array([[1.0, NAN, 3.0], [1.0, 2.0, 0.0]]), axis=1, g=[1.0, 1.0])[1]).any()
    call = call_of(function, np.array([1.0, NAN, 3.0]))
    assert np.isnan(jvp(call, {"a": np.array([1.0, 0.0, 0.0])}))


# ---------------------------------------------------------------------------------------------------- entropies
def test_zero_times_the_logarithm_of_zero_has_no_slope():
    same(gradients(special.xlogy, [0.0, 2.0], [0.0, 4.0], active=(0, 1)), [[0.0, math.log(4.0)], [0.0, 0.5]])


def test_a_softmax_entry_of_minus_infinity_has_no_slope():
    same(gradient(special.logsumexp, [0.0, -INF, 0.0]), [0.5, 0.0, 0.5])
    same(gradient(special.softmax, [0.0, -INF], g=[1.0, 5.0]), [0.0, 0.0])
