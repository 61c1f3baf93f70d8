"""What `root`, `fixed_point` and `minimize` are inside a program that is differentiated.

In: a machine that comes upon a call.  Out: an application of the solver to a function of the generated module, made of the program's
own: what that reads from around it is among its parameters, so that the solution has a derivative by all of it.

    x = root(lambda x: x**2 - a, x0)     =>     def residual(x, a): return x**2 - a
                                                x = root(residual, x0, a)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.implicit.adapters import as_array, shaped_like_first
from s2s.nesting import Section
from s2s.specialise.array_arguments import is_sequence
from s2s.specialise.values import Bound, Closure, Value
from s2s.subroutine import Subroutine
from s2s_runtime import implicit, kernels

if TYPE_CHECKING:
    from s2s.specialise import Machine


class Lifted:
    """Functions of what a solver gives them and of parameters, as subroutines that read nothing else.

    `leads` are the values that stand for what the solver gives, one atom each; `arguments` what the subroutines are given behind these:
    the atoms of the parameters, and what the functions read from around them.
    """

    def __init__(self, machine: Machine, callees: list[tuple[Value, str]], leads: list[Value], args: list[Value]) -> None:
        self.builder, self.count = machine.builder, len(leads)
        positions = list(range(len(leads) + len(args)))
        self.sections = [Section(machine, callee, [*leads, *args], {}, positions) for callee, _ in callees]
        self.leads = [machine.materialise(lead) for lead in leads]
        self.arguments = tuple(dict.fromkeys(atom for section in self.sections for atom in self.reads(section)))
        self.symbols: dict[facts.Symbol, facts.Dim] = {}
        self.routines = [self.routine(section, name) for section, (_, name) in zip(self.sections, callees, strict=True)]

    def first(self, section: Section) -> list[str]:
        """The names of what the solver gives, in a section."""
        return [atom.name for atoms in section.fresh[: self.count] for atom in atoms if isinstance(atom, ir.Var)]

    def reads(self, section: Section) -> Iterator[ir.Var]:
        """The program's names that a section needs: those of its parameters in order, then those around it."""
        first = self.first(section)
        yield from (atom for name, atom in section.names.items() if name not in first and isinstance(atom, ir.Var))
        free = ir.free(ir.Block(tuple(section.statements), (section.atom,)))
        yield from (ir.Var(name) for name in sorted(free - set(section.names), key=lambda name: int(name[1:])))

    def routine(self, section: Section, name: str) -> Subroutine:
        """A section as a function that reads nothing but its parameters."""
        builder, first = self.builder, self.first(section)
        given = {lead: self.copy(lead) for lead in first}
        own = {atom.name: self.copy(atom.name) for atom in self.arguments}
        names: dict[str, ir.Atom] = {**own, **given}
        for fresh, atom in section.names.items():
            if fresh not in given:
                names[fresh] = own[atom.name] if isinstance(atom, ir.Var) else atom
        with builder.apart() as statements:
            builder.replay(section.statements, names)
            result = builder.substitute(section.atom, names)
        fact = builder.type_of(result)
        parameters = tuple(var.name for var in (*given.values(), *own.values()))
        return Subroutine(name, parameters, ir.Block(tuple(statements), (result,)), fact, origin=builder.origin)

    def copy(self, name: str) -> ir.Var:
        return self.builder.fresh(self.builder.hints.get(name, ""), self.renewed(self.builder.types.get(name)))

    def renewed(self, fact: facts.Type | None) -> facts.Type | None:
        """A type in symbols of the function's own: it is not known there what the lengths are called outside."""
        fact = facts.with_dims(fact, self.dim)
        return facts.Num(fact.dtype, fact.shape, fact.weak, boxed=fact.boxed, real=fact.real) if isinstance(fact, facts.Num) else fact

    def dim(self, dim: facts.Dim) -> facts.Dim:
        for monomial, _ in dim.terms:
            for symbol in monomial:
                known = facts.fresh(symbol.name, never_one=symbol.never_one, counts=symbol.counts)
                self.symbols.setdefault(symbol, known)
        return dim.substitute(self.symbols)


