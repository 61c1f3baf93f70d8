"""Updates as text: in place where nobody else sees it, else into a copy.

In: a Let of a store, an append, an addition.  Out: its line.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.emit.expressions import POSTFIX
from s2s.primitives import KEYED
from s2s_runtime import containers, kernels

if TYPE_CHECKING:
    from s2s.emit.text import Writer

REBUILT = {containers.append, containers.extend, containers.drop_last, containers.drop_item, containers.insert_item,
           containers.swap}  # fmt: skip
"""Updates that are written as a new list, where the old one is needed still."""

AUGMENTED = {operator.add: "+=", operator.sub: "-=", operator.mul: "*=", operator.truediv: "/="}


class Updates:
    """What a Writer knows of updates."""

    def augmented(self: Writer, stmt: ir.Let, name: str) -> str | None:
        """`x += e`, for numbers, and for arrays that nobody else sees."""
        symbol = AUGMENTED.get(stmt.value.function)
        if symbol is None or len(stmt.value.args) != 2:
            return None
        left, right = stmt.value.args
        if not isinstance(left, ir.Var) or left.name in self.nested or self.identifier(left.name) != name:
            return None
        same = self.function.types.get(left.name), self.function.types.get(stmt.target)
        if not all(isinstance(fact, facts.Num) for fact in same):
            return None
        scalar = self.names.is_scalar(left.name) and self.names.is_scalar(stmt.target)
        array = same[0] == same[1] and same[0].dtype is not None and self.names.in_place(stmt.target, stmt.value)  # type: ignore[union-attr]
        return f"{name} {symbol} {self.expressions.atom(right)}" if scalar or array else None

    def update(self: Writer, stmt: ir.Let) -> None:
        """A store: in place where nobody else sees it, else into a copy."""
        function, args = stmt.value.function, stmt.value.args
        name, inside = self.identifier(stmt.target), function in KEYED and len(args) > 3
        sole = self.names.taken_over(stmt.target, stmt.value, alone=True)
        if not self.names.in_place(stmt.target, stmt.value):
            alone = self.names.taken_over(stmt.target, stmt.value)
            if alone and isinstance(args[0], ir.Var) and args[0].name not in self.nested:
                before = self.identifier(args[0].name)
                self.line(self.written(function, before, args, sole) + self.trailing(stmt), stmt.origin)
                self.line(f"{name} = {before}", stmt.origin)
                return
            rebuilt = function in REBUILT or inside
            if rebuilt or self.reads_itself(name, args) or self.names.may_be_number(args[0]):
                text, _ = self.expressions.apply(stmt.value)
                self.line(f"{name} = {text}", stmt.origin)
                return
            self.line(f"{name} = {self.expressions.atom(args[0]) if alone else self.copied(args[0])}", stmt.origin)
        self.line(self.written(function, name, args, sole) + self.trailing(stmt), stmt.origin)

    def reads_itself(self: Writer, name: str, args: tuple[ir.Atom, ...]) -> bool:
        """Whether the other operands read the variable that the copy would overwrite."""
        return any(self.identifier(n) == name for n in self.names.liveness.reads(args[1:]))

    def copied(self: Writer, atom: ir.Atom) -> str:
        if self.expressions.is_array(atom):
            return self.expressions.apply(ir.Apply(np.copy, (atom,)))[0]
        if isinstance(self.function.types.get(getattr(atom, "name", "")), facts.Listing):
            return f"{self.expressions.atom(atom, POSTFIX)}.copy()"
        return f"{self.expressions.reference(_copy())}({self.expressions.atom(atom)})"

    def written(self: Writer, function: Any, name: str, args: tuple[ir.Atom, ...], sole: bool) -> str:
        write = self.expressions.atom
        if function is containers.append:
            return f"{name}.append({write(args[1])})"
        if function is containers.extend:
            return f"{name}.extend({write(args[1])})"
        if function is containers.drop_last:
            return f"{name}.pop()"
        if function is containers.drop_item:
            return f"del {name}[{self.expressions.index(args[1])}]"
        if function is containers.swap:
            first, second = (f"{name}[{self.expressions.index(index)}]" for index in args[1:])
            return f"{first}, {second} = {second}, {first}"
        if function is containers.insert_item:
            return f"{name}.insert({write(args[1])}, {write(args[2])})"
        path = ir.index_parts(args[3]) if len(args) > 3 else ()
        if function in KEYED:
            path = tuple(ir.Pack(tuple, (ir.Const(operator.getitem), key)) for key in path)
        target = f"{self.along(name, path)}[{self.expressions.index(args[1])}]"
        if function in (containers.set_item, kernels.index_set):
            return f"{target} = {write(args[2])}"
        if function is kernels.index_add:
            if self.basic(args[1]):
                negated = self.nested.get(args[2].name) if isinstance(args[2], ir.Var) else None
                if negated is not None and negated.function is operator.neg:
                    return f"{target} -= {write(negated.args[0], 12)}"
                return f"{target} += {write(args[2])}"
            return f"np.add.at({self.along(name, path)}, {write(args[1])}, {write(args[2])})"
        return self.added(name, args, target, len(path), sole)

    def added(self: Writer, name: str, args: tuple[ir.Atom, ...], target: str, depth: int, sole: bool) -> str:
        """An addition to an item: of a list, or of a list or an array in it; the item may be held elsewhere if not `sole`."""
        write = self.expressions.atom
        fact = self.expressions.types.get(args[0].name) if isinstance(args[0], ir.Var) else None
        for _ in range(depth):
            fact = fact.item if isinstance(fact, facts.Listing) else None
        if depth and isinstance(fact, facts.Num) and fact.shape and self.basic(args[1]):
            return f"{target} += {write(args[2])}"
        if isinstance(fact, facts.Listing) and isinstance(fact.item, facts.Num) and ir.slice_parts(args[1]) is None:
            if fact.item.shape == () and sole:
                return f"{target} += {write(args[2])}"
            return f"{target} = {target} + {write(args[2])}"
        return f"{name} = {self.expressions.reference(containers.add_item)}({', '.join([name, *map(write, args[1:])])})"

    def along(self: Writer, name: str, path: tuple[ir.Atom, ...]) -> str:
        """The view of a variable that is stored into."""
        for step in path:
            function, *rest = ir.index_parts(step)
            assert isinstance(function, ir.Const)
            if function.value is operator.getitem:
                name = f"{name}[{self.expressions.index(rest[0])}]"
            elif function.value is np.transpose and not rest:
                name = f"{name}.T"
            elif function.value in (np.real, np.imag):
                name = f"{name}.{function.value.__name__}"
            else:
                inner = ", ".join([name, *(self.expressions.atom(arg) for arg in rest)])
                name = f"{self.expressions.reference(function.value)}({inner})"
        return name

    def basic(self: Writer, index: ir.Atom) -> bool:
        """Whether an index names each entry at most once: integers, slices, masks."""
        if isinstance(index, ir.Pack):
            return index.kind is slice or (index.kind is tuple and all(self.basic(item) for item in index.items))
        if isinstance(index, ir.Const):
            parts = index.value if isinstance(index.value, tuple) else (index.value,)
            return all(isinstance(part, (int, slice, type(None), type(Ellipsis))) for part in parts)
        fact = self.function.types.get(index.name)
        if not isinstance(fact, facts.Num) or fact.dtype is None:
            return False
        return fact.dtype.kind == "b" or fact.shape == ()


def _copy() -> Any:
    from s2s_runtime import tree

    return tree.copy
