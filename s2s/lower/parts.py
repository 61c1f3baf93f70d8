"""A program cut into parts that are compiled and what stays as it is, at stated seams.

    W = params["W"]                         W = params["W"]
    y = np.sin(W @ x)            =>         y, z = part(W, x)
    z = np.cos(y)                           print(z)
    print(z)

In: a Function.  Out: Parts, each a function of numbers and arrays, as it stands and as loop nests; the Function that calls
them; and why each statement that stays stays.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s.lower.assuming import Assumption
from s2s.lower.program import lowered, newest
from s2s.lower.refusing import NotLowered
from s2s.optimise import optimise
from s2s.primitives import EFFECTS


@dataclass(frozen=True)
class Part:
    """Statements in a row, as a function of what they read: as they stand, and as loop nests."""

    plain: ir.Function
    loops: ir.Function

    @property
    def inputs(self) -> tuple[ir.Atom, ...]:
        return tuple([ir.Var(parameter.name) for parameter in self.plain.parameters])


@dataclass(frozen=True)
class Parted:
    """`items`: statements that stay as they are, and parts, in order; `refusals` say why the former stay."""

    function: ir.Function
    items: tuple[ir.Stmt | Part, ...]
    refusals: tuple[NotLowered, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(item for item in self.items if isinstance(item, Part))

    @property
    def whole(self) -> Part | None:
        """The part that is all of the function, if there is one."""
        part = self.items[0] if len(self.items) == 1 else None
        return part if isinstance(part, Part) and part.plain is self.function else None

    def calling(self, callables: Sequence[Callable[..., Any]]) -> ir.Function:
        """The function with calls of these in the place of the parts."""
        function = self.function
        numbers = iter(range(newest(function) + 1, 1 << 60))
        statements: list[ir.Stmt] = []
        given = iter(callables)
        for item in self.items:
            statements += call(item, next(given), numbers) if isinstance(item, Part) else [item]
        return replace(function, body=ir.Block(tuple(statements), function.body.yields))


def call(part: Part, function: Callable[..., Any], numbers: Iterator[int]) -> list[ir.Stmt]:
    """A call of a part, and what it gives by name."""
    (results,) = part.plain.body.yields
    application = ir.Apply(function, part.inputs)
    if isinstance(results, ir.Var):
        return [ir.Let(results.name, application)]
    assert isinstance(results, ir.Pack)
    target = f"#{next(numbers)}"
    items = [ir.Apply(operator.getitem, (ir.Var(target), ir.Const(k))) for k in range(len(results.items))]
    names = [item.name for item in results.items if isinstance(item, ir.Var)]
    return [ir.Let(target, application), *(ir.Let(name, item) for name, item in zip(names, items, strict=True))]


def parted(function: ir.Function, assumption: Assumption) -> Parted:
    """The function with as much of it in parts as can be lowered."""
    refused: dict[int, NotLowered] = {}
    while True:
        try:
            items = [one for run in runs(function, refused) for one in made(function, run, assumption)]
            return Parted(function, tuple(items), tuple(refused.values()))
        except NotLowered as refusal:
            if refusal.statement is None or id(refusal.statement) in refused:
                raise
            refused[id(refusal.statement)] = refusal


def runs(function: ir.Function, refused: dict[int, NotLowered]) -> list[ir.Stmt | list[ir.Stmt]]:
    """Statements that stay, and lists of those in between."""
    found: list[ir.Stmt | list[ir.Stmt]] = []
    outside = {parameter.name for parameter in function.parameters if not passes(function, parameter.name)}
    for stmt in function.body.statements:
        if id(stmt) in refused or has_effect(stmt) or not outside.isdisjoint(ir.free(ir.Block((stmt,)))):
            found.append(stmt)
            outside.update(name for name in ir.binds(stmt) if not passes(function, name))
        elif found and isinstance(found[-1], list):
            found[-1].append(stmt)
        else:
            found.append([stmt])
    return found


def passes(function: ir.Function, name: str) -> bool:
    """Whether a value can go from Python to compiled code: a number, or an array of numbers."""
    fact = function.types.get(name)
    return isinstance(fact, facts.Num) and fact.dtype is not None and fact.shape is not None and not fact.boxed


def has_effect(stmt: ir.Stmt) -> bool:
    """Whether a statement does something besides computing."""
    inside = [stmt, *(inner for block in ir.blocks(stmt) for inner in walk(block))]
    return any(isinstance(one, ir.Let) and one.value.function in EFFECTS for one in inside)


def made(function: ir.Function, run: ir.Stmt | list[ir.Stmt], assumption: Assumption) -> Sequence[ir.Stmt | Part]:
    """A part of these statements; or the statements, where one stays as it is or compiling them is not worth it."""
    if not isinstance(run, list):
        return [run]
    if not any(is_work(function, stmt) for stmt in run):
        return run
    (result,) = function.body.yields
    if len(run) == len(function.body.statements) and is_plain(function, result):
        return [both_forms(function, assumption)]
    names = inputs_of(function, run)
    body = ir.Block(tuple(run), (ir.Pack(tuple, results_of(function, run)),))
    part = replace(
        function, name=f"{function.name}_part", parameters=tuple(ir.Parameter(name) for name in names),
        inputs=tuple(ir.Var(name) for name in names), body=body, doc="",
    )  # fmt: skip
    return [both_forms(part, assumption)]


def both_forms(function: ir.Function, assumption: Assumption) -> Part:
    return Part(function, optimise(lowered(function, assumption)))


def is_work(function: ir.Function, stmt: ir.Stmt) -> bool:
    """Whether a statement has more to do than what a call of compiled code costs."""
    if not isinstance(stmt, ir.Let):
        return isinstance(stmt, (ir.For, ir.While))
    shapes = [fact.shape for name in (stmt.target, *ir.reads(stmt.value)) if isinstance(fact := function.types.get(name), facts.Num)]
    return any(shapes) and stmt.value.function not in (operator.getitem, getattr)


def is_plain(function: ir.Function, atom: ir.Atom) -> bool:
    """Whether a result is made of numbers, arrays and tuples of them."""
    if isinstance(atom, ir.Pack):
        return atom.kind is tuple and bool(atom.items) and all(is_plain(function, item) for item in atom.items)
    if isinstance(atom, ir.Const):
        return isinstance(atom.value, (bool, int, float, complex, type(None)))
    return passes(function, atom.name)


def inputs_of(function: ir.Function, run: list[ir.Stmt]) -> list[str]:
    """What statements read from before them: parameters first."""
    order = {parameter.name: k for k, parameter in enumerate(function.parameters)}
    return sorted(ir.free(ir.Block(tuple(run))), key=lambda name: (order.get(name, len(order)), int(name[1:])))


def results_of(function: ir.Function, run: list[ir.Stmt]) -> tuple[ir.Atom, ...]:
    """What is read of statements behind them.  Raises NotLowered where that cannot leave compiled code."""
    statements = function.body.statements
    last = next(k for k, stmt in enumerate(statements) if stmt is run[-1])
    later = ir.free(ir.Block(statements[last + 1 :], function.body.yields))
    found = []
    for stmt in run:
        for name in ir.binds(stmt):
            if name in later and not passes(function, name):
                refusal = NotLowered("what this gives is neither a number nor an array, and is read where nothing is compiled", stmt.origin)
                refusal.statement = stmt
                raise refusal
            if name in later:
                found.append(ir.Var(name))
    return tuple(found)