def shaped_like(f: Value, adapter: Callable[..., Any] = shaped_like_first) -> Value:
    """A function of the program's, whose result is an array where it is a list or a tuple of numbers."""
    return Bound(ir.Const(adapter), (f,))


def as_known_array(machine: Machine, value: Value) -> Value:
    """An array in the place of what is known to be a list or a tuple."""
    return machine.apply(np.array, value) if is_sequence(machine, value) else value


def word(callee: Value, other: str) -> str:
    """What a function is called in the text."""
    if isinstance(callee, Bound):
        return word(callee.function, other)
    name = callee.syntax.name if isinstance(callee, Closure) else getattr(getattr(callee, "value", None), "__name__", "")
    return name if name.isidentifier() and not name.startswith("_") else other


def guess(machine: Machine, x0: Value) -> Value:
    """A first guess of floating point numbers; refused if it is no number and no array, or of an unknown type."""
    atom = machine.materialise(x0)
    fact = machine.builder.type_of(atom)
    if not isinstance(fact, facts.Num) or fact.shape is None or fact.dtype is None:
        raise machine.refuse("the first guess is no number and no array, or its type is not known here", "give it as np.array([...]), "
                             "and show the source for arguments: .source(x)")  # fmt: skip
    if fact.is_complex:
        raise machine.refuse("an equation for a complex number", "write it for the real and the imaginary part")
    if fact.inexact:
        return machine.apply(np.copy, atom) if fact.boxed else x0
    return machine.apply(float, atom) if fact.shape == () else machine.apply(kernels.astype, atom, ir.Const(np.dtype(float)))


def known_solver(machine: Machine, options: dict[str, Value]) -> dict[str, Any]:
    """The options of a call: a solver has to be a function that is there when the program runs."""
    solver = options.get("solver")
    if isinstance(solver, (Closure, Bound)):
        raise machine.refuse("a solver that is a function inside the program", "define it in the module, outside of what is differentiated")
    return {name: value for name, value in options.items() if value != ir.Const(None)}


def solved(runtime: Callable[..., Any], other: str) -> Callable[..., Value]:
    """What a call of `root` or `fixed_point` means."""

    def handler(machine: Machine, f: Value, x0: Value, *args: Value, **options: Value) -> Value:
        known = known_solver(machine, options)
        start = guess(machine, x0)
        lifted = Lifted(machine, [(shaped_like(f), word(f, other))], [start], list(args))
        check_like(machine, lifted)
        (routine,) = lifted.routines
        return machine.apply(runtime, ir.Const(routine), *lifted.leads, *lifted.arguments, **known)

    return handler


def check_like(machine: Machine, lifted: Lifted) -> None:
    """Refuse an equation that has another shape than what it is for, as far as that is known."""
    (routine,) = lifted.routines
    have, fact = routine.fact, machine.builder.types.get(routine.parameters[0])
    if isinstance(have, facts.Num) and isinstance(fact, facts.Num) and None not in (have.ndim, fact.ndim) and have.ndim != fact.ndim:
        raise machine.refuse(f"an equation of {have.ndim} axes for what has {fact.ndim}", "return one entry per entry of x, in its shape")


def minimized(machine: Machine, f: Value, x0: Value, *args: Value, **options: Value) -> Value:
    """What a call of `minimize` means: the gradient is a function of the module too, and its root is what is differentiated."""
    from s2s.nesting import made_transform
    from s2s.transforms import Gradient

    known = known_solver(machine, options)
    name = word(f, "objective")
    gradient = made_transform(Gradient)(machine, f)
    lifted = Lifted(machine, [(f, name), (gradient, f"{name}_grad")], [guess(machine, x0)], list(args))
    value, slope = map(ir.Const, lifted.routines)
    return machine.apply(implicit.minimum, value, slope, *lifted.leads, *lifted.arguments, **known)


def register() -> None:
    """Tell the machine what the functions mean, and the registry their rules."""
    from s2s import implicit as public
    from s2s.implicit import rules
    from s2s.specialise.handlers import BUILTINS

    BUILTINS[as_array] = as_known_array
    BUILTINS[implicit.root] = solved(implicit.root, "residual")
    BUILTINS[implicit.fixed_point] = solved(implicit.fixed_point, "step")
    BUILTINS[public.minimize] = minimized
    rules.register()
