"""Simplification of one application, where the result is the same to the last bit, NaN and signed zeros included.

    x * 1 => x      x / 1 => x      x ** 1 => x      x * -1 => -x      -(-x) => x      1 + 2 => 3      len(x) of shape (3,) => 3

`x * 0` and `x + 0` stay: they are not `0` and `x` for an infinity and for -0.0.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import axisless, dtyped, facts, ir, options, pieces, stored, sums
from s2s.infer import ELEMENTWISE
from s2s.infer.atoms import NoSample, constant_of
from s2s.twin import broadcast, shape_atom, twin
from s2s_runtime import containers, kernels

if TYPE_CHECKING:
    from s2s.builder import Builder

Folded = ir.Atom | ir.Apply | None
PLAIN = (bool, int, float, complex, str, type(None), tuple, type(Ellipsis), slice)
ARITHMETIC = {
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow, operator.neg,
    operator.pos, operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne, operator.not_, operator.is_,
    operator.is_not, operator.and_, operator.or_, operator.xor, operator.invert, operator.lshift, operator.rshift,
    operator.getitem, len, float, int, format, repr, containers.join_text, bool, abs, min, max, round, str, tuple, math.sqrt, isinstance,
    kernels.dot_subscripts, kernels.matmul_subscripts, kernels.inner_subscripts, kernels.tensordot_subscripts, kernels.pair_subscripts,
    kernels.inverse_permutation, kernels.roll_destination, kernels.chain_subscripts,
}  # fmt: skip


def fold(application: ir.Apply, builder: Builder) -> Folded:
    """A simpler atom or application with the same result, or None."""
    special = SPECIAL.get(application.function)
    if special is not None and not application.kwargs and _takes(special, len(application.args)):
        result = special(builder, *application.args)
        if result is not None:
            return result
    return _evaluate(application) or dtyped.decided(application, builder) or _unspread(application, builder) or options.plain(application)


def _takes(special: Callable[..., Folded], count: int) -> bool:
    most = special.__code__.co_argcount - 1
    return most - len(special.__defaults__ or ()) <= count <= most


def _unspread(application: ir.Apply, builder: Builder) -> ir.Apply | None:
    """`np.broadcast_to(g, s) * y` is `g * y` where y has the shape s already."""
    if application.function not in ELEMENTWISE or len(application.args) != 2 or application.kwargs:
        return None
    args = list(application.args)
    for position, arg in enumerate(args):
        inner = builder.definition(arg)
        if inner is None or inner.function is not np.broadcast_to or not isinstance(inner.args[0], ir.Var):
            continue
        whole, other = builder.type_of(arg), builder.type_of(args[1 - position])
        narrow = builder.type_of(inner.args[0])
        if not (isinstance(whole, facts.Num) and isinstance(other, facts.Num) and isinstance(narrow, facts.Num)):
            continue
        if whole.shape is None or other.shape is None or narrow.shape is None or narrow.weak is None:
            continue
        if other.shape == whole.shape and (narrow.shape or not _changes_dtype(narrow, other)):
            args[position] = inner.args[0]
            return ir.Apply(application.function, tuple(args))
    return None


def _changes_dtype(scalar: facts.Num, other: facts.Num) -> bool:
    """Whether a Python number's precision would yield to an array's, where an array of it would not."""
    return bool(scalar.weak) and (scalar.dtype is None or other.dtype is None or scalar.dtype != other.dtype)


def _evaluate(application: ir.Apply) -> ir.Atom | None:
    """The value of plain Python arithmetic on constants."""
    if application.function not in ARITHMETIC or application.kwargs:
        return None
    try:
        args = [constant_of(arg) for arg in application.args]
        if not all(isinstance(arg, (*PLAIN, list)) for arg in args):
            return None
        value = application.function(*args)
    except (NoSample, ArithmeticError, TypeError, ValueError, IndexError):
        return None  # or the user's program fails here when it runs, and says so itself
    if any(isinstance(arg, list) for arg in args) and not isinstance(value, str):
        return None  # a list can be changed
    if (isinstance(value, int) and abs(value) > 2**63) or isinstance(value, complex):
        return None
    return ir.Const(value)


def is_const(atom: ir.Atom, *values: Any) -> bool:
    """Whether an atom is a Python number equal to one of the values."""
    return isinstance(atom, ir.Const) and type(atom.value) in (int, float) and atom.value in values


def _exact(builder: Builder, x: ir.Atom, factor: ir.Atom) -> bool:
    """Whether multiplying by a constant keeps the dtype and the bits of x: a float times 1 or 1.0, an integer times 1.

    A complex number times 1 may lose the sign of a zero, and an infinity: it is multiplied by 1 + 0j.
    """
    fact = builder.type_of(x)
    if not isinstance(fact, facts.Num) or fact.dtype is None:
        return False
    return fact.dtype.kind == "f" or (
        fact.dtype.kind == "i" and isinstance(factor, ir.Const) and type(factor.value) is int
    )


def multiply(builder: Builder, x: ir.Atom, y: ir.Atom) -> Folded:
    for a, b in ((x, y), (y, x)):
        if is_const(b, 1) and _exact(builder, a, b):
            return a
        if is_const(b, -1) and _exact(builder, a, b):
            return negative(builder, a) or ir.Apply(operator.neg, (a,))
    for a, b in ((x, y), (y, x)):
        inner = builder.definition(a)
        if inner is not None and inner.function is operator.neg and _exact(builder, a, ir.Const(1.0)):
            product = (
                builder.apply(operator.mul, inner.args[0], b)
                if a is x
                else builder.apply(operator.mul, b, inner.args[0])
            )
            return ir.Apply(operator.neg, (product,))
    return None


def divide(builder: Builder, x: ir.Atom, y: ir.Atom) -> Folded:
    fact = builder.type_of(x)
    inexact = isinstance(fact, facts.Num) and fact.inexact and fact.is_real
    return x if is_const(y, 1) and inexact else None


def power(builder: Builder, x: ir.Atom, y: ir.Atom) -> Folded:
    return x if is_const(y, 1) and _exact(builder, x, y) else None


def negative(builder: Builder, x: ir.Atom) -> Folded:
    inner = builder.definition(x)
    if inner is not None and inner.function is operator.neg:
        return inner.args[0]
    return None


def subtract(builder: Builder, x: ir.Atom, y: ir.Atom) -> Folded:
    found = sums.difference(builder, x, y)
    if found is not None:
        return found
    return x if is_const(y, 0) and type(y.value) is int and _exact(builder, x, y) else None  # type: ignore[union-attr]


def add(builder: Builder, x: ir.Atom, y: ir.Atom) -> Folded:
    found = sums.total(builder, x, y)
    if found is not None:
        return found
    inner = builder.definition(y)
    if inner is not None and inner.function is operator.neg and _is_inexact(builder, x) and _is_inexact(builder, y):
        return ir.Apply(operator.sub, (x, inner.args[0]))
    return None


def _is_inexact(builder: Builder, x: ir.Atom) -> bool:
    fact = builder.type_of(x)
    return isinstance(fact, facts.Num) and bool(fact.inexact)


def same_shape(builder: Builder, x: ir.Atom, shape: ir.Atom) -> Folded:
    """broadcast_to, reshape, sum_to: nothing to do where the shape is already this."""
    fact = builder.type_of(x)
    wanted = shape_of_atom(builder, shape)
    if isinstance(fact, facts.Num) and fact.shape is not None and wanted is not None and fact.shape == wanted:
        if all(dim.never_negative for dim in wanted):
            return x
    return None


def broadcast_to(builder: Builder, x: ir.Atom, shape: ir.Atom) -> Folded:
    """Nothing to do where the shape is already this; a shape that was taken apart is put together again."""
    whole = gathered(builder, shape)
    if whole is not None:
        return builder.apply(np.broadcast_to, x, whole)
    return same_shape(builder, x, shape)


def sum_to(builder: Builder, g: ir.Atom, shape: ir.Atom) -> Folded:
    """The sum over exactly those axes that facts name, or nothing, or the run-time helper."""
    fact, wanted = builder.type_of(g), shape_of_atom(builder, shape)
    if not isinstance(fact, facts.Num) or fact.shape is None or wanted is None:
        return None
    if fact.shape == wanted:
        return g
    if not wanted:
        return ir.Apply(np.sum, (g,))
    extra = len(fact.shape) - len(wanted)
    if extra < 0:
        return None
    ones = []
    for axis, (have, want) in enumerate(zip(fact.shape[extra:], wanted, strict=True)):
        if have == want:
            continue
        if not want.is_one:
            return None
        ones.append(axis)
    if extra:
        leading = ir.Const(0 if extra == 1 else tuple(range(extra)))
        g = builder.apply(np.sum, g, axis=leading)
    if ones:
        return ir.Apply(
            np.sum, (g,), (("axis", ir.Const(ones[0] if len(ones) == 1 else tuple(ones))), ("keepdims", ir.Const(True)))
        )
    return g


def gathered(builder: Builder, shape: ir.Atom) -> ir.Atom | None:
    """`(s[0], s[1])` of a shape s of two lengths is s."""
    if not (isinstance(shape, ir.Pack) and shape.kind is tuple and shape.items):
        return None
    whole: ir.Atom | None = None
    for k, item in enumerate(shape.items):
        inner = builder.definition(item)
        if inner is None or inner.function is not operator.getitem or inner.args[1] != ir.Const(k):
            return None
        if whole is not None and inner.args[0] != whole:
            return None
        whole = inner.args[0]
    fact = builder.type_of(whole) if whole is not None else None
    return whole if isinstance(fact, facts.Record) and len(fact.items) == len(shape.items) else None


def shape_of_atom(builder: Builder, shape: ir.Atom) -> facts.Shape | None:
    """The dims that an atom holding a shape stands for."""
    if isinstance(shape, ir.Const):
        value = shape.value if isinstance(shape.value, tuple) else (shape.value,)
        return tuple(facts.as_dim(n) for n in value) if all(isinstance(n, int) and n >= 0 for n in value) else None
    if isinstance(shape, ir.Pack) and shape.kind in (tuple, list):
        dims = [_length(builder.type_of(item)) for item in shape.items]
        return tuple(dims) if all(dim is not None for dim in dims) else None  # type: ignore[arg-type]
    if isinstance(shape, ir.Var):
        inner = builder.definition(shape)
        if inner is not None and inner.function is np.shape:
            fact = builder.type_of(inner.args[0])
            return fact.shape if isinstance(fact, facts.Num) else None
        fact = builder.type_of(shape)
        if isinstance(fact, facts.Record):
            dims = [_length(item) for item in fact.items]
            return tuple(dims) if all(dim is not None for dim in dims) else None  # type: ignore[arg-type]
        length = _length(fact)
        return (length,) if length is not None else None
    return None


def _length(fact: facts.Type | None) -> facts.Dim | None:
    return fact.length if isinstance(fact, facts.Num) else None


def shape(builder: Builder, x: ir.Atom) -> Folded:
    fact = builder.type_of(x)
    if isinstance(fact, facts.Num) and fact.shape is not None:
        lengths = [dim.constant for dim in fact.shape]
        if all(length is not None for length in lengths):
            return ir.Const(tuple(lengths))
    other = twin(builder, x)
    return ir.Apply(np.shape, (other,)) if other is not None else shape_atom(builder, x) or broadcast(builder, x)


def size(builder: Builder, x: ir.Atom) -> Folded:
    other = twin(builder, x)
    return ir.Apply(np.size, (other,)) if other is not None else None


def zeros_like(builder: Builder, x: ir.Atom) -> Folded:
    """Zeros like an input of the same shape and dtype, so that what a loop made of it need not be there."""
    other, made = twin(builder, x), shape_atom(builder, x)
    if other is None and made is not None and builder.type_of(x).dtype == np.float64:  # type: ignore[union-attr]
        return ir.Apply(np.zeros, (made,))
    if other is None:
        return None
    dtype = builder.type_of(x).dtype  # type: ignore[union-attr]
    if builder.type_of(other).dtype == dtype:  # type: ignore[union-attr]
        return ir.Apply(np.zeros_like, (other,))
    return None if dtype is None else ir.Apply(np.zeros, (builder.apply(np.shape, other),), (("dtype", ir.Const(dtype.type)),))


def ndim(builder: Builder, x: ir.Atom) -> Folded:
    fact = builder.type_of(x)
    return ir.Const(fact.ndim) if isinstance(fact, facts.Num) and fact.ndim is not None else None


def length(builder: Builder, x: ir.Atom) -> Folded:
    fact = builder.type_of(x)
    if isinstance(x, ir.Pack):
        return ir.Const(len(x.items))
    if isinstance(fact, facts.Record):
        return ir.Const(len(fact.items))
    if isinstance(fact, facts.Num) and fact.shape and fact.shape[0].constant is not None:
        return ir.Const(fact.shape[0].constant)
    other = twin(builder, x)
    return ir.Apply(len, (other,)) if other is not None else None


def getitem(builder: Builder, x: ir.Atom, index: ir.Atom) -> Folded:
    if axisless.is_whole(builder, x, index):
        return x if index == stored.NO_PATH else ir.Apply(np.array, (x,))
    if (
        isinstance(x, ir.Pack)
        and isinstance(index, ir.Const)
        and x.kind in (tuple, list)
        and isinstance(index.value, int)
    ):
        return x.items[index.value] if -len(x.items) <= index.value < len(x.items) else None
    if isinstance(x, ir.Var) and isinstance(index, ir.Const) and isinstance(index.value, int):
        inner = builder.definition(x)
        if inner is not None and inner.function is np.shape:
            fact = builder.type_of(inner.args[0])
            if isinstance(fact, facts.Num) and fact.shape and -len(fact.shape) <= index.value < len(fact.shape):
                constant = fact.shape[index.value].constant
                return ir.Const(constant) if constant is not None else None
    return None


def keep_axes(builder: Builder, x: ir.Atom, axis: ir.Atom, keepdims: ir.Atom) -> Folded:
    """What a reduction did with its axes is known where the call says so."""
    if not isinstance(axis, ir.Const) or not isinstance(keepdims, ir.Const):
        return None
    return x if keepdims.value or axis.value is None else ir.Apply(np.expand_dims, (x, axis))


def axis_size(builder: Builder, a: ir.Atom, axis: ir.Atom) -> Folded:
    fact = builder.type_of(a)
    if not isinstance(axis, ir.Const) or type(axis.value) is not int or not isinstance(fact, facts.Num) or not fact.shape:
        return None
    if not -len(fact.shape) <= axis.value < len(fact.shape):
        return None
    return builder.apply(operator.getitem, builder.apply(np.shape, a), axis)


def detached(builder: Builder, x: ir.Atom) -> Folded:
    """A number itself; a copy of an array."""
    fact = builder.type_of(x)
    if not isinstance(fact, facts.Num) or fact.shape is None:
        return None
    return ir.Apply(np.copy, (x,)) if fact.shape else x


def as_array(builder: Builder, x: ir.Atom) -> Folded:
    fact = builder.type_of(x)
    if isinstance(fact, facts.Num) and fact.shape and fact.weak is False:
        return x
    return None


def conj(builder: Builder, x: ir.Atom) -> Folded:
    """The conjugate of a real number or array is itself; a Python number is made one of NumPy's."""
    fact, inner = builder.type_of(x), builder.definition(x)
    if isinstance(fact, facts.Num) and fact.is_real and fact.weak is False:
        return x
    if inner is None or inner.function is not np.conj:
        return None
    twice = builder.type_of(inner.args[0])
    return inner.args[0] if isinstance(twice, facts.Num) and twice.weak is False else None


