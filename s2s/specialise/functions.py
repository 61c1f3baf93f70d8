"""What a Python function object holds besides its variables: its text, and the defaults of its parameters; and elementwise calls of one."""

from __future__ import annotations

import functools
import inspect
import types
from typing import TYPE_CHECKING, Any

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


@functools.lru_cache(maxsize=4096)
def signature_of(syntax: sx.Function) -> inspect.Signature:
    empty = inspect.Parameter.empty
    return inspect.Signature(
        [inspect.Parameter(p.name, p.kind, default=empty if p.default is None else None) for p in syntax.parameters]
    )


def is_part_of_kernel(function: Any) -> bool:
    """Whether a function is what a kernel of the runtime is written with: it is met where a kernel is written out."""
    module = getattr(function, "__module__", None) or ""
    return module.startswith("s2s_runtime.kernels") and getattr(function, "__name__", "").startswith("_")
