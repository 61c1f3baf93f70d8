"""Distributions with their parameters held fixed, as the language of programs has them: `scipy.stats.norm(mu, sigma).logpdf(x)`.

In: a distribution and its parameters.  Out: objects whose methods are calls of the distribution's own.  What SciPy makes of such a call
has the same methods, and the same values, but a copy of the distribution in the place of the one that has rules.
"""

from __future__ import annotations

from typing import Any

from scipy import stats


class Frozen:
    """A distribution of numbers with its parameters: `dist(*args, **kwds)`."""

    def __init__(self, dist, *args, **kwds):
        self.dist, self.args, self.kwds = dist, args, kwds

    def pdf(self, x):
        return self.dist.pdf(x, *self.args, **self.kwds)

    def logpdf(self, x):
        return self.dist.logpdf(x, *self.args, **self.kwds)

    def pmf(self, k):
        return self.dist.pmf(k, *self.args, **self.kwds)

    def logpmf(self, k):
        return self.dist.logpmf(k, *self.args, **self.kwds)

    def cdf(self, x):
        return self.dist.cdf(x, *self.args, **self.kwds)

    def logcdf(self, x):
        return self.dist.logcdf(x, *self.args, **self.kwds)

    def sf(self, x):
        return self.dist.sf(x, *self.args, **self.kwds)

    def logsf(self, x):
        return self.dist.logsf(x, *self.args, **self.kwds)

    def ppf(self, q):
        return self.dist.ppf(q, *self.args, **self.kwds)

    def isf(self, q):
        return self.dist.isf(q, *self.args, **self.kwds)

    def entropy(self):
        return self.dist.entropy(*self.args, **self.kwds)

    def mean(self):
        return self.dist.mean(*self.args, **self.kwds)

    def var(self):
        return self.dist.var(*self.args, **self.kwds)

    def std(self):
        return self.dist.std(*self.args, **self.kwds)


class FrozenNormal:
    """`scipy.stats.multivariate_normal(mean, cov)`."""

    def __init__(self, mean, cov, allow_singular=False):
        self.mean, self.cov, self.allow_singular = mean, cov, allow_singular

    def pdf(self, x):
        return stats.multivariate_normal.pdf(x, self.mean, self.cov, self.allow_singular)

    def logpdf(self, x):
        return stats.multivariate_normal.logpdf(x, self.mean, self.cov, self.allow_singular)


class FrozenDirichlet:
    """`scipy.stats.dirichlet(alpha)`."""

    def __init__(self, alpha):
        self.alpha = alpha

    def pdf(self, x):
        return stats.dirichlet.pdf(x, self.alpha)

    def logpdf(self, x):
        return stats.dirichlet.logpdf(x, self.alpha)


METHODS = [name for name in vars(Frozen) if not name.startswith("_")]
LIBRARY = [type(stats.norm()), type(stats.poisson(1.0))]
"""The classes of what SciPy gives for such a call."""
OF_VECTORS = [
    (stats.multivariate_normal, FrozenNormal, type(stats.multivariate_normal()), ("mean", "cov")),
    (stats.dirichlet, FrozenDirichlet, type(stats.dirichlet([1.0, 1.0])), ("alpha",)),
]
"""A distribution, the class of its objects here and that of SciPy's, and the parameters that one of SciPy's has as attributes."""


def distributions() -> list[Any]:
    """Every distribution of numbers that SciPy has under a name."""
    return [found for found in vars(stats).values() if isinstance(found, (stats.rv_continuous, stats.rv_discrete))]


def standard(dist: Any) -> Any:
    """The distribution of `scipy.stats` that one is a copy of, as SciPy makes one for each object; None if it is none."""
    found: Any = getattr(stats, getattr(dist, "name", None) or "", None)
    if type(found) is not type(dist) or not hasattr(found, "_updated_ctor_param"):
        return None
    return found if found._updated_ctor_param() == dist._updated_ctor_param() else None
