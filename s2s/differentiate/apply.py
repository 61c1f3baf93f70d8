"""One application differentiated: its rule found, its arguments bound, its body inlined.

In: an Apply with a tangent per active operand, or a cotangent of its result.  Out: the tangent of the result, or a cotangent
per active operand.  Here, and only here, a cotangent is projected onto its primal's shape and dtype.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.builder import Builder
from s2s.differentiate.refusing import chosen_way, is_ours, qualified, refusal
from s2s.errors import MissingRule, UnsupportedConstruct, did_you_mean
from s2s.infer import ELEMENTWISE
from s2s.primitives import Opaque
from s2s.rules.declare import RULES, Rule
from s2s_runtime import containers, kernels, projection, tree

Inline = Callable[..., ir.Atom]


@dataclass(frozen=True)
class Known:
    """What a rule's `when` is told of an argument."""

    ndim: int | None = None
    const: tuple[Any, ...] = ()
    dtype: Any = None
    shape: Any = None
    items: Any = None


@dataclass(frozen=True)
class Bound:
    """A rule and its arguments by parameter."""

    rule: Rule
    arguments: dict[str, Any]
    application: ir.Apply

    def positional(self) -> tuple[list[Any], dict[str, Any]]:
        """The arguments as a call of the primal or of a body gives them."""
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for parameter in self.rule.parameters.parameters.values():
            if parameter.name not in self.arguments:
                continue
            value = self.arguments[parameter.name]
            if parameter.kind is parameter.VAR_POSITIONAL:
                args.extend(value)
            elif parameter.kind is parameter.KEYWORD_ONLY:
                kwargs[parameter.name] = value
            else:
                args.append(value)
        return args, kwargs


