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
from s2s.errors import Refused
from s2s.normalise import RESULT
from s2s.primitives import AUGMENTED, VIEWS
from s2s.specialise.arrays import StoresNeeded
from s2s.specialise.attributes import in_class, is_data_descriptor
from s2s.specialise.merge import Merge
from s2s.specialise.raising import Raised
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

class Statements(Merge):
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
        origin = ir.Origin(frame.syntax.file, stmt.span, stmt.text, stmt.comments, stmt.trailing)
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
        module = importlib.import_module(stmt.module)
        if stmt.attribute is None:
            self.assign_name(stmt.name, ir.Const(module))
            return
        try:
            found = getattr(module, stmt.attribute)
        except AttributeError:
            found = importlib.import_module(f"{stmt.module}.{stmt.attribute}")
        self.assign_name(
            stmt.name, self.lift(found, stmt.name, lambda environment: found, ("import", stmt.module, stmt.attribute))
        )

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
                    raise self.refuse("this cannot be assigned to", "")

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
            raise self.refuse(f"{len(items)} values are unpacked into {len(target.items)} names", "")
        if stars:
            k, extra = stars[0], len(items) - wanted
            rest = self.allocate(ListCell(tuple(items[k : k + extra])))
            items = [*items[:k], rest, *items[k + extra :]]
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
        cell, value = self.changeable(owner), self.hold(value)
        match cell:
            case ListCell() if isinstance(index, ir.Const) and type(index.value) is int:
                items = list(cell.items)
                self.static_item(items, index.value, list)
                items[index.value] = value
                self.state.heap[owner.cell] = ListCell(tuple(items))
            case DictCell() if self.is_text(index):
                self.put_chosen(owner, cell, index, value)
            case DictCell():
                self.state.heap[owner.cell] = cell.put(self.key(index), value)
            case Instance():
                self.call(ir.Const(cell.cls.__setitem__), [owner, index, value], {})
            case _:
                atoms = [self.snapshot(owner), self.materialise(index), self.snapshot(value)]
                self.state.heap[owner.cell] = DynamicCell(self.builder.apply(containers.set_item, *atoms))

    def put_chosen(self: Machine, owner: Ref, cell: DictCell, key: Value, value: Value) -> None:
        """An item by a key that is computed: each item stays, or is the new value."""
        self.choose_item(cell, key)
        for known, old in zip(cell.keys, cell.items, strict=True):
            test = self.materialise(self.apply(operator.eq, key, ir.Const(known)))
            new = self.branch(test, lambda: value, lambda old=old: old)  # type: ignore[misc]
            held = self.cell(owner)
            assert isinstance(held, DictCell)
            self.state.heap[owner.cell] = held.put(known, new)

    def changeable(self: Machine, owner: Ref) -> Any:
        cell = self.cell(owner)
        if cell.frozen:
            raise self.refuse(cell.frozen, "make a new one instead of changing it")
        if owner.cell in self.iterated and not isinstance(cell, DictCell):
            raise self.refuse("a list is changed while it is iterated over", "iterate over a copy: list(xs)")
        return cell

    def may_change(self: Machine, atom: ir.Var) -> bool:
        """Whether an operation in place may change an array that is held under another name as well, or is known to."""
        fact = self.builder.type_of(atom)
        if isinstance(fact, facts.Num) and fact.shape is not None:
            return fact.shape != ()
        if (fact is not None and not isinstance(fact, facts.Num)) or self.stores:
            return False
        definition = self.builder.definition(atom)
        if definition is None or definition.function in VIEWS:
            return True
        held = [*self.state.values.values(), *self.state.heap.values()]
        return sum(atom in _atoms(value) for value in held) > 1

    def not_stored(self: Machine, reason: str = "what is changed in place is not an array that is held") -> Exception:
        """What is raised at a store into something that is not known to be an array of the program's own."""
        if not self.stores:
            return StoresNeeded()
        return self.refuse(reason, "give it a name first")

    def put_attribute(self: Machine, owner: Value, name: str, value: Value) -> None:
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
        if is_data_descriptor(held) or isinstance(in_class(cell.cls, "__setattr__"), FunctionType):
            raise self.refuse(f"{cell.cls.__name__} has a way of its own to set {name}", "make a new object instead")
        self.state.heap[owner.cell] = cell.put(name, self.hold(value))

    def do_Augment(self: Machine, stmt: sx.Augment) -> None:
        function = AUGMENTED[stmt.function]
        match stmt.target:
            case sx.Name():
                before = self.expr(stmt.target)
                self.assign_name(
                    stmt.target.id, self.augmented(function, before, self.expr(stmt.value))
                )
            case sx.Subscript():
                owner, index = self.expr(stmt.target.value), self.expr(stmt.target.index)
                if isinstance(owner, Array):
                    self.change_item(owner, index, function, lambda: self.expr(stmt.value))
                    return
                if self.is_array_choice(owner):
                    change = self.expr(stmt.value)
                    self.on_choice(owner, lambda array: self.change_item(array, index, function, lambda: change))
                    return
                if not isinstance(owner, Ref):
                    raise self.not_stored()
                before = self.subscript(owner, index)
                self.put_item(owner, index, self.changed(function, before, self.expr(stmt.value)))
            case sx.Attribute():
                owner = self.expr(stmt.target.value)
                before = self.attribute(owner, stmt.target.attr)
                after = self.changed(function, before, self.expr(stmt.value))
                if after is before and not isinstance(owner, Ref):
                    return  # an array, changed in place, of an object that stays as it is
                with self.evaluating(stmt.target):
                    self.put_attribute(owner, stmt.target.attr, after)

    def changed(self: Machine, function: Any, before: Value, change: Value) -> Value:
        """`before op= change`, for an item or an attribute: an array stays the same array."""
        if isinstance(before, Array) or self.is_array_choice(before):
            self.on_choice(before, lambda array: self.change(array, function, change))
            return before
        if isinstance(before, ir.Var) and self.may_change(before):
            raise self.not_stored()
        return self.operation(function, [before, change])

    def augmented(self: Machine, function: Any, before: Value, change: Value) -> Value:
        """`before op= change`: a new number, a longer list, or the array, changed in place."""
        if isinstance(before, Ref) and isinstance(self.cell(before), (ListCell, DynamicCell)):
            if function is operator.add:
                self.call_method(before, "extend", [change])
                return before
            raise self.refuse("a list is changed in place", "write xs = xs * n")
        if isinstance(before, Array) or self.is_array_choice(before):
            self.on_choice(before, lambda array: self.change(array, function, change))
            return before
        if isinstance(before, ir.Var) and self.may_change(before):
            raise self.not_stored()
        return self.operation(function, [before, change])

    def in_place_result(self: Machine, before: ir.Var, fact: facts.Num, result: Value) -> Value:
        """What an array holds after an operation in place: its shape and dtype stay."""
        after = self.builder.type_of(self.materialise(result))
        if (isinstance(after, facts.Num) and after.shape != fact.shape) or fact.shape is None:
            result = self.apply(np.broadcast_to, result, self.apply(np.shape, before))
        if (
            isinstance(after, facts.Num)
            and after.dtype is not None
            and fact.dtype is not None
            and after.dtype != fact.dtype
        ):
            if not np.can_cast(after.dtype, fact.dtype, "same_kind"):
                raise self.refuse(
                    f"an array of {fact.dtype} cannot be changed in place by {after.dtype}", "make it a float array"
                )
            from s2s_runtime import kernels

            result = self.apply(kernels.astype, result, ir.Const(fact.dtype))
        return result

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
        for arm in (then, other):
            self.state = before.copy()
            self.arms += 1
            try:
                with self.builder.block() as statements:
                    self.reached(arm)
            finally:
                self.arms -= 1
            arms.append((self.state, statements))
        (state_then, stmts_then), (state_other, stmts_other) = arms
        self.state, yields = self.merged([state_then, state_other], test, [stmts_then, stmts_other])
        results = tuple(name for name, _ in yields)
        blocks = [
            ir.Block(tuple(stmts), tuple(atoms[k] for _, atoms in yields))
            for k, stmts in enumerate((stmts_then, stmts_other))
        ]
        if stmts_then or stmts_other or results:
            self.builder.emit(ir.If(test, blocks[0], blocks[1], results, origin))

    # ------------------------------------------------------------------------------------------------ exceptions
    def do_Assert(self: Machine, stmt: sx.Assert) -> None:
        test = self.expr(stmt.test)
        if self.truth(test):
            return
        message = self.expr(stmt.message) if stmt.message is not None else ir.Const(None)
        self.builder.effect(containers.check, self.materialise(test), self.materialise(message))

    def do_Raise(self: Machine, stmt: sx.Raise) -> None:
        if stmt.exception is None:
            raise self.refuse("an exception is raised again", "name it")
        value = self.expr(stmt.exception)
        self.builder.emit(ir.Raise(self.materialise(value), self.builder.origin))
        self.state.dead = True

    def do_With(self: Machine, stmt: sx.With) -> None:
        (item, target), rest = stmt.items[0], stmt.items[1:]
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
        block = ir.Block(tuple(statements), tuple(atom for _, atom in yields))
        self.builder.emit(ir.With(definition, block, tuple(name for name, _ in yields), origin))

    def context(self: Machine, item: sx.Expr) -> ir.Apply | None:
        """`np.errstate(...)`: the context manager that changes no value."""
        if not isinstance(item, sx.Call) or self.expr(item.function) != ir.Const(np.errstate):
            return None
        named = tuple((name, self.materialise(self.expr(value))) for name, value in item.keywords if name is not None)
        return ir.Apply(np.errstate, (), named)

    def do_Try(self: Machine, stmt: sx.Try) -> None:
        """A try whose handlers do not read what its body may have left half done."""
        if stmt.final:
            raise self.refuse("`finally` is not supported", "write its statements behind the try")
        origin = self.builder.origin
        before = self.state
        self.state = before.copy()
        self.tries += 1
        try:
            with self.builder.block() as statements:
                self.block(stmt.body)
        finally:
            self.tries -= 1
        arms = [(self.state, statements)]
        kinds: list[ir.Atom] = []
        changed = set(assigned(stmt.body))
        for handler in stmt.handlers:
            self.state = before.copy()
            self.forget(changed)
            kinds.append(self.exceptions(handler))
            with self.builder.block() as inner:
                try:
                    self.block(handler.body)
                except Refused as error:
                    if "is read before it is assigned" in error.reason or "half done" in error.reason:
                        raise self.refuse(
                            "a handler reads what the try may have left half done", "assign it before the try", stmt
                        ) from None
                    raise
            arms.append((self.state, inner))
        self.state, yields = self.merged([state for state, _ in arms], None, [stmts for _, stmts in arms])
        blocks = [ir.Block(tuple(stmts), tuple(atoms[k] for _, atoms in yields)) for k, (_, stmts) in enumerate(arms)]
        handlers = tuple(zip(kinds, blocks[1:], strict=True))
        self.builder.emit(ir.Try(blocks[0], handlers, tuple(name for name, _ in yields), origin))

    def forget(self: Machine, names: set[str]) -> None:
        """What a try may have changed is not known in its handlers."""
        from s2s.specialise.values import Poison

        for name in names:
            owner = self.owner(name, self.frames[-1])
            if owner is not None and "@" not in name:  # once a flag of ours is set, nothing is left that could fail
                self.state.values[("var", owner.serial, name)] = Poison("{name} may be half done when the try fails")

    def exceptions(self: Machine, handler: sx.Handler) -> ir.Atom:
        if handler.name and any(_reads(stmt, handler.name) for stmt in handler.body):
            raise self.refuse("the exception itself is used by its handler", "handle it without its name")
        if handler.exception is None:
            return ir.Const(Exception)
        return self.materialise(self.expr(handler.exception))


def _atoms(value: Any) -> list[Any]:
    """The atoms that a value or a cell holds itself."""
    return [value, getattr(value, "atom", None), *getattr(value, "items", ())]


def _reads(stmt: sx.Statement, name: str) -> bool:
    from s2s.specialise.scope import expressions, subexpressions, walk

    return any(
        isinstance(node, sx.Name) and node.id == name
        for inner in walk([stmt])
        for expr in expressions(inner)
        for node in subexpressions(expr)
    )
