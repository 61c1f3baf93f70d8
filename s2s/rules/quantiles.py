"""Derivative rules: medians and quantiles.

In: `np.median`, `np.quantile`, `np.percentile`, and these of what is not NaN.  Out: their rules in `RULES`.  What counts in a
quantile is one entry or two of a sorted line; which ones is constant, how much of each goes with q: between two entries, a quantile is
linear in q.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import axes_behind, keep_axes, quantile_steps, quantile_weights

LINES = [case(A(5)), case(A(4)), case(A(2, 3)), case(A(3, 4), axis=1), case(A(4, 2), axis=0, keepdims=True), case(A(1))]


def median_jvp(a_dot, a, axis=None, *, keepdims=False):
    return np.sum(quantile_weights(a, 0.5, axis) * a_dot, axis=axis, keepdims=keepdims)


@custom(np.median, jvp=median_jvp, real_only=True, cases=LINES)
def median(g, a, axis=None, *, keepdims=False):
    """The middle entry, or half of each of the two in the middle."""
    return keep_axes(g, axis, keepdims) * quantile_weights(a, 0.5, axis)


ONE = [
    case(A(5), 0.3),
    case(A(5), A(domain="probability")),
    case(A(2, 3), 0.9),
    case(A(3, 4), 0.25, axis=1),
    case(A(4, 2), 1.0, axis=0, keepdims=True),
]
SEVERAL = [
    case(A(5), [0.25, 0.75]),
    case(A(2, 5), A(2, domain="probability"), axis=1),
    case(A(2, 3), np.array([0.1, 0.5, 1.0])),
    case(A(3, 4), [0.2, 0.7], axis=1),
]
PERCENTS_ONE = [
    case(A(5), 30.0),
    case(A(2, 3), 90.0),
    case(A(3, 4), 25.0, axis=1),
    case(A(4, 2), 100, axis=0, keepdims=True),
    case(A(5), A(domain="probability")),
    case(A(3, 2), A(domain="probability"), axis=0),
    case(A(5), np.array(50.1)),
]
PERCENTS_SEVERAL = [case(A(5), [25.0, 75.0]), case(A(2, 3), np.array([10.0, 50.0])), case(A(3, 4), [20.0, 70.0], axis=1)]


def is_one(a, q, *rest):
    return bool(q.ndim == 0)


def quantile_of_one_jvp(a_dot, q_dot, a, q, axis=None, *, keepdims=False):
    by_a = np.sum(quantile_weights(a, q, axis) * a_dot, axis=axis, keepdims=keepdims)
    return by_a, np.sum(quantile_steps(a, q, axis) * a, axis=axis, keepdims=keepdims) * q_dot


@custom(np.quantile, jvp=quantile_of_one_jvp, wrt=("a", "q"), when=is_one, real_only=True, cases=ONE)
def quantile_of_one(g, a, q, axis=None, *, keepdims=False):
    g_kept = keep_axes(g, axis, keepdims)
    return g_kept * quantile_weights(a, q, axis), np.sum(g_kept * quantile_steps(a, q, axis) * a)


def percentile_of_one_jvp(a_dot, q_dot, a, q, axis=None, *, keepdims=False):
    by_a = np.sum(quantile_weights(a, q / 100.0, axis) * a_dot, axis=axis, keepdims=keepdims)
    return by_a, np.sum(quantile_steps(a, q / 100.0, axis) * a, axis=axis, keepdims=keepdims) * q_dot / 100.0


@custom(np.percentile, jvp=percentile_of_one_jvp, wrt=("a", "q"), when=is_one, real_only=True, cases=PERCENTS_ONE)
def percentile_of_one(g, a, q, axis=None, *, keepdims=False):
    g_kept = keep_axes(g, axis, keepdims)
    return g_kept * quantile_weights(a, q / 100.0, axis), np.sum(g_kept * quantile_steps(a, q / 100.0, axis) * a) / 100.0


def of_lines(weights, a, q, axis):
    """The sum of the entries of each line, weighed, in the shape of the result: the axes of `q` stand in front."""
    if axis is None:
        return np.reshape(np.reshape(weights, (np.size(q), -1)) @ np.ravel(a), np.shape(q))
    return np.sum(weights * a, axis=axis if axis < 0 else axis + np.ndim(q))


def beside(q_dot, moved):
    """What belongs to `q`, in front of the axes of what is moved."""
    return np.transpose(np.transpose(q_dot) * np.transpose(moved))


def of_each(g, q):
    """What belongs to the result, added up for each entry of `q`."""
    return np.reshape(np.sum(np.reshape(g, (np.size(q), -1)), axis=1), np.shape(q))


def quantile_jvp(a_dot, q_dot, a, q, axis=None):
    return of_lines(quantile_weights(a, q, axis), a_dot, q, axis), beside(q_dot, of_lines(quantile_steps(a, q, axis), a, q, axis))


def by_one_axis(a, q, axis):
    return is_one_of(axis, None) or bool(axis.ndim == 0)


def to_lines(g, weights, a, q, axis):
    """The adjoint of `of_lines`."""
    if axis is None:
        return np.reshape(np.ravel(g) @ np.reshape(weights, (np.size(q), -1)), np.shape(a))
    product = np.expand_dims(g, axis if axis < 0 else axis + np.ndim(q)) * weights
    return np.reshape(np.sum(np.reshape(product, (np.size(q), -1)), axis=0), np.shape(a))


@custom(np.quantile, jvp=quantile_jvp, wrt=("a", "q"), when=by_one_axis, real_only=True, cases=SEVERAL)
def quantile(g, a, q, axis=None):
    """Several at once, along the first axis of the result."""
    slopes = of_lines(quantile_steps(a, q, axis), a, q, axis)
    return to_lines(g, quantile_weights(a, q, axis), a, q, axis), of_each(g * slopes, q)


def percentile_jvp(a_dot, q_dot, a, q, axis=None):
    part = np.asarray(q) / 100.0
    moved = beside(q_dot, of_lines(quantile_steps(a, part, axis), a, q, axis)) / 100.0
    return of_lines(quantile_weights(a, part, axis), a_dot, q, axis), moved


@custom(np.percentile, jvp=percentile_jvp, wrt=("a", "q"), when=by_one_axis, real_only=True, cases=PERCENTS_SEVERAL)
def percentile(g, a, q, axis=None):
    part = np.asarray(q) / 100.0
    slopes = of_lines(quantile_steps(a, part, axis), a, q, axis) / 100.0
    return to_lines(g, quantile_weights(a, part, axis), a, q, axis), of_each(g * slopes, q)


def weighed(a_dot, weights, q, axis, keepdims):
    """The axes of `q` stand in front."""
    return np.sum(weights * a_dot, axis=axes_behind(axis, np.ndim(a_dot), np.ndim(q)), keepdims=keepdims)


def weighed_adjoint(g, weights, a, q, axis, keepdims):
    kept = g if keepdims else np.expand_dims(g, axes_behind(axis, np.ndim(a), np.ndim(q)))
    return np.sum(kept * weights, axis=axes_behind(None, np.ndim(q), 0))


def quantile_by_method_jvp(a_dot, q_dot, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    moved = weighed(a, quantile_steps(a, q, axis, method, weights), q, axis, keepdims)
    return weighed(a_dot, quantile_weights(a, q, axis, method, weights), q, axis, keepdims), beside(q_dot, moved)


OVER_AXES = [
    case(A(5), 0.3, method="lower"),
    case(A(2, 3), 0.4, axis=0, method="hazen"),
    case(A(4), [0.3, 0.7], method="midpoint"),
    case(A(2, 3, 4), 0.3, axis=(0, -1)),
    case(A(3, 4), A(2, domain="probability"), axis=1, keepdims=True),
    case(A(2, 3, 4), [0.3, 0.8], axis=(2, 0), keepdims=True),
    case(A(3, 4), [0.3, 0.8], axis=1, keepdims=True),
    case(A(5), 0.4, method="inverted_cdf", weights=np.array([1.0, 2.0, 0.5, 1.0, 0.3])),
    case(A(3, 2), [0.4, 0.6], axis=0, method="inverted_cdf", weights=np.array([1.0, 2.0, 0.5])),
]
PERCENTS = [
    case(A(5), 30.0, method="nearest"),
    case(A(3, 4), A(2, domain="probability"), axis=1, keepdims=True),
    case(A(2, 3, 4), [30.0, 80.0], axis=(2, 0), keepdims=True),
    case(A(5), 40.0, method="inverted_cdf", weights=np.array([1.0, 2.0, 0.5, 1.0, 0.3])),
]


@custom(np.quantile, jvp=quantile_by_method_jvp, wrt=("a", "q"), ignored=("weights",), real_only=True, cases=OVER_AXES)
def quantile_by_method(g, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    """A sorted line is read at the places that the method says; weights move these by steps, so they have no slope."""
    moved = weighed(a, quantile_steps(a, q, axis, method, weights), q, axis, keepdims)
    return weighed_adjoint(g, quantile_weights(a, q, axis, method, weights), a, q, axis, keepdims), of_each(g * moved, q)


def percentile_by_method_jvp(a_dot, q_dot, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    by_a, by_q = quantile_by_method_jvp(a_dot, q_dot, a, np.asarray(q) / 100.0, axis, method=method, keepdims=keepdims, weights=weights)
    return by_a, by_q / 100.0


@custom(np.percentile, jvp=percentile_by_method_jvp, wrt=("a", "q"), ignored=("weights",), real_only=True, cases=PERCENTS)
def percentile_by_method(g, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    by_a, by_q = quantile_by_method(g, a, np.asarray(q) / 100.0, axis, method=method, keepdims=keepdims, weights=weights)
    return by_a, by_q / 100.0


def nanquantile_jvp(a_dot, q_dot, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    moved = weighed(present(a, a), quantile_steps(a, q, axis, method, weights, True), q, axis, keepdims)
    by_a = weighed(present(a, a_dot), quantile_weights(a, q, axis, method, weights, True), q, axis, keepdims)
    return by_a, beside(q_dot, moved)


def present(a, a_dot):
    """What moves entries that are not NaN."""
    return np.where(np.isnan(a), 0.0, a_dot)


@custom(np.nanquantile, jvp=nanquantile_jvp, wrt=("a", "q"), ignored=("weights",), real_only=True, cases=OVER_AXES[:-1])
def nanquantile(g, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    moved = weighed(present(a, a), quantile_steps(a, q, axis, method, weights, True), q, axis, keepdims)
    return weighed_adjoint(g, quantile_weights(a, q, axis, method, weights, True), a, q, axis, keepdims), of_each(g * moved, q)


def nanpercentile_jvp(a_dot, q_dot, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    by_a, by_q = nanquantile_jvp(a_dot, q_dot, a, np.asarray(q) / 100.0, axis, method=method, keepdims=keepdims, weights=weights)
    return by_a, by_q / 100.0


@custom(np.nanpercentile, jvp=nanpercentile_jvp, wrt=("a", "q"), ignored=("weights",), real_only=True, cases=PERCENTS)
def nanpercentile(g, a, q, axis=None, *, method="linear", keepdims=False, weights=None):
    by_a, by_q = nanquantile(g, a, np.asarray(q) / 100.0, axis, method=method, keepdims=keepdims, weights=weights)
    return by_a, by_q / 100.0


def nanmedian_jvp(a_dot, a, axis=None, *, keepdims=False):
    return weighed(present(a, a_dot), quantile_weights(a, 0.5, axis, "linear", None, True), 0.5, axis, keepdims)


@custom(np.nanmedian, jvp=nanmedian_jvp, real_only=True, cases=LINES)
def nanmedian(g, a, axis=None, *, keepdims=False):
    return weighed_adjoint(g, quantile_weights(a, 0.5, axis, "linear", None, True), a, 0.5, axis, keepdims)


# ------------------------------------------------------------------------------------------------------- weights
def weights_jvp(q_dot, a, q, axis, method="linear", weights=None, ignoring=False):
    return beside(q_dot, quantile_steps(a, q, axis, method, weights, ignoring))


@custom(
    quantile_weights,
    jvp=weights_jvp,
    wrt=("q",),
    ignored=("a", "weights"),
    cases=[case(np.arange(5.0), A(domain="probability"), None), case(np.arange(6.0).reshape(2, 3), A(2, domain="probability"), 1, "hazen")],
)
def weights_adjoint(g, a, q, axis, method="linear", weights=None, ignoring=False):
    """Which entries count changes in steps."""
    return of_each(g * quantile_steps(a, q, axis, method, weights, ignoring), q)
