"""Displays on abstract values: tuples, lists, dicts, sets, lambdas and f-strings.

In: syntax and the state.  Out: abstract values, item by item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s import syntax as sx
from s2s.specialise.values import Closure, DictCell, ListCell, Ref, Seq, Value
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class Displays:
    """What the Machine knows of displays."""

    def items(self: Machine, nodes: tuple[sx.Expr, ...]) -> tuple[Value, ...]:
        """The values of a display's items; a starred one must have a known structure."""
        found: list[Value] = []
        for node in nodes:
            if isinstance(node, sx.Starred):
                found.extend(self.unpacked(self.expr(node.value), node))
            else:
                found.append(self.expr(node))
        return tuple(found)

    def unpacked(self: Machine, value: Value, node: sx.Node | None = None) -> list[Value]:
        items = self.items_by_example(value)
        if items is None:
            raise self.refuse("the length of what is unpacked with * is not known", "index it, or loop over it", node)
        return items

    def expr_Display(self: Machine, node: sx.Display) -> Value:
        if node.kind is list and any(isinstance(item, sx.Starred) for item in node.items):
            return self.joined_list(node)
        items = self.items(node.items)
        if node.kind is list:
            return self.made(ListCell(tuple(self.into(item) for item in items)))
        if node.kind is set:
            if all(isinstance(item, ir.Const) for item in items):
                return ir.Const(frozenset(item.value for item in items))  # type: ignore[union-attr]
            raise self.refuse("a set holds values that carry a derivative", "use a list")
        return Seq(tuple, tuple(self.hold(item) for item in items))

    def joined_list(self: Machine, node: sx.Display) -> Value:
        """`[*xs, y]`."""
        result: Value = self.made(ListCell(()))
        for item in node.items:
            value = self.expr(item.value if isinstance(item, sx.Starred) else item)
            self.call_method(result, "extend" if isinstance(item, sx.Starred) else "append", [value])
        return result

    def expr_Starred(self: Machine, node: sx.Starred) -> Value:
        raise self.refuse("a starred expression cannot stand here", "unpack it into a tuple or a call")

    def expr_DictDisplay(self: Machine, node: sx.DictDisplay) -> Value:
        cell = DictCell((), ())
        for key_node, value_node in node.items:
            value = self.expr(value_node)
            if key_node is None:
                inner = self.cell(value) if isinstance(value, Ref) else None
                if not isinstance(inner, DictCell):
                    raise self.refuse(
                        "the keys of what is unpacked with ** are not known", "write the keys out", value_node
                    )
                for key, item in zip(inner.keys, inner.items, strict=True):
                    cell = cell.put(key, item)
                continue
            cell = cell.put(self.key(self.expr(key_node), key_node), self.into(value))
        return self.made(cell)

    def key(self: Machine, value: Value, node: sx.Node | None = None) -> Any:
        """A key of a dict, known now."""
        if isinstance(value, ir.Const):
            return value.value
        if isinstance(value, Seq):
            return tuple(self.key(item, node) for item in value.items)
        raise self.refuse("a key that is computed at run time", "use keys that are constants, or a list", node)

    def expr_Lambda(self: Machine, node: sx.Lambda) -> Value:
        return self.closure(node.function)

    def closure(self: Machine, function: sx.Function) -> Closure:
        frame = self.frames[-1]
        defaults = tuple((p.name, self.expr(p.default)) for p in function.parameters if p.default is not None)
        return Closure(function, frame, defaults)

    def expr_Format(self: Machine, node: sx.Format) -> Value:
        """An f-string: text, which carries no derivative."""
        parts: list[Value] = []
        for part in node.parts:
            if isinstance(part, str):
                parts.append(ir.Const(part))
                continue
            expression, conversion, spec = part
            value = self.expr(expression)
            if conversion:
                value = self.apply({"r": repr, "s": str, "a": ascii}[conversion], value)
            parts.append(self.apply(format, value, self.expr(spec) if spec is not None else ir.Const("")))
        return self.apply(containers.join_text, *parts)
