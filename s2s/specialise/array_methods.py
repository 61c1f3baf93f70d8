"""What the methods of an array do to abstract values: each is a NumPy function, or a change in place, which is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from s2s import ir
from s2s.specialise.attributes import Method
from s2s.specialise.handlers import BUILTINS, method
from s2s.specialise.values import Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


@method("array", "reshape")
def _reshape(machine: Machine, a: Value, *shape: Value, **kwargs: Value) -> Value:
    return machine.call_object(np.reshape, [a, shape[0] if len(shape) == 1 else Seq(tuple, shape)], kwargs)


@method("array", "transpose")
def _transpose(machine: Machine, a: Value, *axes: Value) -> Value:
    if not axes:
        return machine.apply(np.transpose, a)
    return machine.apply(np.transpose, a, axes[0] if len(axes) == 1 else Seq(tuple, axes))


@method("array", "flatten")
def _flatten(machine: Machine, a: Value, *order: Value) -> Value:
    return machine.apply(np.ravel, a, *order)


@method("array", "astype")
def _astype(machine: Machine, a: Value, dtype: Value, copy: Value = ir.Const(True)) -> Value:  # noqa: B008
    from s2s_runtime import kernels

    return machine.apply(kernels.astype, a, dtype)


@method("array", "item")
def _item(machine: Machine, a: Value, *index: Value) -> Value:
    if index:
        a = machine.subscript(a, index[0] if len(index) == 1 else Seq(tuple, index))
    return machine.apply(float, machine.apply(np.sum, a)) if not index else machine.apply(float, a)


@method("array", "conj")
@method("array", "conjugate")
def _conj(machine: Machine, a: Value) -> Value:
    return machine.apply(np.conj, a)


@method("array", "tolist")
def _tolist(machine: Machine, a: Value) -> Value:
    return machine.copied_list(a)


def _in_place(machine: Machine, a: Value, *args: Value, **kwargs: Value) -> Value:
    raise machine.refuse("an array is changed in place", "make a new array")


for _name in ("fill", "sort", "resize", "put", "itemset", "partition", "setflags", "byteswap", "setfield", "view"):
    BUILTINS[Method("array", _name)] = _in_place

for _function in (np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis, np.add.at):
    BUILTINS[_function] = _in_place
