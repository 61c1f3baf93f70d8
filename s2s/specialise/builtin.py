"""What Python's own functions, and the methods of its containers, do to abstract values.

The handlers stand in the modules that are imported here; this one has what asks about values, and what is refused.
"""

from __future__ import annotations

import collections
import itertools
import warnings
from typing import TYPE_CHECKING

import numpy as np

from s2s import facts, ir
from s2s.specialise import (  # noqa: F401  they register handlers
    array_makers,
    array_methods,
    array_writes,
    deques,
    dict_methods,
    forms,
    iterables,
    list_methods,
    mapping,
    numbers,
    ordering,
    records,
)
from s2s.specialise.access import fixed, step
from s2s.specialise.handlers import handles
from s2s.specialise.scope import MISSING, lookup
from s2s.specialise.values import (
    Array,
    Bound,
    Closure,
    DictCell,
    DynamicCell,
    Either,
    Instance,
    Lazy,
    ListCell,
    Ref,
    Seq,
    Value,
)

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class Builtins:
    """What the Machine's other parts ask of containers."""

    def static_items(self: Machine, value: Value) -> list[Value] | None:
        """The items of something to iterate over, if it is known how many there are."""
        match value:
            case Seq():
                return list(value.items)
            case ir.Const() if isinstance(value.value, (str, tuple, list, range, frozenset)):
                return [ir.Const(item) for item in value.value]
            case ir.Pack() if value.kind in (tuple, list):
                return list(value.items)
            case Ref():
                cell = self.cell(value)
                if isinstance(cell, ListCell):
                    return list(cell.items)
                if isinstance(cell, Instance):
                    return self.static_items(self.iterated_object(value, cell.cls))
                return [ir.Const(key) for key in cell.keys] if isinstance(cell, DictCell) else None
            case Lazy():
                return self.static_lazy(value)
        if isinstance(value, Array):
            return self.static_rows(value)
        return self.static_variable(value)

    def static_rows(self: Machine, array: Array) -> list[Value] | None:
        """The rows or entries of an array whose first axis has a known length."""
        fact = self.builder.type_of(self.content(array))
        count = fact.shape[0].constant if isinstance(fact, facts.Num) and fact.shape else None
        return None if count is None else [self.subscript_array(array, ir.Const(k)) for k in range(count)]

    def items_source(self: Machine, value: Value) -> Value:
        """What a user's object gives its items from: `__iter__` is a generator, or returns `iter` of something."""
        cell = self.cell(value) if isinstance(value, Ref) else None
        return self.iterated_object(value, cell.cls) if isinstance(cell, Instance) else value

    def iterated_object(self: Machine, value: Value, cls: type) -> Value:
        method = self.of_class(cls, "__iter__")
        if not hasattr(method, "__code__"):
            raise self.refuse(f"a loop over an object of the class {cls.__name__}", "loop over a list or a tuple")
        result = self.call(ir.Const(method), [value], {})
        if isinstance(result, Lazy) and result.kind == "iterator":
            (result,) = result.parts
        if isinstance(result, Ref) and isinstance(self.cell(result), Instance):
            raise self.refuse(f"{cls.__name__} moves its iterator by hand", "return iter of a list, or write a generator")
        return result

    def static_variable(self: Machine, value: Value) -> list[Value] | None:
        """The entries of an array whose first axis has a known length, and the items of a record."""
        fact = self.builder.type_of(value) if isinstance(value, ir.Var) else None
        count = None
        if isinstance(fact, facts.Num) and fact.shape:
            count = fact.shape[0].constant
        elif isinstance(fact, facts.Record) and fact.kind is not dict:
            count = len(fact.items)
        if count is None:
            return None
        return [self.load_item(value, ir.Const(k)) for k in range(count)]

    def static_lazy(self: Machine, value: Lazy) -> list[Value] | None:
        parts = value.parts
        if value.kind == "range":
            parts = parts[:3]
            if all(isinstance(part, ir.Const) for part in parts):
                return [ir.Const(k) for k in range(*(part.value for part in parts))]  # type: ignore[union-attr]
            return None
        if value.kind in ("generator", "call", "ndenumerate"):
            return None
        if value.kind in ("held", "iterator"):
            return self.static_items(self.taken_up(value) if value.kind == "held" else parts[0])
        inner = [self.static_items(part) for part in parts]
        if any(items is None for items in inner):
            return None
        lists: list[list[Value]] = [items for items in inner if items is not None]
        match value.kind:
            case "enumerate":
                return [Seq(tuple, (ir.Const(k), item)) for k, item in enumerate(lists[0], value.extra)]
            case "zip":
                return [Seq(tuple, row) for row in zip(*lists, strict=False)]
            case "reversed":
                return lists[0][::-1]
            case "product":
                return [Seq(tuple, row) for row in itertools.product(*lists)]
            case "map":
                return [self.call(value.extra.value, list(row), {}) for row in zip(*lists, strict=False)]
        return None

    def listed(self: Machine, value: Value) -> Value:
        """A list of what an iterable gives."""
        items = self.static_items(value) if not isinstance(value, ir.Var) else None
        if items is not None:
            return self.allocate(ListCell(tuple(items)))
        return self.collect(value)

    def call_method(self: Machine, owner: Value, name: str, args: list[Value]) -> Value:
        return self.call(self.attribute(owner, name), args, {})


# ------------------------------------------------------------------------------------------------------- questions
@handles(len)
def _len(machine: Machine, x: Value) -> Value:
    if isinstance(x, Ref) and isinstance(cell := machine.cell(x), Instance):
        return machine.call(ir.Const(machine.of_class(cell.cls, "__len__")), [x], {})
    items = machine.static_items(x) if not isinstance(x, (ir.Var, Array)) else None
    if items is not None:
        return ir.Const(len(items))
    return machine.apply(len, x)


