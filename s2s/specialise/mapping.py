"""Functions of NumPy that call a function of the program for each element, row or item: the loop that they hide.

In: calls of np.vectorize, np.apply_along_axis, np.fromiter and np.nditer on abstract values.  Out: what the loop gives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.generators import Visitor
from s2s.specialise.handlers import handles
from s2s.specialise.values import Array, Bound, DictCell, Lazy, Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

NONE = ir.Const(None)


def map_elements(function: Any, *arrays: Any) -> Any:
    """A scalar function on every element of arrays that broadcast, as Numba's @vectorize does."""
    if all(np.ndim(array) == 0 for array in arrays):
        return function(*arrays)
    shape = np.broadcast_shapes(*[np.shape(array) for array in arrays])
    flat = [np.ravel(np.broadcast_to(array, shape)) for array in arrays]
    return shaped([function(*[column[k] for column in flat]) for k in range(len(flat[0]))], shape)


def shaped(values: Any, shape: Any) -> Any:
    """An array of this shape of what a function gave, an array of each part where it gave several."""
    if isinstance(values[0], tuple):
        return tuple([np.reshape(np.array([value[k] for value in values]), shape) for k in range(len(values[0]))])
    return np.reshape(np.array(values), shape)


def by_signature(function: Any, ranks: Any, *arrays: Any) -> Any:
    """A function of vectors or matrices on all that arrays hold, whose axes in front are broadcast."""
    cores = [np.shape(array)[np.ndim(array) - rank :] for array, rank in zip(arrays, ranks, strict=True)]
    fronts = [np.shape(array)[: np.ndim(array) - rank] for array, rank in zip(arrays, ranks, strict=True)]
    front = np.broadcast_shapes(*fronts)
    flat = [np.reshape(np.broadcast_to(array, front + core), (-1, *core)) for array, core in zip(arrays, cores, strict=True)]
    values = np.stack([function(*[column[k] for column in flat]) for k in range(len(flat[0]))])
    return np.reshape(values, front + np.shape(values)[1:])


def elementwise(function: Any, *arrays: Any) -> Any:
    """A scalar function on every element of arrays that broadcast, as np.vectorize does: always arrays."""
    found = map_elements(function, *arrays)
    return tuple([np.asarray(part) for part in found]) if isinstance(found, tuple) else np.asarray(found)


def of_one_shape(function: Any, like: Any, *arrays: Any) -> Any:
    """A scalar function on every element of arrays shaped like one of them, and on numbers."""
    flat = [np.ravel(array) if np.ndim(array) else array for array in arrays]
    return shaped([function(*[column[k] if np.ndim(column) else column for column in flat]) for k in range(np.size(like))], np.shape(like))


def along_axis(function: Any, axis: Any, array: Any, *args: Any, **kwargs: Any) -> Any:
    """`np.apply_along_axis`, of a function that gives a number or a vector."""
    rows = np.moveaxis(array, axis, -1)
    shape = np.shape(rows)
    values = np.array([function(row, *args, **kwargs) for row in np.reshape(rows, (-1, shape[-1]))])
    result = np.reshape(values, shape[:-1] + np.shape(values)[1:])
    return result if np.ndim(values) == 1 else np.moveaxis(result, -1, axis)


def vectorized(machine: Machine, function: np.vectorize) -> Value:
    """What an object that np.vectorize gave does when it is called."""
    way = Way(function.signature, tuple(sorted(function.excluded, key=str)), function.otypes)
    return Bound(ir.Const(_each), (ir.Const(way), machine.held_by(function, function.pyfunc, attrgetter("pyfunc"))))


@dataclass(frozen=True)
class Way:
    """How np.vectorize goes through arrays: by a signature, or element by element, past the arguments that are excluded."""

    signature: str | None = None
    excluded: tuple[int | str, ...] = ()
    otypes: str | None = None


@handles(np.vectorize)
def _vectorize(
    machine: Machine, pyfunc: Value, otypes: Value = NONE, doc: Value = NONE, excluded: Value = NONE, cache: Value = NONE,
    signature: Value = NONE,
) -> Value:  # fmt: skip
    items = [] if excluded == NONE else machine.static_items(excluded)
    given = (signature, *(items or ()))
    if items is None or not all(isinstance(item, ir.Const) for item in given):
        raise machine.refuse("np.vectorize with excluded or signature that are not known", "write the loop")
    kinds = None if otypes == NONE else machine.static_items(otypes) or [otypes]
    if kinds is not None and not all(isinstance(kind, ir.Const) and is_of_doubles(kind.value) for kind in kinds):
        raise machine.refuse("np.vectorize with otypes other than float", "convert the result: np.vectorize(f)(x).astype(...)")
    names = tuple(sorted((item.value for item in items if isinstance(item, ir.Const)), key=str))
    way = Way(signature.value if isinstance(signature, ir.Const) else None, names, None if kinds is None else "d" * len(kinds))
    return Bound(ir.Const(_each), (ir.Const(way), pyfunc))


def is_of_doubles(kind: Any) -> bool:
    return kind in (float, "d") or kind == np.float64


def _each() -> None:
    """Stands for a call of what np.vectorize gave."""


