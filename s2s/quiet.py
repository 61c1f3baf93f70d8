"""Arithmetic whose result is chosen from afterwards: what is not chosen warns nobody.

    x_bar = np.where(m, y_bar * (0.5 / y), 0.0)     =>      with np.errstate(all="ignore"):
                                                                x_bar = np.where(m, y_bar * (0.5 / y), 0.0)

A program that is silent has a silent derivative: at the edge of what `np.where` chooses, a derivative divides by zero
where the program itself did not.

In: statements in the making.  Out: the same, in a context if one of them may warn.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence, Set

import numpy as np

from s2s import ir
from s2s.builder import Builder
from s2s.infer import ELEMENTWISE
from s2s.rules.declare import RULES

IGNORED = ir.Apply(np.errstate, (), (("all", ir.Const("ignore")),))
SINGULAR = {
    operator.truediv, operator.pow, operator.mod, operator.floordiv, np.divide, np.true_divide, np.power, np.float_power,
    np.reciprocal, np.sqrt, np.log, np.log2, np.log10, np.log1p, np.arcsin, np.arccos, np.arccosh, np.arctanh, np.exp, np.expm1,
    np.exp2, np.sinh, np.cosh, np.mod, np.fmod, np.remainder, np.floor_divide, np.tan, np.logaddexp,
}  # fmt: skip
"""Functions of finite numbers that give infinities and NaN, and warn of them."""

CARRYING = {operator.mul, operator.add, operator.sub, operator.neg, np.multiply, np.add, np.subtract, np.negative, np.where}
"""Functions through which an infinity passes, to meet a zero in a product."""


def quietly(
    builder: Builder, make: Callable[[], Sequence[ir.Atom]], doubtful: Set[str] = frozenset()
) -> list[ir.Atom]:
    """What `make` gives, made in a context without warnings if one of its statements may warn.

    `doubtful` names values that may be infinite though their definitions do not show it.
    """
    mark = builder.mark()
    atoms = list(make())
    if not any(warns(builder, stmt, doubtful) for stmt in builder.statements[mark[0] :]):
        return atoms
    builder.go_back(mark)
    with builder.block() as inside:
        atoms = list(make())
    made = {name for stmt in inside for name in ir.binds(stmt)}
    inner = [atom for atom in dict.fromkeys(atoms) if isinstance(atom, ir.Var) and atom.name in made]
    outer = [builder.copy_name(atom.name) for atom in inner]
    block = ir.Block(tuple(inside), tuple(inner))
    builder.emit(ir.With(IGNORED, block, tuple(var.name for var in outer), builder.origin))
    names: dict[str, ir.Atom] = {one.name: other for one, other in zip(inner, outer, strict=True)}
    return [builder.substitute(atom, names) for atom in atoms]


def warns(builder: Builder, stmt: ir.Stmt, doubtful: Set[str] = frozenset()) -> bool:
    """Whether a statement may warn where its operands are finite, or come from what is infinite."""
    if not isinstance(stmt, ir.Let):
        return True
    function = stmt.value.function
    if function in SINGULAR or getattr(function, "__module__", "") == math.__name__:
        return True
    factors = stmt.value.args if function in (operator.mul, np.multiply) else ()
    return any(is_singular(builder, arg, 4) or not doubtful.isdisjoint(ir.variables(arg)) for arg in factors)


def is_singular(builder: Builder, atom: ir.Atom, depth: int) -> bool:
    """Whether an atom may be infinite where the program's inputs are not, as far as its definition shows."""
    definition = builder.definition(atom)
    if definition is None or not depth:
        return False
    if definition.function in SINGULAR:
        return True
    return definition.function in CARRYING and any(is_singular(builder, arg, depth - 1) for arg in definition.args)


def is_quiet(context: ir.Apply) -> bool:
    """Whether a context of the user ignores what division and NaN would warn of."""
    ignored = {name for name, value in context.kwargs if value == ir.Const("ignore")}
    return context.function is np.errstate and ("all" in ignored or {"divide", "invalid"} <= ignored)


def quiet_results(statements: Sequence[ir.Stmt]) -> set[str]:
    """What contexts without warnings have made."""
    return {name for stmt in statements if isinstance(stmt, ir.With) and is_quiet(stmt.context) for name in stmt.results}


def chosen_from(statements: Sequence[ir.Stmt], yields: Iterable[ir.Atom]) -> set[str]:
    """The names of a block whose tangents nothing but `np.where` reads, to choose from them or from what is made of them."""
    read = {name for atom in yields for name in ir.variables(atom)}
    made: set[str] = set()
    for stmt in reversed(statements):
        arms: tuple[ir.Atom, ...] = ()
        if isinstance(stmt, ir.Let) and stmt.value.function in ELEMENTWISE:
            if stmt.value.function is np.where:
                arms = stmt.value.args[1:]
            elif stmt.target not in read:
                arms = stmt.value.args
            made.add(stmt.target)
        elif isinstance(stmt, ir.Let) and stmt.target not in read and moves(stmt.value.function):
            arms = stmt.value.args[:1]
        if isinstance(stmt, ir.Let) and RULES.is_constant(stmt.value.function):
            arms = stmt.value.args
        read.update(name for atom in ir.operands(stmt) if atom not in arms for name in ir.variables(atom))
        read.update(name for block in ir.blocks(stmt) for name in ir.free(block))
    return made - read


def moves(function: object) -> bool:
    """Whether a function takes entries of its first argument from place to place and adds them up, in one way to call it."""
    return any(rule.moves for rule in RULES.of(function))
