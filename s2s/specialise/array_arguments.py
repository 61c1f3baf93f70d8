"""Lists and tuples where a function takes an array: made an array before the call, as NumPy would make one inside it.

In: a function of NumPy or SciPy, or an operator, and abstract arguments.  Out: the arguments with arrays in the places of
sequences, so that a rule sees arrays only.

    np.sum([x, y]) => np.sum(np.array([x, y]))      np.concatenate([[x], z]) => np.concatenate([np.array([x]), z])
    x * [1.0, y]   => x * np.array([1.0, y])        of an array x
"""

from __future__ import annotations

import inspect
import operator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from s2s import facts, ir
from s2s.rules.declare import RULES
from s2s.specialise.values import Array, DynamicCell, Lazy, ListCell, Ref, Seq, Value

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from s2s.specialise.machine import Machine


def without_defaults(
    function: Callable[..., Any], args: list[Value], kwargs: dict[str, Value]
) -> tuple[list[Value], dict[str, Value]]:
    """The arguments of a call, less those that no rule knows and that have the value that they have when left out.

    np.sum(x, 0, None, None, True) => np.sum(x, 0, keepdims=True)
    """
    rules = RULES.of(function)
    if not rules or not _takes_arrays(function) or _bound(function, args, kwargs) is not None:
        return args, kwargs
    known = rules[0].parameters.parameters
    names, defaults = _names_and_defaults(function, tuple(known))
    by_place = dict(zip(names, args, strict=False)) if len(args) <= len(names) else {}
    rest = {n: v for n, v in {**by_place, **kwargs}.items() if n in known or not _is_default(defaults, n, v)}
    if not by_place or any(name not in known for name in rest):
        return args, {name: v for name, v in kwargs.items() if name in known or not _is_default(defaults, name, v)}
    order = [*known]
    count = next((k for k, n in enumerate(order) if n not in rest or known[n].kind is not POSITIONAL), len(order))
    return [rest[name] for name in order[:count]], {n: v for n, v in rest.items() if n not in order[:count]}


def with_arrays(
    machine: Machine, function: Callable[..., Any], args: list[Value], kwargs: dict[str, Value]
) -> tuple[list[Value], dict[str, Value]]:
    """The arguments of a call, with an array for every sequence that stands for one."""
    if not _takes_arrays(function) or not any(is_sequence(machine, value) for value in (*args, *kwargs.values())):
        return args, kwargs
    bound = _bound(function, args, kwargs)
    if bound is None:
        return args, kwargs
    for name, value in bound.arguments.items():
        bound.arguments[name] = _converted(machine, function, bound.signature.parameters[name], value)
    given = iter(bound.args)
    return [next(given) for _ in args], {name: bound.arguments[name] for name in kwargs}


def operands_with_arrays(machine: Machine, function: Callable[..., Any], operands: list[Value]) -> list[Value]:
    """The operands of an operator, with an array for a sequence that meets an array or a NumPy number."""
    sequences = [is_sequence(machine, operand) for operand in operands]
    if function not in OPERATORS or not any(sequences):
        return operands
    if any(is_unknown(machine, operand) for operand in operands):
        raise machine.refuse(
            "an operator has a list or a tuple on one side and a value of an unknown type on the other",
            "write np.array([...]), or give arguments, so that the types are known",
        )
    if not any(is_array(machine, operand) for operand in operands):
        return operands
    return [as_array(machine, value) if found else value for value, found in zip(operands, sequences, strict=True)]


def is_sequence(machine: Machine, value: Value) -> bool:
    """Whether a value is a list, a tuple, or the like."""
    match value:
        case Seq() | Lazy():
            return True
        case Ref():
            cell = machine.cell(value)
            return isinstance(cell, ListCell) or (
                isinstance(cell, DynamicCell) and isinstance(machine.builder.type_of(cell.atom), facts.Listing)
            )
        case ir.Const():
            return isinstance(value.value, (tuple, list, range))
    return isinstance(machine.builder.type_of(value), (facts.Listing, facts.Record)) if is_variable(value) else False


