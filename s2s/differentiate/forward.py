"""Forward mode: every statement is followed by the one that computes the tangent of its result.

    y = np.sin(x)      =>      y = np.sin(x)
                               y_dot = np.cos(x) * x_dot

In: statements, and tangents of the inputs.  Out: the same statements with tangents between them, in the builder.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence

from s2s import facts, ir
from s2s.builder import Builder
from s2s.differentiate.activity import active
from s2s.differentiate.apply import Applications
from s2s.differentiate.binding import Inline
from s2s.differentiate.vanishing import vanishing
from s2s.primitives import EFFECTS, spoken
from s2s.quiet import chosen_from, is_quiet, quietly
from s2s.rules.declare import RULES
from s2s.subroutine import Subroutine


class Forward:
    """One program's tangents.  `tangents` maps a name to the atom of its tangent."""

    def __init__(self, builder: Builder, inline: Inline) -> None:
        self.builder, self.inline = builder, inline
        self.applications = Applications(builder, inline)
        self.tangents: dict[str, ir.Atom] = {}
        self.active: set[str] = set()
        self.chosen: set[str] = set()
        self.quiet = False

    def run(self, statements: Sequence[ir.Stmt], tangents: dict[str, ir.Atom], result: ir.Atom) -> ir.Atom:
        """Write the statements and their tangents; the tangent of `result`."""
        self.tangents = dict(tangents)
        self.active = active(statements, tangents, [result], self.carries)
        self.applications.vanishing = vanishing(statements)
        self.block(statements, [result])
        return self.whole(result)

    def carries(self, name: str) -> bool:
        return facts.carries(self.builder.types.get(name))

    def of(self, atom: ir.Atom) -> ir.Atom | None:
        """The tangent of an atom; None if it has none."""
        if isinstance(atom, ir.Var):
            return self.tangents.get(atom.name)
        if isinstance(atom, ir.Pack):
            parts = [self.of(item) for item in atom.items]
            if all(part is None for part in parts):
                return None
            zeros = self.applications.zeros
            filled = tuple(p if p is not None else zeros(item) for p, item in zip(parts, atom.items, strict=True))
            return ir.Pack(atom.kind, filled, atom.keys)
        return None

    def whole(self, atom: ir.Atom) -> ir.Atom:
        """The tangent of an atom, zeros where it has none."""
        found = self.of(atom)
        return found if found is not None else self.applications.zeros(atom)

    def named(self, target: str, tangent: ir.Atom) -> None:
        hint = self.builder.hints.get(target)
        if hint:
            self.builder.suggest(tangent, f"{hint}_dot")
        self.tangents[target] = tangent

    def block(self, statements: Sequence[ir.Stmt], yields: Sequence[ir.Atom]) -> None:
        self.chosen |= chosen_from(statements, yields)
        for stmt in statements:
            with self.builder.at(stmt.origin):
                self.statement(stmt)

    def statement(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Let():
                if isinstance(stmt.value.function, Subroutine) and stmt.target in self.active:
                    self.subroutine(stmt, stmt.value.function)
                    return
                self.builder.again(stmt)
                if (
                    stmt.target in self.active
                    and stmt.target not in self.tangents
                    and stmt.value.function not in EFFECTS
                    and not RULES.is_constant(stmt.value.function)
                ):
                    with self.builder.at(stmt.origin and stmt.origin.derived(spoken(stmt.value.function))):
                        tangent = self.tangent(stmt)
                    if tangent is not None:
                        self.named(stmt.target, tangent)
            case ir.If():
                then, other = self.arm(stmt.then, stmt.results), self.arm(stmt.other, stmt.results)
                self.builder.emit(ir.If(stmt.test, then, other, self.with_tangents(stmt.results), stmt.origin))
            case ir.With():
                around, self.quiet = self.quiet, self.quiet or is_quiet(stmt.context)
                body = self.arm(stmt.body, stmt.results)
                self.quiet = around
                self.builder.emit(ir.With(stmt.context, body, self.with_tangents(stmt.results), stmt.origin))
            case ir.Try():
                body = self.arm(stmt.body, stmt.results)
                handlers = tuple((kind, self.arm(block, stmt.results)) for kind, block in stmt.handlers)
                self.builder.emit(ir.Try(body, handlers, self.with_tangents(stmt.results), stmt.origin))
            case ir.For() | ir.While():
                self.loop(stmt)
            case _:
                self.builder.emit(stmt)

    def tangent(self, stmt: ir.Let) -> ir.Atom | None:
        """The tangent of an application's result; without a warning where it is chosen from."""
        if stmt.target not in self.chosen or self.quiet:
            return self.applications.tangent(stmt, self.of)
        (tangent,) = quietly(self.builder, lambda: [self.applications.tangent(stmt, self.of) or ir.Const(None)])
        return None if tangent == ir.Const(None) else tangent

    def subroutine(self, stmt: ir.Let, routine: Subroutine) -> None:
        """A call that gives the result and its tangent."""
        moving = tuple(k for k, arg in enumerate(stmt.value.args) if self.of(arg) is not None)
        pushed = self.pushed(routine, moving)
        tangents = [self.whole(stmt.value.args[k]) for k in moving]
        both = self.builder.apply(pushed, *stmt.value.args, *tangents)
        self.builder.emit(ir.Let(stmt.target, ir.Apply(operator.getitem, (both, ir.Const(0))), stmt.origin))
        tangent = self.builder.apply(operator.getitem, both, ir.Const(1))
        if isinstance(tangent, ir.Var) and routine.fact is not None:
            self.builder.types[tangent.name] = self.builder.types.get(stmt.target, routine.fact)
        self.named(stmt.target, tangent)

    def pushed(self, routine: Subroutine, moving: tuple[int, ...]) -> Subroutine:
        """The subroutine that gives a result and its tangent, from tangents of the parameters at these positions."""
        known = routine.derived.get(("jvp", moving))
        if known is not None:
            return known  # type: ignore[no-any-return]
        made = Subroutine(
            f"{routine.name}_jvp", fact=facts.Record(tuple, (routine.fact, routine.fact)), origin=routine.origin
        )
        routine.derived[("jvp", moving)] = made
        builder = self.builder
        tangents = [
            builder.fresh(
                f"{builder.hints.get(routine.parameters[k], 'x')}_dot", builder.types.get(routine.parameters[k])
            )
            for k in moving
        ]
        inner = Forward(builder, self.inline)
        (result,) = routine.body.yields
        with builder.apart() as statements:
            pairs = {routine.parameters[k]: tangent for k, tangent in zip(moving, tangents, strict=True)}
            tangent = inner.run(routine.body.statements, dict(pairs), result)
        made.parameters = (*routine.parameters, *(var.name for var in tangents))
        made.body = ir.Block(tuple(statements), (ir.Pack(tuple, (result, tangent)),))
        return made

    def arm(self, block: ir.Block, results: tuple[str, ...]) -> ir.Block:
        """A branch, yielding tangents behind its values."""
        with self.builder.block() as statements:
            self.block(block.statements, block.yields)
            dead = bool(block.statements) and isinstance(block.statements[-1], ir.Raise)
            extra = [
                ir.UNDEFINED if dead or block.yields[k] == ir.UNDEFINED else self.whole(block.yields[k])
                for k, name in enumerate(results)
                if name in self.active
            ]
        return ir.Block(tuple(statements), (*block.yields, *extra))

    def with_tangents(self, results: tuple[str, ...]) -> tuple[str, ...]:
        """The results of a statement, and the names of their tangents."""
        extra = []
        for name in results:
            if name in self.active:
                tangent = self.builder.fresh(fact=self.builder.types.get(name))
                self.named(name, tangent)
                extra.append(tangent.name)
        return (*results, *extra)

    def loop(self, stmt: ir.For | ir.While) -> None:
        """Carried names that are active carry their tangents with them."""
        moving = [k for k, name in enumerate(stmt.carried) if name in self.active]
        inits = [ir.UNDEFINED if stmt.inits[k] == ir.UNDEFINED else self.whole(stmt.inits[k]) for k in moving]
        carried = self.with_tangents(stmt.carried)
        tests: list[ir.Stmt] = []
        if isinstance(stmt, ir.While):
            with self.builder.block() as tests:
                self.block(stmt.test.statements, stmt.test.yields)
        with self.builder.block() as statements:
            self.block(stmt.body.statements, stmt.body.yields)
            first = 1 if stmt.stops else 0
            yields = [self.whole(stmt.body.yields[first + k]) for k in moving]
        body = ir.Block(tuple(statements), (*stmt.body.yields, *yields))
        results = self.with_tangents(stmt.results)
        all_inits = (*stmt.inits, *inits)
        if isinstance(stmt, ir.While):
            test = ir.Block(tuple(tests), stmt.test.yields)
            self.builder.emit(ir.While(test, carried, all_inits, body, results, stmt.stops, stmt.origin, stmt.slots))
        else:
            self.builder.emit(
                ir.For(stmt.index, stmt.bounds, carried, all_inits, body, results, stmt.stops, stmt.origin, stmt.slots)
            )
