"""Definitions: differences, running sums, spaced numbers, windows.

In: `np.diff` with ends, `np.ediff1d`, `np.cumulative_sum` and `np.cumulative_prod`, `np.linspace` along an axis, `np.logspace`,
`np.geomspace`, `np.kaiser`, `np.interp` of a period, and folds of ufuncs.  Out: their definitions in `RULES`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.declare import written


# --------------------------------------------------------------------------------------------------- differences
def spread_along(value, a, axis):
    """What is put before or behind an array: a number stands for one entry of each line."""
    if np.ndim(value) > 0:
        return value
    lengths = list(np.shape(a))
    lengths[axis] = 1
    return np.broadcast_to(value, tuple(lengths))


def has_ends(a, n, axis, prepend, append):
    return prepend is not np._NoValue or append is not np._NoValue


@written(np.diff, arrays=("a", "prepend", "append"), when=has_ends)
def diff(a, n=1, axis=-1, prepend=np._NoValue, append=np._NoValue):
    if n == 0:
        return a
    parts = [a]
    if prepend is not np._NoValue:
        parts.insert(0, spread_along(prepend, a, axis))
    if append is not np._NoValue:
        parts.append(spread_along(append, a, axis))
    return np.diff(np.concatenate(parts, axis), n, axis)


@written(np.ediff1d, arrays=("ary", "to_begin", "to_end"))
def ediff1d(ary, to_end=None, to_begin=None):
    line = np.ravel(ary)
    parts = [line[1:] - line[:-1]]
    if to_begin is not None:
        parts.insert(0, np.ravel(to_begin))
    if to_end is not None:
        parts.append(np.ravel(to_end))
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def cumulative(running, start, x, axis, include_initial):
    along = 0 if axis is None else axis
    result = running(x, axis=along)
    if not include_initial:
        return result
    lengths = list(np.shape(x))
    lengths[along] = 1
    return np.concatenate((np.full(tuple(lengths), start, dtype=result.dtype), result), axis=along)


@written(np.cumulative_sum)
def cumulative_sum(x, *, axis=None, include_initial=False):
    return cumulative(np.cumsum, 0, x, axis, include_initial)


@written(np.cumulative_prod)
def cumulative_prod(x, *, axis=None, include_initial=False):
    return cumulative(np.cumprod, 1, x, axis, include_initial)


# ---------------------------------------------------------------------------------------------------------- spaced
def along_an_axis(start, stop, num, endpoint, retstep, axis):
    return axis != 0 or retstep is not False


@written(np.linspace, arrays=("start", "stop"), when=along_an_axis)
def linspace(start, stop, num=50, endpoint=True, retstep=False, *, axis=0):
    result = np.linspace(start, stop, num, endpoint)
    if axis != 0:
        result = np.moveaxis(result, 0, axis)
    if not retstep:
        return result
    return result, (stop * 1.0 - start * 1.0) / (num - 1 if endpoint else num)


@written(np.logspace, arrays=("start", "stop"))
def logspace(start, stop, num=50, endpoint=True, base=10.0, *, axis=0):
    return np.power(base, np.linspace(start, stop, num, endpoint, axis=axis))


@written(np.geomspace, arrays=("start", "stop"))
def geomspace(start, stop, num=50, endpoint=True, *, axis=0):
    """The ends are the given numbers themselves."""
    sign = np.sign(start + 0 * stop)
    first, last = (start + 0 * stop) / sign, (stop + 0 * start) / sign
    between = np.power(10.0, np.linspace(np.log10(first), np.log10(last), num, endpoint))
    parts = [np.expand_dims(first, 0)]
    if num > 1 and endpoint:
        parts.extend([between[1:-1], np.expand_dims(last, 0)])
    else:
        parts.append(between[1:])
    return np.moveaxis(np.concatenate(parts) * sign, 0, axis)


@written(np.kaiser, arrays=())
def kaiser(M, beta):
    if M == 1:
        return np.ones(1)
    n = np.arange(0, M)
    alpha = (M - 1) / 2.0
    return np.i0(beta * np.sqrt(1 - ((n - alpha) / alpha) ** 2.0)) / np.i0(beta)


def by_count(a, bins, range, weights):
    return type(bins) is int


@written(np.histogram_bin_edges, arrays=("a",), when=by_count)
def histogram_bin_edges(a, bins=10, range=None, weights=None):
    """Bins of one length, from the least entry to the largest."""
    if range is not None:
        return np.linspace(range[0], range[1], bins + 1)
    first, last = np.min(a), np.max(a)
    if first == last:
        first, last = first - 0.5, last + 0.5
    return np.linspace(first, last, bins + 1)


def with_density(a, bins, range, density, weights):
    return density is True


@written(np.histogram, arrays=("a", "weights"), when=with_density)
def histogram(a, bins=10, range=None, density=None, weights=None):
    """The share of each bin, by its length."""
    counts, edges = np.histogram(a, bins, range, weights=weights)
    return counts / np.diff(edges) / np.sum(counts), edges


# --------------------------------------------------------------------------------------------------- interpolation
def has_period(x, xp, fp, left, right, period):
    return period is not None


@written(np.interp, arrays=("x", "xp", "fp"), when=has_period)
def interp(x, xp, fp, left=None, right=None, period=None):
    period = abs(period)
    places, points = x % period, xp % period
    order = np.argsort(points)
    points, values = points[order], fp[order]
    points = np.concatenate((points[-1:] - period, points, points[0:1] + period))
    return np.interp(places, points, np.concatenate((values[-1:], values, values[0:1])))


# ----------------------------------------------------------------------------------------------------------- folds
def folded(function, x, axis=0, keepdims=False):
    """`function.reduce`: of all entries along an axis, from the first to the last."""
    rows = np.moveaxis(x, axis, 0)
    total = rows[0]
    for k in range(1, len(rows)):
        total = function(total, rows[k])
    return np.expand_dims(total, axis) if keepdims else total


def running(function, x, axis=0):
    """`function.accumulate`: all that a fold goes through."""
    rows = np.moveaxis(x, axis, 0)
    totals = [rows[0]]
    for k in range(1, len(rows)):
        totals.append(function(totals[k - 1], rows[k]))
    return np.stack(totals, axis=axis)


def reduced_pieces(reduce, x, indices, axis=0):
    """`reduceat`: each piece from an index up to the next one is reduced; it is the entry there if that one is not behind it."""
    rows = np.moveaxis(x, axis, 0)
    pieces = []
    for k in range(len(indices)):
        start, stop = indices[k], indices[k + 1] if k + 1 < len(indices) else len(rows)
        pieces.append(reduce(rows[start:stop], axis=0) if start < stop else rows[start])
    return np.moveaxis(np.stack(pieces), 0, axis)
