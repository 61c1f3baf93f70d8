"""Large and small numbers: values and derivatives that neither overflow nor lose digits, against mpmath at 50 digits or more.

Each derivative is stated by its own formula for mpmath, in which nothing is large.  `ABSOLUTE` are those that tend to 0 as the difference
of two numbers near 1: they are right to the rounding of 1, as their value is.
"""

from __future__ import annotations

import math
import warnings

import mpmath as mp
import numpy as np
import pytest
import scipy.special as special

from s2s import grad, jvp, value_and_grad

TINY, HUGE = [1e-300, 1e-200, 1e-155, 1e-100, 1e-20, 1e-8], [1e8, 1e20, 1e100, 1e155, 1e200, 1e300]
MIDDLE = [1e-3, 0.3, 1.0, 3.0, 10.0]
POSITIVE = [*TINY, *MIDDLE, *HUGE]
REAL = [*(-x for x in POSITIVE), *POSITIVE]
MODERATE = [x for x in REAL if abs(x) < 20] + [-700.0, -300.0, -36.0, 36.0, 300.0, 700.0]
LEFT = [x for x in REAL if x < 20 and x > -1e5] + [-1e4, -700.0]
UNIT = [1e-300, 1e-20, 0.3, 0.9, 1.0 - 1e-10]


def sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def normal(x):
    return mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi)


def mills(x):
    """The derivative of the logarithm of the normal distribution."""
    return mp.sqrt(2 / mp.pi) * mp.exp(-x * x / 2) / mp.erfc(-x / mp.sqrt(2))


A = mp.mpf(10) ** 200
SMALL = 1 / A

