"""Values that an equation defines: a root, a fixed point, a minimum, found by whatever solver there is.

In: a function, a first guess, parameters, a solver.  Out: the solution, a number or an array like the guess.  Raises NotConverged where
the solver says that it found none.  Nothing here knows of derivatives: these follow from the equation at the solution.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Function = Callable[..., Any]
Solver = Callable[..., Any] | str | None

MOST_STEPS = 10_000


class NotConverged(ArithmeticError):
    """A solver found no solution, or says so."""


class SingularEquation(ArithmeticError):
    """The equation does not define its solution there: its slope is 0, so that the solution has no derivative."""


def root(
    f: Function, x0: Any, *args: Any, solver: Solver = None, bracket: Any = None, tol: float | None = None, linear: str = "dense"
) -> Any:
    """`x` with `f(x, *args) == 0`, near `x0`: a number or an array of any shape, which `f` gives too.

    `solver` is called as `solver(fun, x0)`, where `fun(x)` is `f(x, *args)`, and gives x, or an object of SciPy's that holds it; or it is
    the name of a method of `scipy.optimize.root`.  Without it that is "hybr"; for a number with `bracket=(a, b)`, `brentq`.  With
    `tol`, no entry of `f` may be larger than that at the solution.  `linear` says how the derivative's linear system is solved: "dense",
    or matrix-free with "gmres" or "cg" (for a symmetric positive definite Jacobian).

    The derivative in `args` is that of the equation, `-(df/dx)^-1 df/dargs`, and there is none in `x0`.
    """
    x0 = as_guess(x0)
    fun = bound(f, x0, args)
    found = solution(_root_solver(solver, bracket, x0), fun, x0)
    if tol is not None and not np.max(np.abs(fun(found)), initial=0.0) <= tol:
        raise NotConverged(f"the solver stopped where the residual is {np.max(np.abs(fun(found))):.3g}, and tol is {tol:.3g}")
    return found


def fixed_point(f: Function, x0: Any, *args: Any, solver: Solver = None, tol: float = 1e-14, linear: str = "dense") -> Any:
    """`x` with `f(x, *args) == x`, near `x0`: a number or an array of any shape.

    Without a solver, `f` is applied until no entry changes by more than `tol`, in proportion to the largest one.  A solver is called as
    `solver(fun, x0)`; `scipy.optimize.fixed_point` is one.  `linear`: as for `root`.
    """
    x0 = as_guess(x0)
    fun = bound(f, x0, args)
    if solver is not None:
        return solution(_named(solver, "fixed_point"), fun, x0)
    x = x0
    for _ in range(MOST_STEPS):
        before, x = x, like(fun(x), x0)
        if not np.all(np.isfinite(x)):
            break
        if np.max(np.abs(x - before), initial=0.0) <= tol * np.max(np.abs(x), initial=0.0):
            return x
    raise NotConverged(f"x = f(x) does not come to rest from here: after {MOST_STEPS} steps, or at an entry that is not finite")


def minimum(
    f: Function, gradient: Function, x0: Any, *args: Any, solver: Solver = None, tol: float | None = None, linear: str = "dense"
) -> Any:
    """`x` that makes `f(x, *args)` least, near `x0`, where its gradient is 0.  A solver is called as `solver(fun, x0, jac=gradient)`."""
    x0 = as_guess(x0)
    fun, slope = bound(f, x0, args), bound(gradient, x0, args)

    def solve(fun: Function, x0: Any) -> Any:
        return minimizer(fun, x0, jac=slope)

    minimizer = _descend if solver is None else solver if callable(solver) else _method_of("minimize", solver)
    found = solution(solve, fun, x0)
    if tol is not None and not np.max(np.abs(slope(found)), initial=0.0) <= tol:
        raise NotConverged(f"the solver stopped where the gradient is {np.max(np.abs(slope(found))):.3g}, and tol is {tol:.3g}")
    return found


# ------------------------------------------------------------------------------------------------------------ solutions
def as_guess(x0: Any) -> Any:
    """A first guess of floating point numbers: what the solution is like."""
    if isinstance(x0, (bool, int)):
        return float(x0)
    if isinstance(x0, (float, np.floating)):
        return x0
    array = np.asarray(x0)
    if array.dtype.kind == "c":
        raise TypeError("an equation for a complex number: write it for the real and the imaginary part")
    if array.dtype.kind not in "fiub":
        raise TypeError(f"a solver finds numbers: the first guess is of {array.dtype}")
    array = array if array.dtype.kind == "f" else array.astype(float)
    return array if array.ndim else array.dtype.type(array)


def like(x: Any, x0: Any) -> Any:
    """What a solver or a function gave, in the type, dtype and shape of the guess; always memory of its own."""
    if isinstance(x0, np.ndarray):
        return np.reshape(np.array(x, x0.dtype), np.shape(x0))
    return type(x0)(np.asarray(x).item())


def bound(f: Function, x0: Any, args: tuple[Any, ...]) -> Function:
    """`f` of one argument: solvers give it as a vector, or as it is; the result is as the argument was given."""

    def fun(x: Any) -> Any:
        value = f(like(x, x0), *args)
        return value if np.shape(value) == () and np.shape(x0) == () and np.ndim(x) == 0 else _as_given(value, x, x0)

    return fun


def _as_given(value: Any, x: Any, x0: Any) -> Any:
    """A result that is shaped like the guess, as a vector where the argument was one."""
    return np.reshape(value, np.shape(x)) if np.shape(value) == np.shape(x0) else value


def solution(solver: Function, fun: Function, x0: Any) -> Any:
    """What a solver finds, unless it says that it has found nothing."""
    found = solver(fun, x0)
    if hasattr(found, "success") or hasattr(found, "converged"):
        if not getattr(found, "success", getattr(found, "converged", True)):
            raise NotConverged(f"the solver found no solution: {getattr(found, 'message', getattr(found, 'flag', 'it did not converge'))}")
        found = found.x if hasattr(found, "x") else found.root
    x = like(found, x0)
    if not np.all(np.isfinite(x)):
        raise NotConverged("the solver found no solution: it gave a number that is not finite")
    return x


# -------------------------------------------------------------------------------------------------------------- solvers
def _root_solver(solver: Solver, bracket: Any, x0: Any) -> Function:
    if callable(solver):
        return solver
    if bracket is not None:
        return lambda fun, x0: _between(fun, bracket)
    if solver in MATRIX_FREE:
        return lambda fun, x0: krylov(fun, x0, solver)
    return _method_of("root", solver) if isinstance(solver, str) else _powell


def _powell(fun: Function, x0: Any) -> Any:
    """Powell's hybrid method, to nearly all digits: where rounding is in the way of these, to those that SciPy asks for."""
    from scipy import optimize

    found = optimize.root(fun, np.atleast_1d(x0).ravel(), method="hybr", options={"xtol": 1e-13})
    return found if found.success else optimize.root(fun, found.x, method="hybr")


