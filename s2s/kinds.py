"""The kinds of derivatives: what is made of a specialised program, by its forward and its reverse sweep.

In: a `Specialised` program and a Request.  Out: the functions that compute the derivative: one, or two halves where what is
computed forwards is called upon more than once.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from s2s import facts, ir
from s2s.builder import Builder
from s2s.define import define
from s2s.differentiate import Forward, Reverse
from s2s.differentiate.binding import Inline
from s2s.errors import COMPLEX_HINT, DtypeError, NotScalar
from s2s.optimise import optimise
from s2s.specialise import Machine, Specialised
from s2s_runtime import projection
from s2s_runtime.checks import check_scalar


@dataclass(frozen=True)
class Request:
    """Which derivative: its kind, by which parameters, whether one of them is meant alone, whether the result has an aux."""

    kind: str
    wrt: tuple[int, ...]
    single: bool = False
    has_aux: bool = False


def inliner(builder: Builder, stores: bool = False) -> Inline:
    """Puts rule bodies, which are functions like any other, into the program under construction; `stores`: they change arrays of theirs."""
    machine = Machine(builder, stores=stores)

    def inline(function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any], scalar: str) -> ir.Atom:
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
    if isinstance(tree, ir.Pack):
        named = bool(tree.keys) and not issubclass(tree.kind, dict)
        keys: Any = tree.keys or range(len(tree.items))
        parts = []
        for key, item in zip(keys, tree.items, strict=True):
            part = builder.apply(
                getattr if named else operator.getitem, given, ir.Const(key), hint=builder.hint(item) + suffix
            )
            parts.append(load_like(builder, part, item, suffix))
        return ir.Pack(tree.kind, tuple(parts), tree.keys)
    if isinstance(tree, ir.Var):
        if not facts.carries(builder.types.get(tree.name)):
            return ir.Const(None)
        fact = builder.types.get(tree.name)
        if isinstance(given, ir.Var) and isinstance(fact, facts.Num) and fact.kinds:
            builder.types[given.name] = facts.Num(None, fact.shape, real=fact.real)
            return builder.apply(projection.retyped, given, tree)
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


def gradient(specialised: Specialised, request: Request, builder: Builder) -> tuple[ir.Function, ...]:
    """Parameters and a seed to the gradient, behind the value if that is asked for; the aux is the second of two results."""
    program = specialised.function
    aux: ir.Atom | None = None
    if request.has_aux:
        program, aux = without_aux(program, builder)
    statements = refuse_array(specialised, program, builder)
    (value,) = program.body.yields
    both = swept(program, request.wrt, builder, ir.Const(facts.unit(builder.type_of(value))))
    assert isinstance(both.bars, ir.Pack)
    bars = both.bars.items[0] if request.single else both.bars
    parts = [value] if request.kind == "value_and_grad" else []
    parts += [aux] if aux is not None else []
    returned = ir.Pack(tuple, (*parts, bars)) if parts else bars
    doc = f"{'Value and gradient' if request.kind == 'value_and_grad' else 'Gradient'} of {call_text(program, builder)}"
    statements = [*both.forward, *statements, *both.loads, *both.backward]
    return (assembled(program, request, statements, [both.seed], returned, builder, doc),)


def without_aux(program: ir.Function, builder: Builder) -> tuple[ir.Function, ir.Atom]:
    """A program that returns (value, aux) as one that returns the value, and the aux."""
    (result,) = program.body.yields
    if isinstance(result, ir.Pack) and len(result.items) == 2:
        value, aux = result.items
        return replace(program, body=replace(program.body, yields=(value,))), aux
    raise NotScalar("with has_aux, the function must return (value, aux)", hint="return a tuple of two")


def refuse_array(specialised: Specialised, program: ir.Function, builder: Builder) -> list[ir.Stmt]:
    """Refuse a result that is known not to be scalar, with its shape; the check at run time where nothing is known."""
    if always_raises(program.body):
        return []
    (result,) = program.body.yields
    fact = builder.type_of(result)
    if isinstance(fact, facts.Num) and fact.shape == ():
        refuse_integer(result, fact, program.name)
        if fact.is_complex:
            raise NotScalar(f"grad takes a function with a real result; {program.name} returns a complex number", hint=COMPLEX_HINT)
        sure = fact.dtype is not None or fact.is_real
        return [] if sure else [ir.Let(builder.fresh().name, ir.Apply(check_scalar, (result,)))]
    lengths = [specialised.size(dim) for dim in fact.shape or ()] if isinstance(fact, facts.Num) else []
    if fact is None or "?" in lengths or (isinstance(fact, facts.Num) and fact.shape is None):
        return [ir.Let(builder.fresh().name, ir.Apply(check_scalar, (result,)))]
    if isinstance(fact, facts.Num):
        what = f"an array of shape ({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"
    else:
        what = f"a {getattr(getattr(fact, 'kind', None) or getattr(fact, 'cls', list), '__name__', 'tree')}"
    raise NotScalar(
        f"grad takes a function with a scalar result; {program.name} returns {what}",
        hint="use jacrev or jacfwd for all its derivatives, or vjp with a cotangent of this shape",
    )


def always_raises(block: ir.Block) -> bool:
    """Whether a block ends in an error on every path: what it gives is never seen."""
    last = block.statements[-1] if block.statements else None
    if isinstance(last, ir.If):
        return always_raises(last.then) and always_raises(last.other)
    return isinstance(last, ir.Raise)


def refuse_integer(result: ir.Atom, fact: facts.Num, name: str) -> None:
    """Refuse a result that is counted or a test.  A number in the program's text, as `return 0`, is meant as a constant."""
    if fact.inexact is False and not isinstance(result, ir.Const):
        raise DtypeError(
            f"grad takes a function whose result is a float; {name} returns {article(str(fact.dtype))}",
            hint="return a float that depends on the arguments",
        )


