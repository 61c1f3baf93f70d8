"""Derivative rules: the implicit function theorem, of a root, a fixed point and a minimum.

`f(x, *args) == 0` moves by `df/dx x_dot + df/dargs args_dot == 0`.  So a tangent is one linear system, with the Jacobian of the equation
at the solution, and a cotangent one with its transpose, pulled back through the equation.  Bodies are inlined where they are used,
so that the derivatives in them are of the program's own function; they can be differentiated again, since `result` has this very rule.
"""

from __future__ import annotations

import numpy as np

from s2s.api import grad, jacfwd, jvp, vjp
from s2s.rules.declare import RULES, Rule, primal_signature
from s2s_runtime.found import fixed_point_of, integral, integral_of, minimum_of, solution_of
from s2s_runtime.implicit import check_rest, check_root, fixed_point, minimum, root


def tangent(residual, x, args, args_dot, linear, check, f):
    """How the solution moves with the parameters.  `check` looks whether it is one, of an equation of f."""
    moved = jvp(residual, (x, *args), (None, *args_dot))[1]
    if np.ndim(x) == 0:
        slope = grad(residual)(x, *args)
        check(slope, f, x, *args)
        return -moved / slope
    if linear != "dense":
        return root(lambda v, moved, x, *rest: pushed(residual, x, rest, v) + moved, moved, moved, x, *args, solver=linear, linear=linear)
    jacobian = jacfwd(residual)(x, *args)
    check(jacobian, f, x, *args)
    if np.ndim(x) == 1:
        return -np.linalg.solve(jacobian, moved)
    n = np.size(x)
    return -np.reshape(np.linalg.solve(np.reshape(jacobian, (n, n)), np.reshape(moved, (n,))), np.shape(x))


def adjoint(residual, x, args, g, linear, check, f):
    """The cotangents of the parameters for that of the solution."""
    if np.ndim(x) == 0:
        slope = grad(residual)(x, *args)
        check(slope, f, x, *args)
        return pulled(residual, x, args, -g / slope)
    if linear != "dense":
        w = root(lambda v, g, x, *rest: vjp(residual, x, *rest, cotangent=v)[1][0] + g, g, g, x, *args, solver=linear, linear=linear)
        return pulled(residual, x, args, w)
    jacobian = jacfwd(residual)(x, *args)
    check(jacobian, f, x, *args)
    if np.ndim(x) == 1:
        return pulled(residual, x, args, -np.linalg.solve(np.transpose(jacobian), g))
    n = np.size(x)
    w = np.linalg.solve(np.transpose(np.reshape(jacobian, (n, n))), np.reshape(g, (n,)))
    return pulled(residual, x, args, -np.reshape(w, np.shape(x)))


def pushed(residual, x, args, v):
    """The Jacobian of the equation, times `v`."""
    return jvp(residual, (x, *args), (v, *[None for _ in args]))[1]


def pulled(residual, x, args, w):
    """The cotangents of the parameters for that of the equation."""
    return vjp(residual, x, *args, cotangent=w)[1][1:]


# ----------------------------------------------------------------------------------------------------------- the rules
def root_jvp(args_dot, f, x0, *args, solver=None, bracket=None, tol=None, linear="dense", result):
    return tangent(f, result, args, args_dot, linear, check_root, f)


def root_vjp(g, f, x0, *args, solver=None, bracket=None, tol=None, linear="dense", result):
    return adjoint(f, result, args, g, linear, check_root, f)


def fixed_point_jvp(args_dot, f, x0, *args, solver=None, tol=None, linear="dense", result):
    return tangent(lambda x, *rest: x - f(x, *rest), result, args, args_dot, linear, check_rest, f)


def fixed_point_vjp(g, f, x0, *args, solver=None, tol=None, linear="dense", result):
    return adjoint(lambda x, *rest: x - f(x, *rest), result, args, g, linear, check_rest, f)


def minimum_jvp(args_dot, f, gradient, x0, *args, solver=None, tol=None, linear="dense", result):
    return tangent(gradient, result, args, args_dot, linear, check_root, gradient)


def minimum_vjp(g, f, gradient, x0, *args, solver=None, tol=None, linear="dense", result):
    return adjoint(gradient, result, args, g, linear, check_root, gradient)


def solution_jvp(args_dot, found, f, x0, *args, result):
    return tangent(f, result, args, args_dot, "dense", check_root, f)


def solution_vjp(g, found, f, x0, *args, result):
    return adjoint(f, result, args, g, "dense", check_root, f)


def fixed_jvp(args_dot, found, f, x0, *args, result):
    return tangent(lambda x, *rest: x - f(x, *rest), result, args, args_dot, "dense", check_rest, f)


def fixed_vjp(g, found, f, x0, *args, result):
    return adjoint(lambda x, *rest: x - f(x, *rest), result, args, g, "dense", check_rest, f)


# ------------------------------------------------------------------------------------------------------------ integrals
def at(f, x):
    """f at one place, as a function of the parameters."""
    return lambda *args: f(x, *args)


def integral_jvp(a_dot, b_dot, args_dot, f, a, b, *args):
    def moved(x):
        return jvp(at(f, x), args, args_dot)[1]

    return -f(a, *args) * a_dot, f(b, *args) * b_dot, integral(moved, a, b)


def gathered(g, f, a, b, args):
    """The cotangents of the parameters: one integral each."""

    def pulled_at(k):
        return lambda x: vjp(at(f, x), *args, cotangent=g)[1][k]

    return [integral(pulled_at(k), a, b) for k, _ in enumerate(args)]


def integral_vjp(g, f, a, b, *args):
    return -np.sum(g * f(a, *args)), np.sum(g * f(b, *args)), gathered(g, f, a, b, args)


def quad_jvp(a_dot, b_dot, args_dot, found, f, a, b, *args):
    return integral_jvp(a_dot, b_dot, args_dot, f, a, b, *args)


def quad_vjp(g, found, f, a, b, *args):
    return -g * f(a, *args), g * f(b, *args), gathered(g, f, a, b, args)


ROOTS = tuple(
    f"scipy.optimize.{name}" for name in ("root", "root_scalar", "newton", "brentq", "brenth", "ridder", "bisect", "toms748")
)


def register() -> None:
    """Put the rules among those of functions that are given functions."""
    for function, body, jvp_body, names in (
        (root, root_vjp, root_jvp, ("s2s.implicit.root",)),
        (fixed_point, fixed_point_vjp, fixed_point_jvp, ("s2s.implicit.fixed_point",)),
        (minimum, minimum_vjp, minimum_jvp, ("s2s.implicit.minimize",)),
        (solution_of, solution_vjp, solution_jvp, ROOTS),
        (minimum_of, solution_vjp, solution_jvp, ("scipy.optimize.minimize",)),
        (fixed_point_of, fixed_vjp, fixed_jvp, ("scipy.optimize.fixed_point",)),
        (integral, integral_vjp, integral_jvp, ()),
        (integral_of, quad_vjp, quad_jvp, ("scipy.integrate.quad",)),
    ):
        signature, reads_result = primal_signature(body, 1)
        wrt = tuple(name for name in ("a", "b", "args") if name in signature.parameters)
        ignored = ("x0", *(p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY))
        rule = Rule("custom", (function,), body, signature, wrt, reads_result, jvp_body, ignored=ignored, known_as=names)
        RULES.combinators[function] = [rule]
