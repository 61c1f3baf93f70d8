"""Names that hold None or several values, part by part: whether there is something, and each of the values.

    best = None                                         has_best = False
    for k in range(n):                                  for k in range(n):
        if best is None or e[k] < best[0]:      =>          if not has_best or e[k] < best_0:
            best = (e[k], k)                                    has_best, best_0, best_1 = True, e[k], k
        best_saved.append(best)                             best_saved_0.append(best_0) ...

In: a function, and pairs of subroutines of which one keeps what the other reads.  Out: the function with a name for each part of what
flows from tuples and records, and of lists of these; what is read of None raises TypeError, as in Python.  Names that are used in another
way stay.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from s2s import facts, ir
from s2s.builder import constant_type
from s2s.define import LEFT_OUT
from s2s.emit.owners import moves, walk
from s2s.lower.copies import Halves, as_function
from s2s.lower.counting import newest
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
            elif let.value.function is operator.getitem and not is_run(let) and self.depths.get(args[0], 1 if let.target in self.depths else 0):
                if args[0] in self.depths or isinstance(self.types.get(args[0]), facts.Listing):
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
        if found is None and atom not in (NONE, ir.UNDEFINED):
            self.bar(name)
        elif found is not None and self.structures.setdefault(self.leader(name), found) != found:
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
            case tree.zeros_like | tree.copy | containers.drop_last if first is not None and (first == 0 or function is not tree.zeros_like):
                taken = {names[0], target}
        if function is operator.getitem and first:
            taken.add(target)
        self.bar(*({target, *ir.reads(let.value)} - taken))

    def note_item(self, name: str, item: ir.Atom) -> None:
        found = structure_of(item)
        if found is not None and (self.depths[name] != 1 or self.structures.setdefault(self.leader(name), found) != found):
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
        return {name: self.structures[lead] for name in self.depths if (lead := self.leader(name)) not in barred and lead in self.structures}


def is_run(let: ir.Let) -> bool:
    return let.value.function is operator.getitem and ir.slice_parts(let.value.args[1]) is not None


def is_empty_list(atom: ir.Atom) -> bool:
    return (isinstance(atom, ir.Pack) and atom.kind is list and not atom.items) or (isinstance(atom, ir.Const) and atom.value == [])


def taken_apart(function: ir.Function, halves: Sequence[Halves]) -> ir.Function:
    """The function, and the subroutines that it calls, with a name for each part; as it is, where there is nothing to take apart."""
    names = Names(function, halves)
    found = names.found()
    return Apart(function, halves, names, found).function() if found else function


class Apart:
    """One program being taken apart."""

    def __init__(self, function: ir.Function, halves: Sequence[Halves], names: Names, found: Mapping[str, Structure]) -> None:
        self.whole, self.halves, self.names, self.found = function, halves, names, found
        self.types, self.hints, self.newest = dict(function.types), dict(function.hints), self.first_number()
        self.same: dict[str, ir.Atom] = {}
        self.bars = self.cotangents()
        self.out: list[ir.Stmt] = []
        self.optional = {names.leader(name) for name, atom in names.flows if atom == NONE and atom is not LEFT_OUT and name in found}
        self.parts: dict[str, tuple[str, ...]] = {}
        kinds = self.kinds()
        for name, structure in found.items():
            word = self.hints.get(name, "")
            words = [f"has_{word}", *(f"{word}_{key}" for key in structure.keys)] if word else [""] * (len(structure.keys) + 1)
            facts_of_parts = [facts.BOOL, *self.own_kinds(name, kinds[names.leader(name)])]
            self.parts[name] = tuple([self.name(*pair, names.depths[name]) for pair in zip(words, facts_of_parts, strict=True)])

    def first_number(self) -> int:
        return max(newest(self.whole), *(newest(as_function(self.whole, routine)) for routine in called(self.whole.body)), 0)

    def name(self, hint: str, fact: facts.Type | None, depth: int = 0) -> str:
        self.newest += 1
        name = f"#{self.newest}"
        for _ in range(depth):
            fact = facts.Listing(fact)
        if fact is not None:
            self.types[name] = fact
        if hint:
            self.hints[name] = hint
        return name

    # ----------------------------------------------------------------------------------------------------------- kinds
    def cotangents(self) -> set[str]:
        """The names that hold cotangents of what is taken apart."""
        makers = {tree.zeros_like, tree.add, containers.add_item, containers.add_field, projection.like}
        found = {let.target for let in self.names.lets if let.value.function in makers and let.target in self.found}
        while True:
            more = {name for name, atom in self.names.flows if isinstance(atom, ir.Var) and atom.name in found and name in self.found}
            if more <= found:
                return found
            found |= more

    def kinds(self) -> dict[str, list[facts.Type | None]]:
        """What is known of the parts of names that belong together."""
        found: dict[str, list[list[ir.Atom]]] = {}
        packs = [(name, atom) for name, atom in self.names.flows if name in self.found and structure_of(atom) is not None]
        packs += [
            (let.target, let.value.args[1]) for let in self.names.lets
            if let.target in self.found and let.value.function is containers.append and structure_of(let.value.args[1]) is not None
        ]  # fmt: skip
        for name, pack in packs:
            found.setdefault(self.names.leader(name), []).append(list(pack.items))  # type: ignore[union-attr]
        return {lead: [self.joined(items) for items in zip(*rows, strict=True)] for lead, rows in found.items()}

    def joined(self, items: Sequence[ir.Atom]) -> facts.Type | None:
        """What is known of something that is one of several atoms."""
        kinds = [self.types.get(item.name) if isinstance(item, ir.Var) else constant_type(getattr(item, "value", None)) for item in items]
        found: facts.Type | None = facts.Nothing()
        for kind in kinds:
            found = None if found is None or kind is None else facts.join(found, kind)
        return found

    def own_kinds(self, name: str, kinds: Sequence[facts.Type | None]) -> list[facts.Type | None]:
        """What is known of the parts of one name: values, or cotangents of values."""
        if name not in self.bars:
            return list(kinds)
        number = [isinstance(kind, facts.Num) and kind.shape == () and kind.inexact is not False for kind in kinds]
        return [facts.as_cotangent(kind) if one else kind for kind, one in zip(kinds, number, strict=True)]  # type: ignore[arg-type]

    # ---------------------------------------------------------------------------------------------------------- blocks
    def function(self) -> ir.Function:
        body = self.block(self.whole.body, ())
        for routine in called(self.whole.body):
            routine.body = self.block(routine.body, ())
        for half in self.halves:
            half.keep(tuple([atom for item in half.items for atom in self.kept(item)]))
        return replace(self.whole, body=body, types=self.types, hints=self.hints)

    def kept(self, item: ir.Atom) -> list[ir.Atom]:
        """What is kept of an item: all of its parts."""
        if isinstance(item, ir.Var) and item.name in self.parts:
            return [ir.Var(part) for part in self.parts[item.name]]
        return [self.atom(item)]

    def block(self, block: ir.Block, names: Sequence[str]) -> ir.Block:
        before, self.out = self.out, []
        for stmt in block.statements:
            self.statement(stmt)
        first = len(block.yields) - len(names)
        yields = [self.atom(atom) for atom in block.yields[:first]] + self.flowing(names, block.yields[first:])
        statements, self.out = tuple(self.out), before
        return ir.Block(statements, tuple(yields))

    def statement(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Let():
                self.let(stmt)
            case ir.If():
                then, other = (self.block(one, stmt.results) for one in ir.blocks(stmt))
                self.out.append(replace(stmt, test=self.atom(stmt.test), then=then, other=other, results=self.bound(stmt.results)))
            case ir.For() | ir.While():
                more: dict[str, Any] = {}
                if isinstance(stmt, ir.For):
                    more["bounds"] = tuple([self.atom(bound) for bound in stmt.bounds])
                else:
                    more["test"] = self.block(stmt.test, ())
                inits, body = tuple(self.flowing(stmt.carried, stmt.inits)), self.block(stmt.body, stmt.carried)
                carried, results = self.bound(stmt.carried), self.bound(stmt.results)
                self.out.append(replace(stmt, inits=inits, carried=carried, body=body, results=results, **more))
            case ir.With():
                body = self.block(stmt.body, stmt.results)
                self.out.append(replace(stmt, context=self.apply(stmt.context), body=body, results=self.bound(stmt.results)))
            case ir.Raise():
                self.out.append(replace(stmt, exception=self.atom(stmt.exception)))
            case _:
                self.out.append(stmt)

    def bound(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple([part for name in names for part in self.parts.get(name, (name,))])

    def flowing(self, names: Sequence[str], atoms: Sequence[ir.Atom]) -> list[ir.Atom]:
        """Atoms as what these names are bound to."""
        found: list[ir.Atom] = []
        for name, atom in zip(names, atoms, strict=True):
            found += self.apart(atom, name) if name in self.parts else [self.atom(atom)]
        return found

    def atom(self, atom: ir.Atom) -> ir.Atom:
        return ir.replace_atom(atom, lambda name: self.same.get(name, ir.Var(name)))

    def apply(self, application: ir.Apply) -> ir.Apply:
        return ir.replace_apply(application, lambda name: self.same.get(name, ir.Var(name)))

    def apart(self, atom: ir.Atom, name: str) -> list[ir.Atom]:
        """The parts of what flows into a name."""
        count = len(self.parts[name])
        if isinstance(atom, ir.Var):
            return [ir.Var(part) for part in self.parts[atom.name]]
        if self.names.depths[name]:
            return [LEFT_OUT if atom in (NONE, ir.UNDEFINED) else ir.Pack(list, ())] * count
        return self.of_item(atom, count)

    def of_item(self, atom: ir.Atom, count: int) -> list[ir.Atom]:
        """The parts of a tuple or of a record, of None, or of what is not there."""
        if isinstance(atom, ir.Var):
            return [ir.Var(part) for part in self.parts[atom.name]]
        if isinstance(atom, ir.Pack):
            return [ir.Const(True), *(self.atom(item) for item in atom.items)]
        return [ir.Const(False), *[LEFT_OUT] * (count - 1)]

    # ------------------------------------------------------------------------------------------------------ statements
    def let(self, stmt: ir.Let) -> None:
        function, args, target = stmt.value.function, stmt.value.args, stmt.target
        first = args[0].name if args and isinstance(args[0], ir.Var) else ""
        half = next((half for half in self.halves if first == half.second.parameters[0]), None)
        if half is not None:
            self.load(stmt, half)
        elif first in self.parts and target not in self.parts:
            self.read(stmt, first)
        elif target in self.parts:
            parts = list(self.parts[target])
            for k, part in enumerate(parts):
                value = self.of_part(stmt, k)
                if isinstance(value, ir.Var):
                    parts[k] = value.name
                else:
                    self.out.append(ir.Let(part, value, stmt.origin))
            self.parts[target] = tuple(parts)
        else:
            self.out.append(replace(stmt, value=self.apply(stmt.value)))

    def load(self, stmt: ir.Let, half: Halves) -> None:
        """A read of what the other half kept, where that is now."""
        at = stmt.value.args[1].value  # type: ignore[union-attr]
        place = sum(len(self.kept(item)) for item in half.items[:at])
        for k, part in enumerate(self.parts.get(stmt.target, (stmt.target,))):
            self.out.append(ir.Let(part, ir.Apply(operator.getitem, (stmt.value.args[0], ir.Const(place + k))), stmt.origin))

    def read(self, stmt: ir.Let, name: str) -> None:
        """What is asked of a name: whether it is None, a part, how many items."""
        function, parts = stmt.value.function, self.parts[name]
        flag = ir.Var(parts[0])
        if function is operator.is_not:
            self.same[stmt.target] = flag
        elif function is operator.is_:
            self.out.append(replace(stmt, value=ir.Apply(operator.not_, (flag,))))
        elif function is len:
            self.out.append(replace(stmt, value=ir.Apply(len, (flag,))))
        else:
            at = self.found[name].place(stmt.value.args[1])
            assert at is not None
            if self.names.leader(name) in self.optional and getattr(stmt.origin, "role", "") != "adjoint":
                self.demand(flag, AttributeError if function is getattr else TypeError, stmt.origin)
            self.same[stmt.target] = ir.Var(parts[at + 1])

    def demand(self, flag: ir.Atom, error: type[Exception], origin: ir.Origin | None) -> None:
        """Raise an error where there is nothing."""
        raised = self.name("", None)
        lets = (ir.Let(raised, ir.Apply(error, (ir.Const("None is read"),)), origin), ir.Raise(ir.Var(raised), origin))
        self.out.append(ir.If(flag, ir.Block(()), ir.Block(lets), (), origin))

    def of_part(self, stmt: ir.Let, k: int) -> ir.Apply | ir.Var:
        """What gives a part of what a statement gives; the name of one that is the same as before."""
        function, (first, *rest) = stmt.value.function, stmt.value.args
        own = ir.Var(self.parts[first.name][k])  # type: ignore[union-attr]
        count = len(self.parts[stmt.target])
        if function is operator.getitem:
            return ir.Apply(function, (own, self.atom(rest[0])))
        if function is containers.append:
            return ir.Apply(function, (own, self.of_item(rest[0], count)[k]))
        if function is containers.drop_last or function is tree.copy:
            return ir.Apply(function, (own,))
        kind = self.types.get(own.name)
        if k == 0 or (isinstance(kind, facts.Num) and kind.inexact is False):
            return own  # nothing is added to what carries no derivative
        if function is tree.zeros_like:
            return ir.Apply(function, (own,))
        if function in (tree.add, projection.like):
            return ir.Apply(function, (own, ir.Var(self.parts[rest[0].name][k])))  # type: ignore[union-attr]
        place = self.found[stmt.target].place(rest[0])
        return ir.Apply(tree.add, (own, self.atom(rest[1]))) if place == k - 1 else own
