"""What is known of the values in subroutines, from the calls: types that could not be told when each was made for itself.

    def f(v, k): ... f(g(v), k - 1)          nothing is known of v          =>         float64, with one axis, in all calls

In: a function and the subroutines that it calls.  Out: the same with more types.  What a call gives is first taken for nothing, which is
joined with what the other paths give, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s2s import facts, ir
from s2s.builder import constant_type
from s2s.define import LEFT_OUT
from s2s.emit.owners import walk
from s2s.infer import infer
from s2s.lower.assuming import Assumption, Lengths
from s2s.lower.copies import Halves, as_function
from s2s.lower.refining import Refining, with_defaults
from s2s.lower.refining import is_unknown as is_unknown_number
from s2s.subroutine import Subroutine, called
from s2s_runtime import containers

ROUNDS = 30
DEEPEST = 6
"""How deep tuples may be nested: what a tree holds that a function builds by calling itself would be so without end."""


FRAME = facts.Opaque(tuple)
"""What the first half of a derivative keeps for the second: what is known of its items is said where they are read."""


def with_types(function: ir.Function, halves: Sequence[Halves]) -> ir.Function:
    """The function with types that follow from its calls; its subroutines say what they give."""
    function = with_defaults(function)
    callees = Callees(function, list(called(function.body)), halves)
    for _ in range(ROUNDS):
        if not callees.again():
            return replace(function, types=callees.types())
    callees.forget()
    return function


class Callees:
    """One program: what its subroutines are given, and what they give, as far as that is found."""

    def __init__(self, function: ir.Function, routines: Sequence[Subroutine], halves: Sequence[Halves]) -> None:
        self.function, self.routines = function, routines
        self.halves = [half for half in halves if half.first in routines and half.second in routines]
        self.firsts = {half.first for half in self.halves}
        self.before = {routine: routine.fact for routine in routines}
        self.found: dict[str, facts.Type] = {}
        self.given: dict[str, facts.Type | None] = {
            name: facts.Nothing() for routine in routines for name in routine.parameters if is_unknown(function.types.get(name))
        }
        for half in self.halves:
            self.given.update({let.target: facts.Nothing() for let, _ in half.loads() if is_unknown(function.types.get(let.target))})
            self.given[half.second.parameters[0]] = FRAME
            half.second.fact = facts.Record(tuple, tuple([cotangent(function.types.get(name)) for name in half.moving]))
        self.declared = {routine: routine.fact for routine in routines}
        for routine in routines:
            routine.fact = self.without_frame(routine, known_part(routine.fact))

    def again(self) -> bool:
        """Go through all bodies once more; whether something is other than it was taken for."""
        self.found = {name: fact for name, fact in self.given.items() if fact is not None}
        bodies = [self.function, *(as_function(self.function, routine) for routine in self.routines)]
        news = [self.through(body, routine) for body, routine in zip(bodies, (None, *self.routines), strict=True)]
        for half in self.halves:
            for let, item in half.loads():
                if let.target in self.given:
                    fact = self.type_of(item)
                    news.append(not alike(fact, self.given[let.target]))
                    self.given[let.target] = fact
        return any(news)

    def type_of(self, atom: ir.Atom) -> facts.Type | None:
        if isinstance(atom, ir.Const):
            return constant_type(atom.value)
        return self.found.get(atom.name, self.function.types.get(atom.name)) if isinstance(atom, ir.Var) else None

    def without_frame(self, routine: Subroutine, fact: facts.Type | None) -> facts.Type | None:
        """What a subroutine gives; nothing is said of what a frame holds."""
        own = isinstance(fact, facts.Record) and routine in self.firsts
        return facts.Record(tuple, (fact.items[0], FRAME)) if own else fact  # type: ignore[union-attr]

    def through(self, function: ir.Function, routine: Subroutine | None) -> bool:
        """Go through one body; whether there is news of what is given in its calls, or of what it gives."""
        typing = Typing(replace(function, types={**self.function.types, **self.found}), Lengths(Assumption()))
        typing.statements(function.body.statements)
        self.found.update(typing.found)
        news = False
        for stmt in walk(function.body):
            if isinstance(stmt, ir.Let) and isinstance(stmt.value.function, Subroutine):
                for name, arg in zip(stmt.value.function.parameters, stmt.value.args, strict=True):
                    if name in self.given:
                        fact = shallow(joined(self.given[name], typing.builder.type_of(arg)))
                        if not alike(fact, self.given[name]):
                            news, self.given[name] = True, facts.with_dims(fact, lambda _: facts.fresh())
        if routine is not None:
            found = joined(routine.fact, self.without_frame(routine, typing.builder.type_of(function.body.yields[0])))
            fact = general(shallow(chosen(self.declared[routine], found)))
            news |= not alike(fact, routine.fact)
            routine.fact = fact
        return news

    def types(self) -> dict[str, facts.Type]:
        types = self.function.types
        known = {name: fact for name, fact in self.found.items() if not isinstance(fact, facts.Nothing) and is_unknown(types.get(name))}
        return {**types, **known}

    def forget(self) -> None:
        for routine, fact in self.before.items():
            routine.fact = fact


class Typing(Refining):
    """One body, in which a value may be nothing that is known yet: what is computed of it is neither."""

    def __init__(self, function: ir.Function, lengths: Lengths) -> None:
        super().__init__(function, lengths)
        self.free: set[facts.Symbol] = set()
        """Lengths that are other ones in each iteration."""

    def note(self, name: str, fact: facts.Type | None) -> None:
        if fact is not None and is_unknown(self.types.get(name)) and (not is_unknown(fact) or isinstance(fact, facts.Record)):
            self.types[name] = self.found[name] = self.lengths.inside(fact)

    def type_of(self, atom: ir.Atom) -> facts.Type | None:
        return facts.Nothing() if atom == ir.UNDEFINED or atom is LEFT_OUT else self.builder.type_of(atom)

    def joined(self, names: Sequence[str], yields: Sequence[Sequence[ir.Atom]]) -> None:
        for name, *atoms in zip(names, *yields, strict=True):
            fact = self.type_of(atoms[0])
            for atom in atoms[1:]:
                fact = either(fact, self.type_of(atom))
            self.note(name, fact)

    def statements(self, statements: Sequence[ir.Stmt]) -> None:
        for stmt in statements:
            if isinstance(stmt, ir.Let) and is_unknown(self.types.get(stmt.target)):
                kinds = [self.types.get(name) for name in ir.reads(stmt.value)]
                called_now = isinstance(stmt.value.function, Subroutine)
                fact = facts.Nothing() if facts.Nothing() in kinds and not called_now else infer(stmt.value, self.builder.type_of)
                if stmt.value.function is containers.append and isinstance(fact, facts.Listing):
                    fact = self.appended(*stmt.value.args)
                self.note(stmt.target, fact)
            else:
                super().statements((stmt,))

    def loop(self, stmt: ir.For | ir.While) -> None:
        """A loop whose carried names are what they start as, joined with what each iteration makes of them."""
        before = dict(self.types), dict(self.found)
        starts = [self.type_of(init) for init in stmt.inits]
        for _ in range(ROUNDS):
            for name, fact in zip(stmt.carried, starts, strict=True):
                self.note(name, fact)
            for block in ir.blocks(stmt):
                self.statements(block.statements)
            after = [self.widened(one, self.type_of(end)) for one, end in zip(starts, stmt.body.yields[stmt.stops :], strict=True)]
            known = {name for name in stmt.carried if not is_unknown(before[0].get(name))}
            if all(name in known or one == other for name, one, other in zip(stmt.carried, starts, after, strict=True)):
                break
            starts = after
            self.restore(before)
        else:
            starts = [None for _ in starts]
        for name, carried in zip(stmt.results, stmt.carried, strict=True):
            self.note(name, self.types.get(carried))

    def appended(self, listed: ir.Atom, value: ir.Atom) -> facts.Type | None:
        """A list with one item more."""
        fact = self.type_of(listed)
        return facts.Listing(either(fact.item, self.type_of(value))) if isinstance(fact, facts.Listing) else None

    def widened(self, one: facts.Type | None, other: facts.Type | None) -> facts.Type | None:
        """What is known of a value that is of either type; a length that may be any other one stays that."""
        fact = either(one, other)
        if isinstance(one, facts.Num) and isinstance(fact, facts.Num) and one.ndim == fact.ndim and one.shape is not None:
            shape = tuple([self.any_length(own, both) for own, both in zip(one.shape, fact.shape or (), strict=True)])
            return replace(fact, shape=shape, length=one.length if fact.length == one.length else None)
        if isinstance(one, facts.Listing) and isinstance(fact, facts.Listing):
            return facts.Listing(self.widened(one.item, fact.item if fact.item is not None else None))
        return fact

    def any_length(self, own: facts.Dim, both: facts.Dim) -> facts.Dim:
        if own == both or own.symbol in self.free:
            return own
        assert both.symbol is not None
        self.free.add(both.symbol)
        return both


def is_unknown(fact: facts.Type | None) -> bool:
    """Whether the dtype or the number of axes of a value is not known, or of what is in a list or a tuple."""
    if isinstance(fact, facts.Record):
        return any(map(is_unknown, fact.items))
    return is_unknown(fact.item) if isinstance(fact, facts.Listing) else is_unknown_number(fact)


def joined(one: facts.Type | None, other: facts.Type | None) -> facts.Type | None:
    """What is known of a value that is of either type; nothing is known of one, if not of the other."""
    return None if one is None or other is None else facts.join(one, other)


def chosen(declared: facts.Type | None, found: facts.Type | None) -> facts.Type | None:
    """What is known of a result: what was declared, the rest as it was found."""
    if isinstance(declared, facts.Record) and isinstance(found, facts.Record):
        return facts.Record(found.kind, tuple(map(chosen, declared.items, found.items)), found.keys)
    return found if declared is None or is_unknown(declared) else declared


def either(one: facts.Type | None, other: facts.Type | None) -> facts.Type | None:
    """As `joined`; a number or an array is an array, over which the number is spread."""
    for number, array in ((one, other), (other, one)):
        if isinstance(number, facts.Num) and isinstance(array, facts.Num) and number.shape == () and array.shape:
            fits = number.dtype is not None and array.dtype is not None and array.dtype.kind == "f" and not number.doubtful
            if fits and (number.dtype == array.dtype or (number.weak is True and number.dtype.kind in "if")):  # type: ignore[union-attr]
                return array
    return joined(one, other)


def known_part(fact: facts.Type | None) -> facts.Type:
    """What a subroutine gives, as far as it is known; the rest is nothing that is known yet."""
    if isinstance(fact, facts.Record):
        return facts.Record(fact.kind, tuple(map(known_part, fact.items)), fact.keys)
    return facts.Nothing() if fact is None or is_unknown(fact) else fact


def general(fact: facts.Type | None) -> facts.Type | None:
    """A type whose lengths differ from call to call."""
    return facts.with_dims(fact, lambda _: facts.fresh(varies=True))


def shallow(fact: facts.Type | None, deepest: int = DEEPEST) -> facts.Type | None:
    """A type of which nothing is known below so many levels of tuples and lists."""
    if isinstance(fact, facts.Record):
        items = [shallow(item, deepest - 1) if deepest else None for item in fact.items]
        return facts.Record(fact.kind, tuple(items), fact.keys)
    if isinstance(fact, (facts.Listing, facts.Mapped)):
        return type(fact)(shallow(fact.item, deepest - 1) if deepest else None)
    return fact


def alike(one: facts.Type | None, other: facts.Type | None) -> bool:
    """Whether two types are the same but for lengths."""
    match one, other:
        case facts.Num(), facts.Num():
            return (one.dtype, one.ndim, one.weak, one.kinds) == (other.dtype, other.ndim, other.weak, other.kinds)
        case facts.Record(), facts.Record():
            same = (one.kind, one.keys, len(one.items)) == (other.kind, other.keys, len(other.items))
            return same and all(map(alike, one.items, other.items))
        case facts.Listing(), facts.Listing():
            return alike(one.item, other.item)
    return one == other


def cotangent(fact: facts.Type | None) -> facts.Type | None:
    """What is known of a cotangent of such a parameter, in any call."""
    if not isinstance(fact, facts.Num) or fact.shape is None:
        return None
    return facts.as_cotangent(fact) if fact.shape == () else facts.with_dims(fact, lambda _: facts.fresh(varies=True))