def is_variable(value: Value) -> bool:
    return isinstance(value, (ir.Var, ir.Pack))


def is_array(machine: Machine, value: Value) -> bool:
    """Whether a value is an array or a number of NumPy's, which takes the other operand for an array too."""
    if isinstance(value, Array):
        return True
    fact = machine.builder.type_of(value) if isinstance(value, (ir.Var, ir.Const)) else None
    return isinstance(fact, facts.Num) and (bool(fact.shape) or fact.weak is False)


def is_unknown(machine: Machine, value: Value) -> bool:
    return isinstance(value, ir.Var) and machine.builder.type_of(value) is None


def as_array(machine: Machine, value: Value) -> Value:
    return machine.apply(np.array, value)


OPERATORS = {
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
    operator.matmul,
}  # fmt: skip


POSITIONAL = inspect.Parameter.POSITIONAL_OR_KEYWORD
OPTIONS_OF_UFUNCS = {"out": None, "where": True, "dtype": None, "casting": "same_kind", "order": "K", "subok": True}


@lru_cache(maxsize=1024)
def _names_and_defaults(function: Callable[..., Any], known: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The positional parameters of a function of a library, and what it takes for those that are left out.

    Where a parameter has no name to callers, it has the one that our rule, with the parameters `known`, gives it.  No
    names where it takes any number, or does not say: then only keywords are understood.
    """
    try:
        parameters = [] if isinstance(function, np.ufunc) else list(inspect.signature(function).parameters.values())
    except ValueError:
        parameters = []
    defaults = {p.name: p.default for p in parameters} or OPTIONS_OF_UFUNCS
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return (), defaults
    nameless = sum(p.kind is p.POSITIONAL_ONLY for p in parameters)
    return (*known[:nameless], *(p.name for p in parameters if p.kind is POSITIONAL)), defaults


def _is_default(defaults: dict[str, Any], name: str, value: Value) -> bool:
    """Whether an argument is what the function takes when it is left out."""
    if isinstance(value, ir.Const) and value.value is np._NoValue:
        return True
    if not isinstance(value, ir.Const) or not isinstance(value.value, (bool, int, str, type(None))):
        return False
    default = defaults.get(name, inspect.Parameter.empty)
    return type(default) is type(value.value) and bool(default == value.value)


def _takes_arrays(function: Callable[..., Any]) -> bool:
    """Whether a function has a rule and makes arrays of what it is given."""
    library = (getattr(function, "__module__", None) or "numpy").partition(".")[0]
    return library in ("numpy", "scipy") and bool(RULES.of(function))


def _bound(function: Callable[..., Any], args: list[Value], kwargs: dict[str, Value]) -> inspect.BoundArguments | None:
    """The arguments by the names that the rules have for them."""
    for rule in RULES.of(function):
        try:
            return rule.parameters.bind(*args, **kwargs)
        except TypeError:
            continue
    return None


def _converted(machine: Machine, function: Callable[..., Any], parameter: inspect.Parameter, value: Any) -> Any:
    rules = RULES.of(function)
    name = parameter.name
    if not any(name in rule.wrt for rule in rules) or any(name in rule.nested for rule in rules):
        return value
    if parameter.kind is parameter.VAR_POSITIONAL:
        return tuple(as_array(machine, item) if is_sequence(machine, item) else item for item in value)
    if not is_sequence(machine, value):
        return value
    return _of_arrays(machine, value) if any(name in rule.sequences for rule in rules) else as_array(machine, value)


def _of_arrays(machine: Machine, value: Value) -> Value:
    """A sequence whose items are arrays or numbers."""
    items = machine.static_items(value)
    if items is None or not any(is_sequence(machine, item) for item in items):
        return value
    arrays = tuple(as_array(machine, item) if is_sequence(machine, item) else item for item in items)
    return machine.allocate(ListCell(arrays)) if isinstance(value, Ref) else Seq(tuple, arrays)
