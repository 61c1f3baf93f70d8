"""Reverse mode: the program, recording what its reversal needs, and then the program backwards.

    y = np.sin(x)      =>      y = np.sin(x)
    return y                   x_bar = y_bar * np.cos(x)

In: statements, the result, the cotangent of the result.  Out: a forward sweep and a reverse sweep, and the cotangents of
the inputs.  Values of the forward sweep are read where they are; what is local to an iteration is recomputed if that is
cheap, and else recorded.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import replace

from s2s import facts, ir
from s2s.builder import Builder
from s2s.define import define
from s2s.differentiate.activity import active, differentiated
from s2s.differentiate.against import AgainstLoop, bounds_read
from s2s.differentiate.apply import Applications
from s2s.differentiate.binding import Inline, unpacked
from s2s.differentiate.branches import Branches, Cotangents, adjoint
from s2s.differentiate.checkpoints import by_states, sectioned
from s2s.differentiate.containers import CONTAINERS
from s2s.differentiate.nested import bound_inside
from s2s.differentiate.recover import Nest
from s2s.differentiate.sweeps import written
from s2s.differentiate.vanishing import vanishing
from s2s.primitives import EFFECTS, spoken
from s2s.quiet import quiet_results
from s2s.rules.declare import RULES
from s2s.subroutine import Subroutine
from s2s.sweep import sweep, sweep_block
from s2s.twin import shapes_made
from s2s_runtime.checkpointing import section


class Reverse(Branches):
    """One program's cotangents."""

    def __init__(self, builder: Builder, inline: Inline) -> None:
        self.builder, self.inline = builder, inline
        self.applications = Applications(builder, inline)
        self.wrt: set[str] = set()
        self.active: set[str] = set()
        self.bars: Cotangents = {}
        self.local: dict[str, ir.Apply] = {}
        self.depth = 0
        self.nested = False

    def run(
        self, statements: Sequence[ir.Stmt], wrt: Sequence[str], result: ir.Atom, seed: ir.Atom
    ) -> tuple[list[ir.Stmt], list[ir.Stmt], list[ir.Atom]]:
        """The forward sweep, the reverse sweep, and the cotangents of `wrt`."""
        self.wrt = set(wrt)
        self.active = active(statements, wrt, [result], self.carries)
        self.applications.vanishing = vanishing(statements)
        forward = list(statements)
        with self.builder.block() as backward, shapes_made(self.builder, statements):
            self.know(statements)
            self.accumulate(result, seed)
            self.sweep_back(forward)
            bars = [self.bar_or_zeros(name) for name in wrt]
        return forward, backward, bars

    def carries(self, name: str) -> bool:
        return facts.carries(self.builder.types.get(name))

    def know(self, statements: Sequence[ir.Stmt]) -> None:
        """Applications of the forward sweep are found again, not made again."""
        self.applications.doubtful |= quiet_results(statements)
        with self.builder.at(None):
            for stmt in statements:
                if isinstance(stmt, ir.Let):
                    self.builder.remember(stmt)

    # ---------------------------------------------------------------------------------------------- accumulating
    def is_active(self, atom: ir.Atom) -> bool:
        return any(name in self.active for name in ir.variables(atom))

    def accumulate(self, atom: ir.Atom, bar: ir.Atom) -> None:
        """Add a contribution to the cotangent of everything in an atom."""
        if isinstance(atom, ir.Pack):
            if bar != ir.Const(None):
                keys = atom.keys or range(len(atom.items))
                for item, part in zip(atom.items, self.parts(atom, bar, keys), strict=True):
                    if self.is_active(item):
                        self.accumulate(item, part)
        elif isinstance(atom, ir.Var) and atom.name in self.active and bar != ir.Const(None):
            projected = self.applications.project(bar, atom)
            total = self.applications.add(self.bars.get(atom.name), projected)
            self.name_bar(atom.name, total)
            self.bars[atom.name] = total

    def parts(self, atom: ir.Pack, bar: ir.Atom, keys: object) -> list[ir.Atom]:
        if isinstance(bar, (ir.Pack, ir.Const)) or not atom.keys:
            return unpacked(self.builder, bar, len(atom.items))
        function = operator.getitem if issubclass(atom.kind, dict) else getattr
        return [self.builder.apply(function, bar, ir.Const(key)) for key in atom.keys]

    def name_bar(self, name: str, bar: ir.Atom) -> None:
        """A cotangent has its primal's word, and is None where that is not defined."""
        if name in self.builder.optional and isinstance(bar, ir.Var):
            self.builder.optional.add(bar.name)
        hint = self.builder.hints.get(name)
        if hint:
            self.builder.suggest(bar, f"{hint}_bar")

    def bar_or_zeros(self, name: str) -> ir.Atom:
        found = self.bars.get(name)
        if found is not None:
            return found
        zeros = self.applications.zeros(ir.Var(name))
        self.name_bar(name, zeros)
        return zeros

    # ------------------------------------------------------------------------------------------------- statements
    def sweep_back(self, forward: list[ir.Stmt]) -> None:
        """Reverse a list of statements; where one must record or expose something, it is replaced in the list."""
        held, self.local = self.local, {stmt.target: stmt.value for stmt in forward if isinstance(stmt, ir.Let)}
        for position in range(len(forward) - 1, -1, -1):
            stmt = forward[position]
            with self.builder.at(adjoint(stmt.origin, spoken(stmt.value.function) if isinstance(stmt, ir.Let) else "")):
                match stmt:
                    case ir.Let() if isinstance(stmt.value.function, Subroutine):
                        forward[position : position + 1] = self.subroutine(stmt, stmt.value.function)
                    case ir.Let():
                        self.let(stmt)
                    case ir.If():
                        forward[position] = self.branch(stmt)
                    case ir.For() | ir.While():
                        forward[position : position + 1] = self.loop(stmt)
                    case ir.With() if stmt.context.function is section:
                        forward[position] = sectioned(self, stmt)
                    case ir.With():
                        forward[position] = self.context(stmt)
                    case ir.Try():
                        forward[position] = self.attempt(stmt)
        self.local = held

    def let(self, stmt: ir.Let) -> None:
        if stmt.target in self.wrt:  # the load of an input that is differentiated
            return
        bar, function = self.bars.pop(stmt.target, None), stmt.value.function
        if bar is None or stmt.target not in self.active or function in EFFECTS or RULES.is_constant(function):
            return
        container = CONTAINERS.get(function)
        if container is not None and container(self, stmt.value.args, bar):
            return
        for atom, contribution in self.applications.cotangents(stmt, bar, self.is_active):
            self.accumulate(atom, contribution)

    # ------------------------------------------------------------------------------------------------ subroutines
    def subroutine(self, stmt: ir.Let, routine: Subroutine) -> list[ir.Stmt]:
        """A call split in two: the forward one keeps its residuals for the reverse one."""
        bar = self.bars.pop(stmt.target, None)
        moving = tuple(k for k, arg in enumerate(stmt.value.args) if self.is_active(arg))
        if bar is None or stmt.target not in self.active or not moving:
            return [stmt]
        first, second = self.halves(routine, moving)
        both = self.builder.fresh(fact=first.fact)
        residuals = self.builder.fresh(f"{routine.name}_saved")
        bars = self.builder.apply(second, residuals, bar)
        for number, k in enumerate(moving):
            arg = stmt.value.args[k]
            part = self.builder.apply(operator.getitem, bars, ir.Const(number))
            fact = self.builder.type_of(arg)
            if isinstance(part, ir.Var) and isinstance(fact, facts.Num):
                self.builder.types[part.name] = _unweighted(fact) or fact
            self.accumulate(arg, part)
        return [
            ir.Let(both.name, ir.Apply(first, stmt.value.args), stmt.origin),
            ir.Let(stmt.target, ir.Apply(operator.getitem, (both, ir.Const(0))), stmt.origin),
            ir.Let(residuals.name, ir.Apply(operator.getitem, (both, ir.Const(1))), stmt.origin),
        ]

    def halves(self, routine: Subroutine, moving: tuple[int, ...]) -> tuple[Subroutine, Subroutine]:
        """A subroutine that gives (result, residuals), and one that gives the cotangents of the parameters at these positions."""
        known = routine.derived.get(("vjp", moving))
        if known is not None:
            return known  # type: ignore[no-any-return]
        builder = self.builder
        first = Subroutine(
            f"{routine.name}_forward", fact=facts.Record(tuple, (routine.fact, None)), origin=routine.origin
        )
        second = Subroutine(f"{routine.name}_reverse", origin=routine.origin)
        routine.derived[("vjp", moving)] = first, second
        first.derived["reverse"] = second, moving
        (result,) = routine.body.yields
        seed = builder.fresh(f"{routine.name}_bar", _unweighted(builder.type_of(result)) or routine.fact)
        given = builder.fresh(f"{routine.name}_saved")
        names = [routine.parameters[k] for k in moving]
        inner = Reverse(builder, self.inline)
        with builder.apart():
            forward, backward, bars = inner.run(routine.body.statements, names, result, seed)
        live = {name for bar in bars for name in ir.variables(bar)}
        swept = sweep(backward, live)
        whole = ir.Block(swept, (ir.Pack(tuple, tuple(bars)),))
        kept = sorted(ir.free(whole) - {seed.name}, key=lambda name: int(name[1:]))
        loads = [ir.Let(name, ir.Apply(operator.getitem, (given, ir.Const(k)))) for k, name in enumerate(kept)]
        second.parameters, second.body = (given.name, seed.name), ir.Block((*loads, *whole.statements), whole.yields)
        residuals = ir.Pack(tuple, tuple(ir.Var(name) for name in kept))
        first.parameters = routine.parameters
        first.body = ir.Block(tuple(define(forward, set(kept))), (ir.Pack(tuple, (result, residuals)),))
        return first, second

    # ------------------------------------------------------------------------------------------------------ loops
    def loop(self, stmt: ir.For | ir.While) -> list[ir.Stmt]:
        """The iterations backwards, from the last that ran."""
        first = 1 if stmt.stops else 0
        moving = [k for k, name in enumerate(stmt.carried) if name in self.active]
        if not any(stmt.results[k] in self.bars for k in moving):
            return [stmt]
        inside = bound_inside(stmt.body.statements) | set(stmt.carried)
        outer = sorted(name for name in differentiated(stmt.body) & self.active if name not in inside)
        carried_bars = [self.bars.pop(stmt.results[k], None) for k in moving]
        outer_bars = [self.bars.pop(name, None) for name in outer]
        inits = [
            bar if bar is not None else self.zeros_of(stmt.results[k])
            for k, bar in zip(moving, carried_bars, strict=True)
        ]
        inits += [bar if bar is not None else self.zeros_of(name) for name, bar in zip(outer, outer_bars, strict=True)]
        watched = [*(stmt.carried[k] for k in moving), *outer]
        held, self.bars = self.bars, {}
        nested, self.nested = self.nested, stmt.slots is None
        self.depth += 1
        forward = list(stmt.body.statements)
        arguments = [self.bar_name(name) for name in watched]
        with self.builder.block() as backward:
            self.know(stmt.body.statements)
            for name, argument in zip(outer, arguments[len(moving) :], strict=True):
                self.bars[name] = argument
            for k, argument in zip(moving, arguments, strict=False):
                self.accumulate(stmt.body.yields[first + k], argument)
            self.sweep_back(forward)
            yields = [self.bar_or_zeros(name) for name in watched]
        self.depth -= 1
        self.nested = nested
        self.bars = held
        self.bars.update((name, bar) for name, bar in zip(outer, outer_bars, strict=True) if bar is not None)
        kept = [k for k in range(len(watched)) if k < len(moving) or yields[k] != arguments[k]]  # no other cotangent changes
        watched, arguments = [watched[k] for k in kept], [arguments[k] for k in kept]
        inits, yields = [inits[k] for k in kept], [yields[k] for k in kept]
        results = [self.bar_name(name) for name in watched]
        body = sweep_block(ir.Block(tuple(backward), tuple(yields)))
        changed = self.reversed_loop(stmt, forward, body, arguments, inits, results)
        self.bars.update(zip(watched[len(moving) :], results[len(moving) :], strict=True))
        for k, result in zip(moving, results, strict=False):
            self.accumulate(stmt.inits[k], result)
        return changed

    def zeros_of(self, name: str) -> ir.Atom:
        zeros = self.applications.zeros(ir.Var(name))
        self.name_bar(name, zeros)
        return zeros

    def bar_name(self, name: str) -> ir.Var:
        bar = self.builder.fresh(fact=_unweighted(self.builder.types.get(name)))
        self.name_bar(name, bar)
        return bar

    def reversed_loop(
        self,
        stmt: ir.For | ir.While,
        forward: list[ir.Stmt],
        body: ir.Block,
        arguments: list[ir.Var],
        inits: list[ir.Atom],
        results: list[ir.Var],
    ) -> list[ir.Stmt]:
        """Emit the loop over the same iterations backwards; the forward loop, as it is to be."""
        names, ends = tuple(var.name for var in arguments), tuple(var.name for var in results)
        index, bounds, origin = self.builder.fresh().name, bounds_read(stmt), adjoint(stmt.origin)
        loop = replace(stmt, body=replace(stmt.body, statements=tuple(forward)))
        backward = AgainstLoop(index, bounds, names, tuple(inits), body, ends, origin=origin, of=(loop.body,))
        if stmt.slots is None:
            return [self.settled(loop, backward)]
        nest = Nest(self.builder, loop, backward, recompute=True)
        return by_states(self, stmt, forward, body, (arguments, inits, results)) if nest.records else [written(nest)]

    def settled(self, forward: ir.Stmt, backward: ir.Stmt) -> ir.Stmt:
        """Emit what runs against a statement; the statement, recording what this reads.

        In a loop that is to be reversed, both stay as they are until that loop is: one cut is made through all of them.
        """
        if self.nested:
            self.builder.emit(backward)
            return forward
        recompute = self.depth > 0 or isinstance(forward, (ir.For, ir.While))
        return written(Nest(self.builder, forward, backward, recompute))

def _unweighted(fact: facts.Type | None) -> facts.Type | None:
    """A cotangent of a Python number may be a NumPy scalar, and the other way round."""
    return facts.as_cotangent(fact) if isinstance(fact, facts.Num) and fact.shape == () else fact
