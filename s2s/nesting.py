"""Transforms inside a program that is differentiated: `grad(f)(x)`, `vjp`, `jvp`, Jacobians, to any order.

In: a machine that comes upon a call of a transform.  Out: the derivative's statements, in the place of the call.  The inner
derivative is an ordinary piece of the outer program, so nested derivatives cannot be confused.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.builder import Builder
from s2s.differentiate import Forward, Reverse
from s2s.errors import COMPLEX_HINT, NotScalar
from s2s.jit.choice import NAMES, said
from s2s.primitives import Opaque
from s2s.specialise import Machine
from s2s.specialise.machine import length_in
from s2s.specialise.structures import Structure, flatten, rebuild
from s2s.specialise.values import Array, Bound, Seq, Value

if TYPE_CHECKING:
    from s2s.transforms import Transform


def inline_with(machine: Machine) -> Callable[..., ir.Atom]:
    """Puts rule bodies where the machine is writing."""
    inner = Machine(machine.builder)
    return inner.inline_rule


class Section:
    """The statements of one call of a function, on fresh names for the arguments that are differentiated."""

    def __init__(
        self, machine: Machine, callee: Value, args: list[Value], kwargs: dict[str, Value], wrt: list[int]
    ) -> None:
        self.machine, self.builder = machine, machine.builder
        self.names: dict[str, ir.Atom] = {}
        self.structures: list[tuple[Structure, list[ir.Atom]]] = []
        self.fresh: list[list[ir.Atom]] = []
        before = machine.state.copy()
        replaced = [machine.own_copy(arg) for arg in args]
        for position in wrt:
            replaced[position] = self.renamed(replaced[position])
        with self.builder.block() as statements:
            self.value = machine.call(callee, replaced, kwargs)
            self.atom = machine.materialise(self.value)
        self.statements = statements
        machine.check_apart(before)

    def renamed(self, value: Value) -> Value:
        """A value whose atoms are new names for the old ones."""
        structure, atoms = flatten(value, {**self.machine.base, **self.machine.state.heap}, by_content=True)
        fresh: list[ir.Atom] = []
        for atom in atoms:
            fact = self.builder.type_of(atom)
            if not facts.carries(fact) or isinstance(fact, facts.Opaque):
                fresh.append(atom)
                continue
            new = self.builder.fresh(self.builder.hint(atom, "x"), fact)
            self.names[new.name] = atom
            if isinstance(atom, ir.Var):
                self.machine.inputs.same(atom, new)
            self.machine.inputs.same_input(atom, new)
            fresh.append(new)
        self.structures.append((structure, atoms))
        self.fresh.append(fresh)
        result = rebuild(structure.unmarked(), iter(fresh), self.machine.allocate)
        if isinstance(result, Array) and isinstance(value, Array) and not value.steps:
            heap = self.machine.state.heap
            heap[result.cell] = replace(heap[result.cell], contiguous=self.machine.layout(value))
        return result

    def write(self, statements: list[ir.Stmt]) -> None:
        """Put statements, on the arguments' own names again, where the machine is writing."""
        self.builder.replay(statements, self.names)

    def atoms(self, atom: ir.Atom) -> ir.Atom:
        return self.builder.substitute(atom, self.names)

    def carries(self, fresh: list[ir.Atom]) -> bool:
        """Whether an argument of these atoms has a part to differentiate by."""
        return any(isinstance(atom, ir.Var) and atom.name in self.names for atom in fresh)

    def like_argument(self, number: int, atoms: dict[str, ir.Atom]) -> Value:
        """A tree like an argument, of other atoms; None where there is none, and for an argument without any."""
        if not self.carries(self.fresh[number]):
            return ir.Const(None)
        structure, _ = self.structures[number]
        filled = [
            atoms.get(a.name, ir.Const(None)) if isinstance(a, ir.Var) else ir.Const(None) for a in self.fresh[number]
        ]
        return rebuild(structure.unmarked(), iter(filled), self.machine.allocate)


