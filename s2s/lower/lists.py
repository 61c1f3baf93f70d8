"""Which lists of a program can be arrays: those of numbers of one dtype, or of arrays of one dtype and one shape.

In: a function.  Out: for each name of such a list, what is known of its items.  Lists that flow into one another are arrays
together or not at all: what loops carry, what branches yield, a list and what an update makes of it.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from s2s import facts, ir, lengths
from s2s.emit.owners import bound_in_order, moves, walk
from s2s.infer.indexing import follows
from s2s_runtime import containers, tree

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

CHANGING: set[object] = {containers.append, containers.extend, containers.drop_last, containers.set_item, containers.add_item,
                         containers.clear_item}  # fmt: skip
"""Updates that a list in an array can take."""
GIVING: set[object] = {containers.repeat, tree.zeros_like, list, tree.add}
"""What gives a list of its own."""
READING: set[object] = {operator.getitem, len, *CHANGING, tree.zeros_like, list}
"""What may be done with a list in an array, where it is the first operand; NumPy takes a list for an array anyway."""
LISTS_IN: dict[object, tuple[int, ...]] = {**dict.fromkeys(READING, (0,)), containers.extend: (0, 1), tree.add: (0, 1)}
"""The operands that may be lists in arrays."""


def items_of_lists(function: ir.Function, without: Iterable[str] = ()) -> Mapping[str, facts.Num]:
    """What is known of the items of each list that can be an array; `without`: names of lists that stay lists."""
    return Lists(function, without).found()


class Lists:
    """The lists of one function: which flow into one another, and which are used in another way."""

    def __init__(self, function: ir.Function, without: Iterable[str]) -> None:
        self.types = function.types
        self.names = {name for name in bound_in_order(function.body) if isinstance(function.types.get(name), facts.Listing)}
        self.leaders: dict[str, str] = {}
        self.barred = {*without, *(parameter.name for parameter in function.parameters)}
        self.bar(function.body.yields)
        for name, atom in moves(function.body):
            self.flow(name, atom)
        for stmt in walk(function.body):
            self.statement(stmt)

    def found(self) -> Mapping[str, facts.Num]:
        """The lists that can be arrays, by what their items are."""
        together: dict[str, list[str]] = {}
        for name in sorted(self.names):
            together.setdefault(self.leader(name), []).append(name)
        items: dict[str, facts.Num] = {}
        for group in together.values():
            item = self.item(group)
            if item is not None and self.barred.isdisjoint(group):
                items.update(dict.fromkeys(group, item))
        return items

    def item(self, group: list[str]) -> facts.Num | None:
        """What the items of lists that flow into one another are, if all are alike."""
        items = [fact.item for name in group if isinstance(fact := self.types[name], facts.Listing)]
        numbers = [item for item in items if isinstance(item, facts.Num)]
        if not numbers or any(not isinstance(item, (facts.Num, facts.Nothing)) for item in items):
            return None
        first = numbers[0]
        if first.dtype is None or first.dtype.kind not in "fciub" or first.shape is None or first.boxed:
            return None
        alike = all(item.dtype == first.dtype and item.shape == first.shape for item in numbers)
        return facts.Num(first.dtype, first.shape) if alike and not any(dim.varies for dim in first.shape) else None

    # ------------------------------------------------------------------------------------------------------------ uses
    def statement(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Let():
                self.let(stmt)
            case ir.If() | ir.Raise():
                self.bar(ir.operands(stmt))
            case ir.For() | ir.While():
                self.bar(stmt.bounds if isinstance(stmt, ir.For) else stmt.test.yields)
                self.bar(stmt.body.yields[: stmt.stops])
                self.bar(stmt.inits if stmt.slots is not None else ())
            case ir.Try():
                self.bar((*map(ir.Var, stmt.results), *map(ir.Var, ir.free(ir.Block((stmt,))))))

    def let(self, stmt: ir.Let) -> None:
        function, args = stmt.value.function, stmt.value.args
        taken = range(len(args)) if is_numpy(function) else LISTS_IN.get(function, ())
        if function is containers.add_item and ir.slice_parts(args[1]) is not None and self.is_list(args[2:]):
            taken = (0, 2)
        self.bar(atom for _, atom in stmt.value.kwargs)
        self.bar(arg for k, arg in enumerate(args) if k not in taken or isinstance(arg, ir.Pack))
        flows = function in CHANGING or is_slice(stmt) or (function is list and self.is_list(args))
        if not self.is_plain(stmt, taken):
            self.bar((ir.Var(stmt.target), *args))
        elif flows:
            self.flow(stmt.target, args[0])
        elif function not in GIVING:
            self.bar((ir.Var(stmt.target),))
        if function is containers.append and stmt.origin is None:  # what a loop records has an array of its own
            self.bar((ir.Var(stmt.target),))

    def is_plain(self, stmt: ir.Let, taken: Sequence[int]) -> bool:
        """Whether an update, or what gives a list, is of the kind that is followed."""
        function, args = stmt.value.function, stmt.value.args
        match function:
            case containers.repeat:
                return isinstance(args[0], ir.Pack) and len(args[0].items) == 1
            case containers.extend:
                return is_written_out(args[1]) or self.is_list(args[1:])
            case tree.zeros_like | tree.add:
                return all(self.is_list((arg,)) for arg in args) or stmt.target not in self.names
            case containers.set_item | containers.add_item | containers.clear_item:
                return 2 in taken or is_whole(args[1], self.types) or len(args) > 3
        if function is list:
            fact = self.types.get(args[0].name) if args and isinstance(args[0], ir.Var) else None
            return self.is_list(args) or (isinstance(fact, facts.Num) and bool(fact.shape))
        return True

    def is_list(self, atoms: Sequence[ir.Atom]) -> bool:
        """Whether the first of some atoms is the name of a list."""
        return bool(atoms) and isinstance(atoms[0], ir.Var) and atoms[0].name in self.names

    def flow(self, name: str, atom: ir.Atom) -> None:
        """One name becomes another one."""
        if isinstance(atom, ir.Var) and name in self.names and atom.name in self.names:
            first, second = self.leader(name), self.leader(atom.name)
            if first != second:
                self.leaders[second] = first
        elif isinstance(atom, ir.Var) or not is_written_out(atom):
            self.bar((ir.Var(name), atom))
        else:
            self.bar((atom,))

    def bar(self, atoms: Iterable[ir.Atom]) -> None:
        """What atoms read is used in another way."""
        for atom in atoms:
            self.barred.update(ir.variables(atom))

    def leader(self, name: str) -> str:
        while name in self.leaders:
            name = self.leaders[name]
        return name


def is_numpy(function: object) -> bool:
    """Whether a function is one of NumPy's, which takes a list for the array of its items."""
    return isinstance(function, np.ufunc) or (getattr(function, "__module__", None) or "").partition(".")[0] == "numpy"


