"""What may stand in an `Apply`, and how it behaves: pure or made for its effect, fresh or a view of its operand.

A primitive is a Python function object.  Those that have a rule, or carry no derivative, are in the registry; here are
the few whose behaviour the other rooms must know.
"""

from __future__ import annotations

import operator
import sys
import types
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from s2s_runtime import containers, kernels, loops, watching
from s2s_runtime.checks import check_own_memory, check_scalar, expect_real, expect_shape
from s2s_runtime.implicit import check_rest, check_root

Function = Callable[..., Any]

EFFECTS: set[Any] = {print, containers.check, check_scalar, check_own_memory, expect_real, expect_shape, check_root, check_rest,
                     loops.kept, *watching.CALLS}  # fmt: skip

MAKERS: set[Any] = {np.zeros, np.ones, np.empty, np.full, np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.arange,
                    np.linspace, np.eye, np.identity}  # fmt: skip

UPDATES: dict[Any, str] = {
    containers.append: "append", containers.extend: "extend", containers.drop_last: "pop", containers.set_item: "set",
    containers.add_item: "add", containers.drop_item: "delete", containers.insert_item: "insert",
    containers.swap: "swap",
}  # fmt: skip
"""Functions that return their first argument with a change: those that may write in place."""

KEYED: set[Any] = {containers.set_item, containers.add_item}
"""Updates whose path is of keys, and not of functions with their arguments."""

STORES: set[Any] = {kernels.index_set, kernels.index_add}
"""Functions that return their first argument, an array, with something stored in it."""

VIEWS: set[Any] = {
    operator.getitem, getattr, np.reshape, np.ravel, np.transpose, np.swapaxes, np.moveaxis, np.expand_dims, np.squeeze,
    np.broadcast_to, np.asarray, np.diagonal, np.real, np.imag, np.atleast_1d, np.atleast_2d, np.atleast_3d, np.split,
    np.array_split, np.hsplit, np.vsplit, np.dsplit, np.rollaxis, np.flip, np.fliplr, np.flipud, np.rot90,
    np.ascontiguousarray, np.asfortranarray, operator.pos, np.broadcast_arrays, np.asanyarray, np.diag, np.einsum,
    np.matrix_transpose, np.permute_dims, np.linalg.matrix_transpose, np.linalg.diagonal, np.require, np.unstack,
    np.real_if_close, np.nan_to_num,
}  # fmt: skip
"""Functions whose result may share memory with an argument.  What is neither here nor known to be fresh may, too."""

BOXING: set[Any] = {
    *MAKERS, np.squeeze, np.reshape, np.array, np.asarray, np.asanyarray, np.copy, np.broadcast_to, np.where, np.tensordot,
    np.select, np.full, np.nan_to_num, np.ascontiguousarray, np.asfortranarray, np.linalg.multi_dot, *STORES,
}  # fmt: skip
"""Functions whose result of rank 0 is an array without axes and not a number."""

UNBOXED: set[Any] = {np.squeeze, np.reshape, np.nan_to_num}
"""Those among them that give a number for a number of NumPy's: they call its method."""

BINARY_SYMBOLS: dict[Any, tuple[str, int]] = {
    operator.pow: ("**", 14), operator.mul: ("*", 12), operator.matmul: ("@", 12), operator.truediv: ("/", 12),
    operator.floordiv: ("//", 12), operator.mod: ("%", 12), operator.add: ("+", 11), operator.sub: ("-", 11),
    operator.lshift: ("<<", 10), operator.rshift: (">>", 10), operator.and_: ("&", 9), operator.xor: ("^", 8),
    operator.or_: ("|", 7), operator.lt: ("<", 6), operator.le: ("<=", 6), operator.gt: (">", 6), operator.ge: (">=", 6),
    operator.eq: ("==", 6), operator.ne: ("!=", 6), operator.is_: ("is", 6), operator.is_not: ("is not", 6),
}  # fmt: skip
"""How an operator is written, and how strongly it binds."""

SPOKEN: dict[Any, str] = {
    operator.getitem: "subscript", getattr: "attribute", kernels.index_set: "store", kernels.index_add: "addition to an item",
    containers.set_item: "store", containers.add_item: "addition to an item", containers.append: "append",
}  # fmt: skip
"""What is no function in the user's text."""

UNARY_SYMBOLS: dict[Any, tuple[str, int]] = {
    operator.neg: ("-", 13), operator.pos: ("+", 13), operator.invert: ("~", 13), operator.not_: ("not ", 5),
}  # fmt: skip

