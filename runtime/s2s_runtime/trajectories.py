"""Ordinary differential equations as derivatives need them: values of the user's own call of SciPy, and trajectories to many digits.

In: `f(t, y, *args)`, the times, the state at the first of them, parameters.  Out: the states at the times, one row each.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s_runtime.implicit import NotConverged

Function = Callable[..., Any]

RTOL, ATOL = 1e-12, 1e-13
"""The tolerance of what derivatives are made of, whatever the tolerance of the user's own call."""

CLOSE = 1e-7
"""How near a trajectory must come to its start when it is followed backwards."""


def odeint_values(f: Function, t: Any, y0: Any, *args: Any, **options: Any) -> Any:
    """`scipy.integrate.odeint` of a function that takes the time first."""
    from scipy import integrate

    return integrate.odeint(f, y0, t, args=args, tfirst=True, **options)


def solved_ivp(f: Function, span: Any, y0: Any, *args: Any, **options: Any) -> Any:
    """`scipy.integrate.solve_ivp`, as an object of SciPy's.  Raises NotConverged where it did not come to the end."""
    from scipy import integrate

    found = integrate.solve_ivp(f, span, y0, args=args or None, **options)
    if not found.success:
        raise NotConverged(f"solve_ivp did not come to the end: {found.message}")
    return found


def times_between(found: Any) -> Any:
    """The times that `solve_ivp` chose between the two that it was given."""
    if len(found.t) < 2:
        raise ValueError("solve_ivp over a span without length, in a function that is differentiated")
    return found.t[1:-1]


def ivp_values(found: Any, f: Function, t: Any, y0: Any, *args: Any) -> Any:
    """The first state and those that `solve_ivp` found, one row each."""
    return np.concatenate([np.reshape(y0, (1, -1)), np.transpose(found.y)])


def trajectory(f: Function, t: Any, y0: Any, *args: Any) -> Any:
    """The states at the times `t`, in either direction, to the tolerance of derivatives."""
    from scipy import integrate

    moves = np.concatenate([[True], np.diff(t) != 0.0])
    if np.count_nonzero(moves) == 1:
        return np.repeat(np.reshape(np.array(y0, float), (1, -1)), len(t), axis=0)
    options: dict[str, Any] = {"rtol": RTOL, "atol": ATOL, "mxstep": 100_000, "full_output": True}
    states, report = integrate.odeint(f, y0, np.asarray(t)[moves], args=args, tfirst=True, **options)
    if report["message"] != "Integration successful.":
        raise NotConverged(f"the derivative of a differential equation: {report['message']}")
    return states[np.cumsum(moves) - 1]


def returned(x: Any, found: Any, known: Any) -> Any:
    """`x`, if a trajectory that was followed backwards came to where it had begun.  Raises NotConverged where it did not."""
    if not np.all(np.abs(found - known) <= CLOSE * (1.0 + np.abs(known))):
        raise NotConverged(
            "a trajectory cannot be followed backwards: it does not come to where it began, as in a system that forgets its state. "
            "Differentiate forwards (jvp, jacfwd), or give more times, so that each way back is short"
        )
    return x
