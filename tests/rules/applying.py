"""What the framework does with a rule, done directly: one call, its JVP and its VJP.

In: a rule, a function of it, arguments and which of their leaves are active.  Out: tangents and cotangents.  Nothing of
the transformer is used, nor the kernels that it calls itself: projection is written again here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2s.rules import RULES, Rule
from s2s.rules.cases import A, Case


@dataclass(frozen=True)
class Fact:
    """What a predicate may be told of an argument."""

    ndim: int | None = None
    const: tuple[Any, ...] = ()
    dtype: Any = None
    shape: tuple[int, ...] | None = None
    items: tuple[Fact, ...] = ()
    vanishes: bool = False

    @property
    def real(self) -> bool:
        return self.dtype is not None and self.dtype.kind in "fiub"


UNKNOWN = Fact()


def fact_of(value: Any, spec: Any) -> Fact:
    """All that can be known: the value of a literal, else rank, dtype and shape."""
    if isinstance(spec, A) or isinstance(value, np.ndarray):
        array = np.asarray(value)
        vanishes = isinstance(spec, A) and spec.domain == "sum of squares"
        return Fact(array.ndim, (), array.dtype, array.shape, vanishes=vanishes)
    if isinstance(value, (list, tuple)):
        items = tuple(fact_of(v, s) for v, s in zip(value, spec))
        const = (value,) if all(item.const for item in items) else ()
        return Fact(const=const, items=items if isinstance(value, tuple) else ())
    if isinstance(value, (int, float)):
        return Fact(0, (value,), np.dtype(type(value)), ())
    return Fact(const=(value,))


def is_active(spec: Any) -> bool:
    return isinstance(spec, A) and spec.domain != "boolean"


def tree_map(function: Callable[..., Any], *trees: Any) -> Any:
    """Over nested lists and tuples, led by the first tree; the result is made of tuples."""
    if isinstance(trees[0], (list, tuple)):
        assert len({len(tree) for tree in trees}) == 1, "trees of different structure"
        return tuple(tree_map(function, *parts) for parts in zip(*trees))
    return function(*trees)


def leaves(tree: Any) -> list[Any]:
    if isinstance(tree, (list, tuple)):
        return [leaf for part in tree for leaf in leaves(part)]
    return [] if tree is None else [tree]


class Call:
    """One call of a function: arguments bound to the parameters of a rule, and the specification they come from."""

    def __init__(self, rule: Rule, function: Any, specs: Case, args: list[Any], kwargs: dict[str, Any]) -> None:
        self.rule, self.function = rule, function
        self.bound = rule.parameters.bind(*args, **kwargs)
        self.specs = rule.parameters.bind(*specs.args, **specs.kwargs).arguments
        self.values = self.bound.arguments

    def facts(self) -> list[Fact]:
        """One per parameter, defaults included; of `*operands` a tuple's."""
        found = []
        for name, parameter in self.rule.parameters.parameters.items():
            if name in self.values:
                found.append(fact_of(self.values[name], self.specs[name]))
            else:
                found.append(Fact(const=(parameter.default,)))
        return found

    def active(self) -> dict[str, Any]:
        """The `wrt` parameters with an active leaf, each with its tree of flags."""
        flags = {name: tree_map(is_active, self.specs[name]) for name in self.rule.wrt if name in self.specs}
        return {name: flag for name, flag in flags.items() if any(leaves(flag))}

    def replaced(self, changes: dict[str, Any]) -> inspect.BoundArguments:
        return inspect.BoundArguments(self.bound.signature, {**self.values, **changes})  # type: ignore[arg-type]

    def run(self, changes: dict[str, Any] | None = None) -> Any:
        bound = self.replaced(changes or {})
        return self.function(*bound.args, **bound.kwargs)

    def body(self, body: Callable[..., Any], *leading: Any, result: Any) -> Any:
        extra = {"result": result} if "result" in inspect.signature(body).parameters else {}
        return body(*leading, *self.bound.args, **self.bound.kwargs, **extra)

    def per_parameter(self, returned: Any) -> dict[str, Any]:
        """What a body returned, by `wrt` parameter."""
        rule = self.rule
        parts = (returned,) if len(rule.wrt) == 1 else returned
        assert len(parts) == len(rule.wrt), f"{rule.name} returned {len(parts)} values for {rule.wrt}"
        return dict(zip(rule.wrt, parts))


def applies(rule: Rule, call: Call) -> bool:
    return rule.when is None or rule.when(*call.facts())


