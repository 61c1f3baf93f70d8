"""What a program is given: arguments, and the values that it reads from its surroundings.

In: example values.  Out: abstract values, with loads that stand at the program's start; and signatures, which say of two
calls that they may share a program.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.specialise.access import Access, step
from s2s.specialise.outside import is_static, lies_in_order, static_key
from s2s.specialise.scope import MISSING
from s2s.specialise.values import Cell, DictCell, DynamicCell, Instance, ListCell, Ref, Seq, Value

NUMBERS = (bool, int, float, complex, np.generic, np.ndarray)


def is_number(value: Any) -> bool:
    """Whether a value is a number or an array of numbers."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype.kind in "fciub"
    return isinstance(value, NUMBERS)


def is_record(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def dtype_of_matrix(value: Any) -> Any:
    """The dtype of one of SciPy's sparse matrices; None of any other object."""
    return value.dtype if (type(value).__module__ or "").startswith("scipy.sparse._") and hasattr(value, "dtype") else None


def number_type(value: Any, hint: str) -> facts.Num:
    """The type of a number; each length that is not 1 gets a symbol."""
    if isinstance(value, (np.ndarray, np.generic)):
        names = dimension_names(hint, np.ndim(value))
        shape = tuple(
            facts.as_dim(1) if n == 1 else facts.fresh(name, never_one=True)
            for n, name in zip(np.shape(value), names, strict=True)
        )
        return facts.Num(value.dtype, shape, weak=False, boxed=isinstance(value, np.ndarray) and not shape)
    kind = np.dtype(type(value)) if type(value) in (bool, int, float, complex) else np.dtype(float)
    length = facts.fresh(hint or "n", counts=False) if kind.kind == "i" else None
    return facts.Num(kind, (), weak=True, length=length)


def dimension_names(hint: str, ndim: int) -> list[str]:
    return [f"len({hint})"] if ndim == 1 else [f"{hint}.shape[{axis}]" for axis in range(ndim)]


def signature(value: Any) -> Any:
    """Hashable; equal for two values for which the same program is right."""
    kind = type(value)
    if kind is float or kind is int or kind is bool:
        return kind
    if kind is np.ndarray:
        return (value.dtype.char, tuple([n == 1 for n in value.shape])) if value.dtype.kind in "fciub" else ("object",)
    if isinstance(value, np.generic):
        return ("scalar", value.dtype.char)
    if kind is tuple:
        return (tuple, *[signature(item) for item in value])
    if isinstance(value, tuple):
        return (kind, *(signature(item) for item in value))
    if isinstance(value, list):
        parts = [signature(item) for item in value]
        return (kind, "each", *_unique(parts)) if homogeneous(value) else (kind, *parts)
    if isinstance(value, dict):
        return (kind, *((key, signature(item)) for key, item in value.items()))
    if is_static(value):
        return static_key(value)
    if is_record(value):
        return (kind, *(signature(getattr(value, field.name)) for field in dataclasses.fields(value)))
    return (kind,)


def _unique(parts: list[Any]) -> list[Any]:
    unique: dict[Any, None] = dict.fromkeys(parts)
    return sorted(unique, key=repr)


def homogeneous(items: list[Any]) -> bool:
    """Whether a list is one kind of thing over and over, so that a loop over it can be one loop."""
    shapes = {_kind(item) for item in items}
    return len(shapes) == 1 and shapes.pop() is not None


def _kind(item: Any) -> Any:
    """Structure, dtype and rank of an item; None for what has to be known itself."""
    if isinstance(item, (np.ndarray, np.generic)):
        return (item.dtype.char, np.ndim(item)) if item.dtype.kind in "fciub" else None
    if isinstance(item, NUMBERS):
        return type(item)
    if type(item) in (tuple, list):
        parts = [_kind(part) for part in item]
        if type(item) is list:
            parts = list(dict.fromkeys(parts))
            return (list, parts[0]) if len(parts) == 1 and parts[0] is not None else None
        return None if None in parts else (tuple, *parts)
    return None


class Inputs:
    """Turns example values into abstract ones; keeps the example behind each opaque object, for its attributes."""

    def __init__(
        self, builder: Builder, allocate: Callable[[Cell], Ref], locate: Callable[[Any, Access], None]
    ) -> None:
        self.builder, self.allocate, self.locate = builder, allocate, locate
        self.roots: dict[str, Access] = {}
        self.examples: dict[str, Any] = {}
        self.sizes: dict[facts.Symbol, int] = {}
        self.lengths: dict[str, int] = {}
        self.contiguous: dict[str, bool | None] = {}

    def abstract(self, value: Any, atom: ir.Atom, hint: str) -> tuple[Value, ir.Atom]:
        """The abstract value of an input, and the tree of its leaves."""
        if value is MISSING:
            return atom, atom
        if is_static(value):
            if isinstance(atom, ir.Var) and atom.name in self.roots:
                self.locate(value, self.roots[atom.name])
            return ir.Const(value), ir.Const(value)
        if is_number(value):
            fact = number_type(value, hint)
            self.declare(atom, fact)
            if np.ndim(value):
                self.lengths[atom.name] = len(value)  # type: ignore[union-attr]
            if isinstance(value, np.ndarray):
                self.contiguous[atom.name] = lies_in_order(value)  # type: ignore[union-attr]
            for dim, length in zip(fact.shape or (), np.shape(value), strict=True):
                if dim.symbol is not None:
                    self.sizes[dim.symbol] = length
            if fact.length is not None and fact.length.symbol is not None:
                self.sizes[fact.length.symbol] = int(value)  # type: ignore[call-overload]
            return atom, atom
        if isinstance(value, tuple):
            names = getattr(value, "_fields", ())
            return self._record(value, list(value), atom, type(value), names, hint)
        if isinstance(value, list):
            return self._list(value, atom, hint)
        if isinstance(value, dict):
            items = {
                key: self.abstract(item, self.load(operator.getitem, atom, key, str(key)), str(key))
                for key, item in value.items()
            }
            cell = DictCell(tuple(items), tuple(v for v, _ in items.values()), type(value), frozen=CALLERS)
            return self.allocate(cell), ir.Pack(type(value), tuple(leaf for _, leaf in items.values()), tuple(items))
        if is_record(value):
            names = tuple(field.name for field in dataclasses.fields(value))
            return self._record(value, [getattr(value, name) for name in names], atom, type(value), names, hint)
        assert isinstance(atom, ir.Var)
        self.examples[atom.name] = value
        self.declare(atom, facts.Opaque(type(value), dtype_of_matrix(value)))
        return atom, ir.Const(None)

    def same_input(self, old: ir.Atom, new: ir.Var) -> None:
        """A new name for an input: its length in the example is known under it, too."""
        if isinstance(old, ir.Var) and old.name in self.lengths and old.name in self.roots:
            self.lengths[new.name], self.roots[new.name] = self.lengths[old.name], self.roots[old.name]
            self.contiguous[new.name] = self.contiguous.get(old.name)

    def same(self, old: ir.Var, new: ir.Var) -> None:
        """Another name for an input: what is known of its example is known of it too."""
        for known in (self.roots, self.lengths, self.examples, self.contiguous):
            if old.name in known:
                known[new.name] = known[old.name]

    def declare(self, atom: ir.Atom, fact: facts.Type) -> None:
        assert isinstance(atom, ir.Var)
        self.builder.types[atom.name] = fact
        if isinstance(fact, facts.Num) and fact.shape:
            self.builder.inputs[atom.name] = None

    def load(self, function: Any, atom: ir.Atom, key: Any, hint: str) -> ir.Atom:
        """A load at the program's start."""
        with self.builder.entry():
            target = self.builder.fresh(hint if hint.isidentifier() else f"{self.builder.hint(atom)}_{hint}")
            self.builder.emit_load(target, ir.Apply(function, (atom, ir.Const(key))))
        root = self.roots.get(getattr(atom, "name", ""))
        if root is not None:
            self.roots[target.name] = step(root, function, key)
        return target

    def _record(
        self, value: Any, items: list[Any], atom: ir.Atom, kind: Any, names: tuple[str, ...], hint: str
    ) -> tuple[Value, ir.Atom]:
        keys: Any = names or range(len(items))
        function = getattr if names else operator.getitem
        parts = [
            self.abstract(item, self.load(function, atom, key, str(key)), str(key) if names else f"{hint}_{key}")
            for key, item in zip(keys, items, strict=True)
        ]
        values, leaves = tuple(v for v, _ in parts), tuple(leaf for _, leaf in parts)
        if is_record(value):
            return self.allocate(Instance(kind, names, values, frozen=CALLERS)), ir.Pack(kind, leaves, names)
        return Seq(kind, values, names), ir.Pack(kind, leaves, names)

    def _list(self, value: list[Any], atom: ir.Atom, hint: str) -> tuple[Value, ir.Atom]:
        if homogeneous(value):
            self.declare(atom, facts.Listing(_item_type(value)))
            self.lengths[atom.name] = len(value)  # type: ignore[union-attr]
            return self.allocate(DynamicCell(atom, frozen=CALLERS)), atom
        parts = [
            self.abstract(item, self.load(operator.getitem, atom, k, str(k)), f"{hint}_{k}")
            for k, item in enumerate(value)
        ]
        return self.allocate(ListCell(tuple(v for v, _ in parts), frozen=CALLERS)), ir.Pack(
            list, tuple(leaf for _, leaf in parts)
        )


CALLERS = "a container or an object that the caller holds is changed"


def _item_type(items: list[Any]) -> facts.Type | None:
    """What is known of every item of a homogeneous list."""
    first = _loose_type(items[0])
    for item in items[1:]:
        first = facts.join(first, _loose_type(item), varies=True)
    return first


def _loose_type(item: Any) -> facts.Type | None:
    """The type of a list's item: nothing is said of its lengths, since items differ."""
    if isinstance(item, (np.ndarray, np.generic)):
        return facts.Num(item.dtype, tuple(facts.fresh(varies=True) for _ in np.shape(item)), weak=False, boxed=True)
    if isinstance(item, NUMBERS):
        return facts.Num(np.dtype(type(item)), (), weak=True)
    if isinstance(item, list):
        return facts.Listing(_item_type(item))
    return facts.Record(tuple, tuple(_loose_type(part) for part in item))
