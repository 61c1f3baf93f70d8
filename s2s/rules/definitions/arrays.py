"""Definitions: arrays that are put together, chosen from, or cut out.

In: `np.select`, `np.piecewise`, `np.extract`, `np.resize`, `np.trim_zeros`, `np.broadcast_arrays`, `np.sort_complex`,
`np.real_if_close`, `np.apply_over_axes`, `np.divmod`, set operations.  Out: their definitions in `RULES`.
"""

from __future__ import annotations

import functools

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import Given, written
from s2s_runtime.kernels import first_of_each, index_set, positions_of_each, within_zeros


@written(np.select, arrays=())
def select(condlist, choicelist, default=0):
    pairs = [(condlist[k], choicelist[k]) for k in range(len(condlist) - 1, -1, -1)]
    return functools.reduce(first_chosen, pairs, default)


def first_chosen(result, pair):
    return np.where(pair[0], pair[1], result)


def conditions_in(x, condlist):
    """The conditions that stand in a list, or are the rows of an array; one alone may stand for itself."""
    if isinstance(condlist, (list, tuple)):
        return list(condlist)
    return [condlist] if np.ndim(condlist) == np.ndim(x) else list(condlist)


@written(np.piecewise, arrays=("x",))
def piecewise(x, condlist, funclist, *args, **kw):
    x = np.asarray(x)
    conditions = conditions_in(x, condlist)
    if len(funclist) == len(conditions) + 1:
        conditions.append(~np.any(np.array(conditions), axis=0))
    result = np.zeros_like(x)
    for condition, function in zip(conditions, funclist, strict=True):
        result = index_set(result, condition, function(x[condition], *args, **kw) if callable(function) else function)
    return result


@written(np.asarray_chkfinite)
def asarray_chkfinite(a, dtype=None):
    a = np.asarray(a, dtype)
    if not np.all(np.isfinite(a)):
        raise ValueError("array must not contain infs or NaNs")
    return a


IN_C = ("C", "C_CONTIGUOUS", "CONTIGUOUS", "c")
IN_FORTRAN = ("F", "F_CONTIGUOUS", "FORTRAN", "f")
MET = (*IN_C, *IN_FORTRAN, "A", "ALIGNED", "W", "WRITEABLE", "a", "w")
"""Requirements that a program's arrays meet, or that are an order in memory; to own its memory an array may have to be copied."""


def only_orders(a, dtype, requirements):
    return requirements is None or (isinstance(requirements, (str, tuple, list)) and all(one in MET for one in requirements))


@written(np.require, when=only_orders)
def require(a, dtype=None, requirements=None):
    if requirements is not None and any(one in IN_C for one in requirements):
        return np.asarray(a, dtype, order="C")
    if requirements is not None and any(one in IN_FORTRAN for one in requirements):
        return np.asarray(a, dtype, order="F")
    return np.asarray(a, dtype)


@written(*(vars(np)[name] for name in ("row_stack",) if name in vars(np)), arrays=())
def row_stack(tup):
    return np.vstack(tup)


@written(np.extract, arrays=("arr",), cases=[case(np.array([True, False, True]), A(3)), case(np.eye(2, 3), A(2, 3))])
def extract(condition, arr):
    return np.take(np.ravel(arr), np.nonzero(np.ravel(condition))[0])


@written(np.resize, arrays=("a",), cases=[case(A(5), (2, 4)), case(A(4, 3), 5), case(A(2, 2), (3, 3)), case(A(3), (0,))])
def resize(a, new_shape):
    shape = (new_shape,) if np.ndim(new_shape) == 0 else tuple(new_shape)
    count = 1
    for length in shape:
        count = count * length
    return np.reshape(np.take(np.ravel(a), np.arange(count) % np.size(a)), shape)


def is_vector(filt, trim, axis):
    return axis is None and getattr(filt, "ndim", None) == 1


@written(np.trim_zeros, arrays=("filt",), when=is_vector)
def trim_zeros(filt, trim="fb", axis=None):
    first, last = within_zeros(filt, trim)
    return filt[first:last]


@written(np.broadcast_arrays, arrays=())
def broadcast_arrays(*args):
    shape = np.broadcast_shapes(*[np.shape(arg) for arg in args])
    return tuple([np.broadcast_to(arg, shape) for arg in args])


def is_sparse(xi, copy, sparse, indexing):
    return sparse is True and copy is True


@written(np.meshgrid, arrays=(), when=is_sparse)
def meshgrid(*xi, copy=True, sparse=False, indexing="xy"):
    return tuple([np.copy(np.reshape(x, along(k, len(xi), indexing))) for k, x in enumerate(xi)])


def along(k, count, indexing):
    """The shape that lays a vector along an axis; the first two change places where they are x and y."""
    axis = 1 - k if indexing == "xy" and count > 1 and k < 2 else k
    return (1,) * axis + (-1,) + (1,) * (count - 1 - axis)


@written(np.sort_complex)
def sort_complex(a):
    ordered = np.sort(a)
    return ordered if np.iscomplexobj(ordered) else ordered.astype(complex)


@written(np.apply_over_axes, arrays=("a",))
def apply_over_axes(func, a, axes):
    result = a
    for axis in (axes,) if np.ndim(axes) == 0 else axes:
        reduced = func(result, axis)
        result = reduced if np.ndim(reduced) == np.ndim(a) else np.expand_dims(reduced, axis)
    return result


