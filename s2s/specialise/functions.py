"""What a Python function object holds besides its variables: its text, and the defaults of its parameters; and elementwise calls of one."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import syntax as sx
from s2s.specialise.values import Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


def parsed(function: types.FunctionType) -> sx.Function:
    """The text of a function."""
    from s2s.parse import parse_function

    return parse_function(function.__code__, function)


class Defaults(dict[str, Any]):
    """The defaults of a function's parameters, each looked up when it is needed."""

    def __init__(self, machine: Machine, function: types.FunctionType) -> None:
        super().__init__()
        self.machine, self.function = machine, function

    def __missing__(self, name: str) -> Value:
        return self.machine.default(self.function, name)


def default_of(function: types.FunctionType, name: str) -> Any:
    """The default of a function's parameter."""
    if name in (function.__kwdefaults__ or {}):
        return function.__kwdefaults__[name]  # type: ignore[index]
    code, defaults = function.__code__, function.__defaults__ or ()
    return defaults[code.co_varnames.index(name) - code.co_argcount + len(defaults)]


def map_elements(function: Any, *arrays: Any) -> Any:
    """A scalar function on every element of arrays that broadcast, as Numba's @vectorize does."""
    if all(np.ndim(array) == 0 for array in arrays):
        return function(*arrays)
    shape = np.broadcast_shapes(*[np.shape(array) for array in arrays])
    flat = [np.ravel(np.broadcast_to(array, shape)) for array in arrays]
    values = [function(*[column[k] for column in flat]) for k in range(len(flat[0]))]
    return np.reshape(np.array(values), shape)
