"""Rules for functions that are not this package's: a user's own, or those of another library.

In: a function, and a body that states its derivative, as `s2s.rules.declare` has it for our own.  Out: the body; from then on the
function is called as it is in every program, and differentiated by its rule.

    @s2s.custom_rule.elementwise(other.lib.fn)          @s2s.custom_rule.custom(solve, jvp=solve_jvp)
    def fn_partial(x, *, result):                       def solve_vjp(g, a, b, *, result):
        return 1.0 - result**2                              ...

A declaration that cannot be meant raises BadRule, at the body's own line.  A rule that is declared later counts from the next call
on: one without `when` stands in the place of all that there were.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from s2s.errors import BadRule, S2SError, did_you_mean
from s2s.rules.declare import RULES, Body, Rule, bad_rule, default_wrt, primal_signature
from s2s.rules.declare import constant as declare_constant

F = TypeVar("F")

Declared = Callable[[Body], Body]
BARE = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL)


def elementwise(*functions: Any, wrt: Iterable[str] | None = None, **options: Any) -> Declared:
    """The body, called as `body(*primals)`, returns one partial derivative per `wrt` parameter (all without a default)."""
    return _declared("elementwise", 0, functions, wrt, options)


def diagonal(*functions: Any, wrt: Iterable[str] | None = None, **options: Any) -> Declared:
    """`body(v, *primals)` returns `v` times the partial, by selection: what is not selected cannot make a NaN."""
    return _declared("diagonal", 1, functions, wrt, options)


def linear(*functions: Any, wrt: Iterable[str] | None = None, **options: Any) -> Declared:
    """Jointly linear in the `wrt` parameters (the first one): `body(g, *primals)` returns the adjoint."""
    return _declared("linear", 1, functions, wrt, options)


def multilinear(*functions: Any, wrt: Iterable[str] | None = None, **options: Any) -> Declared:
    """Linear in each `wrt` parameter by itself: `body(g, *primals)` returns one adjoint each."""
    return _declared("multilinear", 1, functions, wrt, options)


def custom(*functions: Any, jvp: Body, wrt: Iterable[str] | None = None, **options: Any) -> Declared:
    """Anything else: `body(g, *primals)` returns the adjoints, `jvp(*tangents, *primals)` one term per `wrt` parameter."""
    return _declared("custom", 1, functions, wrt, {**options, "jvp_body": jvp})


def constant(function: F, *, reason: str = "declared constant by its user") -> F:
    """Say that no derivative passes `function`: its result is constant, whatever its arguments.  Gives the function back.

    It is called as it is, also if its source is to be had.  `reason` is what `s2s rules` shows.  Raises S2SError for what cannot be
    looked up (an unhashable callable) or is no function.
    """
    target = _target(function)
    if not callable(target):
        raise S2SError(f"constant() takes a function, not {target!r}")
    _check_hashable(target)
    RULES.load_deferred()
    RULES.rules.pop(target, None)
    declare_constant(target, reason=reason or "declared constant by its user")
    return function


# ---------------------------------------------------------------------------------------------------------- declaring
def _declared(kind: Any, leading: int, functions: tuple[Any, ...], wrt: Iterable[str] | None, options: dict[str, Any]) -> Declared:
    targets = tuple(map(_target, functions))
    if not targets:
        raise S2SError(f"say whose rule it is: @s2s.custom_rule.{kind}(function)")
    for target in targets:
        _check_hashable(target)

    def register(body: Body) -> Body:
        if not inspect.isfunction(body):
            raise S2SError(f"the body of a rule is a Python function, not {body!r}")
        rule = _rule(kind, leading, targets, body, wrt, options)
        for target in targets:
            _check_primal(rule, leading, target)
        RULES.load_deferred()
        RULES.put_first(rule)
        return body

    return register


def _rule(
    kind: Any, leading: int, targets: tuple[Any, ...], body: Body, wrt: Iterable[str] | None, options: dict[str, Any]
) -> Rule:
    """The rule, after a look at its body and at its parameters."""
    _check_leading(kind, leading, body)
    signature, reads_result = primal_signature(body, leading)
    given = (wrt,) if isinstance(wrt, str) else wrt
    names = tuple(given) if given is not None else default_wrt(kind, signature)
    for name in names:
        if name not in signature.parameters:
            near = did_you_mean(name, signature.parameters)
            raise bad_rule(body, f"wrt names {name!r}, which is no parameter of this rule", near or "name one that is")
    if not names:
        raise bad_rule(body, "a rule without a parameter that has a derivative", "name it: wrt=('x',), or use s2s.constant")
    jvp_body = options.get("jvp_body")
    if jvp_body is not None:
        _check_jvp(jvp_body, names, signature)
    try:
        return Rule(kind, targets, body, signature, names, reads_result, users=True, **options)
    except TypeError as error:
        raise bad_rule(body, f"an option that a rule does not have: {error}", "see s2s/rules/declare.py") from None


def _check_leading(kind: str, leading: int, body: Body) -> None:
    """The parameters in front of the primal's own: the cotangent, or the factor of a diagonal rule."""
    first = [p for p in inspect.signature(body).parameters.values() if p.kind is not p.KEYWORD_ONLY][:leading]
    if len(first) < leading or any(p.kind is p.VAR_POSITIONAL for p in first):
        form = {"diagonal": "body(v, *primals)"}.get(kind, "body(g, *primals)")
        raise bad_rule(body, f"the body of a {kind} rule is called as {form}", "give it a first parameter for that")