def _between(fun: Function, bracket: Any) -> Any:
    from scipy import optimize

    a, b = bracket
    return optimize.brentq(fun, a, b, xtol=1e-300, rtol=4 * np.finfo(float).eps, maxiter=1000)


def _named(solver: Solver, what: str) -> Function:
    if not callable(solver):
        raise TypeError(f"the solver of {what} is called as solver(fun, x0), and {solver!r} is no function")
    return solver


def _method_of(name: str, method: str | None, **more: Any) -> Function:
    """A function of `scipy.optimize` by one of its methods."""

    def solve(fun: Function, x0: Any, **given: Any) -> Any:
        from scipy import optimize

        return getattr(optimize, name)(fun, np.atleast_1d(x0).ravel(), method=method, **given, **more)

    return solve


def _descend(fun: Function, x0: Any, jac: Function) -> Any:
    """BFGS, and from there the root of the gradient, which is found to more digits than a minimum."""
    from scipy import optimize

    start = np.atleast_1d(x0).ravel()
    found = optimize.minimize(fun, start, jac=jac, method="BFGS", options={"gtol": 1e-8})
    if not np.all(np.isfinite(found.jac)) or not np.isfinite(found.fun):
        raise NotConverged("the function has no minimum near the first guess: it falls until it is not finite")
    polished = optimize.root(jac, found.x, method="hybr", options={"xtol": 1e-13})
    least = np.max(np.abs(jac(found.x)), initial=0.0)
    if np.max(np.abs(polished.fun), initial=0.0) <= least and fun(polished.x) <= found.fun + 1e-9 * (1.0 + abs(found.fun)):
        return polished.x
    if not found.success and least > 1e-6 * (1.0 + abs(found.fun)):
        raise NotConverged(f"the solver found no minimum: {found.message}")
    return found.x


# --------------------------------------------------------------------------------------------------- linear equations
MATRIX_FREE = ("gmres", "cg")


def krylov(residual: Function, x0: Any, method: str) -> Any:
    """The root of a residual that is linear in x but for a constant, by a method that only applies it."""
    from scipy.sparse import linalg

    start = np.zeros(np.size(x0))
    constant = np.ravel(residual(start))
    operator = linalg.LinearOperator((start.size, start.size), matvec=lambda v: np.ravel(residual(np.ravel(v))) - constant, dtype=float)
    more = {"restart": min(start.size, 200)} if method == "gmres" else {}
    found, failed = getattr(linalg, method)(operator, -constant, rtol=1e-12, atol=0.0, maxiter=max(1000, 10 * start.size), **more)
    if failed:
        raise NotConverged(f"{method} did not solve the linear system of the derivative: its Jacobian is singular, or nearly so")
    return found


# ------------------------------------------------------------------------------------------------- what is a solution
NEAR = 1e-3
"""The largest step, in proportion to 1 and x, that Newton's method may still make at what is taken for a solution."""


def check_root(jacobian: Any, f: Function, x: Any, *args: Any) -> None:
    """Look whether `f(x, *args) == 0` defines x, by its Jacobian, or its slope, there.

    Raises SingularEquation where that is 0, NumPy's LinAlgError where it is a singular matrix, and NotConverged where x solves nothing, so
    that the theorem says nothing: a minimum at a kink or on a boundary, a jump between whose sides a function changes its sign.
    """
    _check_step(jacobian, f(x, *args), x)


def check_rest(jacobian: Any, f: Function, x: Any, *args: Any) -> None:
    """The same, of the equation `x - f(x, *args) == 0`."""
    _check_step(jacobian, x - f(x, *args), x)


def _check_step(jacobian: Any, residual: Any, x: Any) -> None:
    if np.ndim(jacobian) == 0:
        if jacobian == 0:
            raise SingularEquation("the slope of the equation is 0 at its solution, which so has no derivative")
        step = residual / jacobian
    else:
        n = np.size(x)
        step = np.reshape(np.linalg.solve(np.reshape(jacobian, (n, n)), np.reshape(residual, (n,))), np.shape(x))
    if not np.all(np.abs(step) <= NEAR * (1.0 + np.abs(x))):
        raise NotConverged(
            "what the solver gave does not solve the equation: "
            "it may stand at a kink, at a jump or on a boundary, or the solver stopped early"
        )
