"""What calls of `scipy.optimize` and of `scipy.integrate.quad` are inside a program: the user's own call, and a rule for what it found.

In: a machine that comes upon a call.  Out: two applications, one of SciPy's function, which carries no derivative, and one that takes the
solution out of its result, whose rule knows the equation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.implicit.adapters import shaped_like_first
from s2s.implicit.calls import NONE, Solution, arguments_of, array_of, only
from s2s.implicit.inside import Lifted, check_like, guess, shaped_like, word
from s2s.specialise.values import Closure, Instance, Seq, Value
from s2s_runtime import found as runtime

if TYPE_CHECKING:
    from s2s.specialise import Machine

ROOT = ("method", "tol", "options")
NUMBER = ("xtol", "rtol", "maxiter", "tol", "method", "x1")


def finds(machine: Machine, solver: Any, lifted: Lifted, start: Sequence[Value], options: dict[str, Any]) -> Value:
    """The user's own call, on functions of the module."""
    args = ir.Pack(tuple, tuple(lifted.arguments))
    given = {"args": args, **options} if lifted.arguments else options
    return machine.apply(runtime.found_by, ir.Const(solver), ir.Const(lifted.routines[0]), *start, **given)


def lifted_equation(machine: Machine, f: Value, x0: Value, args: list[Value], *more: Value) -> Lifted:
    """An equation, and other functions of the same arguments, such as its derivative."""
    names = [(shaped_like(f, shaped_like_first), word(f, "residual"))]
    names += [(shaped_like(one, shaped_like_first), word(one, "slope")) for one in more]
    lifted = Lifted(machine, names, [x0], args)
    if not more:
        check_like(machine, lifted)
    return lifted


def solved(machine: Machine, function: Callable[..., Any], found: Value, lifted: Lifted, routine: int = 0) -> Value:
    """The solution, with its derivative."""
    return machine.apply(function, found, ir.Const(lifted.routines[routine]), *lifted.leads, *lifted.arguments)


def value_at(machine: Machine, lifted: Lifted, x: Value) -> Value:
    """What the program's function is at the solution."""
    return machine.written_out(lifted.routines[0], [x, *lifted.arguments])


def result(machine: Machine, **parts: Value) -> Value:
    """An object with what a program may read of SciPy's."""
    return machine.allocate(Instance(Solution, tuple(parts), tuple(parts.values())))


def is_function(machine: Machine, value: Value) -> bool:
    """Whether a value is a function of the program or of the module."""
    return isinstance(value, Closure) or (isinstance(value, ir.Const) and callable(value.value))


# --------------------------------------------------------------------------------------------------------------- roots
def root(machine: Machine, fun: Value, x0: Value, args: Value = NONE, **options: Value) -> Value:
    """`scipy.optimize.root`."""
    from scipy import optimize

    given = only(machine, "scipy.optimize.root", options, ROOT)
    start = array_of(machine, x0, "a first guess")
    lifted = lifted_equation(machine, fun, start, arguments_of(machine, args))
    x = solved(machine, runtime.solution_of, finds(machine, optimize.root, lifted, lifted.leads, given), lifted)
    return result(machine, x=x, success=ir.Const(True), fun=value_at(machine, lifted, x))


def bracketed(solver: Any) -> Callable[..., Value]:
    """`brentq` and those that are called as it is."""

    def handler(machine: Machine, f: Value, a: Value, b: Value, args: Value = NONE, **options: Value) -> Value:
        given = only(machine, solver.__name__, options, NUMBER)
        left, right = (array_of(machine, end, "an end of the bracket", 0) for end in (a, b))
        lifted = lifted_equation(machine, f, left, arguments_of(machine, args))
        return solved(machine, runtime.solution_of, finds(machine, solver, lifted, [lifted.leads[0], right], given), lifted)

    return handler


def newton(machine: Machine, func: Value, x0: Value, fprime: Value = NONE, args: Value = NONE, **options: Value) -> Value:
    """`scipy.optimize.newton`, with a derivative or without."""
    from scipy import optimize

    given = only(machine, "newton", options, NUMBER)
    more = [] if fprime == NONE else [fprime]
    lifted = lifted_equation(machine, func, guess(machine, x0), arguments_of(machine, args), *more)
    if more:
        given["fprime"] = ir.Const(lifted.routines[1])
    return solved(machine, runtime.solution_of, finds(machine, optimize.newton, lifted, lifted.leads, given), lifted)


