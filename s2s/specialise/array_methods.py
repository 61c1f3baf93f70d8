"""What the methods of an array do to abstract values: each is a NumPy function, or a change in place, which is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from s2s import facts, ir
from s2s.specialise.attributes import Method
from s2s.specialise.handlers import BUILTINS, handles, method
from s2s.specialise.values import Seq, Value
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

NONE = ir.Const(None)


@method("array", "reshape")
def _reshape(machine: Machine, a: Value, *shape: Value, **kwargs: Value) -> Value:
    return machine.call_object(np.reshape, [a, shape[0] if len(shape) == 1 else Seq(tuple, shape)], kwargs)


@method("array", "transpose")
def _transpose(machine: Machine, a: Value, *axes: Value) -> Value:
    if not axes:
        return machine.apply(np.transpose, a)
    return machine.apply(np.transpose, a, axes[0] if len(axes) == 1 else Seq(tuple, axes))


@method("array", "flatten")
def _flatten(machine: Machine, a: Value, order: Value = ir.Const("C")) -> Value:  # noqa: B008
    return machine.apply(np.ravel, a) if order == ir.Const("C") else machine.apply(np.ravel, a, order)


@method("array", "astype")
def _astype(machine: Machine, a: Value, dtype: Value, *, copy: Value = ir.Const(True)) -> Value:  # noqa: B008
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


@method("array", "conj")
@method("array", "conjugate")
def _conj(machine: Machine, a: Value) -> Value:
    return machine.apply(np.conj, a)


@method("array", "tolist")
def _tolist(machine: Machine, a: Value) -> Value:
    """The numbers of the list are Python's, of double precision."""
    fact = machine.builder.type_of(machine.materialise(a))
    if isinstance(fact, facts.Num) and fact.dtype in (np.float16, np.float32):
        a = machine.apply(kernels.astype, a, ir.Const(np.dtype(np.float64)))
    return machine.copied_list(a)


def _in_place(machine: Machine, a: Value, *args: Value, **kwargs: Value) -> Value:
    raise machine.refuse("an array is changed in place", "make a new array")


for _name in ("fill", "sort", "resize", "put", "itemset", "partition", "setflags", "byteswap", "setfield", "view"):
    BUILTINS[Method("array", _name)] = _in_place

for _function in (np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis, np.add.at):
    BUILTINS[_function] = _in_place
