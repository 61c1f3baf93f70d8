"""Derivative rules: distances between points, of `scipy.spatial.distance`.  Imported only when a program uses it.

In: cdist, pdist, squareform, and distances of two points.  Out: their rules and definitions in `RULES`.  Points that are equal do not move
their distance, as a norm at 0 has the gradient 0; equal coordinates do not move a distance of city blocks.
"""

from __future__ import annotations

import numpy as np
from scipy import linalg
from scipy.spatial import distance

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear, written
from s2s.rules.when import is_one_of, ranks

METRICS = ("euclidean", "sqeuclidean", "cityblock")


def toward(apart, metric, found):
    """The slope of each distance by the first one of its points; that by the second one is the opposite."""
    if metric == "sqeuclidean":
        return 2.0 * apart
    if metric == "cityblock":
        return np.sign(apart)
    return apart / np.expand_dims(np.where(found == 0, np.inf, found), -1)


def measured(XA, XB, metric):
    return ranks(2, 2)(XA, XB) and is_one_of(metric, *METRICS)


def cdist_jvp(XA_dot, XB_dot, XA, XB, metric="euclidean", *, result):
    slopes = toward(np.expand_dims(XA, 1) - np.expand_dims(XB, 0), metric, result)
    return np.sum(slopes * np.expand_dims(XA_dot, 1), axis=-1), -np.sum(slopes * np.expand_dims(XB_dot, 0), axis=-1)


CROSS = [case(A(3, 2), A(2, 2)), case(A(1, 3), A(2, 3), "sqeuclidean"), case(A(2, 2), A(3, 2), metric="cityblock"), case(A(2, 1), A(2, 1))]


@custom(distance.cdist, jvp=cdist_jvp, real_only=True, when=measured, cases=CROSS)
def cdist(g, XA, XB, metric="euclidean", *, result):
    slopes = np.expand_dims(g, -1) * toward(np.expand_dims(XA, 1) - np.expand_dims(XB, 0), metric, result)
    return np.sum(slopes, axis=1), -np.sum(slopes, axis=0)


def pairs_measured(X, metric):
    return ranks(2)(X) and is_one_of(metric, *METRICS)


def pdist_jvp(X_dot, X, metric="euclidean", *, result):
    first, second = np.triu_indices(np.shape(X)[0], 1)
    slopes = toward(X[first] - X[second], metric, result)
    return np.sum(slopes * (X_dot[first] - X_dot[second]), axis=-1)


@custom(
    distance.pdist,
    jvp=pdist_jvp,
    real_only=True,
    when=pairs_measured,
    cases=[case(A(4, 2)), case(A(3, 3), "sqeuclidean"), case(A(3, 2), metric="cityblock"), case(A(2, 1))],
)
def pdist(g, X, metric="euclidean", *, result):
    """Each pair twice: what moves one of its points is the opposite of what moves the other."""
    slopes = toward(np.expand_dims(X, 1) - np.expand_dims(X, 0), metric, distance.squareform(result))
    return np.sum(np.expand_dims(distance.squareform(g), -1) * slopes, axis=1)


@linear(
    distance.squareform,
    when=lambda X, force, checks: ranks(1)(X) and is_one_of(force, "no"),
    cases=[case(A(3)), case(A(6)), case(A(1))],
)
def squareform(g, X, force="no", checks=True):
    """A pair stands above the main diagonal and below it."""
    first, second = np.triu_indices(np.shape(g)[0], 1)
    return g[first, second] + g[second, first]


# ------------------------------------------------------------------------------------------------------ of two points
@written(distance.sqeuclidean, arrays=("u", "v"), cases=[case(A(3), A(3))])
def sqeuclidean(u, v):
    apart = u - v
    return np.dot(apart, apart)


@written(distance.euclidean, arrays=("u", "v"), cases=[case(A(3), A(3))])
def euclidean(u, v):
    return linalg.norm(u - v, ord=2)


@written(distance.cityblock, arrays=("u", "v"), cases=[case(A(3), A(3))])
def cityblock(u, v):
    return np.sum(np.abs(u - v))
