"""Which rule a call takes, from what its arguments are; and the refusal where there is none.

In: a function and its operands.  Out: a `Plan`.  Plans are kept by the shapes and dtypes of the operands and the values of the other
arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from s2s.differentiate.binding import Known
from s2s.eager.bodies import Bodies, as_it_is
from s2s.eager.lifting import recorded
from s2s.eager.plans import Plan
from s2s.eager.selecting import selects
from s2s.eager.translating import translated
from s2s.eager.vanishing import vanishes
from s2s.errors import MissingRule, UnsupportedConstruct
from s2s.rules.declare import RULES, Definition, Given, Rule
from s2s.rules.names import hint_for, is_users_to_call, public_name
from s2s_runtime.tape.core import Record
from s2s_runtime.tape.operands import Operands, Place
from s2s_runtime.tape.variable import Variable

LIMIT = 4096
"""How many plans are kept."""


class Table:
    """The rule table, as a tape takes it.  `lifted`: what functions are called as where numbers are of another kind."""

    def __init__(self, lifted: Callable[[Any], Any] = as_it_is) -> None:
        self.bodies = Bodies(lifted)
        self.plans: dict[Any, Plan] = {}
        self.simple: dict[Any, Plan] = {}
        """Of functions with one rule that always applies, by the places of the operands and the types of the arguments."""
        self.version = RULES.version

    def recorded(self, function: Any, tape: Any) -> Any:
        return recorded(function, tape)

    def plan(self, function: Any, operands: Operands, record: Record) -> Plan:
        """How a call is recorded.  Raises MissingRule and UnsupportedConstruct."""
        if self.version != RULES.version:
            self.plans.clear()
            self.simple.clear()
            self.version = RULES.version
        places = tuple(operands.places)
        try:
            plain = (function, places, tuple(map(type, operands.args)), tuple([(n, type(v)) for n, v in operands.options.items()]))
            found = self.simple.get(plain) if all(operands.moving) else None
            if found is not None:
                return found
            key = (function, signature(operands.args), signature(tuple(operands.options.items())), places, tuple(operands.moving))
            found = self.plans.get(key)
        except TypeError:  # something in it is not hashable
            return Choice(self.bodies, function, operands, record).made()
        if found is None:
            choice = Choice(self.bodies, function, operands, record)
            found = choice.made()
            if choice.is_simple() and all(operands.moving):
                keep(self.simple, plain, found)
            elif not choice.asked:
                keep(self.plans, key, found)
        return found


def keep(plans: dict[Any, Plan], key: Any, plan: Plan) -> None:
    if len(plans) >= LIMIT:
        plans.clear()
    plans[key] = plan


def signature(value: Any) -> Any:
    """What of an argument a rule may be chosen by."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.shape, value.dtype
    if type(value) is Variable:
        return Variable, value.shape, value.dtype
    if isinstance(value, (list, tuple)):
        return type(value), tuple(map(signature, value))
    return type(value), value