FUNCTIONS = {
    "exp": (np.exp, mp.exp, mp.exp, MODERATE),
    "expm1": (np.expm1, mp.expm1, mp.exp, MODERATE),
    "log": (np.log, mp.log, lambda x: 1 / x, POSITIVE),
    "log1p": (np.log1p, mp.log1p, lambda x: 1 / (1 + x), [*POSITIVE, -1e-300, -1e-8, -0.5]),
    "log2": (np.log2, lambda x: mp.log(x, 2), lambda x: 1 / x / mp.log(2), POSITIVE),
    "sqrt": (np.sqrt, mp.sqrt, lambda x: 1 / mp.sqrt(x) / 2, POSITIVE),
    "cbrt": (np.cbrt, mp.cbrt, lambda x: 1 / mp.cbrt(x) ** 2 / 3, POSITIVE),
    "sinh": (np.sinh, mp.sinh, mp.cosh, MODERATE),
    "cosh": (np.cosh, mp.cosh, mp.sinh, MODERATE),
    "arcsinh": (np.arcsinh, mp.asinh, lambda x: 1 / mp.hypot(x, 1), REAL),
    "math.asinh": (math.asinh, mp.asinh, lambda x: 1 / mp.hypot(x, 1), REAL),
    "arccosh": (np.arccosh, mp.acosh, lambda x: 1 / (mp.sqrt(x - 1) * mp.sqrt(x + 1)), [1.0 + 1e-4, 1.5, *HUGE]),
    "arctan": (np.arctan, mp.atan, lambda x: 1 / (1 + x * x), [x for x in REAL if abs(x) < 1e150]),
    "arctanh": (np.arctanh, mp.atanh, lambda x: 1 / ((1 - x) * (1 + x)), UNIT),
    "arcsin": (np.arcsin, mp.asin, lambda x: 1 / mp.sqrt((1 - x) * (1 + x)), UNIT),
    "sigmoid": (lambda x: 1.0 / (1.0 + np.exp(-x)), sigmoid, lambda x: sigmoid(x) * sigmoid(-x), [x for x in MODERATE if x > -300]),
    "expit": (special.expit, sigmoid, lambda x: sigmoid(x) * sigmoid(-x), MODERATE),
    "log_expit": (special.log_expit, lambda x: -mp.log1p(mp.exp(-x)), lambda x: sigmoid(-x), MODERATE),
    "logit": (special.logit, lambda x: mp.log(x) - mp.log1p(-x), lambda x: 1 / (x * (1 - x)), UNIT),
    "softplus by logaddexp": (lambda x: np.logaddexp(0.0, x), lambda x: mp.log1p(mp.exp(x)), sigmoid, [*MODERATE, 1e4, 1e300]),
    "softplus by log1p": (
        lambda x: np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0.0), lambda x: mp.log1p(mp.exp(x)), sigmoid, [*MODERATE, 1e4, 1e300],
    ),
    "logistic loss": (lambda x: np.logaddexp(0.0, -x), lambda x: mp.log1p(mp.exp(-x)), lambda x: -sigmoid(-x), [*MODERATE, -1e300]),
    "logaddexp2": (
        lambda x: np.logaddexp2(0.0, x), lambda x: mp.log1p(mp.mpf(2) ** x) / mp.log(2),
        lambda x: 1 / (1 + mp.mpf(2) ** -x), [x for x in MODERATE if x > -900],
    ),
    "exprel": (
        special.exprel, lambda x: mp.expm1(x) / x, lambda x: (mp.exp(x) * (x - 1) + 1) / x**2, [x for x in MODERATE if abs(x) > 1e-9],
    ),
    "erf": (special.erf, mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * mp.exp(-x * x), [x for x in REAL if abs(x) < 5]),
    "erfc": (special.erfc, mp.erfc, lambda x: -2 / mp.sqrt(mp.pi) * mp.exp(-x * x), [x for x in REAL if abs(x) < 5] + [25.0]),
    "ndtr": (special.ndtr, mp.ncdf, normal, [x for x in REAL if abs(x) < 5] + [-30.0]),
    "log_ndtr": (special.log_ndtr, lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2), mills, LEFT),
    "hypot with 1e200": (lambda x: np.hypot(x, 1e200), lambda x: mp.hypot(x, A), lambda x: x / mp.hypot(x, A), REAL),
    "hypot with 1e-200": (lambda x: np.hypot(x, 1e-200), lambda x: mp.hypot(x, SMALL), lambda x: x / mp.hypot(x, SMALL), REAL),
    "math.hypot": (lambda x: math.hypot(x, 1e200), lambda x: mp.hypot(x, A), lambda x: x / mp.hypot(x, A), REAL),
    "arctan2 with 1e200": (
        lambda x: np.arctan2(x, 1e200), lambda x: mp.atan2(x, A), lambda x: A / mp.hypot(x, A) ** 2, [x for x in REAL if abs(x) < 1e250],
    ),
    "math.atan2 with 1e-200": (
        lambda x: math.atan2(x, 1e-200), lambda x: mp.atan2(x, SMALL), lambda x: SMALL / mp.hypot(x, SMALL) ** 2,
        [x for x in REAL if abs(x) < 1e50],
    ),
    "arctan2 of 1e-200": (
        lambda x: np.arctan2(1e-200, x), lambda x: mp.atan2(SMALL, x), lambda x: -SMALL / mp.hypot(x, SMALL) ** 2,
        [x for x in REAL if abs(x) < 1e50],
    ),
    "modulus": (lambda x: np.abs(x * (3.0 + 4.0j)), lambda x: 5 * abs(x), lambda x: 5 * mp.sign(x), REAL),
    "norm": (
        lambda x: np.linalg.norm(np.array([x, 2.0 * x])), lambda x: mp.sqrt(5) * abs(x), lambda x: mp.sqrt(5) * mp.sign(x),
        [x for x in REAL if 1e-150 < abs(x) < 1e150],
    ),
    "std": (
        lambda x: np.std(np.array([x, 2.0 * x, 4.0 * x])), lambda x: mp.sqrt(mp.mpf(14) / 9) * abs(x),
        lambda x: mp.sqrt(mp.mpf(14) / 9) * mp.sign(x), [x for x in REAL if 1e-150 < abs(x) < 1e150],
    ),
    "quotient": (lambda x: 1e100 / x, lambda x: mp.sqrt(A) / x, lambda x: -mp.sqrt(A) / x**2, [x for x in REAL if 1e-90 < abs(x) < 1e190]),
    "root of a power": (
        lambda x: x**-0.5, lambda x: 1 / mp.sqrt(x), lambda x: -1 / mp.sqrt(x) ** 3 / 2, [x for x in POSITIVE if 1e-200 < x < 1e180],
    ),
    "entr": (special.entr, lambda x: -x * mp.log(x), lambda x: -mp.log(x) - 1, [x for x in POSITIVE if x < 1e300]),
    "boxcox": (lambda x: special.boxcox(x, 0.25), lambda x: (mp.root(x, 4) - 1) * 4, lambda x: mp.root(x, 4) / x, POSITIVE),
    "pseudo_huber": (
        lambda x: special.pseudo_huber(1.0, x), lambda x: mp.hypot(1, x) - 1, lambda x: x / mp.hypot(1, x),
        [x for x in REAL if 1e-7 < abs(x) < 1e150],
    ),
}  # fmt: skip


def logsumexp(x):
    values = np.array([x, 0.0, 1.0])
    top = np.max(values)
    return top + np.log(np.sum(np.exp(values - top)))


def softmax(x):
    values = np.array([x, 0.0, 1.0])
    weights = np.exp(values - np.max(values))
    return (weights / np.sum(weights))[1]


def of_three(x):
    return mp.exp(x) + 1 + mp.e


