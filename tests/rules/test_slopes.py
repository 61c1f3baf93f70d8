"""Derivatives of special functions far out and near edges, against mpmath; and the conventions of those with one."""

from __future__ import annotations

import warnings

import mpmath
import numpy as np
import pytest
from scipy import special, stats

from s2s import grad, jvp
from s2s.testing import check_grads
from s2s_runtime import kernels

mp = mpmath.mp.clone()
mp.dps = 60


def slope(function, x, order=1):
    return float(mp.diff(function, mp.mpf(x), order))


def dawson(x):
    return mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)


def voigt(x, sigma, gamma):
    z = (x + 1j * mp.mpf(gamma)) / (mp.mpf(sigma) * mp.sqrt(2))
    if abs(z) > 40:
        terms = (mp.fac2(2 * k - 1) / mp.mpf(2) ** k / z ** (2 * k + 1) for k in range(30))
        return mp.re(1j / mp.sqrt(mp.pi) * sum(terms)) / (sigma * mp.sqrt(2 * mp.pi))
    return mp.re(mp.exp(-z * z) * mp.erfc(-1j * z)) / (sigma * mp.sqrt(2 * mp.pi))


# ----------------------------------------------------------------------------------------------------------- far out
FAR = [
    (lambda x: special.dawsn(x), dawson, (0.3, -2.9, 3.1, 7.0, -25.0)),
    (lambda x: special.i0e(x), lambda x: mp.exp(-x) * mp.besseli(0, x), (0.3, 5.0, 19.0, 21.0, 1e3, 1e6)),
    (lambda x: special.i1e(x), lambda x: mp.exp(-x) * mp.besseli(1, x), (0.3, 5.0, 19.0, 21.0, 1e3, 1e6)),
    (lambda x: special.ive(2.5, x), lambda x: mp.exp(-x) * mp.besseli(2.5, x), (0.3, 5.0, 19.0, 1e3, 1e6)),
    (lambda x: special.k0e(x), lambda x: mp.exp(x) * mp.besselk(0, x), (0.3, 5.0, 19.0, 21.0, 1e3, 1e6)),
    (lambda x: special.k1e(x), lambda x: mp.exp(x) * mp.besselk(1, x), (0.3, 5.0, 19.0, 21.0, 1e3, 1e6)),
    (lambda x: special.kve(2.5, x), lambda x: mp.exp(x) * mp.besselk(2.5, x), (0.3, 5.0, 19.0, 1e3, 1e6)),
    (lambda x: special.voigt_profile(x, 0.3, 1e-3), lambda x: voigt(x, 0.3, 1e-3), (0.1, 2.0, 30.0, 1e4)),
    (lambda x: special.zeta(x), mp.zeta, (1.001, 2.0, 30.0, 0.5, 0.0, -0.3, -2.0, -2.5, -9.0)),
    (lambda x: special.zeta(x, 0.01), lambda x: mp.zeta(x, mp.mpf(0.01)), (1.01, 2.0, 15.0)),
    (lambda x: special.zeta(x, 80.0), lambda x: mp.zeta(x, 80), (1.01, 2.0, 15.0)),
]


@pytest.mark.parametrize(("function", "exact", "points"), FAR)
def test_no_digits_are_lost(function, exact, points):
    """Of the first derivative, and but a few of the second one."""
    for x in points:
        np.testing.assert_allclose(grad(function)(x), slope(exact, x), rtol=5e-14)
        np.testing.assert_allclose(grad(grad(function))(x), slope(exact, x, 2), rtol=2e-12)


def test_a_scaled_bessel_function_is_even_or_odd():
    points = np.array([0.7, 30.0])
    for order in (0, 1, 2, 3):
        for v in (0, 1, 2):
            turned = (-1.0) ** (v + order)
            np.testing.assert_array_equal(kernels.ive_slope(order, v, -points), turned * kernels.ive_slope(order, v, points))


