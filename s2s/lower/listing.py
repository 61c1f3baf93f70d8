"""Lists of numbers, or of arrays of one shape, in arrays that grow; the number of items stands beside the array.

    xs = []                                 xs, count = np.empty(16), 0
    for i in range(n):                      for i in range(n):
        if a[i] > 0:                            if a[i] > 0:
            xs.append(a[i])        =>               if count >= len(xs): xs = grown(xs)
                                                    xs[count] = a[i]
                                                    count += 1
    s = xs[-1]                              s = xs[item_place(-1, count)]

In: a function, and what its lists hold (`lists.py`).  Out: the function without these lists.  A read at any index finds what Python
finds, or raises IndexError.  A list that is changed is another value, as ever: whether its array may be written in place is
for `emit` to say.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.lower.counting import newest
from s2s.lower.lists import is_numpy
from s2s.lower.values import ONE, ZERO
from s2s_runtime import containers, kernels, loops, tree

FIRST = 16
"""How many items there is room for at first, in a list that may grow."""
NO_PATH = ir.Const(())
Held = tuple[ir.Atom, ir.Atom]
"""The array of a list, and how many items it has."""


def without_lists(function: ir.Function, items: Mapping[str, facts.Num]) -> tuple[ir.Function, Mapping[int, ir.Stmt]]:
    """The function with arrays and numbers in the place of these lists, and what its statements were, by their ids."""
    if not items:
        return function, {}
    listing = Listing(function, items)
    sources: dict[int, ir.Stmt] = {}
    for stmt in function.body.statements:
        before = len(listing.out)
        listing.step(stmt)
        sources.update((id(made), stmt) for made in listing.out[before:])
    body = ir.Block(tuple(listing.out), tuple([listing.atom(atom) for atom in function.body.yields]))
    return replace(function, body=body, types=listing.types, hints=listing.hints), sources


class Listing:
    """One function whose lists become arrays, statement by statement."""

    def __init__(self, function: ir.Function, items: Mapping[str, facts.Num]) -> None:
        self.items, self.newest = items, newest(function)
        self.types, self.hints = dict(function.types), dict(function.hints)
        wholes = {id(item): facts.Num(item.dtype, (facts.fresh(), *(item.shape or ()))) for item in items.values()}
        self.wholes = {name: wholes[id(item)] for name, item in items.items()}
        self.types.update(self.wholes)
        self.held: dict[str, Held] = {}
        self.same: dict[str, ir.Atom] = {}
        self.out: list[ir.Stmt] = []
        self.origin: ir.Origin | None = None

    # ---------------------------------------------------------------------------------------------------- statements
    def block(self, block: ir.Block, names: Sequence[str]) -> ir.Block:
        """A block whose last yields become these names."""
        before, self.out = self.out, []
        for stmt in block.statements:
            self.step(stmt)
        first = len(block.yields) - len(names)
        yields = [self.atom(atom) for atom in block.yields[:first]] + self.flowing(names, block.yields[first:])
        statements, self.out = tuple(self.out), before
        return ir.Block(statements, tuple(yields))

    def step(self, stmt: ir.Stmt) -> None:
        self.origin = getattr(stmt, "origin", None)
        self.statement(stmt)

    def statement(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Let():
                self.let(stmt)
            case ir.If():
                then, other = (self.block(one, stmt.results) for one in ir.blocks(stmt))
                self.out.append(replace(stmt, test=self.atom(stmt.test), then=then, other=other, results=self.bound(stmt.results)))
            case ir.For() | ir.While():
                self.loop(stmt)
            case ir.With():
                body = self.block(stmt.body, stmt.results)
                self.out.append(replace(stmt, context=self.apply(stmt.context), body=body, results=self.bound(stmt.results)))
            case ir.Raise():
                self.out.append(replace(stmt, exception=self.atom(stmt.exception)))
            case _:
                self.out.append(stmt)

    def loop(self, stmt: ir.For | ir.While) -> None:
        inits, carried = tuple(self.flowing(stmt.carried, stmt.inits)), self.bound(stmt.carried)
        more: dict[str, Any] = {}
        if isinstance(stmt, ir.For):
            more["bounds"] = tuple([self.atom(bound) for bound in stmt.bounds])
        else:
            more["test"] = self.block(stmt.test, ())
        body = self.block(stmt.body, stmt.carried)
        self.out.append(replace(stmt, inits=inits, carried=carried, body=body, results=self.bound(stmt.results), **more))

    def bound(self, names: Sequence[str]) -> tuple[str, ...]:
        """Names that are bound to something, each of a list with that of its number of items."""
        found: list[str] = []
        for name in names:
            found.append(name)
            if name in self.items:
                count = self.name(f"{hint}_count" if (hint := self.hints.get(name)) else "", a_count())
                self.held[name] = ir.Var(name), count
                found.append(count.name)
        return tuple(found)

    def flowing(self, names: Sequence[str], atoms: Sequence[ir.Atom]) -> list[ir.Atom]:
        """Atoms as what these names are bound to."""
        found: list[ir.Atom] = []
        for name, atom in zip(names, atoms, strict=True):
            found += self.list_of(atom, name) if name in self.items else [self.atom(atom)]
        return found

    def let(self, stmt: ir.Let) -> None:
        function, args = stmt.value.function, stmt.value.args
        first = args[0] if args else None
        listed = isinstance(first, ir.Var) and first.name in self.items
        if stmt.target in self.items:
            self.held[stmt.target] = UPDATES[function](self, stmt.target, *args)
        elif function is operator.getitem and listed:
            array, count = self.list_of(first, "")  # type: ignore[arg-type]
            self.out.append(replace(stmt, value=ir.Apply(operator.getitem, (array, self.place(args[1], count)))))
        elif function is len and listed:
            self.same[stmt.target] = self.list_of(first, "")[1]  # type: ignore[arg-type]
        elif listed and self.is_array_of_items(stmt.value):
            self.out.append(replace(stmt, value=ir.Apply(loops.first_rows, self.list_of(first, ""))))  # type: ignore[arg-type]
        else:
            self.out.append(replace(stmt, value=self.apply(stmt.value)))

    def is_array_of_items(self, application: ir.Apply) -> bool:
        """Whether a function gives the array of the items of a list."""
        function, (listed, *rest) = application.function, application.args
        axes = len(self.items[listed.name].shape or ())  # type: ignore[union-attr]
        if application.kwargs and (function is not np.stack or application.kwargs != (("axis", ZERO),)):
            return False
        if function is np.stack:
            return rest in ([], [ZERO])
        return not rest and (function in (np.array, np.asarray) or (function is np.vstack and axes == 1))

    def apply(self, application: ir.Apply) -> ir.Apply:
        """An application of what lists are now."""
        args = [self.rows(arg) if is_numpy(application.function) else self.atom(arg) for arg in application.args]
        return ir.Apply(application.function, tuple(args), tuple((key, self.atom(arg)) for key, arg in application.kwargs))

    # --------------------------------------------------------------------------------------------------------- values
    def atom(self, atom: ir.Atom) -> ir.Atom:
        return ir.replace_atom(atom, lambda name: self.same.get(name, ir.Var(name)))

    def rows(self, atom: ir.Atom) -> ir.Atom:
        """An atom; of a list, the array of its items."""
        if not isinstance(atom, ir.Var) or atom.name not in self.items:
            return self.atom(atom)
        return self.made(loops.first_rows, *self.held[atom.name], fact=like(self.wholes[atom.name]))

    def list_of(self, atom: ir.Atom, name: str) -> Held:
        """What a list is now; one that is written out is made, as what this name is bound to."""
        if isinstance(atom, ir.Var):
            return self.held[atom.name]
        if atom == ir.UNDEFINED:
            return self.room(ZERO, name), ZERO
        items = atom.items if isinstance(atom, ir.Pack) else tuple(map(ir.Const, atom.value))
        array = self.room(ir.Const(max(len(items), FIRST)), name)
        for k, item in enumerate(items):
            array = self.made(kernels.index_set, array, ir.Const(k), self.atom(item), fact=self.wholes[name], like=name)
        return array, ir.Const(len(items))

    def name(self, hint: str, fact: facts.Type | None) -> ir.Var:
        self.newest += 1
        name = f"#{self.newest}"
        if fact is not None:
            self.types[name] = fact
        if hint:
            self.hints[name] = hint
        return ir.Var(name)

    def made(self, function: Callable[..., Any], *args: ir.Atom, fact: facts.Type, like: str = "", **kwargs: ir.Atom) -> ir.Var:
        """What an application gives, of this type; `like`: the name whose word it has."""
        target = self.name(self.hints.get(like, ""), fact)
        self.out.append(ir.Let(target.name, ir.Apply(function, args, tuple(kwargs.items())), self.origin))
        return target

    def room(self, count: ir.Atom, name: str, zeros: bool = False) -> ir.Var:
        """A new array for so many items."""
        return self.made(loops.room, count, ir.Const(zeros), ir.Const(name), fact=self.wholes[name], like=name)

    def place(self, key: ir.Atom, count: ir.Atom) -> ir.Var:
        """The place of the item at an index."""
        return self.made(loops.item_place, self.atom(key), count, fact=facts.INT)

    def each(self, count: ir.Atom, name: str, held: Held, step: Callable[[ir.Var, Held], Held]) -> Held:
        """A list after a step for each of so many numbers."""
        index = self.name("k", facts.INT)
        carried, results = ((self.name(self.hints.get(name, ""), self.wholes[name]), self.name("", a_count())) for _ in range(2))
        before, self.out = self.out, []
        ends = step(index, carried)
        statements, self.out = tuple(self.out), before
        names = [tuple(one.name for one in pair) for pair in (carried, results)]
        self.out.append(ir.For(index.name, (ZERO, count, ONE), names[0], held, ir.Block(statements, ends), names[1], origin=self.origin))
        return results

    # -------------------------------------------------------------------------------------------------------- updates
    def append(self, name: str, listed: ir.Atom, value: ir.Atom) -> Held:
        return self.appended(name, self.list_of(listed, name), self.atom(value))

    def appended(self, name: str, held: Held, value: ir.Atom) -> Held:
        """A list with one item more, in a longer array if this one is full."""
        array, count = held
        full = self.made(operator.ge, count, self.made(len, array, fact=facts.INT), fact=facts.BOOL)
        before, self.out = self.out, []
        longer = self.made(loops.grown, array, fact=self.wholes[name], like=name)
        more, self.out = ir.Block(tuple(self.out), (longer,)), before
        room = self.name(self.hints.get(name, ""), self.wholes[name])
        self.out.append(ir.If(full, more, ir.Block((), (array,)), (room.name,), self.origin))
        after = self.made(kernels.index_set, room, count, value, fact=self.wholes[name], like=name)
        return after, self.made(operator.add, count, ONE, fact=a_count())

    def extend(self, name: str, listed: ir.Atom, others: ir.Atom) -> Held:
        held = self.list_of(listed, name)
        if not isinstance(others, ir.Var):
            for item in others.items if isinstance(others, ir.Pack) else map(ir.Const, others.value):
                held = self.appended(name, held, self.atom(item))
            return held
        own = self.held.get(others.name)
        length = own[1] if own is not None else self.made(len, others, fact=a_count())

        def step(k: ir.Var, held: Held) -> Held:
            return self.appended(name, held, self.made(operator.getitem, own[0] if own is not None else others, k, fact=self.items[name]))

        return self.each(length, name, held, step)

    def drop_last(self, name: str, listed: ir.Atom) -> Held:
        array, count = self.list_of(listed, name)
        before, self.out = self.out, []
        error = self.name("", None)
        self.out.append(ir.Let(error.name, ir.Apply(IndexError, (ir.Const("pop from empty list"),)), self.origin))
        raising, self.out = ir.Block((*self.out, ir.Raise(error, self.origin))), before
        self.out.append(ir.If(self.made(operator.le, count, ZERO, fact=facts.BOOL), raising, ir.Block(()), (), self.origin))
        return array, self.made(operator.sub, count, ONE, fact=a_count())

    def set_item(self, name: str, listed: ir.Atom, key: ir.Atom, value: ir.Atom, path: ir.Atom = NO_PATH) -> Held:
        return self.stored(kernels.index_set, name, listed, key, value, path)

    def add_item(self, name: str, listed: ir.Atom, key: ir.Atom, value: ir.Atom, path: ir.Atom = NO_PATH) -> Held:
        if ir.slice_parts(key) is not None and isinstance(value, ir.Var) and value.name in self.items:
            return self.add_items(name, listed, key, value)
        return self.stored(kernels.index_add, name, listed, key, value, path)

    def add(self, name: str, one: ir.Atom, other: ir.Atom) -> Held:
        """The sums of the items of two lists of one length."""
        (array, count), (second, _) = self.list_of(one, name), self.list_of(other, name)

        def step(k: ir.Var, held: Held) -> Held:
            items = [self.made(operator.getitem, whole, k, fact=self.items[name]) for whole in (array, second)]
            total = self.made(operator.add, *items, fact=self.items[name])
            return self.made(kernels.index_set, held[0], k, total, fact=self.wholes[name], like=name), count

        return self.each(count, name, (self.room(count, name), count), step)[0], count

    def clear_item(self, name: str, listed: ir.Atom, key: ir.Atom) -> Held:
        zero = ir.Const(self.items[name].dtype.type(0).item())  # type: ignore[union-attr]
        return self.stored(kernels.index_set, name, listed, key, zero, NO_PATH)

    def stored(self, function: Any, name: str, listed: ir.Atom, key: ir.Atom, value: ir.Atom, path: ir.Atom) -> Held:
        """A list with a store into an item, or into what a path of keys leads to."""
        array, count = self.list_of(listed, name)
        keys = [*(path.items if isinstance(path, ir.Pack) else map(ir.Const, path.value)), key]  # type: ignore[union-attr]
        keys = [self.place(keys[0], count), *map(self.atom, keys[1:])]
        steps = [ir.Pack(tuple, (ir.Const(operator.getitem), one)) for one in keys[:-1]]
        more = (ir.Pack(tuple, tuple(steps)),) if steps else ()
        return self.made(function, array, keys[-1], self.atom(value), *more, fact=self.wholes[name], like=name), count

    def places(self, key: ir.Atom, count: ir.Atom) -> tuple[ir.Var, Callable[[ir.Var], ir.Var]]:
        """How many items a slice of a list has, and where the one of each number is."""
        parts = ir.slice_parts(key)
        assert parts is not None
        triple = facts.Record(tuple, (facts.INT, facts.INT, facts.INT))
        run = self.made(loops.slice_run, *map(self.atom, parts), count, fact=triple)
        first, number, by = (self.made(operator.getitem, run, ir.Const(k), fact=a_count() if k == 1 else facts.INT) for k in range(3))
        return number, lambda k: self.made(operator.add, first, self.made(operator.mul, k, by, fact=facts.INT), fact=facts.INT)

    def add_items(self, name: str, listed: ir.Atom, key: ir.Atom, value: ir.Atom) -> Held:
        """A list with those of another one added to the items of a slice."""
        (array, count), (given, _) = self.list_of(listed, name), self.list_of(value, name)
        number, at = self.places(key, count)

        def step(k: ir.Var, held: Held) -> Held:
            item = self.made(operator.getitem, given, k, fact=self.items[name])
            return self.made(kernels.index_add, held[0], at(k), item, fact=self.wholes[name], like=name), count

        return self.each(number, name, (array, count), step)[0], count

    def sliced(self, name: str, listed: ir.Atom, key: ir.Atom) -> Held:
        """The items of a slice, in an array of their own."""
        array, count = self.list_of(listed, name)
        number, at = self.places(key, count)

        def step(k: ir.Var, held: Held) -> Held:
            item = self.made(operator.getitem, array, at(k), fact=self.items[name])
            return self.made(kernels.index_set, held[0], k, item, fact=self.wholes[name], like=name), number

        return self.each(number, name, (self.room(number, name), number), step)[0], number

    # ---------------------------------------------------------------------------------------------------------- makers
    def repeat(self, name: str, written: ir.Atom, times: ir.Atom) -> Held:
        assert isinstance(written, ir.Pack)
        item = self.atom(written.items[0])
        count = self.made(max, self.atom(times), ZERO, fact=a_count())

        def step(k: ir.Var, held: Held) -> Held:
            return self.made(kernels.index_set, held[0], k, item, fact=self.wholes[name], like=name), count

        return self.each(count, name, (self.room(count, name), count), step)[0], count

    def zeros_like(self, name: str, given: ir.Atom) -> Held:
        assert isinstance(given, ir.Var)
        count = self.held[given.name][1] if given.name in self.items else self.made(len, given, fact=a_count())
        return self.room(count, name, zeros=True), count

    def list(self, name: str, given: ir.Atom) -> Held:
        assert isinstance(given, ir.Var)
        if given.name in self.items:
            return self.held[given.name]
        return given, self.made(len, given, fact=a_count())


UPDATES: dict[Any, Callable[..., Held]] = {
    containers.append: Listing.append, containers.extend: Listing.extend, containers.drop_last: Listing.drop_last,
    containers.set_item: Listing.set_item, containers.add_item: Listing.add_item, containers.clear_item: Listing.clear_item,
    operator.getitem: Listing.sliced, containers.repeat: Listing.repeat, tree.zeros_like: Listing.zeros_like, list: Listing.list,
    tree.add: Listing.add,
}  # fmt: skip


def a_count() -> facts.Num:
    """What is known of a number of items."""
    return facts.Num(facts.INT.dtype, (), weak=True, length=facts.fresh())


def like(whole: facts.Num) -> facts.Num:
    """An array like another one, of another length."""
    return replace(whole, shape=(facts.fresh(), *(whole.shape or ())[1:]))
