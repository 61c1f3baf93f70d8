"""Solvers and integrals of SciPy that a program calls itself: values of the very call, derivatives of the equation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, optimize
from scipy.special import erf

from s2s import grad, hessian, jvp, value_and_grad
from s2s.errors import Refused
from s2s.implicit import NotConverged
from s2s.testing import check_grads

P = np.array([2.0, 3.0])


# ---------------------------------------------------------------------------------------------------------- equations
def by_brentq(a):
    return optimize.brentq(lambda x: x**3 + a * x - 2.0, 0.0, 3.0, xtol=1e-14)


def price(x, strike, rate):
    return strike * np.exp(-rate * x) - x


def by_brentq_with_arguments(strike, rate):
    return optimize.brentq(price, 0.0, 10.0, args=(strike, rate), xtol=1e-14)


def by_bisect(a):
    return optimize.bisect(lambda x: np.tanh(x) - a, -2.0, 2.0, xtol=1e-14) ** 2


def by_newton(a):
    return optimize.newton(lambda x: x**3 - a, 1.0, tol=1e-13)


def by_newton_with_a_slope(a):
    return optimize.newton(lambda x: x**3 - a, 1.0, fprime=lambda x: 3.0 * x**2, tol=1e-13)


def by_newton_of_many(p):
    return np.sum(optimize.newton(lambda x: x**3 - p, np.ones(2), fprime=lambda x: 3.0 * x**2, tol=1e-13))


def by_root_scalar(a):
    found = optimize.root_scalar(lambda x: x**3 - a, bracket=(0.0, 5.0), method="brentq", xtol=1e-14)
    return found.root * 2.0 if found.converged else 0.0


def by_root_scalar_with_a_slope(a):
    return optimize.root_scalar(lambda x, a: x**3 - a, args=(a,), x0=1.0, fprime=lambda x, a: 3.0 * x**2, method="newton").root


def by_root(p):
    found = optimize.root(lambda x: [x[0] ** 2 - p[0], x[1] * x[0] - p[1]], [1.0, 1.0], tol=1e-13)
    return found.x[0] * found.x[1] ** 2


def by_fixed_point(a):
    return optimize.fixed_point(lambda x: np.cos(a * x), 0.5, xtol=1e-13)


def rosenbrock(x, a, b):
    return (a - x[0]) ** 2 + b * (x[1] - x[0] ** 2) ** 2 + 0.1 * x[1] ** 4


def rosenbrock_slope(x, a, b):
    inner = x[1] - x[0] ** 2
    return np.array([-2.0 * (a - x[0]) - 4.0 * b * x[0] * inner, 2.0 * b * inner + 0.4 * x[1] ** 3])


def by_minimize(a, b):
    found = optimize.minimize(rosenbrock, np.array([0.5, 0.5]), args=(a, b), jac=rosenbrock_slope, options={"gtol": 1e-10})
    return found.x[0] * found.x[1]


def least_value(a, b):
    """The envelope theorem: only what stands in the function itself moves."""
    return optimize.minimize(rosenbrock, np.array([0.5, 0.5]), args=(a, b), jac=rosenbrock_slope, options={"gtol": 1e-7}).fun


def nelder_mead(a):
    options = {"xatol": 1e-12, "fatol": 1e-14, "maxiter": 4000}
    return optimize.minimize(lambda x: np.cosh(x[0] - a), [0.0], method="Nelder-Mead", options=options).x[0] ** 2


# ----------------------------------------------------------------------------------------------------------- integrals
def gaussian(mean, width):
    return integrate.quad(lambda x: np.exp(-(((x - mean) / width) ** 2)), 0.0, 1.0)[0]


def with_ends(a, b):
    value, _ = integrate.quad(lambda x: np.sin(x * a), a, b * b)
    return value


def to_infinity(k):
    return integrate.quad(lambda x: np.exp(-k * x) * np.cos(x), 0.0, np.inf)[0]


def polynomial(x, coefficients):
    total = 0.0
    for c in coefficients:
        total = total * x + c
    return total


def by_an_array(coefficients):
    return integrate.quad(polynomial, 0.0, 2.0, args=(coefficients,))[0] ** 2


def an_integral_inside_an_equation(a):
    return optimize.brentq(lambda x: integrate.quad(lambda s: np.exp(-s * s * a), 0.0, x)[0] - 0.4, 0.0, 2.0, xtol=1e-14)


PROGRAMS = [
    (by_brentq, (1.3,)), (by_brentq_with_arguments, (2.0, 0.4)), (by_bisect, (0.5,)), (by_newton, (3.0,)), (by_newton_with_a_slope, (3.0,)),
    (by_newton_of_many, (P,)), (by_root_scalar, (3.0,)), (by_root_scalar_with_a_slope, (3.0,)), (by_root, (P,)), (by_fixed_point, (0.8,)),
    (by_minimize, (1.1, 3.0)), (least_value, (1.1, 3.0)), (gaussian, (0.4, 0.7)), (with_ends, (0.4, 1.2)), (to_infinity, (0.9,)),
    (by_an_array, (np.array([0.5, -1.0, 2.0]),)), (an_integral_inside_an_equation, (1.3,)),
]  # fmt: skip


@pytest.mark.parametrize(("function", "args"), PROGRAMS, ids=lambda one: getattr(one, "__name__", ""))
def test_derivatives(function, args):
    check_grads(function, args, order=2 if function not in (by_minimize, an_integral_inside_an_equation) else 1, rtol=2e-6)


@pytest.mark.parametrize(("function", "args"), [*PROGRAMS, (nelder_mead, (0.7,))], ids=lambda one: getattr(one, "__name__", ""))
def test_values_are_those_of_the_very_call(function, args):
    assert value_and_grad(function)(*args)[0] == function(*args)


def test_a_solver_without_derivatives():
    assert np.isclose(grad(nelder_mead)(0.7), 1.4, rtol=1e-5)


def test_the_error_function():
    def written(b):
        return integrate.quad(lambda x: 2.0 / np.sqrt(np.pi) * np.exp(-x * x), 0.0, b)[0]

    assert np.isclose(grad(written)(0.6), grad(lambda b: erf(b))(0.6), rtol=1e-14)
    assert np.isclose(hessian(written)(0.6), hessian(lambda b: erf(b))(0.6), rtol=1e-13)


def test_a_laplace_transform():
    """k / (1 + k^2)."""
    k = 0.9
    assert np.isclose(grad(to_infinity)(k), (1 - k * k) / (1 + k * k) ** 2, rtol=1e-10)
    assert np.isclose(grad(grad(to_infinity))(k), 2 * k * (k * k - 3) / (1 + k * k) ** 3, rtol=1e-8)


def test_an_assignment_is_constant():
    def cost(c):
        rows, columns = optimize.linear_sum_assignment(c)
        return np.sum(c[rows, columns] ** 2)

    c = np.array([[4.0, 1.0, 3.0], [2.0, 0.5, 5.0], [3.0, 2.0, 2.5]])
    check_grads(cost, (c,))


# ---------------------------------------------------------------------------------------------------- what goes wrong
def test_a_call_that_fails():
    def never(a):
        return optimize.root(lambda x: x**2 + a, [1.0]).x[0]

    with pytest.raises(NotConverged):
        value_and_grad(never)(1.0)


def at_a_kink(a):
    """The minimum is at a, where the function has no gradient: the theorem says nothing there."""
    options = {"xatol": 1e-9, "fatol": 1e-12}
    return optimize.minimize(lambda x: np.abs(x[0] - a) + 0.1 * (x[0] - 3.0) ** 2, [0.0], method="Nelder-Mead", options=options).x[0]


def at_a_jump(a):
    return optimize.brentq(lambda x: np.sign(x - a) + 0.1 * x, 0.0, 2.0)


def stopped_early(a):
    return optimize.newton(lambda x: x**3 - a, 1.0, tol=1.0)


@pytest.mark.parametrize("function", [at_a_kink, at_a_jump, stopped_early])
def test_what_solves_nothing_has_no_derivative(function):
    for ask in (grad(function), lambda a: jvp(function, (a,), (1.0,))):
        with pytest.raises(NotConverged, match="does not solve"):
            ask(0.7)


def gives_both(a):
    return optimize.minimize(lambda x: (np.sum((x - a) ** 2), 2.0 * (x - a)), np.zeros(2), jac=True).x[0]


def with_constraints(a):
    return optimize.minimize(lambda x: np.sum((x - a) ** 2), np.zeros(2), bounds=[(0.0, 1.0), (0.0, 1.0)]).x[0]


def with_full_output(a):
    return optimize.brentq(lambda x: x - a, 0.0, 3.0, full_output=True)[0]


def of_a_grid(a):
    return np.sum(optimize.root(lambda x: x - a, np.zeros((2, 2))).x)


def with_points(a):
    return integrate.quad(lambda x: abs(x - a), 0.0, 1.0, points=[0.3])[0]


def of_complex_numbers(a):
    return abs(integrate.quad(lambda x: np.exp(1j * a * x), 0.0, 1.0)[0])


@pytest.mark.parametrize("function", [gives_both, with_constraints, with_full_output, of_a_grid, with_points, of_complex_numbers])
def test_refused(function):
    with pytest.raises(Refused) as caught:
        grad(function)(0.7)
    assert caught.value.line
    assert caught.value.hint
