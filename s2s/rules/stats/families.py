"""Rules of the continuous distributions that differ in their formulas only: density, distribution function and its inverse.

In: a distribution of `scipy.stats`, and how its standard log density moves.  Out: rules in `RULES` for its methods.  What all
have in common, `loc` and `scale`, is written here once; there are three of each for no, one and two shapes.

`slopes(z, *shapes)` gives, for the log density l of the standard distribution at z = (x - loc) / scale: l'(z); 1 + z l'(z),
which is what the logarithm of `scale` loses; and the partial by each shape.  All are 0 outside of the support, where l is
minus infinity.  `by_shape(z, *shapes)` gives the partials of the distribution function by the shapes.  `everywhere` says that
the density is never 0 for that it is outside of the support, or at its edge, where l' may be infinite.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.rules.cases import A, Case
from s2s.rules.declare import elementwise

Formula = Callable[..., Any]


def named(body: Any, dist: Any, *shapes: str) -> Any:
    """A body under the name of a distribution and its method, with the names that the distribution has for its shapes."""
    signature = inspect.signature(body)
    names = dict(zip(("a", "b"), shapes, strict=False))
    renamed = [parameter.replace(name=names.get(name, name)) for name, parameter in signature.parameters.items()]
    body.__name__ = f"{dist.name}_{body.__name__}"
    body.__signature__ = signature.replace(parameters=renamed)
    return body


def over(x, y):
    """x / y, and 0 where x is 0: what a power with the exponent x has for a slope, which is none if x is 0."""
    none = x == 0
    return np.where(none, 0.0, x) / np.where(none, 1.0, y)


def calls(domain: str, *shapes: A, scale: str = "above one") -> list[Case]:
    """Calls with `loc` and `scale` left out, and given by keyword and by position."""
    of_scale = A(domain=scale)
    return [
        Case((A(3, domain=domain), *shapes)),
        Case((A(2, 3, domain=domain), *shapes), {"scale": A(3, domain=scale)}),
        Case((A(domain=domain), *shapes), {"loc": A(domain="small"), "scale": of_scale}),
        Case((A(2, domain=domain), *shapes, A(domain="small"), of_scale)),
    ]


def without_shape(dist: Any, slopes: Formula, *, cases: list[Case], everywhere: bool = False) -> None:
    """The density and its logarithm of a distribution with no shape."""

    def logpdf(x, loc=0, scale=1):
        z = (x - loc) / scale
        slope, stretched = slopes(z)
        return slope / scale, -slope / scale, -stretched / scale

    def pdf(x, loc=0, scale=1, *, result):
        z = (x - loc) / scale
        slope, stretched = slopes(z)
        by_x = result * (slope if everywhere else np.where(result == 0, 0.0, slope)) / scale
        return by_x, -by_x, -result * stretched / scale

    elementwise(dist.logpdf, wrt=("x", "loc", "scale"), cases=cases, real_only=True)(named(logpdf, dist))
    elementwise(dist.pdf, wrt=("x", "loc", "scale"), cases=cases, real_only=True)(named(pdf, dist))


def cumulative_without_shape(dist: Any, *, cases: list[Case], inverse: list[Case]) -> None:
    """The distribution function, its complement, their logarithms and inverses, of a distribution with no shape."""

    def cdf(x, loc=0, scale=1):
        density = dist.pdf(x, loc, scale)
        return density, -density, -density * (x - loc) / scale

    def sf(x, loc=0, scale=1):
        density = dist.pdf(x, loc, scale)
        return -density, density, density * (x - loc) / scale

    def logcdf(x, loc=0, scale=1, *, result):
        none = result == -np.inf
        safe = np.where(none, 0.0, result)
        rate = np.where(none, 0.0, np.exp(dist.logpdf(x, loc, scale) - safe))
        return rate, -rate, -rate * (x - loc) / scale

    def logsf(x, loc=0, scale=1, *, result):
        none = result == -np.inf
        safe = np.where(none, 0.0, result)
        rate = np.where(none, 0.0, np.exp(dist.logpdf(x, loc, scale) - safe))
        return -rate, rate, rate * (x - loc) / scale

    def ppf(q, loc=0, scale=1, *, result):
        density = dist.pdf(result, loc, scale)
        return 1.0 / density, np.ones_like(density), (result - loc) / scale

    def isf(q, loc=0, scale=1, *, result):
        density = dist.pdf(result, loc, scale)
        return -1.0 / density, np.ones_like(density), (result - loc) / scale

    for function, body in ((dist.cdf, cdf), (dist.sf, sf), (dist.logcdf, logcdf), (dist.logsf, logsf)):
        elementwise(function, wrt=("x", "loc", "scale"), cases=cases, real_only=True)(named(body, dist))
    for function, body in ((dist.ppf, ppf), (dist.isf, isf)):
        elementwise(function, wrt=("q", "loc", "scale"), cases=inverse, real_only=True)(named(body, dist))


def of_one_shape(dist: Any, shape: str, slopes: Formula, *, cases: list[Case], everywhere: bool = False) -> None:
    """The density and its logarithm of a distribution with one shape."""

    def logpdf(x, a, loc=0, scale=1):
        z = (x - loc) / scale
        slope, stretched, by_a = slopes(z, a)
        return slope / scale, by_a, -slope / scale, -stretched / scale

    def pdf(x, a, loc=0, scale=1, *, result):
        z = (x - loc) / scale
        slope, stretched, by_a = slopes(z, a)
        by_x = result * (slope if everywhere else np.where(result == 0, 0.0, slope)) / scale
        return by_x, result * by_a, -by_x, -result * stretched / scale

    elementwise(dist.logpdf, wrt=("x", shape, "loc", "scale"), cases=cases, real_only=True)(named(logpdf, dist, shape))
    elementwise(dist.pdf, wrt=("x", shape, "loc", "scale"), cases=cases, real_only=True)(named(pdf, dist, shape))


def cumulative_of_one_shape(dist: Any, shape: str, by_shape: Formula, *, cases: list[Case], inverse: list[Case]) -> None:
    """The distribution function, its complement, their logarithms and inverses, of a distribution with one shape."""

    def cdf(x, a, loc=0, scale=1):
        density = dist.pdf(x, a, loc, scale)
        by_a = by_shape((x - loc) / scale, a)
        return density, by_a, -density, -density * (x - loc) / scale

    def sf(x, a, loc=0, scale=1):
        density = dist.pdf(x, a, loc, scale)
        by_a = by_shape((x - loc) / scale, a)
        return -density, -by_a, density, density * (x - loc) / scale

    def logcdf(x, a, loc=0, scale=1, *, result):
        none = result == -np.inf
        safe = np.where(none, 0.0, result)
        rate = np.where(none, 0.0, np.exp(dist.logpdf(x, a, loc, scale) - safe))
        by_a = by_shape((x - loc) / scale, a)
        return rate, by_a / np.exp(safe), -rate, -rate * (x - loc) / scale

    def logsf(x, a, loc=0, scale=1, *, result):
        none = result == -np.inf
        safe = np.where(none, 0.0, result)
        rate = np.where(none, 0.0, np.exp(dist.logpdf(x, a, loc, scale) - safe))
        by_a = by_shape((x - loc) / scale, a)
        return -rate, -by_a / np.exp(safe), rate, rate * (x - loc) / scale

    def ppf(q, a, loc=0, scale=1, *, result):
        density = dist.pdf(result, a, loc, scale)
        by_a = by_shape((result - loc) / scale, a)
        return 1.0 / density, -by_a / density, np.ones_like(density), (result - loc) / scale

    def isf(q, a, loc=0, scale=1, *, result):
        density = dist.pdf(result, a, loc, scale)
        by_a = by_shape((result - loc) / scale, a)
        return -1.0 / density, -by_a / density, np.ones_like(density), (result - loc) / scale

    for function, body in ((dist.cdf, cdf), (dist.sf, sf), (dist.logcdf, logcdf), (dist.logsf, logsf)):
        elementwise(function, wrt=("x", shape, "loc", "scale"), cases=cases, real_only=True)(named(body, dist, shape))
    for function, body in ((dist.ppf, ppf), (dist.isf, isf)):
        elementwise(function, wrt=("q", shape, "loc", "scale"), cases=inverse, real_only=True)(named(body, dist, shape))


def of_two_shapes(dist: Any, shape: str, other: str, slopes: Formula, *, cases: list[Case], everywhere: bool = False) -> None:
    """The density and its logarithm of a distribution with two shapes."""

    def logpdf(x, a, b, loc=0, scale=1):
        z = (x - loc) / scale
        slope, stretched, by_a, by_b = slopes(z, a, b)
        return slope / scale, by_a, by_b, -slope / scale, -stretched / scale

    def pdf(x, a, b, loc=0, scale=1, *, result):
        z = (x - loc) / scale
        slope, stretched, by_a, by_b = slopes(z, a, b)
        by_x = result * (slope if everywhere else np.where(result == 0, 0.0, slope)) / scale
        return by_x, result * by_a, result * by_b, -by_x, -result * stretched / scale

    elementwise(dist.logpdf, wrt=("x", shape, other, "loc", "scale"), cases=cases, real_only=True)(named(logpdf, dist, shape, other))
    elementwise(dist.pdf, wrt=("x", shape, other, "loc", "scale"), cases=cases, real_only=True)(named(pdf, dist, shape, other))


def cumulative_of_two_shapes(dist: Any, shape: str, other: str, by_shape: Formula, *, cases: list[Case], inverse: list[Case]) -> None:
    """The distribution function, its complement, their logarithms and inverses, of a distribution with two shapes."""

    def cdf(x, a, b, loc=0, scale=1):
        density = dist.pdf(x, a, b, loc, scale)
        by_a, by_b = by_shape((x - loc) / scale, a, b)
        return density, by_a, by_b, -density, -density * (x - loc) / scale

    def sf(x, a, b, loc=0, scale=1):
        density = dist.pdf(x, a, b, loc, scale)
        by_a, by_b = by_shape((x - loc) / scale, a, b)
        return -density, -by_a, -by_b, density, density * (x - loc) / scale

    def logcdf(x, a, b, loc=0, scale=1, *, result):
        none = result == -np.inf
        safe = np.where(none, 0.0, result)
        rate = np.where(none, 0.0, np.exp(dist.logpdf(x, a, b, loc, scale) - safe))
        by_a, by_b = by_shape((x - loc) / scale, a, b)
        return rate, by_a / np.exp(safe), by_b / np.exp(safe), -rate, -rate * (x - loc) / scale

    def logsf(x, a, b, loc=0, scale=1, *, result):
        none = result == -np.inf
        safe = np.where(none, 0.0, result)
        rate = np.where(none, 0.0, np.exp(dist.logpdf(x, a, b, loc, scale) - safe))
        by_a, by_b = by_shape((x - loc) / scale, a, b)
        return -rate, -by_a / np.exp(safe), -by_b / np.exp(safe), rate, rate * (x - loc) / scale

    def ppf(q, a, b, loc=0, scale=1, *, result):
        density = dist.pdf(result, a, b, loc, scale)
        by_a, by_b = by_shape((result - loc) / scale, a, b)
        return 1.0 / density, -by_a / density, -by_b / density, np.ones_like(density), (result - loc) / scale

    def isf(q, a, b, loc=0, scale=1, *, result):
        density = dist.pdf(result, a, b, loc, scale)
        by_a, by_b = by_shape((result - loc) / scale, a, b)
        return -1.0 / density, -by_a / density, -by_b / density, np.ones_like(density), (result - loc) / scale

    for function, body in ((dist.cdf, cdf), (dist.sf, sf), (dist.logcdf, logcdf), (dist.logsf, logsf)):
        elementwise(function, wrt=("x", shape, other, "loc", "scale"), cases=cases, real_only=True)(named(body, dist, shape, other))
    for function, body in ((dist.ppf, ppf), (dist.isf, isf)):
        elementwise(function, wrt=("q", shape, other, "loc", "scale"), cases=inverse, real_only=True)(named(body, dist, shape, other))
