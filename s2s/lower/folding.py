"""A program written once more, now that more is known of its values: what depends on that is decided, and folded.

    g = like(g, x)                                  both are float64 with one axis         =>        nothing is left of it
    contract(dot_subscripts(1, np.ndim(v)), ...)    v has one axis                         =>        one known product

In: a function with types, and the subroutines that it calls.  Out: the same with other names.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.lower.callees import is_unknown
from s2s.lower.copies import as_function
from s2s.lower.counting import newest
from s2s.subroutine import called
from s2s_runtime import containers, kernels, projection, tree

NO_PATH = ir.Const(())


def folded(function: ir.Function) -> ir.Function:
    """The function, folded; the bodies of its subroutines are, too."""
    builder = Again(function)
    with builder.apart():
        body = builder.written(function.body)
    for routine in called(function.body):
        with builder.apart():
            routine.body = builder.written(routine.body)
    return replace(function, body=body, types=builder.types, hints=builder.hints)


class Again(Builder):
    """What writes a program again."""

    def __init__(self, function: ir.Function) -> None:
        super().__init__()
        self.types.update(function.types)
        self.hints.update(function.hints)
        routines = [as_function(function, routine) for routine in called(function.body)]
        self._serial = max(map(newest, (function, *routines)))

    def apply(self, function: Callable[..., Any], *args: ir.Atom, hint: str = "", **kwargs: ir.Atom) -> ir.Atom:
        decided = DECIDED.get(function)
        found = decided(self, *args) if decided is not None and not kwargs else None
        return super().apply(function, *args, hint=hint, **kwargs) if found is None else found

    def _replay(self, stmt: ir.Stmt, names: dict[str, ir.Atom]) -> None:
        super()._replay(stmt, names)
        if isinstance(stmt, ir.Let) and isinstance(made := names[stmt.target], ir.Var) and stmt.target in self.types:
            fact, known = self.types.get(made.name), self.types[stmt.target]
            if is_unknown(fact):
                self.types[made.name] = known
            elif isinstance(fact, facts.Num) and isinstance(known, facts.Num) and fact.boxed and not known.boxed:
                self.types[made.name] = replace(fact, boxed=False)

    def written(self, block: ir.Block) -> ir.Block:
        """A block, written again."""
        names: dict[str, ir.Atom] = {}
        with self.block() as statements:
            self.replay(block.statements, names)
        return ir.Block(tuple(statements), tuple([self.substitute(atom, names) for atom in block.yields]))


def like(builder: Again, g: ir.Atom, x: ir.Atom) -> ir.Atom | None:
    """A real cotangent in the shape of its primal, whose dtype it has."""
    have, fact = builder.type_of(g), builder.type_of(x)
    if not isinstance(have, facts.Num) or not isinstance(fact, facts.Num) or have.shape is None or fact.shape is None:
        return None
    if not have.is_real or not fact.is_real or not has_dtype_of(have, fact):
        return None
    if have.shape == fact.shape:
        return g
    if fact.shape == ():
        return builder.apply(kernels.sum_to, g, ir.Const(()))
    return builder.apply(kernels.sum_to, g, builder.apply(np.shape, x)) if have.shape else None


def has_dtype_of(have: facts.Num, fact: facts.Num) -> bool:
    """Whether a cotangent has the dtype that it should have: that of a float, a double for a number that may be whole."""
    if have.dtype is None or have.dtype.kind != "f":
        return False
    if fact.dtype is None:
        own = {dtype if dtype.kind == "f" else np.dtype(float) for dtype, _ in fact.kinds}
        return fact.shape == () and own == {have.dtype} and have.is_double
    return have.dtype == (fact.dtype if fact.dtype.kind == "f" else np.dtype(float)) and (fact.dtype.kind == "f" or fact.shape == ())


def add(builder: Again, a: ir.Atom, b: ir.Atom) -> ir.Atom | None:
    """The sum of two numbers or arrays."""
    one, other = builder.type_of(a), builder.type_of(b)
    known = isinstance(one, facts.Num) and isinstance(other, facts.Num) and one.shape is not None and other.shape is not None
    return builder.apply(operator.add, a, b) if known and len(one.shape) == len(other.shape) else None  # type: ignore[union-attr, arg-type]


def real_part(builder: Again, g: ir.Atom) -> ir.Atom | None:
    return g if facts.surely_real(builder.type_of(g)) else None


def add_item(builder: Again, xs: ir.Atom, key: ir.Atom, value: ir.Atom, path: ir.Atom = NO_PATH) -> ir.Atom | None:
    """An addition to entries of an array."""
    fact = builder.type_of(xs)
    return builder.apply(kernels.index_add, xs, key, value) if isinstance(fact, facts.Num) and fact.shape and path == NO_PATH else None


def copy(builder: Again, x: ir.Atom) -> ir.Atom | None:
    fact = builder.type_of(x)
    if not isinstance(fact, facts.Num) or fact.shape is None or fact.boxed:
        return None
    return builder.apply(np.copy, x) if fact.shape else x


DECIDED: dict[Any, Callable[..., ir.Atom | None]] = {
    projection.like: like, projection.real_part: real_part, tree.add: add, tree.copy: copy, containers.add_item: add_item,
}  # fmt: skip
"""Functions of any values, by what they are of numbers and arrays; None where that is not known."""
