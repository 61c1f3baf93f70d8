"""Every body differentiated again, by the rules of what it calls, against differences of what it returns."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from rules.applying import Call, leaves, tree_map, zeros_like
from rules.differences import LEVELS, STEP, romberg
from rules.drawing import calls
from rules.duals import Dual, apply, on_duals, tangent_of, value_of
from rules.test_catalogue import assert_close, cotangent_seed, directions, tangent
from s2s.rules import RULES
from s2s.rules.names import known_names

known_names()  # rules for SciPy are tested with the others
RULES_ONCE = [(rule.functions[0], rule) for rule in RULES.all()]
NAMES = [rule.name for _, rule in RULES_ONCE]

FIRST_ORDER_ONLY = {"grid_value_adjoint", "cofactors_adjoint", "norm_gradient_adjoint", "einsum_adjoints_adjoint", "einsum_tangent_adjoint",
                    "betainc_slope_by_a", "betainc_slope_by_b", "gammainc_slope"}  # fmt: skip
"""They call the kernels that are the last of their family."""


def bodies_of(rule: Any) -> list[tuple[Callable[..., Any], str]]:
    return [(rule.body, "vjp")] + ([(rule.jvp_body, "jvp")] if rule.jvp_body is not None else [])


@pytest.mark.parametrize(("function", "rule"), RULES_ONCE, ids=NAMES)
def test_body_differentiated(function, rule):
    if rule.name in FIRST_ORDER_ONLY:
        return
    rng = np.random.default_rng(5)
    for call in calls(rule, function):
        if not call.active() or (rule.name == "power" and np.less(call.values["x1"], 0).any()):
            continue  # no partial by the exponent of a negative base
        direction = next(directions(call, rng))
        for body, mode in bodies_of(rule):
            leading = leading_arguments(call, mode, rng)
            moves = tree_map(lambda x: None if x is None else tangent(True, x, rng), tuple(leading))
            got = leaves(tangent_of(on_dual_arguments(call, body, leading, moves, direction)))
            measured = differences(call, body, leading, moves, direction)
            assert_close(got, measured, 1e-7, (rule.name, mode, call.specs))


@pytest.mark.parametrize(("function", "rule"), RULES_ONCE, ids=NAMES)
def test_what_gives_several_results_says_so(function, rule):
    """Two tangents of a tuple are added item by item, also where nothing is known of it."""
    if len(rule.wrt) > 1:
        assert rule.several == any(isinstance(call.run(), (tuple, list)) for call in calls(rule, function))


def leading_arguments(call: Call, mode: str, rng: np.random.Generator) -> list[Any]:
    """A random cotangent, or a random tangent per `wrt` parameter; none for an elementwise body."""
    if mode == "jvp":
        active = next(directions(call, rng))
        return [active.get(name, zeros_like(call.values.get(name))) for name in call.rule.wrt]
    if call.rule.kind == "elementwise":
        return []
    return [cotangent_seed(call.run(), rng)]


def run(call: Call, body: Any, leading: Any, changes: dict[str, Any], result: Any) -> Any:
    bound = call.replaced(changes)
    extra = {"result": result} if "result" in inspect.signature(body).parameters else {}
    return body(*leading, *bound.args, **bound.kwargs, **extra)


def on_dual_arguments(call: Call, body: Any, leading: Any, moves: Any, direction: dict[str, Any]) -> Any:
    flags = call.active()
    duals = {
        name: tree_map(lambda f, x, t: Dual(x, t) if f else x, flags[name], call.values[name], tangent)
        for name, tangent in direction.items()
    }
    bound = call.replaced(duals)
    result = apply(call.function, *bound.args, **bound.kwargs)
    seeds = [tree_map(lambda x, t: x if x is None else Dual(x, t), x, t) for x, t in zip(leading, moves)]
    return run(call, on_duals(body), seeds, duals, result)


def differences(call: Call, body: Any, leading: Any, moves: Any, direction: dict[str, Any]) -> list[Any]:
    def at(step: float) -> list[Any]:
        changes = {n: tree_map(lambda x, t: x + step * t, call.values[n], tangent) for n, tangent in direction.items()}
        seeds = [tree_map(lambda x, t: None if x is None else x + step * t, x, t) for x, t in zip(leading, moves)]
        returned = run(call, body, seeds, changes, value_of(call.run(changes)))
        return [np.asarray(leaf) for leaf in leaves(returned)]

    return romberg(at, STEP, LEVELS)
