"""Reverse mode: the program, recording what its reversal needs, and then the program backwards.

    y = np.sin(x)      =>      y = np.sin(x)
    return y                   x_bar = y_bar * np.cos(x)

In: statements, the result, the cotangent of the result.  Out: a forward sweep and a reverse sweep, and the cotangents of
the inputs.  Values of the forward sweep are read where they are; what is local to an iteration is recomputed if that is
cheap, and else recorded.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.define import define
from s2s.differentiate.activity import active, is_constant
from s2s.differentiate.apply import Applications
from s2s.differentiate.binding import Inline, unpacked
from s2s.differentiate.checkpoints import by_states, sectioned
from s2s.differentiate.recover import Recovery, bound_inside
from s2s.primitives import EFFECTS
from s2s.subroutine import Subroutine
from s2s.sweep import sweep
from s2s_runtime import containers, kernels, tree
from s2s_runtime.checkpointing import section

Cotangents = dict[str, ir.Atom]


class Reverse:
    """One program's cotangents."""

    def __init__(self, builder: Builder, inline: Inline) -> None:
        self.builder, self.inline = builder, inline
        self.applications = Applications(builder, inline)
        self.wrt: set[str] = set()
        self.active: set[str] = set()
        self.bars: Cotangents = {}
        self.depth = 0

    def run(
        self, statements: Sequence[ir.Stmt], wrt: Sequence[str], result: ir.Atom, seed: ir.Atom
    ) -> tuple[list[ir.Stmt], list[ir.Stmt], list[ir.Atom]]:
        """The forward sweep, the reverse sweep, and the cotangents of `wrt`."""
        self.wrt = set(wrt)
        self.active = active(statements, wrt, [result], self.carries)
        forward = list(statements)
        with self.builder.block() as backward:
            self.know(statements)
            self.accumulate(result, seed)
            self.sweep_back(forward)
            bars = [self.bar_or_zeros(name) for name in wrt]
        return forward, backward, bars

    def carries(self, name: str) -> bool:
        return facts.carries(self.builder.types.get(name))

    def know(self, statements: Sequence[ir.Stmt]) -> None:
        """Applications of the forward sweep are found again, not made again."""
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
        for position in range(len(forward) - 1, -1, -1):
            stmt = forward[position]
            with self.builder.at(adjoint(stmt.origin)):
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

    def let(self, stmt: ir.Let) -> None:
        if stmt.target in self.wrt:  # the load of an input that is differentiated
            return
        bar = self.bars.pop(stmt.target, None)
        function = stmt.value.function
        if bar is None or stmt.target not in self.active or function in EFFECTS or is_constant(function):
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
        seed, given = builder.fresh(f"{routine.name}_bar", routine.fact), builder.fresh(f"{routine.name}_saved")
        names = [routine.parameters[k] for k in moving]
        inner = Reverse(builder, self.inline)
        (result,) = routine.body.yields
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

    # --------------------------------------------------------------------------------------------------- branches
    def branch(self, stmt: ir.If) -> ir.Stmt:
        """The arm that was taken, backwards."""
        bars = {name: self.bars.pop(name) for name in stmt.results if name in self.bars}
        before = dict(self.bars)
        arms = [self.arm(block, stmt.results, bars, before) for block in (stmt.then, stmt.other)]
        forward, backward = self.join(stmt, (stmt.then, stmt.other), arms, before)
        (then, other), results = backward
        if results or then.statements or other.statements:
            self.builder.emit(ir.If(stmt.test, then, other, results, adjoint(stmt.origin)))
        (first, second), names = forward
        return replace(stmt, then=first, other=second, results=names)

    def arm(self, block: ir.Block, results: tuple[str, ...], bars: Cotangents, before: Cotangents) -> Arm:
        """One arm's reversal: its statements, and the cotangents after it."""
        forward = list(block.statements)
        self.bars = dict(before)
        with self.builder.block() as backward:
            if not (forward and isinstance(forward[-1], ir.Raise)):
                self.know(block.statements)
                for atom, name in zip(block.yields, results, strict=True):
                    if name in bars:
                        self.accumulate(atom, bars[name])
                self.sweep_back(forward)
        return Arm(forward, backward, self.bars)

    def join(
        self, stmt: ir.Stmt, blocks: Sequence[ir.Block], arms: list[Arm], before: Cotangents
    ) -> tuple[tuple[list[ir.Block], tuple[str, ...]], tuple[list[ir.Block], tuple[str, ...]]]:
        """The arms of the forward statement, exposing what the reverse arms read, and the reverse arms."""
        inside = [bound_inside(block.statements) for block in blocks]
        touched = [
            name
            for name in dict.fromkeys(n for arm in arms for n in arm.bars)
            if not any(name in names for names in inside)
            and any(arm.bars.get(name) != before.get(name) for arm in arms)
        ]
        yields: list[list[ir.Atom]] = []
        for arm in arms:
            with self.builder.inside(arm.backward):
                yields.append([arm.bars[name] if name in arm.bars else self.untouched(name) for name in touched])
        self.bars = dict(before)
        results = []
        for position, name in enumerate(touched):
            bar = self.builder.fresh(fact=self.merged_type(name, [row[position] for row in yields]))
            self.name_bar(name, bar)
            self.bars[name] = bar
            results.append(bar.name)
        exposed: list[list[tuple[str, str]]] = []
        backward: list[ir.Block] = []
        for block, arm, row in zip(blocks, arms, yields, strict=True):
            recovery = Recovery(self.builder, arm.forward, recompute=self.depth > 0)
            reverse, kept = recovery.of_arm(ir.Block(tuple(arm.backward), tuple(row)))
            if len(arms) > 1:
                self.builder.optional.update(new for _, new in kept)
            backward.append(reverse)
            exposed.append(kept)
            del block
        names = [new for kept in exposed for _, new in kept]
        forward = []
        for k, (block, arm) in enumerate(zip(blocks, arms, strict=True)):
            more = [ir.Var(old) if k == j else self.filler(old) for j, kept in enumerate(exposed) for old, _ in kept]
            forward.append(ir.Block(tuple(arm.forward), (*block.yields, *more)))
        return (forward, (*ir.binds(stmt), *names)), (backward, tuple(results))

    def filler(self, name: str) -> ir.Atom:
        """What stands in a record for what an arm that was not taken would have exposed."""
        if not self.depth:
            return ir.UNDEFINED
        return ir.Pack(list, ()) if isinstance(self.builder.types.get(name), facts.Listing) else ir.Const(None)

    def untouched(self, name: str) -> ir.Atom:
        """The cotangent that an arm gives to what it does not read; of no matter where the name is not defined."""
        return ir.Const(0.0) if name in self.builder.optional else self.applications.zeros(ir.Var(name))

    def merged_type(self, name: str, bars: list[ir.Atom]) -> facts.Type | None:
        """The type of a cotangent that one of several arms gives; an arm that leaves its primal undefined has no say."""
        if name in self.builder.optional:
            bars = [bar for bar in bars if bar != ir.Const(0.0)] or bars
        fact = self.builder.type_of(bars[0])
        for bar in bars[1:]:
            fact = facts.join(fact, self.builder.type_of(bar))
        return fact

    def context(self, stmt: ir.With) -> ir.Stmt:
        """The body backwards, in the same context."""
        bars = {name: self.bars.pop(name) for name in stmt.results if name in self.bars}
        before = dict(self.bars)
        arm = self.arm(stmt.body, stmt.results, bars, before)
        ((body,), names), ((reverse,), results) = self.join(stmt, (stmt.body,), [arm], before)
        if results or reverse.statements:
            self.builder.emit(ir.With(stmt.context, reverse, results, adjoint(stmt.origin)))
        return replace(stmt, body=body, results=names)

    def attempt(self, stmt: ir.Try) -> ir.Stmt:
        """The path that was taken, backwards: which one it was is recorded."""
        blocks = (stmt.body, *(block for _, block in stmt.handlers))
        bars = {name: self.bars.pop(name) for name in stmt.results if name in self.bars}
        before = dict(self.bars)
        arms = [self.arm(block, stmt.results, bars, before) for block in blocks]
        (forward, names), (backward, results) = self.join(stmt, blocks, arms, before)
        path = self.builder.fresh("path", facts.INT)
        chosen = [ir.Block(block.statements, (*block.yields, ir.Const(k))) for k, block in enumerate(forward)]
        handlers = tuple((kind, block) for (kind, _), block in zip(stmt.handlers, chosen[1:], strict=True))
        if results or any(block.statements for block in backward):
            self.choose(path, backward, results, adjoint(stmt.origin))
        return replace(stmt, body=chosen[0], handlers=handlers, results=(*names, path.name))

    def choose(
        self, path: ir.Var, arms: list[ir.Block], results: tuple[str, ...], origin: ir.Origin | None, first: int = 0
    ) -> None:
        """`if path == 0: ... elif path == 1: ...`."""
        if len(arms) == 1:
            (block,) = arms
            for stmt in block.statements:
                self.builder.emit(stmt)
            raise AssertionError("a try has at least one handler")
        test = self.builder.apply(operator.eq, path, ir.Const(first))
        other = arms[1]
        if len(arms) > 2:
            names = tuple(self.builder.copy_name(name).name for name in results)
            with self.builder.block() as inner:
                self.choose(path, arms[1:], names, origin, first + 1)
            other = ir.Block(tuple(inner), tuple(ir.Var(name) for name in names))
        self.builder.emit(ir.If(test, arms[0], other, results, origin))

    # ------------------------------------------------------------------------------------------------------ loops
    def loop(self, stmt: ir.For | ir.While) -> list[ir.Stmt]:
        """The iterations backwards, from the last that ran."""
        first = 1 if stmt.stops else 0
        moving = [k for k, name in enumerate(stmt.carried) if name in self.active]
        if not any(stmt.results[k] in self.bars for k in moving):
            return [stmt]
        inside = bound_inside(stmt.body.statements) | set(stmt.carried)
        outer = sorted(name for name in ir.free(stmt.body) & self.active if name not in inside)
        carried_bars = [self.bars.pop(stmt.results[k], None) for k in moving]
        outer_bars = [self.bars.pop(name, None) for name in outer]
        inits = [
            bar if bar is not None else self.zeros_of(stmt.results[k])
            for k, bar in zip(moving, carried_bars, strict=True)
        ]
        inits += [bar if bar is not None else self.zeros_of(name) for name, bar in zip(outer, outer_bars, strict=True)]
        watched = [*(stmt.carried[k] for k in moving), *outer]
        held, self.bars = self.bars, {}
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
        self.bars = held
        results = [self.bar_name(name) for name in watched]
        body = ir.Block(tuple(backward), tuple(yields))
        changed = self.reversed_loop(stmt, forward, body, arguments, inits, results)
        for name, result in zip(outer, results[len(moving) :], strict=True):
            self.bars[name] = result
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
        """Emit the reverse loop; the forward loop, recording what the reverse loop reads."""
        live = {name for atom in body.yields for name in ir.variables(atom)}
        body = ir.Block(sweep(body.statements, live), body.yields)
        recovery = Recovery(self.builder, forward, recompute=True)
        recorder = recovery.of_iteration(stmt, body)
        if stmt.slots is not None and recorder.kept:
            return by_states(self, stmt, forward, body, (arguments, inits, results))
        recording = replace(stmt, body=replace(stmt.body, statements=tuple(forward)))
        changed, bounds, index, reverse = recorder.finish(recording)
        names = tuple(var.name for var in arguments)
        self.builder.emit(
            ir.For(
                index,
                bounds,
                names,
                tuple(inits),
                reverse,
                tuple(var.name for var in results),
                origin=adjoint(stmt.origin),
            )
        )
        return [changed]