class Choice:
    """One choice.  `asked`: something was asked that is not said by the arguments, so that the plan is for this call only."""

    def __init__(self, bodies: Bodies, function: Any, operands: Operands, record: Record) -> None:
        self.bodies, self.function, self.operands, self.record = bodies, function, operands, record
        self.numbers = {place: variable.number for place, variable in zip(operands.places, operands.variables, strict=True)}
        self.asked = False

    def made(self) -> Plan:
        function, operands = self.function, self.operands
        if not operands.places or RULES.is_constant(function):
            return Plan(function, self.bodies, places=tuple(operands.places))
        other = translated(function, operands)
        if other is not None:
            return Plan(function, self.bodies, written=other)
        definition = RULES.definitions.get(function)
        if definition is not None and self.is_meant(definition):
            return Plan(function, self.bodies, written=as_written(definition))
        return self.by_rule()

    def is_simple(self) -> bool:
        """Whether nothing was asked but the places of the operands, and which arguments there are: a list has a structure of its own."""
        rules = RULES.of(self.function)
        if any(isinstance(value, (list, tuple)) for value in (*self.operands.args, *self.operands.options.values())):
            return False
        if len(rules) != 1 or self.function in RULES.definitions or translated(self.function, self.operands) is not None:
            return False
        return rules[0].when is None and not rules[0].real_only

    # ------------------------------------------------------------------------------------------------------- definitions
    def is_meant(self, definition: Definition) -> bool:
        """Whether a definition is for this call."""
        try:
            bound = definition.parameters.bind(*self.marked_args(), **self.marked_options())
        except TypeError:
            return False
        if definition.when is None:
            return True
        found = {}
        for name, parameter in definition.parameters.parameters.items():
            found[name] = self.given(bound.arguments[name]) if name in bound.arguments else parameter.default
        return bool(definition.when(**found))

    def given(self, marked: Any) -> Any:
        if not isinstance(marked, Mark):
            return tuple(map(self.given, marked)) if isinstance(marked, tuple) else marked
        value = marked.value
        if isinstance(value, (np.ndarray, np.generic, float, complex, Variable)) and (marked.place in self.numbers or np.ndim(value)):
            return Given(np.ndim(value), not np.iscomplexobj(value), id(value))
        return tuple(value) if isinstance(value, list) else value

    # -------------------------------------------------------------------------------------------------------------- rules
    def marked_args(self) -> list[Mark]:
        return [Mark((k,), arg) for k, arg in enumerate(self.operands.args)]

    def marked_options(self) -> dict[str, Mark]:
        return {name: Mark((name,), option) for name, option in self.operands.options.items()}

    def by_rule(self) -> Plan:
        """The first rule that takes the arguments."""
        name = public_name(self.function)
        candidates = RULES.of(self.function)
        if not candidates:
            raise MissingRule(f"{name} has no derivative rule", hint=hint_for(self.function))
        failure = "with arguments of these kinds"
        for rule in candidates:
            try:
                bound = rule.parameters.bind(*self.marked_args(), **self.marked_options())
            except TypeError as error:
                failure = str(error)
                continue
            if rule.when is None or rule.when(*self.facts(rule, bound.arguments)):
                return self.taken(rule, bound.arguments)
        reason = f"{name} is called in a way that its derivative rule does not take: {failure}"
        raise UnsupportedConstruct(reason, hint="leave the argument out, or compute it with another function")

    def facts(self, rule: Rule, marked: Mapping[str, Any]) -> list[Any]:
        found = []
        for name, parameter in rule.parameters.parameters.items():
            if name in marked:
                mark = marked[name]
                found.append(self.fact(mark.value, mark.place) if isinstance(mark, Mark) else Known())
            elif parameter.default is not parameter.empty:
                found.append(Known(const=(parameter.default,)))
        return found

    def fact(self, value: Any, place: Place) -> Any:
        """What a predicate is told of an argument."""
        if isinstance(value, (np.ndarray, np.generic, Variable)):
            return Fact(self, place, np.ndim(value), (), value.dtype, np.shape(value), None, real=value.dtype.kind in "fiub")
        if isinstance(value, (tuple, list)):
            items = [self.fact(item, (*place, k)) for k, item in enumerate(value)]
            const = () if any(inner[: len(place)] == place for inner in self.numbers) else (value,)
            return Fact(self, place, const=const, items=items if isinstance(value, tuple) else None)
        if isinstance(value, slice):
            return Fact(self, place, const=(slice(None),))
        const = () if place in self.numbers else (value,)
        if isinstance(value, (bool, int, float, complex)):
            return Fact(self, place, 0, const, np.dtype(type(value)), (), None, real=not isinstance(value, complex))
        if place in self.numbers:  # an exact number
            return Fact(self, place, np.ndim(value), (), np.dtype(float), np.shape(value), None, real=not np.iscomplexobj(value))
        return Fact(self, place, const=const)

    def taken(self, rule: Rule, marked: Mapping[str, Any]) -> Plan:
        """The plan of a rule, which has a derivative by each operand."""
        if rule.real_only and any(map(np.iscomplexobj, leaves([self.operands.args, list(self.operands.options.values())]))):
            raise UnsupportedConstruct(f"{public_name(self.function)} of complex numbers has no derivative rule yet",
                                       hint="write it with the real and imaginary parts")  # fmt: skip
        owners = dict(self.owners(marked))
        parameters: list[Place | None] = []
        lists = set()
        for place, moving in zip(self.operands.places, self.operands.moving, strict=True):
            parameter, *items = owners[place[:1]]
            is_one_array = parameter in rule.wrt and parameter not in (*rule.sequences, *rule.nested)
            if len(place) > 1 and is_one_array and is_users_to_call(self.function):
                lists.add(place[0])
            if parameter in rule.ignored or (parameter not in rule.wrt and not moving):
                parameters.append(None)
                continue
            if parameter not in rule.wrt:
                raise UnsupportedConstruct(f"{public_name(self.function)} has no derivative by {parameter}",
                                           hint="wrap the argument in stop_gradient if it is meant to be constant")  # fmt: skip
            parameters.append((parameter, *items, *place[1:]))
        if lists:
            return Plan(self.function, self.bodies, written=with_arrays(self.function, lists))
        wrt = tuple(marked[name].place if isinstance(marked.get(name), Mark) else None for name in rule.wrt)
        linear = tuple(place for name in rule.wrt for place in self.numbers_in(marked.get(name)))
        places = tuple(self.operands.places)
        return Plan(self.function, self.bodies, rule, places, tuple(parameters), wrt, linear, selects=selects(rule))

    def owners(self, marked: Mapping[str, Any]) -> Any:
        """(place of an argument, its parameter and its position among several)."""
        for name, mark in marked.items():
            if isinstance(mark, Mark):
                yield mark.place, (name,)
            elif isinstance(mark, dict):
                yield from ((one.place, (name, key)) for key, one in mark.items())
            else:
                yield from ((one.place, (name, k)) for k, one in enumerate(mark))

    def numbers_in(self, mark: Any) -> list[Place]:
        """The places of the numbers of a parameter that a function is linear in."""
        if mark is None:
            return []
        if not isinstance(mark, Mark):
            return [place for one in mark for place in self.numbers_in(one)]

        def inside(value: Any, place: Place) -> list[Place]:
            if isinstance(value, (tuple, list)):
                return [found for k, part in enumerate(value) for found in inside(part, (*place, k))]
            return [] if value is None else [place]

        return inside(mark.value, mark.place)


