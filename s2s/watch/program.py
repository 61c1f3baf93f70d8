"""A derivative that watches itself: after each statement that may make a NaN or an infinity, a call that looks at what it made.

    y = np.log(x)                  watch = begun(statements)
    y_bar = 1.0 / x       =>       y = np.log(x)
                                   seen(watch, 0, y)
                                   y_bar = 1.0 / x
                                   seen(watch, 1, y_bar)
                                   finished(watch, 2, y_bar)

The table `statements` says of each call which names its statement binds and reads, and where it comes from, so the names at
hand have no shadow variables beside them; loops and branches say which names are now bound to what other names are.

In: the functions of a derivative.  Out: the same functions, which raise `Found` if the derivative is not finite.
"""

from __future__ import annotations

import itertools
import operator
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from s2s import facts, ir
from s2s.primitives import SPOKEN, spoken
from s2s.subroutine import Subroutine, called
from s2s.watch.reading import MOVES, extras, how, may_be_flawed, read
from s2s_runtime import watching
from s2s_runtime.watching import Loop, Site, Sites


def watched(
    functions: Sequence[ir.Function], kind: str, has_aux: bool, place: ir.Origin | None
) -> tuple[ir.Function, ...]:
    """The functions of a derivative of a kind, watching themselves.  What one half hands to the other has what it has seen in it.

    `place` is where the differentiated function is defined.
    """
    functions = [replace(function, origin=place) for function in functions]
    numbers = itertools.count(1 + max(newest(function) for function in functions))
    routines: dict[Subroutine, Subroutine] = {}
    if len(functions) == 1:
        last = kind in ("value_and_grad", "jvp", "vjp") or has_aux
        return (Watching(functions[0], numbers, routines).whole(last),)
    first, second = functions
    handed = [parameter.name for parameter in second.parameters[: len(residuals(first).items)]]
    halves = Watching(first, numbers, routines), Watching(second, numbers, routines)
    return halves[0].first_half(handed), halves[1].second_half(len(handed))


def residuals(function: ir.Function) -> ir.Pack:
    """What the first of two halves hands to the second."""
    (result,) = function.body.yields
    assert isinstance(result, ir.Pack)
    assert isinstance(result.items[1], ir.Pack)
    return result.items[1]


def newest(function: ir.Function) -> int:
    """The highest number of a name of a function, and of the functions that it calls."""
    blocks = [function.body, *(routine.body for routine in called(function.body))]
    names = itertools.chain(function.types, function.hints, *map(bound, blocks), (p.name for p in function.parameters))
    more = (name for routine in called(function.body) for name in routine.parameters)
    return max((int(name[1:]) for name in itertools.chain(names, more)), default=0)


def bound(block: ir.Block) -> Iterator[str]:
    """All names that a block binds."""
    for stmt in block.statements:
        yield from ir.binds(stmt)
        if isinstance(stmt, (ir.For, ir.While)):
            yield from stmt.carried
        if isinstance(stmt, ir.For):
            yield stmt.index
        for inner in ir.blocks(stmt):
            yield from bound(inner)


