"""What the methods of an array do to abstract values, and the functions that change an array in place."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.infer import ELEMENTWISE
from s2s.primitives import AUGMENTED
from s2s.specialise.attributes import Method
from s2s.specialise.handlers import BUILTINS, handles, method
from s2s.specialise.values import Array, ArrayCell, Seq, Value
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

NONE = ir.Const(None)


@method("array", "reshape")
def _reshape(machine: Machine, a: Value, *shape: Value, **kwargs: Value) -> Value:
    return machine.call_object(np.reshape, [a, shape[0] if len(shape) == 1 else Seq(tuple, shape)], kwargs)


@method("array", "view")
def _view(machine: Machine, a: Value, *kind: Value, **named: Value) -> Value:
    if kind or named:
        raise machine.refuse("an array is seen as one of another kind", "use astype, or leave the argument out")
    return a


@method("array", "transpose")
def _transpose(machine: Machine, a: Value, *axes: Value) -> Value:
    if not axes:
        return machine.primitive(np.transpose, [a], {})
    return machine.primitive(np.transpose, [a, axes[0] if len(axes) == 1 else Seq(tuple, axes)], {})


@method("array", "flatten")
def _flatten(machine: Machine, a: Value, order: Value = ir.Const("C")) -> Value:  # noqa: B008
    return machine.apply(np.ravel, a) if order == ir.Const("C") else machine.apply(np.ravel, a, order)


@method("array", "copy")
def _copy(machine: Machine, a: Value, order: Value = ir.Const("C")) -> Value:  # noqa: B008
    """A copy in C order, unlike that of np.copy; along one axis they are the same."""
    fact = machine.builder.type_of(machine.materialise(a))
    one_axis = isinstance(fact, facts.Num) and fact.shape is not None and len(fact.shape) <= 1
    copy = machine.apply(np.copy, a) if one_axis else machine.apply(np.copy, a, order=order)
    if not machine.stores or not isinstance(copy, ir.Var) or order != ir.Const("C"):
        return copy
    return Array(machine.allocate(ArrayCell(copy, contiguous=True)).cell)


@method("array", "astype")
def _astype(machine: Machine, a: Value, dtype: Value, *, copy: Value = ir.Const(True)) -> Value:  # noqa: B008
    if machine.stores and isinstance(a, Array) and not machine.copies(copy):
        return machine.of_dtype(a, machine.materialise(dtype))
    return machine.apply(kernels.astype, a, dtype)


SCALARS = {"f": float, "i": int, "u": int, "b": bool, "c": complex}
"""What Python makes of an entry, by the kind of its dtype."""


@method("array", "item")
def _item(machine: Machine, a: Value, *index: Value) -> Value:
    fact = machine.builder.type_of(machine.materialise(a))
    known = fact if isinstance(fact, facts.Num) else facts.UNKNOWN_NUM
    if len(index) == 1 and not isinstance(index[0], Seq):
        a = machine.subscript(a if known.ndim == 1 else machine.apply(np.ravel, a), index[0])
    elif index:
        a = machine.subscript(a, index[0] if len(index) == 1 else Seq(tuple, index))
    elif known.ndim != 0:
        a = machine.apply(np.sum, a)
    return machine.apply(SCALARS.get(known.dtype.kind if known.dtype is not None else "f", float), a)


@method("array", "compress")
def _compress(machine: Machine, a: Value, condition: Value, *axis: Value, **kwargs: Value) -> Value:
    return machine.primitive(np.compress, [condition, a, *axis], kwargs)


@handles(np.clip)
def _clip(machine: Machine, a: Value, a_min: Value = NONE, a_max: Value = NONE, **named: Value) -> Value:
    low, high = named.pop("min", a_min), named.pop("max", a_max)
    return machine.primitive(np.clip, [a, low, high], named)


@handles(np.where)
def _where(machine: Machine, condition: Value, *choices: Value) -> Value:
    """Of one argument it is np.nonzero."""
    return machine.primitive(np.where if choices else np.nonzero, [condition, *choices], {})


@method("array", "conj")
@method("array", "conjugate")
def _conj(machine: Machine, a: Value) -> Value:
    """The method of a real array gives the array itself, unlike the function."""
    fact = machine.builder.type_of(machine.materialise(a))
    if isinstance(a, Array) and not (isinstance(fact, facts.Num) and fact.dtype is not None and fact.dtype.kind == "c"):
        return machine.view(a, np.conj, [], {}, sure=False) if not isinstance(fact, facts.Num) else a
    return machine.apply(np.conj, a)


@method("array", "tolist")
def _tolist(machine: Machine, a: Value) -> Value:
    """The numbers of the list are Python's, of double precision."""
    fact = machine.builder.type_of(machine.materialise(a))
    if isinstance(fact, facts.Num) and fact.dtype in (np.float16, np.float32):
        a = machine.apply(kernels.astype, a, ir.Const(np.dtype(np.float64)))
    return machine.copied_list(a)