def leaves(value: Any) -> list[Any]:
    """What is in lists and tuples."""
    return [leaf for part in value for leaf in leaves(part)] if isinstance(value, (list, tuple)) else [value]


class Mark:
    """An argument and its place, bound to a parameter."""

    __slots__ = ("place", "value")

    def __init__(self, place: Place, value: Any) -> None:
        self.place, self.value = place, value


class Fact:
    """What is known of an argument; whether it vanishes is looked up when it is asked."""

    def __init__(
        self, choice: Choice, place: Place, ndim: Any = None, const: Any = (), dtype: Any = None, shape: Any = None, items: Any = None,
        real: bool = False,
    ) -> None:  # fmt: skip
        self._choice, self._place = choice, place
        self.ndim, self.const, self.dtype, self.shape, self.items, self.real = ndim, const, dtype, shape, items, real

    @property
    def vanishes(self) -> bool:
        number = self._choice.numbers.get(self._place)
        if number is None:
            return False
        self._choice.asked = True
        return vanishes(self._choice.record, number)


def with_arrays(function: Any, lists: set[Any]) -> Callable[..., Any]:
    """A function called with arrays in the places of lists of numbers."""

    def run(*args: Any, **options: Any) -> Any:
        given = [recorded(np.array)(arg) if k in lists else arg for k, arg in enumerate(args)]
        named = {name: recorded(np.array)(option) if name in lists else option for name, option in options.items()}
        return recorded(function)(*given, **named)

    return run


def as_written(definition: Definition) -> Callable[..., Any]:
    """A definition, to be called with variables: the calls in it are recorded."""

    def run(*args: Any, **options: Any) -> Any:
        bound = definition.parameters.bind(*args, **options)
        for name in definition.arrays:
            if isinstance(bound.arguments.get(name), (list, tuple)):
                bound.arguments[name] = recorded(np.array)(bound.arguments[name])
        return recorded(definition.body)(*bound.args, **bound.kwargs)

    return run
