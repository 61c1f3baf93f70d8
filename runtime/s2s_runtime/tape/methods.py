"""Methods and attributes of a recorded array: each is a call of the function of NumPy that says the same.

In: a variable and a name.  Out: what the attribute is, or a callable that records.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from s2s_runtime.kernels import astype

ATTRIBUTES: dict[str, Any] = {"T": np.transpose, "mT": np.matrix_transpose, "real": np.real, "imag": np.imag}
"""Attributes that are a function of the array."""
PLAIN = {"nbytes", "itemsize", "strides"}
"""Attributes that say something of its memory."""
NOT_RECORDED = {"resize", "byteswap", "setflags", "setfield", "itemset", "view", "getfield", "data", "base", "ctypes"}
"""What changes an array, or gives its memory, in a way that a tape does not see."""


def attribute(variable: Any, name: str) -> Any:
    """Raises AttributeError if an array has none of this name, or a tape does not record it."""
    kind = type(bare(variable))
    if hasattr(kind, name) and name not in NOT_RECORDED:
        if name in ATTRIBUTES:
            return variable.tape.call(ATTRIBUTES[name], variable)
        if name == "flat":
            return Flat(variable)
        if name in PLAIN:
            return getattr(bare(variable), name)
        if name in METHODS:
            return functools.partial(METHODS[name], variable)
        function = getattr(np, name, None)
        if callable(function):
            return functools.partial(variable.tape.call, function, variable)
    raise AttributeError(f"{kind.__name__!r} object has no attribute {name!r} that a tape records")


def bare(variable: Any) -> Any:
    """The number or array in a variable, whatever tapes it is on."""
    return unwrapped(variable.value, type(variable))


def unwrapped(value: Any, kind: Any) -> Any:
    """A value, or the number or array in it if it is a variable of a tape."""
    while type(value) is kind:
        value = value.value
    return value


METHODS: dict[str, Callable[..., Any]] = {}
"""Those that are not the function of the same name with the same arguments behind the array."""


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    METHODS[function.__name__] = function
    return function


def _together(parts: tuple[Any, ...]) -> Any:
    return parts[0] if len(parts) == 1 else parts


@_method
def reshape(x: Any, *shape: Any, **options: Any) -> Any:
    return x.tape.call(np.reshape, x, _together(shape), **options)


@_method
def transpose(x: Any, *axes: Any) -> Any:
    return x.tape.call(np.transpose, x, _together(axes)) if axes else x.tape.call(np.transpose, x)


@_method
def flatten(x: Any, order: str = "C") -> Any:
    return x.tape.call(np.copy, x.tape.call(np.ravel, x, order))


@_method
def copy(x: Any, order: str = "C") -> Any:
    return x.tape.call(np.copy, x, order=order)


@_method
def astype_(x: Any, dtype: Any, **options: Any) -> Any:
    return x.tape.call(astype, x, dtype)


METHODS["astype"] = METHODS.pop("astype_")


@_method
def item(x: Any, *index: Any) -> Any:
    """An entry as one of Python's numbers."""
    if index:
        entry = x[index] if len(index) > 1 or np.ndim(x.value) == 1 else x.ravel()[index[0]]
    else:
        entry = x.reshape(()) if x.shape else x
    return x.tape.call(complex if np.iscomplexobj(x.value) else float, entry)


@_method
def tolist(x: Any) -> Any:
    return x.item() if not x.shape else [part.tolist() if part.shape else part.item() for part in x]


@_method
def conj(x: Any) -> Any:
    return x.tape.call(np.conj, x) if np.iscomplexobj(x.value) else x


METHODS["conjugate"] = conj


@_method
def compress(x: Any, condition: Any, *args: Any, **options: Any) -> Any:
    return x.tape.call(np.compress, condition, x, *args, **options)


@_method
def fill(x: Any, value: Any) -> None:
    x[...] = value


@_method
def sort(x: Any, axis: int = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> None:
    """Which of equal entries stands first does not matter to their values."""
    x[...] = x.tape.call(np.sort, x, axis)


@_method
def partition(x: Any, kth: Any, axis: int = -1) -> None:
    x[...] = x.tape.call(np.partition, x, kth, axis)


class Flat:
    """`x.flat`: the entries of an array in C order, to be read and stored."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __len__(self) -> int:
        return int(self.array.size)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.array.ravel())

    def __getitem__(self, index: Any) -> Any:
        return self.array.ravel()[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self.array[np.unravel_index(np.arange(len(self))[index], self.array.shape)] = value
