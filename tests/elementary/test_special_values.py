"""What is exact by definition: signed zeros, infinities, NaN and denormals, as C's Annex F and IEEE 754 say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from elementary.loops import NAMES, computed, fixed_power
from elementary.points import DTYPES
from s2s_runtime.elementary.fixed_powers import FIXED

INF, NAN = math.inf, math.nan

EXACT = {
    "exp": [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (1e4, INF), (-1e4, 0.0)],
    "exp2": [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, 0.0), (1e5, INF), (-1e5, 0.0), (-3.0, 0.125), (10.0, 1024.0)],
    "expm1": [(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -1.0), (1e4, INF), (-1e4, -1.0)],
    "log": [(1.0, 0.0), (0.0, -INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (-1.0, NAN)],
    "log2": [
        (1.0, 0.0),
        (0.0, -INF),
        (-0.0, -INF),
        (INF, INF),
        (-INF, NAN),
        (-1.0, NAN),
        (8.0, 3.0),
        (2.0**-126, -126.0),
    ],
    "log10": [(1.0, 0.0), (0.0, -INF), (-0.0, -INF), (INF, INF), (-INF, NAN), (-1.0, NAN)]
    + [(10.0**n, float(n)) for n in range(1, 11)],
    "log1p": [(0.0, 0.0), (-0.0, -0.0), (-1.0, -INF), (INF, INF), (-INF, NAN), (-2.0, NAN)],
    "sin": [(0.0, 0.0), (-0.0, -0.0), (INF, NAN), (-INF, NAN)],
    "cos": [(0.0, 1.0), (-0.0, 1.0), (INF, NAN), (-INF, NAN)],
    "tan": [(0.0, 0.0), (-0.0, -0.0), (INF, NAN), (-INF, NAN)],
    "sinh": [(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -INF), (1e4, INF), (-1e4, -INF)],
    "cosh": [(0.0, 1.0), (-0.0, 1.0), (INF, INF), (-INF, INF), (1e4, INF), (-1e4, INF)],
    "tanh": [(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (30.0, 1.0), (-30.0, -1.0)],
    "arctan": [(0.0, 0.0), (-0.0, -0.0), (INF, math.pi / 2), (-INF, -math.pi / 2), (1.0, math.pi / 4)],
    "erf": [(0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (7.0, 1.0), (-7.0, -1.0)],
}
FIXED_AT_ZERO = ("expm1", "log1p", "sin", "tan", "sinh", "tanh", "arctan")  # f(x) = x + O(x^2)


def same(found: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Equal, NaN to NaN and the sign of zero included."""
    equal = (found == expected) & (np.signbit(found) == np.signbit(expected))
    return equal | (np.isnan(found) & np.isnan(expected))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EXACT)
def test_special_values(name, dtype):
    x, expected = (np.array(column, dtype) for column in zip(*EXACT[name], (NAN, NAN), strict=True))
    assert same(computed(name, x), expected).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FIXED_AT_ZERO)
def test_denormals_are_kept(name, dtype):
    facts = np.finfo(dtype)
    x = np.array([facts.smallest_subnormal, 3 * facts.smallest_subnormal, facts.tiny / 2, facts.tiny], dtype)
    x = np.concatenate([x, -x])
    assert same(computed(name, x), x).all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_denormal_has_a_logarithm_and_is_one_of_exp(dtype):
    facts = np.finfo(dtype)
    x = np.array([facts.smallest_subnormal, facts.tiny / 2], dtype)
    np.testing.assert_allclose(computed("exp", computed("log", x)), x, rtol=1e-3)
    assert computed("log", x).tolist() == np.log(x.astype(np.float64)).astype(dtype).tolist()


NUMBERS = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.5, 1e30, 2.0**23 + 1, 2.0**24, 2.0**53 - 1, 2.0**53, 5e-324, 1e-45, INF]
GRID = [
    (x, y) for x in [*NUMBERS, *(-one for one in NUMBERS), NAN] for y in [*NUMBERS, *(-one for one in NUMBERS), NAN]
]


def defined_power(x: float, y: float) -> float | None:
    """What IEEE 754 says of x^y, where that is exact; None elsewhere."""
    if y == 0 or x == 1:
        return 1.0
    if math.isnan(x) or math.isnan(y):
        return NAN
    integral = math.isinf(y) or y == math.floor(y)
    odd = integral and not math.isinf(y) and y % 2 == 1
    sign = math.copysign(1.0, x) if odd else 1.0
    if x == 0 or math.isinf(x):
        return sign * (INF if (x == 0) == (y < 0) else 0.0)
    if math.isinf(y):
        return 1.0 if abs(x) == 1 else INF if (abs(x) > 1) == (y > 0) else 0.0
    if x < 0 and not integral:
        return NAN
    return sign if abs(x) == 1 else None


@pytest.mark.parametrize("dtype", DTYPES)
def test_powers_of_special_values(dtype):
    with np.errstate(over="ignore"):
        pairs = [(float(dtype(x)), float(dtype(y))) for x, y in GRID]
    rows = [(x, y, value) for x, y in pairs if (value := defined_power(x, y)) is not None]
    assert len(rows) > 300
    x, y, expected = (np.array(column, dtype) for column in zip(*rows, strict=True))
    wrong = ~same(computed("power", x, y), expected)
    assert [(x[i], y[i], expected[i]) for i in np.flatnonzero(wrong)] == []


@pytest.mark.parametrize("y", FIXED)
@pytest.mark.parametrize("dtype", DTYPES)
def test_powers_of_special_values_by_an_exponent_that_stands_in_the_program(dtype, y):
    x = np.array([one for one, _ in GRID[:: len(NUMBERS) * 2 + 1]], np.float64).astype(dtype)
    expected = np.array([np.nan if (value := defined_power(float(one), y)) is None else value for one in x], dtype)
    known = np.array([defined_power(float(one), y) is not None for one in x])
    assert known.sum() > 5
    wrong = known & ~same(fixed_power(y, x), expected)
    assert [(x[i], y, expected[i]) for i in np.flatnonzero(wrong)] == []


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_sign_of_a_power(dtype):
    x, y = np.array([-2, -2, -2, -3, 2], dtype), np.array([3, 2, -1, 5, 0.5], dtype)
    np.testing.assert_allclose(computed("power", x, y), [-8, 4, -0.5, -243, math.sqrt(2)], rtol=4e-7)
    whole = np.array([2.0, 3.0, 7.0, 10.0], dtype)
    assert computed("power", whole, np.full(4, 2, dtype)).tolist() == (whole**2).tolist()


@pytest.mark.parametrize("dtype", DTYPES)
def test_lengths_of_special_values(dtype):
    pairs = [(0.0, -0.0), (-3.0, 4.0), (INF, NAN), (NAN, -INF), (NAN, 1.0), (0.0, NAN), (INF, 1.0), (1.0, -INF), (0.0, -2.0), (-0.0, -0.0)]
    x, y = (np.array(column, dtype) for column in zip(*pairs, strict=True))
    assert same(computed("hypot", x, y), np.hypot(x, y)).all()
    facts = np.finfo(dtype)
    least, most = np.array([facts.smallest_subnormal, 0], dtype), np.array([facts.max, 0], dtype)
    assert same(computed("hypot", least, np.zeros(2, dtype)), least).all()
    assert same(computed("hypot", most, -least), most).all()
    assert computed("hypot", most, most).tolist() == [INF, 0.0]


def test_every_function_is_tried():
    assert set(EXACT) | {"power", "hypot"} == set(NAMES)