@pytest.mark.parametrize("m", [0.0, 1e-12, 0.3, 0.999, 1.0 - 1e-12])
@pytest.mark.parametrize("u", [1e-6, -0.4, 3.0, 20.0])
def test_elliptic_functions_by_their_parameter(u, m):
    """The amplitude is the angle up to which the integral of the first kind is u."""
    amplitude = mp.atan2(mp.ellipfun("sn", u, m=m), mp.ellipfun("cn", u, m=m))
    quarter = mp.ellipk(m)
    amplitude += 2 * mp.pi * mp.floor((u + 2 * quarter) / (4 * quarter))
    by_angle = 1 / mp.sqrt(1 - mp.mpf(m) * mp.sin(amplitude) ** 2)
    wanted = -mp.diff(lambda n: mp.ellipf(amplitude, n), mp.mpf(m), h=mp.mpf(10) ** -25) / by_angle
    found = jvp(lambda n: special.ellipj(u, n), (m,), (1.0,))[1]
    np.testing.assert_allclose(found[3], float(wanted), rtol=1e-9 if m > 0.9 else 1e-13)


@pytest.mark.parametrize("mu", [1e-3, 0.4, 7.0, 79.0, 81.0, 1e4])
def test_the_entropy_of_a_poisson_distribution(mu):
    rate = mp.mpf(mu)
    width = int(mu + 20 * mu**0.5 + 60)
    counts = range(max(0, int(mu - 20 * mu**0.5)), width)
    chances = [mp.exp(k * mp.log(rate) - rate - mp.loggamma(k + 1)) for k in counts]
    wanted = mp.fsum(p * mp.log((k + 1) / rate) for k, p in zip(counts, chances, strict=True))
    np.testing.assert_allclose(grad(lambda m: stats.poisson.entropy(m))(mu), float(wanted), rtol=2e-13)
    bend = mp.fsum(p * mp.log((k + mp.mpf(2)) / (k + 1)) for k, p in zip(counts, chances, strict=True)) - 1 / rate
    np.testing.assert_allclose(kernels.poisson_entropy_slope(2, mu), float(bend), rtol=1e-12)


# -------------------------------------------------------------------------------------------------------- conventions
def test_harmonics_at_a_pole():
    """They turn with theta there as everywhere on the meridian."""
    for n, m in ((1, 0), (1, 1), (2, -1), (3, 2)):
        found = jvp(lambda t, n=n, m=m: special.sph_harm_y(n, m, t, 0.4), (0.0,), (1.0,))[1]
        np.testing.assert_allclose(found, special.sph_harm_y(n, m, 0.0, 0.4, diff_n=1)[1][0], atol=1e-15)


def of_logits(logits):
    shares = np.exp(logits) / np.sum(np.exp(logits))
    return stats.multinomial.logpmf(np.array([3, 0, 2]), 5, shares)


def test_counts_of_several_kinds():
    check_grads(of_logits, (np.array([0.3, -0.2, 0.5]),), order=2)


def test_chances_that_do_not_add_up_to_one():
    """SciPy takes the last one as what the others leave, with a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        for p in (np.array([0.2, 0.3, 0.1]), np.array([0.2, 0.3, 0.5])):
            found = grad(lambda p: stats.multinomial.logpmf(np.array([3, 0, 2]), 5, p))(p)
            np.testing.assert_allclose(found, [3 / 0.2 - 2 / 0.5, -2 / 0.5, 0.0])


def test_counts_that_cannot_be():
    found = grad(lambda p: stats.multinomial.pmf(np.array([3, 0]), 5, p))(np.array([0.25, 0.75]))
    np.testing.assert_array_equal(found, [0.0, 0.0])
    assert grad(lambda a: stats.betabinom.logpmf(7, 5, a, 1.0))(2.0) == 0.0


def test_a_quantile_of_whole_numbers_is_a_step():
    assert grad(lambda p: p * stats.bernoulli.ppf(0.9, p))(0.3) == 1.0
    assert grad(lambda mu: mu * stats.poisson.isf(0.2, mu))(2.5) == stats.poisson.isf(0.2, 2.5)