class Watching:
    """One function that watches itself, under construction."""

    def __init__(self, function: ir.Function, numbers: Iterator[int], routines: dict[Subroutine, Subroutine]) -> None:
        self.function, self.numbers, self.routines = function, numbers, routines
        self.types, self.hints = dict(function.types), dict(function.hints)
        self.sites = Sites()
        self.watch = self.fresh("watch")
        self.loops: list[tuple[Loop, ir.Var | None]] = []
        self.carried: dict[str, str] = {}
        self.given: dict[str, str] = {}
        self.objects: dict[str, str] = {}
        self.uses = Counter(reads(function.body))
        self.homes: dict[str, int] = {}
        """The loop that each name is bound in, as its depth; loops at one depth are read in turn."""

    def fresh(self, hint: str = "") -> ir.Var:
        name = f"#{next(self.numbers)}"
        if hint:
            self.hints[name] = hint
        self.types[name] = facts.Opaque(object)
        return ir.Var(name)

    # -------------------------------------------------------------------------------------------------------- functions
    def whole(self, last: bool) -> ir.Function:
        """A function that gives a derivative, alone or (`last`) as the last of what it returns."""
        parameters = self.parameters(self.function.parameters)
        (result,) = self.function.body.yields
        derivative = result.items[-1] if last and isinstance(result, ir.Pack) else result
        body = self.block(self.function.body)
        return self.made([*self.begin(watching.begun), *parameters, *body, *self.finish(derivative)], result)

    def first_half(self, handed: Sequence[str]) -> ir.Function:
        """A function that gives a result and residuals, which have these names in the other half, with what it has seen behind them."""
        parameters = self.parameters(self.function.parameters)
        (result,) = self.function.body.yields
        assert isinstance(result, ir.Pack)
        kept = residuals(self.function)
        pack = replace(result, items=(result.items[0], replace(kept, items=(*kept.items, self.watch))))
        body = [*self.begin(watching.begun), *parameters, *self.block(self.function.body)]
        return self.made([*body, *self.passes(handed, kept.items)], pack)

    def second_half(self, count: int) -> ir.Function:
        """A function that gives a derivative, from so many residuals, what the first half has seen, and seeds."""
        own = self.function.parameters
        seeds, seen = self.parameters(own[count:]), self.fresh("seen")
        (derivative,) = self.function.body.yields
        body = self.block(self.function.body)
        made = self.made([*self.begin(watching.resumed, seen), *seeds, *body, *self.finish(derivative)], derivative)
        inputs = (*self.function.inputs[:count], seen, *self.function.inputs[count:])
        parameters = (*own[:count], ir.Parameter(seen.name), *own[count:])
        return replace(made, parameters=parameters, inputs=inputs)

    def made(self, statements: Sequence[ir.Stmt], result: ir.Atom) -> ir.Function:
        return replace(self.function, body=ir.Block(tuple(statements), (result,)), types=self.types, hints=self.hints)

    def begin(self, function: object, *args: ir.Atom) -> list[ir.Stmt]:
        return [self.call(function, *args, ir.Const(self.sites), target=self.watch)]

    def finish(self, derivative: ir.Atom) -> list[ir.Stmt]:
        return [self.noted(watching.finished, Site(reads=(self.code(derivative),), origin=self.function.origin), derivative)]

    def parameters(self, parameters: Sequence[ir.Parameter]) -> list[ir.Stmt]:
        """Look at what a function is given: at parameters that are leaves here, at others where they are taken apart."""
        trees = dict(zip((p.name for p in self.function.parameters), self.function.inputs, strict=True))
        statements: list[ir.Stmt] = []
        for parameter in parameters:
            word = self.hints.get(parameter.name, "an argument")
            tree = trees[parameter.name]
            found = dict(leaves(tree, word))
            self.given.update(found)
            found[parameter.name] = word
            self.objects.update((name, word) for name, word in found.items() if isinstance(self.types.get(name), facts.Opaque))
            if tree == ir.Var(parameter.name) and may_be_flawed(self.types.get(parameter.name)):
                site = Site((parameter.name,), (), self.function.origin, word, how="given")
                statements.append(self.noted(watching.seen, site, ir.Var(parameter.name)))
        return statements

    def routine(self, routine: Subroutine) -> Subroutine:
        """A function that calls itself, watching itself: it is given what watches its caller, too."""
        known = self.routines.get(routine)
        if known is not None:
            return known
        made = self.routines[routine] = replace(routine, derived={})
        whole = ir.Function(routine.name, (), (), routine.body, self.types, self.hints, routine.origin)
        inner = Watching(whole, self.numbers, self.routines)
        caller = inner.fresh("caller")
        (result,) = routine.body.yields
        names = (ir.Const(name) for name in routine.parameters)
        begin = inner.call(watching.entered, caller, ir.Const(inner.sites), *names, target=inner.watch)
        body = inner.block(routine.body)
        end = inner.noted(watching.left, Site(reads=(inner.code(result),)))
        made.body = ir.Block((begin, *body, end), routine.body.yields)
        made.parameters = (caller.name, *routine.parameters)
        self.types.update(inner.types)
        self.hints.update(inner.hints)
        return made

    # ------------------------------------------------------------------------------------------------------------ calls
    def call(self, function: object, *args: ir.Atom, target: ir.Var | None = None) -> ir.Let:
        return ir.Let((target or self.fresh()).name, ir.Apply(function, args))  # type: ignore[arg-type]

    def noted(self, function: object, site: Site, *args: ir.Atom) -> ir.Let:
        """A call that names a statement by its number in the table."""
        self.sites.sites.append(site)
        return self.call(function, self.watch, ir.Const(len(self.sites.sites) - 1), *args)

    def code(self, atom: ir.Atom) -> object:
        return read(atom, self.carried)

    @property
    def indices(self) -> list[ir.Atom]:
        return [index for _, index in self.loops if index is not None]

    def site(self, stmt: ir.Let, how: str) -> Site:
        origin, operands = stmt.origin, (*stmt.value.args, *(atom for _, atom in stmt.value.kwargs))
        derivative = origin is not None and (origin.role == "adjoint" or bool(origin.of))
        loops = tuple(loop for loop, _ in self.loops)
        codes = tuple(map(self.code, operands))
        function, rounds = stmt.value.function, origin.rounds if origin is not None else ()
        name = "" if is_ours(function) else spoken(function)
        return Site(
            (stmt.target,), codes, origin, name, loops, how, derivative, len(self.indices), rounds, self.is_last(stmt.value)
        )  # fmt: skip

    def is_last(self, application: ir.Apply) -> bool:
        """Whether nothing else reads what an application reads first, at this time or another."""
        first = application.args[0] if application.args else None
        return isinstance(first, ir.Var) and self.uses[first.name] == 1 and self.homes.get(first.name) == len(self.loops)

    def passes(self, targets: Sequence[str], atoms: Sequence[ir.Atom], **counters: Any) -> list[ir.Stmt]:
        """Names are bound to what atoms are."""
        pairs = [(name, self.code(atom)) for name, atom in zip(targets, atoms, strict=True) if self.watches(name)]
        if not pairs and not counters:
            return []
        names, codes = tuple(name for name, _ in pairs), tuple(code for _, code in pairs)
        return [self.noted(watching.passed, Site(names, codes, self.origin, **counters))]

    def watches(self, name: str) -> bool:
        return may_be_flawed(self.types.get(name))

    # ------------------------------------------------------------------------------------------------------- statements
    origin: ir.Origin | None = None

    def block(self, block: ir.Block) -> list[ir.Stmt]:
        """The statements of a block with calls between them."""
        statements: list[ir.Stmt] = []
        for stmt in block.statements:
            statements += self.statement(stmt)
            self.homes.update((name, len(self.loops)) for name in ir.binds(stmt))
        return statements

    def ending(self, block: ir.Block, targets: Sequence[str], **counters: Any) -> ir.Block:
        """A block that ends by binding names to what it yields, unless it ends by raising."""
        statements = self.block(block)
        if not (statements and isinstance(statements[-1], ir.Raise)):
            statements += self.passes(targets, block.yields[len(block.yields) - len(targets) :], **counters)
        return replace(block, statements=tuple(statements))

    def statement(self, stmt: ir.Stmt) -> list[ir.Stmt]:
        self.origin = stmt.origin
        match stmt:
            case ir.Let():
                return self.let(stmt)
            case ir.If():
                then, other = self.ending(stmt.then, stmt.results), self.ending(stmt.other, stmt.results)
                return [replace(stmt, then=then, other=other)]
            case ir.With():
                return [replace(stmt, body=self.ending(stmt.body, stmt.results))]
            case ir.Try():
                handlers = tuple((kind, self.ending(block, stmt.results)) for kind, block in stmt.handlers)
                return [replace(stmt, body=self.ending(stmt.body, stmt.results), handlers=handlers)]
            case ir.For() | ir.While():
                return self.loop(stmt)
            case ir.Raise():
                return [stmt]

    def let(self, stmt: ir.Let) -> list[ir.Stmt]:
        function = stmt.value.function
        if isinstance(function, Subroutine):
            told = self.noted(watching.called, self.site(stmt, "whole"), *self.indices)
            value = ir.Apply(self.routine(function), (ir.Var(told.target), *stmt.value.args))
            return [told, replace(stmt, value=value), self.noted(watching.returned, Site((stmt.target,)))]
        before = self.ahead(stmt)
        self.look_inside(stmt)
        if not self.watches(stmt.target):
            return [*before, stmt]
        if stmt.target in self.given:
            site = Site((stmt.target,), (), self.function.origin, self.given[stmt.target], how="given")
            return [stmt, self.noted(watching.seen, site, ir.Var(stmt.target))]
        way = how(stmt.value)
        if way == "":
            return [*before, stmt]
        look = watching.moved if way in MOVES else watching.seen
        return [*before, stmt, self.noted(look, self.site(stmt, way), ir.Var(stmt.target), *self.indices, *extras(stmt.value, way))]

    def ahead(self, stmt: ir.Let) -> list[ir.Stmt]:
        """What is said before a statement of the derivative that may raise where NumPy gives an infinity: a quotient of Python's numbers.

        The program's own statements raise what they raise in Python.
        """
        function, args, origin = stmt.value.function, stmt.value.args, stmt.origin
        if function not in RAISING or origin is None or not (origin.role == "adjoint" or origin.of):
            return []
        if not all(may_be_python(self.types.get(arg.name)) if isinstance(arg, ir.Var) else True for arg in args):
            return []
        if function is operator.truediv and isinstance(args[1], ir.Const) and args[1].value != 0:
            return []
        return [self.noted(RAISING[function], self.site(stmt, "entries"), *args, *self.indices)]

    def look_inside(self, stmt: ir.Let) -> None:
        """An attribute or an item of an argument that is an object is given, too."""
        function, args = stmt.value.function, stmt.value.args
        if function not in (getattr, operator.getitem) or not isinstance(args[0], ir.Var) or args[0].name not in self.objects:
            return
        key = args[1].value if isinstance(args[1], ir.Const) else ...
        word = self.objects[args[0].name]
        word = f"{word}.{key}" if function is getattr else f"{word}[{'...' if key is ... else repr(key)}]"
        self.given[stmt.target] = word
        if not isinstance(self.types.get(stmt.target), facts.Num):
            self.objects[stmt.target] = word

    def loop(self, stmt: ir.For | ir.While) -> list[ir.Stmt]:
        """A loop: what it carries has its results' shadows, too."""
        number = self.sites.counters
        if isinstance(stmt, ir.While):
            self.sites.counters += 1
            before = self.passes(stmt.carried, stmt.inits, starts=number)
            self.loops.append((Loop("iteration", number), None))
        else:
            before = self.passes(stmt.carried, stmt.inits)
            word = stmt.origin.index if stmt.origin is not None and stmt.origin.index else "iteration"
            self.loops.append((Loop(word), ir.Var(stmt.index)))
        self.carried.update(zip(stmt.results, stmt.carried, strict=True))
        self.homes.update((name, len(self.loops)) for name in stmt.carried)
        if isinstance(stmt, ir.While):
            stmt = replace(stmt, test=replace(stmt.test, statements=tuple(self.block(stmt.test))))
            body = self.ending(stmt.body, stmt.carried, counts=number)
        else:
            body = self.ending(stmt.body, stmt.carried)
        self.loops.pop()
        return [*before, replace(stmt, body=body)]