def root_scalar(
    machine: Machine, f: Value, args: Value = NONE, method: Value = NONE, bracket: Value = NONE, fprime: Value = NONE, x0: Value = NONE,
    **options: Value,
) -> Value:  # fmt: skip
    """`scipy.optimize.root_scalar`."""
    from scipy import optimize

    given: dict[str, Any] = only(machine, "root_scalar", options, NUMBER)
    begin = x0 if x0 != NONE else machine.unpacked(bracket)[0] if bracket != NONE else ir.Const(0.0)
    more = [fprime] if is_function(machine, fprime) else []
    lifted = lifted_equation(machine, f, array_of(machine, begin, "a first guess", 0), arguments_of(machine, args), *more)
    if more:
        given["fprime"] = ir.Const(lifted.routines[1])
    elif fprime != NONE:
        raise machine.refuse("root_scalar with a function that gives its derivative, too", "give the derivative as fprime=")
    named = {"method": method, "bracket": bracket, "x0": x0}
    given.update({name: value for name, value in named.items() if value != NONE})
    x = solved(machine, runtime.solution_of, finds(machine, optimize.root_scalar, lifted, [], given), lifted)
    return result(machine, root=x, converged=ir.Const(True))


def fixed_point(machine: Machine, func: Value, x0: Value, args: Value = NONE, **options: Value) -> Value:
    """`scipy.optimize.fixed_point`."""
    from scipy import optimize

    given = only(machine, "scipy.optimize.fixed_point", options, NUMBER)
    lifted = lifted_equation(machine, func, guess(machine, x0), arguments_of(machine, args))
    return solved(machine, runtime.fixed_point_of, finds(machine, optimize.fixed_point, lifted, lifted.leads, given), lifted)


# -------------------------------------------------------------------------------------------------------------- minima
def minimize(
    machine: Machine, fun: Value, x0: Value, args: Value = NONE, method: Value = NONE, jac: Value = NONE, **options: Value
) -> Value:
    """`scipy.optimize.minimize` without constraints; the gradient may be given, or left to SciPy."""
    from scipy import optimize

    from s2s.nesting import made_transform
    from s2s.transforms import Gradient

    given: dict[str, Any] = only(machine, "scipy.optimize.minimize", options, ROOT)
    if jac != NONE and not is_function(machine, jac):
        reason = "scipy.optimize.minimize of a function that gives its gradient, too"
        raise machine.refuse(reason, "give the gradient as jac=, or leave it out")
    start, name = array_of(machine, x0, "a first guess"), word(fun, "objective")
    gradient = made_transform(Gradient)(machine, fun)
    callees = [(fun, name), (gradient, f"{name}_grad")]
    if jac != NONE:
        callees.append((shaped_like(jac, shaped_like_first), word(jac, "gradient")))
    lifted = Lifted(machine, callees, [start], arguments_of(machine, args))
    if jac != NONE:
        given["jac"] = ir.Const(lifted.routines[2])
    if method != NONE:
        given["method"] = method
    x = solved(machine, runtime.minimum_of, finds(machine, optimize.minimize, lifted, lifted.leads, given), lifted, 1)
    return result(machine, x=x, success=ir.Const(True), fun=value_at(machine, lifted, x))


# ----------------------------------------------------------------------------------------------------------- integrals
def quad(machine: Machine, func: Value, a: Value, b: Value, args: Value = NONE, **options: Value) -> Value:
    """`scipy.integrate.quad`."""
    given = only(machine, "quad", options, ("epsabs", "epsrel", "limit"))
    low, high = (array_of(machine, end, "an end of the integral", 0) for end in (a, b))
    lifted = Lifted(machine, [(func, word(func, "integrand"))], [low], arguments_of(machine, args))
    have = lifted.routines[0].fact
    if not isinstance(have, facts.Num) or have.shape != () or have.is_complex:
        raise machine.refuse("an integrand that is no real number, or of which that is not known", "return a float")
    routine = ir.Const(lifted.routines[0])
    found = machine.apply(runtime.quad_of, routine, lifted.leads[0], high, *lifted.arguments, **given)
    value = machine.apply(runtime.integral_of, found, routine, lifted.leads[0], high, *lifted.arguments)
    return Seq(tuple, (value, machine.subscript(found, ir.Const(1))))


def integral(machine: Machine, f: Value, a: Value, b: Value) -> Value:
    """An integral that a derivative is made of."""
    lifted = Lifted(machine, [(f, "moved")], [array_of(machine, a, "an end of the integral", 0)], [])
    return machine.apply(runtime.integral, ir.Const(lifted.routines[0]), lifted.leads[0], b, *lifted.arguments)


def register() -> None:
    """Tell the machine what the functions of SciPy mean."""
    from scipy import integrate, optimize

    from s2s.rules.declare import RULES
    from s2s.specialise.handlers import BUILTINS

    BUILTINS[optimize.root], BUILTINS[optimize.newton], BUILTINS[optimize.root_scalar] = root, newton, root_scalar
    for solver in (optimize.brentq, optimize.brenth, optimize.ridder, optimize.bisect, optimize.toms748):
        BUILTINS[solver] = bracketed(solver)
    BUILTINS[optimize.fixed_point], BUILTINS[optimize.minimize] = fixed_point, minimize
    BUILTINS[integrate.quad], BUILTINS[runtime.integral] = quad, integral
    RULES.solvers |= {runtime.found_by, runtime.quad_of, optimize.linear_sum_assignment}
