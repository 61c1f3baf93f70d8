"""Writes programs: the one place where statements are made, named, typed, folded and shared.

In: applications of primitives to atoms.  Out: blocks of statements.  Every room that makes statements uses it, so what is
folded here (only what is exact in IEEE arithmetic) is folded everywhere.

    x * 1 => x     x ** 1 => x     g * -1 => -g     2 + 3 => 5     broadcast_to(x, shape of x) => x
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from s2s import facts, ir
from s2s.axisless import boxed
from s2s.fold import fold
from s2s.infer import equal_lengths, infer
from s2s.primitives import STORES, is_pure, is_shared, makes_complex


class Builder:
    """Statements under construction.  `types` and `hints` belong to every block that it makes; names up to `number` are there."""

    def __init__(self, types: dict[str, facts.Type] | None = None, hints: dict[str, str] | None = None, number: int = 0) -> None:
        self.types: dict[str, facts.Type] = {} if types is None else types
        self.hints: dict[str, str] = {} if hints is None else hints
        self.origin: ir.Origin | None = None
        self._serial = number
        self._entry: list[ir.Stmt] = []
        self._blocks: list[list[ir.Stmt]] = [[]]
        self._starts: list[int] = [0]
        self._known: dict[Any, ir.Atom] = {}
        self._learnt: list[tuple[Any, ir.Atom | None]] = []
        self._definitions: dict[str, ir.Apply] = {}
        self._equal: list[dict[facts.Symbol, facts.Dim]] = [{}]
        self.optional: set[str] = set()
        self.inputs: dict[str, None] = {}
        self.shapes: dict[facts.Shape, ir.Pack] = {}
        self.assumes = self.has_complex = False
        self._apart = 0

    # --------------------------------------------------------------------------------------------------- names
    @property
    def number(self) -> int:
        """The number of the newest name."""
        return self._serial

    def fresh(self, hint: str = "", fact: facts.Type | None = None) -> ir.Var:
        """A new name."""
        self._serial += 1
        name = f"#{self._serial}"
        if hint:
            self.hints[name] = hint
        if fact is not None:
            self.types[name] = fact
            self.has_complex |= isinstance(fact, facts.Num) and fact.is_complex
        return ir.Var(name)

    def suggest(self, atom: ir.Atom, hint: str) -> None:
        """Call a value by the user's word, unless it has one already."""
        if isinstance(atom, ir.Var):
            self.hints.setdefault(atom.name, hint)

    def hint(self, atom: ir.Atom, default: str = "") -> str:
        return self.hints.get(atom.name, default) if isinstance(atom, ir.Var) else default

    def definition(self, atom: ir.Atom) -> ir.Apply | None:
        """The application that a name was bound to."""
        return self._definitions.get(atom.name) if isinstance(atom, ir.Var) else None

    def type_of(self, atom: ir.Atom) -> facts.Type | None:
        """What is known of an atom."""
        if isinstance(atom, ir.Var):
            return self._canonical(self.types.get(atom.name))
        if isinstance(atom, ir.Pack):
            return self._pack_type(atom)
        return constant_type(atom.value)

    def type_as(self, atom: ir.Atom, like: facts.Type | None) -> facts.Type | None:
        """What is known of an atom: in the symbols of another type, if it is of that type here."""
        fact = self.type_of(atom)
        return like if like is not None and self._canonical(like) == fact else fact

    def _canonical(self, fact: facts.Type | None) -> facts.Type | None:
        """A type with one symbol for lengths that are known to be equal here."""
        if not isinstance(fact, facts.Num) or not any(self._equal):
            return fact
        shape = None if fact.shape is None else tuple(self._canonical_dim(dim) for dim in fact.shape)
        return replace(fact, shape=shape, length=None if fact.length is None else self._canonical_dim(fact.length))

    def _canonical_dim(self, dim: facts.Dim) -> facts.Dim:
        for scope in self._equal:
            if scope:
                dim = dim.substitute(scope)
        return dim

    def same_shape(self, x: ir.Atom) -> ir.Var | None:
        """An input of the same shape as something that a loop or a branch made: it is there before, and in any order."""
        fact = self.type_of(x)
        if not isinstance(x, ir.Var) or not isinstance(fact, facts.Num) or not fact.shape or self._apart:
            return None
        definition = self.definition(x)
        if x.name in self.inputs or (definition is not None and definition.function not in STORES):
            return None
        for name in self.inputs:
            other = self.types.get(name)
            if isinstance(other, facts.Num) and other.shape == fact.shape and other.dtype is not None:
                return ir.Var(name)
        return None

    def learn(self, application: ir.Apply) -> None:
        """Lengths that an operation proves equal, since it would have failed otherwise: in this block from here on."""
        for a, b in equal_lengths(application, self.type_of):
            a, b = self._canonical_dim(a), self._canonical_dim(b)
            if a != b:
                self.assumes = True
                older, newer = sorted((a, b), key=lambda dim: dim.symbol.serial if dim.symbol else -1)
                if newer.symbol is not None:
                    scope = self._equal[-1]
                    for symbol, dim in list(scope.items()):
                        scope[symbol] = dim.substitute({newer.symbol: older})
                    scope[newer.symbol] = older

    def _pack_type(self, pack: ir.Pack) -> facts.Type | None:
        items = tuple(self.type_of(item) for item in pack.items)
        if pack.kind is list:
            item = items[0] if items else facts.Nothing()
            for other in items[1:]:
                item = facts.join(item, other, varies=True)
            return facts.Listing(item)
        return facts.Record(pack.kind, items, pack.keys)

    def apply(self, function: Callable[..., Any], *args: ir.Atom, hint: str = "", **kwargs: ir.Atom) -> ir.Atom:
        """The atom of `function(*args, **kwargs)`: folded, found again, or bound to a new name."""
        application = ir.Apply(function, args, tuple(kwargs.items()))
        folded = fold(application, self)
        if isinstance(folded, ir.Apply):
            application = folded
        elif folded is not None:
            return folded
        key = (application.function, application.args, application.kwargs) if is_shared(application.function) else None
        known = self._known.get(key) if key is not None else None
        if known is not None:
            return known
        self.learn(application)
        fact = self._as_operand(infer(application, self.type_of), application.args)
        self.has_complex |= makes_complex(application.function)
        if fact is None and facts.Nothing() in map(self.type_of, application.args):  # nothing is in the list yet
            fact = facts.Nothing()
        target = self.fresh(hint, boxed(application, fact, self.type_of))
        self.emit(ir.Let(target.name, application, self.origin))
        self._definitions[target.name] = application
        if key is not None:
            self._know(key, target)
        return target

    def _as_operand(self, fact: facts.Type | None, operands: Sequence[ir.Atom]) -> facts.Type | None:
        """A result's type in an operand's symbols, if it is the same here: it is then seen to be the same elsewhere."""
        if not isinstance(fact, facts.Num) or not fact.shape or not any(self._equal):
            return fact
        own = (self.types.get(operand.name) for operand in operands if isinstance(operand, ir.Var))
        return next((other for other in own if other is not None and self._canonical(other) == fact), fact)

    def _know(self, key: Any, target: ir.Atom) -> None:
        """An application has been made, under a name that may be read up to the end of this scope."""
        self._learnt.append((key, self._known.get(key)))
        self._known[key] = target

    def _forget(self, length: int) -> None:
        """Forget the applications that were made since this many were known."""
        while len(self._learnt) > length:
            key, before = self._learnt.pop()
            if before is None:
                del self._known[key]
            else:
                self._known[key] = before

    def opaque(self, function: Callable[..., Any], *args: ir.Atom, **kwargs: ir.Atom) -> ir.Var:
        """An application that is made, once and in its place, for what it does and for its result."""
        target = self.fresh()
        self.emit(ir.Let(target.name, ir.Apply(function, args, tuple(kwargs.items())), self.origin))
        return target

    def effect(self, function: Callable[..., Any], *args: ir.Atom, **kwargs: ir.Atom) -> None:
        """An application that is made for what it does."""
        assert not is_pure(function)
        self.emit(ir.Let(self.fresh().name, ir.Apply(function, args, tuple(kwargs.items())), self.origin))

    def again(self, stmt: ir.Let) -> None:
        """A statement that was made before, under its name; equal applications after it find it."""
        self.emit(stmt)
        self.remember(stmt)

    def remember(self, stmt: ir.Let) -> None:
        """An application that was made before, and may be read here instead of being made again."""
        application = stmt.value
        self._definitions[stmt.target] = application
        self.learn(application)
        if is_shared(application.function):
            key = (application.function, application.args, application.kwargs)
            if key not in self._known:
                self._know(key, ir.Var(stmt.target))

    def emit(self, stmt: ir.Stmt) -> None:
        self._blocks[-1].append(stmt)

    @contextmanager
    def entry(self) -> Iterator[None]:
        """Statements made inside stand at the program's start: they load inputs."""
        with self._scope(self._entry):
            yield

    def emit_load(self, target: ir.Var, application: ir.Apply) -> None:
        """A load of an input, under a name that exists already."""
        self.emit(ir.Let(target.name, application))

    def close(self) -> None:
        """The program is complete: what is written next, in another order, does not find its applications again."""
        self._known, self._learnt = {}, []

    def finish(self, *yields: ir.Atom) -> ir.Block:
        """The program's block: its loads, and the statements of the outermost block."""
        return ir.Block((*self._entry, *self._blocks[0]), yields)

    @contextmanager
    def block(self) -> Iterator[list[ir.Stmt]]:
        """Statements made inside go to the list that is given."""
        statements: list[ir.Stmt] = []
        with self._scope(statements):
            yield statements

    @contextmanager
    def apart(self) -> Iterator[list[ir.Stmt]]:
        """Statements of another function: nothing that was computed here is found there."""
        held = self._blocks, self._starts, self._known, self._learnt, self._equal
        self._blocks, self._starts, self._known, self._learnt, self._equal = [[]], [0], {}, [], [{}]
        self._apart += 1
        try:
            yield self._blocks[0]
        finally:
            self._blocks, self._starts, self._known, self._learnt, self._equal = held
            self._apart -= 1

    def mark(self) -> tuple[int, int]:
        """Where the block under construction stands, to go back to."""
        return len(self._blocks[-1]), len(self._learnt)

    def go_back(self, mark: tuple[int, int]) -> None:
        """Forget what was written since a mark in the same block."""
        length, learnt = mark
        del self._blocks[-1][length:]
        self._forget(learnt)

    @contextmanager
    def inside(self, statements: list[ir.Stmt]) -> Iterator[None]:
        """Statements made inside go behind these; what blocks inside of theirs have made is not found there."""
        depth = next((k for k, block in enumerate(self._blocks) if block is statements), len(self._blocks) - 1)
        held = self._known, self._learnt, self._equal
        if depth + 1 < len(self._blocks):
            self._known, self._learnt, self._equal = self._known_before(self._starts[depth + 1]), [], held[2][: depth + 1]
        try:
            with self._scope(statements):
                yield
        finally:
            self._known, self._learnt, self._equal = held

    def _known_before(self, length: int) -> dict[Any, ir.Atom]:
        """The applications that were known when this many had been learnt."""
        known = dict(self._known)
        for key, before in reversed(self._learnt[length:]):
            if before is None:
                del known[key]
            else:
                known[key] = before
        return known

    @contextmanager
    def _scope(self, statements: list[ir.Stmt]) -> Iterator[None]:
        """What is found and learnt inside holds inside only."""
        known = len(self._learnt)
        self._blocks.append(statements)
        self._starts.append(known)
        self._equal.append({})
        try:
            yield
        finally:
            self._blocks.pop()
            self._starts.pop()
            self._forget(known)
            self._equal.pop()

    @contextmanager
    def at(self, origin: ir.Origin | None) -> Iterator[None]:
        """Statements made inside come from this place in the user's text."""
        before, self.origin = self.origin, origin
        try:
            yield
        finally:
            self.origin = before

    @property
    def statements(self) -> list[ir.Stmt]:
        """The block under construction."""
        return self._blocks[-1]

    def replay(self, statements: Sequence[ir.Stmt], names: dict[str, ir.Atom]) -> None:
        """Write statements again, with names replaced; what they bind gets new names, added to `names`."""
        for stmt in statements:
            with self.at(stmt.origin):
                self._replay(stmt, names)

    def substitute(self, atom: ir.Atom, names: Mapping[str, ir.Atom]) -> ir.Atom:
        return ir.replace_atom(atom, lambda name: names.get(name, ir.Var(name)))

    def _replay(self, stmt: ir.Stmt, names: dict[str, ir.Atom]) -> None:
        if isinstance(stmt, ir.Let):
            value = ir.replace_apply(stmt.value, lambda name: names.get(name, ir.Var(name)))
            hint = self.hints.get(stmt.target, "")
            if is_pure(value.function):
                made = names[stmt.target] = self.apply(value.function, *value.args, hint=hint, **dict(value.kwargs))
                self.optional.update(ir.variables(made) if stmt.target in self.optional else ())
                return
            target = self.copy_name(stmt.target)
            names[stmt.target] = target
            self.emit(ir.Let(target.name, value, stmt.origin))
            return
        self.emit(self.rebuild(stmt, names))

    def copy_name(self, name: str) -> ir.Var:
        """A new name with the same word and type."""
        copy = self.fresh(self.hints.get(name, ""), self.types.get(name))
        if name in self.optional:
            self.optional.add(copy.name)
        return copy

    def rebuild(self, stmt: ir.Stmt, names: dict[str, ir.Atom]) -> ir.Stmt:
        """A statement with blocks, written again."""

        def sub(atom: ir.Atom) -> ir.Atom:
            return self.substitute(atom, names)

        def bind(bound: tuple[str, ...]) -> tuple[str, ...]:
            for name in bound:
                names[name] = self.copy_name(name)
            return tuple(names[name].name for name in bound)  # type: ignore[union-attr]

        def again(block: ir.Block) -> ir.Block:
            with self.block() as statements:
                self.replay(block.statements, names)
            return ir.Block(tuple(statements), tuple(sub(atom) for atom in block.yields))

        match stmt:
            case ir.If():
                condition, then, other = sub(stmt.test), again(stmt.then), again(stmt.other)
                return ir.If(condition, then, other, bind(stmt.results), stmt.origin)
            case ir.For():
                bounds = tuple(sub(b) for b in stmt.bounds)
                inits = tuple(sub(i) for i in stmt.inits)
                (index,), carried = bind((stmt.index,)), bind(stmt.carried)
                slots = None if stmt.slots is None else sub(stmt.slots)
                body = again(stmt.body)
                return ir.For(index, bounds, carried, inits, body, bind(stmt.results), stmt.stops, stmt.origin, slots)  # type: ignore[arg-type]
            case ir.While():
                inits = tuple(sub(i) for i in stmt.inits)
                slots = None if stmt.slots is None else sub(stmt.slots)
                carried = bind(stmt.carried)
                test, body = again(stmt.test), again(stmt.body)
                return ir.While(test, carried, inits, body, bind(stmt.results), stmt.stops, stmt.origin, slots)
            case ir.With():
                context = ir.replace_apply(stmt.context, lambda name: names.get(name, ir.Var(name)))
                return ir.With(context, again(stmt.body), bind(stmt.results), stmt.origin)
            case ir.Try():
                body = again(stmt.body)
                handlers = tuple((sub(kind), again(block)) for kind, block in stmt.handlers)
                return ir.Try(body, handlers, bind(stmt.results), stmt.origin)
            case ir.Raise():
                return ir.Raise(sub(stmt.exception), stmt.origin)
            case _:
                raise AssertionError(stmt)


def constant_type(value: Any) -> facts.Type | None:
    """What is known of a Python object."""
    if isinstance(value, bool):
        return facts.BOOL
    if isinstance(value, int):
        return facts.Num(facts.INT.dtype, (), weak=True, length=facts.as_dim(value))
    if isinstance(value, float) and type(value) is float:
        return facts.FLOAT
    if isinstance(value, complex) and type(value) is complex:
        return facts.COMPLEX
    import numpy as np

    if isinstance(value, (np.ndarray, np.generic)):
        return facts.Num(value.dtype, tuple(facts.as_dim(n) for n in np.shape(value)))
    if isinstance(value, tuple):
        return facts.Record(tuple, tuple(constant_type(item) for item in value))
    return facts.Opaque(type(value))
