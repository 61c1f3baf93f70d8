"""Derivative rules: medians and quantiles.

In: `np.median`, `np.quantile`, `np.percentile`, and these of what is not NaN.  Out: their rules in `RULES`.  What counts in a
quantile is one entry or two of a sorted line; which ones, and how much, are weights that carry no derivative.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import axes_behind, keep_axes, quantile_weights

LINES = [case(A(5)), case(A(4)), case(A(2, 3)), case(A(3, 4), axis=1), case(A(4, 2), axis=0, keepdims=True), case(A(1))]


def median_jvp(a_dot, a, axis=None, *, keepdims=False):
    return np.sum(quantile_weights(a, 0.5, axis) * a_dot, axis=axis, keepdims=keepdims)


@custom(np.median, jvp=median_jvp, real_only=True, cases=LINES)
def median(g, a, axis=None, *, keepdims=False):
    """The middle entry, or half of each of the two in the middle."""
    return keep_axes(g, axis, keepdims) * quantile_weights(a, 0.5, axis)


ONE = [case(A(5), 0.3), case(A(2, 3), 0.9), case(A(3, 4), 0.25, axis=1), case(A(4, 2), 1.0, axis=0, keepdims=True)]
SEVERAL = [case(A(5), [0.25, 0.75]), case(A(2, 3), np.array([0.1, 0.5, 1.0])), case(A(3, 4), [0.2, 0.7], axis=1)]
PERCENTS_ONE = [case(A(5), 30.0), case(A(2, 3), 90.0), case(A(3, 4), 25.0, axis=1), case(A(4, 2), 100, axis=0, keepdims=True)]
PERCENTS_SEVERAL = [case(A(5), [25.0, 75.0]), case(A(2, 3), np.array([10.0, 50.0])), case(A(3, 4), [20.0, 70.0], axis=1)]


def is_one(a, q, *rest):
    return bool(q.ndim == 0)


def quantile_of_one_jvp(a_dot, a, q, axis=None, *, keepdims=False):
    return np.sum(quantile_weights(a, q, axis) * a_dot, axis=axis, keepdims=keepdims)


@custom(np.quantile, jvp=quantile_of_one_jvp, wrt=("a",), when=is_one, real_only=True, cases=ONE)
def quantile_of_one(g, a, q, axis=None, *, keepdims=False):
    return keep_axes(g, axis, keepdims) * quantile_weights(a, q, axis)


def percentile_of_one_jvp(a_dot, a, q, axis=None, *, keepdims=False):
    return np.sum(quantile_weights(a, q / 100.0, axis) * a_dot, axis=axis, keepdims=keepdims)


@custom(np.percentile, jvp=percentile_of_one_jvp, wrt=("a",), when=is_one, real_only=True, cases=PERCENTS_ONE)
def percentile_of_one(g, a, q, axis=None, *, keepdims=False):
    return keep_axes(g, axis, keepdims) * quantile_weights(a, q / 100.0, axis)


def quantile_jvp(a_dot, a, q, axis=None, *, result):
    weights = quantile_weights(a, q, axis)
    if axis is None:
        return np.reshape(np.reshape(weights, (np.size(q), -1)) @ np.ravel(a_dot), np.shape(result))
    return np.sum(weights * a_dot, axis=axis if axis < 0 else axis + np.ndim(q))


def by_one_axis(a, q, axis):
    return is_one_of(axis, None) or bool(axis.ndim == 0)


@custom(np.quantile, jvp=quantile_jvp, wrt=("a",), when=by_one_axis, real_only=True, cases=SEVERAL)
def quantile(g, a, q, axis=None):
    """Several at once, along the first axis of the result."""
    weights = quantile_weights(a, q, axis)
    if axis is None:
        return np.reshape(np.ravel(g) @ np.reshape(weights, (np.size(q), -1)), np.shape(a))
    product = np.expand_dims(g, axis if axis < 0 else axis + np.ndim(q)) * weights
    return np.reshape(np.sum(np.reshape(product, (np.size(q), -1)), axis=0), np.shape(a))


def percentile_jvp(a_dot, a, q, axis=None, *, result):
    weights = quantile_weights(a, np.asarray(q) / 100.0, axis)
    if axis is None:
        return np.reshape(np.reshape(weights, (np.size(q), -1)) @ np.ravel(a_dot), np.shape(result))
    return np.sum(weights * a_dot, axis=axis if axis < 0 else axis + np.ndim(q))


@custom(np.percentile, jvp=percentile_jvp, wrt=("a",), when=by_one_axis, real_only=True, cases=PERCENTS_SEVERAL)
def percentile(g, a, q, axis=None):
    weights = quantile_weights(a, np.asarray(q) / 100.0, axis)
    if axis is None:
        return np.reshape(np.ravel(g) @ np.reshape(weights, (np.size(q), -1)), np.shape(a))
    product = np.expand_dims(g, axis if axis < 0 else axis + np.ndim(q)) * weights
    return np.reshape(np.sum(np.reshape(product, (np.size(q), -1)), axis=0), np.shape(a))


def weighed(a_dot, weights, q, axis, keepdims):
    """The axes of `q` stand in front."""
    return np.sum(weights * a_dot, axis=axes_behind(axis, np.ndim(a_dot), np.ndim(q)), keepdims=keepdims)


def weighed_adjoint(g, weights, a, q, axis, keepdims):
    kept = g if keepdims else np.expand_dims(g, axes_behind(axis, np.ndim(a), np.ndim(q)))
    return np.sum(kept * weights, axis=axes_behind(None, np.ndim(q), 0))


def quantile_by_method_jvp(a_dot, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    return weighed(a_dot, quantile_weights(a, q, axis, method, weights), q, axis, keepdims)


OVER_AXES = [
    case(A(5), 0.3, method="lower"),
    case(A(2, 3), 0.4, axis=0, method="hazen"),
    case(A(4), [0.3, 0.7], method="midpoint"),
    case(A(2, 3, 4), 0.3, axis=(0, -1)),
    case(A(2, 3, 4), [0.3, 0.8], axis=(2, 0), keepdims=True),
    case(A(3, 4), [0.3, 0.8], axis=1, keepdims=True),
    case(A(5), 0.4, method="inverted_cdf", weights=np.array([1.0, 2.0, 0.5, 1.0, 0.3])),
    case(A(3, 2), [0.4, 0.6], axis=0, method="inverted_cdf", weights=np.array([1.0, 2.0, 0.5])),
]
PERCENTS = [
    case(A(5), 30.0, method="nearest"),
    case(A(2, 3, 4), [30.0, 80.0], axis=(2, 0), keepdims=True),
    case(A(5), 40.0, method="inverted_cdf", weights=np.array([1.0, 2.0, 0.5, 1.0, 0.3])),
]


@custom(np.quantile, jvp=quantile_by_method_jvp, wrt=("a",), ignored=("weights",), real_only=True, cases=OVER_AXES)
def quantile_by_method(g, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    """A sorted line is read at the places that the method says; weights move these by steps, so they have no slope."""
    return weighed_adjoint(g, quantile_weights(a, q, axis, method, weights), a, q, axis, keepdims)


def percentile_by_method_jvp(a_dot, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    return weighed(a_dot, quantile_weights(a, np.asarray(q) / 100.0, axis, method, weights), q, axis, keepdims)


@custom(np.percentile, jvp=percentile_by_method_jvp, wrt=("a",), ignored=("weights",), real_only=True, cases=PERCENTS)
def percentile_by_method(g, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    return weighed_adjoint(g, quantile_weights(a, np.asarray(q) / 100.0, axis, method, weights), a, q, axis, keepdims)


def nanquantile_jvp(a_dot, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    return weighed(present(a, a_dot), quantile_weights(a, q, axis, method, weights, True), q, axis, keepdims)


def present(a, a_dot):
    """What moves entries that are not NaN."""
    return np.where(np.isnan(a), 0.0, a_dot)


@custom(np.nanquantile, jvp=nanquantile_jvp, wrt=("a",), ignored=("weights",), real_only=True, cases=OVER_AXES[:-1])
def nanquantile(g, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    return weighed_adjoint(g, quantile_weights(a, q, axis, method, weights, True), a, q, axis, keepdims)


def nanpercentile_jvp(a_dot, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    counted = quantile_weights(a, np.asarray(q) / 100.0, axis, method, weights, True)
    return weighed(present(a, a_dot), counted, q, axis, keepdims)


@custom(np.nanpercentile, jvp=nanpercentile_jvp, wrt=("a",), ignored=("weights",), real_only=True, cases=PERCENTS)
def nanpercentile(g, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    return weighed_adjoint(g, quantile_weights(a, np.asarray(q) / 100.0, axis, method, weights, True), a, q, axis, keepdims)


def nanmedian_jvp(a_dot, a, axis=None, *, keepdims=False):
    return weighed(present(a, a_dot), quantile_weights(a, 0.5, axis, "linear", None, True), 0.5, axis, keepdims)


@custom(np.nanmedian, jvp=nanmedian_jvp, real_only=True, cases=LINES)
def nanmedian(g, a, axis=None, *, keepdims=False):
    return weighed_adjoint(g, quantile_weights(a, 0.5, axis, "linear", None, True), a, 0.5, axis, keepdims)
