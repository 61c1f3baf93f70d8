"""One dtype for each number, and operands in the dtype in which NumPy computes: Numba computes `x[i] * 0.1` in float64.

    t = x[i] * 0.1              =>      t = x[i] * np.float32(0.1)              x in single precision
    s = 0.0, then s += x[i]     =>      s = np.float32(0.0), then s += x[i]     s is a Python float before, and float32 after

In: what is known of a number or of operands.  Out: the type that compiled code has for it; the operands, cast where they have to be.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.facts import Num
from s2s.infer import ELEMENTWISE
from s2s.primitives import STORES
from s2s_runtime import kernels, loops, projection, tree

if TYPE_CHECKING:
    from s2s.lower.writing import LoopBuilder

Function = Callable[..., Any]
Atoms = tuple[ir.Atom, ...]
SINGLE = (np.dtype(np.float32), np.dtype(np.complex64))
LOGICAL = {operator.add, operator.mul, np.add, np.multiply}
"""Arithmetic that gives a truth value for two."""
DOUBLE = {np.dtype(np.float32): np.dtype(np.float64), np.dtype(np.complex64): np.dtype(np.complex128)}


def settled(fact: facts.Type) -> facts.Type:
    """The type in compiled code, where a number is of one kind or another: in arithmetic a Python number takes what it is met by."""
    if not isinstance(fact, Num) or fact.shape != () or not is_mixed(fact):
        return fact
    strong = [dtype for dtype, weak in fact.kinds if not weak]
    dtype = np.result_type(*(strong or [dtype for dtype, _ in fact.kinds]), *([0.0] if strong else []))
    return Num(dtype, (), weak=not strong, real=fact.real)


def is_mixed(fact: facts.Type | None) -> bool:
    """Whether a number is of one real kind or another, and of a float at least."""
    if not isinstance(fact, Num) or fact.dtype is not None or not fact.kinds:
        return False
    letters = {dtype.kind for dtype, _ in fact.kinds}
    return "f" in letters and letters <= set("fi")


def strong(fact: facts.Type | None) -> facts.Type | None:
    """The type of what is made of the entries of an array, if this is what it begins with: a number of NumPy's."""
    return replace(fact, weak=False if fact.weak else fact.weak, length=None) if isinstance(fact, Num) else fact


def cast(builder: LoopBuilder, atom: ir.Atom, dtype: np.dtype[Any]) -> ir.Atom:
    """A number in a dtype."""
    fact = builder.type_of(atom)
    if not isinstance(fact, Num) or fact.shape != () or fact.dtype is None or fact.dtype == dtype:
        return atom
    if isinstance(atom, ir.Const):
        return ir.Const(dtype.type(atom.value))
    return builder.apply(dtype.type, atom)


def entry_product(builder: LoopBuilder, fact: Num, a: ir.Atom, b: ir.Atom) -> ir.Atom:
    """A product of two entries of arrays: of different precisions, both are made of the larger, as NumPy does.

    A constant entry of an array in double precision is one, though Python's own number of that value would not be.
    """
    if fact.dtype is not None and fact.dtype.kind == "f":
        a, b = cast(builder, a, fact.dtype), cast(builder, b, fact.dtype)
    return builder.apply(operator.mul, a, b)


def fitted(builder: LoopBuilder, atom: ir.Atom, fact: facts.Type | None) -> ir.Atom:
    """A number as what it flows into: a name that is of a type of its own."""
    if not isinstance(fact, Num) or fact.shape != () or fact.dtype is None or fact.dtype.kind not in "fc":
        return atom
    return cast(builder, atom, fact.dtype)


