"""The operands of a call: which of its arguments are recorded, where they stand, and what all of them are.

In: a tape, arguments.  Out: `Operands`.  A plain array that might be changed later is copied: the way back may read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s_runtime.tape.core import Selected
from s2s_runtime.tape.variable import Variable, variables

if TYPE_CHECKING:
    from s2s_runtime.tape.tape import Tape

Place = tuple[Any, ...]
"""Where an operand stands: the position or the name of the argument, and the positions in the lists in it."""


@dataclass(slots=True)
class Operands:
    """The values of all arguments, and the variables among them: their nodes, values and places, and whether they have cotangents.

    `outer`: some value is recorded on another tape.
    """

    args: list[Any]
    options: dict[str, Any]
    variables: list[Variable]
    numbers: list[int]
    values: list[Any]
    places: list[Place]
    moving: list[bool]
    outer: bool = False


def taken(tape: Tape, args: tuple[Any, ...], options: dict[str, Any]) -> Operands:
    """The operands of a call on a tape."""
    found = Operands([], {}, [], [], [], [], [])
    for position, arg in enumerate(args):
        found.args.append(arg if type(arg) is float else _value(tape, arg, (position,), found))
    for name, option in options.items():
        found.options[name] = _value(tape, option, (name,), found)
    return found


def _value(tape: Tape, arg: Any, place: Place, found: Operands) -> Any:
    kind = type(arg)
    if kind is Variable:
        value = arg
        if arg.tape is tape:
            number = arg.number
            node = tape.record.nodes[number]
            value = node.value
            found.moving.append(node.requires_grad)
            found.variables.append(arg)
            found.numbers.append(number)
            found.values.append(value)
            found.places.append(place)
        if type(value) is Variable:
            found.outer = True
        return value
    if kind is np.ndarray:
        return arg.copy(order="K") if arg.flags.writeable else arg
    if isinstance(arg, (list, tuple)):
        parts = [_value(tape, part, (*place, k), found) for k, part in enumerate(arg)]
        return kind(parts) if kind in (list, tuple) else kind(*parts)
    if kind is slice and any(variables(arg)):
        return slice(*(part.value if type(part) is Variable else part for part in (arg.start, arg.stop, arg.step)))
    return arg


@dataclass(frozen=True, slots=True)
class Part:
    """One of several results of a call: linear, its adjoint puts a cotangent among zeros."""

    position: int
    count: int
    kind: Any

    def pull(self, g: Any, result: Any) -> Sequence[Any]:
        g = g.g if type(g) is Selected else g
        parts = [g if k == self.position else None for k in range(self.count)]
        return [self.kind(parts) if self.kind in (list, tuple) else self.kind(*parts)]

    def push(self, tangents: Sequence[Any], result: Any) -> Any:
        return tangents[0][self.position]

    def without(self) -> Part:
        return self

    def on(self, operands: Sequence[Any]) -> tuple[Any, Part]:
        return operands[0][self.position], self

    def lines(self, name: str, operands: Sequence[str], writer: Any) -> list[str]:
        return [f"{name} = {operands[0]}[{self.position}]"]


def part_of(value: Any, position: int) -> Part:
    return Part(position, len(value), type(value))


def at(args: Any, options: Any, place: Place) -> Any:
    """What stands in a place."""
    first, *rest = place
    found = options[first] if isinstance(first, str) else args[first]
    for step in rest:
        found = found[step]
    return found


__all__ = ["Operands", "Part", "Place", "at", "part_of", "taken"]