AUGMENTED: dict[Any, Any] = {
    operator.iadd: operator.add, operator.isub: operator.sub, operator.imul: operator.mul, operator.itruediv: operator.truediv,
    operator.ifloordiv: operator.floordiv, operator.imod: operator.mod, operator.ipow: operator.pow,
    operator.imatmul: operator.matmul, operator.iand: operator.and_, operator.ior: operator.or_, operator.ixor: operator.xor,
    operator.ilshift: operator.lshift, operator.irshift: operator.rshift,
}  # fmt: skip
"""The operator that an augmented assignment applies."""


def spoken(function: Function) -> str:
    """What a function is called where it is spoken of: `np.log`, `/`, `subscript`, a user's by its own name."""
    symbol, _ = BINARY_SYMBOLS.get(function) or UNARY_SYMBOLS.get(function) or ("", 0)
    if symbol or function in SPOKEN:
        return symbol.strip() or SPOKEN[function]
    module, name = public_module(function), name_in_module(function)
    package = "numpy" if isinstance(function, np.ufunc) and getattr(np, name, None) is function else module
    prefix = {"numpy": "np.", "numpy.linalg": "np.linalg.", "numpy.fft": "np.fft.", "math": "math."}.get(package, "")
    return prefix + name


def public_module(function: Function) -> str:
    """The module that a user imports a function from: `scipy.linalg`, where it is made in `scipy.linalg._basic`."""
    return (getattr(function, "__module__", None) or "").partition("._")[0]


def name_in_module(function: Function) -> str:
    """What a function is called in its module: `norm.logpdf`, if it is a method of an object that a library has there."""
    name = getattr(function, "__name__", type(function).__name__)
    owner = owner_of_method(function)
    return f"{owner}.{name}" if owner else name


def owner_of_method(function: Function) -> str:
    """The name that a library has for the object whose method this is; empty for all else."""
    bound = isinstance(function, types.MethodType) and not isinstance(function.__self__, type)
    return name_of_object(function.__self__) if bound else ""  # type: ignore[attr-defined]


def name_of_object(value: Any) -> str:
    """The name that a library has for an object of its own with methods in Python: `norm` in `scipy.stats`; else an empty text."""
    if not isinstance(getattr(type(value), "__call__", None), types.FunctionType):
        return ""
    public = vars(sys.modules.get(public_module(type(value)), types))
    return next((name for name, found in public.items() if found is value and name.isidentifier()), "")


def is_pure(function: Function) -> bool:
    """Whether an application may be left out if nobody reads it, and gives the same each time."""
    if isinstance(function, Opaque):
        return makes_error(function.function)
    return function not in EFFECTS and not draws(function)


@cache
def makes_complex(function: Function) -> bool:
    """Whether a function gives complex numbers of real ones: a Fourier transform, but those back to real numbers."""
    name = getattr(function, "__name__", "")
    return public_module(function) in ("numpy.fft", "scipy.fft") and name.strip("n2") in ("fft", "ifft", "rfft", "ihfft")


def makes_error(function: Any) -> bool:
    """Whether a call makes one of Python's own exceptions, and so does nothing else."""
    return isinstance(function, type) and issubclass(function, BaseException) and function.__module__ == "builtins"


def draws(function: Function) -> bool:
    """Whether a function gives something else each time: a random number, the time."""
    module = getattr(function, "__module__", None)
    return isinstance(module, str) and (module in ("random", "time") or module.startswith("numpy.random"))


def is_shared(function: Function) -> bool:
    """Whether two equal applications may be made once."""
    return is_pure(function) and function not in MAKERS and not isinstance(function, Opaque)


def both(a: Any, b: Any) -> Any:
    """`a and b`, where evaluating b can do no harm."""
    return a and b


def either(a: Any, b: Any) -> Any:
    """`a or b`, where evaluating b can do no harm."""
    return a or b


def contains(item: Any, container: Any) -> bool:
    """`item in container`."""
    return item in container


def lacks(item: Any, container: Any) -> bool:
    """`item not in container`."""
    return item not in container


class Opaque:
    """A callable that the compiler knows nothing of: called as it is, kept in order, refused if a derivative passes it.

    `watched`: it is given arrays, and must not change them; that is checked when it runs.
    """

    def __init__(self, function: Function, watched: bool = False) -> None:
        self.function, self.watched = function, watched
        self.__name__ = getattr(function, "__name__", type(function).__name__)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)
