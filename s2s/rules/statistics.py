"""Derivative rules: sums that leave out what is NaN, covariances, running extremes.

In: `np.nansum`, `np.nanmean`, `np.cov`, `np.corrcoef`, and what stands for `np.maximum.accumulate`.  Out: their rules in `RULES`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom
from s2s_runtime.kernels import (
    centre,
    degrees_of_freedom,
    keep_axes,
    positions,
    record_positions,
    running_max,
    running_min,
    scatter_add,
)

# ------------------------------------------------------------------------------------------------ what is not NaN
SUMS = [case(A(4)), case(A(2, 3), 0), case(A(2, 3), axis=1, keepdims=True), case(A())]


def nansum_jvp(a_dot, a, axis=None, *, keepdims=False):
    return np.sum(np.where(np.isnan(a), 0.0, a_dot), axis=axis, keepdims=keepdims)


@custom(np.nansum, jvp=nansum_jvp, real_only=True, cases=SUMS)
def nansum(g, a, axis=None, *, keepdims=False):
    return np.where(np.isnan(a), 0.0, keep_axes(g, axis, keepdims))


def nanmean_jvp(a_dot, a, axis=None, *, keepdims=False):
    there = ~np.isnan(a)
    total = np.sum(np.where(there, a_dot, 0.0), axis=axis, keepdims=keepdims)
    return total / np.sum(np.where(there, np.ones_like(a), 0.0), axis=axis, keepdims=keepdims)


@custom(np.nanmean, jvp=nanmean_jvp, real_only=True, cases=SUMS)
def nanmean(g, a, axis=None, *, keepdims=False):
    there = ~np.isnan(a)
    count = np.sum(np.where(there, np.ones_like(a), 0.0), axis=axis, keepdims=True)
    return np.where(there, keep_axes(g, axis, keepdims) / count, 0.0)


# -------------------------------------------------------------------------------------------------- covariances
def is_matrix(m, *rest):
    return bool(m.ndim == 2)


def cov_jvp(m_dot, m, *, rowvar=True, ddof=1):
    axis = 1 if rowvar else 0
    x, x_dot = centre(m, axis), centre(m_dot, axis)
    half = x_dot @ np.transpose(x) if rowvar else np.transpose(x_dot) @ x
    return (half + np.transpose(half)) / degrees_of_freedom(m, axis, ddof)


@custom(np.cov, jvp=cov_jvp, when=is_matrix, real_only=True, cases=[case(A(2, 4)), case(A(4, 2), rowvar=False), case(A(3, 4), ddof=0)])
def cov(g, m, *, rowvar=True, ddof=1):
    axis = 1 if rowvar else 0
    x, both = centre(m, axis), g + np.transpose(g)
    return (both @ x if rowvar else x @ both) / degrees_of_freedom(m, axis, ddof)


def cov_of_samples_jvp(m_dot, m, *, ddof=1):
    return np.sum(2.0 * centre(m, None) * m_dot) / degrees_of_freedom(m, None, ddof)


@custom(np.cov, jvp=cov_of_samples_jvp, when=lambda m, ddof: bool(m.ndim == 1), real_only=True, cases=[case(A(4)), case(A(5), ddof=0)])
def cov_of_samples(g, m, *, ddof=1):
    return g * 2.0 * centre(m, None) / degrees_of_freedom(m, None, ddof)


def corrcoef_jvp(x_dot, x):
    deviations = centre(x, 1)
    lengths = np.sqrt(np.sum(deviations * deviations, axis=1, keepdims=True))
    unit = deviations / lengths
    moved = centre(x_dot, 1)
    half = (moved - unit * np.sum(unit * moved, axis=1, keepdims=True)) / lengths @ np.transpose(unit)
    return half + np.transpose(half)


@custom(np.corrcoef, jvp=corrcoef_jvp, when=is_matrix, real_only=True, cases=[case(A(3, 5))])
def corrcoef(g, x):
    """Rows are made unit vectors, and multiplied with each other."""
    deviations = centre(x, 1)
    lengths = np.sqrt(np.sum(deviations * deviations, axis=1, keepdims=True))
    unit = deviations / lengths
    unit_bar = (g + np.transpose(g)) @ unit
    return centre((unit_bar - unit * np.sum(unit * unit_bar, axis=1, keepdims=True)) / lengths, 1)


def corrcoef_of_two_jvp(x_dot, y_dot, x, y):
    a, b = centre(x, None), centre(y, None)
    a, b = a / np.sqrt(np.sum(a * a)), b / np.sqrt(np.sum(b * b))
    r = np.sum(a * b)
    by_x = np.sum((b - r * a) * x_dot) / np.sqrt(np.sum(centre(x, None) ** 2))
    by_y = np.sum((a - r * b) * y_dot) / np.sqrt(np.sum(centre(y, None) ** 2))
    off = np.ones((2, 2)) - np.eye(2)
    return by_x * off, by_y * off


@custom(
    np.corrcoef,
    jvp=corrcoef_of_two_jvp,
    wrt=("x", "y"),
    when=lambda x, y: bool(x.ndim == 1 and y.ndim == 1),
    real_only=True,
    cases=[case(A(5), A(5))],
)
def corrcoef_of_two(g, x, y):
    """What the two entries beside the diagonal, which are equal, get together."""
    a, b = centre(x, None), centre(y, None)
    a, b = a / np.sqrt(np.sum(a * a)), b / np.sqrt(np.sum(b * b))
    r, total = np.sum(a * b), g[0, 1] + g[1, 0]
    x_bar = total * (b - r * a) / np.sqrt(np.sum(centre(x, None) ** 2))
    return x_bar, total * (a - r * b) / np.sqrt(np.sum(centre(y, None) ** 2))


# ---------------------------------------------------------------------------------------------- running extremes
RUNNING = [case(A(5), 0), case(A(3, 4), 1), case(A(3, 2), 0)]


def running_jvp(x_dot, x, axis, *, result):
    return np.take_along_axis(x_dot, record_positions(x, result, axis), axis)


@custom(running_max, running_min, jvp=running_jvp, real_only=True, cases=RUNNING, wrt=("x",))
def running(g, x, axis, *, result):
    """Each entry comes from the last record before it."""
    source = np.take_along_axis(positions(np.shape(x)), record_positions(x, result, axis), axis)
    return scatter_add(g, source, np.shape(x))