@handles(kernels.follow)
def _follow(machine: Machine, buffer: Value, path: Value) -> Value:
    """The view that the steps of a store lead to, step by step."""
    for step in machine.static_items(path) or ():
        function, *args = machine.static_items(step) or ()
        buffer = machine.apply(function.value, buffer, *args)  # type: ignore[union-attr]
    return buffer


@handles(kernels.part_sign)
def _part_sign(machine: Machine, path: Value) -> Value:
    steps = [machine.static_items(step) or () for step in machine.static_items(path) or ()]
    return ir.Const(-1 if any(step[0] == ir.Const(np.imag) for step in steps) else 1)


# ------------------------------------------------------------------------------------------------- changes in place
def target(machine: Machine, a: Value) -> Array:
    """The array that is changed."""
    if not isinstance(a, Array):
        raise machine.not_stored()
    return a


@method("array", "fill")
def _fill(machine: Machine, a: Value, value: Value) -> Value:
    machine.store_all(target(machine, a), value)
    return ir.Const(None)


@method("array", "sort")
def _sort(machine: Machine, a: Value, axis: Value = ir.Const(-1), kind: Value = ir.Const(None), **stable: Value) -> Value:  # noqa: B008
    """Equal entries are the same in any order."""
    order = machine.apply(np.argsort, target(machine, a), axis)
    machine.store_all(target(machine, a), machine.apply(np.take_along_axis, a, order, axis))
    return ir.Const(None)


@handles(np.copyto)
def _copyto(machine: Machine, dst: Value, src: Value, *, where: Value = ir.Const(True)) -> Value:  # noqa: B008
    machine.store_all(target(machine, dst), selected(machine, where, src, dst))
    return ir.Const(None)


def selected(machine: Machine, where: Value, new: Value, old: Value) -> Value:
    """The new values where a mask says so, the old ones elsewhere."""
    return new if where == ir.Const(True) else machine.apply(np.where, where, new, old)


@handles(np.fill_diagonal)
def _fill_diagonal(machine: Machine, a: Value, val: Value) -> Value:
    array = target(machine, a)
    fact = machine.builder.type_of(machine.content(array))
    if not isinstance(fact, facts.Num) or fact.ndim != 2:
        raise machine.refuse("np.fill_diagonal of an array that is not known to be a matrix", "write a loop")
    lengths = machine.apply(np.shape, array)
    rows, columns = (machine.load_item(lengths, ir.Const(k)) for k in (0, 1))
    positions = machine.apply(np.arange, machine.apply(min, rows, columns))
    machine.store(array, Seq(tuple, (positions, positions)), val)
    return ir.Const(None)


@handles(np.add.at)
def _add_at(machine: Machine, a: Value, indices: Value, b: Value) -> Value:
    machine.add_at(target(machine, a), indices, b, operator.add)
    return ir.Const(None)


@handles(np.subtract.at)
def _subtract_at(machine: Machine, a: Value, indices: Value, b: Value) -> Value:
    machine.add_at(target(machine, a), indices, b, operator.sub)
    return ir.Const(None)


@handles(np.ndarray)
def _ndarray(machine: Machine, shape: Value, dtype: Value = ir.Const(float), **options: Value) -> Value:  # noqa: B008
    """A new array of undefined entries."""
    if options:
        raise machine.refuse("np.ndarray with a buffer of its own", "use np.empty, or a view by index")
    return (
        machine.primitive(np.empty, [shape, dtype], {}) if dtype != ir.Const(float) else machine.apply(np.empty, shape)
    )


def _outer(function: Any) -> Any:
    def handler(machine: Machine, a: Value, b: Value) -> Value:
        """A ufunc's `outer`: the function of every pair, by broadcasting."""
        second = machine.builder.type_of(machine.materialise(b))
        rank = second.ndim if isinstance(second, facts.Num) else None
        if rank is None:
            raise machine.refuse(f"{function.__name__}.outer of something of unknown rank", "use broadcasting")
        axes = ir.Const((Ellipsis, *[None] * rank))
        spread = machine.load_item(machine.apply(np.asarray, machine.plain(a)), axes) if rank else a
        return machine.operation(function, [spread, b])

    return handler


BUILTINS.update({function.outer: _outer(function) for function in ELEMENTWISE if getattr(function, "nin", 0) == 2})


@handles(operator.setitem)
def _setitem(machine: Machine, a: Value, index: Value, value: Value) -> Value:
    machine.put_item(a, index, value)
    return ir.Const(None)


def _operator_in_place(function: Any) -> Any:
    def handler(machine: Machine, a: Value, b: Value) -> Value:
        return machine.augmented(function, a, b)

    return handler


BUILTINS.update({changing: _operator_in_place(function) for changing, function in AUGMENTED.items()})


def _in_place(machine: Machine, a: Value, *args: Value, **kwargs: Value) -> Value:
    raise machine.refuse("this way to change an array in place is not supported", "write a[...] = instead")


for _name in ("itemset", "setflags", "byteswap", "setfield"):
    BUILTINS[Method("array", _name)] = _in_place