def _check_jvp(body: Any, names: tuple[str, ...], signature: inspect.Signature) -> None:
    """The tangents first, one per `wrt` parameter, then what the adjoint's body takes."""
    if not inspect.isfunction(body):
        raise S2SError(f"the JVP body of a rule is a Python function, not {body!r}")
    own, _ = primal_signature(body, len(names))
    if list(own.parameters) != list(signature.parameters):
        expected = ", ".join([*(f"{name}_dot" for name in names), *signature.parameters])
        raise bad_rule(body, "the parameters of a JVP body are the tangents, then the primals", f"write {body.__name__}({expected})")


def _check_primal(rule: Rule, leading: int, function: Any) -> None:
    """The parameters of a rule are those of the function: the same number, by the same names."""
    body, own = rule.body, list(rule.parameters.parameters.values())
    form = ("g, " if leading else "") + "*primals" if rule.kind != "diagonal" else "v, *primals"
    if isinstance(function, np.ufunc):
        if len([p for p in own if p.kind is not p.KEYWORD_ONLY]) != function.nin:
            raise bad_rule(body, f"{function.__name__} takes {function.nin} arguments, and its rule {len(own)}", f"body({form})")
        return
    try:
        theirs = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return
    by_place = [p for p in own if p.kind is not p.KEYWORD_ONLY]
    for mine, other in zip(by_place, theirs, strict=False):
        named = other.kind not in BARE and mine.kind not in BARE
        if (mine.kind is mine.VAR_POSITIONAL) != (other.kind is other.VAR_POSITIONAL) or (named and mine.name != other.name):
            expected = ", ".join(map(str, theirs))
            raise bad_rule(body, f"parameter {mine.name} of the rule stands where {_name(function)} has {other.name}",
                           f"a {rule.kind} rule is called as body({form}), here with the primals ({expected})")  # fmt: skip
    missing = [p.name for p in theirs[len(by_place) :] if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    extra = by_place[len(theirs) :]
    if missing or extra:
        what = f"lacks {missing[0]}" if missing else f"has {extra[0].name} beside them"
        reason = f"the rule of {_name(function)} has its parameters, and {what}"
        raise bad_rule(body, reason, f"a {rule.kind} rule is called as body({form})")


# ----------------------------------------------------------------------------------------------------------- functions
def _target(function: Any) -> Any:
    """The function itself, where it was decorated with @differentiable."""
    if hasattr(type(function), "__s2s_call__"):
        inner = getattr(function, "__wrapped__", None)
        if inner is None or hasattr(function, "argnums"):
            raise S2SError(f"{function!r} is a derivative already: declare a rule for the function")
        return _target(inner)
    return function


def _name(function: Any) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _check_hashable(function: Any) -> None:
    try:
        hash(function)
    except TypeError:
        raise S2SError(f"no rule can be found for {function!r}: it cannot be hashed; declare one for a function that calls it") from None


__all__ = ["BadRule", "constant", "custom", "diagonal", "elementwise", "linear", "multilinear"]
