"""Derivative rules: trajectories, by forward sensitivities and by the adjoint equation.

The states y at the times t obey y' = f(t, y, *args).  A tangent s of them obeys s' = df/dy s + df/dargs args_dot, and is followed along
with y.  A cotangent w goes backwards, w' = -(df/dy)^T w, takes up what belongs to each time, and gives that of the parameters on its
way, the integral of (df/dargs)^T w.  Both are trajectories themselves, to the tolerance of `trajectory`, and have these very rules.
"""

import numpy as np

from s2s.api import jvp, vjp
from s2s.rules.declare import RULES, Rule, primal_signature
from s2s_runtime.trajectories import ivp_values, odeint_values, returned, trajectory


def by_state(f, t):
    """f at one time, as a function of the state and the parameters."""
    return lambda y, *args: f(t, y, *args)


def sensitivities(f, t, y0, args, y0_dot, args_dot):
    """The tangents of the states for those of the first one and of the parameters."""
    n = np.size(y0)

    def augmented(s, z):
        rate, rate_dot = jvp(by_state(f, s), (z[:n], *args), (z[n:], *args_dot))
        return np.concatenate([rate, rate_dot])

    return trajectory(augmented, t, np.concatenate([y0, y0_dot]))[:, n:]


def moved_times(f, t, y, y0, args, t_dot):
    """The tangents of the states for those of the times: each moves along, and all with the first, where the state is given."""
    along = np.stack([f(t[k], y[k], *args) * t_dot[k] for k in range(len(t))])
    start = -f(t[0], y0, *args) * t_dot[0]
    return along + sensitivities(f, t, y0, args, start, [np.zeros_like(a) for a in args])


def adjoint(f, t, y, args, g):
    """Cotangents: of the first state, but for what belongs to it itself, and of the parameters, flat behind one another."""
    n = np.size(y[0])
    count = sum([np.size(a) for a in args])
    w, gathered = np.zeros(n), np.zeros(count)

    def backwards(s, z):
        rate, bars = vjp(by_state(f, s), z[:n], *args, cotangent=z[n : 2 * n])
        parts = [-flat(bar, x) for bar, x in zip(bars, (y[0], *args), strict=True)]
        return np.concatenate((rate, *parts))

    for k in range(len(t) - 1, 0, -1):
        start = np.concatenate([y[k], w + g[k], np.zeros(count)])
        z = trajectory(backwards, np.stack([t[k], t[k - 1]]), start)[1]
        w = returned(z[n : 2 * n], z[:n], y[k - 1])
        gathered = gathered + z[2 * n :]
    return w, gathered


def flat(bar, x):
    """A cotangent as a vector; zeros for what has none, a whole number among the parameters."""
    return np.zeros(np.size(x)) if bar is None else np.ravel(bar)


def parted(gathered, args):
    """What belongs to each parameter, in its shape."""
    parts = []
    start = 0
    for a in args:
        parts.append(np.reshape(gathered[start : start + np.size(a)], np.shape(a)))
        start = start + np.size(a)
    return parts


def pushed(f, t, y, values, t_dot, values_dot):
    y0, args = values[0], values[1:]
    return moved_times(f, t, y, y0, args, t_dot), sensitivities(f, t, y0, args, values_dot[0], values_dot[1:])


def pulled(f, t, y, values, g):
    y0, args = values[0], values[1:]
    w, gathered = adjoint(f, t, y, args, g)
    along = np.stack([g[k] @ f(t[k], y[k], *args) for k in range(len(t))])
    first = np.reshape(-(w @ f(t[0], y0, *args)), (1,))
    return np.concatenate([first, along[1:]]), (w + g[0], *parted(gathered, args))


# ----------------------------------------------------------------------------------------------------------- the rules
def trajectory_jvp(t_dot, values_dot, f, t, *values, result):
    return pushed(f, t, result, values, t_dot, values_dot)


def trajectory_vjp(g, f, t, *values, result):
    return pulled(f, t, result, values, g)


def odeint_jvp(t_dot, values_dot, f, t, *values, rtol=None, atol=None, mxstep=0, h0=0.0, hmax=0.0, hmin=0.0):
    return pushed(f, t, trajectory(f, t, *values), values, t_dot, values_dot)


def odeint_vjp(g, f, t, *values, rtol=None, atol=None, mxstep=0, h0=0.0, hmax=0.0, hmin=0.0):
    return pulled(f, t, trajectory(f, t, *values), values, g)


def ivp_jvp(t_dot, values_dot, found, f, t, *values):
    return pushed(f, t, trajectory(f, t, *values), values, t_dot, values_dot)


def ivp_vjp(g, found, f, t, *values):
    return pulled(f, t, trajectory(f, t, *values), values, g)


def slope_of_returned(x, found, known):
    return 1.0


def register() -> None:
    """Put the rules among those of functions that are given functions."""
    for function, body, jvp_body, names in (
        (trajectory, trajectory_vjp, trajectory_jvp, ()),
        (odeint_values, odeint_vjp, odeint_jvp, ("scipy.integrate.odeint", "s2s.implicit.odeint")),
        (ivp_values, ivp_vjp, ivp_jvp, ("scipy.integrate.solve_ivp", "s2s.implicit.solve_ivp")),
    ):
        signature, reads_result = primal_signature(body, 1)
        options = tuple(p.name for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY)
        both = ("t", "values")
        rule = Rule("custom", (function,), body, signature, both, reads_result, jvp_body, ignored=options, known_as=names)
        RULES.combinators[function] = [rule]
    signature = primal_signature(slope_of_returned, 0)[0]
    itself = Rule("elementwise", (returned,), slope_of_returned, signature, ("x",), False, ignored=("found", "known"))
    RULES.combinators[returned] = [itself]
