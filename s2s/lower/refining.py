"""What is known of values once lengths are known: types that could not be told when the program was made.

    r = np.cross(a, b)          nothing is known: 2-vectors would give a number          =>        (n, 3), where a and b are

In: a function, what is assumed of its lengths.  Out: the function with types for more of its names; those that were known stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s2s import facts, ir
from s2s.builder import Builder
from s2s.emit.owners import walk
from s2s.infer import infer
from s2s.lower.assuming import Assumption, Lengths, assumed

ROUNDS = 3
"""How often a loop is gone through until what it carries stays what it is."""


def refined(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with the types that follow from those of its arguments under the assumption."""
    names = [name for stmt in walk(function.body) for name in ir.binds(stmt)]
    if not any(is_unknown(function.types.get(name)) for name in names):
        return function
    function = with_defaults(function)
    refining = Refining(assumed(function, assumption)[0], Lengths(assumption))
    refining.statements(function.body.statements)
    return replace(function, types={**function.types, **refining.found})


def with_defaults(function: ir.Function) -> ir.Function:
    """The function with the types of the numbers that its parameters are, unless something else is given."""
    found = {
        parameter.name: facts.FLOAT
        for parameter in function.parameters
        if function.types.get(parameter.name) is None and isinstance(parameter.default, ir.Const) and type(parameter.default.value) is float
    }
    return replace(function, types={**function.types, **found}) if found else function


def is_unknown(fact: facts.Type | None) -> bool:
    """Whether the dtype or the number of axes of a value is not known."""
    return fact is None or (isinstance(fact, facts.Num) and (fact.shape is None or (fact.dtype is None and not fact.kinds)))


class Refining:
    """One function gone through in order; `found` has what is news."""

    def __init__(self, function: ir.Function, lengths: Lengths) -> None:
        self.builder, self.lengths = Builder(), lengths
        self.types = self.builder.types
        self.types.update(function.types)
        self.found: dict[str, facts.Type] = {}

    def note(self, name: str, fact: facts.Type | None) -> None:
        """What is known of a name of which nothing, or less, was known."""
        if fact is not None and is_unknown(self.types.get(name)) and not is_unknown(fact):
            self.types[name] = self.found[name] = self.lengths.inside(fact)

    def statements(self, statements: Sequence[ir.Stmt]) -> None:
        for stmt in statements:
            match stmt:
                case ir.Let():
                    if is_unknown(self.types.get(stmt.target)):
                        self.note(stmt.target, infer(stmt.value, self.builder.type_of))
                case ir.If() | ir.With():
                    for block in ir.blocks(stmt):
                        self.statements(block.statements)
                    self.joined(stmt.results, [block.yields for block in ir.blocks(stmt)])
                case ir.For() | ir.While():
                    self.loop(stmt)

    def joined(self, names: Sequence[str], yields: Sequence[Sequence[ir.Atom]]) -> None:
        """Names that stand for the one or the other of several atoms."""
        for name, *atoms in zip(names, *yields, strict=True):
            fact = self.builder.type_of(atoms[0])
            for atom in atoms[1:]:
                fact = facts.join(fact, self.builder.type_of(atom))
            self.note(name, fact)

    def loop(self, stmt: ir.For | ir.While) -> None:
        """A loop whose carried names are taken for what they start as; what does not stay so is not known."""
        before = dict(self.types), dict(self.found)
        doubtful: set[str] = set()
        for _ in range(ROUNDS):
            for name, init in zip(stmt.carried, stmt.inits, strict=True):
                if name not in doubtful:
                    self.note(name, self.builder.type_of(init))
            for block in ir.blocks(stmt):
                self.statements(block.statements)
            ends = stmt.body.yields[stmt.stops :]
            changed = {
                name for name, end in zip(stmt.carried, ends, strict=True)
                if name in self.found and self.builder.type_of(end) != self.types[name]
            }  # fmt: skip
            if not changed:
                break
            doubtful |= changed
            self.restore(before)
        else:
            self.restore(before)
            return
        for name, carried in zip(stmt.results, stmt.carried, strict=True):
            self.note(name, self.types.get(carried))

    def restore(self, before: tuple[dict[str, facts.Type], dict[str, facts.Type]]) -> None:
        """Forget what was found since then."""
        types, found = before
        self.types.clear()
        self.types.update(types)
        self.found = dict(found)
