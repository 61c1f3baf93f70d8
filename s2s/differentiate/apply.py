"""One application differentiated by its rule.

In: an Apply with a tangent per active operand, or a cotangent of its result.  Out: the tangent of the result, or a contribution
to the cotangent of each active operand.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.differentiate.binding import Bound, Inline, unpacked
from s2s.differentiate.refusing import qualified, refusal
from s2s.differentiate.selection import Selection
from s2s.errors import UnsupportedConstruct
from s2s.infer import ELEMENTWISE
from s2s.quiet import quietly
from s2s.rules.declare import Rule, bad_rule
from s2s_runtime import containers, projection, tree
from s2s_runtime.checks import expect_shape
from s2s_runtime.kernels import index_set


class Applications(Selection):
    """Differentiates applications for one program under construction."""

    def __init__(self, builder: Builder, inline: Inline) -> None:
        super().__init__(builder, inline)
        self.cleared: dict[str, tuple[ir.Atom, Bound]] = {}

    # --------------------------------------------------------------------------------------------------- forward
    def tangent(self, let: ir.Let, tangent_of: Callable[[ir.Atom], ir.Atom | None]) -> ir.Atom | None:
        """The tangent of an application's result; None if no operand has one."""
        if let.value.function in LINEAR_IN and not (
            let.value.function is operator.getitem and self.is_array(let.value.args[0])
        ):
            return self.container_tangent(let, tangent_of)
        bound = self.bind(let.value, let.origin)
        rule = bound.rule
        tangents = {name: self.argument_tangent(bound.arguments.get(name), tangent_of) for name in rule.wrt}
        moving = [name for name in rule.wrt if tangents[name] is not None]
        self.check_constant(bound, let, tangent_of)
        if not moving:
            return None
        if rule.kind == "linear":
            return self.reapply(
                bound, {name: self.or_zeros(tangents[name], bound.arguments[name]) for name in rule.wrt}
            )
        terms = list(self.terms(bound, tangents, moving, let.target))
        total = terms[0]
        for term in terms[1:]:
            total = self.sum_of(total, term, rule.several)
        return self.spread(self.real_part(total, ir.Var(let.target), let.value.args), let.target)

    def sum_of(self, one: ir.Atom, other: ir.Atom, several: bool = False) -> ir.Atom:
        """The sum of two terms; of a function with several results, item by item."""
        if ir.Const(None) in (one, other):
            return other if one == ir.Const(None) else one
        if isinstance(one, ir.Pack) and isinstance(other, ir.Pack):
            return ir.Pack(one.kind, tuple(map(self.sum_of, one.items, other.items)), one.keys)
        if several or any(isinstance(self.builder.type_of(term), facts.Record) for term in (one, other)):
            return self.builder.apply(tree.add, one, other)
        return self.builder.apply(operator.add, one, other)

    def real_part(self, g: ir.Atom, primal: ir.Atom, others: Iterable[ir.Atom]) -> ir.Atom:
        """A cotangent or tangent of which nothing is known: its real part where the primal is real, and another operand is not."""
        fact = self.builder.type_of(primal)
        if not (isinstance(g, ir.Var) and self.builder.type_of(g) is None and isinstance(fact, facts.Num) and fact.is_real):
            return g
        if all(facts.surely_real(self.builder.type_of(other)) for other in others):
            return g
        return self.builder.apply(projection.real_part, g)

    def check_constant(self, bound: Bound, let: ir.Let, tangent_of: Callable[[ir.Atom], ir.Atom | None]) -> None:
        """An argument that varies must be one that the rule differentiates by."""
        for name, value in bound.arguments.items():
            if (
                name not in (*bound.rule.wrt, *bound.rule.ignored)
                and self.argument_tangent(value, tangent_of) is not None
            ):
                raise refusal(UnsupportedConstruct, f"{qualified(let.value.function)} has no derivative by {name}",
                              "wrap the argument in stop_gradient if it is meant to be constant", let.origin)  # fmt: skip

    def terms(self, bound: Bound, tangents: dict[str, Any], moving: list[str], target: str) -> Iterator[ir.Atom]:
        """One term per operand that moves."""
        rule = bound.rule
        if rule.kind == "elementwise":
            partials = self.body(rule.body, [], bound, target)
            for name, partial in zip(rule.wrt, partials, strict=True):
                if name in moving:
                    yield self.builder.apply(operator.mul, partial, tangents[name])
        elif rule.kind == "diagonal":
            for position, name in enumerate(rule.wrt):
                if name in moving:
                    yield self.body(rule.body, [tangents[name]], bound, target)[position]
        elif rule.kind == "multilinear":
            for name in moving:
                yield from self.multilinear_terms(bound, name, tangents[name])
        else:
            assert rule.jvp_body is not None
            leading = [self.or_zeros(tangents[name], bound.arguments.get(name)) for name in rule.wrt]
            parts = self.body(rule.jvp_body, leading, bound, target)
            yield from (part for name, part in zip(rule.wrt, parts, strict=True) if name in moving)

    def multilinear_terms(self, bound: Bound, name: str, tangent: Any) -> Iterator[ir.Atom]:
        """Linear in each operand: also in each of a variable number of operands."""
        if not isinstance(tangent, tuple):
            yield self.reapply(bound, {name: tangent})
            return
        for position, part in enumerate(tangent):
            if part is not None:
                operands = list(bound.arguments[name])
                operands[position] = part
                yield self.reapply(bound, {name: tuple(operands)})

    def reapply(self, bound: Bound, changed: dict[str, Any]) -> ir.Atom:
        """The primal's function on other arguments."""
        application = bound.application
        names = [p.name for p in bound.rule.parameters.parameters.values() if p.kind is not p.KEYWORD_ONLY]
        variable = next((p.name for p in bound.rule.parameters.parameters.values() if p.kind is p.VAR_POSITIONAL), None)
        args: list[ir.Atom] = []
        for position, arg in enumerate(application.args):
            name = names[min(position, len(names) - 1)]
            if name == variable:
                args.extend(changed.get(name, application.args[position:]))
                break
            args.append(changed.get(name, arg))
        kwargs = {name: changed.get(name, value) for name, value in application.kwargs}
        return self.builder.apply(application.function, *args, **kwargs)

    def argument_tangent(self, argument: Any, tangent_of: Callable[[ir.Atom], ir.Atom | None]) -> Any:
        if argument is None:
            return None
        if isinstance(argument, tuple):
            parts = tuple(tangent_of(atom) for atom in argument)
            return parts if any(part is not None for part in parts) else None
        return tangent_of(argument)

    def spread(self, tangent: ir.Atom, target: str) -> ir.Atom:
        """A tangent in the shape and dtype of its primal, where an inactive operand made that larger."""
        fact, primal = self.builder.type_of(tangent), self.builder.types.get(target)
        if fact is None and isinstance(primal, facts.Num) and primal.shape == ():
            return tangent
        if isinstance(fact, facts.Num) and isinstance(primal, facts.Num):
            tangent = self.same_dtype(tangent, fact, ir.Var(target), primal)
            if fact.shape is not None and fact.shape == primal.shape:
                return tangent
            if primal.shape == ():
                return tangent
        elif isinstance(fact, (facts.Record, facts.Listing)) or isinstance(tangent, ir.Pack):
            return tangent
        if not isinstance(primal, facts.Num) or primal.shape is None:
            return self.builder.apply(projection.unlike, tangent, ir.Var(target))
        return self.builder.apply(np.broadcast_to, tangent, self.builder.apply(np.shape, ir.Var(target)))

    # -------------------------------------------------------------------------------------------------- backward
    def cotangents(
        self, let: ir.Let, g: ir.Atom, is_active: Callable[[ir.Atom], bool]
    ) -> Iterator[tuple[ir.Atom, ir.Atom]]:
        """(operand, contribution to its cotangent) for each active operand."""
        bound = self.bind(let.value, let.origin)
        rule = bound.rule
        for name, value in bound.arguments.items():
            if name not in (*rule.wrt, *rule.ignored) and any(
                is_active(a) for a in (value if isinstance(value, tuple) else (value,))
            ):
                raise refusal(UnsupportedConstruct, f"{qualified(let.value.function)} has no derivative by {name}",
                              "wrap the argument in stop_gradient if it is meant to be constant", let.origin)  # fmt: skip
        pairs: list[tuple[ir.Atom, ir.Atom]] = []

        def make() -> list[ir.Atom]:
            pairs[:] = self.contributions(bound, let, g, is_active)
            return [contribution for _, contribution in pairs]

        chosen_from = let.value.function in CHOSEN_FROM and self.conditions_of(g) and not self.quiet
        found = quietly(self.builder, make, self.doubtful) if chosen_from else make()
        for (argument, made), contribution in zip(pairs, found, strict=True):
            self.remember(contribution, self.conditions_of(made))
            yield argument, contribution

    def contributions(
        self, bound: Bound, let: ir.Let, g: ir.Atom, is_active: Callable[[ir.Atom], bool]
    ) -> Iterator[tuple[ir.Atom, ir.Atom]]:
        """(operand, contribution) by the body of a rule."""
        rule = bound.rule
        leading = [] if rule.kind == "elementwise" else [g]
        parts = self.body(rule.body, leading, bound, let.target)
        self.moved(g, bound, let.target, parts)
        for name, part in zip(rule.wrt, parts, strict=True):
            argument = bound.arguments.get(name)
            if argument is None or part == ir.Const(None):
                continue
            if isinstance(argument, tuple):
                items = unpacked(self.builder, part, len(argument))
                parts_of = ((a, c) for a, c in zip(argument, items, strict=True) if is_active(a))
                yield from ((a, self.real_part(c, a, (ir.Var(let.target),))) for a, c in parts_of)
            elif is_active(argument):
                contribution = self.builder.apply(operator.mul, g, part) if rule.kind == "elementwise" else part
                if rule.users:
                    self.check_shape(rule, let, name, argument, contribution)
                if let.value.function in CHOSEN_FROM:
                    contribution = self.selected(g, contribution)
                    if any(self.known(operand).vanishes for operand in let.value.args):
                        contribution = self.of_what_is_left(g, contribution)
                if let.value.function is index_set and name == "buffer" and isinstance(contribution, ir.Var):
                    self.cleared[contribution.name] = g, bound
                real = self.real_part(contribution, argument, (ir.Var(let.target),))
                self.remember(real, self.conditions_of(contribution))
                yield argument, real

    def check_shape(self, rule: Rule, let: ir.Let, name: str, argument: ir.Atom, contribution: ir.Atom) -> None:
        """What a user's rule says of an operand has the operand's shape, or the result's, where the operand was broadcast.

        Refused where it is known not to be so; where nothing is known, that is looked at when it runs.
        """
        have, fact, result = (self.builder.type_of(atom) for atom in (contribution, argument, ir.Var(let.target)))
        if isinstance(have, facts.Num) and isinstance(fact, facts.Num) and have.shape is not None and have.shape == fact.shape:
            return
        if isinstance(fact, (facts.Listing, facts.Mapped, facts.Record)):
            return
        ranks = [one.ndim for one in (have, fact, result) if isinstance(one, facts.Num)]
        if len(ranks) == 3 and None not in ranks and ranks[0] not in ranks[1:]:
            reason = f"the rule of {qualified(let.value.function)} gives {axes(ranks[0])} for {name}, which has {axes(ranks[1])}"
            raise bad_rule(rule.body, reason, "a rule gives what has the shape of the operand")
        place = ir.Const(f"the rule of {qualified(let.value.function)} ({rule.place})")
        self.builder.effect(expect_shape, contribution, argument, ir.Var(let.target), ir.Const(name), place)

    # ------------------------------------------------------------------------------------------------ overwritten
    def of_what_is_left(self, g: ir.Atom, contribution: ir.Atom) -> ir.Atom:
        """What a store overwrote was not chosen either: a quotient by 0, say, that the program then replaces."""
        overwritten = isinstance(g, ir.Var) and g.name in self.cleared
        return self.chosen(self.left(g), True, contribution) if overwritten else contribution

    def left(self, g: ir.Atom) -> ir.Atom:
        """Where a cotangent of an array belongs to what no store overwrote."""
        if not isinstance(g, ir.Var) or g.name not in self.cleared:
            return self.builder.apply(np.ones_like, g, dtype=ir.Const(bool))
        before, store = self.cleared[g.name]
        index, path = store.arguments["index"], store.arguments.get("path", ir.Const(()))
        return self.builder.apply(index_set, self.left(before), index, ir.Const(False), path)

    # ------------------------------------------------------------------------------------------------ containers
    def container_tangent(self, let: ir.Let, tangent_of: Callable[[ir.Atom], ir.Atom | None]) -> ir.Atom | None:
        """Operations on containers are linear in all that they hold."""
        function, args = let.value.function, let.value.args
        held = LINEAR_IN[function]
        tangents = [tangent_of(arg) if k in held else None for k, arg in enumerate(args)]
        if all(tangent is None for tangent in tangents):
            return None
        moved = [self.or_zeros(tangents[k], arg) if k in held else arg for k, arg in enumerate(args)]
        kwargs: dict[str, Any] = dict(let.value.kwargs)
        return self.builder.apply(function, *moved, **kwargs)

    def is_array(self, atom: ir.Atom) -> bool:
        return isinstance(self.builder.type_of(atom), facts.Num)


def axes(rank: int | None) -> str:
    """A rank, as it is spoken of."""
    return "a number" if rank == 0 else f"{rank} ax{'i' if rank == 1 else 'e'}s"


CHOSEN_FROM = ELEMENTWISE | {projection.chosen}
"""Functions that work entry by entry."""

LINEAR_IN: dict[Any, tuple[int, ...]] = {
    operator.getitem: (0,), getattr: (0,), list: (0,), tuple: (0,), containers.append: (0, 1), containers.extend: (0, 1),
    containers.drop_last: (0,), containers.drop_item: (0,), containers.insert_item: (0, 2), containers.set_item: (0, 2),
    containers.clear_item: (0,), containers.add_item: (0, 2), containers.repeat: (0,), containers.fold_repeated: (0,),
    containers.swap: (0,), containers.sequence: (0,), containers.from_sequence: (0,),
    containers.add_field: (0, 2), tree.add: (0, 1), tree.zeros_like: (), tree.float_zeros_like: (), tree.copy: (0,),
}  # fmt: skip
"""Which arguments an operation on containers is jointly linear in."""
