"""How a call on numbers is differentiated by its rule: chosen by what the arguments are, the bodies run as they stand.

In: a function, the values of its arguments, the places of those that move.  Out: a `Plan`; of a call, an application that pulls a
cotangent back and pushes tangents forward.  This is what a tape is given as its rule table.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s.eager.bodies import Bodies, holds
from s2s.eager.projecting import filled, projected, spread
from s2s.eager.selecting import selected
from s2s.rules.declare import Rule
from s2s_runtime import tree
from s2s_runtime.tape.core import Selected, zeros_like
from s2s_runtime.tape.operands import Operands, Place, at
from s2s_runtime.tape.printing import call_lines

Args = Sequence[Any]
Options = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """How the calls of a function with operands in the same places are recorded.

    `places` of the operands; `parameters` of the rule that they belong to, with the positions in them, None where it does not move with an
    operand; `wrt`: the places of the arguments for the rule's parameters; `linear`: those of all numbers in them.  Without a rule it is
    constant, or `written` out.
    """

    function: Callable[..., Any]
    bodies: Bodies
    rule: Rule | None = None
    places: tuple[Place, ...] = ()
    parameters: tuple[Place | None, ...] = ()
    wrt: tuple[Place | None, ...] = ()
    linear: tuple[Place, ...] = ()
    written: Callable[..., Any] | None = None
    selects: bool = False

    @property
    def constant(self) -> bool:
        return self.rule is None

    def run(self, operands: Operands) -> Any:
        """The value of a call."""
        return self.bodies.run(self.function, operands.args, operands.options, operands.outer)

    def application(self, operands: Operands) -> Call:
        return Call(self, operands.args, operands.options, operands.outer)

    def steps(self, args: Args, options: Options, place: Place) -> tuple[tuple[Any, ...], ...]:
        """The way from the operand in a place to the result that is a view of it."""
        if place == (0,):
            function = functools.partial(self.function, **options) if options else self.function
            return ((function, *args[1:]),)
        return ((functools.partial(_put, self.function, args, dict(options), place),),)


def _put(function: Any, args: Args, options: dict[str, Any], place: Place, operand: Any) -> Any:
    """A call with another operand in a place."""
    args, options = replaced(args, options, {place: operand})
    return function(*args, **options)


def replaced(args: Args, options: Options, new: Mapping[Place, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Arguments with others in some places."""

    def put(value: Any, place: Place) -> Any:
        if place in new:
            return new[place]
        if isinstance(value, (list, tuple)) and any(found[: len(place)] == place for found in new):
            parts = [put(part, (*place, k)) for k, part in enumerate(value)]
            return type(value)(parts) if type(value) in (list, tuple) else type(value)(*parts)
        return value

    return [put(arg, (k,)) for k, arg in enumerate(args)], {name: put(option, (name,)) for name, option in options.items()}


