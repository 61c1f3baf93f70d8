"""What every value is called in the text: names that are never alive together, and mean the same thing, share a variable.

In: a function, its nested applications.  Out: a Python identifier per name, and which updates may be written in place.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator, Mapping

from s2s import facts, ir
from s2s.emit.live import Liveness
from s2s.emit.owners import EXTERNAL, Owners, bound_in_order, walk
from s2s.primitives import STORES, UPDATES

RESERVED = {*keyword.kwlist, *dir(builtins), "np", "math"}
NOBODY: set[str] = set()
IN_PLACE = {*UPDATES, *STORES}


class Names:
    """Identifiers for one function."""

    def __init__(
        self, function: ir.Function, nested: Mapping[str, ir.Apply], taken: frozenset[str] = frozenset()
    ) -> None:
        self.function, self.nested = function, nested
        self.liveness = Liveness(nested)
        parameters = [parameter.name for parameter in function.parameters]
        before = self.liveness.block(function.body, set())
        self.liveness.bind_all(parameters, before)
        self.owners = Owners(function, self.liveness.through)
        self.parent: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        self.neighbours: dict[str, set[str]] = {}
        self.coalesce()
        self.identifiers = self.colour(parameters, taken)

    # -------------------------------------------------------------------------------------------------- coalescing
    def find(self, name: str) -> str:
        while name in self.parent:
            name = self.parent[name]
        return name

    def class_of(self, name: str) -> list[str]:
        return self.members.get(self.find(name), [name])

    def conflict(self, a: str, b: str) -> bool:
        """Whether two classes are ever alive together."""
        return not self.around(self.find(a)).isdisjoint(self.class_of(b))

    def around(self, root: str) -> set[str]:
        """The names that are alive together with some member of a class."""
        return self.neighbours.get(root) or self.liveness.conflicts.get(root, NOBODY)

    def hint(self, name: str) -> str:
        """What the class of a name is called by those of its members that have a word."""
        for member in self.class_of(name):
            if self.function.hints.get(member):
                return self.function.hints[member]
        return ""

    def unite(self, a: str, b: str) -> None:
        root, other = self.find(a), self.find(b)
        if root == other:
            return
        merged = [*self.class_of(root), *self.class_of(other)]
        self.neighbours[root] = self.around(root) | self.around(other)
        self.parent[other] = root
        self.members.pop(other, None)
        self.members[root] = merged

    def try_unite(self, a: str, b: ir.Atom, strict: bool) -> None:
        if (
            not isinstance(b, ir.Var)
            or b.name in self.nested
            or self.find(a) == self.find(b.name)
            or self.conflict(a, b.name)
        ):
            return
        mine, theirs = self.hint(a), self.hint(b.name)
        if mine == theirs or (not strict and (not mine or not theirs)):
            self.unite(a, b.name)

    def unite_update(self, target: str, operand: ir.Atom) -> None:
        """An update of something that is not read any more is written in place, whatever the two are called."""
        if isinstance(operand, ir.Var) and operand.name not in self.nested and not self.conflict(target, operand.name):
            self.unite(operand.name, target)

    def coalesce(self) -> None:
        """A loop's carried name and its result are one variable; other copies are avoided where nothing is in the way."""
        statements = list(walk(self.function.body))
        for stmt in statements:
            if isinstance(stmt, (ir.For, ir.While)):
                for name, result in zip(stmt.carried, stmt.results, strict=True):
                    self.unite(name, result)
        for stmt in statements:
            if isinstance(stmt, ir.Let) and stmt.value.function in IN_PLACE:
                self.unite_update(stmt.target, stmt.value.args[0])
        for strict in (True, False):
            for stmt in statements:
                self.coalesce_copies(stmt, strict)

    def coalesce_copies(self, stmt: ir.Stmt, strict: bool) -> None:
        match stmt:
            case ir.Let() if stmt.value.function in IN_PLACE:
                self.try_unite(stmt.target, stmt.value.args[0], strict)
            case ir.For() | ir.While():
                first = 1 if stmt.stops else 0
                for k, name in enumerate(stmt.carried):
                    self.try_unite(name, stmt.body.yields[first + k], strict)
                    self.try_unite(name, stmt.inits[k], strict)
            case ir.If() | ir.With() | ir.Try():
                for block in ir.blocks(stmt):
                    for name, atom in zip(stmt.results, block.yields, strict=True):
                        self.try_unite(name, atom, strict)

    # --------------------------------------------------------------------------------------------------- colouring
    def colour(self, parameters: list[str], taken: frozenset[str]) -> dict[str, str]:
        """An identifier per class: the user's word, with a number where another class needs it at the same time."""
        chosen: dict[str, str] = {}
        order = dict.fromkeys(self.find(name) for name in (*parameters, *bound_in_order(self.function.body)))
        for root in order:
            word = self.hint(root) or "t"
            word = word if word.isidentifier() else "t"
            near = {chosen[name] for name in self.around(root) if name in chosen}
            candidate = next(c for c in candidates(word) if c not in near and c not in RESERVED and c not in taken)
            for member in self.class_of(root):
                chosen[member] = candidate
        return chosen

    def differ(self, a: str, b: ir.Var) -> bool:
        """Whether two names are two variables."""
        return b.name not in self.nested and self.identifiers[a] != self.identifiers[b.name]

    # ---------------------------------------------------------------------------------------------------- in place
    def in_place(self, target: str, operand: ir.Atom) -> bool:
        """Whether an update of `operand` that gives `target` may write into it: nobody else sees it."""
        if not isinstance(operand, ir.Var) or self.find(operand.name) != self.find(target):
            return False
        buffers = self.owners.base_of(operand)
        if EXTERNAL in buffers:
            return False
        alive = self.liveness.after.get(target, frozenset()) - {target}
        return all(buffers.isdisjoint(self.owners.reach.get(name, frozenset())) for name in alive)

    def is_scalar(self, name: str) -> bool:
        fact = self.function.types.get(name)
        return isinstance(fact, facts.Num) and fact.shape == ()


def candidates(word: str) -> Iterator[str]:
    yield word
    number = 1
    while True:
        yield f"{word}_{number}"
        number += 1
