"""Distributions of `scipy.stats` with their parameters held fixed: made inside of a program, or found outside.

    stats.norm(mu, sigma).logpdf(x)  =>  stats.norm.logpdf(x, mu, sigma)

In: calls of distributions, and of the methods of what SciPy gives for them.  Out: objects of the classes in `rules.scipy_frozen`, which are
read as a user's are.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s.rules.scipy_frozen import LIBRARY, METHODS, OF_VECTORS, Frozen, distributions, standard
from s2s.specialise.access import step
from s2s.specialise.handlers import handles
from s2s.specialise.outside import Guard
from s2s.specialise.values import Instance, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

Handler = Callable[..., Value]


def register() -> None:
    """What these calls mean, from here on."""
    for dist in distributions():
        handles(dist)(made_of(Frozen, ir.Const(dist)))
    for cls in LIBRARY:
        for name in METHODS:
            if hasattr(cls, name):
                handles(getattr(cls, name))(method_of(name))
    for dist, ours, cls, parameters in OF_VECTORS:
        handles(dist)(made_of(ours))
        for name in ("pdf", "logpdf"):
            handles(getattr(cls, name))(method_of_vectors(name, ours, parameters))


def made_of(cls: type, *leading: Value) -> Handler:
    """A distribution that is called with its parameters."""

    def handler(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        return machine.construct(cls, [*leading, *args], kwargs)

    return handler


def method_of(name: str) -> Handler:
    """A method of one of SciPy's objects: that of ours with the same parameters."""

    def handler(machine: Machine, frozen: Value, *args: Value, **kwargs: Value) -> Value:
        keys = ("dist", "args", "kwds")
        dist, given, named = (machine.attribute(frozen, key) for key in keys)
        same = machine.made(Instance(Frozen, keys, (standard_of(machine, dist), given, named)))
        return machine.call(machine.attribute(same, name), list(args), kwargs)

    return handler


def standard_of(machine: Machine, dist: Value) -> Value:
    """The distribution that SciPy's object holds a copy of, for a program that holds while it is a copy of this one."""
    example = machine.inputs.examples.get(dist.name) if isinstance(dist, ir.Var) else None
    found = standard(example)
    if found is None:
        raise machine.refuse("a distribution that is not one of scipy.stats", "call its methods with the parameters")
    machine.surroundings.guards.append(Guard(machine.inputs.roots[dist.name], standard, found))  # type: ignore[union-attr]
    return ir.Const(found)


def method_of_vectors(name: str, ours: type, parameters: tuple[str, ...]) -> Handler:
    """A method of one of SciPy's distributions of vectors."""

    def handler(machine: Machine, frozen: Value, *args: Value, **kwargs: Value) -> Value:
        example = machine.inputs.examples.get(frozen.name) if isinstance(frozen, ir.Var) else None
        if example is None or getattr(example, "allow_singular", False):
            raise machine.refuse("a distribution that is not known here, or may be singular", "make it inside of the function")
        if hasattr(example, "allow_singular"):
            path = step(machine.inputs.roots[frozen.name], attrgetter("allow_singular"))  # type: ignore[union-attr]
            machine.surroundings.guards.append(Guard(path, bool, False))
        given = [parameter_of(machine, frozen, example, key) for key in parameters]
        return machine.call(machine.attribute(machine.construct(ours, given, {}), name), list(args), kwargs)

    return handler


def parameter_of(machine: Machine, frozen: Any, example: Any, name: str) -> Value:
    """An array that one of SciPy's objects holds, or computes from what it holds."""
    key = ("field", frozen.name, name)
    return machine.surroundings.values.get(key) or machine.loaded_attribute(frozen, getattr(example, name), name, key)
