"""One statement of a program as a function of the names that it reads, with its pushforward and its pullback.

In: a program, one of its statements.  Out: a Unit, which can be asked about values of these names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.checking.walking import Scope
from s2s.emit import emit
from s2s.errors import Refused
from s2s.kinds import KINDS, Request
from s2s.load import load
from s2s.optimise import optimise
from s2s.rules.declare import RULES
from s2s.specialise import Specialised
from s2s.testing.directions import random_tangent
from s2s.testing.dots import Dot, Linear, dot, perturbed
from s2s.watch.program import newest
from s2s_runtime import tree

AROUND = 4
"""At so many points that are off by a rounding it is seen how a statement is conditioned."""


@dataclass(frozen=True)
class Unit:
    """A statement by itself: the names that it reads, which of them may move, and its two derivatives."""

    names: tuple[str, ...]
    wrt: tuple[int, ...]
    pushed: Callable[..., Any]
    forward: Callable[..., Any]
    reverse: Callable[..., Any]

    def dot(self, scope: Scope, rng: np.random.Generator) -> Dot | None:
        """The dot-product test of the statement for these values; None where nothing moves."""
        values = tuple(scope[name] for name in self.names)
        moving = tuple(values[position] for position in self.wrt)
        result = self.forward(*values)[0]
        if not moves(moving) or not moves(result):
            return None
        tangents, seed = random_tangent(moving, rng), random_tangent(result, rng)

        def around() -> Iterator[tuple[Linear, Linear]]:
            for _ in range(AROUND):
                yield self.modes(perturbed(values, rng))

        return dot(*self.modes(values), tangents, seed, around)

    def modes(self, values: tuple[Any, ...]) -> tuple[Linear, Linear]:
        """The pushforward and the pullback at these values."""
        result, residuals = self.forward(*values)

        def push(tangents: Any) -> Any:
            return fitted(self.pushed(*values, *tangents)[1], result)

        def pull(seed: Any) -> Any:
            bars = self.reverse(*residuals, tree.copy(seed))
            return tuple(fitted(bar, values[position]) for bar, position in zip(bars, self.wrt, strict=True))

        return push, pull


class Units:
    """The statements of one program, each by itself."""

    def __init__(self, program: ir.Function) -> None:
        self.program = program
        self.types, self.hints, self.number = dict(program.types), dict(program.hints), newest(program)
        self.made: dict[int, Unit | None] = {}

    def of(self, stmt: ir.Stmt) -> Unit | None:
        """A statement by itself; None if it has no derivative of its own."""
        if id(stmt) not in self.made:
            self.made[id(stmt)] = self.unit((stmt,), tuple(name for name in ir.binds(stmt) if self.carries(name)))
        return self.made[id(stmt)]

    def carries(self, name: str) -> bool:
        return facts.carries(self.types.get(name))

    def unit(self, statements: tuple[ir.Stmt, ...], results: tuple[str, ...]) -> Unit | None:
        """Statements as a function that gives what they bind under these names."""
        if not results or all(isinstance(stmt, ir.Let) and RULES.is_constant(stmt.value.function) for stmt in statements):
            return None
        body = ir.Block(statements, (ir.Pack(tuple, tuple(map(ir.Var, results))),))
        names = tuple(sorted(ir.free(body)))
        wrt = tuple(k for k, name in enumerate(names) if self.carries(name))
        if not wrt:
            return None
        inputs = tuple(map(ir.Var, names))
        function = ir.Function("statement", tuple(map(ir.Parameter, names)), inputs, body, self.types, self.hints)
        try:
            (pushed,), (forward, reverse) = self.derived(function, "jvp", wrt), self.derived(function, "split", wrt)
        except Refused:  # what is refused by itself was not refused in its place, so nothing goes through it
            return None
        return Unit(names, wrt, pushed, forward, reverse)

    def derived(self, function: ir.Function, kind: str, wrt: tuple[int, ...]) -> tuple[Callable[..., Any], ...]:
        """The functions of a derivative, loaded."""
        builder = Builder(self.types, self.hints, self.number)
        made = KINDS[kind](Specialised(function, (), (), {}), Request(kind, wrt), builder)
        self.number = builder.number
        return tuple(load(emit(program, program.name)) for program in map(optimise, made))


def moves(values: Any) -> bool:
    """Whether some leaf carries a derivative."""
    return any(map(tree.is_differentiable, tree.flatten(values)[0]))


def fitted(derivative: Any, primal: Any) -> Any:
    """A derivative in the tree of what it belongs to."""
    from s2s.fitting import fit

    return tree.zeros_like(primal) if derivative is None else fit(derivative, primal)