def positions(
    machine: Machine, transform: Transform, callee: Value, args: list[Value], kwargs: dict[str, Value]
) -> tuple[list[Value], dict[str, Value], list[int]]:
    """The positions to differentiate by; an argument given or asked for by name is put into its place."""
    from s2s.arguments import numbers_of, parameters_of, unbundle

    names: list[str] = []
    if isinstance(callee, ir.Const):
        inner = unbundle(callee.value)
        names = [p.name for p in parameters_of(inner.function) if p.kind is not p.KEYWORD_ONLY][len(inner.args) :]
    while len(args) < len(names) and names[len(args)] in kwargs:
        name = names[len(args)]
        args, kwargs = [*args, kwargs[name]], {key: value for key, value in kwargs.items() if key != name}
    wrt = [n % len(args) for n in numbers_of(transform.argnums)] if transform.argnums is not None else []
    chosen = (transform.argnames,) if isinstance(transform.argnames, str) else tuple(transform.argnames or ())
    for name in chosen:
        if name not in names or names.index(name) >= len(args):
            raise machine.refuse(f"there is no argument {name!r} to differentiate by", "give it in the call")
        wrt.append(names.index(name))
    return args, kwargs, wrt


def callee_of(machine: Machine, transform: Any) -> Value:
    """The function inside a transform; one made inside the program may be a function of the program's own."""
    held = getattr(transform, "callee_value", None)
    return held if held is not None else machine.held_by(transform, transform.function, attrgetter("function"))


