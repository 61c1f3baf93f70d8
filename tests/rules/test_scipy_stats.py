"""Distributions of `scipy.stats`: the ways to call them, what is outside of the support, and which one is meant."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from s2s import grad, value_and_grad
from s2s.errors import UnsupportedConstruct
from s2s.testing import check_grads


# ------------------------------------------------------------------------------------------------- programs of users
def likelihood_by_keywords(x, mu, s):
    return np.sum(stats.norm.logpdf(x, loc=mu, scale=s))


def likelihood_by_position(x, mu, s):
    return np.sum(stats.norm.logpdf(x, mu, s))


def scale_alone(x, mu, s):
    return np.sum(stats.t.logpdf((x - mu) / s, df=4.0) - np.log(s))


def regression(w, x, y):
    rate = np.exp(x @ w)
    return -np.sum(stats.poisson.logpmf(y, rate))


def mixture(x, weight, mu, s):
    inner = weight * stats.norm.pdf(x) + (1.0 - weight) * stats.norm.pdf(x, mu, s)
    return np.sum(np.log(inner))


def survival(times, seen, shape, scale):
    seen_part = np.where(seen, stats.weibull_min.logpdf(times, shape, scale=scale), 0.0)
    return np.sum(seen_part + np.where(seen, 0.0, stats.weibull_min.logsf(times, shape, scale=scale)))


def probit(w, x, y):
    return -np.sum(stats.norm.logcdf((2.0 * y - 1.0) * (x @ w)))


X = np.array([0.3, -0.8, 1.9])
DESIGN = np.array([[0.5, 1.0], [-0.3, 0.4], [0.2, -0.7]])
PROGRAMS = [
    (likelihood_by_keywords, (X, 0.3, 1.4)),
    (likelihood_by_position, (X, np.array([0.1, 0.2, 0.4]), 1.4)),
    (scale_alone, (X, 0.3, 1.4)),
    (regression, (np.array([0.3, -0.2]), DESIGN, np.array([1, 0, 3]))),
    (mixture, (X, 0.3, 1.0, 0.5)),
    (survival, (np.abs(X), np.array([True, False, True]), 1.4, 2.0)),
    (probit, (np.array([0.3, -0.2]), DESIGN, np.array([1.0, 0.0, 1.0]))),
]


@pytest.mark.parametrize(("program", "args"), PROGRAMS, ids=[program.__name__ for program, _ in PROGRAMS])
def test_programs_of_users(program, args):
    value, _ = value_and_grad(program)(*args)
    assert value == program(*args)
    check_grads(program, args, order=2)


def test_the_derivative_is_a_module_of_its_own():
    namespace: dict = {}
    exec(grad(mixture).source(*PROGRAMS[4][1]), namespace)
    np.testing.assert_array_equal(namespace["mixture_grad"](*PROGRAMS[4][1]), grad(mixture)(*PROGRAMS[4][1]))


# ------------------------------------------------------------------------------------------------ which one is meant
def log_density(x, of):
    return of(x)


def test_methods_of_two_distributions_are_told_apart():
    slopes = [grad(log_density)(0.5, of) for of in (stats.norm.logpdf, stats.cauchy.logpdf, stats.norm.logpdf)]
    np.testing.assert_allclose(slopes, [-0.5, -0.8, -0.5])


# ---------------------------------------------------------------------------------------------------- no support
BOUNDED = [
    (stats.expon, (), -0.5), (stats.halfnorm, (), -0.5), (stats.gamma, (1.7,), -0.5), (stats.chi2, (3.0,), -0.5),
    (stats.beta, (1.5, 2.5), 1.5), (stats.beta, (1.5, 2.5), -0.5), (stats.uniform, (), 1.5), (stats.lognorm, (0.7,), -0.5),
    (stats.pareto, (1.5,), 0.5), (stats.weibull_min, (1.5,), -0.5), (stats.invgamma, (1.5,), -0.5), (stats.f, (3.0, 4.0), -0.5),
    (stats.truncnorm, (-1.0, 2.0), 2.5), (stats.truncnorm, (-1.0, 2.0), -1.5),
]  # fmt: skip


@pytest.mark.parametrize(("dist", "shapes", "x"), BOUNDED, ids=[f"{dist.name}{x}" for dist, _, x in BOUNDED])
@pytest.mark.parametrize("name", ["pdf", "logpdf", "cdf", "sf", "logcdf", "logsf"])
@pytest.mark.filterwarnings("error")
def test_outside_of_the_support_all_derivatives_are_0(dist, shapes, x, name):
    def f(x, loc, scale, *shapes):
        return getattr(dist, name)(x, *shapes, loc, scale)

    wrt = tuple(range(3 + len(shapes)))
    assert np.all(np.array(grad(f, wrt)(x, 0.0, 1.0, *shapes)) == 0.0)


@pytest.mark.parametrize("name", ["pmf", "logpmf", "cdf"])
@pytest.mark.parametrize("k", [-1, 9, 1.5])
@pytest.mark.filterwarnings("error")
def test_what_is_no_number_of_events_has_the_derivative_0(name, k):
    def f(p):
        return getattr(stats.binom, name)(k, 4, p)

    if name != "cdf" or k != 1.5:  # at most 1.5 is at most 1
        assert grad(f)(0.3) == 0.0


def test_at_the_edge_of_its_support_a_density_that_is_not_0_has_its_derivative():
    def f(scale):
        return stats.gamma.logpdf(0.0, 1.0, scale=scale) + stats.expon.logpdf(0.0, scale=scale)

    assert grad(f)(2.0) == -1.0


def test_0_log_0_is_0():
    def f(p):
        return stats.bernoulli.logpmf(0, p) + stats.poisson.logpmf(0, p)

    assert grad(f)(0.0) == -2.0


# ----------------------------------------------------------------------------------------------------- of vectors
def gaussian_mixture(x, weight, means, root):
    cov = root @ root.T + 0.5 * np.eye(2)
    first = weight * stats.multivariate_normal.pdf(x, means[0], cov)
    return np.sum(np.log(first + (1.0 - weight) * stats.multivariate_normal.pdf(x, mean=means[1], cov=cov)))


def shares(logits, alpha):
    x = np.exp(logits) / np.sum(np.exp(logits))
    return stats.dirichlet.logpdf(x, alpha) + stats.entropy(x)


OF_VECTORS = [
    (gaussian_mixture, (np.array([[0.1, 0.4], [1.0, -0.3], [-0.8, 0.9]]), 0.3, np.array([[0.0, 0.2], [1.0, 0.5]]), np.eye(2) + 0.3)),
    (shares, (np.array([0.3, -0.5, 0.1]), np.array([1.5, 2.5, 0.7]))),
]  # fmt: skip


@pytest.mark.parametrize(("program", "args"), OF_VECTORS, ids=[program.__name__ for program, _ in OF_VECTORS])
def test_programs_of_vectors(program, args):
    assert value_and_grad(program)(*args)[0] == program(*args)
    check_grads(program, args, order=2)


@pytest.mark.parametrize("args", [(None, np.eye(2)), (np.zeros(2), 2.0)])
def test_a_mean_or_a_covariance_that_is_left_out_is_refused(args):
    def f(x):
        return stats.multivariate_normal.logpdf(x, *args)

    with pytest.raises(UnsupportedConstruct, match="multivariate_normal"):
        grad(f)(np.array([0.1, 0.2]))
