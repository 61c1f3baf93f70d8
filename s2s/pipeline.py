"""The whole way, read from top to bottom: from a Python function and example arguments to its derivative.

    function --specialise--> Function --differentiate--> Function --optimise--> Function --emit--> Source --load--> callable
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.differentiate import Forward, Reverse
from s2s.differentiate.apply import Inline
from s2s.emit import Source, emit
from s2s.load import load
from s2s.optimise import optimise
from s2s.specialise import Machine, Specialised, specialise

STAGES = ("parsed", "normalised", "specialised", "differentiated", "optimised", "final")
Kind = str


@dataclass(frozen=True)
class Derived:
    """A derivative for one signature: the program it came from, its text, and the callables that it loads as."""

    specialised: Specialised
    functions: tuple[ir.Function, ...]
    sources: tuple[Source, ...]
    wrt: tuple[int, ...]

    def callables(self) -> tuple[Callable[..., Any], ...]:
        return tuple(load(source) for source in self.sources)


def derive(
    function: Callable[..., Any], kind: Kind, wrt: tuple[int, ...], examples: tuple[Any, ...] | None, keywords: dict[str, Any]
) -> Derived:
    """The derivative of a function by the parameters at the positions `wrt`, for arguments like the examples."""
    builder = Builder()
    specialised = specialise(function, examples, keywords, builder)
    programs = differentiate(specialised.function, kind, wrt, builder)
    functions = tuple(optimise(program) for program in programs)
    sources = tuple(emit(program, program.name, header(function), program.doc) for program in functions)
    return Derived(specialised, functions, sources, wrt)


def differentiate(program: ir.Function, kind: Kind, wrt: tuple[int, ...], builder: Builder) -> tuple[ir.Function, ...]:
    """The programs of one kind of derivative."""
    return KINDS[kind](program, wrt, builder)


def inliner(builder: Builder) -> Inline:
    """Puts rule bodies, which are functions like any other, into the program under construction."""
    machine = Machine(builder)

    def inline(function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any], scalar: bool) -> ir.Atom:
        return machine.inline_rule(function, args, kwargs, scalar)

    return inline


# ---------------------------------------------------------------------------------------------------------- leaves
def leaves(atom: ir.Atom, builder: Builder) -> list[str]:
    """The names in a tree of inputs that may carry a derivative."""
    return [name for name in ir.variables(atom) if facts.carries(builder.types.get(name))]


def put_bars(tree: ir.Atom, bars: dict[str, ir.Atom]) -> ir.Atom:
    """A tree of cotangents in the structure of a tree of inputs."""
    if isinstance(tree, ir.Var):
        return bars.get(tree.name, ir.Const(None))
    if isinstance(tree, ir.Pack):
        return ir.Pack(tree.kind, tuple(put_bars(item, bars) for item in tree.items), tree.keys)
    return ir.Const(None)


def load_like(builder: Builder, given: ir.Atom, tree: ir.Atom, suffix: str) -> ir.Atom:
    """A seed or a tangent taken apart in the structure of what it belongs to."""
    import operator

    if isinstance(tree, ir.Pack):
        named = bool(tree.keys) and not issubclass(tree.kind, dict)
        keys: Any = tree.keys or range(len(tree.items))
        parts = []
        for key, item in zip(keys, tree.items, strict=True):
            part = builder.apply(getattr if named else operator.getitem, given, ir.Const(key), hint=builder.hint(item) + suffix)
            parts.append(load_like(builder, part, item, suffix))
        return ir.Pack(tree.kind, tuple(parts), tree.keys)
    if isinstance(tree, ir.Var):
        if not facts.carries(builder.types.get(tree.name)):
            return ir.Const(None)
        fact = builder.types.get(tree.name)
        if isinstance(given, ir.Var) and fact is not None:
            builder.types[given.name] = fact
        return given
    return ir.Const(None)


# ----------------------------------------------------------------------------------------------------------- kinds
@dataclass(frozen=True)
class Swept:
    """A program run forwards and backwards."""

    forward: list[ir.Stmt]
    backward: list[ir.Stmt]
    bars: ir.Atom
    seed: ir.Parameter
    loads: list[ir.Stmt]


def swept(program: ir.Function, wrt: tuple[int, ...], builder: Builder, default: ir.Atom | None) -> Swept:
    """Both sweeps of a program, from a seed for its result."""
    (result,) = program.body.yields
    names = [name for position in wrt for name in leaves(program.inputs[position], builder)]
    seed = builder.fresh(f"{program.name}_bar")
    with builder.block() as loads:
        bar = load_like(builder, seed, result, "_bar")
    reverse = Reverse(builder, inliner(builder))
    forward, backward, bars = reverse.run(program.body.statements, names, result, bar)
    by_name = dict(zip(names, bars, strict=True))
    trees = tuple(put_bars(program.inputs[position], by_name) for position in wrt)
    return Swept(forward, backward, ir.Pack(tuple, trees), ir.Parameter(seed.name, default=default), loads)


def gradient(program: ir.Function, wrt: tuple[int, ...], builder: Builder, value: bool = False) -> tuple[ir.Function, ...]:
    """Parameters and a seed to the gradient, or to the value and the gradient."""
    both = swept(program, wrt, builder, ir.Const(1.0))
    assert isinstance(both.bars, ir.Pack)
    bars = both.bars.items[0] if len(wrt) == 1 else both.bars
    result = ir.Pack(tuple, (program.body.yields[0], bars)) if value else bars
    suffix = "value_and_grad" if value else "grad"
    return (assembled(program, suffix, [*both.loads, *both.forward, *both.backward], [both.seed], result, builder),)


def value_and_gradient(program: ir.Function, wrt: tuple[int, ...], builder: Builder) -> tuple[ir.Function, ...]:
    return gradient(program, wrt, builder, value=True)


def pulled_back(program: ir.Function, wrt: tuple[int, ...], builder: Builder) -> tuple[ir.Function, ...]:
    """Parameters and a cotangent of the result to the result and the cotangents."""
    both = swept(program, wrt, builder, None)
    result = ir.Pack(tuple, (program.body.yields[0], both.bars))
    return (assembled(program, "vjp", [*both.loads, *both.forward, *both.backward], [both.seed], result, builder),)


def split(program: ir.Function, wrt: tuple[int, ...], builder: Builder) -> tuple[ir.Function, ...]:
    """A forward program that gives the result and its residuals, and a reverse program from residuals and a seed."""
    both = swept(program, wrt, builder, None)
    reverse = ir.Block((*both.loads, *both.backward), (both.bars,))
    live = ir.free(optimise(replace(program, body=reverse)).body) - {both.seed.name}
    return halves(program, both.forward, reverse, sorted(live, key=lambda n: int(n[1:])), [both.seed], builder, "reverse")


def halves(
    program: ir.Function,
    forward: list[ir.Stmt],
    second: ir.Block,
    live: list[str],
    parameters: list[ir.Parameter],
    builder: Builder,
    suffix: str,
) -> tuple[ir.Function, ...]:
    """A program cut in two: the first half gives the result and what the second half reads of it."""
    residuals = ir.Pack(tuple, tuple(ir.Var(name) for name in live))
    result = ir.Pack(tuple, (program.body.yields[0], residuals))
    first = assembled(program, "forward", forward, [], result, builder)
    given = [ir.Parameter(name) for name in live]
    function = ir.Function(
        f"{program.name}_{suffix}", (*given, *parameters), tuple(ir.Var(p.name) for p in (*given, *parameters)), second,
        builder.types, builder.hints, program.origin,
    )  # fmt: skip
    return first, function


def pushed_forward(program: ir.Function, wrt: tuple[int, ...], builder: Builder) -> tuple[ir.Function, ...]:
    """Parameters and tangents to the result and its tangent."""
    statements, parameters, tangent = moved(program, wrt, builder)
    result = ir.Pack(tuple, (program.body.yields[0], tangent))
    return (assembled(program, "jvp", statements, parameters, result, builder),)


def moved(program: ir.Function, wrt: tuple[int, ...], builder: Builder) -> tuple[list[ir.Stmt], list[ir.Parameter], ir.Atom]:
    tangents: dict[str, ir.Atom] = {}
    parameters = []
    with builder.block() as statements:
        for position in wrt:
            tree = program.inputs[position]
            hint = builder.hints.get(program.parameters[position].name, "x")
            given = builder.fresh(f"{hint}_dot")
            parameters.append(ir.Parameter(given.name))
            parts = load_like(builder, given, tree, "_dot")
            _pair(tree, parts, tangents, builder)
        forward = Forward(builder, inliner(builder))
        tangent = forward.run(program.body.statements, tangents, program.body.yields[0])
    return statements, parameters, tangent


def _pair(tree: ir.Atom, parts: ir.Atom, tangents: dict[str, ir.Atom], builder: Builder) -> None:
    if isinstance(tree, ir.Var) and facts.carries(builder.types.get(tree.name)):
        tangents[tree.name] = parts
    elif isinstance(tree, ir.Pack) and isinstance(parts, ir.Pack):
        for item, part in zip(tree.items, parts.items, strict=True):
            _pair(item, part, tangents, builder)


def linearised(program: ir.Function, wrt: tuple[int, ...], builder: Builder) -> tuple[ir.Function, ...]:
    """A program that gives the result and residuals is found by transposing twice: the linear part runs forwards again."""
    raise NotImplementedError


def assembled(
    program: ir.Function, suffix: str, statements: list[ir.Stmt], more: list[ir.Parameter], result: ir.Atom, builder: Builder
) -> ir.Function:
    """A derivative as a function: the program's parameters, then its own."""
    plain = [p for p in program.parameters if not p.captured]
    captured = [p for p in program.parameters if p.captured]
    trees = dict(zip((p.name for p in program.parameters), program.inputs, strict=True))
    parameters = (*plain, *more, *captured)
    inputs = tuple(trees.get(p.name, ir.Var(p.name)) for p in parameters)
    return ir.Function(
        f"{program.name}_{suffix}", parameters, inputs, ir.Block(tuple(statements), (result,)), builder.types, builder.hints,
        program.origin,
    )  # fmt: skip


KINDS: dict[str, Callable[[ir.Function, tuple[int, ...], Builder], tuple[ir.Function, ...]]] = {
    "grad": gradient, "value_and_grad": value_and_gradient, "vjp": pulled_back, "split": split, "jvp": pushed_forward,
}  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- header
def header(function: Callable[..., Any]) -> str:
    """Where a derivative comes from."""
    name = getattr(function, "__qualname__", None) or type(function).__name__
    module = getattr(function, "__module__", None) or ""
    try:
        line = inspect.unwrap(function).__code__.co_firstlineno  # type: ignore[attr-defined]
    except AttributeError:
        return f"Derivative of {module}.{name}, generated by s2s."
    return f"Derivative of {name} ({module}, line {line}), generated by s2s."


__all__ = ["KINDS", "STAGES", "Derived", "derive", "np"]
