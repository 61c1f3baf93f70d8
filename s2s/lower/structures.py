"""Which names hold None or several values that can be taken apart: what flows from tuples and records, and lists of these.

In: a program and its subroutines.  Out: the names, and into what each is taken apart.  A name that is used in another way than `apart.py`
knows of stays, and so do all that it belongs to.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from s2s import facts, ir
from s2s.define import LEFT_OUT
from s2s.emit.owners import moves, walk
from s2s.lower.copies import Halves
from s2s.subroutine import called
from s2s_runtime import containers, projection, tree

NONE = ir.Const(None)
OF_FIRST: set[Any] = {containers.append, containers.drop_last, containers.add_item, containers.add_field, tree.copy, projection.like}
"""Functions that give what is of the kind of their first argument."""


@dataclass(frozen=True)
class Structure:
    """What a name is taken apart into: the class of what it holds, and the keys of the parts."""

    kind: Any
    keys: tuple[Any, ...]

    def place(self, key: ir.Atom) -> int | None:
        if not isinstance(key, ir.Const) or isinstance(key.value, slice):
            return None
        if type(key.value) is int and issubclass(self.kind, tuple):
            return key.value % len(self.keys) if -len(self.keys) <= key.value < len(self.keys) else None
        return self.keys.index(key.value) if key.value in self.keys and type(key.value) is str else None


def structure_of(atom: ir.Atom) -> Structure | None:
    """The structure of a tuple or a record that is written out."""
    if not isinstance(atom, ir.Pack) or atom.kind in (list, dict, slice, set) or not isinstance(atom.kind, type):
        return None
    fields = getattr(atom.kind, "_fields", range(len(atom.items)))
    return Structure(atom.kind, atom.keys or tuple(fields))


class Names:
    """Which names of a program can be taken apart: how many lists are around what each holds, and which belong together."""

    def __init__(self, function: ir.Function, halves: Sequence[Halves]) -> None:
        self.types, self.halves = function.types, halves
        self.bodies = [function.body, *(routine.body for routine in called(function.body))]
        self.flows = [flow for body in self.bodies for flow in moves(body)]
        self.lets = [stmt for body in self.bodies for stmt in walk(body) if isinstance(stmt, ir.Let)]
        loads = [load for half in halves for load in half.loads()]
        self.flows += [(let.target, item) for let, item in loads]
        self.loads = {id(let) for let, _ in loads}
        self.depths: dict[str, int] = {name: 0 for name, atom in self.flows if structure_of(atom) is not None}
        self.leaders: dict[str, str] = {}
        self.barred: set[str] = set()
        while self.grow():
            pass
        self.structures: dict[str, Structure] = {}
        for name, atom in self.flows:
            self.note_flow(name, atom)
        for let in self.lets:
            if id(let) not in self.loads:
                self.note(let)
        for body in self.bodies:
            self.bar_operands(body)

    def grow(self) -> bool:
        """Find names that are of the kind of those that are known; whether there are more."""
        before = len(self.depths)
        for name, atom in self.flows:
            if isinstance(atom, ir.Var):
                self.alike(name, atom.name)
        for let in self.lets:
            args = [arg.name if isinstance(arg, ir.Var) else "" for arg in let.value.args]
            if let.value.function in OF_FIRST or let.value.function in (tree.zeros_like, tree.add) or is_run(let):
                self.alike(let.target, args[0])
            if let.value.function is containers.append:
                self.alike(args[0], args[1], 1)
            elif let.value.function is operator.getitem and not is_run(let):
                known = self.depths.get(args[0])
                if known or (known is None and isinstance(self.types.get(args[0]), facts.Listing)):
                    self.alike(args[0], let.target, 1)
        return len(self.depths) > before

    def alike(self, one: str, other: str, deeper: int = 0) -> None:
        """One name holds what another one does, or a list of it."""
        if not one or not other:
            return
        if one in self.depths and self.depths[one] >= deeper:
            self.depths.setdefault(other, self.depths[one] - deeper)
        elif other in self.depths:
            self.depths.setdefault(one, self.depths[other] + deeper)
        if one in self.depths and other in self.depths:
            if self.depths[one] != self.depths[other] + deeper:
                self.bar(one, other)
            first, second = self.leader(one), self.leader(other)
            if first != second:
                self.leaders[second] = first

    def leader(self, name: str) -> str:
        while name in self.leaders:
            name = self.leaders[name]
        return name

    def note_flow(self, name: str, atom: ir.Atom) -> None:
        """What flows into a name: something of its kind, or it stays as it is."""
        if isinstance(atom, ir.Var):
            if (name in self.depths) != (atom.name in self.depths):
                self.bar(name, atom.name)
            return
        if name not in self.depths:
            self.bar(*ir.variables(atom))
            return
        if self.depths[name]:
            if not is_empty_list(atom) and atom != ir.UNDEFINED and atom is not LEFT_OUT:
                self.bar(name, *ir.variables(atom))
            return
        found = structure_of(atom)
        self.bar(*ir.variables(atom))
        if found is not None:
            self.note_structure(name, found)
        elif atom not in (NONE, ir.UNDEFINED):
            self.bar(name)

    def note(self, let: ir.Let) -> None:
        """What a statement does with such names."""
        function, args, target = let.value.function, let.value.args, let.target
        names = [arg.name if isinstance(arg, ir.Var) else "" for arg in args]
        first = self.depths.get(names[0]) if names else None
        rest = {name for arg in (*args[1:], *(value for _, value in let.value.kwargs)) for name in ir.variables(arg)}
        taken: set[str] = set()
        match function:
            case operator.is_ | operator.is_not if first == 0 and args[1] == NONE:
                taken = {names[0]}
            case operator.getitem if first is not None and not rest & set(self.depths):
                taken = {names[0]} if first or not is_run(let) else taken
            case _ if function is getattr and first == 0:
                taken = {names[0]}
            case _ if function is len and first:
                taken = {names[0]}
            case containers.append if first and names[1] in self.depths:
                taken = {names[0], names[1], target}
            case containers.append if first and (args[1] in (NONE, ir.UNDEFINED) or structure_of(args[1]) is not None):
                self.note_item(names[0], args[1])
                taken = {names[0], target}
            case tree.add | projection.like if names[1] in self.depths and first is not None:
                taken = {names[0], names[1], target}
            case containers.add_item | containers.add_field if first == 0 and len(args) == 3 and not rest & set(self.depths):
                taken = {names[0], target}
            case tree.copy | containers.drop_last if first is not None:
                taken = {names[0], target}
            case tree.zeros_like if first == 0:
                taken = {names[0], target}
        if function is operator.getitem and first:
            taken.add(target)
        self.bar(*({target, *ir.reads(let.value)} - taken))

    def note_item(self, name: str, item: ir.Atom) -> None:
        """A tuple that is appended to a list."""
        found = structure_of(item)
        if found is not None and self.depths[name] == 1:
            self.note_structure(name, found)
        elif found is not None:
            self.bar(name)

    def note_structure(self, name: str, found: Structure) -> None:
        """All that belongs together has one structure."""
        if self.structures.setdefault(self.leader(name), found) != found:
            self.bar(name)

    def bar_operands(self, body: ir.Block) -> None:
        """Names that statements read otherwise: tests, bounds, what a function gives but to its other half."""
        kept = {id(half.items) for half in self.halves}
        for stmt in walk(body):
            if isinstance(stmt, (ir.If, ir.Raise, ir.Try)):
                self.bar(*(name for atom in ir.operands(stmt) for name in ir.variables(atom)))
            if isinstance(stmt, ir.Try):
                self.bar(*ir.binds(stmt), *ir.free(ir.Block((stmt,))))
            elif isinstance(stmt, ir.For):
                self.bar(*(name for atom in stmt.bounds for name in ir.variables(atom)))
            elif isinstance(stmt, ir.While):
                self.bar(*(name for atom in stmt.test.yields for name in ir.variables(atom)))
            if isinstance(stmt, (ir.For, ir.While)):
                self.bar(*(name for atom in stmt.body.yields[: stmt.stops] for name in ir.variables(atom)))
                self.bar(*(stmt.carried if stmt.slots is not None else ()))
        for atom in body.yields:
            parts = atom.items if isinstance(atom, ir.Pack) else (atom,)
            self.bar(*(name for part in parts if id(getattr(part, "items", None)) not in kept for name in ir.variables(part)))

    def bar(self, *names: str) -> None:
        self.barred.update(name for name in names if name in self.depths)

    def found(self) -> dict[str, Structure]:
        """The names that are taken apart, and into what."""
        barred = {self.leader(name) for name in self.barred}
        pairs = [(name, self.leader(name)) for name in self.depths]
        return {name: self.structures[lead] for name, lead in pairs if lead not in barred and lead in self.structures}


def is_run(let: ir.Let) -> bool:
    return let.value.function is operator.getitem and ir.slice_parts(let.value.args[1]) is not None


def is_empty_list(atom: ir.Atom) -> bool:
    return (isinstance(atom, ir.Pack) and atom.kind is list and not atom.items) or (isinstance(atom, ir.Const) and atom.value == [])
