"""Derivative rules: reductions over the entries that a mask chooses, and over one value more.

In: `where=` and `initial=` of NumPy's sums, products, means, spreads and extremes; the mean that a spread is given.  Out: their
rules in `RULES`.  What a mask does not choose contributes nothing, whatever it holds.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear
from s2s.rules.when import keeps_fractions
from s2s_runtime.kernels import degrees_of_freedom, keep_axes, products_before

MASK = np.array([[True, False, True], [False, True, True]])
MASKED = [case(A(2, 3), where=MASK), case(A(2, 3), 0, where=MASK), case(A(2, 3), axis=1, keepdims=True, where=MASK[0])]
BEGUN = [
    case(A(4), initial=A()),
    case(A(2, 3), initial=A()),
    case(A(2, 3), 0, initial=A()),
    case(A(2, 3), axis=(0, 1), keepdims=True, initial=A()),
    case(A(2, 3), axis=-1, initial=A(), where=MASK),
    case(A(0, 3), axis=0, initial=A()),
]


# --------------------------------------------------------------------------------------------------- sums, means
def of_fractions(a, axis, dtype, *rest):
    return keeps_fractions(dtype)


@linear(np.sum, ignored=("where",), when=of_fractions, cases=MASKED)
def sum_where(g, a, axis=None, dtype=None, *, keepdims=False, where=True):
    return np.where(np.broadcast_to(where, np.shape(a)), keep_axes(g, axis, keepdims), 0.0)


@linear(np.sum, wrt=("a", "initial"), ignored=("where",), when=of_fractions, cases=BEGUN)
def sum_from(g, a, axis=None, dtype=None, *, keepdims=False, initial, where=True):
    """What a sum begins with is added once to each entry of the result."""
    return np.where(np.broadcast_to(where, np.shape(a)), keep_axes(g, axis, keepdims), 0.0), np.sum(g)


@linear(np.mean, ignored=("where",), when=of_fractions, cases=MASKED)
def mean_where(g, a, axis=None, dtype=None, *, keepdims=False, where=True):
    chosen = np.broadcast_to(where, np.shape(a))
    count = np.sum(chosen, axis=axis, keepdims=keepdims)
    return np.where(chosen, keep_axes(g / count, axis, keepdims), 0.0)


# ------------------------------------------------------------------------------------------------------ products
def others(a, axis, where):
    """The product of the other chosen entries, where an entry is chosen, else 0; and the factors."""
    chosen = np.broadcast_to(where, np.shape(a))
    factors = np.where(chosen, a, 1.0)
    after = np.flip(products_before(np.flip(factors, axis), axis), axis)
    return np.where(chosen, products_before(factors, axis) * after, 0.0), factors


def prod_where_jvp(a_dot, a, axis=None, *, keepdims=False, where=True):
    rest, _ = others(a, axis, where)
    return np.sum(rest * a_dot, axis=axis, keepdims=keepdims, where=where)


@custom(np.prod, jvp=prod_where_jvp, ignored=("where",), cases=MASKED)
def prod_where(g, a, axis=None, *, keepdims=False, where=True):
    rest, _ = others(a, axis, where)
    return keep_axes(g, axis, keepdims) * rest


def prod_from_jvp(a_dot, initial_dot, a, axis=None, *, keepdims=False, initial, where=True):
    rest, factors = others(a, axis, where)
    by_a = np.sum(initial * rest * a_dot, axis=axis, keepdims=keepdims, where=where)
    return by_a, initial_dot * np.prod(factors, axis=axis, keepdims=keepdims)


@custom(np.prod, jvp=prod_from_jvp, wrt=("a", "initial"), ignored=("where",), cases=BEGUN)
def prod_from(g, a, axis=None, *, keepdims=False, initial, where=True):
    rest, factors = others(a, axis, where)
    return keep_axes(g, axis, keepdims) * initial * rest, np.sum(g * np.prod(factors, axis=axis, keepdims=keepdims))


# ------------------------------------------------------------------------------------------------------- spreads
def freedom(a, axis, ddof, where):
    """What a spread of the chosen entries divides by."""
    if where is True:
        return degrees_of_freedom(a, axis, ddof)
    return np.maximum(np.sum(np.broadcast_to(where, np.shape(a)), axis=axis, keepdims=True) - ddof, 0)


def deviations(a, axis, where, mean):
    """What the chosen entries deviate by from their mean, or from the one that is given; 0 where none is chosen."""
    middle = np.mean(a, axis=axis, keepdims=True, where=where) if mean is None else mean
    return a - middle if where is True else np.where(np.broadcast_to(where, np.shape(a)), a - middle, 0.0)


def var_where_jvp(a_dot, mean_dot, a, axis=None, *, ddof=0, keepdims=False, where=True, mean=None):
    slope = 2.0 * deviations(a, axis, where, mean) / freedom(a, axis, ddof, where)
    by_a = np.sum(slope * a_dot, axis=axis, keepdims=keepdims, where=where)
    return by_a, None if mean is None else -np.sum(slope * mean_dot, axis=axis, keepdims=keepdims)


SPREADS = [
    case(A(4), where=np.array([True, False, True, True])),
    case(A(2, 3), axis=1, ddof=0.5, where=MASK),
    case(A(3, 2), axis=0, keepdims=True, where=MASK.T),
    case(A(3, 4), axis=1, mean=A(3, 1)),
    case(A(3, 4), ddof=1, mean=A(1, 1), keepdims=True),
    case(A(2, 3), axis=1, where=MASK, mean=A(2, 1)),
]


@custom(np.var, jvp=var_where_jvp, wrt=("a", "mean"), ignored=("where",), real_only=True, cases=SPREADS)
def var_where(g, a, axis=None, *, ddof=0, keepdims=False, where=True, mean=None):
    """A mean that is given is one more argument: that of the entries moves with them, and then no slope comes of it."""
    slope = 2.0 * deviations(a, axis, where, mean) / freedom(a, axis, ddof, where)
    a_bar = keep_axes(g, axis, keepdims) * slope
    return a_bar, None if mean is None else -a_bar


def std_where_jvp(a_dot, mean_dot, a, axis=None, *, ddof=0, keepdims=False, where=True, mean=None, result):
    spread = keep_axes(result, axis, keepdims) * freedom(a, axis, ddof, where)
    slope = deviations(a, axis, where, mean) / np.where(spread == 0, 1.0, spread)
    by_a = np.sum(slope * a_dot, axis=axis, keepdims=keepdims, where=where)
    return by_a, None if mean is None else -np.sum(slope * mean_dot, axis=axis, keepdims=keepdims)


@custom(np.std, jvp=std_where_jvp, wrt=("a", "mean"), ignored=("where",), real_only=True, cases=SPREADS)
def std_where(g, a, axis=None, *, ddof=0, keepdims=False, where=True, mean=None, result):
    spread = keep_axes(result, axis, keepdims) * freedom(a, axis, ddof, where)
    a_bar = keep_axes(g, axis, keepdims) * deviations(a, axis, where, mean) / np.where(spread == 0, 1.0, spread)
    return a_bar, None if mean is None else -a_bar


# ------------------------------------------------------------------------------------------------------ extremes
def shares(a, axis, keepdims, initial, where, result):
    """How much of each chosen entry there is in an extreme, and how much of what it begins with: what ties shares equally."""
    extreme = keep_axes(result, axis, keepdims)
    chosen = a == extreme if where is True else (a == extreme) & where
    begins = np.equal(initial, extreme)
    count = np.sum(chosen, axis=axis, keepdims=True) + begins
    part = 1.0 / np.where(count == 0, np.nan, count)
    return np.where(np.isnan(part), part, np.where(chosen, part, 0.0)), np.where(begins, part, 0.0)


def extreme_from_jvp(a_dot, initial_dot, a, axis=None, *, keepdims=False, initial, where=True, result):
    of_entries, of_initial = shares(a, axis, keepdims, initial, where, result)
    by_a = np.sum(np.where(of_entries == 0, 0.0, of_entries * a_dot), axis=axis, keepdims=keepdims)
    return by_a, np.reshape(of_initial * initial_dot, np.shape(result))


@custom(
    np.max, np.min, np.amax, np.amin, np.nanmax, np.nanmin,
    jvp=extreme_from_jvp,
    wrt=("a", "initial"),
    ignored=("where",),
    real_only=True,
    cases=[
        case(A(4), initial=A()),
        case(A(2, 3), initial=A()),
        case(A(2, 3), 0, initial=A()),
        case(A(2, 3), axis=(0, 1), keepdims=True, initial=A()),
        case(A(2, 3), axis=-1, initial=A(), where=MASK),
        case(A(0, 3), axis=0, initial=A()),
    ],
)  # fmt: skip
def extreme_from(g, a, axis=None, *, keepdims=False, initial, where=True, result):
    of_entries, of_initial = shares(a, axis, keepdims, initial, where, result)
    g_kept = keep_axes(g, axis, keepdims)
    return np.where(of_entries == 0, 0.0, g_kept * of_entries), np.sum(g_kept * of_initial)
