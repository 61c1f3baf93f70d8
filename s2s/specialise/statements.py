"""Statements on abstract values: assignment, branches, exceptions, definitions.

In: syntax and the state.  Out: a changed state; what cannot be known is written to the builder.
"""

from __future__ import annotations

import importlib
import operator
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s import syntax as sx
from s2s.normalise import RESULT
from s2s.specialise.access import imported, step
from s2s.specialise.attempts import Attempts
from s2s.specialise.attributes import in_class, is_data_descriptor
from s2s.specialise.in_place import InPlace
from s2s.specialise.raising import Endless, Raised
from s2s.specialise.scope import assigned
from s2s.specialise.values import (
    Array,
    Bound,
    DictCell,
    DynamicCell,
    Instance,
    Lazy,
    ListCell,
    Ref,
    State,
    Value,
    is_atom,
)
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


def _stores(target: sx.Expr) -> bool:
    """Whether a target is an item or an attribute of something, or one of its parts is."""
    match target:
        case sx.Display():
            return any(_stores(item) for item in target.items)
        case sx.Starred():
            return _stores(target.value)
    return not isinstance(target, sx.Name)


class Statements(Attempts, InPlace):
    """What the Machine knows of statements."""

    def block(self: Machine, body: sx.Body) -> None:
        """Run statements until one of them raises for certain."""
        for stmt in body:
            if self.state.dead:
                return
            self.statement(stmt)

    def statement(self: Machine, stmt: sx.Statement) -> None:
        method = getattr(self, f"do_{type(stmt).__name__}")
        frame = self.frames[-1]
        if frame.trusted:
            method(stmt)
            return
        origin = ir.Origin(frame.syntax.file, stmt.span, stmt.text, stmt.comments, stmt.trailing, rounds=self.rounds)
        with self.evaluating(stmt), self.builder.at(origin):
            self.reached(lambda: method(stmt))

    def reached(self: Machine, run: Callable[[], Any]) -> None:
        """Run something that may turn out to raise for certain."""
        try:
            run()
        except Raised as raised:
            exception = self.call_unknown(ir.Const(raised.cls), [ir.Const(value) for value in raised.values], {})
            self.builder.emit(ir.Raise(self.materialise(exception), self.builder.origin))
            self.state.dead = True

    def do_Refusal(self: Machine, stmt: sx.Refusal) -> None:
        raise self.refuse(stmt.reason, stmt.hint)

    def do_Pass(self: Machine, stmt: sx.Pass) -> None:
        pass

    def do_Nonlocal(self: Machine, stmt: sx.Nonlocal) -> None:
        pass

    def do_Evaluate(self: Machine, stmt: sx.Evaluate) -> None:
        self.called_for_effect = stmt.value
        self.expr(stmt.value)

    def do_Define(self: Machine, stmt: sx.Define) -> None:
        value: Value = self.closure(stmt.function)
        for decorator in reversed(stmt.decorators):
            wrapper = self.expr(decorator)
            if not self.keeps_function(wrapper):
                with self.evaluating(decorator):
                    value = self.call(wrapper, [value], {})
        self.assign_name(stmt.function.name, value)

    def keeps_function(self: Machine, wrapper: Value) -> bool:
        """Whether a decorator leaves the function what it computes (numba.njit and the like)."""
        target = wrapper.function if isinstance(wrapper, Bound) else wrapper
        module = getattr(getattr(target, "value", None), "__module__", "") or ""
        return module.partition(".")[0] in ("numba", "functools", "s2s")

    def do_Import(self: Machine, stmt: sx.Import) -> None:
        module, name, get = importlib.import_module(stmt.module), stmt.module, imported(stmt.module)
        found = module
        if stmt.attribute is not None and hasattr(module, stmt.attribute):
            found, get = getattr(module, stmt.attribute), step(get, getattr, stmt.attribute)
        elif stmt.attribute is not None:
            name = f"{stmt.module}.{stmt.attribute}"
            found, get = importlib.import_module(name), imported(name)
        self.assign_name(stmt.name, self.lift(found, stmt.name, get, ("import", stmt.module, stmt.attribute)))

    def do_Delete(self: Machine, stmt: sx.Delete) -> None:
        for target in stmt.targets:
            if isinstance(target, sx.Name):
                self.assign_name(target.id, ir.UNDEFINED)
            elif isinstance(target, sx.Subscript):
                self.call(self.attribute(self.expr(target.value), "pop"), [self.expr(target.index)], {})
            else:
                raise self.refuse("an attribute is deleted", "leave it")

    # ------------------------------------------------------------------------------------------------ assignment
    def do_Assign(self: Machine, stmt: sx.Assign) -> None:
        value = self.hold(self.expr(stmt.value))
        for target in stmt.targets:
            self.bind(target, value)

    def bind(self: Machine, target: sx.Expr, value: Value) -> None:
        """Assign a value to a target."""
        with self.evaluating(target):
            match target:
                case sx.Name():
                    self.assign_name(target.id, value)
                case sx.Display():
                    self.unpack(target, value)
                case sx.Subscript():
                    self.put_item(self.expr(target.value), self.expr(target.index), value)
                case sx.Attribute():
                    self.put_attribute(self.expr(target.value), target.attr, value)
                case _:
                    raise self.refuse("this cannot be assigned to", "assign to a name, an item or an attribute")

    def assign_name(self: Machine, name: str, value: Value) -> None:
        owner = self.owner(name, self.frames[-1])
        if owner is None:
            raise self.refuse(
                f"{name}, a variable outside the differentiated function, is changed", "return its new value instead"
            )
        frame = self.frames[-1]
        value = self.hold(value)
        if name == RESULT and len(self.frames) == 1:
            self.returned = frame, self.node
        if (is_atom(value) or isinstance(value, Array)) and not frame.trusted:
            word = name.partition("@")[0]
            if name == RESULT:
                word = self.result_word(frame.syntax) if len(self.frames) == 1 else ""
            if word:
                self.builder.suggest(self.plain(value), word)  # type: ignore[arg-type]
        self.state.values[("var", owner.serial, name)] = value

    def result_word(self: Machine, function: sx.Function) -> str:
        """What the result of the whole program is called: the function's name, if it returns in one place."""
        return function.name if list(assigned(function.body)).count(RESULT) == 1 else "result"

    def unpack(self: Machine, target: sx.Display, value: Value) -> None:
        """`a, b = value`, and `a, *rest = value`."""
        stars = [k for k, item in enumerate(target.items) if isinstance(item, sx.Starred)]
        value = self.taken_up(value)
        if isinstance(value, Lazy) and value.kind == "generator":
            value = self.collect(value)
        items = self.static_items(value)
        if items is None:
            items = self.loaded_items(value, len(target.items), stars)
            stars = []
        if items is None:
            raise self.refuse("the length of what is unpacked with * is not known", "use slices")
        wanted = len(target.items) - len(stars)
        if len(items) < wanted or (not stars and len(items) != wanted):
            reason = f"{len(items)} values are unpacked into {len(target.items)} names"
            raise self.refuse(reason, "give as many names as there are values")
        if stars:
            k, extra = stars[0], len(items) - wanted
            rest = self.allocate(ListCell(tuple(items[k : k + extra])))
            items = [*items[:k], rest, *items[k + extra :]]
        if self.swapped(target, items):
            return
        if _stores(target):
            items = [self.unplaced(item) for item in items]  # which one is where may change on the way
        for part, item in zip(target.items, items, strict=True):
            self.bind(part.value if isinstance(part, sx.Starred) else part, item)

    def loaded_items(self: Machine, value: Value, count: int, stars: list[int]) -> list[Value]:
        """The items of something whose length is known at run time; a starred one is a list of the rest."""
        if not stars:
            return [self.load_item(value, ir.Const(k)) for k in range(count)]
        (star,) = stars
        behind = count - star - 1
        rest = self.subscript(value, ir.Const(slice(star, -behind if behind else None)))
        if not isinstance(rest, Ref):
            rest = self.collect(rest)
        first = [self.load_item(value, ir.Const(k)) for k in range(star)]
        return [*first, rest, *(self.load_item(value, ir.Const(k - behind)) for k in range(behind))]

    def put_item(self: Machine, owner: Value, index: Value, value: Value) -> None:
        """`owner[index] = value`, for a list or a dict of the program's own."""
        if isinstance(owner, Array):
            self.store(owner, index, value)
            return
        if self.is_array_choice(owner):
            self.on_choice(owner, lambda array: self.put_item(array, index, value))
            return
        if not isinstance(owner, Ref):
            raise self.not_stored()
        cell = self.changeable(owner)
        if isinstance(cell, (ListCell, DynamicCell)):
            self.put_in_list(owner, cell, index, self.hold(value))
            return
        value = self.into(value)
        match cell:
            case DictCell() if self.is_text(index):
                self.put_chosen(owner, cell, index, value)
            case DictCell():
                self.state.heap[owner.cell] = cell.put(self.key(index), value)
            case Instance():
                self.call(ir.Const(self.item_method(cell.cls, "__setitem__")), [owner, index, value], {})
            case _:
                raise self.refuse("an item of this cannot be set", "use a list or a dict")

    def put_in_list(self: Machine, owner: Ref, cell: Any, index: Value, value: Value) -> None:
        """`xs[index] = value`."""
        position = self.materialise(index)
        if isinstance(cell, ListCell) and isinstance(position, ir.Const) and type(position.value) is int:
            if not -len(cell.items) <= position.value < len(cell.items):
                self.lengthen(owner)
            self.static_item(list(cell.items), position.value, list)
            place = position.value % len(cell.items)
            self.rearranging(owner, ir.Const(place))
            items = [*cell.items[:place], self.into(value), *cell.items[place + 1 :]]
            self.put_cell(owner, ListCell(tuple(items)))
            return
        single = self.kind_of_part(position) == "integer"
        if not single and self.kind_of_part(position) == "slice":
            self.put_slice(owner, position, value)
            return
        value = self.unplaced(value)
        self.rearranging(owner, position if single else None)
        if isinstance(cell, ListCell):
            self.put_cell(owner, self.whole(owner))
        item = self.moved_in(owner, position, value) if single else self.taken_over(owner, value)
        whole = self.cell(owner)
        assert isinstance(whole, DynamicCell)
        self.put_cell(owner, DynamicCell(self.builder.apply(containers.set_item, whole.atom, position, item), kept=whole.kept))

    def put_slice(self: Machine, owner: Ref, index: ir.Atom, value: Value) -> None:
        """`xs[start:stop] = values`: what is in front, the values, what is behind."""
        ends = ir.slice_parts(index)
        if ends is not None and ends[2] not in (ir.Const(None), ir.Const(1)):
            raise self.refuse("items of a list are set with a step", "set one after the other")
        self.rearranging(owner)
        values = self.taken_over(owner, self.unplaced(value))
        whole = self.whole(owner)
        apply, bounds = self.builder.apply, self.builder.apply(containers.bounds, whole.atom, index)
        low, high = (apply(operator.getitem, bounds, ir.Const(k)) for k in (0, 1))
        front = apply(operator.getitem, whole.atom, ir.Pack(slice, (ir.Const(None), low, ir.Const(None))))
        behind = apply(operator.getitem, whole.atom, ir.Pack(slice, (high, ir.Const(None), ir.Const(None))))
        atom = apply(containers.extend, apply(containers.extend, front, values), behind)
        kept = self.cell(owner).kept if isinstance(self.cell(owner), DynamicCell) else whole.kept  # type: ignore[union-attr]
        self.put_cell(owner, DynamicCell(atom, kept=kept))

    def put_chosen(self: Machine, owner: Ref, cell: DictCell, key: Value, value: Value) -> None:
        """An item by a key that is computed: each item stays, or is the new value."""
        self.choose_item(cell, key)
        for known, old in zip(cell.keys, cell.items, strict=True):
            test = self.materialise(self.apply(operator.eq, key, ir.Const(known)))
            new = self.branch(test, lambda: value, lambda old=old: old)
            held = self.cell(owner)
            assert isinstance(held, DictCell)
            self.state.heap[owner.cell] = held.put(known, new)

    def changeable(self: Machine, owner: Ref) -> Any:
        cell = self.cell(owner)
        if cell.frozen:
            raise self.refuse(cell.frozen, "make a new one instead of changing it")
        iterated = any(one.cell == owner.cell and len(one.steps) == len(owner.steps) for one in self.iterated)
        if iterated and not isinstance(cell, DictCell):
            raise self.refuse("a list is changed while it is iterated over", "iterate over a copy: list(xs)")
        return cell

    def put_attribute(self: Machine, owner: Value, name: str, value: Value) -> None:
        if name in ("real", "imag") and not isinstance(owner, Ref) and self.is_numeric(owner):
            self.put_item(self.attribute(owner, name), ir.Const(Ellipsis), value)
            return
        cell = self.changeable(owner) if isinstance(owner, Ref) else None
        if not isinstance(cell, Instance):
            raise self.refuse(
                "an attribute of an object that the caller holds is changed", "return the new value instead"
            )
        assert isinstance(owner, Ref)
        held = in_class(cell.cls, name)
        if isinstance(held, property) and held.fset is not None:
            self.call(ir.Const(held.fset), [owner, value], {})
            return
        if is_data_descriptor(held) or isinstance(self.watched(cell.cls, "__setattr__"), FunctionType):
            raise self.refuse(f"{cell.cls.__name__} has a way of its own to set {name}", "make a new object instead")
        self.state.heap[owner.cell] = cell.put(name, self.into(value))

    def is_numeric(self: Machine, value: Value) -> bool:
        """Whether a value is known to be an array, or one of several."""
        if isinstance(value, Array) or self.is_array_choice(value):
            return True
        return isinstance(value, ir.Var) and isinstance(fact := self.builder.type_of(value), facts.Num) and fact.shape != ()

    # -------------------------------------------------------------------------------------------------- branches
    def do_If(self: Machine, stmt: sx.If) -> None:
        test = self.expr(stmt.test)
        known = self.truth(test)
        if known is not None:
            self.block(stmt.then if known else stmt.other)
            return
        self.conditional(self.materialise(test), lambda: self.block(stmt.then), lambda: self.block(stmt.other))

    def when(self: Machine, test: Value, then: Callable[[], Any]) -> None:
        """Run `then` if the test holds."""
        known = self.truth(test)
        if known is None:
            self.conditional(self.materialise(test), then, lambda: None)
        elif known:
            then()

    def conditional(self: Machine, test: ir.Atom, then: Callable[[], Any], other: Callable[[], Any]) -> None:
        """Both arms, each on its own copy of the state, and the state after them."""
        origin = self.builder.origin
        before = self.state
        arms: list[tuple[State, list[ir.Stmt]]] = []
        left_out = 0
        for arm in (then, other):
            self.state = before.copy()
            self.arms += 1
            try:
                with self.builder.block() as statements:
                    self.reached(arm)
            except Endless:
                self.state.dead = True
                left_out += 1
            finally:
                self.arms -= 1
            arms.append((self.state, statements))
        if left_out and all(state.dead for state, _ in arms):
            raise Endless
        self.state, yields = self.merged(arms, test)
        results = tuple(name for name, _ in yields)
        blocks = [ir.Block(tuple(stmts), tuple(atoms[k] for _, atoms in yields)) for k, (_, stmts) in enumerate(arms)]
        if results or any(statements for _, statements in arms):
            self.builder.emit(ir.If(test, blocks[0], blocks[1], results, origin))

    # ------------------------------------------------------------------------------------------------ exceptions
    def do_Assert(self: Machine, stmt: sx.Assert) -> None:
        test = self.expr(stmt.test)
        if self.truth(test):
            return
        message = self.expr(stmt.message) if stmt.message is not None else ir.Const(None)
        self.builder.effect(containers.check, self.materialise(test), self.materialise(message))

    def do_With(self: Machine, stmt: sx.With) -> None:
        (item, target), rest = stmt.items[0], stmt.items[1:]
        if target is not None and isinstance(item, sx.Call) and self.expr(item.function) == ir.Const(np.nditer):
            self.bind(target, self.expr(item))
            self.do_With(sx.With(rest, stmt.body, span=stmt.span)) if rest else self.block(stmt.body)
            return
        definition = self.context(item)
        if definition is None or target is not None:
            raise self.refuse(
                "this context manager may change what its body computes", "use np.errstate, or leave the with out", item
            )
        origin = self.builder.origin
        with self.builder.block() as statements:
            if rest:
                self.do_With(sx.With(rest, stmt.body, span=stmt.span))
            else:
                self.block(stmt.body)
        yields = self.exported(statements)
        block = ir.Block(tuple(statements), tuple(atom for _, (atom,) in yields))
        self.builder.emit(ir.With(definition, block, tuple(name for name, _ in yields), origin))

    def context(self: Machine, item: sx.Expr) -> ir.Apply | None:
        """`np.errstate(...)`: the context manager that changes no value."""
        if not isinstance(item, sx.Call) or self.expr(item.function) != ir.Const(np.errstate):
            return None
        named = tuple((name, self.materialise(self.expr(value))) for name, value in item.keywords if name is not None)
        return ir.Apply(np.errstate, (), named)
