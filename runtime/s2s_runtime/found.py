"""What the user's own calls of SciPy found: solutions and integrals, whose derivatives follow from the equation, not from the steps.

In: SciPy's function, the program's, what to begin with.  Out: SciPy's result, and the number or array in it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s_runtime.implicit import NotConverged

Function = Callable[..., Any]


def found_by(solver: Function, f: Function, *start: Any, args: tuple[Any, ...] = (), **options: Any) -> Any:
    """`solver(f, *start, args=args, **options)`.  Raises NotConverged where its result says that it is none."""
    found = solver(f, *start, args=args, **options)
    if not getattr(found, "success", getattr(found, "converged", True)):
        message = getattr(found, "message", getattr(found, "flag", "it did not converge"))
        raise NotConverged(f"{solver.__name__} found no solution: {message}")
    return found


def solution_of(found: Any, f: Function, x0: Any, *args: Any) -> Any:
    """The solution in what SciPy gave, with memory of its own."""
    x = found.x if hasattr(found, "x") else found.root if hasattr(found, "root") else found
    return np.array(x) if isinstance(x, np.ndarray) and x.ndim else x if isinstance(x, (float, np.floating)) else float(x)


def fixed_point_of(found: Any, f: Function, x0: Any, *args: Any) -> Any:
    """The fixed point that SciPy gave."""
    return solution_of(found, f, x0, *args)


def minimum_of(found: Any, f: Function, x0: Any, *args: Any) -> Any:
    """The minimum in what SciPy gave, where `f`, the gradient, is 0."""
    return solution_of(found, f, x0, *args)


# ------------------------------------------------------------------------------------------------------------ integrals
def quad_of(f: Function, a: Any, b: Any, *args: Any, **options: Any) -> Any:
    """`scipy.integrate.quad`: the integral, and the error that it estimates."""
    from scipy import integrate

    return integrate.quad(f, a, b, args=args, **options)


def integral_of(found: Any, f: Function, a: Any, b: Any, *args: Any) -> Any:
    """The integral in what `quad` gave."""
    return found[0]


def integral(f: Function, a: Any, b: Any, *args: Any) -> Any:
    """The integral of a number or an array over x, to nearly all digits; what the derivatives of integrals are made of."""
    from scipy import integrate

    found = integrate.quad_vec(f, a, b, args=args, epsabs=1e-13, epsrel=1e-11, limit=2000, full_output=True)
    value, error, report = found
    if not report.success and not error <= 1e-8 * (1.0 + np.max(np.abs(value), initial=0.0)):
        raise NotConverged(f"the integral that is the derivative of an integral: {report.message}")
    return np.asarray(value) if np.ndim(value) else float(value)
