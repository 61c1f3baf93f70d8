"""Distributions of SciPy with their parameters held fixed, made in the program, outside of it, and handed to it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from s2s import grad, value_and_grad
from s2s.errors import UnsupportedConstruct
from s2s.testing import check_grads

X = np.array([0.3, 0.8])
COVARIANCE = np.array([[2.0, 0.3], [0.3, 1.0]])
NORMAL = stats.norm(0.3, 2.0)
GAMMA = stats.gamma(2.0, scale=1.5)
SEVERAL = [stats.norm(0, 1), stats.t(3.0), stats.norm(scale=2.0)]
VECTORS = stats.multivariate_normal(np.array([0.1, 0.2]), COVARIANCE)
SHARES = stats.dirichlet(np.array([1.5, 2.0, 0.7]))


def by_position(x, mu, sigma):
    return np.sum(stats.norm(mu, sigma).logpdf(x))


def by_name(x, mu, sigma):
    return np.sum(stats.norm(loc=mu, scale=sigma).cdf(x)) + np.sum(stats.norm(mu, scale=sigma).logsf(x))


def with_a_shape(x, k, scale):
    d = stats.gamma(k, scale=scale)
    return np.sum(d.logpdf(x)) + d.ppf(0.3)


def counts(x, mu):
    return np.sum(stats.poisson(mu).logpmf(np.array([1, 2, 3]))) * x


def of_vectors(x, mean, covariance):
    return stats.multivariate_normal(mean, covariance).logpdf(x)


def shares(x, alpha):
    return stats.dirichlet(alpha).logpdf(np.array([0.2, 0.3, 0.5])) * x


def made_outside(x):
    return np.sum(NORMAL.logpdf(x)) + np.sum(GAMMA.logsf(x))


def vectors_made_outside(x):
    return VECTORS.logpdf(x) + VECTORS.pdf(2.0 * x) + SHARES.logpdf(np.array([0.2, 0.3, 0.5])) * x[0]


def several(x):
    total = 0.0
    for distribution in SEVERAL:
        total += distribution.logpdf(x)
    return total


def chosen(x):
    prior = stats.norm(0, 1) if x > 0 else stats.norm(0, 2)
    return prior.logpdf(x)


def in_a_dict(theta):
    priors = {"a": stats.norm(0, 1), "b": stats.gamma(2.0)}
    return sum(priors[name].logpdf(value) for name, value in zip(("a", "b"), theta, strict=True))


def in_a_loop(x):
    d = stats.norm(0.0, 1.0)
    for k in range(3):
        d = stats.norm(0.1 * k, 1.0 + x)
        x = x + 0.1 * d.pdf(x)
    return d.logpdf(x)


class Model:
    def __init__(self, priors):
        self.priors = priors

    def log_prior(self, theta):
        return sum(prior.logpdf(value) for prior, value in zip(self.priors, theta, strict=True))


MODEL = Model(SEVERAL)


def in_an_object(theta):
    return MODEL.log_prior(theta)


PROGRAMS = [
    (by_position, (X, 0.1, 2.0)), (by_name, (X, 0.1, 2.0)), (with_a_shape, (X, 2.5, 1.5)), (counts, (0.7, 2.2)),
    (of_vectors, (X, X + 0.1, COVARIANCE)), (shares, (0.7, np.array([1.0, 2.0, 3.0]))), (made_outside, (X,)), (vectors_made_outside, (X,)),
    (several, (0.3,)), (chosen, (0.4,)), (chosen, (-0.4,)), (in_a_dict, (X,)), (in_a_loop, (0.3,)),
    (in_an_object, (np.array([0.1, 0.2, 0.3]),)),
]  # fmt: skip


@pytest.mark.parametrize(("program", "args"), PROGRAMS, ids=[program.__name__ for program, _ in PROGRAMS])
def test_programs(program, args):
    check_grads(program, args, order=1)
    assert value_and_grad(program)(*args)[0] == program(*args)


def density(x, distribution):
    return distribution.logpdf(x)


def test_another_one_is_another_program():
    """One class, and one type, of objects: which distribution it is, is looked at in each call."""
    found = [grad(density)(0.7, d) for d in (NORMAL, stats.norm(1.0, 0.5), GAMMA, stats.laplace(), NORMAL, stats.norm(loc=1.0))]
    np.testing.assert_allclose(found, [-0.1, 1.2, 1 / 0.7 - 1 / 1.5, -1.0, -0.1, 0.3])


def test_parameters_are_read_in_each_call():
    distribution = stats.norm(0.0, 1.0)
    derivative = grad(lambda x: distribution.logpdf(x))
    assert derivative(2.0) == -2.0
    distribution.args = (1.0, 1.0)
    assert derivative(2.0) == -1.0


class Bell(stats.rv_continuous):
    def _pdf(self, x):
        return np.exp(-x * x / 8.0) / np.sqrt(8.0 * np.pi)


@pytest.mark.parametrize("dist", [Bell(name="norm"), type(stats.norm)(a=0.0, name="norm")], ids=["a class of a user", "cut off"])
def test_what_only_has_the_name_of_one_of_scipy_is_refused(dist):
    frozen = dist()
    with pytest.raises(UnsupportedConstruct, match=r"not one of scipy\.stats"):
        grad(lambda x: frozen.logpdf(x))(0.3)


def test_what_may_be_singular_is_refused():
    frozen = stats.multivariate_normal(np.zeros(2), COVARIANCE, allow_singular=True)
    with pytest.raises(UnsupportedConstruct, match="singular"):
        grad(lambda x: frozen.logpdf(x))(X)