# --------------------------------------------------------------------------------------------------------------- calls
@dataclass(frozen=True, slots=True)
class Call:
    """A call and its arguments."""

    plan: Plan
    args: Args
    options: Options
    outer: bool = False

    @property
    def operands(self) -> list[Any]:
        return [at(self.args, self.options, place) for place in self.plan.places]

    def body(self, body: Callable[..., Any], leading: Args, result: Any) -> Any:
        """What a body of the rule returns."""
        options = {**self.options, "result": result} if reads_result(body) else self.options
        outer = self.outer or (bool(leading) and type(leading[0]) is not np.ndarray and holds(leading))
        return self.plan.bodies.run(body, [*leading, *self.args], options, outer)

    def by_parameter(self, returned: Any) -> dict[str | None, Any]:
        """What a body returned, by `wrt` parameter."""
        wrt = self.plan.rule.wrt  # type: ignore[union-attr]
        return {wrt[0]: returned} if len(wrt) == 1 else dict(zip(wrt, returned, strict=True))

    def parts(self, returned: Any) -> list[Any]:
        """What a body returned, for each operand: in its parameter's part, the item for one in a list."""
        if len(self.plan.rule.wrt) == 1 and self.plan.parameters == ((self.plan.rule.wrt[0],),):  # type: ignore[union-attr]
            return [returned]
        by_parameter, found = self.by_parameter(returned), []
        for parameter in self.plan.parameters:
            name, *items = parameter or (None,)
            part = by_parameter.get(name)
            for item in items:
                part = None if part is None else part[item]
            found.append(part)
        return found

    def leading(self, tangents: Args) -> list[Any]:
        """A tangent for each `wrt` parameter, zeros for what stands still."""
        places = {place: v for place, v in zip(self.plan.places, tangents, strict=True) if v is not None}
        found = []
        for place in self.plan.wrt:
            x = None if place is None else at(self.args, self.options, place)
            below = {inner[1:]: v for inner, v in places.items() if place is not None and inner[:1] == place}
            found.append(moved(x, below, ()))
        return found

    # ------------------------------------------------------------------------------------------------------------ reverse
    def pull(self, g: Any, result: Any) -> list[Any]:
        rule = self.plan.rule
        if rule is None:
            return [None] * len(self.plan.places)
        if type(g) is Selected or self.plan.selects:
            return selected(self, g, result)
        if type(result) is not np.ndarray:
            g = filled(g, result)
        call = self.plan.bodies.call
        return [
            None if part is None else projected(part, x, call)
            for part, x in zip(self.contributions(g, result), self.operands, strict=True)
        ]

    def contributions(self, g: Any, result: Any) -> list[Any]:
        """What the rule says of each operand, before it is fitted to that."""
        rule = self.plan.rule
        assert rule is not None
        if rule.kind == "elementwise":
            return [None if part is None else g * part for part in self.parts(self.body(rule.body, (), result))]
        return self.parts(self.body(rule.body, (g,), result))

    # ------------------------------------------------------------------------------------------------------------ forward
    def push(self, tangents: Args, result: Any) -> Any:
        rule = self.plan.rule
        if rule is None:
            return None
        tangents = [None if parameter is None else v for v, parameter in zip(tangents, self.plan.parameters, strict=True)]
        if all(v is None for v in tangents):
            return None
        terms = [term for term in TERMS[rule.kind](self, tangents, result) if term is not None]
        return spread(terms, result, self.plan.bodies.call) if terms else None

    def without(self) -> Call:
        args, options = replaced(self.args, self.options, dict.fromkeys(self.plan.places))
        return Call(self.plan, args, options)

    def on(self, operands: Sequence[Any]) -> tuple[Any, Call]:
        args, options = replaced(self.args, self.options, dict(zip(self.plan.places, operands, strict=True)))
        outer = holds(operands)
        return self.plan.bodies.run(self.plan.function, args, options, outer), Call(self.plan, args, options, outer)

    def again(self, new: Mapping[Place, Any]) -> Any:
        """The function on other operands."""
        args, options = replaced(self.args, self.options, new)
        return self.plan.bodies.run(self.plan.function, args, options, self.outer or holds(list(new.values())))

    def lines(self, name: str, operands: Sequence[str], writer: Any) -> list[str]:
        names = dict(zip(self.plan.places, operands, strict=True))
        return call_lines(name, self.plan.function, self.args, self.options, names.get, writer)


def moved(x: Any, tangents: Mapping[Place, Any], place: Place) -> Any:
    """The tangent of an argument: what is given for it or for the items of it, and zeros."""
    if place in tangents:
        return tangents[place]
    if isinstance(x, (tuple, list)):
        return tuple(moved(part, tangents, (*place, k)) for k, part in enumerate(x))
    zeros = zeros_like(x)
    return tree.float_zeros_like(x) if zeros is None else zeros


@functools.cache
def reads_result(body: Any) -> bool:
    return "result" in body.__code__.co_varnames[: body.__code__.co_argcount + body.__code__.co_kwonlyargcount]


def _by_partials(call: Call, tangents: Args, result: Any) -> list[Any]:
    partials = call.parts(call.body(call.plan.rule.body, (), result))  # type: ignore[union-attr]
    return [partial * v for partial, v in zip(partials, tangents, strict=True) if partial is not None and v is not None]


def _by_selection(call: Call, tangents: Args, result: Any) -> list[Any]:
    body = call.plan.rule.body  # type: ignore[union-attr]
    return [call.parts(call.body(body, (v,), result))[k] for k, v in enumerate(tangents) if v is not None]


def _by_itself(call: Call, tangents: Args, result: Any) -> list[Any]:
    """Jointly linear: the function on the tangents, with zeros for what stands still."""
    new = {place: tree.float_zeros_like(at(call.args, call.options, place)) for place in call.plan.linear}
    new.update({place: v for place, v in zip(call.plan.places, tangents, strict=True) if v is not None})
    return [call.again(new)]


def _by_each_operand(call: Call, tangents: Args, result: Any) -> list[Any]:
    return [call.again({place: v}) for place, v in zip(call.plan.places, tangents, strict=True) if v is not None]


def _by_its_jvp(call: Call, tangents: Args, result: Any) -> list[Any]:
    rule = call.plan.rule
    assert rule is not None
    assert rule.jvp_body is not None
    moving = {parameter[0] for parameter, v in zip(call.plan.parameters, tangents, strict=True) if parameter and v is not None}
    terms = call.by_parameter(call.body(rule.jvp_body, call.leading(tangents), result))
    return [term for name, term in terms.items() if name in moving]


TERMS: dict[str, Callable[[Call, Args, Any], list[Any]]] = {
    "elementwise": _by_partials, "diagonal": _by_selection, "linear": _by_itself, "multilinear": _by_each_operand,
    "custom": _by_its_jvp,
}  # fmt: skip
