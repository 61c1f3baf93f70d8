"""The implicit function theorem, as rules: of a root, a fixed point and a minimum.

`f(x, *args) == 0` moves by `df/dx x_dot + df/dargs args_dot == 0`.  So a tangent is one linear system, with the Jacobian of the equation
at the solution, and a cotangent one with its transpose, pulled back through the equation.  Bodies are inlined where they are used,
so that the derivatives in them are of the program's own function; they can be differentiated again, since `result` has this very rule.
"""

from __future__ import annotations

import numpy as np

from s2s.api import grad, jacfwd, jvp, vjp
from s2s.rules.declare import RULES, Rule, primal_signature
from s2s_runtime.implicit import fixed_point, minimum, regular, root


def tangent(residual, x, args, args_dot, linear):
    """How the solution moves with the parameters."""
    moved = jvp(residual, (x, *args), (None, *args_dot))[1]
    if np.ndim(x) == 0:
        return -moved / regular(grad(residual)(x, *args))
    if linear != "dense":
        return root(lambda v, moved, x, *rest: pushed(residual, x, rest, v) + moved, moved, moved, x, *args, solver=linear, linear=linear)
    jacobian = jacfwd(residual)(x, *args)
    if np.ndim(x) == 1:
        return -np.linalg.solve(jacobian, moved)
    n = np.size(x)
    return -np.reshape(np.linalg.solve(np.reshape(jacobian, (n, n)), np.reshape(moved, (n,))), np.shape(x))


def adjoint(residual, x, args, g, linear):
    """The cotangents of the parameters for that of the solution."""
    if np.ndim(x) == 0:
        return pulled(residual, x, args, -g / regular(grad(residual)(x, *args)))
    if linear != "dense":
        w = root(lambda v, g, x, *rest: vjp(residual, x, *rest, cotangent=v)[1][0] + g, g, g, x, *args, solver=linear, linear=linear)
        return pulled(residual, x, args, w)
    jacobian = jacfwd(residual)(x, *args)
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
    return tangent(f, result, args, args_dot, linear)


def root_vjp(g, f, x0, *args, solver=None, bracket=None, tol=None, linear="dense", result):
    return adjoint(f, result, args, g, linear)


def fixed_point_jvp(args_dot, f, x0, *args, solver=None, tol=None, linear="dense", result):
    return tangent(lambda x, *rest: x - f(x, *rest), result, args, args_dot, linear)


def fixed_point_vjp(g, f, x0, *args, solver=None, tol=None, linear="dense", result):
    return adjoint(lambda x, *rest: x - f(x, *rest), result, args, g, linear)


def minimum_jvp(args_dot, f, gradient, x0, *args, solver=None, tol=None, linear="dense", result):
    return tangent(gradient, result, args, args_dot, linear)


def minimum_vjp(g, f, gradient, x0, *args, solver=None, tol=None, linear="dense", result):
    return adjoint(gradient, result, args, g, linear)


def slope_of_regular(slope):
    return 1.0


def register() -> None:
    """Put the rules among those of functions that are given functions."""
    for function, body, jvp_body in (
        (root, root_vjp, root_jvp),
        (fixed_point, fixed_point_vjp, fixed_point_jvp),
        (minimum, minimum_vjp, minimum_jvp),
    ):
        signature, reads_result = primal_signature(body, 1)
        ignored = ("x0", *(p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY))
        rule = Rule("custom", (function,), body, signature, ("args",), reads_result, jvp_body, ignored=ignored)
        RULES.combinators[function] = [rule]
    itself = Rule("elementwise", (regular,), slope_of_regular, primal_signature(slope_of_regular, 0)[0], ("slope",), False)
    RULES.combinators[regular] = [itself]