def article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def pulled_back(specialised: Specialised, request: Request, builder: Builder) -> tuple[ir.Function, ...]:
    """Parameters and a cotangent of the result to the result and the cotangents."""
    program = specialised.function
    fact = builder.type_of(program.body.yields[0])
    scalar = isinstance(fact, facts.Num) and fact.shape == ()
    both = swept(program, request.wrt, builder, ir.Const(facts.unit(fact)) if scalar else None)
    result = ir.Pack(tuple, (program.body.yields[0], both.bars))
    doc = f"Value of {call_text(program, builder)} and its cotangents"
    return (
        assembled(program, request, [*both.forward, *both.loads, *both.backward], [both.seed], result, builder, doc),
    )


def split(specialised: Specialised, request: Request, builder: Builder) -> tuple[ir.Function, ...]:
    """A forward program that gives the result and its residuals, and a reverse program from residuals and a seed."""
    program = specialised.function
    both = swept(program, request.wrt, builder, None)
    second = ir.Block((*both.loads, *both.backward), (both.bars,))
    return halves(program, request, both.forward, second, [both.seed], builder, "reverse")


def halves(
    program: ir.Function,
    request: Request,
    forward: list[ir.Stmt],
    second: ir.Block,
    parameters: list[ir.Parameter],
    builder: Builder,
    suffix: str,
) -> tuple[ir.Function, ...]:
    """A program cut in two: the first half gives the result and what the second half reads of it."""
    own = {parameter.name for parameter in parameters}
    swept_second = optimise(replace(program, body=second)).body
    live = sorted(ir.free(swept_second) - own, key=lambda name: int(name[1:]))
    residuals = ir.Pack(tuple, tuple(ir.Var(name) for name in live))
    result = ir.Pack(tuple, (program.body.yields[0], residuals))
    doc = f"Value of {call_text(program, builder)}, and what {program.name}_{suffix} reads of it"
    first = assembled(program, replace(request, kind="forward"), define(forward, set(live)), [], result, builder, doc)
    all_parameters = (*(ir.Parameter(name) for name in live), *parameters)
    inputs = tuple(ir.Var(p.name) for p in all_parameters)
    function = ir.Function(
        f"{program.name}_{suffix}", all_parameters, inputs, swept_second, builder.types, builder.hints, program.origin,
        f"The second half of {program.name}_forward.",
    )  # fmt: skip
    return first, function


