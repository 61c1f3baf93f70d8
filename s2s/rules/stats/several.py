"""Derivative rules: distributions of vectors, and summaries of data.

In: `multivariate_normal` and `dirichlet`, `entropy`.  Out: their rules in `RULES`.  SciPy reads the lower triangle of a covariance.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.stats.families import over
from s2s.rules.when import is_one_of, ranks
from s2s_runtime.kernels import fold_triangle, keep_axes, mirror_triangle, polygamma


# ---------------------------------------------------------------------------------------------------------- normal
def solved(x, mean, cov):
    """The inverse of the covariance times x - mean, in a row per point."""
    rows = np.reshape(x - mean, (-1, np.shape(mean)[0]))
    return np.transpose(np.linalg.solve(mirror_triangle(cov, "L"), np.transpose(rows)))


def normal_jvp(x_dot, mean_dot, cov_dot, x, mean, cov, result):
    y, moved = solved(x, mean, cov), mirror_triangle(cov_dot, "L")
    by_x = -np.sum(y * np.reshape(x_dot, (-1, np.shape(mean)[0])), axis=1)
    by_cov = 0.5 * (np.sum((y @ moved) * y, axis=1) - np.trace(np.linalg.solve(mirror_triangle(cov, "L"), moved)))
    shape = np.shape(result)
    return np.reshape(by_x, shape), np.reshape(y @ mean_dot, shape), np.reshape(by_cov, shape)


def normal_vjp(g, x, mean, cov):
    y, weight = solved(x, mean, cov), np.reshape(g, (-1, 1))
    weighed = weight * y
    cov_bar = 0.5 * (np.transpose(y) @ weighed - np.sum(weight) * np.linalg.inv(mirror_triangle(cov, "L")))
    return -np.reshape(weighed, np.shape(x)), np.sum(weighed, axis=0), fold_triangle(cov_bar, "L")


def regular(x, mean, cov, allow_singular):
    return x.ndim in (1, 2) and ranks(1, 2)(mean, cov) and is_one_of(allow_singular, False)


NORMAL = [
    case(A(3), A(3), A(3, 3, domain="spd")),
    case(A(4, 2), A(2), cov=A(2, 2, domain="spd")),
    case(A(1, 2), mean=A(2), cov=A(2, 2, domain="spd")),
    case(A(3), A(1), A(1, 1, domain="spd")),
]


def normal_logpdf_jvp(x_dot, mean_dot, cov_dot, x, mean, cov, allow_singular=False, *, result):
    return normal_jvp(x_dot, mean_dot, cov_dot, x, mean, cov, result)


@custom(stats.multivariate_normal.logpdf, jvp=normal_logpdf_jvp, real_only=True, when=regular, cases=NORMAL)
def normal_logpdf(g, x, mean, cov, allow_singular=False):
    return normal_vjp(g, x, mean, cov)


def normal_pdf_jvp(x_dot, mean_dot, cov_dot, x, mean, cov, allow_singular=False, *, result):
    by_x, by_mean, by_cov = normal_jvp(x_dot, mean_dot, cov_dot, x, mean, cov, result)
    return result * by_x, result * by_mean, result * by_cov


@custom(stats.multivariate_normal.pdf, jvp=normal_pdf_jvp, real_only=True, when=regular, cases=NORMAL)
def normal_pdf(g, x, mean, cov, allow_singular=False, *, result):
    return normal_vjp(g * result, x, mean, cov)


def entropy_of_normal_jvp(cov_dot, mean=None, cov=1):
    return 0.5 * np.trace(np.linalg.solve(mirror_triangle(cov, "L"), mirror_triangle(cov_dot, "L")))


@custom(
    stats.multivariate_normal.entropy,
    jvp=entropy_of_normal_jvp,
    wrt=("cov",),
    ignored=("mean",),
    real_only=True,
    when=lambda mean, cov: ranks(2)(cov),
    cases=[case(None, A(3, 3, domain="spd")), case(np.zeros(2), A(2, 2, domain="spd")), case(cov=A(1, 1, domain="spd"))],
)
def entropy_of_normal(g, mean=None, cov=1):
    """Half of the logarithm of the determinant, and a constant."""
    return g * fold_triangle(0.5 * np.linalg.inv(mirror_triangle(cov, "L")), "L")


# ------------------------------------------------------------------------------------------------------- Dirichlet
SHARES = [
    case(np.array([0.2, 0.5, 0.3]), A(3, domain="positive")),
    case(np.array([0.6, 0.4]), alpha=A(2, domain="positive")),
    case(np.array([0.6]), A(2, domain="positive")),
    case(A(1, domain="probability"), A(2, domain="positive")),
]


def by_shares(x, alpha):
    """The partials of the log density; of shares without the last one, by which it moves the other way."""
    common = polygamma(0, np.sum(alpha)) - polygamma(0, alpha)
    if np.shape(x)[0] < np.shape(alpha)[0]:
        every = np.concatenate((x, np.reshape(1.0 - np.sum(x), (1,))))
        by_share = over(alpha - 1.0, every)
        return by_share[:-1] - by_share[-1], np.log(every) + common
    return over(alpha - 1.0, x), np.log(x) + common


def dirichlet_logpdf_jvp(x_dot, alpha_dot, x, alpha):
    by_x, by_alpha = by_shares(x, alpha)
    return np.sum(by_x * x_dot), np.sum(by_alpha * alpha_dot)


@custom(stats.dirichlet.logpdf, jvp=dirichlet_logpdf_jvp, real_only=True, when=ranks(1, 1), cases=SHARES)
def dirichlet_logpdf(g, x, alpha):
    by_x, by_alpha = by_shares(x, alpha)
    return g * by_x, g * by_alpha


def dirichlet_pdf_jvp(x_dot, alpha_dot, x, alpha, *, result):
    by_x, by_alpha = by_shares(x, alpha)
    return result * np.sum(by_x * x_dot), result * np.sum(by_alpha * alpha_dot)


@custom(stats.dirichlet.pdf, jvp=dirichlet_pdf_jvp, real_only=True, when=ranks(1, 1), cases=SHARES)
def dirichlet_pdf(g, x, alpha, *, result):
    by_x, by_alpha = by_shares(x, alpha)
    return g * result * by_x, g * result * by_alpha


# --------------------------------------------------------------------------------------------------------- entropy
def nats(base):
    """The unit of an entropy, in which it is counted."""
    return 1.0 if base is None else math.log(base)


def alone(pk, qk, *rest):
    return is_one_of(qk, None)


def entropy_jvp(pk_dot, pk, qk=None, base=None, axis=0, *, keepdims=False, result):
    total = np.sum(pk, axis=axis, keepdims=True)
    mean = keep_axes(result, axis, keepdims) * nats(base)
    return -np.sum((np.log(pk / total) + mean) / total * pk_dot, axis=axis, keepdims=keepdims) / nats(base)


@custom(
    stats.entropy,
    jvp=entropy_jvp,
    wrt=("pk",),
    real_only=True,
    when=alone,
    cases=[
        case(A(3, domain="positive")),
        case(A(3, 2, domain="positive"), base=2),
        case(A(2, 3, domain="positive"), axis=1, keepdims=True),
    ],
)
def entropy(g, pk, qk=None, base=None, axis=0, *, keepdims=False, result):
    """Of pk divided by its sum: an entry adds to it what its surprise is above the mean."""
    total = np.sum(pk, axis=axis, keepdims=True)
    mean = keep_axes(result, axis, keepdims) * nats(base)
    return -keep_axes(g, axis, keepdims) / nats(base) * (np.log(pk / total) + mean) / total


def relative_jvp(pk_dot, qk_dot, pk, qk, base=None, axis=0, *, keepdims=False, result):
    every, others = pk + np.zeros_like(qk), qk + np.zeros_like(pk)
    total, other = np.sum(every, axis=axis, keepdims=True), np.sum(others, axis=axis, keepdims=True)
    p, q = every / total, others / other
    mean = keep_axes(result, axis, keepdims) * nats(base)
    by_p = np.sum((np.log(p / q) - mean) / total * pk_dot, axis=axis, keepdims=keepdims)
    by_q = np.sum((1.0 - p / q) / other * qk_dot, axis=axis, keepdims=keepdims)
    return by_p / nats(base), by_q / nats(base)


@custom(
    stats.entropy,
    jvp=relative_jvp,
    real_only=True,
    cases=[
        case(A(3, domain="positive"), A(3, domain="positive")),
        case(A(3, 2, domain="positive"), A(3, 1, domain="positive"), 2.0),
        case(A(2, 3, domain="positive"), A(2, 3, domain="positive"), axis=-1, keepdims=True),
    ],
)
def relative_entropy(g, pk, qk, base=None, axis=0, *, keepdims=False, result):
    every, others = pk + np.zeros_like(qk), qk + np.zeros_like(pk)
    total, other = np.sum(every, axis=axis, keepdims=True), np.sum(others, axis=axis, keepdims=True)
    p, q = every / total, others / other
    mean = keep_axes(result, axis, keepdims) * nats(base)
    seed = keep_axes(g, axis, keepdims) / nats(base)
    return seed * (np.log(p / q) - mean) / total, seed * (1.0 - p / q) / other