def is_slice(stmt: ir.Let) -> bool:
    return stmt.value.function is operator.getitem and ir.slice_parts(stmt.value.args[1]) is not None


def is_whole(atom: ir.Atom, types: Mapping[str, facts.Type]) -> bool:
    """Whether an index is a whole number."""
    if isinstance(atom, ir.Const):
        return type(atom.value) is int
    fact = types.get(atom.name) if isinstance(atom, ir.Var) else None
    return isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iu"


def is_written_out(atom: ir.Atom) -> bool:
    """Whether an atom is a list item by item, or none at all."""
    written = (isinstance(atom, ir.Pack) and atom.kind is list) or (isinstance(atom, ir.Const) and type(atom.value) is list)
    return written or atom == ir.UNDEFINED


def with_told(low: Lowering, own: facts.Type | None, fact: facts.Type) -> facts.Type:
    """What is known of an item of a list, with the lengths that follow from names: others differ from item to item."""
    if own is None:
        return fact
    if not isinstance(own, facts.Num) or not isinstance(fact, facts.Num) or own.ndim != fact.ndim or not own.shape or not fact.shape:
        return own
    return replace(own, shape=tuple([told if is_told(low, told) else dim for dim, told in zip(own.shape, fact.shape, strict=True)]))


def is_told(low: Lowering, dim: facts.Dim) -> bool:
    """Whether a length follows from names, and from lengths that are known."""
    told = [symbol for symbol in dim.symbols if follows(symbol)]
    wholes = [cut.whole for symbol in told if (cut := lengths.slice_of(symbol)) is not None]
    others = [facts.as_symbol(symbol) for symbol in dim.symbols if not follows(symbol)]
    known = low.builder.known_length
    follow = all(known(whole) is not None or is_told(low, whole) for whole in wholes)
    return bool(told) and follow and all(known(one) is not None for one in others)