def pushed_forward(specialised: Specialised, request: Request, builder: Builder) -> tuple[ir.Function, ...]:
    """Parameters and tangents to the result and its tangent."""
    program = specialised.function
    statements, parameters, tangent = moved(program, request.wrt, builder)
    result = ir.Pack(tuple, (program.body.yields[0], tangent))
    doc = f"Value of {call_text(program, builder)} and its tangent"
    return (assembled(program, request, statements, parameters, result, builder, doc),)


def linearised(specialised: Specialised, request: Request, builder: Builder) -> tuple[ir.Function, ...]:
    """A forward program that gives the result and residuals, and the tangent of the result from residuals and tangents."""
    program = specialised.function
    statements, parameters, tangent = moved(program, request.wrt, builder)
    moving = {parameter.name for parameter in parameters}
    first, second = list(program.body.statements), []
    bound = {name for stmt in first for name in ir.binds(stmt)}
    for stmt in statements:
        read = {name for atom in ir.operands(stmt) for name in ir.variables(atom)}
        read |= {name for block in ir.blocks(stmt) for name in ir.free(block)}
        if read & moving:
            moving.update(ir.binds(stmt))
            second.append(stmt)
        elif not set(ir.binds(stmt)) <= bound:
            first.append(stmt)
    return halves(program, request, first, ir.Block(tuple(second), (tangent,)), parameters, builder, "pushforward")


def moved(
    program: ir.Function, wrt: tuple[int, ...], builder: Builder
) -> tuple[list[ir.Stmt], list[ir.Parameter], ir.Atom]:
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


def assembled(
    program: ir.Function,
    request: Request,
    statements: list[ir.Stmt],
    more: list[ir.Parameter],
    result: ir.Atom,
    builder: Builder,
    doc: str,
) -> ir.Function:
    """A derivative as a function: the program's parameters, then its own."""
    plain = [p for p in program.parameters if not p.captured]
    captured = [p for p in program.parameters if p.captured]
    trees = dict(zip((p.name for p in program.parameters), program.inputs, strict=True))
    parameters = (*plain, *more, *captured)
    inputs = tuple(trees.get(p.name, ir.Var(p.name)) for p in parameters)
    by = ", ".join(builder.hints.get(program.parameters[k].name, "x") for k in request.wrt)
    lines = [f"{doc} by {by}." if request.wrt and request.kind != "forward" else f"{doc}."]
    known = [(builder.hints.get(p.name, ""), facts.describe(builder.types.get(p.name))) for p in plain]
    types = [f"{name}: {text}" for name, text in known if name and text]
    if types:
        lines += ["", "; ".join(types) + "."]
    return ir.Function(
        f"{program.name}_{request.kind}", parameters, inputs, ir.Block(tuple(statements), (result,)), builder.types, builder.hints,
        program.origin, "\n".join(lines),
    )  # fmt: skip


def call_text(program: ir.Function, builder: Builder) -> str:
    names = [builder.hints.get(p.name, "x") for p in program.parameters if not p.captured]
    return f"{program.name}({', '.join(names)})"


def settled(request: Request, specialised: Specialised) -> Request:
    """What a call of a gradient asks for: the gradient alone, if the program need not run to find out that it fails."""
    if request.kind != "call":
        return request
    return replace(request, kind="grad" if specialised.total else "value_and_grad")


KINDS: dict[str, Callable[[Specialised, Request, Builder], tuple[ir.Function, ...]]] = {
    "grad": gradient, "value_and_grad": gradient, "vjp": pulled_back, "split": split, "jvp": pushed_forward,
    "linearize": linearised,
}  # fmt: skip
