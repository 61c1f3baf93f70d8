"""Functions whose results carry no derivative, and makers of arrays that are linear in what they are filled with.

In: constructors, shapes, comparisons, logic, rounding, counting, searching.  Out: their names in `RULES.constants`;
rules for full, full_like, linspace, arange, bincount.
"""

from __future__ import annotations

import builtins
import cmath
import math
import operator

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import constant, custom, linear
from s2s_runtime import kernels
from s2s_runtime.kernels import sum_to


@linear(
    np.full,
    wrt=("fill_value",),
    cases=[case((2, 3), A()), case(3, A()), case((2, 3), A(3)), case((), A()), case((0,), A())],
)
def full(g, shape, fill_value, dtype=None):
    return sum_to(g, np.shape(fill_value))


@linear(np.full_like, wrt=("a", "fill_value"), cases=[case(A(2, 3), A()), case(A(2, 3), A(3)), case(A(), A())])
def full_like(g, a, fill_value, dtype=None):
    """Of `a` only the shape and the dtype are read."""
    return None, sum_to(g, np.shape(fill_value))


@linear(
    np.linspace,
    wrt=("start", "stop"),
    when=lambda start, stop, num, endpoint: start.ndim == 0 and stop.ndim == 0,
    cases=[case(A(), A()), case(A(), A(), 4), case(A(), A(), 1), case(A(), A(), 0), case(A(), A(), 5, endpoint=False)],
)
def linspace_of_numbers(g, start, stop, num=50, endpoint=True):
    weights = np.linspace(0.0, 1.0, num, endpoint)
    return np.dot(1.0 - weights, g), np.dot(weights, g)


@linear(np.linspace, wrt=("start", "stop"), cases=[case(A(3), A(), 5, endpoint=False), case(A(2, 1), A(3), 3)])
def linspace(g, start, stop, num=50, endpoint=True):
    weights = np.linspace(0.0, 1.0, num, endpoint)
    return np.tensordot(1.0 - weights, g, 1), np.tensordot(weights, g, 1)


def arange_jvp(start_dot, stop_dot, step_dot, start, stop=None, step=None, *, result):
    if stop is None:
        return np.zeros_like(result), None, None
    if step is None:
        return np.full(np.shape(result), start_dot), np.zeros_like(result), None
    return np.full(np.shape(result), start_dot), np.zeros_like(result), step_dot * np.arange(np.size(result))


@custom(
    np.arange,
    jvp=arange_jvp,
    real_only=True,
    wrt=("start", "stop", "step"),
    cases=[
        case(A(domain="above one")),
        case(A(), 4.3),
        case(A(), 2.5, A(domain="positive")),
        case(0.0, A(domain="above one"), 0.3),
    ],
)
def arange(g, start, stop=None, step=None):
    """Entry k is start + k step; where it ends does not move the entries.  Alone, the first argument is the end."""
    if stop is None:
        return np.zeros_like(start), None, None
    if step is None:
        return np.sum(g), np.zeros_like(stop), None
    return np.sum(g), np.zeros_like(stop), np.sum(g * np.arange(np.size(g)))


@linear(
    np.bincount,
    wrt=("weights",),
    cases=[case(np.array([0, 2, 2, 5]), A(4)), case([1, 1], A(2), minlength=4)],
)
def bincount(g, x, weights=None, minlength=0):
    return np.take(g, x)


constant(
    np.zeros, np.ones, np.empty, np.zeros_like, np.ones_like, np.empty_like, np.eye, np.identity, np.tri, np.indices,
    np.ix_, np.tril_indices, np.triu_indices, np.diag_indices, np.tril_indices_from, np.triu_indices_from,
    np.ravel_multi_index, np.unravel_index, np.hanning, np.hamming, np.blackman, np.bartlett,
    reason="a new array without a differentiable source",
)  # fmt: skip
constant(
    np.shape, np.ndim, np.size, np.result_type, np.promote_types, np.can_cast, np.finfo, np.iinfo,
    np.dtype, np.broadcast_shapes, np.iscomplexobj, np.isrealobj, np.isscalar, np.issubdtype, np.shares_memory,
    np.may_share_memory, builtins.issubclass, builtins.callable, builtins.id, builtins.hasattr, builtins.slice,
    reason="it reads what a value is like, not the value",
)  # fmt: skip
constant(
    np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.lexsort, np.argpartition, np.argwhere, np.nonzero,
    np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize, operator.index,
    np.int8, np.int16, np.int32, np.int64, np.intp, np.uint8, np.uint16, np.uint32, np.uint64,
    reason="the result is whole numbers",
)  # fmt: skip
constant(
    np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal, operator.lt, operator.le, operator.gt,
    operator.ge, operator.eq, operator.ne, operator.truth,
    operator.contains, np.logical_and, np.logical_or, np.logical_not, np.logical_xor, operator.and_, operator.or_,
    operator.xor, operator.invert, operator.lshift, operator.rshift, np.bitwise_and, np.bitwise_or, np.bitwise_xor,
    np.invert, np.left_shift, np.right_shift, np.isnan, np.isfinite, np.isinf, np.isneginf, np.isposinf, np.signbit,
    np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isin, np.isreal, np.iscomplex, np.any, np.all,
    math.isnan, math.isfinite, math.isinf, math.isclose, cmath.isnan, cmath.isfinite, cmath.isinf, cmath.isclose,
    builtins.any, builtins.all, np.bool_,
    reason="the result is true or false",
)  # fmt: skip
constant(
    np.sign, np.floor, np.ceil, np.trunc, np.rint, np.round, np.around, np.fix, np.floor_divide, operator.floordiv,
    math.floor, math.ceil, math.trunc, builtins.round, np.spacing, kernels.quantile_steps,
    kernels.record_positions,
    reason="the derivative is zero wherever it exists",
)  # fmt: skip
constant(
    kernels.first_of_each, kernels.positions_of_each, kernels.within_zeros, kernels.largest_real, kernels.nearest, kernels.bin_of,
    np.diag_indices_from, np.mask_indices, np.linalg.matrix_rank, np.unique_inverse, np.unique_counts, np.iterable,
    np.base_repr, np.binary_repr, np.array_repr, np.array_str, np.array2string, np.isfortran, np.mintypecode, np.min_scalar_type,
    np.common_type, np.typename, np.isdtype, np.einsum_path, np.busday_count, np.bitwise_count, np.isnat, np.packbits, np.unpackbits,
    reason="positions, counts and names",
)  # fmt: skip
constant(
    math.gcd, math.lcm, math.factorial, math.comb, math.perm, math.isqrt, np.gcd, np.lcm,
    reason="arithmetic of whole numbers",
)  # fmt: skip
constant(
    kernels.shapes, kernels.nesting, kernels.positions, kernels.axis_size, kernels.axes_behind,
    kernels.degrees_of_freedom, kernels.inverse_permutation,
    kernels.roll_destination, kernels.linear_pad_mode, kernels.pair_subscripts, kernels.matmul_subscripts,
    kernels.part_sign, kernels.hermitian_weights, kernels.fourier_axes, kernels.fourier_lengths,
    kernels.dot_subscripts, kernels.inner_subscripts, kernels.tensordot_subscripts, kernels.chain_subscripts, kernels.narrowed,
    reason="it reads shapes and arguments, not values",
)  # fmt: skip
