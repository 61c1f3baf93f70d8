"""Expressions on abstract values: one method per kind of expression.

In: syntax and the state.  Out: abstract values; what cannot be known is written to the builder.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s import syntax as sx
from s2s.primitives import BINARY_SYMBOLS, both, either
from s2s.specialise.access import step
from s2s.specialise.array_arguments import operands_with_arrays
from s2s.specialise.atoms import Atoms
from s2s.specialise.attributes import Attributes
from s2s.specialise.displays import Displays
from s2s.specialise.raising import Endless
from s2s.specialise.scope import MISSING, lookup
from s2s.specialise.subscripts import Subscripts
from s2s.specialise.values import (
    Bound,
    Closure,
    DictCell,
    DynamicCell,
    Frame,
    ListCell,
    Poison,
    Ref,
    Seq,
    Value,
    is_atom,
)
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

CHEAP = {
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne, operator.is_, operator.is_not, operator.not_,
    operator.add, operator.sub, operator.mul, operator.neg, len, np.shape,
}  # fmt: skip


class Expressions(Attributes, Subscripts, Atoms, Displays):
    """What the Machine knows of expressions."""

    def expr(self: Machine, node: sx.Expr) -> Value:
        """The value of an expression."""
        method = getattr(self, f"expr_{type(node).__name__}")
        if self.frames[-1].trusted:  # a refusal points at the user's text
            return method(node)  # type: ignore[no-any-return]
        origin = self.builder.origin
        if isinstance(node, (sx.Call, sx.Operation)) and origin is not None:
            origin = origin.at(node.span)
        before = self.node, self.builder.origin
        self.node, self.builder.origin = node, origin
        try:
            return method(node)  # type: ignore[no-any-return]
        finally:
            self.node, self.builder.origin = before

    def expr_Unsupported(self: Machine, node: sx.Unsupported) -> Value:
        raise self.refuse(node.reason, node.hint)

    def expr_Literal(self: Machine, node: sx.Literal) -> Value:
        return ir.Const(node.value)

    # --------------------------------------------------------------------------------------------------- names
    def expr_Name(self: Machine, node: sx.Name) -> Value:
        return self.read(node.id, self.frames[-1])

    def read(self: Machine, name: str, frame: Frame) -> Value:
        """The value of a name, in its frame or around it."""
        owner = self.owner(name, frame)
        if owner is not None:
            value = self.state.values.get(("var", owner.serial, name), ir.UNDEFINED)
            if isinstance(value, Poison):
                raise self.refuse(value.reason.format(name=name), "bind it on every path to the same kind of thing")
            if value == ir.UNDEFINED and not self.state.dead:
                raise self.refuse(f"{name} is read before it is assigned", "assign it first")
            return self.taken_up(value)
        root = frame
        while root.parent is not None:
            root = root.parent
        found = lookup(root.function, name)
        if found is MISSING:
            raise self.refuse(
                f"the name {name} is not defined", "define or import it before the function is differentiated"
            )
        if root.trusted and not callable(found):
            return ir.Const(found)
        owner = self.path(root.function)
        return self.lift(found, name, step(owner, lookup, name), ("name", id(root.function), name))

    def owner(self: Machine, name: str, frame: Frame | None) -> Frame | None:
        """The frame that a variable lives in; None for what is outside the program."""
        while frame is not None:
            if name in frame.local:
                return frame
            frame = frame.parent
        return None

    # ------------------------------------------------------------------------------------------------- operators
    def expr_Operation(self: Machine, node: sx.Operation) -> Value:
        operands = [self.expr(operand) for operand in node.operands]
        if node.function is operator.not_:
            return self.negated(operands[0])
        return self.operation(node.function, operands)

    def negated(self: Machine, value: Value) -> Value:
        """`not value`."""
        known = self.truth(value)
        return ir.Const(not known) if known is not None else self.apply(operator.not_, value)

    def operation(self: Machine, function: Any, operands: list[Value]) -> Value:
        """An operator on any values: tuples and lists are joined, objects asked, numbers applied."""
        operands = [self.plain(operand) for operand in operands]
        for attempt in (self.object_operation, self.sequence_operation):
            result = attempt(function, operands)
            if result is not None:
                return result
        return self.apply(function, *operands_with_arrays(self, function, operands))

    def sequence_operation(self: Machine, function: Any, operands: list[Value]) -> Value | None:
        """`+` and `*` of tuples and lists, comparison of tuples."""
        if len(operands) != 2:
            return None
        left, right = operands
        if isinstance(left, Seq) and isinstance(right, Seq) and function is operator.add:
            return Seq(tuple, left.items + right.items)
        items, count = (left, right) if not is_atom(left) else (right, left)
        if function is operator.mul and isinstance(count, ir.Const) and type(count.value) is int:
            if isinstance(items, Seq):
                return Seq(tuple, items.items * count.value)
            if isinstance(items, Ref) and isinstance(cell := self.cell(items), ListCell):
                return self.allocate(ListCell(cell.items * count.value))
        if isinstance(left, Ref) and isinstance(right, Ref) and function is operator.add:
            a, b = self.cell(left), self.cell(right)
            if isinstance(a, ListCell) and isinstance(b, ListCell):
                return self.allocate(ListCell(a.items + b.items))
        if any(isinstance(v, Ref) and isinstance(self.cell(v), (ListCell, DynamicCell)) for v in operands):
            if function in (operator.add, operator.mul):
                return self.list_operation(function, left, right)
        return None

    def list_operation(self: Machine, function: Any, left: Value, right: Value) -> Value | None:
        """`xs + ys` and `xs * n` of lists whose length is not known; None if an array takes part."""
        if function is operator.add and not (isinstance(left, Ref) and isinstance(right, Ref)):
            return None
        if function is operator.add:
            return self.joined_lists(left, right)
        items, count = (left, right) if isinstance(left, Ref) else (right, left)
        assert isinstance(items, Ref)
        fact = self.builder.type_of(self.materialise(count))
        if isinstance(fact, facts.Num) and fact.weak and fact.dtype is not None and fact.dtype.kind == "i":
            whole = self.whole(items)
            repeated = self.builder.apply(containers.repeat, whole.atom, self.materialise(count))
            return self.same_items(items, repeated)
        return None

    def joined_lists(self: Machine, left: Ref, right: Ref) -> Value:
        """`xs + ys`: a new list of the items of both."""
        result = self.builder.apply(containers.extend, self.whole(left).atom, self.whole(right).atom)
        self.same_items(left, result)
        return self.same_items(right, result)

    def object_operation(self: Machine, function: Any, operands: list[Value]) -> Value | None:
        """An operator that a user's class defines."""
        for position, operand in enumerate(operands):
            cls = self.user_class(operand)
            if cls is None:
                continue
            name = SPECIAL_METHODS.get(function)
            if name is None:
                continue
            method = self.of_class(cls, name if position == 0 else f"__r{name[2:]}")
            if method is not None and hasattr(method, "__code__"):
                return self.call(ir.Const(method), [operand, *(o for k, o in enumerate(operands) if k != position)], {})
        return None

    def expr_Compare(self: Machine, node: sx.Compare) -> Value:
        left = self.expr(node.first)
        result: Value | None = None
        for function, operand in node.links:
            if result is not None:
                return self._chain(node, left, result)
            right = self.expr(operand)
            result = self.compare(function, left, right)
            left = right
        assert result is not None
        return result

    def _chain(self: Machine, node: sx.Compare, left: Value, first: Value) -> Value:
        """The second and further links of a chain, evaluated only if the first holds."""
        rest = sx.Compare(HELD, node.links[1:], span=node.span)
        key = ("held", self.number(), "")
        self.state.values[key] = left
        self.held.append(key)
        try:
            return self.logic(True, first, lambda: self.expr(rest))
        finally:
            self.held.pop()
            self.state.values.pop(key, None)

    def expr_Held(self: Machine, node: Any) -> Value:
        return self.state.values[self.held[-1]]

    def compare(self: Machine, function: Any, left: Value, right: Value) -> Value:
        if function in (operator.is_, operator.is_not):
            return self.is_or_not(function, left, right)
        if getattr(function, "__name__", "") in ("contains", "lacks"):
            return self.membership(function, left, right)
        if function in (operator.eq, operator.ne) and self.by_identity(left) and self.by_identity(right):
            return self.is_or_not(operator.is_ if function is operator.eq else operator.is_not, left, right)
        defined = self.object_operation(function, [left, right])
        if defined is not None:
            return defined
        if isinstance(left, Seq) and isinstance(right, Seq) and function in (operator.eq, operator.ne):
            return self.compare_tuples(function, left, right)
        return self.operation(function, [left, right])

    def compare_tuples(self: Machine, function: Any, left: Seq, right: Seq) -> Value:
        equal: Value = ir.Const(len(left.items) == len(right.items))
        for a, b in zip(left.items, right.items, strict=False):
            equal = self.logic(True, equal, lambda a=a, b=b: self.compare(operator.eq, a, b))
        return equal if function is operator.eq else self.apply(operator.not_, equal)

    def membership(self: Machine, function: Any, item: Value, container: Value) -> Value:
        negated = function.__name__ == "lacks"
        keys = self.static_keys(container)
        if keys is not None and isinstance(item, ir.Const):
            return ir.Const((item.value in keys) != negated)
        if self.by_identity(item) and self.user_class(container) is None:
            found = self.is_among(item, container)
            return self.negated(found) if negated else found
        return self.apply(function, item, container)

    def static_keys(self: Machine, container: Value) -> list[Any] | None:
        """The keys or items of a container, if all are known."""
        if isinstance(container, Ref) and isinstance(cell := self.cell(container), DictCell):
            return list(cell.keys)
        items = self.static_items(container)
        if items is not None and all(isinstance(item, ir.Const) for item in items):
            return [item.value for item in items]  # type: ignore[union-attr]
        if isinstance(container, ir.Const) and isinstance(container.value, (str, tuple, frozenset)):
            return list(container.value)
        return None

    # ----------------------------------------------------------------------------------------------------- logic
    def expr_Logic(self: Machine, node: sx.Logic) -> Value:
        result = self.expr(node.operands[0])
        for operand in node.operands[1:]:
            result = self.logic(node.conjunction, result, lambda operand=operand: self.expr(operand))
        return result

    def logic(self: Machine, conjunction: bool, first: Value, rest: Any) -> Value:
        """`first and rest()`: the rest is evaluated only if it decides."""
        known = self.truth(first)
        if known is not None:
            return rest() if known == conjunction else first
        test = self.materialise(first)
        before = self.state.copy()
        second: Value = ir.UNDEFINED
        with self.builder.block() as statements:
            try:
                second = rest()
            except Endless:
                self.state.dead = True
        cheap = all(isinstance(s, ir.Let) and s.value.function in CHEAP for s in statements)
        if (
            cheap
            and self.is_test(test)
            and self.is_test(second)
            and not self.state.dead
            and self.state.values == before.values
        ):
            for stmt in statements:
                self.builder.emit(stmt)
            return self.apply(both if conjunction else either, test, second)
        self.state = before
        if conjunction:
            return self.branch(test, rest, lambda: first)
        return self.branch(test, lambda: first, rest)

    def is_test(self: Machine, value: Value) -> bool:
        """Whether a value is a Python or NumPy boolean."""
        fact = self.builder.type_of(value) if is_atom(value) else None  # type: ignore[arg-type]
        return isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind == "b"

    def expr_Choice(self: Machine, node: sx.Choice) -> Value:
        test = self.expr(node.test)
        known = self.truth(test)
        if known is not None:
            return self.expr(node.then if known else node.other)
        return self.branch(self.materialise(test), lambda: self.expr(node.then), lambda: self.expr(node.other))

    def truth(self: Machine, value: Value) -> bool | None:
        """The truth of a value, where it is known."""
        match value:
            case ir.Const():
                return bool(value.value) if value is not ir.UNDEFINED else None
            case Seq():
                return bool(value.items)
            case Ref():
                cell = self.cell(value)
                return bool(cell.items) if isinstance(cell, (ListCell, DictCell)) else None
            case Closure() | Bound():
                return True
        return None

    def expr_Walrus(self: Machine, node: sx.Walrus) -> Value:
        value = self.hold(self.expr(node.value))
        self.bind(node.target, value)
        return value


HELD: Any = type("Held", (), {"span": None})()
SPECIAL_METHODS = {
    function: f"__{function.__name__.rstrip('_')}__" for function in (*BINARY_SYMBOLS, operator.neg, operator.pos, operator.invert)
}  # fmt: skip
