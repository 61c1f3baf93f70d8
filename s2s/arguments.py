"""What is called and with what: a function without what was bound to it, and the arguments that are differentiated.

In: any callable, and a call's arguments.  Out: a Callee and a Call, where every argument has a position.
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s.errors import DtypeError, S2SError
from s2s_runtime import tree

Argnums = int | Sequence[int]


# ------------------------------------------------------------------------------------------------------------ callees
@dataclass(frozen=True)
class Callee:
    """A function without what was bound to it: a method's object, a partial's arguments."""

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: tuple[tuple[str, Any], ...] = ()


def unbundle(function: Callable[..., Any]) -> Callee:
    """The function inside a method, a partial, a decorated function or a callable object."""
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = {}
    if type(function) is types.FunctionType:
        return Callee(function)
    while True:
        if isinstance(function, types.MethodType):
            args = (function.__self__, *args)
            function = function.__func__
        elif isinstance(function, functools.partial):
            args, kwargs = (*function.args, *args), {**function.keywords, **kwargs}
            function = function.func
        elif hasattr(function, "py_func"):
            function = function.py_func
        elif hasattr(type(function), "__s2s_inside__"):
            inside: Any = function
            function, held = inside.__s2s_inside__()
            args = (*held, *args)
        elif _is_object(function):
            function, args = type(function).__call__, (function, *args)
        else:
            return Callee(function, args, tuple(kwargs.items()))


def _is_object(function: Any) -> bool:
    plain = (types.FunctionType, types.BuiltinFunctionType, type, np.ufunc, np.vectorize)
    if hasattr(function, "_dispatcher") or hasattr(type(function), "__s2s_call__") or isinstance(function, plain):
        return False
    return isinstance(getattr(type(function), "__call__", None), types.FunctionType)


# ----------------------------------------------------------------------------------------------------------- arguments
@dataclass(frozen=True)
class Call:
    """One call's arguments: positional ones, keywords, and where those stand that are differentiated."""

    callee: Callee
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    wrt: tuple[int, ...]

    @functools.cached_property
    def all(self) -> tuple[Any, ...]:
        return (*self.args, *self.kwargs.values()) if self.kwargs else self.args

    @property
    def names(self) -> tuple[str, ...]:
        return (*positional_names(self.callee.function, len(self.args)), *self.kwargs)

    @functools.cached_property
    def chosen(self) -> tuple[Any, ...]:
        values = self.all
        return tuple(values[position] for position in self.wrt)


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def positional_names(function: Callable[..., Any], count: int) -> list[str]:
    """What each of `count` positional arguments is called."""
    names: list[str] = []
    rest = ""
    for parameter in parameters_of(function):
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            names.append(parameter.name)
        elif parameter.kind is parameter.VAR_POSITIONAL:
            rest = parameter.name
    return (names + [f"{rest or 'argument'}[{k}]" for k in range(max(0, count - len(names)))])[:count]


def arranged(
    callee: Callee, args: tuple[Any, ...], kwargs: dict[str, Any], argnums: Argnums | None, argnames: Any
) -> Call:
    """The arguments of a call with what was bound, and the positions of those to differentiate by."""
    every = (*callee.args, *args)
    named = {**dict(callee.kwargs), **kwargs} if callee.kwargs else dict(kwargs)
    offset = len(callee.args)
    wrt: list[int] = []
    for number in numbers_of(argnums) if argnums is not None else ():
        wrt.append(_position(callee, number, offset, len(args), every, named))
    names = positional_names(callee.function, len(every)) if argnames else []
    for name in (argnames,) if isinstance(argnames, str) else tuple(argnames or ()):
        wrt.append(_named_position(callee, name, names, every, named))
    return Call(callee, every, named, tuple(wrt))


def numbers_of(argnums: Argnums) -> tuple[int, ...]:
    return (argnums,) if isinstance(argnums, (int, np.integer)) else tuple(argnums)


def _position(
    callee: Callee, number: int, offset: int, count: int, every: tuple[Any, ...], named: dict[str, Any]
) -> int:
    position = number + offset if number >= 0 else number + offset + count
    if offset <= position < len(every):
        return position
    positional = [p for p in parameters_of(callee.function) if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if 0 <= position < len(positional):
        return _named_position(callee, positional[position].name, [], every, named)
    raise S2SError(f"argnums={number} asks for an argument that was not given: there are {count} positional arguments")


def _named_position(
    callee: Callee, name: str, names: Sequence[str], every: tuple[Any, ...], named: dict[str, Any]
) -> int:
    """Where an argument stands that is asked for by name; a default is given explicitly."""
    if name in names:
        return list(names).index(name)
    if name not in named:
        for parameter in parameters_of(callee.function):
            if parameter.name == name and parameter.default is not parameter.empty:
                named[name] = parameter.default
                break
        else:
            known = ", ".join(p.name for p in parameters_of(callee.function))
            raise S2SError(f"there is no argument {name!r} to differentiate by; the parameters are {known}")
    return len(every) + list(named).index(name)


def check_differentiable(call: Call) -> None:
    """Refuse an argument that has no leaf with a derivative."""
    for position, value in zip(call.wrt, call.chosen, strict=True):
        if type(value) is float:
            continue
        leaves = tree.flatten(value)[0]
        if leaves and any(tree.is_differentiable(leaf) for leaf in leaves):
            continue
        name = call.names[position] if position < len(call.names) else f"argument {position}"
        if not leaves:
            continue
        what = tree.describe(leaves[0])
        raise DtypeError(
            f"{name} is {what}: a derivative by it is not defined",
            hint="pass a float or a float array, or leave it out of argnums",
        )
