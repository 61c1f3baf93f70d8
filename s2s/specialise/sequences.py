"""What loops run over, on abstract values: lengths and items, reductions, lists that are collected, comprehensions.

In: an abstract iterable.  Out: the length and the item at an index; or what a whole iteration gives.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from s2s import facts, ir
from s2s import syntax as sx
from s2s.specialise.carry import Key
from s2s.specialise.memories import KEPT
from s2s.specialise.values import Array, DictCell, DynamicCell, Frame, Lazy, ListCell, Ref, Seq, Value, is_atom
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

ONCE = {"generator", "map", "zip", "enumerate", "reversed", "product", "ndenumerate", "iterator", "call"}
"""What gives its items once; a range gives them again and again."""

UNROLLED = 8
WRITTEN_OUT = 32
"""Up to so many items are taken one by one where they cannot be taken as one loop."""


class Sequences:
    """What the Machine knows of iterables."""

    def sequence(
        self: Machine, value: Value
    ) -> tuple[tuple[ir.Atom, ir.Atom, ir.Atom], Callable[[ir.Var], Value], facts.Type | None]:
        """Bounds of an index, the item at an index, and the index's type."""
        if isinstance(value, Lazy) and value.kind == "range":
            start, stop, step = (self.materialise(part) for part in value.parts[:3])
            return (start, stop, step), lambda index: index, facts.INT
        if isinstance(value, Lazy) and value.kind == "enumerate" and value.slots is not None:
            bounds, _, fact = self.sequence(value.parts[0])
            return bounds, lambda index: Seq(tuple, (self.numbered(value, bounds, index), index)), fact
        length, get = self.indexable(value)
        return (ir.Const(0), self.materialise(length), ir.Const(1)), get, facts.INT

    def numbered(self: Machine, value: Lazy, bounds: tuple[ir.Atom, ir.Atom, ir.Atom], index: ir.Var) -> Value:
        """The number of the iteration in which the index of a range is this one."""
        passed = self.operation(operator.sub, [index, bounds[0]]) if bounds[0] != ir.Const(0) else index
        count = self.operation(operator.floordiv, [passed, bounds[2]]) if bounds[2] != ir.Const(1) else passed
        return self.operation(operator.add, [count, ir.Const(value.extra)]) if value.extra else count

    def indexable(self: Machine, value: Value) -> tuple[Value, Callable[[ir.Var], Value]]:
        """The length of something to iterate over, and how to get an item."""
        value = self.items_source(value)
        if isinstance(value, Lazy):
            return self.indexable_lazy(value)
        if self.is_array_choice(value):  # whichever it is may change in the loop
            return self.apply(len, value), lambda index: self.subscript(value, index)
        if isinstance(value, Ref) and self.item_at(value, ir.Const(0)) is not None:
            return self.apply(len, value), lambda index: self.subscript(value, index)
        if isinstance(value, (Seq, Ref, ir.Pack)):
            value = self.together(value)
        atom = self.materialise(value)
        fact = self.builder.type_of(atom)
        if isinstance(fact, facts.Opaque):
            raise _Unlike(f"a loop over a {fact.cls.__name__}")
        if isinstance(value, Array) and fact is not None:
            return self.apply(len, atom), lambda index: self.subscript_array(value, index)
        if fact is None or isinstance(fact, facts.Mapped):
            atom = self.builder.apply(containers.sequence, atom)
        return self.apply(len, atom), lambda index: self.load_item(atom, index)

    def together(self: Machine, value: Value) -> ir.Atom:
        """Items that were kept apart, as one list that can be indexed."""
        items = (
            self.static_items(value)
            if not (isinstance(value, Ref) and isinstance(self.cell(value), DynamicCell))
            else None
        )
        if items is None:
            return self.materialise(value)
        kinds = [
            self.builder.type_of(self.materialise(item))
            for item in items
            if not isinstance(item, ir.Const) or is_atom(item)
        ]
        if not items or any(kind is None or isinstance(kind, facts.Opaque) for kind in kinds):
            raise _Unlike("a loop over things of different kinds")
        return self.builder.apply(list, ir.Pack(tuple, tuple(self.materialise(item) for item in items)))

    def held_iterator(self: Machine, value: Lazy) -> Lazy:
        """An iterator as a variable holds it, with a list that gets an item once it is read: it can be read once."""
        if value.kind not in ONCE:
            return value
        return Lazy("held", (value, self.allocate(ListCell(()))))

    def taken_up(self: Machine, value: Value) -> Value:
        """What a variable that holds an iterator gives when it is read, for the first and only time."""
        if not isinstance(value, Lazy) or value.kind != "held":
            return value
        iterator, mark = value.parts
        assert isinstance(mark, Ref)
        if self.cell(mark) != ListCell(()):
            raise self.refuse("an iterator is read a second time, when it may have nothing left", "make it a list: list(...)")
        self.state.heap[mark.cell] = ListCell((ir.Const(True),))
        return iterator

    def indexable_lazy(self: Machine, value: Lazy) -> tuple[Value, Callable[[ir.Var], Value]]:
        if value.kind in ("held", "iterator"):
            return self.indexable(self.taken_up(value) if value.kind == "held" else value.parts[0])
        if value.kind in ("generator", "call"):
            return self.indexable(self.collect(value))
        if value.kind == "range":
            if value.slots is not None:
                raise self.refuse(
                    "checkpointed() inside zip, enumerate or reversed", "loop over checkpointed(range(...)) itself"
                )
            start, stop, step = value.parts
            count = self.range_length(start, stop, step)
            return (
                count,
                lambda index: (
                    self.operation(operator.add, [start, self.operation(operator.mul, [index, step])])
                    if (step != ir.Const(1) or start != ir.Const(0))
                    else index
                ),
            )
        if value.kind == "ndenumerate":
            positions, array = value.parts
            length, get = self.indexable(positions)
            return length, lambda index: self.positioned(array, get(index))
        parts = [self.indexable(part) for part in value.parts]
        if value.kind == "product":
            return self.combinations(parts)
        if value.kind == "enumerate":
            ((length, get),) = parts
            first = ir.Const(value.extra)
            return length, lambda index: Seq(
                tuple, (index if value.extra == 0 else self.operation(operator.add, [index, first]), get(index))
            )
        if value.kind == "reversed":
            ((length, get),) = parts
            last = self.operation(operator.sub, [length, ir.Const(1)])
            return length, lambda index: get(self.materialise(self.operation(operator.sub, [last, index])))  # type: ignore[arg-type]
        shortest = self.shortest([length for length, _ in parts])
        if value.kind == "map":
            return shortest, lambda index: self.call(value.extra.value, [get(index) for _, get in parts], {})
        return shortest, lambda index: Seq(tuple, tuple(get(index) for _, get in parts))

    def columns(self: Machine, node: sx.Call) -> Value | None:
        """The columns that `zip(*rows)` gives, for a list of run-time length of tuples: None for any other call."""
        if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], sx.Starred):
            return None
        rows = self.expr(node.args[0].value)
        if self.items_by_example(rows) is not None:
            return None
        atom = self.materialise(rows)
        fact = self.builder.type_of(atom)
        item = fact.item if isinstance(fact, facts.Listing) else None
        if not isinstance(item, facts.Record):
            raise self.refuse("the length of what is unpacked with * is not known", "index it, or loop over it")
        self.builder.apply(containers.not_empty, self.builder.apply(len, atom))
        made = self.allocate(DynamicCell(atom, KEPT, KEPT))
        columns = [self.allocate(ListCell(())) for _ in item.items]

        def visit(row: Value) -> None:
            for k, column in enumerate(columns):
                self._append(column, self.subscript(row, ir.Const(k)))

        self.for_loop(made, visit, [], Index("k"))
        return Seq(tuple, tuple(columns))

    def combinations(self: Machine, parts: list[tuple[Value, Callable[[ir.Var], Value]]]) -> tuple[Value, Callable[[ir.Var], Value]]:
        """How many combinations of items there are, and the one at an index: the last item changes first."""
        count: Value = ir.Const(1)
        for length, _ in parts:
            count = length if count == ir.Const(1) else self.operation(operator.mul, [count, length])

        def get(index: Value) -> Value:
            row: list[Value] = []
            for length, item in reversed(parts[1:]):
                row.append(item(self.materialise(self.operation(operator.mod, [index, length]))))  # type: ignore[arg-type]
                index = self.operation(operator.floordiv, [index, length])
            row += [item(self.materialise(index)) for _, item in parts[:1]]  # type: ignore[arg-type]
            return Seq(tuple, tuple(row[::-1]))

        return count, get

    def positioned(self: Machine, array: Value, position: Value) -> Value:
        """A position in an array, and what is there now."""
        return Seq(tuple, (position, self.subscript(array, position)))

    def shortest(self: Machine, lengths: list[Value]) -> Value:
        """The smallest of some lengths; one of them where facts say that they are equal."""
        unique: list[Value] = []
        for length in lengths:
            fact = self.builder.type_of(self.materialise(length))
            known = [self.builder.type_of(self.materialise(other)) for other in unique]
            same = any(
                isinstance(k, facts.Num)
                and isinstance(fact, facts.Num)
                and k.length is not None
                and k.length == fact.length
                for k in known
            )
            if length not in unique and not same:
                unique.append(length)
        return unique[0] if len(unique) == 1 else self.apply(min, *unique)

    def range_length(self: Machine, start: Value, stop: Value, step: Value) -> Value:
        if start == ir.Const(0) and step == ir.Const(1):
            fact = self.builder.type_of(self.materialise(stop))
            if isinstance(fact, facts.Num) and fact.length is not None and fact.length.never_negative:
                return stop
        return self.apply(len, self.apply(range, start, stop, step))

    def reduced(self: Machine, xs: Value, start: Value | None, combine: Callable[[Value, Value], Value]) -> Value:
        """`functools.reduce` with a combination of abstract values."""
        key = ("var", self.number(), "total")
        if start is None:
            items = self.static_items(xs)
            if items is None:
                length, get = self.indexable(xs)
                count = self.builder.apply(containers.not_empty, self.materialise(length))
                self.state.values[key] = get(ir.Const(0))  # type: ignore[arg-type]
                rest = Lazy("range", (ir.Const(1), count, ir.Const(1)))
                self.each(rest, lambda index: self._accumulate(key, get(index), combine))  # type: ignore[arg-type]
                return self.state.values.pop(key)
            start, xs = items[0], Seq(tuple, tuple(items[1:]))
        self.state.values[key] = start
        self.each(xs, lambda item: self._accumulate(key, item, combine))
        return self.state.values.pop(key)

    def first_and_rest(self: Machine, xs: Value) -> tuple[Value, Value]:
        """The first item of an iterable, and something to iterate over that gives the others; refused if there is none."""
        items = self.static_items(xs)
        if items is not None:
            return items[0], Seq(tuple, tuple(items[1:]))
        xs = self.listed(xs)
        return self.subscript(xs, ir.Const(0)), self.subscript(xs, ir.Const(slice(1, None)))

    def _accumulate(self: Machine, key: Key, item: Value, combine: Callable[[Value, Value], Value]) -> None:
        self.state.values[key] = combine(self.state.values[key], item)

    def collect(self: Machine, value: Value) -> Value:
        """A new list of what an iterable gives."""
        if isinstance(value, Lazy) and value.kind == "generator":
            node, frame = value.extra
            return self.comprehend(node, frame, list)
        if isinstance(value, Lazy) and value.kind == "call":
            return self.collected(value)
        result = self.allocate(ListCell(()))
        self.each(value, lambda item: self._append(result, item))
        return result

    def _append(self: Machine, xs: Value, item: Value) -> None:
        self.call_method(xs, "append", [item])

    def copied_list(self: Machine, value: Value) -> Value:
        """`list(value)`."""
        if isinstance(value, Ref):
            cell = self.cell(value)
            if isinstance(cell, ListCell):
                return self.allocate(ListCell(cell.items))
            if isinstance(cell, DynamicCell):
                return self.same_items(value, cell.atom)
        items = self.static_items(value)
        if items is not None:
            return self.allocate(ListCell(tuple(items)))
        return self.collect(value)

    def expr_Comprehension(self: Machine, node: sx.Comprehension) -> Value:
        if node.kind is None:
            return Lazy("generator", (), (node, self.frames[-1]))
        if node.kind is set:
            raise self.refuse("a set holds values that carry a derivative", "use a list")
        return self.comprehend(node, self.frames[-1], node.kind)

    def comprehend(self: Machine, node: sx.Comprehension, parent: Frame, kind: type) -> Value:
        """A comprehension: nested loops that append, in a scope of their own."""
        names = frozenset(name for clause in node.clauses for name in targets_of(clause.target))
        frame = Frame(self.number(), parent.syntax, parent.function, parent, names, frozenset(), parent.trusted)
        result = self.made(DictCell((), ()) if kind is dict else ListCell(()))

        def put() -> None:
            if kind is dict:
                assert isinstance(node.element, sx.Display)
                key, value = (self.expr(part) for part in node.element.items)
                self.put_item(result, key, value)
            else:
                self._append(result, self.expr(node.element))

        def clause(rest: tuple[sx.Clause, ...]) -> None:
            if not rest:
                put()
                return
            first = rest[0]
            iterable = self.expr(first.iterable)
            few = self.few(iterable)
            if few is not None:
                self.unrolled(few, lambda item: entered(first, rest[1:], item), iterable)  # type: ignore[arg-type, return-value, func-returns-value]
            else:
                index = Index(index_hint(first.target, None), index_word(first.target, iterable))
                self.each(iterable, lambda item: entered(first, rest[1:], item), list(names), index)

        def entered(first: sx.Clause, rest: tuple[sx.Clause, ...], item: Value) -> None:
            self.bind(first.target, item)
            tested(first.tests, rest)

        def tested(tests: tuple[sx.Expr, ...], rest: tuple[sx.Clause, ...]) -> None:
            if not tests:
                clause(rest)
            else:
                self.when(self.expr(tests[0]), lambda: tested(tests[1:], rest))

        self.frames.append(frame)
        try:
            clause(node.clauses)
        finally:
            self.frames.pop()
        if not self.escaping(result, frame):
            for name in names:
                self.state.values.pop(("var", frame.serial, name), None)
        return result

    def few(self: Machine, iterable: Value) -> list[Value] | None:
        """The numbers of a short range that is known: a comprehension over it is a list of known length."""
        if isinstance(iterable, Lazy) and iterable.kind == "range":
            items = self.static_items(iterable)
            return items if items is not None and len(items) <= UNROLLED else None
        return None


