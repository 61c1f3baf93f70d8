"""What the methods of text do to abstract values: text carries no derivative, and what is known of it is computed now."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from s2s import ir
from s2s.specialise.attributes import Method
from s2s.specialise.handlers import BUILTINS
from s2s.specialise.values import ListCell, Seq, Value
from s2s_runtime import containers

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


def text_method(machine: Machine, function: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`"...".format(x)`, `name.upper()`: a method of text that is known."""
    return call_text(machine, ir.Const(function.__self__), function.__name__, args, kwargs)


def call_text(machine: Machine, owner: ir.Atom, name: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The result of a method of text, computed now if everything is known."""
    if name == "format" and isinstance(owner, ir.Const) and looks_into(owner.value):
        raise machine.refuse("a format that reads attributes or items", "read them before, and format what they are")
    atoms = [machine.materialise(arg) for arg in args]
    named = {key: machine.materialise(value) for key, value in kwargs.items()}
    if all(isinstance(atom, ir.Const) for atom in (owner, *atoms, *named.values())):
        known = {key: atom.value for key, atom in named.items()}  # type: ignore[union-attr]
        return known_value(machine, getattr(owner.value, name)(*[atom.value for atom in atoms], **known))  # type: ignore[union-attr]
    return machine.project(machine.builder.apply(containers.text_method, owner, ir.Const(name), *atoms, **named))


def looks_into(text: str) -> bool:
    """Whether a format reads attributes or items of what it is given: `"{0.size}"`."""
    try:
        return any(set(field or "") & set(".[") for _, field, _, _ in string.Formatter().parse(text))
    except ValueError:  # no format: that is said when it is used
        return False


def known_value(machine: Machine, value: Any) -> Value:
    """Text, or a list or tuple of texts, as an abstract value."""
    if isinstance(value, list):
        return machine.allocate(ListCell(tuple(ir.Const(item) for item in value)))
    return Seq(tuple, tuple(ir.Const(item) for item in value)) if isinstance(value, tuple) else ir.Const(value)


def _handler(name: str) -> Any:
    def handler(machine: Machine, owner: ir.Atom, *args: Value, **kwargs: Value) -> Value:
        return call_text(machine, owner, name, list(args), kwargs)

    return handler


BUILTINS.update({Method("text", name): _handler(name) for name in dir(str) if not name.startswith("_")})