def nested_gradient(machine: Machine, transform: Transform, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The value of `grad(f)(*args)` inside a program."""
    callee = callee_of(machine, transform)
    args, kwargs, wrt = positions(machine, transform, callee, args, kwargs)
    section = Section(machine, callee, args, kwargs, wrt)
    result, aux = section.value, None
    if transform.has_aux:
        result, aux = machine.unpacked(section.value)
    atom = machine.materialise(result)
    fact = machine.builder.type_of(atom)
    if isinstance(fact, facts.Num) and fact.shape not in ((), None):
        shape = tuple(length_in(machine.inputs.sizes, dim) for dim in fact.shape or ())
        reason = f"grad of a function whose result is not scalar, but an array of shape ({', '.join(shape)}{',' * (len(shape) == 1)})"
        raise machine.refuse(reason, "use jacrev, jacfwd or vjp", kind=NotScalar)
    if facts.holds_complex(fact):
        raise machine.refuse("grad of a function whose result is complex", COMPLEX_HINT)
    bars = reversed_section(section, atom, ir.Const(facts.unit(fact)), len(wrt))
    grads = bars[0] if transform.single else Seq(tuple, tuple(bars))
    if aux is not None:
        aux = machine_value(section, aux)
    if getattr(transform, "with_value", False):
        value: Value = machine_value(section, result)
        return Seq(tuple, (Seq(tuple, (value, aux)) if aux is not None else value, grads))
    return Seq(tuple, (grads, aux)) if aux is not None else grads


def machine_value(section: Section, value: Value) -> Value:
    """A value of the section, on the names that its statements have now."""
    structure, atoms = flatten(value, {**section.machine.base, **section.machine.state.heap}, by_content=True)
    return rebuild(structure.unmarked(), iter([section.atoms(atom) for atom in atoms]), section.machine.allocate)


def reversed_section(section: Section, atom: ir.Atom, seed: ir.Atom, count: int) -> list[Value]:
    """Write both sweeps of a section; the cotangents of its arguments."""
    machine = section.machine
    names = list(section.names)
    reverse = Reverse(machine.builder, inline_with(machine))
    forward, backward, bars = reverse.run(section.statements, names, atom, seed)
    section.write([*forward, *backward])
    by_name = {name: section.atoms(bar) for name, bar in zip(names, bars, strict=True)}
    return [section.like_argument(number, by_name) for number in range(count)]


def pushed_section(section: Section, atom: ir.Atom, tangents: list[Value]) -> ir.Atom:
    """Write a section with its tangents; the tangent of its result."""
    machine = section.machine
    moving: dict[str, ir.Atom] = {}
    for fresh, tangent in zip(section.fresh, tangents, strict=True):
        if not section.carries(fresh):
            continue
        _, atoms = flatten(tangent, {**machine.base, **machine.state.heap}, by_content=True)
        for name, t in zip(fresh, atoms, strict=True):
            if isinstance(name, ir.Var) and name.name in section.names and t != ir.Const(None):
                moving[name.name] = t
    forward = Forward(machine.builder, inline_with(machine))
    with machine.builder.block() as statements:
        tangent_atom = forward.run(section.statements, moving, atom)
    section.write(statements)
    return section.atoms(tangent_atom)


def nested_jvp(machine: Machine, function: Value, primals: Value, tangents: Value, **kwargs: Value) -> Value:
    """`jvp(f, primals, tangents)` inside a program."""
    args, moving = machine.unpacked(primals), machine.unpacked(tangents)
    section = Section(machine, function, args, kwargs, list(range(len(args))))
    tangent = without_constants(machine.builder, pushed_section(section, section.atom, moving), section.atom)
    return Seq(tuple, (machine_value(section, section.value), machine.project(tangent)))


def without_constants(builder: Builder, tangent: ir.Atom, primal: ir.Atom) -> ir.Atom:
    """A tangent with None for the whole numbers and texts of a result, as a call from outside gives it."""
    if isinstance(primal, ir.Pack) and isinstance(tangent, ir.Pack):
        items = [without_constants(builder, *pair) for pair in zip(tangent.items, primal.items, strict=True)]
        return ir.Pack(tangent.kind, tuple(items), tangent.keys)
    return tangent if facts.carries(builder.type_of(primal)) else ir.Const(None)


def nested_vjp(
    machine: Machine, function: Value, *primals: Value, cotangent: Value | None = None, **kwargs: Value
) -> Value:
    """`vjp(f, *primals)` inside a program: the pullback is written where it is called."""
    function = holding(machine, function, kwargs)
    if cotangent is not None:
        result, bars = _pulled(machine, function, list(primals), cotangent)
        return Seq(tuple, (result, bars))
    result = called_on_copies(machine, function, primals)
    kept = tuple(machine.own_copy(primal) for primal in primals)
    return Seq(tuple, (result, Bound(ir.Const(_pullback), (function, *kept))))


def holding(machine: Machine, function: Value, kwargs: dict[str, Value]) -> Value:
    """A function with keyword arguments as they are now; it is not differentiated by them."""
    held = tuple((name, machine.own_copy(value)) for name, value in kwargs.items())
    return Bound(function, (), held) if held else function


def called_on_copies(machine: Machine, function: Value, primals: tuple[Value, ...]) -> Value:
    """The value of a function that is differentiated later; it is called once more then."""
    before = machine.state.copy()
    result = machine.call(function, [machine.own_copy(primal) for primal in primals], {})
    machine.check_apart(before)
    return result


def _pullback(*args: Any) -> Any:
    """Stands for the pullback of a vjp inside a program."""
    raise NotImplementedError


def check_repeatable(machine: Machine, section: Section) -> None:
    """Refuse a function that was called before and is called again here, if its two calls may differ."""
    if any(isinstance(stmt, ir.Let) and isinstance(stmt.value.function, Opaque) for stmt in walk(section.statements)):
        raise machine.refuse("a function that draws numbers, or has other effects, would be called twice here",
                             "give the cotangent in the call: vjp(f, x, cotangent=...)")  # fmt: skip


def walk(statements: Iterable[ir.Stmt]) -> Iterator[ir.Stmt]:
    """All statements, nested ones too."""
    for stmt in statements:
        yield stmt
        for block in ir.blocks(stmt):
            yield from walk(block.statements)


def nested_pullback(machine: Machine, function: Value, *rest: Value) -> Value:
    *primals, cotangent = rest
    return _pulled(machine, function, primals, cotangent, again=True)[1]


def _pulled(
    machine: Machine, function: Value, primals: list[Value], cotangent: Value, again: bool = False
) -> tuple[Value, Value]:
    section = Section(machine, function, primals, {}, list(range(len(primals))))
    if again:
        check_repeatable(machine, section)
    bars = reversed_section(section, section.atom, machine.materialise(cotangent), len(primals))
    return machine_value(section, section.value), Seq(tuple, tuple(bars))


def nested_jacobian(machine: Machine, transform: Transform, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A Jacobian inside a program: a loop over a basis, of arrays whose shapes are known."""
    from s2s.basis import forward_jacobian, reverse_jacobian

    callee = callee_of(machine, transform)
    args, kwargs, wrt = positions(machine, transform, callee, args, kwargs)
    function = forward_jacobian if transform.kind == "jacfwd" else reverse_jacobian
    parts = [function(machine, callee, args, kwargs, position) for position in wrt]
    return parts[0] if transform.single else Seq(tuple, tuple(parts))


def made_transform(cls: Any) -> Callable[..., Value]:
    """A handler for `grad(f)` inside a program: the transform of an abstract function."""

    def handler(machine: Machine, function: Value, argnums: Value = ir.Const(0), **options: Value) -> Value:  # noqa: B008
        known = {key: machine.key(value) for key, value in options.items()}
        transform = cls(_placeholder, machine.key(argnums), known.get("argnames"), known.get("has_aux", False))
        transform.callee_value = function
        return ir.Const(transform)

    return handler


def _placeholder(*args: Any) -> Any:
    """Stands for a function that exists only inside the program."""
    raise NotImplementedError


def without_options(handler: Callable[..., Any], machine: Machine, *args: Value, **kwargs: Value) -> Any:
    """A call of a public function without what says how its derivative is to run; that is looked at, all the same."""
    own = {name: machine.key(kwargs.pop(name)) for name in NAMES if name in kwargs}
    said(own)
    return handler(machine, *args, **kwargs)


def register() -> Iterator[tuple[Any, Callable[..., Any]]]:
    """What calls of the public functions mean inside a program: what runs them is chosen for the program around them."""
    for function, handler in handlers():
        yield function, functools.partial(without_options, handler)


def handlers() -> Iterator[tuple[Any, Callable[..., Any]]]:
    from s2s import api
    from s2s.transforms import Gradient, ValueAndGradient

    yield api.grad, made_transform(Gradient)
    yield api.value_and_grad, made_transform(ValueAndGradient)
    yield api.jacfwd, made_transform(api.ForwardJacobian)
    yield api.jacrev, made_transform(api.ReverseJacobian)
    yield api.jvp, nested_jvp
    yield api.vjp, nested_vjp
    yield _pullback, nested_pullback
    yield _pushforward, nested_pushforward
    yield api.hvp, nested_hvp
    yield api.hessian, made_hessian
    yield api.differentiable, lambda machine, function: function
    yield api.stop_gradient, nested_stop
    yield api.linearize, nested_linearize


def nested_hvp(machine: Machine, function: Value, primals: Value, tangents: Value, **kwargs: Value) -> Value:
    from s2s.transforms import Gradient

    function = holding(machine, function, kwargs)
    count = len(machine.unpacked(primals))
    gradient = made_transform(Gradient)(machine, function, ir.Const(tuple(range(count))))
    _, products = machine.unpacked(nested_jvp(machine, gradient, primals, tangents))
    items = machine.unpacked(products)
    return items[0] if count == 1 else Seq(tuple, tuple(items))


def made_hessian(machine: Machine, function: Value, argnums: Value = ir.Const(0)) -> Value:  # noqa: B008
    from s2s import api
    from s2s.transforms import Gradient

    return made_transform(api.ForwardJacobian)(machine, made_transform(Gradient)(machine, function, argnums), argnums)


def nested_linearize(machine: Machine, function: Value, *primals: Value, **kwargs: Value) -> Value:
    function = holding(machine, function, kwargs)
    result = called_on_copies(machine, function, primals)
    kept = tuple(machine.own_copy(primal) for primal in primals)
    return Seq(tuple, (result, Bound(ir.Const(_pushforward), (function, Seq(tuple, kept)))))


def _pushforward(*args: Any) -> Any:
    """Stands for the pushforward of a linearize inside a program."""
    raise NotImplementedError


def nested_pushforward(machine: Machine, function: Value, primals: Value, *tangents: Value) -> Value:
    return machine.unpacked(nested_jvp(machine, function, primals, Seq(tuple, tangents)))[1]


def nested_stop(machine: Machine, value: Value) -> Value:
    """`stop_gradient` of any value, atom by atom."""
    from s2s_runtime.stopping import stop_gradient

    structure, atoms = flatten(value, {**machine.base, **machine.state.heap}, by_content=True)
    stopped = [machine.builder.apply(stop_gradient, atom) if isinstance(atom, ir.Var) else atom for atom in atoms]
    return rebuild(structure.unmarked(), iter(stopped), machine.allocate)