class _Unlike(Exception):
    """Items that cannot be indexed at run time."""


def targets_of(target: sx.Expr) -> list[str]:
    from s2s.specialise.scope import bound

    return list(bound(target))


class Index(NamedTuple):
    """What the index of a loop is called: a word for it, and the user's word for what it counts, if that is what it is.

    `dead`: the variables that no iteration reads before it binds them, nor what follows the loop.
    """

    hint: str = ""
    word: str = ""
    dead: frozenset[str] = frozenset()


def index_word(target: sx.Expr, iterable: Value) -> str:
    """The user's word for what a loop counts; empty where its index is only the number of an iteration."""
    if not isinstance(iterable, Lazy) or iterable.kind not in ("range", "enumerate"):
        return ""
    first = target.items[0] if isinstance(target, sx.Display) and iterable.kind == "enumerate" else target
    named = isinstance(first, sx.Name) and first.id != "_"
    return first.id if named and (iterable.kind == "range" or iterable.extra == 0) else ""  # type: ignore[union-attr]


def index_hint(target: sx.Expr, iterable: Value | None) -> str:
    """The user's word for a loop's index, if it has one."""
    if isinstance(iterable, Lazy) and iterable.kind == "range" and isinstance(target, sx.Name):
        return target.id
    if (
        isinstance(iterable, Lazy)
        and iterable.kind == "enumerate"
        and isinstance(target, sx.Display)
        and isinstance(target.items[0], sx.Name)
    ):
        return target.items[0].id if iterable.extra == 0 else "k"
    return "i" if iterable is None and isinstance(target, sx.Name) and target.id in "ijk" else "k"
