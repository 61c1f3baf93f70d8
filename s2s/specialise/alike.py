"""Calls of a function inside a call of it, with arguments of another kind each time: brought to one kind.

In: what a call is given, and the calls that are running.  Out: arguments of which less is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s2s import syntax as sx
from s2s.specialise.reaching import Walk, World
from s2s.specialise.twins import make_twins
from s2s.specialise.values import Array, ArrayCell, Frame, Ref, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

PARTED = "a function that calls itself changes an array of which it is given several views"


@dataclass(frozen=True)
class Callee:
    """A function that calls itself, for arguments of one kind."""

    syntax: sx.Function
    function: Any
    parent: Frame | None
    world: World
    kinds: tuple[Any, ...]


class Alike:
    """What the Machine knows of the calls of one function that are running."""

    def alike(self: Machine, callee: Callee) -> list[Callee]:
        """The calls of a function that are running, for other kinds of arguments."""
        who = callee.syntax, callee.function, callee.parent
        return [other for other in self.running if (other.syntax, other.function, other.parent) == who]

    def apart(self: Machine, values: dict[str, Value], walk: Walk, callee: Callee) -> dict[str, Value]:
        """Arguments that are several views of one array, which is reached in no other way: arrays that are only read."""
        views = [value for value in values.values() if isinstance(value, Array) and value.steps]
        several = [cell for cell, met in walk.met.items() if len(set(met)) > 1 and set(met) <= set(views)]
        if not several or not self.alike(callee):
            return values
        return {
            name: self.parted(value) if isinstance(value, Array) and value.cell in several else value
            for name, value in values.items()
        }

    def parted(self: Machine, view: Array) -> Array:
        """A view as an array of its own, which stands for the same memory."""
        copy = self.allocate(ArrayCell(self.content(view), None, PARTED, (view.cell,))).cell
        make_twins(view.cell, {copy}, self.state.heap)
        return Array(copy)

    def lengthened(self: Machine, walk: Walk, callee: Callee) -> bool:
        """Whether lists were found that are longer or shorter than in a call that is running: their length is not known, then."""
        found = False
        for other in self.alike(callee):
            for cell, mine, theirs in zip(walk.cells, callee.world.cells, other.world.cells, strict=False):
                head = mine.structure.head
                lists = head == theirs.structure.head and head[0] == "list" and not mine.frozen
                if lists and len(mine.structure.children) != len(theirs.structure.children):
                    self.state.heap[cell] = self.whole(Ref(cell))
                    found = True
        return found
