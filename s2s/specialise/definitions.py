"""Functions of a library that are read as if the user had written them: their definition in the place of a call.

np.vander(x, 3)  => np.concatenate(...)

In: a function and abstract arguments.  Out: its definition in `RULES`, and the arguments for it; None if the call stays.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.rules.declare import RULES, Definition, Given
from s2s.specialise.array_arguments import as_array, is_sequence
from s2s.specialise.values import Array, Lazy, ListCell, Ref, Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


def written_out(
    machine: Machine, function: Callable[..., Any], args: list[Value], kwargs: dict[str, Value]
) -> tuple[Value, list[Value], dict[str, Value]] | None:
    """The definition of a function and its arguments, if it has one for this call and a derivative may pass."""
    definition = RULES.definition_of(function)
    if definition is None or not any(_may_carry(machine, value) for value in (*args, *kwargs.values())):
        return None
    bound = _bound(definition, function, args, kwargs)
    if bound is None:
        return None
    for name in definition.arrays:
        if name in bound.arguments and is_sequence(machine, bound.arguments[name]):
            bound.arguments[name] = as_array(machine, bound.arguments[name])
    if not _is_meant(machine, definition, bound):
        return None
    return ir.Const(definition.body), list(bound.args), dict(bound.kwargs)


def _bound(
    definition: Definition, function: Callable[..., Any], args: list[Value], kwargs: dict[str, Value]
) -> inspect.BoundArguments | None:
    """The arguments by the definition's names, less what it does not know and what has the value that it has when left out."""
    known = definition.parameters.parameters
    rest = {name: value for name, value in kwargs.items() if name in known or not _is_default(function, name, value)}
    try:
        return definition.parameters.bind(*args, **rest)
    except TypeError:
        return None


def _is_default(function: Callable[..., Any], name: str, value: Value) -> bool:
    if not isinstance(value, ir.Const):
        return False
    parameter = inspect.signature(function).parameters.get(name)
    return parameter is not None and (value.value is parameter.default or value == ir.Const(parameter.default))


def _is_meant(machine: Machine, definition: Definition, bound: inspect.BoundArguments) -> bool:
    if definition.when is None:
        return True
    given = {name: bound.arguments.get(name, p.default) for name, p in definition.parameters.parameters.items()}
    return bool(definition.when(**{name: _known(machine, value) for name, value in given.items()}))


def _known(machine: Machine, value: Any) -> Any:
    """A value that is known, whether it was given or is a default; of another one, what is known of it."""
    if isinstance(value, ir.Const):
        return value.value
    if isinstance(value, Seq) and all(isinstance(item, ir.Const) for item in value.items):
        return tuple(item.value for item in value.items)  # type: ignore[union-attr]
    if isinstance(value, (ir.Var, Array)):
        atom = machine.materialise(value)
        fact = machine.builder.type_of(atom)
        return Given(fact.ndim, fact.is_real, atom) if isinstance(fact, facts.Num) else Given()
    return Given() if isinstance(value, (ir.Pack, Seq, Ref, Lazy)) else value


def _may_carry(machine: Machine, value: Value) -> bool:
    """Whether a value may carry a derivative: all but what is known to be whole numbers, text and functions."""
    if isinstance(value, Seq):
        return any(_may_carry(machine, item) for item in value.items)
    if isinstance(value, Ref):
        cell = machine.cell(value)
        return not isinstance(cell, ListCell) or any(_may_carry(machine, item) for item in cell.items)
    if isinstance(value, ir.Const):
        return isinstance(value.value, np.ndarray) and value.value.dtype.kind in "fc"
    fact = machine.builder.type_of(machine.materialise(value)) if isinstance(value, (ir.Var, ir.Pack, Array)) else None
    return not isinstance(fact, facts.Num) or fact.inexact is not False
