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
from dataclasses import replace
from typing import Any

from s2s import facts, ir
from s2s.builder import constant_type
from s2s.define import LEFT_OUT
from s2s.lower.copies import Halves, as_function
from s2s.lower.counting import newest
from s2s.lower.structures import NONE, Names, Structure, structure_of
from s2s.subroutine import called
from s2s_runtime import containers, projection, tree


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
        args, target = stmt.value.args, stmt.target
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