def written_out(builder: LoopBuilder, function: Function, args: Atoms) -> tuple[Function, Atoms]:
    """Functions of the runtime by what they are for numbers of known types."""
    types = [builder.type_of(arg) for arg in args]
    if function in (np.absolute, abs, operator.abs) and len(args) == 1 and is_complex(types[0]):
        return np.hypot, (builder.apply(np.real, *args), builder.apply(np.imag, *args))
    if len(args) != 2 or not isinstance(types[0], Num) or types[0].shape != () or not types[0].is_real:
        return function, args
    if function is kernels.astype and isinstance(args[1], ir.Const):
        return np.dtype(args[1].value).type, args[:1]
    if function is projection.retyped and is_number(types[1]) and types[1].dtype.kind == "f":  # type: ignore[union-attr]
        return (float if types[1].weak else types[1].dtype.type), args[:1]  # type: ignore[union-attr]
    if function is tree.add and is_number(types[0]) and is_number(types[1]):
        return operator.add, args
    return function, args


def answered(builder: LoopBuilder, function: Function, args: Atoms) -> ir.Atom | None:
    """What needs no computing: a cast of a number that is of that dtype, the dtype that operands have together."""
    types = [builder.type_of(arg) for arg in args]
    if function is np.result_type and all(isinstance(fact, Num) and fact.dtype is not None for fact in types):
        return ir.Const(together(types))  # type: ignore[arg-type]
    fact = types[0] if len(args) == 1 and isinstance(function, type) and issubclass(function, np.number) else None
    return args[0] if is_number(fact) and fact.weak is False and fact.dtype == function else None  # type: ignore[union-attr]


def is_complex(fact: facts.Type | None) -> bool:
    return isinstance(fact, Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind == "c"


def is_number(fact: facts.Type | None) -> bool:
    return isinstance(fact, Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "fiub"


def alike(builder: LoopBuilder, function: Function, args: Atoms) -> Atoms:
    """Operands in the dtype in which NumPy computes."""
    types = [builder.type_of(arg) for arg in args]
    if function in STORES and len(args) >= 3:
        return (*args[:2], stored(builder, args[2], types[0]), *args[3:])
    if function is float and getattr(types[0], "dtype", None) in SINGLE:
        return (builder.apply(np.float64, *args),)
    if function not in ELEMENTWISE and function not in (min, max, loops.plus, loops.largest, loops.smallest):
        return args
    if not all(isinstance(fact, Num) and fact.shape == () and fact.dtype is not None for fact in types):
        return args
    if not any(fact.dtype in SINGLE or fact.dtype == np.uint64 for fact in types):  # type: ignore[union-attr, operator]
        return args
    dtype = computed(function, types)  # type: ignore[arg-type]
    if function in (operator.pow, np.power) and types[1].dtype.kind in "iu":  # type: ignore[union-attr]
        return (cast(builder, args[0], dtype), args[1])
    return tuple([cast(builder, arg, dtype) for arg in args])


def kept_as(builder: LoopBuilder, function: Function, operands: Atoms, found: ir.Atom) -> Function | None:
    """The dtype in which NumPy keeps whole numbers, which Numba computes in 64 bits; None where it is the same."""
    fact = builder.type_of(found)
    if function not in ELEMENTWISE or not isinstance(fact, Num) or fact.shape != () or fact.dtype is None or fact.weak is not False:
        return None
    if fact.dtype.kind == "b":
        return np.bool_ if function in LOGICAL else None
    return fact.dtype.type if fact.dtype.kind in "iu" and fact.dtype.itemsize < 8 else None


def computed(function: Function, types: Sequence[Num]) -> np.dtype[Any]:
    """The dtype in which a function of numbers is computed: by NumPy in that of its operands, by Python in its own."""
    dtype = together(types)
    return DOUBLE.get(dtype, dtype) if getattr(function, "__module__", None) in (math.__name__, "cmath") else dtype


def together(types: Sequence[Num]) -> np.dtype[Any]:
    """The dtype of NumPy's arithmetic of such operands."""
    return np.result_type(*[fact.dtype.type(0).item() if fact.weak else fact.dtype for fact in types])  # type: ignore[union-attr]


def stored(builder: LoopBuilder, value: ir.Atom, array: facts.Type | None) -> ir.Atom:
    """A Python number as an entry of an array."""
    fact = builder.type_of(value)
    single = isinstance(array, Num) and array.dtype in SINGLE
    return cast(builder, value, array.dtype) if single and isinstance(fact, Num) and fact.weak else value  # type: ignore[union-attr, arg-type]