FUNCTIONS |= {
    "logsumexp": (logsumexp, lambda x: mp.log(of_three(x)), lambda x: mp.exp(x) / of_three(x), [*MODERATE, 1e5, 1e300]),
    "scipy's logsumexp": (
        lambda x: special.logsumexp(np.array([x, 0.0, 1.0])), lambda x: mp.log(of_three(x)), lambda x: mp.exp(x) / of_three(x),
        [*MODERATE, 1e5, 1e300],
    ),
    "softmax": (softmax, lambda x: 1 / of_three(x), lambda x: -mp.exp(x) / of_three(x) ** 2, [x for x in MODERATE if abs(x) < 301]),
    "scipy's softmax": (
        lambda x: special.softmax(np.array([x, 0.0, 1.0]))[1], lambda x: 1 / of_three(x), lambda x: -mp.exp(x) / of_three(x) ** 2,
        [x for x in MODERATE if abs(x) < 301],
    ),
}  # fmt: skip

ABSOLUTE = {
    "tanh": (np.tanh, mp.tanh, lambda x: 1 / mp.cosh(x) ** 2, MODERATE),
    "log_softmax": (
        lambda x: special.log_softmax(np.array([x, 0.0, 1.0]))[0], lambda x: x - mp.log(of_three(x)),
        lambda x: (1 + mp.e) / of_three(x), MODERATE,
    ),
    "cross entropy": (
        lambda x: logsumexp(x) - x, lambda x: mp.log(of_three(x)) - x, lambda x: -(1 + mp.e) / of_three(x),
        [x for x in MODERATE if abs(x) < 20],
    ),
}  # fmt: skip


def close(got: float, expected: mp.mpf, rtol: float, least: float) -> bool:
    """Whether a number is right to a relative error, or to an absolute one; what is no double is infinite or 0."""
    if abs(expected) > mp.mpf(10) ** 308:
        return math.isinf(got)
    return bool(abs(mp.mpf(float(got)) - expected) <= rtol * abs(expected) + least)


def precise(x: float) -> int:
    """Digits that are enough for 1 + x and 1 - exp(-x)."""
    return 700 if abs(x) < 1e-20 or abs(x) > 50 else 80


@pytest.mark.parametrize("name", [*FUNCTIONS, *ABSOLUTE])
def test_values_and_derivatives_keep_their_digits(name):
    f, value, slope, points = (FUNCTIONS | ABSOLUTE)[name]
    least = 1e-15 if name in ABSOLUTE else 1e-305
    wrong = []
    for x in points:
        with np.errstate(all="ignore"):
            got, reverse = value_and_grad(f)(x)
            _, forward = jvp(f, (x,), (1.0,))
        with mp.workdps(precise(x)):
            expected = value(mp.mpf(x)), slope(mp.mpf(x))
        if name not in ABSOLUTE and not close(got, expected[0], 1e-13, 1e-305):
            wrong.append((x, "value", got, mp.nstr(expected[0], 10)))
        wrong += [(x, "slope", one, mp.nstr(expected[1], 10)) for one in (reverse, forward) if not close(one, expected[1], 4e-14, least)]
    assert wrong == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_single_precision_keeps_its_digits(name):
    """Derivatives in float32 are those in float64, wherever numbers and squares of them are far from the ends of float32."""
    f, _, _, points = FUNCTIONS[name]
    wrong = []
    for x in sorted({float(np.float32(x)) for x in points if 1e-15 < abs(x) < 20 and abs(np.float32(x)) != 1.0}):
        with np.errstate(all="ignore"):
            low, high = grad(f)(np.float32(x)), grad(f)(np.float64(x))
        if "1e200" in name or "1e-200" in name or "math." in name or name == "quotient":
            continue
        if not abs(low - high) <= 4e-6 * abs(high) * max(1.0, abs(x)):
            wrong.append((x, low, high))
        assert isinstance(low, np.float32)
    assert wrong == []


# ------------------------------------------------------------------------------------------------------- what is not chosen
def rooted(x):
    return np.sum(np.where(x > 0, np.sqrt(x), 0.0))


def logged(x):
    return np.sum(np.where(x > 0, x * np.log(x), 0.0))


def divided(x):
    return np.sum(np.where(x != 0, np.sin(x) / x, 1.0))


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("f", [rooted, logged, divided])
def test_what_is_not_chosen_is_zero_in_both_forms_and_both_modes(f, dtype, jit):
    x, at = np.array([0.0, 4.0, 0.0, 0.25], dtype), np.array([1, 3])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        gradient = grad(f, jit=jit)(x)
        pushed = [jvp(f, (x,), (unit,), jit=jit)[1] for unit in np.eye(4, dtype=dtype)]
        alone = grad(f, jit=jit)(x[at])
    assert gradient[0] == gradient[2] == 0.0
    assert pushed[0] == pushed[2] == 0.0
    np.testing.assert_allclose(gradient[at], alone, rtol=1e-6)
    np.testing.assert_allclose(np.array(pushed)[at], alone, rtol=1e-6)