def reads(block: ir.Block) -> Iterator[str]:
    """All names that a block reads, as often as they stand in it."""
    for stmt in block.statements:
        yield from (name for atom in ir.operands(stmt) for name in ir.variables(atom))
        for inner in ir.blocks(stmt):
            yield from reads(inner)
    yield from (name for atom in block.yields for name in ir.variables(atom))


def may_be_python(fact: facts.Type | None) -> bool:
    """Whether a value may be a number of Python's, with which a division by zero is an error."""
    return fact is None or (isinstance(fact, facts.Num) and fact.shape in ((), None))


RAISING: dict[Any, Any] = {operator.truediv: watching.divided, operator.pow: watching.raised}


def is_ours(function: object) -> bool:
    """Whether no user has a name for a function: derivatives are written with it."""
    return (getattr(function, "__module__", None) or "").startswith("s2s_runtime") and function not in SPOKEN


def leaves(tree: ir.Atom, word: str) -> Iterator[tuple[str, str]]:
    """The names in a tree of inputs, and how the user would write each."""
    if isinstance(tree, ir.Var):
        yield tree.name, word
    elif isinstance(tree, ir.Pack):
        keys = tree.keys or range(len(tree.items))
        attributes = bool(tree.keys) and not issubclass(tree.kind, dict)
        for key, item in zip(keys, tree.items, strict=True):
            yield from leaves(item, f"{word}.{key}" if attributes else f"{word}[{key!r}]")