@handles(slice)
def _slice(machine: Machine, *args: Value) -> Value:
    parts = (ir.Const(None), args[0], ir.Const(None)) if len(args) == 1 else (*args, ir.Const(None))[:3]
    return machine.slice_of(list(parts))


@handles(isinstance)
def _isinstance(machine: Machine, x: Value, classes: Value) -> Value:
    kinds = machine.key(classes)
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    known = _class_of(machine, x)
    if known is None and set(kinds) <= OF_NO_NUMBER and isinstance(machine.builder.type_of(machine.materialise(x)), facts.Num):
        return ir.Const(False)
    if known is not None:
        among = tuple(k for k in kinds if isinstance(k, type))
        result = issubclass(known, among)
        plain = all(type(cls).__subclasscheck__ is type.__subclasscheck__ for cls in among)
        return ir.Const(result) if plain else machine.constant(result, step(fixed(known), issubclass, among))
    return machine.apply(isinstance, x, ir.Const(kinds if len(kinds) > 1 else kinds[0]))


OF_NO_NUMBER = {list, tuple, dict, set, str, bytes, range}
"""Classes that no number, of Python's or NumPy's, and no array is of."""


def _class_of(machine: Machine, x: Value) -> type | None:
    """The class of a value, where it is known."""
    x = machine.plain(x)
    cls = machine.user_class(x)
    if cls is not None:
        return cls
    match x:
        case ir.Const():
            return type(x.value)
        case Seq():
            return x.kind  # type: ignore[no-any-return]
        case Ref():
            cell = machine.cell(x)
            if isinstance(cell, (ListCell, DynamicCell)):
                return list if cell.kind is None else collections.deque
            return cell.kind if isinstance(cell, DictCell) else list
        case ir.Var():
            fact = machine.builder.type_of(x)
            if isinstance(fact, facts.Num) and fact.dtype is not None and fact.shape is not None:
                if fact.shape:
                    return np.ndarray
                if fact.weak:
                    return type(fact.dtype.type(0).item())
            return fact.cls if isinstance(fact, facts.Opaque) else None
        case Closure() | Bound():
            return type(_class_of)
    return None


@handles(type)
def _type(machine: Machine, x: Value) -> Value:
    known = _class_of(machine, x)
    return ir.Const(known) if known is not None else machine.apply(type, x)


@handles(callable)
def _callable(machine: Machine, x: Value) -> Value:
    if isinstance(x, (Closure, Bound, Either)):
        return ir.Const(True)
    if isinstance(x, ir.Const):
        return ir.Const(callable(x.value))
    if isinstance(x, ir.Var) and machine.builder.type_of(x) is None:  # one of several, by a place that is not known
        return machine.apply(callable, x)
    cls = machine.user_class(x)
    return ir.Const(cls is not None and machine.of_class(cls, "__call__") is not None)


@handles(hasattr)
def _hasattr(machine: Machine, x: Value, name: Value) -> Value:
    try:
        machine.attribute(x, machine.key(name))
    except Exception:
        return ir.Const(False)
    return ir.Const(True)


@handles(getattr)
def _getattr(machine: Machine, x: Value, name: Value, *default: Value) -> Value:
    if default and not _hasattr(machine, x, name).value:
        return default[0]
    return machine.attribute(x, machine.key(name))


@handles(np.ndim)
def _ndim(machine: Machine, a: Value) -> Value:
    if isinstance(a, ir.Const):
        return ir.Const(np.ndim(a.value))
    items = machine.static_items(a) if isinstance(a, (Seq, Ref, ir.Pack)) else None
    if items is not None and all(isinstance(item, ir.Const) for item in items):
        return ir.Const(np.ndim([item.value for item in items]))  # type: ignore[union-attr]
    return machine.apply(np.ndim, a)


# ----------------------------------------------------------------------------------------------- effects, machinery
@handles(print)
def _print(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    atoms = [machine.materialise(arg) for arg in args]
    machine.builder.effect(print, *atoms, **{key: machine.materialise(value) for key, value in kwargs.items()})
    return ir.Const(None)


@handles(warnings.warn)
def _warn(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    return machine.call_unknown(ir.Const(warnings.warn), list(args), kwargs)


@handles(eval, exec, compile, globals, locals, vars, setattr, delattr, __import__, input, open)
def _dynamic(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    raise machine.refuse("a function that the compiler cannot follow is called", "write what it does as plain code")


@handles(super)
def _super(machine: Machine, *args: Value) -> Value:
    """`super()`: the method's own class is in its closure, the object is its first argument."""
    if args:
        return Lazy("super", (args[1],), machine.key(args[0]))
    frame = next((frame for frame in reversed(machine.frames) if frame.parent is None), None)
    cls = lookup(frame.function, "__class__") if frame is not None else MISSING
    if frame is None or not isinstance(cls, type):
        raise machine.refuse("super() outside a method", "call it in a method")
    return Lazy("super", (machine.read(frame.syntax.parameters[0].name, frame),), cls)


@handles(object, property, staticmethod, classmethod)
def _machinery(machine: Machine, *args: Value) -> Value:
    raise machine.refuse("the machinery of classes inside a differentiated function", "define the class outside")


@handles(id, hash, dir, breakpoint, help)
def _introspection(machine: Machine, *args: Value) -> Value:
    raise machine.refuse("a program that looks at itself", "leave it out")