class Applications:
    """Differentiates applications for one program under construction."""

    def __init__(self, builder: Builder, inline: Inline) -> None:
        self.builder, self.inline = builder, inline
        self.selections: dict[str, tuple[ir.Atom, bool]] = {}

    # ----------------------------------------------------------------------------------------------------- rules
    def bind(self, application: ir.Apply, origin: ir.Origin | None) -> Bound:
        """The rule that applies, with its arguments."""
        function = application.function
        if isinstance(function, Opaque):
            raise refusal(UnsupportedConstruct, f"a derivative would pass through {function.__name__}, which is not known here",
                          "pass a function whose source is to be had, or wrap the argument in stop_gradient", origin)  # fmt: skip
        if function in RULES.real_only and any(self.is_complex(arg) for arg in application.args):
            reason = f"{qualified(function)} of complex numbers has no derivative rule yet"
            raise refusal(UnsupportedConstruct, reason, "write it with the real and imaginary parts", origin)
        candidates = RULES.of(function)
        if not candidates:
            name = getattr(function, "__name__", str(function))
            known = [getattr(f, "__name__", "") for f in RULES.rules if not is_ours(f)]
            raise refusal(
                MissingRule, f"{qualified(function)} has no derivative rule", did_you_mean(name, known), origin
            )
        failure = ""
        for rule in candidates:
            try:
                bound = rule.parameters.bind(*application.args, **dict(application.kwargs))
            except TypeError as error:
                failure = str(error)
                continue
            arguments: dict[str, Any] = {}
            for parameter in rule.parameters.parameters.values():
                if parameter.name in bound.arguments:
                    arguments[parameter.name] = bound.arguments[parameter.name]
                elif parameter.default is not parameter.empty:
                    arguments[parameter.name] = ir.Const(parameter.default)
            if rule.when is None or rule.when(*(self.known(a) for a in arguments.values())):
                return Bound(rule, arguments, application)
        reason = f"{qualified(function)} is called in a way that its derivative rule does not take: "
        reason += failure or chosen_way(candidates[-1], application)
        raise refusal(
            UnsupportedConstruct, reason, "leave the argument out, or compute it with another function", origin
        )

    def is_complex(self, atom: ir.Atom) -> bool:
        fact = self.builder.type_of(atom)
        return isinstance(fact, facts.Num) and fact.dtype is not None and fact.dtype.kind == "c"

    def known(self, atom: Any) -> Known:
        if isinstance(atom, tuple):
            return Known()
        fact = self.builder.type_of(atom)
        const = (atom.value,) if isinstance(atom, ir.Const) else ()
        if isinstance(fact, facts.Num):
            return Known(fact.ndim, const, fact.dtype, fact.shape)
        items = [self.known(item) for item in atom.items] if isinstance(atom, ir.Pack) and atom.kind is tuple else None
        return Known(const=const, items=items)

    def body(self, function: Any, leading: list[ir.Atom], bound: Bound, target: str) -> list[ir.Atom]:
        """The atoms that a rule's body returns, one per `wrt` parameter."""
        args, kwargs = bound.positional()
        if "result" in inspect.signature(function).parameters:
            kwargs["result"] = ir.Var(target)
        scalar = getattr(bound.application.function, "__module__", "") in ("math", "builtins")
        returned = self.inline(function, [*leading, *args], kwargs, scalar)
        if len(bound.rule.wrt) == 1:
            return [returned]
        return unpacked(self.builder, returned, len(bound.rule.wrt))

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
            total = self.builder.apply(operator.add, total, term)
        return self.spread(total, let.target)

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

    def or_zeros(self, tangent: Any, argument: Any) -> Any:
        if isinstance(argument, tuple):
            parts = tangent if tangent is not None else [None] * len(argument)
            return tuple(self.or_zeros(part, atom) for part, atom in zip(parts, argument, strict=True))
        return tangent if tangent is not None else self.zeros(argument)

    def spread(self, tangent: ir.Atom, target: str) -> ir.Atom:
        """A tangent in the shape and dtype of its primal, where an inactive operand made that larger."""
        fact, primal = self.builder.type_of(tangent), self.builder.types.get(target)
        if isinstance(fact, facts.Num) and isinstance(primal, facts.Num):
            tangent = self.same_dtype(tangent, fact, ir.Var(target), primal)
            if fact.shape is not None and fact.shape == primal.shape:
                return tangent
            if primal.shape == ():
                return tangent
        elif isinstance(fact, (facts.Record, facts.Listing)) or isinstance(tangent, ir.Pack):
            return tangent
        elif not isinstance(primal, facts.Num):
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
        leading = [] if rule.kind == "elementwise" else [g]
        parts = self.body(rule.body, leading, bound, let.target)
        for name, part in zip(rule.wrt, parts, strict=True):
            argument = bound.arguments.get(name)
            if argument is None or part == ir.Const(None):
                continue
            if isinstance(argument, tuple):
                items = unpacked(self.builder, part, len(argument))
                yield from ((a, c) for a, c in zip(argument, items, strict=True) if is_active(a))
            elif is_active(argument):
                contribution = self.builder.apply(operator.mul, g, part) if rule.kind == "elementwise" else part
                if let.value.function in ELEMENTWISE:
                    contribution = self.selected(g, contribution)
                if let.value.function is np.where:
                    self.remember_selection(contribution, bound.arguments["condition"], name == "x")
                yield argument, contribution

    # ------------------------------------------------------------------------------------------------- selections
    def remember_selection(self, bar: ir.Atom, condition: ir.Atom, chosen: bool) -> None:
        """A cotangent that `where` made zero where its operand was not chosen."""
        mine, theirs = self.builder.type_of(bar), self.builder.type_of(condition)
        known = isinstance(mine, facts.Num) and isinstance(theirs, facts.Num) and mine.shape is not None
        if isinstance(bar, ir.Var) and known and mine.shape == theirs.shape:  # type: ignore[union-attr]
            self.selections[bar.name] = condition, chosen

    def selected(self, g: ir.Atom, contribution: ir.Atom) -> ir.Atom:
        """A contribution; what `where` did not choose stays zero in it, whatever the partial derivative is there."""
        selection = self.selections.get(g.name) if isinstance(g, ir.Var) else None
        definition = self.builder.definition(contribution)
        if (
            selection is None
            or contribution == g
            or (definition is not None and definition.function is operator.neg and definition.args[0] == g)
        ):
            return contribution
        condition, chosen = selection
        arms = (contribution, ir.Const(0.0)) if chosen else (ir.Const(0.0), contribution)
        selected = self.builder.apply(np.where, condition, *arms)
        if isinstance(selected, ir.Var):
            self.selections[selected.name] = selection
        return selected

    def project(self, g: ir.Atom, atom: ir.Atom) -> ir.Atom:
        """A contribution in the shape and dtype of its primal."""
        fact = self.builder.type_of(atom)
        if isinstance(fact, facts.Listing):
            return self.as_list(g)
        if isinstance(fact, (facts.Mapped, facts.Record)):
            return g
        have = self.builder.type_of(g)
        if fact is None and isinstance(have, (facts.Listing, facts.Mapped, facts.Record)):
            return g
        if fact is None:
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

    def as_list(self, g: ir.Atom) -> ir.Atom:
        """The cotangent of a list is a list, whatever a rule returned."""
        if isinstance(g, ir.Pack):
            return ir.Pack(list, g.items)
        return g if isinstance(self.builder.type_of(g), facts.Listing) else self.builder.apply(list, g)

    def same_dtype(self, g: ir.Atom, have: facts.Type | None, atom: ir.Atom, fact: facts.Type | None) -> ir.Atom:
        if not isinstance(fact, facts.Num):
            return g
        if isinstance(have, facts.Num) and have.dtype is not None and fact.dtype is not None:
            if have.dtype == fact.dtype or (fact.dtype == np.float64 and (have.weak or have.dtype.kind not in "fc")):
                return g
            if fact.weak:
                return self.builder.apply(float, g) if fact.dtype.kind == "f" and have.dtype.kind == "f" else g
            return self.builder.apply(kernels.astype, g, ir.Const(fact.dtype))
        if fact.weak or fact.dtype == np.float64:
            return g
        if fact.dtype is None:
            return self.builder.apply(projection.retyped, g, atom)
        return self.builder.apply(kernels.astype, g, ir.Const(fact.dtype))

    # ---------------------------------------------------------------------------------------------------- zeros
    def zeros(self, atom: ir.Atom) -> ir.Atom:
        """A cotangent or tangent of zeros."""
        if isinstance(atom, ir.Const):
            value = atom.value
            return ir.Const(0.0) if isinstance(value, (int, float)) and not isinstance(value, bool) else ir.Const(None)
        if isinstance(atom, ir.Pack):
            return ir.Pack(atom.kind, tuple(self.zeros(item) for item in atom.items), atom.keys)
        fact = self.builder.type_of(atom)
        if atom.name in self.builder.optional and not (isinstance(fact, facts.Num) and fact.shape == ()):
            return self.builder.apply(tree.zeros_like, atom)  # it may be undefined here: then it is given None before
        if isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None:
            if fact.weak or fact.dtype == np.float64:
                return ir.Const(0.0)
            return ir.Const(fact.dtype.type(0)) if fact.dtype.kind == "f" else ir.Const(0.0)
        if isinstance(fact, facts.Num) and fact.shape:
            return self.builder.apply(np.zeros_like, atom)
        item = fact.item if isinstance(fact, facts.Listing) else None
        if isinstance(item, facts.Num) and item.shape == () and item.dtype is None:  # whole numbers among others
            return self.builder.apply(containers.repeat, ir.Pack(list, (ir.Const(0.0),)), self.builder.apply(len, atom))
        return self.builder.apply(tree.zeros_like, atom)

    def add(self, a: ir.Atom | None, b: ir.Atom, hint: str = "") -> ir.Atom:
        """The sum of two contributions."""
        if a is None or a == ir.Const(0.0):
            return b
        if b == ir.Const(0.0):
            return a
        if isinstance(a, ir.Pack) and isinstance(b, ir.Pack) and len(a.items) == len(b.items):
            return ir.Pack(a.kind, tuple(self.add(x, y) for x, y in zip(a.items, b.items, strict=True)), a.keys)
        if a == ir.Const(None) or b == ir.Const(None):
            return b if a == ir.Const(None) else a
        numbers = all(isinstance(self.builder.type_of(x), facts.Num) for x in (a, b))
        return self.builder.apply(operator.add if numbers else tree.add, a, b, hint=hint)

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


LINEAR_IN: dict[Any, tuple[int, ...]] = {
    operator.getitem: (0,), getattr: (0,), list: (0,), tuple: (0,), containers.append: (0, 1), containers.extend: (0, 1),
    containers.drop_last: (0,), containers.set_item: (0, 2), containers.clear_item: (0,), containers.add_item: (0, 2),
    containers.repeat: (0,), containers.sequence: (0,), containers.add_field: (0, 2), tree.add: (0, 1), tree.zeros_like: (),
    tree.copy: (0,),
}  # fmt: skip
"""Which arguments an operation on containers is jointly linear in."""



def unpacked(builder: Builder, atom: ir.Atom, count: int) -> list[ir.Atom]:
    """The items of an atom that holds a tuple."""
    if isinstance(atom, ir.Pack):
        return list(atom.items)
    if isinstance(atom, ir.Const) and isinstance(atom.value, tuple):
        return [ir.Const(item) for item in atom.value]
    return [builder.apply(operator.getitem, atom, ir.Const(k)) for k in range(count)]
