"""Loops on abstract values: over ranges, arrays, lists and what zip and enumerate make of them; while; comprehensions.

In: syntax and the state.  Out: For and While statements.  What a loop changes becomes a carried name; its structure and its
type are found by running the body until they no longer change.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s import syntax as sx
from s2s.errors import Refused
from s2s.specialise.carries import Carries
from s2s.specialise.carry import ChangingTest
from s2s.specialise.lifetimes import dead_in
from s2s.specialise.references import references
from s2s.specialise.scope import assigned
from s2s.specialise.sequences import (
    UNROLLED,
    WRITTEN_OUT,
    Index,
    Sequences,
    _Unlike,
    index_hint,
    index_word,
    targets_of,
)
from s2s.specialise.values import Array, ArrayCell, DynamicCell, Lazy, ListCell, Ref, Seq, Value, is_atom, refs

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

Key = Any


class Loops(Carries, Sequences):
    """What the Machine knows of loops."""

    # --------------------------------------------------------------------------------------------- for and while
    def do_For(self: Machine, stmt: sx.For) -> None:
        iterable = self.expr(stmt.iterable)
        body, flag = _split(stmt.body)

        def visit(item: Value) -> Value | None:
            self.bind(stmt.target, item)
            self.block(body)
            return None if flag is None or self.state.dead else self.read(flag, self.frames[-1])

        names = [*assigned(stmt.body), *targets_of(stmt.target)]
        index = Index(index_hint(stmt.target, iterable), index_word(stmt.target, iterable), dead_in(self.frames[-1].syntax, stmt))
        self.each(iterable, visit, names, index)

    def do_While(self: Machine, stmt: sx.While) -> None:
        body, flag = _split(stmt.body)

        def visit() -> Value | None:
            self.block(body)
            return None if flag is None or self.state.dead else self.read(flag, self.frames[-1])

        test, slots = self.checkpointed_test(stmt.test)
        dead = dead_in(self.frames[-1].syntax, stmt)
        self.while_loop(lambda: self.expr(test), visit, list(assigned((stmt,))), slots, dead)

    def do_StopIf(self: Machine, stmt: sx.StopIf) -> None:
        raise AssertionError("the last statement of a loop is taken off before its body runs")

    def each(
        self: Machine,
        iterable: Value,
        visit: Callable[[Value], Value | None],
        names: list[str] | None = None,
        index: Index = Index(),  # noqa: B008
    ) -> None:
        """`visit` every item: one by one where they are known and few or unlike, else in a loop."""
        iterable = self.items_source(iterable)
        if isinstance(iterable, Lazy) and iterable.kind == "call":
            self.run_generator(iterable, visit)
            return
        if isinstance(iterable, Lazy) and iterable.kind == "enumerate" and _is_call(iterable.parts[0]):
            self.each_counted(iterable, visit)
            return
        held = list(references(iterable))
        self.iterated.extend(held)
        key = ("var", self.number(), "iterable")  # the loop holds what it iterates over, whatever its names are bound to
        if held:
            self.state.values[key] = iterable
        try:
            if self.unrolls(iterable):
                items = self.static_items(iterable)
                assert items is not None
                self.unrolled(items, visit, iterable)
            else:
                self.for_loop(iterable, visit, names or [], index)
        finally:
            self.state.values.pop(key, None)
            del self.iterated[len(self.iterated) - len(held) :]

    def each_counted(self: Machine, iterable: Lazy, visit: Callable[[Value], Value | None]) -> None:
        """`visit` every item of a generator, with its number."""
        key = ("var", self.number(), "count")
        self.state.values[key] = ir.Const(iterable.extra)

        def counted(item: Value) -> Value | None:
            count = self.state.values[key]
            self.state.values[key] = self.operation(operator.add, [count, ir.Const(1)])
            return visit(Seq(tuple, (count, item)))

        self.each(iterable.parts[0], counted)
        del self.state.values[key]

    def unrolls(self: Machine, iterable: Value) -> bool:
        """Whether a loop is written out, item by item."""
        if isinstance(iterable, Lazy) and iterable.marked:
            return False
        if isinstance(iterable, Lazy) and iterable.kind in ("range", "generator", "call", "product", "ndenumerate"):
            return False
        if isinstance(iterable, (ir.Var, Array)):
            return False
        items = self.static_items(iterable) if not self.has_dynamic(iterable) else None
        if items is None:
            return False
        return len(items) <= UNROLLED or not all(is_atom(item) and self.is_numeric(item) for item in items)

    def has_dynamic(self: Machine, iterable: Value) -> bool:
        if isinstance(iterable, Lazy):
            whole = iterable.kind in ("generator", "call", "product", "ndenumerate")
            return whole or all(self.has_dynamic(part) for part in iterable.parts)
        return isinstance(iterable, (ir.Var, Array))

    def is_numeric(self: Machine, value: Value) -> bool:
        fact = self.builder.type_of(value) if is_atom(value) else None  # type: ignore[arg-type]
        return isinstance(fact, facts.Num)

    def unrolled(
        self: Machine,
        items: list[Value],
        visit: Callable[[Value], Value | None],
        iterable: Value,
        before: list[ir.Atom] | None = None,
        first: int = 0,
    ) -> None:
        """The iterations one after the other; after one that may stop the loop, the rest stands in a branch.

        `before` is what the arrays held that the items were taken from, `first` the number of the first iteration.
        """
        before = self.taken_from(iterable) if before is None else before
        for position, item in enumerate(items):
            if self.state.dead:
                return
            if self.taken_from(iterable) != before and any(True for _ in loaded(item)):
                raise self.refuse(
                    "an array is changed while a loop takes its entries one by one", "loop over a copy, or over its indices"
                )
            around, self.rounds = self.rounds, (*self.rounds, first + position)
            stop = visit(item)
            self.rounds = around
            known = self.truth(stop) if stop is not None else False
            if known:
                return
            if known is None:
                rest = items[position + 1 :]
                assert stop is not None
                later = functools.partial(self.unrolled, rest, visit, iterable, before, first + position + 1)
                self.conditional(self.materialise(stop), lambda: None, later)
                return

    def taken_from(self: Machine, iterable: Value) -> list[ir.Atom]:
        """What the arrays hold that a loop takes its items from."""
        cells = [self.state.heap.get(number, self.base.get(number)) for number in refs(iterable)]
        return [cell.atom for cell in cells if isinstance(cell, ArrayCell)]

    def for_loop(
        self: Machine, iterable: Value, visit: Callable[[Value], Value | None], names: list[str], index: Index
    ) -> None:
        """A loop whose number of iterations is known at run time only."""
        before = self.state
        try:
            bounds, get, fact = self.sequence(iterable)
        except _Unlike as error:
            items = self.items_by_example(iterable)
            if items is None:
                raise self.refuse(str(error), "loop over numbers, arrays, or lists of them") from None
            self.unrolled(items, visit, iterable)
            return
        try:
            slots = iterable.slots if isinstance(iterable, Lazy) else None
            body = lambda number: visit(get(number))  # noqa: E731
            self.carried_loop(names, bounds, fact, body, None, index.hint, slots, index.word, index.dead)
        except Refused:
            self.state = before  # as one loop it cannot be taken; item by item it may
            items = self.items_by_example(iterable)
            if items is None or len(items) > WRITTEN_OUT:
                raise
            self.unrolled(items, visit, iterable)

    def items_by_example(self: Machine, value: Value) -> list[Value] | None:
        """The items of an iterable, as many as there are in the example; the program holds for this number only."""
        known = self.static_items(value)
        if known is not None:
            return known
        if isinstance(value, Lazy):
            parts = [self.items_by_example(part) for part in value.parts if value.kind != "range"]
            if not parts or any(part is None for part in parts):
                return None
            lists = tuple(self.allocate(ListCell(tuple(part or ()))) for part in parts)
            return self.static_items(Lazy(value.kind, lists, value.extra))
        atom = self.cell(value).atom if isinstance(value, Ref) and isinstance(self.cell(value), DynamicCell) else value  # type: ignore[union-attr]
        count = self.example_length(atom) if isinstance(atom, ir.Var) else None
        return None if count is None else [self.load_item(atom, ir.Const(k)) for k in range(count)]

    def example_length(self: Machine, atom: ir.Var) -> int | None:
        """The length that an input has in the example; a guard keeps the program to it."""
        count, root = self.inputs.lengths.get(atom.name), self.inputs.roots.get(atom.name)
        if count is None or root is None:
            return None
        self.guard_length(root, count)
        return count

    def while_loop(
        self: Machine,
        test: Callable[[], Value],
        visit: Callable[[], Value | None],
        names: list[str],
        slots: ir.Atom | None = None,
        dead: frozenset[str] = frozenset(),
    ) -> None:
        """A loop that tests first; a test that changes variables is the first part of its body."""
        before = self.state
        try:
            self.carried_loop(names, None, None, lambda index: visit(), test, "", slots, dead=dead)
        except ChangingTest:
            self.state = before
            always = ir.Const(True)
            self.carried_loop(names, None, None, lambda index: self.tested(test, visit), lambda: always, "", slots, dead=dead)

    def tested(self: Machine, test: Callable[[], Value], visit: Callable[[], Value | None]) -> Value:
        """One iteration with its test at the start: whether it was the last."""
        holds = test()
        known = self.truth(holds)
        if known is not None:
            return (visit() or ir.Const(False)) if known else ir.Const(True)
        return self.branch(self.materialise(holds), lambda: visit() or ir.Const(False), lambda: ir.Const(True))


def _is_call(value: Value) -> bool:
    """Whether a value is a call of a generator."""
    return isinstance(value, Lazy) and value.kind == "call"


def _split(body: sx.Body) -> tuple[sx.Body, str | None]:
    """A loop's body without its StopIf, and the name of the flag."""
    if body and isinstance(body[-1], sx.StopIf):
        return body[:-1], body[-1].flag.id
    return body, None


def loaded(item: Value) -> Iterator[ir.Atom]:
    """The numbers in an item, which were taken from an array before the loop."""
    if isinstance(item, Seq):
        for part in item.items:
            yield from loaded(part)
    elif isinstance(item, ir.Var):
        yield item
