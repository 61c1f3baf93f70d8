"""Which entries of a cotangent are zero because `np.where` did not choose what they belong to.

    y = np.log(x)                       t = np.where(m, y_bar, 0.0)
    z = np.where(m, y, 0.0)     =>      x_bar = np.where(m, t / x, 0.0)         and not      x_bar = t / x

What was not chosen contributes zero, also where its partial derivative is infinite or NaN.  So of each cotangent is
remembered outside which conditions it is zero: through sums of two, through rules that work entry by entry, and through
those that only move entries, whose adjoint then moves the condition too.

In: a cotangent and the contribution that a rule makes of it.  Out: the contribution, zero where the cotangent is.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.differentiate.binding import Bound, Inline
from s2s.differentiate.projection import Projection
from s2s_runtime import kernels, projection

Chosen = tuple[ir.Atom, bool]
"""A condition, and whether what is zero elsewhere was its first choice."""


class Selection(Projection):
    """Remembers the conditions of cotangents, by name, for one program under construction."""

    def __init__(self, builder: Builder, inline: Inline) -> None:
        super().__init__(builder, inline)
        self.conditions: dict[str, tuple[Chosen, ...]] = {}
        self.quiet = False
        self.doubtful: set[str] = set()

    def conditions_of(self, bar: ir.Atom | None) -> tuple[Chosen, ...]:
        return self.conditions.get(bar.name, ()) if isinstance(bar, ir.Var) else ()

    def remember(self, bar: ir.Atom, conditions: Iterable[Chosen]) -> None:
        """A cotangent is zero outside these conditions, as far as they have an entry for each of it."""
        conditions = tuple(conditions)
        if conditions and isinstance(bar, ir.Var):
            fitting = [chosen for chosen in conditions if self.fits(chosen[0], bar) is not False]
            known = self.conditions_of(bar)
            if added := tuple(chosen for chosen in dict.fromkeys(fitting) if chosen not in known):
                self.conditions[bar.name] = known + added

    def fits(self, condition: ir.Atom, bar: ir.Atom) -> bool | None:
        """Whether a condition can be broadcast to the shape of a cotangent; None if that is not known."""
        mine, theirs = (self.builder.type_of(atom) for atom in (condition, bar))
        if not isinstance(mine, facts.Num) or not isinstance(theirs, facts.Num):
            return None
        if mine.shape is None or theirs.shape is None:
            return None
        if len(mine.shape) > len(theirs.shape):
            return False
        pairs = list(zip(reversed(mine.shape), reversed(theirs.shape), strict=False))
        if all(a.is_one or a == b for a, b in pairs):
            return True
        return False if any(a.never_one and b.is_one for a, b in pairs) else None

    # --------------------------------------------------------------------------------------------------- passing on
    def join_conditions(self, arms: Sequence[ir.Atom], result: ir.Var, inside: Collection[str]) -> None:
        """What several arms make of a cotangent is zero where that is so in all; a condition must be there behind them."""
        shared = set.intersection(*(set(self.conditions_of(arm)) for arm in arms))
        found = [chosen for chosen in self.conditions_of(arms[0]) if chosen in shared]
        self.remember(result, [chosen for chosen in found if not any(name in inside for name in ir.variables(chosen[0]))])

    def project(self, g: ir.Atom, atom: ir.Atom) -> ir.Atom:
        projected = super().project(g, atom)
        self.remember(projected, self.conditions_of(g))
        return projected

    def add(self, a: ir.Atom | None, b: ir.Atom, hint: str = "") -> ir.Atom:
        """A sum is zero where both are."""
        total = super().add(a, b, hint)
        mine, theirs = self.conditions_of(a), self.conditions_of(b)
        if total not in (a, b) and mine and theirs:
            shared = [chosen for chosen in mine if chosen in theirs]
            self.remember(total, shared or self.either(mine, theirs, total))
        return total

    def either(self, mine: Sequence[Chosen], theirs: Sequence[Chosen], total: ir.Atom) -> list[Chosen]:
        """The condition of a sum whose parts are zero outside one each."""
        if any((condition, not first) in theirs for condition, first in mine):
            return []
        masks = [self.mask(*conditions[-1], total) for conditions in (mine, theirs)]
        return [(self.builder.apply(np.logical_or, *masks), True)]

    def selected(self, g: ir.Atom, contribution: ir.Atom) -> ir.Atom:
        """A contribution made entry by entry: zero where the cotangent is, whatever the partial derivative is there."""
        conditions = (*self.conditions_of(g), *self.choice(contribution))
        if not self.keeps_zeros(g, contribution):
            for condition, first in conditions:
                contribution = self.chosen(condition, first, contribution)
        self.remember(contribution, conditions)
        return contribution

    def keeps_zeros(self, g: ir.Atom, contribution: ir.Atom) -> bool:
        """Whether a contribution is the cotangent itself, up to a constant that is finite."""
        definition = self.builder.definition(contribution)
        if contribution == g or definition is None:
            return contribution == g
        if definition.function is projection.chosen:
            return definition.args[0] == g
        if definition.function is np.where:
            return all(arm in (g, ir.Const(0.0)) for arm in definition.args[1:])
        if definition.function is operator.neg:
            return definition.args[0] == g
        others = [arg for arg in definition.args if arg != g]
        return (
            definition.function is operator.mul
            and all(
                isinstance(arg, ir.Const) and isinstance(arg.value, (int, float)) and bool(np.isfinite(arg.value))
                for arg in others
            )
            and len(others) < 2
        )

    def choice(self, contribution: ir.Atom) -> list[Chosen]:
        """The condition of a contribution that is the choice of something or zero."""
        definition = self.builder.definition(contribution)
        if definition is not None and definition.function is projection.chosen:
            _, condition, first = definition.args
            return [(condition, first == ir.Const(True))]
        if definition is None or definition.function is not np.where or len(definition.args) != 3:
            return []
        condition, *arms = definition.args
        return [(condition, first) for first, arm in ((True, arms[1]), (False, arms[0])) if arm == ir.Const(0.0)]

    def chosen(self, condition: ir.Atom, first: bool, value: ir.Atom) -> ir.Atom:
        """A value where a condition chose it, and zero elsewhere."""
        if self.fits(condition, value) is None:
            return self.builder.apply(projection.chosen, value, condition, ir.Const(first))
        arms = (value, ir.Const(0.0)) if first else (ir.Const(0.0), value)
        return self.builder.apply(np.where, condition, *arms)

    def moved(self, g: ir.Atom, bound: Bound, target: str, parts: Sequence[ir.Atom]) -> None:
        """What a rule that moves entries makes of a cotangent is zero outside what it makes of its conditions."""
        for condition, first in self.conditions_of(g) if bound.rule.moves else ():
            for part, mask in zip(
                parts, self.body(bound.rule.body, [self.mask(condition, first, g)], bound, target), strict=True
            ):
                if part != g and isinstance(mask, ir.Var):
                    self.remember(part, [(mask, True)])

    def read(self, g: ir.Atom, x: ir.Atom, index: ir.Atom, total: ir.Atom) -> None:
        """The cotangent of an array of which nothing but `x[index]` was read so far."""
        for condition, first in self.conditions_of(g):
            mask = self.builder.apply(kernels.index_add, self.zeros(x), index, self.mask(condition, first, g))
            self.remember(total, [(mask, True)])

    def mask(self, condition: ir.Atom, first: bool, g: ir.Atom) -> ir.Atom:
        """Where a cotangent may be other than zero: an array of its shape."""
        if self.fits(condition, g) is None:
            return self.builder.apply(projection.mask, condition, g, ir.Const(first))
        mask = condition if first else self.builder.apply(np.logical_not, condition)
        return self.builder.apply(np.broadcast_to, mask, self.builder.apply(np.shape, g))