def real(builder: Builder, x: ir.Atom) -> Folded:
    fact = builder.type_of(x)
    return x if isinstance(fact, facts.Num) and fact.is_real else None


def direction(builder: Builder, x: ir.Atom) -> Folded:
    fact = builder.type_of(x)
    return ir.Apply(np.sign, (x,)) if isinstance(fact, facts.Num) and fact.is_real else None


def astype(builder: Builder, x: ir.Atom, dtype: ir.Atom) -> Folded:
    fact = builder.type_of(x)
    if isinstance(fact, facts.Num) and fact.dtype is not None and isinstance(dtype, ir.Const) and fact.weak is False:
        try:
            return x if np.dtype(dtype.value) == fact.dtype else None
        except TypeError:
            return None
    return None


SPECIAL: dict[Any, Callable[..., Folded]] = {
    operator.mul: multiply, np.multiply: multiply, operator.truediv: divide, np.divide: divide, operator.pow: power,
    np.power: power, operator.neg: negative, operator.sub: subtract, operator.add: add, np.broadcast_to: broadcast_to,
    np.reshape: same_shape, kernels.resized: same_shape, kernels.sum_to: sum_to, np.shape: shape, np.size: size, np.ndim: ndim,
    len: length, operator.getitem: getitem,
    np.zeros_like: zeros_like, np.asarray: as_array, kernels.detached: detached, kernels.index_add: stored.add_to_cleared,
    kernels.index_set: stored.set_to_itself, containers.set_item: stored.set_item,
    kernels.keep_axes: keep_axes, kernels.axis_size: axis_size,
    np.conj: conj, np.real: real, kernels.direction: direction,
    kernels.split_to: pieces.split_to, kernels.unstack: pieces.unstack, kernels.unpack: pieces.unpack,
}  # fmt: skip
