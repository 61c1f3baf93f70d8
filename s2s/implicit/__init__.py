"""Solutions of equations, differentiated by the implicit function theorem, whatever solver found them.

    x = s2s.implicit.root(f, x0, a)             f(x, a) == 0
    x = s2s.implicit.fixed_point(f, x0, a)      f(x, a) == x
    x = s2s.implicit.minimize(f, x0, a)         the gradient of f by x is 0

Inside a function that is differentiated, `f` may be any function that could stand there: one of the module, a method, a lambda that
reads the variables around it.  The derivative has no step of the solver in it; it is one linear system at the solution.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2s_runtime.implicit import NotConverged, SingularEquation, Solver, fixed_point, minimum, root


def minimize(
    f: Callable[..., Any], x0: Any, *args: Any, solver: Solver = None, tol: float | None = None, linear: str = "dense"
) -> Any:
    """`x` that makes `f(x, *args)`, a number, least near `x0`: a number or an array of any shape.

    `solver` is called as `solver(fun, x0, jac=gradient)`, as `scipy.optimize.minimize` is, which is one; or it is the name of one of its
    methods.  Without it that is BFGS, and then the root of the gradient near what BFGS found.  With `tol`, no entry of the gradient
    may be larger than that.  `linear`: as for `root`; the matrix of the derivative's linear system is the Hessian by x.

    Raises NotConverged where the solver found nothing.
    """
    from s2s.api import grad

    return minimum(f, grad(f, jit=False), x0, *args, solver=solver, tol=tol, linear=linear)


def odeint(func: Callable[..., Any], y0: Any, t: Any, args: tuple[Any, ...] = (), **options: Any) -> Any:
    """`scipy.integrate.odeint`, under the name of this package; SciPy's own may be called as well."""
    from scipy import integrate

    return integrate.odeint(func, y0, t, args=args, **options)


def solve_ivp(fun: Callable[..., Any], t_span: Any, y0: Any, **options: Any) -> Any:
    """`scipy.integrate.solve_ivp`, under the name of this package; SciPy's own may be called as well."""
    from scipy import integrate

    return integrate.solve_ivp(fun, t_span, y0, **options)


def _register() -> None:
    from s2s.implicit import inside

    inside.register()


_register()

__all__ = ["NotConverged", "SingularEquation", "fixed_point", "minimize", "odeint", "root", "solve_ivp"]