@handles(_each)
def _each_element(machine: Machine, way: Value, function: Value, *arrays: Value, **named: Value) -> Value:
    assert isinstance(way, ir.Const)
    how: Way = way.value
    if set(named) - set(how.excluded) or any(isinstance(name, int) and name < len(arrays) - 1 and (name + 1) not in how.excluded
                                             for name in how.excluded):  # fmt: skip
        raise machine.refuse("what np.vectorize gave, with arguments by name, or excluded ones in front", "write the loop")
    moved = tuple(array for k, array in enumerate(arrays) if k not in how.excluded)
    if how.excluded:
        others = machine.allocate(DictCell(tuple(named), tuple(named.values())))
        function = Bound(ir.Const(past), (function, Seq(tuple, arrays[len(moved) :]), others))
    if how.signature is not None:
        ranks = Seq(tuple, tuple(ir.Const(rank) for rank in core_ranks(how.signature)))
        return _checked(machine, ir.Const(by_signature), function, ranks, *moved)
    return _converted(machine, _mapped(machine, function, moved), how)


def past(function: Any, last: Any, named: Any, *args: Any) -> Any:
    """A function with arguments that are the same for all elements, behind those that are not."""
    return function(*args, *last, **named)


def core_ranks(signature: str) -> list[int]:
    """How many axes of each argument belong to the function: `"(n),(n,m)->()"` says 1 and 2."""
    return [len([label for label in part.split(",") if label.strip()]) for part in re.findall(r"\(([^)]*)\)", signature.partition("->")[0])]


def _converted(machine: Machine, found: Value, way: Way) -> Value:
    """In double precision, where that is asked for."""
    if way.otypes is None:
        return found
    if isinstance(found, Seq):
        return Seq(tuple, tuple(machine.primitive(np.asarray, [part], {"dtype": ir.Const(float)}) for part in found.items))
    return machine.primitive(np.asarray, [found], {"dtype": ir.Const(float)})


def _mapped(machine: Machine, function: Value, arrays: tuple[Value, ...]) -> Value:
    known = [machine.builder.type_of(machine.materialise(array)) for array in arrays]
    shaped = [k for k, fact in enumerate(known) if isinstance(fact, facts.Num) and fact.shape]
    ranked = all(isinstance(fact, facts.Num) and fact.shape is not None for fact in known)
    if ranked and shaped and len({known[k].shape for k in shaped}) == 1:  # type: ignore[union-attr]
        return _checked(machine, ir.Const(of_one_shape), function, arrays[shaped[0]], *arrays)
    return _checked(machine, ir.Const(elementwise), function, *arrays)


@handles(np.apply_along_axis)
def _apply_along_axis(machine: Machine, func1d: Value, axis: Value, arr: Value, *args: Value, **kwargs: Value) -> Value:
    return _checked(machine, ir.Const(along_axis), func1d, axis, arr, *args, **kwargs)


def _of_one_type() -> None:
    """Stands for a loop over elements whose results have the type of the first."""


@handles(_of_one_type)
def _checked(machine: Machine, loop: Value, *args: Value, **kwargs: Value) -> Value:
    """The result of a loop; refused where the first of its numbers may decide the type of all."""
    result = machine.call(loop, list(args), kwargs)
    parts = result.items if isinstance(result, Seq) else (result,)
    known = [machine.builder.type_of(machine.materialise(part)) for part in parts]
    if not all(isinstance(fact, facts.Num) and fact.dtype is not None for fact in known):
        raise machine.refuse("a function that is called for each element gives numbers of several types, or of unknown ones",
                             "return floats: 0.0 instead of 0")  # fmt: skip
    return result


@handles(np.fromiter)
def _fromiter(machine: Machine, iter: Value, dtype: Value, count: Value = ir.Const(-1)) -> Value:  # noqa: B008
    items = machine.listed(iter)
    if count != ir.Const(-1):
        items = machine.subscript(items, machine.slice_of([NONE, count, NONE]))
    return machine.primitive(np.array, [items], {"dtype": dtype})


@handles(np.nditer)
def _nditer(machine: Machine, op: Value, flags: Value = NONE) -> Value:
    """The elements of an array in the order in which they lie in memory, each an array without axes."""
    if flags != NONE:
        raise machine.refuse("np.nditer with flags", "use np.ndenumerate, or np.ndindex")
    known = machine.layout(op) if isinstance(op, Array) and not op.steps else None
    atom = machine.materialise(op)
    if isinstance(atom, ir.Var) and not isinstance(op, Array):
        known = machine.is_contiguous(atom)
    fact = machine.builder.type_of(atom)
    if not known or not isinstance(fact, facts.Num) or fact.ndim is None:
        raise machine.refuse("the order in which np.nditer goes through this array is not known", "use np.ndenumerate, or .flat")
    positions = machine.call(ir.Const(np.ndindex), [machine.attribute(op, "shape")], {})

    def element(position: Value) -> Value:
        assert isinstance(position, Seq)
        return machine.subscript(op, Seq(tuple, (*position.items, ir.Const(Ellipsis))))

    return Lazy("map", (positions,), _Callee(ir.Const(Visitor(element))))


class _Callee:
    """A callee kept in a Lazy."""

    def __init__(self, value: Value) -> None:
        self.value = value
