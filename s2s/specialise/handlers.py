"""The table of functions and methods whose meaning on abstract values is written by hand.

Each handler is `handler(machine, *args, **kwargs)`; `BUILTINS` finds it by the function object, or by a Method.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s.specialise.attributes import Method
from s2s.specialise.values import DynamicCell, Ref, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

BUILTINS: dict[Any, Callable[..., Any]] = {}


DEFERRED = {
    "scipy.integrate": "s2s.implicit.calls", "scipy.optimize": "s2s.implicit.calls", "s2s.implicit": "s2s.implicit.calls",
    "scipy.stats": "s2s.specialise.frozen", "scipy.sparse": "s2s.specialise.sparse",
    "scipy.interpolate": "s2s.specialise.splines",
}  # fmt: skip
"""Modules that say what functions of a library mean, by the library: imported when one of its functions is called."""


def handler_of(function: Any) -> Callable[..., Any] | None:
    """What a call of a function means, if that is written by hand."""
    found = BUILTINS.get(function)
    if found is None and DEFERRED:
        module = getattr(function, "__module__", None) or ""
        wanted = {name for library, name in DEFERRED.items() if module.startswith(library)}
        for name in wanted:
            for library in [library for library, other in DEFERRED.items() if other == name]:
                del DEFERRED[library]
            import_module(name).register()
            found = BUILTINS.get(function)
    return found


def handles(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        for function in functions:
            BUILTINS[function] = handler
        return handler

    return register


def method(kind: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return handles(Method(kind, name))


def changed(machine: Machine, xs: Value) -> Any:
    """The cell of a container that is about to change; refused if that might be seen through another name."""
    if not isinstance(xs, Ref):
        raise machine.refuse("a list that is held by something else is changed", "copy it first: list(xs)")
    return machine.changeable(xs)


def store(machine: Machine, xs: Value, function: Any, *atoms: ir.Atom) -> None:
    """A change of a list whose length is known at run time only."""
    assert isinstance(xs, Ref)
    whole = machine.whole(xs)
    machine.put_cell(xs, DynamicCell(machine.builder.apply(function, whole.atom, *atoms), kept=whole.kept))
