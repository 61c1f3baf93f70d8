"""What Python's own functions, and the methods of its containers, do to abstract values.

Each handler is `handler(machine, *args, **kwargs)`; `BUILTINS` finds it by the function object.
"""

from __future__ import annotations

import copy
import functools
import itertools
import math
import operator
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.attributes import Method
from s2s.specialise.values import (
    Bound, Closure, DictCell, DynamicCell, Either, Instance, Lazy, ListCell, Ref, Seq, Value,
)  # fmt: skip
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

BUILTINS: dict[Any, Callable[..., Any]] = {}


def handles(*functions: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        for function in functions:
            BUILTINS[function] = handler
        return handler

    return register


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
                return [ir.Const(key) for key in cell.keys] if isinstance(cell, DictCell) else None
            case Lazy():
                return self.static_lazy(value)
        return self.static_variable(value)

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
            if all(isinstance(part, ir.Const) for part in parts):
                return [ir.Const(k) for k in range(*(part.value for part in parts))]  # type: ignore[union-attr]
            return None
        if value.kind == "generator":
            return None
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
    items = machine.static_items(x) if not isinstance(x, ir.Var) else None
    if items is not None:
        return ir.Const(len(items))
    if isinstance(x, Ref) and isinstance(cell := machine.cell(x), Instance):
        return machine.call(ir.Const(cell.cls.__len__), [x], {})
    return machine.apply(len, x)


@handles(isinstance)
def _isinstance(machine: Machine, x: Value, classes: Value) -> Value:
    kinds = machine.key(classes)
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    known = _class_of(machine, x)
    if known is not None:
        return ir.Const(issubclass(known, tuple(k for k in kinds if isinstance(k, type))))
    return machine.apply(isinstance, x, ir.Const(kinds if len(kinds) > 1 else kinds[0]))


def _class_of(machine: Machine, x: Value) -> type | None:
    """The class of a value, where it is known."""
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
    cls = machine.user_class(x)
    return ir.Const(cls is not None and hasattr(cls, "__call__"))  # noqa: B004


@handles(hasattr)
def _hasattr(machine: Machine, x: Value, name: Value) -> Value:
    try:
        machine.attribute(x, machine.key(name))
    except Exception:  # noqa: BLE001
        return ir.Const(False)
    return ir.Const(True)


@handles(getattr)
def _getattr(machine: Machine, x: Value, name: Value, *default: Value) -> Value:
    if default and not _hasattr(machine, x, name).value:
        return default[0]
    return machine.attribute(x, machine.key(name))


@handles(np.ndim)
def _ndim(machine: Machine, a: Value) -> Value:
    return machine.apply(np.ndim, a)


# ------------------------------------------------------------------------------------------------------- iterables
@handles(range)
def _range(machine: Machine, *args: Value) -> Value:
    start, stop, step = (ir.Const(0), args[0], ir.Const(1)) if len(args) == 1 else (*args, ir.Const(1))[:3]
    return Lazy("range", tuple(machine.materialise(part) for part in (start, stop, step)))


@handles(enumerate)
def _enumerate(machine: Machine, xs: Value, start: Value = ir.Const(0)) -> Value:  # noqa: B008
    return Lazy("enumerate", (xs,), machine.key(start))


@handles(zip)
def _zip(machine: Machine, *xs: Value, strict: Value = ir.Const(False)) -> Value:  # noqa: B008
    return Lazy("zip", xs)


@handles(reversed)
def _reversed(machine: Machine, xs: Value) -> Value:
    return Lazy("reversed", (xs,))


@handles(map)
def _map(machine: Machine, function: Value, *xs: Value) -> Value:
    return Lazy("map", xs, _Held(function))


class _Held:
    """A callee kept in a Lazy."""

    def __init__(self, value: Value) -> None:
        self.value = value


@handles(filter)
def _filter(machine: Machine, function: Value, xs: Value) -> Value:
    result = machine.allocate(ListCell(()))

    def visit(item: Value) -> None:
        test = machine.call(function, [item], {}) if function != ir.Const(None) else item
        machine.when(test, lambda: machine.call_method(result, "append", [item]))

    machine.each(xs, visit)
    return result


@handles(list)
def _list(machine: Machine, *xs: Value) -> Value:
    return machine.copied_list(xs[0]) if xs else machine.allocate(ListCell(()))


@handles(tuple)
def _tuple(machine: Machine, *xs: Value) -> Value:
    if not xs:
        return Seq(tuple, ())
    items = machine.static_items(xs[0])
    if items is not None:
        return Seq(tuple, tuple(items))
    return machine.copied_list(xs[0])


@handles(dict)
def _dict(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    cell = DictCell((), ())
    for arg in args:
        inner = machine.cell(arg) if isinstance(arg, Ref) else None
        if isinstance(inner, DictCell):
            pairs = list(zip(inner.keys, inner.items, strict=True))
        else:
            rows = machine.unpacked(arg)
            pairs = [(machine.key(pair[0]), pair[1]) for pair in (machine.unpacked(row) for row in rows)]
        for key, value in pairs:
            cell = cell.put(key, value)
    for key, value in kwargs.items():
        cell = cell.put(key, value)
    return machine.allocate(cell)


@handles(iter)
def _iter(machine: Machine, xs: Value) -> Value:
    raise machine.refuse("an iterator is made by hand", "write a for loop")


BUILTINS[next] = _iter


# ------------------------------------------------------------------------------------------------------ arithmetic
@handles(sum)
def _sum(machine: Machine, xs: Value, start: Value = ir.Const(0)) -> Value:  # noqa: B008
    def add(total: Value, item: Value) -> Value:
        return item if total == ir.Const(0) else machine.operation(operator.add, [total, item])

    return machine.reduced(xs, start, add)


def _extreme(function: Any) -> Callable[..., Value]:
    def handler(machine: Machine, *xs: Value, key: Value = ir.Const(None), default: Value | None = None) -> Value:  # noqa: B008
        if key != ir.Const(None):
            raise machine.refuse(f"{function.__name__}() with a key", "compare the values in a loop")
        items = list(xs) if len(xs) > 1 else machine.static_items(xs[0])
        if items is None:
            return machine.reduced(xs[0], None, lambda best, item: machine.apply(function, best, item))
        result = items[0]
        for item in items[1:]:
            result = machine.apply(function, result, item)
        return result

    return handler


BUILTINS[min] = _extreme(min)
BUILTINS[max] = _extreme(max)


@handles(abs)
def _abs(machine: Machine, x: Value) -> Value:
    return machine.operation(abs, [x])


@handles(pow)
def _pow(machine: Machine, x: Value, y: Value) -> Value:
    return machine.operation(operator.pow, [x, y])


@handles(divmod)
def _divmod(machine: Machine, x: Value, y: Value) -> Value:
    return Seq(tuple, (machine.operation(operator.floordiv, [x, y]), machine.operation(operator.mod, [x, y])))


@handles(float, np.float64)
def _float(machine: Machine, x: Value = ir.Const(0.0)) -> Value:  # noqa: B008
    return machine.apply(float, x)


@handles(bool)
def _bool(machine: Machine, x: Value) -> Value:
    known = machine.truth(x)
    return ir.Const(known) if known is not None else machine.apply(bool, x)


def _quantifier(stop: bool) -> Callable[..., Value]:
    def handler(machine: Machine, xs: Value) -> Value:
        return machine.reduced(xs, ir.Const(not stop), lambda seen, item: machine.logic(not stop, seen, lambda: item))

    return handler


BUILTINS[any], BUILTINS[all] = _quantifier(True), _quantifier(False)


@handles(functools.reduce)
def _reduce(machine: Machine, function: Value, xs: Value, *start: Value) -> Value:
    return machine.reduced(xs, start[0] if start else None, lambda total, item: machine.call(function, [total, item], {}))


@handles(functools.partial)
def _partial(machine: Machine, function: Value, *args: Value, **kwargs: Value) -> Value:
    return Bound(function, args, tuple(kwargs.items()))


@handles(copy.copy, copy.deepcopy)
def _copy(machine: Machine, x: Value) -> Value:
    return machine.copied_list(x) if isinstance(x, Ref) else x


@handles(sorted)
def _sorted(machine: Machine, xs: Value, **kwargs: Value) -> Value:
    items = machine.static_items(xs)
    if items is not None and all(isinstance(item, ir.Const) for item in items) and not kwargs:
        return machine.allocate(ListCell(tuple(ir.Const(v) for v in sorted(item.value for item in items))))  # type: ignore[union-attr]
    raise machine.refuse("sorted() of values that are not known", "use np.sort, or np.argsort and an index")


@handles(itertools.chain)
def _chain(machine: Machine, *xs: Value) -> Value:
    result = machine.allocate(ListCell(()))
    for part in xs:
        machine.call_method(result, "extend", [part])
    return result


@handles(itertools.product)
def _product(machine: Machine, *xs: Value) -> Value:
    parts = [machine.unpacked(part) for part in xs]
    return machine.allocate(ListCell(tuple(Seq(tuple, row) for row in itertools.product(*parts))))


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


# -------------------------------------------------------------------------------------------------- list methods
def method(kind: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return handles(Method(kind, name))


def _changed(machine: Machine, xs: Value) -> Any:
    """The cell of a container that is about to change; refused if that might be seen through another name."""
    if not isinstance(xs, Ref):
        raise machine.refuse("a list that is held by something else is changed", "copy it first: list(xs)")
    cell = machine.cell(xs)
    if cell.frozen:
        raise machine.refuse(cell.frozen, "make a new one instead of changing it")
    if xs.cell in machine.iterated:
        raise machine.refuse("a list is changed while it is iterated over", "iterate over a copy: list(xs)")
    return cell


@method("list", "append")
def _append(machine: Machine, xs: Value, x: Value) -> Value:
    cell = _changed(machine, xs)
    if isinstance(cell, ListCell):
        machine.state.heap[xs.cell] = ListCell((*cell.items, x))  # type: ignore[union-attr]
    else:
        _store(machine, xs, containers.append, x)
    return ir.Const(None)


def _store(machine: Machine, xs: Value, function: Any, *args: Value) -> None:
    """A change of a container whose length is known at run time only."""
    assert isinstance(xs, Ref)
    atoms = [machine.materialise(arg) for arg in args]
    machine.state.heap[xs.cell] = DynamicCell(machine.builder.apply(function, machine.materialise(xs), *atoms))


@method("list", "extend")
def _extend(machine: Machine, xs: Value, ys: Value) -> Value:
    cell = _changed(machine, xs)
    items = machine.static_items(ys)
    if isinstance(cell, ListCell) and items is not None:
        machine.state.heap[xs.cell] = ListCell((*cell.items, *items))  # type: ignore[union-attr]
    else:
        _store(machine, xs, containers.extend, machine.listed(ys))
    return ir.Const(None)


@method("list", "pop")
def _pop(machine: Machine, xs: Value, index: Value = ir.Const(-1)) -> Value:  # noqa: B008
    cell = _changed(machine, xs)
    if isinstance(cell, ListCell) and isinstance(index, ir.Const):
        items = list(cell.items)
        taken = machine.static_item(items, index.value, list)
        del items[index.value]
        machine.state.heap[xs.cell] = ListCell(tuple(items))  # type: ignore[union-attr]
        return taken
    if index != ir.Const(-1):
        raise machine.refuse("pop() from the middle of a list", "build a new list with slices")
    last = machine.load_item(xs, ir.Const(-1))
    _store(machine, xs, containers.drop_last)
    return last


@method("list", "copy")
def _list_copy(machine: Machine, xs: Value) -> Value:
    return machine.copied_list(xs)


@method("list", "insert")
def _insert(machine: Machine, xs: Value, index: Value, x: Value) -> Value:
    cell = _changed(machine, xs)
    if not isinstance(cell, ListCell) or not isinstance(index, ir.Const):
        raise machine.refuse("insert() into a list whose length is not known", "append, or build a new list")
    items = list(cell.items)
    items.insert(index.value, x)
    machine.state.heap[xs.cell] = ListCell(tuple(items))  # type: ignore[union-attr]
    return ir.Const(None)


@method("list", "reverse")
def _reverse(machine: Machine, xs: Value) -> Value:
    cell = _changed(machine, xs)
    if isinstance(cell, ListCell):
        machine.state.heap[xs.cell] = ListCell(cell.items[::-1])  # type: ignore[union-attr]
    else:
        reverse = ir.Const(slice(None, None, -1))
        machine.state.heap[xs.cell] = DynamicCell(machine.builder.apply(operator.getitem, cell.atom, reverse))  # type: ignore[union-attr]
    return ir.Const(None)


@method("list", "sort")
@method("list", "remove")
@method("list", "clear")
@method("list", "index")
@method("list", "count")
def _unsupported_list_method(machine: Machine, xs: Value, *args: Value, **kwargs: Value) -> Value:
    raise machine.refuse("this method of a list is not supported", "use NumPy (np.sort, np.argsort), or build a new list")


# -------------------------------------------------------------------------------------------------- dict methods
@method("dict", "items")
def _items(machine: Machine, d: Value) -> Value:
    cell = _static_dict(machine, d)
    return Seq(tuple, tuple(Seq(tuple, (ir.Const(k), v)) for k, v in zip(cell.keys, cell.items, strict=True)))


@method("dict", "values")
def _values(machine: Machine, d: Value) -> Value:
    return Seq(tuple, _static_dict(machine, d).items)


@method("dict", "keys")
def _keys(machine: Machine, d: Value) -> Value:
    return Seq(tuple, tuple(ir.Const(key) for key in _static_dict(machine, d).keys))


@method("dict", "get")
def _get(machine: Machine, d: Value, key: Value, default: Value = ir.Const(None)) -> Value:  # noqa: B008
    found = _static_dict(machine, d).get(machine.key(key))
    return found if found is not None else default


@method("dict", "copy")
def _dict_copy(machine: Machine, d: Value) -> Value:
    return _dict(machine, d)


@method("dict", "update")
def _update(machine: Machine, d: Value, *others: Value, **kwargs: Value) -> Value:
    for key, value in zip(*(lambda c: (c.keys, c.items))(machine.cell(_dict(machine, *others, **kwargs))), strict=True):
        machine.put_item(d, ir.Const(key), value)
    return ir.Const(None)


@method("dict", "pop")
def _dict_pop(machine: Machine, d: Value, key: Value, *default: Value) -> Value:
    cell = _changed(machine, d)
    known = machine.key(key)
    found = cell.get(known)
    if found is None:
        if default:
            return default[0]
        raise machine.refuse(f"there is no key {known!r}", "check the key")
    kept = [(k, v) for k, v in zip(cell.keys, cell.items, strict=True) if k != known]
    machine.state.heap[d.cell] = DictCell(tuple(k for k, _ in kept), tuple(v for _, v in kept), cell.kind)  # type: ignore[union-attr]
    return found


@method("dict", "setdefault")
def _setdefault(machine: Machine, d: Value, key: Value, default: Value = ir.Const(None)) -> Value:  # noqa: B008
    found = _static_dict(machine, d).get(machine.key(key))
    if found is None:
        machine.put_item(d, key, default)
        return default
    return found


def _static_dict(machine: Machine, d: Value) -> DictCell:
    cell = machine.cell(d) if isinstance(d, Ref) else None
    if not isinstance(cell, DictCell):
        raise machine.refuse("the keys of this dict are not known", "use keys that are constants, or a list")
    return cell


# ------------------------------------------------------------------------------------------------- tuple methods
@method("tuple", "_replace")
def _replace(machine: Machine, record: Seq, **kwargs: Value) -> Value:
    return Seq(record.kind, tuple(kwargs.get(key, item) for key, item in zip(record.keys, record.items, strict=True)), record.keys)


@method("tuple", "_asdict")
def _asdict(machine: Machine, record: Seq) -> Value:
    return machine.allocate(DictCell(record.keys, record.items))


# ------------------------------------------------------------------------------------------------- array methods
@method("array", "reshape")
def _reshape(machine: Machine, a: Value, *shape: Value, **kwargs: Value) -> Value:
    return machine.call_object(np.reshape, [a, shape[0] if len(shape) == 1 else Seq(tuple, shape)], kwargs)


@method("array", "transpose")
def _transpose(machine: Machine, a: Value, *axes: Value) -> Value:
    if not axes:
        return machine.apply(np.transpose, a)
    return machine.apply(np.transpose, a, axes[0] if len(axes) == 1 else Seq(tuple, axes))


@method("array", "flatten")
def _flatten(machine: Machine, a: Value, *order: Value) -> Value:
    return machine.apply(np.ravel, a, *order)


@method("array", "astype")
def _astype(machine: Machine, a: Value, dtype: Value, copy: Value = ir.Const(True)) -> Value:  # noqa: B008
    from s2s_runtime import kernels

    return machine.apply(kernels.astype, a, dtype)


@method("array", "item")
def _item(machine: Machine, a: Value, *index: Value) -> Value:
    if index:
        a = machine.subscript(a, index[0] if len(index) == 1 else Seq(tuple, index))
    return machine.apply(float, machine.apply(np.sum, a)) if not index else machine.apply(float, a)


@method("array", "conj")
@method("array", "conjugate")
def _conj(machine: Machine, a: Value) -> Value:
    return machine.apply(np.conj, a)


@method("array", "tolist")
def _tolist(machine: Machine, a: Value) -> Value:
    return machine.copied_list(a)


def _in_place(machine: Machine, a: Value, *args: Value, **kwargs: Value) -> Value:
    raise machine.refuse("an array is changed in place", "make a new array")


for _name in ("fill", "sort", "resize", "put", "itemset", "partition", "setflags", "byteswap", "setfield", "view"):
    BUILTINS[Method("array", _name)] = _in_place

for _function in (np.copyto, np.put, np.place, np.putmask, np.fill_diagonal, np.put_along_axis, np.add.at):
    BUILTINS[_function] = _in_place


@handles(math.prod)
def _prod(machine: Machine, xs: Value, start: Value = ir.Const(1)) -> Value:  # noqa: B008
    return machine.reduced(xs, start, lambda total, item: machine.operation(operator.mul, [total, item]))


@handles(math.fsum)
def _fsum(machine: Machine, xs: Value) -> Value:
    return machine.apply(np.sum, machine.listed(xs))


@handles(np.vectorize)
def _vectorize(machine: Machine, *args: Value, **kwargs: Value) -> Value:
    raise machine.refuse("np.vectorize hides a loop", "write the loop, or array expressions")


@handles(super, object, property, staticmethod, classmethod)
def _machinery(machine: Machine, *args: Value) -> Value:
    raise machine.refuse("the machinery of classes inside a differentiated function", "define the class outside")


@handles(id, hash, dir, breakpoint, help)
def _introspection(machine: Machine, *args: Value) -> Value:
    raise machine.refuse("a program that looks at itself", "leave it out")