def selected(function: Any, specs: Case, args: list[Any], kwargs: dict[str, Any]) -> Rule:
    """The first rule whose parameters take the call and whose predicate accepts it."""
    for rule in RULES.of(function):
        try:
            call = Call(rule, function, specs, args, kwargs)
        except TypeError:
            continue
        if applies(rule, call):
            return rule
    raise LookupError(f"no rule of {function} applies")


# ---------------------------------------------------------------------------------------------------------- VJP
def raw_cotangents(call: Call, g: Any, result: Any) -> dict[str, Any]:
    """The cotangents as the body and its kind give them, before projection."""
    rule = call.rule
    if rule.kind != "elementwise":
        return call.per_parameter(call.body(rule.body, g, result=result))
    partials = call.per_parameter(call.body(rule.body, result=result))
    return {name: None if partial is None else g * partial for name, partial in partials.items()}


def vjp(call: Call, g: Any) -> dict[str, Any]:
    """The cotangent of every active parameter: a tree like the argument, None in inactive leaves."""
    raw = raw_cotangents(call, g, call.run())
    return {
        name: tree_map(
            lambda flag, primal, part: project(part, primal) if flag else None,
            flags,
            call.values[name],
            _like(flags, raw[name]),
        )
        for name, flags in call.active().items()
    }


def _like(flags: Any, tree: Any) -> Any:
    """None where a parameter has no derivative, spread over the argument's structure."""
    return tree_map(lambda flag: None, flags) if tree is None else tree


def project(g: Any, primal: Any) -> Any:
    """A cotangent summed to the shape and cast to the dtype of its primal."""
    shape, array = np.shape(primal), np.asarray(0.0 if g is None else g)
    if g is None:
        array = np.zeros(shape)
    array = array.reshape((1,) * (len(shape) - array.ndim) + array.shape)
    while array.ndim > len(shape):
        array = array.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1 and array.shape[axis] != 1:
            array = array.sum(axis=axis, keepdims=True)
    assert array.shape == shape, f"a cotangent of shape {np.shape(g)} for a primal of shape {shape}"
    return (array if np.iscomplexobj(primal) else array.real).astype(np.result_type(primal))


# ---------------------------------------------------------------------------------------------------------- JVP
def jvp(call: Call, tangents: dict[str, Any]) -> Any:
    """The tangent of the result; `tangents` holds a tree per active parameter, zero in inactive leaves."""
    result = call.run()
    terms = JVPS[call.rule.kind](call, tangents, result)
    total = terms[0] if terms else tree_map(np.zeros_like, result)
    for term in terms[1:]:
        total = tree_map(added, total, term)
    return tree_map(lambda r, t: project(np.broadcast_to(added(t, np.zeros_like(r)), np.shape(r)), r), result, total)


def added(left: Any, right: Any) -> Any:
    """The sum; None is the tangent of a whole number."""
    return right if left is None else left if right is None else left + right


def elementwise_jvp(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    partials = call.per_parameter(call.body(call.rule.body, result=result))
    return [partials[name] * tangent for name, tangent in tangents.items() if partials[name] is not None]


def diagonal_jvp(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    terms = [
        call.per_parameter(call.body(call.rule.body, tangent, result=result))[name]
        for name, tangent in tangents.items()
    ]
    return [term for term in terms if term is not None]


def linear_jvp(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    given = [name for name in call.rule.wrt if name in call.values]
    return [call.run({name: tangents.get(name, zeros_like(call.values[name])) for name in given})]


def multilinear_jvp(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    """One term per leaf: the primal with that leaf's tangent in its place."""
    terms = []
    for name in tangents:
        flags = call.active()[name]
        if not isinstance(flags, tuple):
            terms.append(call.run({name: tangents[name]}))
            continue
        primal = call.values[name]
        for i in range(len(flags)):
            terms.append(call.run({name: tuple(tangents[name][k] if k == i else primal[k] for k in range(len(flags)))}))
    return terms


def custom_jvp(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    assert call.rule.jvp_body is not None
    leading = [tangents.get(name, zeros_like(call.values.get(name))) for name in call.rule.wrt]
    terms = call.per_parameter(call.body(call.rule.jvp_body, *leading, result=result))
    return [terms[name] for name in tangents]


def zeros_like(tree: Any) -> Any:
    return tree_map(
        lambda leaf: None if leaf is None else np.zeros(np.shape(leaf), np.result_type(leaf, np.float32)), tree
    )


JVPS = {
    "elementwise": elementwise_jvp,
    "diagonal": diagonal_jvp,
    "linear": linear_jvp,
    "multilinear": multilinear_jvp,
    "custom": custom_jvp,
}
