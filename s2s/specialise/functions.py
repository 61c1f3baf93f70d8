"""What a Python function object holds besides its variables: its text, and the defaults of its parameters."""

from __future__ import annotations

import types
import weakref
from typing import TYPE_CHECKING, Any

from s2s import syntax as sx
from s2s.specialise.values import Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

_parsed: weakref.WeakKeyDictionary[types.CodeType, dict[str, sx.Function]] = weakref.WeakKeyDictionary()


def parsed(function: types.FunctionType) -> sx.Function:
    """The text of a function.  Functions made from one text share it; none of them is kept alive for that."""
    from s2s.parse import parse_function

    code = function.__code__
    texts = _parsed.setdefault(code, {})
    if code.co_filename not in texts:
        texts[code.co_filename] = getattr(parse_function, "__wrapped__", parse_function)(code, function)
    return texts[code.co_filename]


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
