"""The rule of one application: found, its arguments bound, its body inlined; and the refusal where there is none.

In: an Apply.  Out: a Bound rule; the atoms that its body returns.  Raises MissingRule and UnsupportedConstruct, at the user's
statement.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from s2s import facts, ir
from s2s.builder import Builder
from s2s.differentiate.refusing import called, chosen_way, qualified, refusal
from s2s.errors import MissingRule, UnsupportedConstruct
from s2s.primitives import Opaque
from s2s.rules.declare import RULES, Rule, bad_rule
from s2s.rules.names import hint_for
from s2s_runtime.checks import expect_real

Inline = Callable[..., ir.Atom]


@dataclass(frozen=True)
class Known:
    """What a rule's `when` is told of an argument."""

    ndim: int | None = None
    const: tuple[Any, ...] = ()
    dtype: Any = None
    shape: Any = None
    items: Any = None
    vanishes: bool = False
    real: bool = False


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


class Binding:
    """Finds rules for one program under construction."""

    def __init__(self, builder: Builder, inline: Inline) -> None:
        self.builder, self.inline = builder, inline
        self.vanishing: set[str] = set()

    def bind(self, application: ir.Apply, origin: ir.Origin | None) -> Bound:
        """The rule that applies, with its arguments."""
        function = application.function
        if isinstance(function, Opaque):
            raise refusal(UnsupportedConstruct, f"a derivative would pass through {function.__name__}, which is not known here",
                          "pass a function whose source is to be had, or wrap the argument in stop_gradient", origin)  # fmt: skip
        candidates = RULES.of(function)
        if function in RULES.refused:
            raise refusal(UnsupportedConstruct, *RULES.refused[function], origin)
        if not candidates:
            raise refusal(MissingRule, f"{called(application)} has no derivative rule", hint_for(function), origin)
        failure, fitting = "", None
        for rule in candidates:
            try:
                bound = rule.parameters.bind(*application.args, **dict(application.kwargs))
            except TypeError as error:
                if not failure or failure.startswith("missing"):  # of an argument that is there more can be said
                    failure = str(error)
                continue
            arguments: dict[str, Any] = {}
            for parameter in rule.parameters.parameters.values():
                if parameter.name in bound.arguments:
                    arguments[parameter.name] = bound.arguments[parameter.name]
                elif parameter.default is not parameter.empty:
                    arguments[parameter.name] = ir.Const(parameter.default)
            fitting = fitting or rule
            if rule.when is None or rule.when(*(self.known(a) for a in arguments.values())):
                if rule.real_only:
                    self.check_real(application, origin)
                return Bound(rule, arguments, application)
        reason = f"{qualified(function)} is called in a way that its derivative rule does not take: "
        reason += chosen_way(fitting, application) if fitting is not None else failure
        raise refusal(
            UnsupportedConstruct, reason, "leave the argument out, or compute it with another function", origin
        )

    def check_real(self, application: ir.Apply, origin: ir.Origin | None) -> None:
        """Refuse complex operands of a rule that is one of real numbers; what may be complex is looked at when it runs."""
        for atom in (*application.args, *(atom for _, atom in application.kwargs)):
            fact = self.builder.type_of(atom)
            if isinstance(fact, facts.Opaque) and (fact.dtype is None or fact.dtype.kind != "c"):
                continue  # an object, and no number
            if facts.holds_complex(fact) or isinstance(fact, facts.Opaque):
                reason = f"{qualified(application.function)} of complex numbers has no derivative rule yet"
                raise refusal(UnsupportedConstruct, reason, "write it with the real and imaginary parts", origin)
            if isinstance(atom, ir.Var) and not (isinstance(fact, facts.Num) and fact.is_real):
                self.builder.effect(expect_real, atom, ir.Const(qualified(application.function)))

    def known(self, atom: Any) -> Known:
        if isinstance(atom, tuple):
            return Known()
        fact = self.builder.type_of(atom)
        const = (atom.value,) if isinstance(atom, ir.Const) else ()
        if isinstance(atom, ir.Pack) and atom.kind is slice:
            const = (slice(None),)  # a slice is a slice, whatever its bounds are
        vanishes = isinstance(atom, ir.Var) and atom.name in self.vanishing
        if isinstance(fact, facts.Num):
            return Known(fact.ndim, const, fact.dtype, fact.shape, real=fact.is_real, vanishes=vanishes)
        items = [self.known(item) for item in atom.items] if isinstance(atom, ir.Pack) and atom.kind is tuple else None
        return Known(const=const, items=items, vanishes=vanishes)

    def body(self, function: Any, leading: list[Any], bound: Bound, target: str) -> list[ir.Atom]:
        """The atoms that a rule's body returns, one per `wrt` parameter."""
        args, kwargs = bound.positional()
        if _reads_result(function):
            kwargs["result"] = ir.Var(target)
        scalar = SCALAR.get(getattr(bound.application.function, "__module__", ""), "")
        first = [ir.Pack(tuple, one) if isinstance(one, tuple) else one for one in leading]
        returned = self.inline(function, [*first, *args], kwargs, scalar)
        if bound.rule.users:
            self.check_returned(function, returned, bound)
        if len(bound.rule.wrt) == 1:
            return [returned]
        return unpacked(self.builder, returned, len(bound.rule.wrt))


    def check_returned(self, function: Any, returned: ir.Atom, bound: Bound) -> None:
        """Refuse the body of a user's rule that returns another number of parts than the rule has `wrt` parameters."""
        names, found = bound.rule.wrt, count_of(returned, self.builder.type_of(returned))
        if len(names) == 1:
            fact = self.builder.type_of(value) if not isinstance(value := bound.arguments.get(names[0]), (tuple, type(None))) else None
            wrong = found is not None and isinstance(fact, facts.Num)
        else:
            wrong = found != len(names) and (found is not None or isinstance(self.builder.type_of(returned), facts.Num))
        if wrong:
            what = "one value" if found is None else f"{found} values"
            reason = f"the rule of {qualified(bound.application.function)} returns {what}, and is declared for {', '.join(names)}"
            raise bad_rule(function, reason, "return one per wrt parameter, in their order")


def count_of(atom: ir.Atom, fact: facts.Type | None) -> int | None:
    """How many items an atom that holds a tuple has; None where it is none, or it is not known."""
    if isinstance(atom, ir.Pack) and atom.kind in (tuple, list):
        return len(atom.items)
    if isinstance(atom, ir.Const) and isinstance(atom.value, tuple):
        return len(atom.value)
    return len(fact.items) if isinstance(fact, facts.Record) and fact.kind is tuple else None


SCALAR = {"math": "real", "builtins": "real", "cmath": "complex"}
"""Modules whose functions take Python's own numbers, and which ones they compute with."""


@cache
def _reads_result(body: Any) -> bool:
    """Whether a rule's body has a parameter for the primal's result."""
    return "result" in inspect.signature(body).parameters


def unpacked(builder: Builder, atom: ir.Atom, count: int) -> list[ir.Atom]:
    """The items of an atom that holds a tuple."""
    if isinstance(atom, ir.Pack):
        return list(atom.items)
    if isinstance(atom, ir.Const) and isinstance(atom.value, tuple):
        return [ir.Const(item) for item in atom.value]
    return [builder.apply(operator.getitem, atom, ir.Const(k)) for k in range(count)]
