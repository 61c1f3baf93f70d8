"""A body run on dual numbers: what its derivative is by the rules of the functions that it calls.

In: a body and arguments, some of them `Dual`.  Out: what it returns, with tangents.
"""

from __future__ import annotations

import operator
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from rules.applying import Call, jvp, leaves, selected, tree_map
from s2s.primitives import name_of_object
from s2s.rules import RULES
from s2s.rules.cases import A, Case


class Dual:
    """A value and its tangent."""

    __array_ufunc__ = None  # an array on the left leaves the operation to us

    def __init__(self, value: Any, tangent: Any) -> None:
        self.value, self.tangent = value, tangent


def _operators() -> dict[str, Any]:
    def forward(function: Callable[..., Any]) -> Any:
        return lambda *args: apply(function, *args)

    def backward(function: Callable[..., Any]) -> Any:
        return lambda self, other: apply(function, other, self)

    names = (
        "add",
        "sub",
        "mul",
        "truediv",
        "floordiv",
        "pow",
        "matmul",
        "eq",
        "lt",
        "le",
        "gt",
        "ge",
        "neg",
        "invert",
        "getitem",
    )
    methods = {f"__{name}__": forward(getattr(operator, name)) for name in names}
    return methods | {f"__r{name}__": backward(getattr(operator, name)) for name in names[:7]}


for _name, _method in _operators().items():
    setattr(Dual, _name, _method)


def value_of(tree: Any) -> Any:
    if isinstance(tree, (list, tuple)):
        return tuple(value_of(part) for part in tree) if type(tree) is not list else [value_of(part) for part in tree]
    return tree.value if isinstance(tree, Dual) else tree


def tangent_of(tree: Any) -> Any:
    """The tangents in a tree, zero for what has none."""
    return tree_map(lambda x: None if x is None else x.tangent if isinstance(x, Dual) else np.zeros(np.shape(x)), tree)


def spec_of(tree: Any) -> Any:
    if isinstance(tree, (list, tuple)):
        return type(tree)(spec_of(part) for part in tree) if type(tree) in (list, tuple) else tuple(map(spec_of, tree))
    return A(*np.shape(tree.value)) if isinstance(tree, Dual) else tree


def apply(function: Any, *args: Any, **kwargs: Any) -> Any:
    """`function` applied to duals by its rule."""
    values, named = [value_of(arg) for arg in args], {key: value_of(arg) for key, arg in kwargs.items()}
    dual = any(isinstance(leaf, Dual) for leaf in leaves((*args, *kwargs.values())))
    if not dual or function in RULES.constants:
        return function(*values, **named)
    specs = Case(tuple(spec_of(arg) for arg in args), {key: spec_of(arg) for key, arg in kwargs.items()})
    call = Call(selected(function, specs, values, named), function, specs, values, named)
    given = call.rule.parameters.bind(*args, **kwargs).arguments
    return tree_map(Dual, call.run(), jvp(call, {name: tangent_of(given[name]) for name in call.active()}))


class Namespace:
    """A module, or an object that a library has in one, whose functions take duals."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def __getattr__(self, name: str) -> Any:
        return lifted(getattr(self.module, name))


def lifted(found: Any) -> Any:
    if isinstance(found, types.ModuleType) or (name_of_object(found) and not RULES.of(found)):
        return Namespace(found)
    if is_formula(found):
        return lambda *args, **kwargs: on_duals(found)(*args, **kwargs)
    if callable(found) and not isinstance(found, type):
        return lambda *args, **kwargs: apply(found, *args, **kwargs)
    return found


def is_formula(found: Any) -> bool:
    """Whether a function is a part of rules' bodies, and no primitive."""
    return isinstance(found, types.FunctionType) and found.__module__.startswith("s2s.rules") and not RULES.of(found)


def on_duals(body: Callable[..., Any]) -> Callable[..., Any]:
    """The same body, with every function that it names taking duals."""
    used = {name: body.__globals__[name] for name in body.__code__.co_names if name in body.__globals__}
    names = {name: lifted(found) for name, found in used.items()}
    closure = tuple(types.CellType(lifted(cell.cell_contents)) for cell in body.__closure__ or ())
    twin = types.FunctionType(body.__code__, names, body.__name__, body.__defaults__, closure)
    twin.__kwdefaults__ = body.__kwdefaults__
    return twin
