"""Cotangents in the shape and dtype of their primals, their sums, and the zeros of those that nothing was added to.

In: a contribution to a cotangent, and the primal's atom.  Out: the atom of the contribution, projected.  Here, and only here, a
cotangent is projected onto its primal.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.differentiate.binding import Binding
from s2s_runtime import kernels, projection, tree

ZEROS = (ir.Const(0.0), ir.Const(0j))


def is_plain(fact: facts.Num) -> bool:
    """Whether a cotangent of such a number is left as it is, so that it may be None."""
    return fact.shape == () and not fact.is_complex and (fact.dtype is None or bool(fact.weak) or fact.is_double)


def fits(have: facts.Type | None, fact: facts.Num) -> bool:
    """Whether a cotangent is of no other kind than those that a number may be of, so that nothing reads which one that is."""
    kinds = facts.as_cotangent(fact).kinds
    return isinstance(have, facts.Num) and have.shape == () and bool(facts.kinds_of(have)) and facts.kinds_of(have) <= kinds


class Projection(Binding):
    """Projects, adds and makes cotangents for one program under construction."""

    def project(self, g: ir.Atom, atom: ir.Atom) -> ir.Atom:
        """A contribution in the shape and dtype of its primal."""
        fact = self.builder.type_of(atom)
        if isinstance(fact, facts.Listing):
            return self.as_list(g, atom)
        if isinstance(fact, (facts.Mapped, facts.Record)):
            return g
        have = self.builder.type_of(g)
        if fact is None and isinstance(have, (facts.Listing, facts.Mapped, facts.Record)):
            return g
        if fact is None or (isinstance(fact, facts.Num) and self.may_be_none(atom) and not is_plain(fact)):
            return self.builder.apply(projection.like, g, atom)
        if not (
            isinstance(fact, facts.Num)
            and isinstance(have, facts.Num)
            and have.shape is not None
            and have.shape == fact.shape
        ):
            shape = (
                ir.Const(()) if isinstance(fact, facts.Num) and fact.shape == () else self.builder.apply(np.shape, atom)
            )
            g = self.builder.apply(kernels.sum_to, g, shape)
            have = self.builder.type_of(g)
        return self.same_dtype(g, have, atom, fact)

    def may_be_none(self, atom: ir.Atom) -> bool:
        """Whether a value is None on a path that did not assign it: then it has no shape."""
        return isinstance(atom, ir.Var) and atom.name in self.builder.optional

    def as_list(self, g: ir.Atom, atom: ir.Atom) -> ir.Atom:
        """The cotangent of a list is a list, whatever a rule returned; None where the list is not defined."""
        if isinstance(g, ir.Pack):
            return ir.Pack(list, g.items)
        if isinstance(self.builder.type_of(g), facts.Listing):
            return g
        return self.builder.apply(projection.like, g, atom) if self.may_be_none(atom) else self.builder.apply(list, g)

    def same_dtype(self, g: ir.Atom, have: facts.Type | None, atom: ir.Atom, fact: facts.Type | None) -> ir.Atom:
        """A cotangent or tangent in the dtype of its primal: of a real one, the real part."""
        if not isinstance(fact, facts.Num):
            return g
        if fact.is_real and isinstance(have, facts.Num) and not have.is_real and (not have.doubtful or self.builder.has_complex):
            g = self.builder.apply(np.real, g)
            have = self.builder.type_of(g)
        elif fact.is_real and have is None and self.builder.has_complex:
            g = self.builder.apply(projection.real_part, g)
        if isinstance(have, facts.Num) and have.dtype is not None and fact.dtype is not None:
            if have.dtype == fact.dtype or (fact.is_double and fact.is_real and (have.weak or have.dtype.kind not in "fc")):
                return g
            if fact.weak and fact.is_complex:
                return self.builder.apply(complex, g)
            if fact.weak:
                return self.builder.apply(float, g) if fact.dtype.kind == "f" and have.dtype.kind == "f" else g
            return self.builder.apply(kernels.astype, g, ir.Const(fact.dtype))
        if fact.weak or (fact.is_double and fact.is_real):
            return g
        if fact.dtype is None:
            return g if fits(have, fact) else self.builder.apply(projection.retyped, g, atom)
        return self.builder.apply(kernels.astype, g, ir.Const(fact.dtype))

    def inexact_dtype(self, atom: ir.Atom) -> ir.Atom:
        """The dtype of the cotangent of a number or array that may turn out to hold integers."""
        return self.builder.apply(np.result_type, atom, ir.Const(0.0))

    # ---------------------------------------------------------------------------------------------------- zeros
    def zeros(self, atom: ir.Atom) -> ir.Atom:
        """A cotangent or tangent of zeros."""
        if isinstance(atom, ir.Const):
            value = atom.value
            if type(value) is tuple:
                return ir.Pack(tuple, tuple(self.zeros(ir.Const(item)) for item in value))
            number = isinstance(value, (int, float, complex)) and not isinstance(value, bool)
            return ir.Const(0.0) if number else ir.Const(None)
        if isinstance(atom, ir.Pack):
            return ir.Pack(atom.kind, tuple(self.zeros(item) for item in atom.items), atom.keys)
        fact = self.builder.type_of(atom)
        zeros = tree.float_zeros_like if facts.may_be_whole(fact) else tree.zeros_like
        if atom.name in self.builder.optional and not (isinstance(fact, facts.Num) and fact.shape == ()):
            return self.builder.apply(zeros, atom)  # it may be undefined here: then it is given None before
        if isinstance(fact, facts.Num) and fact.shape == ():
            if fact.is_complex and (fact.weak or fact.is_double):
                return ir.Const(0j)
            if fact.dtype is None or fact.weak or fact.is_double:
                return ir.Const(0.0)
            return ir.Const(fact.dtype.type(0)) if fact.dtype.kind in "fc" else ir.Const(0.0)
        if isinstance(fact, facts.Num) and fact.shape:
            return self.builder.apply(np.zeros_like, atom, *([self.inexact_dtype(atom)] if fact.dtype is None else []))
        return self.builder.apply(zeros, atom)

    def add(self, a: ir.Atom | None, b: ir.Atom, hint: str = "") -> ir.Atom:
        """The sum of two contributions."""
        if a is None or a in ZEROS:
            return b
        if b in ZEROS:
            return a
        if isinstance(a, ir.Pack) and isinstance(b, ir.Pack) and len(a.items) == len(b.items):
            return ir.Pack(a.kind, tuple(self.add(x, y) for x, y in zip(a.items, b.items, strict=True)), a.keys)
        if a == ir.Const(None) or b == ir.Const(None):
            return b if a == ir.Const(None) else a
        numbers = all(isinstance(self.builder.type_of(x), facts.Num) for x in (a, b))
        found = self.add_in_shape(a, b) if numbers else None
        return found if found is not None else self.builder.apply(operator.add if numbers else tree.add, a, b, hint=hint)

    def add_in_shape(self, a: ir.Atom, b: ir.Atom) -> ir.Atom | None:
        """The sum, where the second is an array of zeros in another shape, with something added at an index: that is added in place.

            a + reshape(index_add(zeros(s), i, v), t)    =>    reshape(index_add(reshape(a, s), i, v), t)
        """
        builder = self.builder
        outer = builder.definition(b)
        inner = builder.definition(outer.args[0]) if outer is not None and outer.function is np.reshape else None
        zeros = builder.definition(inner.args[0]) if inner is not None and inner.function is kernels.index_add else None
        if outer is None or inner is None or zeros is None or zeros.function is not np.zeros:
            return None
        if builder.type_of(a) != builder.type_of(b):
            return None
        added = builder.apply(kernels.index_add, builder.apply(np.reshape, a, zeros.args[0]), *inner.args[1:])
        return builder.apply(np.reshape, added, *outer.args[1:])

    def or_zeros(self, tangent: Any, argument: Any) -> Any:
        if isinstance(argument, tuple):
            parts = tangent if tangent is not None else [None] * len(argument)
            return tuple(self.or_zeros(part, atom) for part, atom in zip(parts, argument, strict=True))
        return tangent if tangent is not None else self.zeros(argument)
