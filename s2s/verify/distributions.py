"""What the methods of SciPy's distributions mean: by the density and the distribution function in standard form.

In: arrays of `Scalar`s.  Out: `Symbols`.  The formulas are those of SciPy's documentation of each distribution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from s2s.rules import Rule
from s2s.rules.cases import A, Case
from s2s.verify.arrays import each, filled, objects, scalars, symbols
from s2s.verify.elementary import BY_NAME, absolute, cos, exp, log, sign, sqrt
from s2s.verify.lifting import OTHERWISE
from s2s.verify.linear_algebra import determinant, hermitian, inverse
from s2s.verify.scalar import Scalar, mp, scalar
from s2s.verify.special import (
    PI,
    beta,
    binom,
    digits,
    expit,
    gamma,
    iv,
    lower_beta,
    lower_gamma,
    ndtr,
    solved,
    student,
    upper_gamma,
    xlogy,
)

Formula = Callable[..., Any]


class Standard(NamedTuple):
    """A distribution with loc 0 and scale 1: the density and the distribution function of z and the shapes."""

    density: Formula
    below: Formula | None = None


def bell(z: Any) -> Any:
    return exp(-scalar(z) * z / 2) / sqrt(PI * 2)


def arctan(z: Any) -> Any:
    return BY_NAME["arctan"](z)


def student_density(z: Any, df: Any) -> Any:
    df = scalar(df)
    return gamma((df + 1) / 2) / sqrt(df * PI) / gamma(df / 2) * (z * z / df + 1) ** (-(df + 1) / 2)


def fisher_density(z: Any, n: Any, d: Any) -> Any:
    n, d = scalar(n), scalar(d)
    return (n / d) ** (n / 2) * z ** (n / 2 - 1) * (n / d * z + 1) ** (-(n + d) / 2) / beta(n / 2, d / 2)


def between(z: Any, a: Any, b: Any) -> Any:
    return (ndtr(z) - ndtr(a)) / (ndtr(b) - ndtr(a))


CONTINUOUS: dict[Any, Standard] = {
    stats.norm: Standard(bell, ndtr),
    stats.cauchy: Standard(lambda z: scalar(1) / PI / (z * z + 1), lambda z: arctan(z) / PI + scalar(0.5)),
    stats.laplace: Standard(lambda z: exp(-absolute(z)) / 2, lambda z: exp(z) / 2 if z < 0 else 1 - exp(-z) / 2),
    stats.logistic: Standard(lambda z: expit(z) * expit(-z), expit),
    stats.gumbel_r: Standard(lambda z: exp(-z - exp(-z)), lambda z: exp(-exp(-z))),
    stats.gumbel_l: Standard(lambda z: exp(z - exp(z)), lambda z: 1 - exp(-exp(z))),
    stats.t: Standard(student_density, lambda z, df: digits(student)(df, z)),
    stats.vonmises: Standard(lambda z, kappa: exp(scalar(kappa) * cos(z)) / (PI * 2 * iv(0, kappa))),
    stats.gennorm: Standard(
        lambda z, beta: scalar(beta) * exp(-(absolute(z) ** scalar(beta))) / (gamma(1 / scalar(beta)) * 2),
        lambda z, beta: scalar(0.5) + sign(z) * digits(lower_gamma)(1 / scalar(beta), absolute(z) ** scalar(beta)) / 2),
    stats.wrapcauchy: Standard(
        lambda z, c: (1 - scalar(c) * c) / (PI * 2 * (1 + scalar(c) * c - scalar(c) * cos(z) * 2))),
    stats.uniform: Standard(lambda z: scalar(1), lambda z: z),
    stats.beta: Standard(
        lambda z, a, b: z ** (scalar(a) - 1) * (1 - z) ** (scalar(b) - 1) / beta(a, b), lambda z, a, b: digits(lower_beta)(a, b, z)),
    stats.truncnorm: Standard(lambda z, a, b: bell(z) / (ndtr(b) - ndtr(a)), between),
    stats.expon: Standard(lambda z: exp(-z), lambda z: 1 - exp(-z)),
    stats.halfnorm: Standard(lambda z: bell(z) * 2, lambda z: ndtr(z) * 2 - 1),
    stats.halfcauchy: Standard(lambda z: scalar(2) / PI / (z * z + 1), lambda z: arctan(z) * 2 / PI),
    stats.rayleigh: Standard(lambda z: z * exp(-z * z / 2), lambda z: 1 - exp(-z * z / 2)),
    stats.gamma: Standard(lambda z, a: z ** (scalar(a) - 1) * exp(-z) / gamma(a), lambda z, a: digits(lower_gamma)(a, z)),
    stats.chi2: Standard(
        lambda z, df: (z / 2) ** (scalar(df) / 2 - 1) * exp(-z / 2) / gamma(scalar(df) / 2) / 2,
        lambda z, df: digits(lower_gamma)(scalar(df) / 2, z / 2)),
    stats.invgamma: Standard(
        lambda z, a: z ** (-scalar(a) - 1) * exp(-1 / z) / gamma(a), lambda z, a: digits(upper_gamma)(a, 1 / z)),
    stats.lognorm: Standard(lambda z, s: bell(log(z) / s) / (z * s), lambda z, s: ndtr(log(z) / s)),
    stats.weibull_min: Standard(
        lambda z, c: scalar(c) * z ** (scalar(c) - 1) * exp(-(z ** scalar(c))), lambda z, c: 1 - exp(-(z ** scalar(c)))),
    stats.pareto: Standard(lambda z, b: scalar(b) * z ** (-scalar(b) - 1), lambda z, b: 1 - z ** (-scalar(b))),
    stats.f: Standard(fisher_density, lambda z, n, d: digits(lower_beta)(scalar(n) / 2, scalar(d) / 2, n * z / (n * z + d))),
}  # fmt: skip


def masses(mass: Formula, first: int) -> Standard:
    """A distribution of whole numbers: what is below is a sum."""
    return Standard(mass, lambda k, *shapes: sum((mass(scalar(j), *shapes) for j in range(first, int(mp.floor(k.value)) + 1)), scalar(0)))


DISCRETE: dict[Any, Standard] = {
    stats.poisson: masses(lambda k, mu: exp(-scalar(mu)) * scalar(mu) ** k / gamma(k + 1), 0),
    stats.geom: masses(lambda k, p: scalar(p) * (1 - scalar(p)) ** (k - 1), 1),
    stats.bernoulli: masses(lambda k, p: scalar(p) ** k * (1 - scalar(p)) ** (1 - k), 0),
    stats.binom: masses(lambda k, n, p: binom(n, k) * scalar(p) ** k * (1 - scalar(p)) ** (n - k), 0),
    stats.nbinom: masses(lambda k, n, p: binom(k + n - 1, k) * scalar(p) ** scalar(n) * (1 - scalar(p)) ** k, 0),
}  # fmt: skip


def outside(distribution: Any, z: Scalar, shapes: tuple[Any, ...]) -> bool:
    """Whether the density is 0 there."""
    low, high = distribution.support(*(float(scalar(shape).value) for shape in shapes))
    return bool(z < scalar(low)) or bool(z > scalar(high))


def method(distribution: Any, standard: Standard, name: str) -> Callable[..., Any]:
    """A method of a distribution, for `Scalar`s: of the point, the shapes, loc and scale, by position or by name."""
    words = [*filter(None, (distribution.shapes or "").replace(" ", "").split(",")), "loc", "scale"]

    def run(x: Any, *args: Any, **options: Any) -> Any:
        given = {"loc": 0, "scale": 1, **dict(zip(words, args, strict=False)), **options}
        values = [given[word] for word in words]
        return each(lambda entry, *parts: _value(distribution, standard, name, entry, parts), x, *values)

    return run


def _value(distribution: Any, standard: Standard, name: str, x: Any, parts: tuple[Any, ...]) -> Any:
    *shapes, loc, scale = parts
    loc, scale = scalar(loc), scalar(scale)
    if name in ("ppf", "isf"):
        return loc + scale * _quantile(distribution, standard, name, scalar(x), shapes)
    z = (scalar(x) - loc) / scale
    if name in ("pdf", "logpdf", "pmf", "logpmf"):
        density = scalar(0) if outside(distribution, z, tuple(shapes)) else standard.density(z, *shapes) / scale
        return log(density) if name.startswith("log") else density
    formula = standard.below
    assert formula is not None
    below = scalar(int(z > 0)) if outside(distribution, z, tuple(shapes)) else formula(z, *shapes)
    found = 1 - below if name in ("sf", "logsf") else below
    return log(found) if name.startswith("log") else found


def _quantile(distribution: Any, standard: Standard, name: str, q: Scalar, shapes: list[Any]) -> Any:
    """The point below which a part of the distribution lies, in many digits."""
    below = standard.below
    assert below is not None
    level = q.value if name == "ppf" else 1 - q.value
    fixed = [Scalar(None, scalar(shape).value) for shape in shapes]
    guess = float(distribution.ppf(float(level), *(float(shape.value) for shape in fixed)))
    return Scalar(None, solved(lambda z: below(Scalar(None, z), *fixed).value - level, guess))


# ------------------------------------------------------------------------------------------------------- several numbers
def normal_logpdf(x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
    """-(d log(2 pi) + log det S + (x - m)^T S^-1 (x - m)) / 2, with S read from its lower triangle."""
    spread = hermitian(np.atleast_2d(objects(cov)), "L")
    inverted, d = inverse(spread), len(spread)
    points = np.reshape(objects(x), (-1, d)) - (0 if mean is None else np.reshape(objects(mean), (1, -1)))
    squares = np.sum(np.matmul(points, inverted) * points, axis=-1)
    found = each(lambda s: (log(PI * 2) * d + log(determinant(spread)) + s) / -2, squares)
    return found[0] if len(points) == 1 else symbols(np.reshape(found, np.shape(x)[: np.ndim(x) - (d > 1)]))


def entropy_of_normal(mean: Any = None, cov: Any = 1) -> Any:
    matrix = hermitian(objects(cov), "L")
    return (log(determinant(matrix)) + log(PI * 2) * len(matrix) + len(matrix)) / 2


def dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    """log of Gamma(sum a) / prod Gamma(a) * prod x^(a - 1)."""
    weights, given = scalars(alpha), objects(x)
    points = np.reshape(given, (len(given), -1))
    if len(points) < len(weights):
        points = np.concatenate((points, 1 - np.sum(points, axis=0, keepdims=True)))
    norm = log(gamma(sum(weights, scalar(0)))) - sum((log(gamma(a)) for a in weights), scalar(0))
    found = [norm + sum(((a - 1) * log(p) for a, p in zip(weights, point, strict=True)), scalar(0)) for point in points.T]
    return filled(found, np.shape(x)[1:]) if np.ndim(x) > 1 else found[0]


def entropy(pk: Any, qk: Any = None, base: Any = None, axis: int = 0, keepdims: bool = False, **options: Any) -> Any:
    p = symbols(objects(pk)) / np.sum(objects(pk), axis=axis, keepdims=True)
    if qk is None:
        terms = each(lambda x: -xlogy(x, x), p)
    else:
        q = symbols(objects(qk)) / np.sum(objects(qk), axis=axis, keepdims=True)
        terms = each(lambda x, y: xlogy(x, scalar(x) / y), p, q)
    total = np.sum(terms, axis=axis, keepdims=keepdims)
    return total if base is None else total / log(base)


def powered(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **options: each(exp, function(*args, **options))


METHODS = ("pdf", "logpdf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf")
OTHERWISE.update({
    getattr(distribution, name): method(distribution, standard, name)
    for distribution, standard in CONTINUOUS.items() for name in METHODS
})  # fmt: skip
OTHERWISE.update({
    getattr(distribution, name): method(distribution, standard, name)
    for distribution, standard in DISCRETE.items() for name in ("pmf", "logpmf", "cdf", "sf")
})  # fmt: skip
OTHERWISE.update({
    stats.multivariate_normal.entropy: entropy_of_normal,
    stats.multivariate_normal.logpdf: normal_logpdf, stats.multivariate_normal.pdf: powered(normal_logpdf),
    stats.dirichlet.logpdf: dirichlet_logpdf, stats.dirichlet.pdf: powered(dirichlet_logpdf), stats.entropy: entropy,
})  # fmt: skip


# ------------------------------------------------------------------------------------------------------- cases for proofs
OF_DISCRETE: dict[Any, list[Case]] = {
    stats.bernoulli.cdf: [Case((0.5, A(domain="probability")))],
    stats.bernoulli.sf: [Case((0.5, A(domain="probability")))],
    stats.nbinom.cdf: [Case((3, 4, A(domain="probability")), {"loc": 1})],
    stats.nbinom.sf: [Case((3, 4, A(domain="probability")), {"loc": 1})],
    stats.poisson.logpmf: [Case((-2, A(domain="positive")))],
    stats.geom.logpmf: [Case((-2, A(domain="probability")))],
    stats.bernoulli.logpmf: [Case((-2, A(domain="probability")))],
    stats.binom.logpmf: [Case((-2, 4, A(domain="probability")))],
    stats.nbinom.logpmf: [Case((-2, 4, A(domain="probability")))],
}
"""Calls beside the support, between its points, or with a shift."""

FAR = 50.0
"""A number outside of every support that ends; the scale of the cases is less than 3."""


def beyond_support(rule: Rule) -> list[Case]:
    """For the logarithm of a probability: a point at which that is 0, though none of a distribution without end."""
    function = rule.functions[0]
    distribution: Any = getattr(function, "__self__", None)
    name = getattr(function, "__name__", "")
    if name not in ("logcdf", "logsf") or distribution not in CONTINUOUS or not rule.cases:
        return []
    case = rule.cases[-1]
    low, high = distribution.support(*case.draw(0)[0][1 : 1 + distribution.numargs])
    place, end = (-FAR, low) if name == "logcdf" else (FAR, high)
    return [replace(case, args=(place, *case.args[1:]))] if np.all(np.isfinite(end)) else []