@written(np.divmod)
def divmod_(x1, x2):
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


# ---------------------------------------------------------------------------------------------------------- sets
def of_entries(ar, return_index, return_inverse, return_counts, axis, equal_nan, **_):
    return axis is None and equal_nan is True


@written(np.unique, when=of_entries)
def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True):
    """The first of each of the equal entries, in order."""
    index, inverse, counts = positions_of_each(ar)
    parts = [np.ravel(ar)[index]]
    for wanted, part in ((return_index, index), (return_inverse, inverse), (return_counts, counts)):
        if wanted:
            parts.append(part)
    return parts[0] if len(parts) == 1 else tuple(parts)


@written(np.unique_values)
def unique_values(x):
    return np.ravel(x)[first_of_each(x)]


@written(np.union1d)
def union1d(ar1, ar2):
    both = np.concatenate((np.ravel(ar1), np.ravel(ar2)))
    return both[first_of_each(both)]


@written(np.setdiff1d, arrays=("ar1", "ar2"))
def setdiff1d(ar1, ar2, assume_unique=False):
    if assume_unique:
        return np.ravel(ar1)[~np.isin(np.ravel(ar1), ar2)]
    once = np.ravel(ar1)[first_of_each(ar1)]
    return once[~np.isin(once, ar2)]


@written(np.setxor1d, arrays=("ar1", "ar2"))
def setxor1d(ar1, ar2, assume_unique=False):
    one, other = np.ravel(ar1), np.ravel(ar2)
    if not assume_unique:
        one, other = one[first_of_each(one)], other[first_of_each(other)]
    both = np.sort(np.concatenate((one, other)))
    differs = both[1:] != both[:-1]
    edge = np.ones(1, bool)
    return both[np.concatenate((edge, differs)) & np.concatenate((differs, edge))]


@written(np.intersect1d, arrays=("ar1", "ar2"), when=lambda ar1, ar2, assume_unique, return_indices: return_indices is False)
def intersect1d(ar1, ar2, assume_unique=False, return_indices=False):
    one, other = np.ravel(ar1), np.ravel(ar2)
    if not assume_unique:
        one, other = one[first_of_each(one)], other[first_of_each(other)]
    both = np.sort(np.concatenate((one, other)))
    return both[:-1][both[1:] == both[:-1]]


def is_real_value(a, tol):
    return isinstance(a, Given) and a.real


@written(np.real_if_close, when=is_real_value)
def real_if_close(a, tol=100):
    """Of a complex array, the values decide whether the result is complex: that is refused."""
    return np.asarray(a)


# ------------------------------------------------------------------------------------------------------- padding
def pair(width, axis):
    """What is said of the front and the back of an axis, of both, or of each axis."""
    if width is None or np.ndim(width) == 0:
        return width, width
    if np.ndim(width) == 1:
        return width[0], width[-1]
    row = width[axis if len(width) > 1 else 0]
    return row[0], row[-1]


def is_computed(array, pad_width, mode, constant_values, end_values, stat_length):
    """Borders that are computed, or have values of their own: those of zeros and of entries moved have rules."""
    return mode in STATISTICS or mode == "linear_ramp" or (mode == "constant" and not is_zero(constant_values))


def is_zero(value):
    return value is None or (type(value) in (int, float) and value == 0)


@written(
    np.pad,
    when=is_computed,
    cases=[
        case(A(3), (2, 1), constant_values=A()),
        case(A(2, 3), ((1, 0), (0, 2)), "linear_ramp", end_values=0.5),
        case(A(2, 3), 1, "mean"),
        case(A(5), (1, 2), "maximum", stat_length=3),
    ],
)
def pad(array, pad_width, mode="constant", *, constant_values=0, end_values=0, stat_length=None):
    """One axis after the other: a constant, what leads to one, or what the entries next to the border, or all of a line, give."""
    for axis in range(np.ndim(array)):
        parts = [array]
        before, after = pair(pad_width, axis)
        said = stat_length if mode in STATISTICS else constant_values if mode == "constant" else end_values
        first, last = pair(said, axis)
        if before > 0:
            parts.insert(0, outside(array, axis, before, first, mode))
        if after > 0:
            parts.append(np.flip(outside(np.flip(array, axis), axis, after, last, mode), axis))
        array = np.concatenate(parts, axis=axis)
    return array


def outside(array, axis, count, said, mode):
    """So many entries before the first of each line: all of one value, or from a value to the edge."""
    if mode == "linear_ramp":
        return np.linspace(said, np.take(array, 0, axis=axis), count, endpoint=False, axis=axis)
    if mode == "constant":
        value = said + np.zeros_like(np.take(array, np.arange(1), axis=axis))
    else:
        some = array if said is None else np.moveaxis(np.moveaxis(array, axis, 0)[:said], 0, axis)
        value = statistic(some, axis, mode)
    return np.broadcast_to(value, spread_shape(array, axis, count))


STATISTICS = ("mean", "median", "maximum", "minimum")


def statistic(some, axis, mode):
    if mode == "mean":
        return np.mean(some, axis=axis, keepdims=True)
    if mode == "median":
        return np.median(some, axis=axis, keepdims=True)
    if mode == "maximum":
        return np.max(some, axis=axis, keepdims=True)
    return np.min(some, axis=axis, keepdims=True)


def spread_shape(array, axis, count):
    lengths = list(np.shape(array))
    lengths[axis] = count
    return tuple(lengths)