def adjoint(origin: ir.Origin | None) -> ir.Origin | None:
    """The same place, in the reverse sweep."""
    return replace(origin, role="adjoint") if origin is not None else None


class Arm:
    """One arm of a branch: its forward statements, its reverse statements, the cotangents after these."""

    def __init__(self, forward: list[ir.Stmt], backward: list[ir.Stmt], bars: Cotangents) -> None:
        self.forward, self.backward, self.bars = forward, backward, bars


def _unweighted(fact: facts.Type | None) -> facts.Type | None:
    """A cotangent of a Python number may be a NumPy scalar, and the other way round."""
    if isinstance(fact, facts.Num) and fact.shape == ():
        return facts.Num(fact.dtype, (), None if fact.dtype == np.float64 else fact.weak)
    return fact


# ------------------------------------------------------------------------------------------------------- containers
def _item(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    """Reversed `x[i]`: the cotangent goes into the container's, in its place; no dense zeros per read."""
    x, index = args
    if not isinstance(x, ir.Var):
        zeros = reverse.applications.zeros(x)
        reverse.accumulate(x, reverse.builder.apply(containers.add_item, zeros, index, bar))
        return True
    fact = reverse.builder.types.get(x.name)
    if isinstance(fact, facts.Num) and fact.shape == ():
        reverse.accumulate(x, bar)  # `x[()]`, `x[None]`: all there is
        return True
    function = kernels.index_add if isinstance(fact, facts.Num) else containers.add_item
    total = reverse.builder.apply(function, reverse.bar_or_zeros(x.name), index, bar)
    reverse.name_bar(x.name, total)
    reverse.bars[x.name] = total
    return True


def _field(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    x, name = args
    assert isinstance(x, ir.Var)
    reverse.bars[x.name] = reverse.builder.apply(containers.add_field, reverse.bar_or_zeros(x.name), name, bar)
    return True


def _append(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    """Reversed `xs.append(x)`: the cotangent of x is popped."""
    xs, x = args
    reverse.accumulate(x, reverse.builder.apply(operator.getitem, bar, ir.Const(-1)))
    _pass_list(reverse, xs, reverse.builder.apply(containers.drop_last, bar))
    return True


def _pass_list(reverse: Reverse, xs: ir.Atom, bar: ir.Atom) -> None:
    """The cotangent of a list that was changed into another."""
    if isinstance(xs, ir.Pack) and not xs.items:
        return
    reverse.accumulate(xs, bar)


def _extend(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, ys = args
    count = reverse.builder.apply(len, xs)
    reverse.accumulate(
        ys, reverse.builder.apply(operator.getitem, bar, ir.Pack(slice, (count, ir.Const(None), ir.Const(None))))
    )
    rest = reverse.builder.apply(operator.getitem, bar, ir.Pack(slice, (ir.Const(None), count, ir.Const(None))))
    _pass_list(reverse, xs, rest)
    return True


def _drop_last(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    (xs,) = args
    last = reverse.builder.apply(operator.getitem, xs, ir.Const(-1))
    reverse.accumulate(xs, reverse.builder.apply(containers.append, bar, reverse.applications.zeros(last)))
    return True


def _set_item(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, key, value = args
    builder = reverse.builder
    reverse.accumulate(value, builder.apply(operator.getitem, bar, key))
    fact = builder.type_of(xs)
    item = fact.item if isinstance(fact, (facts.Listing, facts.Mapped)) else None
    if isinstance(item, facts.Num) and item.shape == () and item.weak is not None:
        cleared = builder.apply(containers.set_item, bar, key, ir.Const(0.0))
    elif isinstance(fact, facts.Listing) and not (facts.is_fixed(item) and item == builder.type_of(value)):
        old = builder.apply(operator.getitem, xs, key)
        cleared = builder.apply(containers.set_item, bar, key, reverse.applications.zeros(old))
    else:
        cleared = builder.apply(containers.clear_item, bar, key)
    reverse.accumulate(xs, cleared)
    return True


def _clear_item(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, key = args
    reverse.accumulate(xs, reverse.builder.apply(containers.clear_item, bar, key))
    return True


def _add_item(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, key, value = args
    reverse.accumulate(value, reverse.builder.apply(operator.getitem, bar, key))
    reverse.accumulate(xs, bar)
    return True


def _same(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    reverse.accumulate(args[0], bar)
    return True


def _sum(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    for arg in args:
        reverse.accumulate(arg, bar)
    return True


def _nothing(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    return True


def _repeat(reverse: Reverse, args: tuple[ir.Atom, ...], bar: ir.Atom) -> bool:
    xs, _ = args
    reverse.accumulate(xs, reverse.builder.apply(containers.fold_repeated, bar, reverse.builder.apply(len, xs)))
    return True


CONTAINERS: dict[object, Callable[[Reverse, tuple[ir.Atom, ...], ir.Atom], bool]] = {
    operator.getitem: _item, getattr: _field, containers.append: _append, containers.extend: _extend,
    containers.drop_last: _drop_last, containers.set_item: _set_item, containers.add_item: _add_item, containers.sequence: _same,
    containers.repeat: _repeat, containers.clear_item: _clear_item,
    list: _same, tuple: _same, tree.copy: _same, tree.add: _sum, tree.zeros_like: _nothing,
    tree.float_zeros_like: _nothing,
}  # fmt: skip
"""Reversals of what a program does to containers.  Cotangents of a container are a container of cotangents."""
