"""What every value is called in the text: names that are never alive together, and mean the same thing, share a variable.

In: a function, its nested applications.  Out: a Python identifier per name, and which updates may be written in place.
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator, Mapping

from s2s import facts, ir
from s2s.emit.live import Liveness
from s2s.emit.owners import EXTERNAL, NONE, Owners, bound_in_order, walk
from s2s.primitives import KEYED, STORES, UPDATES

RESERVED = {*keyword.kwlist, *dir(builtins), "np", "math", "cmath"}
NO_WORDS: frozenset[str] = frozenset()
NOBODY = (0, 0)
IN_PLACE = {*UPDATES, *STORES}


class Names:
    """Identifiers for one function."""

    def __init__(
        self, function: ir.Function, nested: Mapping[str, ir.Apply], taken: frozenset[str] = frozenset()
    ) -> None:
        self.function, self.nested = function, nested
        self.liveness = Liveness(nested)
        parameters = [parameter.name for parameter in function.parameters]
        before = self.liveness.block(function.body, 0)
        self.liveness.bind_all(parameters, before)
        self.owners = Owners(function, self.liveness)
        self.parent: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        self.inside: dict[str, int] = {}
        self.neighbours: dict[str, int] = {}
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
        a, b = self.find(a), self.find(b)
        return _meet((self.members_of(a), self.around(a)), (self.members_of(b), self.around(b)))

    def members_of(self, root: str) -> int:
        """The names in a class, as a set of the liveness."""
        return self.inside.get(root) or self.liveness.bit(root)

    def around(self, root: str) -> int:
        """The names that are alive when some member of a class is bound."""
        return self.neighbours.get(root) or self.liveness.conflicts.get(root, 0)

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
        self.inside[root] = self.members_of(root) | self.members_of(other)
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
        holders: dict[str, tuple[int, int]] = {}
        words = frozenset(self.function.hints.values())  # a temporary takes none of the user's words
        order = dict.fromkeys(self.find(name) for name in (*parameters, *bound_in_order(self.function.body)))
        for root in order:
            word = self.hint(root)
            word, kept = (word, NO_WORDS) if word.isidentifier() else ("t", words)
            mine = self.members_of(root), self.around(root)
            free = (c for c in candidates(word) if c not in RESERVED and c not in taken and c not in kept)
            candidate = next(c for c in free if not _meet(mine, holders.get(c, NOBODY)))
            members, around = holders.get(candidate, NOBODY)
            holders[candidate] = members | mine[0], around | mine[1]
            for member in self.class_of(root):
                chosen[member] = candidate
        return chosen

    def differ(self, a: str, b: ir.Var) -> bool:
        """Whether two names are two variables."""
        return b.name not in self.nested and self.identifiers[a] != self.identifiers[b.name]

    # ---------------------------------------------------------------------------------------------------- in place
    def in_place(self, target: str, update: ir.Apply, alone: bool = False) -> bool:
        """Whether an update that gives `target` may write into its operand, under the name that both have."""
        operand = update.args[0]
        same = isinstance(operand, ir.Var) and self.find(operand.name) == self.find(target)
        return same and self.taken_over(target, update, alone)

    def taken_over(self, target: str, update: ir.Apply, alone: bool = False) -> bool:
        """Whether an update that gives `target` may have the memory of its operand: nobody else sees it.

        Who holds an array or a number does not see that it comes into a list or goes; `alone`: even so nobody else may hold it.
        """
        operand, inside = update.args[0], update.function in KEYED and len(update.args) > 3
        if not isinstance(operand, ir.Var) or (inside and self.owners.is_tangled(operand)):
            return False
        buffers = self.owners.reach_of(operand) if inside else self.owners.base_of(operand)
        if EXTERNAL in buffers or self.may_be_number(operand):
            return False
        types, items = self.function.types, not alone and self.changes_items(update)
        alive = self.liveness.listed(self.liveness.after.get(target, 0) & ~self.liveness.bit(target))
        seen = (name for name in alive if not (items and isinstance(types.get(name), facts.Num)))
        return all(buffers.isdisjoint(self.owners.reach.get(name, NONE)) for name in seen)

    def changes_items(self, update: ir.Apply) -> bool:
        """Whether an update changes which items a list has, and writes into no array."""
        if update.function in STORES:
            return False
        fact = self.function.types.get(update.args[0].name) if isinstance(update.args[0], ir.Var) else None
        keys = update.args[3] if len(update.args) > 3 else None
        for _ in keys.items if isinstance(keys, ir.Pack) else ():
            fact = fact.item if isinstance(fact, facts.Listing) else None
        return isinstance(fact, facts.Listing)

    def may_be_number(self, atom: ir.Atom) -> bool:
        """Whether what something is stored into may turn out to be a number and not an array without axes."""
        return isinstance(atom, ir.Var) and atom.name in self.owners.doubtful

    def is_scalar(self, name: str) -> bool:
        """Whether a name is a number: not an array, nor one without axes."""
        return self.owners.is_number(name)


def _meet(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether two groups of names, each with what is alive when one of them is bound, are ever alive together."""
    return bool(a[1] & b[0] or b[1] & a[0])


def candidates(word: str) -> Iterator[str]:
    yield word
    number = 1
    while True:
        yield f"{word}_{number}"
        number += 1
