"""The oracle for derivatives: forward and reverse mode against central differences, against each other, and order 2.

In: a function and arguments.  Out: a list of `Check`s, or an AssertionError that names the argument, the entry and both
numbers.  What is compared:

    forward    jvp against central differences, along random directions and, if there are few entries, each single one
    reverse    <y_bar, J v> against <vjp(y_bar), v>, with J v from central differences
    identity   the same with J v from jvp, to nearly full precision, which differences cannot reach
    value      the value beside a derivative is bit for bit the plain function's
    ownership  arguments and seeds are left as they were, and no derivative shares memory with them
    order 2    all of this for the first derivative as a function
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from s2s.testing.calling import bound, name_of, positional
from s2s.testing.compare import Check, rtol_of
from s2s.testing.directions import argument_names, like, random_tangent
from s2s.testing.modes import Problem, checks_of
from s2s.testing.numeric import double, remainder_slopes
from s2s_runtime import tree

MODES = ("forward", "reverse")


def check_grads(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    modes: Sequence[str] = MODES,
    order: int = 2,
    rtol: float | None = None,
    directions: int = 3,
    seed: int = 0,
    kwargs: Mapping[str, Any] | None = None,
) -> None:
    """Raise AssertionError unless the derivatives of `function` at `args` are right, in these modes up to this order.

    Arguments and result are any trees; leaves without a derivative ride along, and so do keyword arguments, `kwargs`.  `rtol`
    is 1e-6 in double precision by default, 1e-3 in single, 5e-2 in half.  At a kink, or at the edge of the domain, there is
    nothing to compare with: the check fails there and says so.
    """
    checks = derivative_checks(function, args, modes, order, rtol, directions, seed, kwargs)
    failed = [check for check in checks if not check.passed]
    if failed:
        lines = [f"{len(failed)} of {len(checks)} checks of the derivatives of {name_of(function)} failed:"]
        lines += [f"  {check}" for check in failed[:10]]
        raise AssertionError("\n".join(lines + (["  ..."] if len(failed) > 10 else [])))


def derivative_checks(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    modes: Sequence[str] = MODES,
    order: int = 2,
    rtol: float | None = None,
    directions: int = 3,
    seed: int = 0,
    kwargs: Mapping[str, Any] | None = None,
) -> list[Check]:
    """Every comparison that `check_grads` makes, passed or not.

    Raises ValueError for an unknown mode, and TypeError if no argument or no part of the result carries a derivative:
    there would be nothing to check.
    """
    function, args = bound(function, kwargs), positional(args)
    if not modes or set(modes) - set(MODES):
        raise ValueError(f"modes are taken from {MODES}, got {tuple(modes)}")
    result = function(*tree.copy(args))
    if not any(map(tree.is_differentiable, tree.flatten(args)[0])):
        raise TypeError("nothing to check: no argument is a real or complex number or an array of them")
    if not any(map(tree.is_differentiable, tree.flatten(result)[0])):
        raise TypeError(f"nothing to check: the result, {tree.describe(result)}, has no derivative")
    names, rng = argument_names(function, len(args)), np.random.default_rng(seed)
    tolerance = rtol_of(args, result) if rtol is None else rtol
    problem = Problem(function, function, args, names, modes, tolerance, directions, rng)
    return list(_checks(problem, order))


def taylor_slopes(
    function: Callable[..., Any], args: tuple[Any, ...], tangents: Any = None, seed: int = 0, order: int = 1
) -> NDArray[np.float64]:
    """The slopes of the Taylor remainder with the derivatives from `jvp`: near 2 if they are right, near 1 if they are not.

    Along `tangents`, or a random direction.  With `order=2` the second derivative is in it, too: then they are near 3, and near 2
    if the first derivative is right and the second is not.  Infinite where the remainder is nothing but rounding.
    """
    from s2s import jvp

    args = positional(args)
    if order not in (1, 2):
        raise ValueError(f"order is 1 or 2, got {order}")
    if tangents is None:
        tangents = random_tangent(args, np.random.default_rng(seed))
    derivatives = [jvp(function, args, tangents)[1]]
    if order == 2:
        derivatives.append(jvp(_pushed_forward(function, tangents), args, tangents)[1])
    return remainder_slopes(function, args, tangents, *derivatives)


def _checks(problem: Problem, order: int) -> Iterator[Check]:
    yield from checks_of(problem)
    if order > 1:
        for label, function, reference in _derivatives(problem):
            name = f"{label} of {problem.order}" if problem.order else label
            yield from _checks(replace(problem, function=function, reference=reference, order=name), order - 1)


def _derivatives(problem: Problem) -> Iterator[tuple[str, Callable[..., Any], Callable[..., Any]]]:
    """(what it is called, the derivative as a function, the same with double precision seeds), for each mode."""
    from s2s import grad

    args, result = problem.args, problem.function(*problem.given())
    if "reverse" in problem.modes and _is_real_scalar(result):
        argnums = tuple(i for i, arg in enumerate(args) if any(map(tree.is_differentiable, tree.flatten(arg)[0])))
        yield "grad", grad(problem.function, argnums=argnums), grad(problem.reference, argnums=argnums)
    elif "reverse" in problem.modes:
        seed = random_tangent(result, problem.rng)
        wide_seed = _as(problem.reference(*double(args)), seed)
        yield "vjp", _pulled_back(problem.function, seed), _pulled_back(problem.reference, wide_seed)
    if "forward" in problem.modes:
        tangents = random_tangent(args, problem.rng)
        wide_tangents = _as(double(args), tangents)
        yield "jvp", _pushed_forward(problem.function, tangents), _pushed_forward(problem.reference, wide_tangents)


def _is_real_scalar(result: Any) -> bool:
    return tree.is_differentiable(result) and np.shape(result) == () and not np.iscomplexobj(result)


def _as(primal: Any, tangents: Any) -> Any:
    return tree.tree_map(lambda leaf, tangent: None if tangent is None else like(leaf, tangent), primal, tangents)


# These two are differentiated themselves, so they are written as a user would write them.


def _pulled_back(function: Callable[..., Any], seed: Any) -> Callable[..., Any]:
    from s2s import vjp

    def pulled_back(*primals: Any) -> Any:
        _, pullback = vjp(function, *primals)
        return pullback(seed)

    return pulled_back


def _pushed_forward(function: Callable[..., Any], tangents: Any) -> Callable[..., Any]:
    from s2s import jvp

    def pushed_forward(*primals: Any) -> Any:
        _, tangent = jvp(function, primals, tangents)
        return tangent

    return pushed_forward


def check_rule(function: Callable[..., Any], *args: Any, order: int = 2, rtol: float | None = None, seed: int = 0, **options: Any) -> None:
    """Raise AssertionError unless the rule of `function` is right at these arguments; `options` are keywords of the call.

    The function is called as it is, as in any program, and its rule is held against central differences, forward against reverse, up
    to order 2: which also asks for the rules of what its body calls.  Raises S2SError if the function has no rule.
    """
    from s2s.errors import S2SError
    from s2s.rules import RULES

    target = getattr(function, "__wrapped__", function) if hasattr(type(function), "__s2s_call__") else function
    name = getattr(function, "__name__", repr(function))
    if not RULES.of(target):
        raise S2SError(f"{name} has no rule to be checked: declare one with s2s.custom_rule")

    def called(*primals: Any) -> Any:
        return target(*primals, **options)

    check_grads(called if options else target, args, order=order, rtol=rtol, seed=seed)
