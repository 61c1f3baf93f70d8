"""Roots, fixed points and minima inside programs: derivatives in both modes and twice, whatever solver ran, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import scipy.optimize

import s2s
from s2s import grad, hessian, implicit, jacfwd, jacrev, jvp, value_and_grad
from s2s.errors import NotCompiled, Refused
from s2s.implicit import NotConverged, SingularEquation
from s2s.testing import check_grads

P = np.array([1.2, 1.6])
A = np.array([[3.0, 0.4, -0.2], [0.1, 2.5, 0.3], [-0.4, 0.2, 4.0]])
B = np.array([1.0, -0.5, 2.0])


# -------------------------------------------------------------------------------------------------------------- roots
def cubic(x, a, b):
    return x**3 + a * x - b


def of_a_number(a, b):
    x = implicit.root(cubic, 1.0, a, b)
    return x * x


def between(a, b):
    return implicit.root(cubic, 0.0, a, b, bracket=(0.0, 3.0))


def two_equations(x, p):
    return np.array([x[0] ** 2 + p[0] * x[1] - 3.0, np.exp(x[1]) - p[1] * x[0]])


def of_a_vector(p):
    x = implicit.root(two_equations, np.array([1.0, 0.5]), p)
    return np.sum(x * x)


def filled(x, p):
    residual = np.zeros_like(x)
    for i in range(len(x)):
        residual[i] = x[i] ** 3 + x[i] - p[0]
        if i > 0:
            residual[i] -= p[1] * x[i - 1]
    return residual


def of_an_equation_that_is_filled(p):
    return np.sum(implicit.root(filled, np.ones(4), p) ** 2)


def riccati(x, a):
    return a @ x + x @ x - np.eye(2)


def of_a_matrix(a):
    return implicit.root(riccati, np.eye(2), a)


def around(p):
    k = p[0] * p[1]

    def equation(x):
        return np.tanh(x) + k * x - p

    x = implicit.root(equation, np.zeros(2))
    return x @ x * k


def lambdas(a):
    return implicit.root(lambda x: np.cos(x) - a * x, 0.5)


SCALE = 2.5


def reads_the_module(a):
    return implicit.root(lambda x: SCALE * x + x**3 - a, 0.0)


def trees(parameters):
    def equation(x, parameters):
        return parameters["w"] @ x + np.tanh(x) * parameters["bias"][0] - parameters["bias"][1]

    return np.sum(implicit.root(equation, np.zeros(3), parameters) ** 2)


@dataclass
class Spring:
    stiffness: float
    load: float


def objects(stiffness, load):
    spring = Spring(stiffness, load)

    def force(x):
        return spring.stiffness * x + x**3 - spring.load

    return implicit.root(force, 0.1)


def in_a_loop(a):
    x = 0.5
    for k in range(4):
        x = x + implicit.root(lambda y, k=k: y**3 + y * a - x - k, x)
    return x


def implicit_euler(y0, k):
    y = y0
    for _ in range(5):
        y = implicit.root(lambda new, y=y: new - y + 0.1 * k * new**3, y)
    return y[0] * y[1]


def in_a_branch(a):
    if a > 1.0:
        return implicit.root(lambda x: x**3 - a, 1.0)
    return a * 2.0


def inside_another(a):
    def outer(x):
        y = implicit.root(lambda y: y**3 + y - x * a, 0.5)
        return x + y - 2.0

    return implicit.root(outer, 1.0)


def guess_that_moves(a):
    return implicit.root(lambda x: x**2 - a, a)


def guess_of_integers(a):
    return np.sum(implicit.root(lambda x: x**3 + x - a, np.array([1, 2])))


def an_array_is_written_into(p):
    q = np.zeros(3)
    q[:2] = p
    q[2] = p[0] * p[1]
    x = implicit.root(lambda x: x**3 + x - q, np.zeros(3))
    q[0] = 5.0
    x[1] *= 2.0
    return np.sum(x * q)


def newton(fun, x):
    for _ in range(60):
        step = 1e-7
        x = x - fun(x) / ((fun(x + step) - fun(x - step)) / (2 * step))
    return x


def by_own_solver(a, b):
    return implicit.root(cubic, 1.0, a, b, solver=newton)


def by_scipy(p):
    return np.sum(implicit.root(two_equations, np.array([1.0, 0.5]), p, solver=scipy.optimize.root, tol=1e-6) ** 2)


def by_name(p):
    return np.sum(implicit.root(two_equations, np.array([1.0, 0.5]), p, solver="lm") ** 2)


def a_list(p):
    return np.sum(implicit.root(lambda x: [x[0] ** 3 - p, x[1] + x[0] * p], np.ones(2)))


def quadratic_root(a):
    """Recursion inside of the equation."""

    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    return implicit.root(lambda x: power(x, 3) + x - a, 1.0)


# ------------------------------------------------------------------------------------------------ fixed points, minima
def kepler(e, m):
    return implicit.fixed_point(lambda x: m + e * np.sin(x), m)


def contraction(a, b):
    x = implicit.fixed_point(lambda x: np.tanh(a @ x * 0.1) + b, np.zeros(3))
    return np.sum(x**3)


def steffensen(e, m):
    return implicit.fixed_point(lambda x: m + e * np.sin(x), m, solver=scipy.optimize.fixed_point)


def least(a, b):
    x = implicit.minimize(lambda x: 0.25 * x**4 + 0.5 * a * x**2 - b * x, 0.3)
    return x**2


def ridge(w, data, strength):
    return np.sum((data @ w - B) ** 2) + strength * np.sum(np.log(np.cosh(w)))


def fitted(data, strength):
    w = implicit.minimize(ridge, np.zeros(3), data, strength)
    return np.sum(w**2)


def by_nelder_mead(a):
    return implicit.minimize(lambda x: np.cosh(x - a), 0.0, solver=nelder_mead)


def nelder_mead(fun, x0, jac):
    return scipy.optimize.minimize(fun, [x0], method="Nelder-Mead", options={"xatol": 1e-13, "fatol": 1e-16, "maxiter": 2000})


def bilevel(a):
    def outer(x):
        y = implicit.minimize(lambda y: (y - x) ** 2 + 0.1 * y**4, 0.0)
        return (y - a) ** 2 + x**2

    return implicit.minimize(outer, 0.5)


# --------------------------------------------------------------------------------------------------------- matrix-free
def by_gmres(p):
    return np.sum(implicit.root(filled, np.ones(4), p, linear="gmres") ** 2)


def by_cg(strength):
    w = implicit.minimize(ridge, np.zeros(3), A, strength, linear="cg")
    return np.sum(w**2)


TREE = {"w": A, "bias": (0.7, B)}

PROGRAMS = [
    (of_a_number, (1.5, 2.0)), (between, (1.5, 2.0)), (of_a_vector, (P,)), (of_an_equation_that_is_filled, (P,)),
    (of_a_matrix, (np.array([[1.0, 0.3], [0.2, 1.5]]),)), (around, (P,)), (lambdas, (1.3,)), (reads_the_module, (0.8,)),
    (trees, (TREE,)), (objects, (1.5, 0.7)), (in_a_loop, (1.3,)), (implicit_euler, (P, 0.7)), (in_a_branch, (1.7,)), (in_a_branch, (0.7,)),
    (inside_another, (0.9,)), (guess_that_moves, (2.3,)), (guess_of_integers, (np.array([1.5, 2.0]),)),
    (an_array_is_written_into, (P,)), (by_own_solver, (1.5, 2.0)), (by_scipy, (P,)), (by_name, (P,)), (quadratic_root, (1.7,)),
    (a_list, (1.7,)),
    (kepler, (0.4, 1.1)), (contraction, (A, B)), (steffensen, (0.4, 1.1)), (least, (0.6, 1.3)), (fitted, (A, 0.8)),
    (by_nelder_mead, (0.4,)), (bilevel, (0.8,)), (by_gmres, (P,)), (by_cg, (0.8,)),
]  # fmt: skip
LOOSE = {by_own_solver: 1e-5, by_scipy: 1e-4, by_nelder_mead: 1e-4, steffensen: 1e-5}
"""Solvers that stop early: central differences of what they give are no better."""


@pytest.mark.parametrize(("function", "args"), PROGRAMS, ids=lambda one: getattr(one, "__name__", ""))
def test_derivatives(function, args):
    order = 1 if function in (by_nelder_mead, by_scipy, inside_another, bilevel) else 2
    check_grads(function, args, order=order, rtol=LOOSE.get(function))


def test_second_derivatives_of_nested_equations():
    a = 0.9
    step = 1e-4
    for function in (inside_another, bilevel):
        slope = (grad(function)(a + step) - grad(function)(a - step)) / (2 * step)
        assert np.isclose(grad(grad(function))(a), slope, rtol=1e-6)


# ------------------------------------------------------------------------------------------------------- closed forms
def test_a_square_root_to_third_order():
    def square_root(a):
        return implicit.root(lambda x: x * x - a, 1.0)

    a = 2.0
    assert np.isclose(grad(square_root)(a), 0.5 * a**-0.5, rtol=1e-14)
    assert np.isclose(grad(grad(square_root))(a), -0.25 * a**-1.5, rtol=1e-13)
    assert np.isclose(grad(grad(grad(square_root)))(a), 0.375 * a**-2.5, rtol=1e-12)


def test_a_linear_system_is_that_of_solve():
    def solved(a, b):
        return implicit.root(lambda x: a @ x - b, np.zeros(3))

    for mode in (jacfwd, jacrev):
        assert np.allclose(mode(solved, argnums=1)(A, B), np.linalg.inv(A), rtol=1e-12)
        assert np.allclose(mode(solved)(A, B), jacfwd(np.linalg.solve)(A, B), rtol=1e-10)


def test_the_hessian_of_a_ridge_regression():
    def weight(strength):
        w = implicit.minimize(lambda w: np.sum((A @ w - B) ** 2) + strength * w @ w, np.zeros(3))
        return w @ w

    def closed(strength):
        w = np.linalg.solve(A.T @ A + strength * np.eye(3), A.T @ B)
        return w @ w

    assert np.isclose(hessian(weight)(0.7), hessian(closed)(0.7), rtol=1e-9)


# ------------------------------------------------------------------------------------------------------------- values
def test_values_are_those_of_the_plain_call():
    for function, args in PROGRAMS:
        value, _ = value_and_grad(function)(*args) if np.ndim(function(*args)) == 0 else (function(*args), None)
        assert np.array_equal(value, function(*args)), function.__name__


def test_numbers_and_arrays_as_they_came():
    assert type(implicit.root(lambda x: x - 1.5, 1)) is float
    assert type(implicit.root(lambda x: x - 1.5, np.float32(1))) is np.float32
    x = implicit.root(lambda x: x - 1.5, np.ones((2, 3), np.float32))
    assert x.shape == (2, 3)
    assert x.dtype == np.float32


def test_single_precision():
    def loss(p):
        return np.sum(implicit.root(lambda x: x**3 + x - p, np.ones(2, np.float32), solver=single_newton))

    found = grad(loss)(np.array([1.0, 2.0], np.float32))
    assert found.dtype == np.float32
    exact = grad(lambda p: np.sum(implicit.root(lambda x: x**3 + x - p, np.ones(2))))(np.array([1.0, 2.0]))
    assert np.allclose(found, exact, rtol=1e-5)


def single_newton(fun, x):
    for _ in range(40):
        x = x - fun(x) / (3 * x**2 + 1)
    return x


def test_the_guess_has_no_derivative():
    assert grad(lambda x0, a: implicit.root(lambda x: x**3 - a, x0), argnums=(0, 1))(1.0, 8.0)[0] == 0.0


def test_no_step_of_a_solver_is_recorded():
    text = grad(of_a_number).source(1.5, 2.0)
    assert "x = root(cubic, 1.0, a, b)" in text
    assert "def cubic(x, a, b):" in text
    assert "saved" not in text


def test_the_system_stands_in_the_text():
    text = grad(of_a_vector).source(P)
    assert "np.linalg.solve(" in text


def test_compiled_around_it():
    def loss(a):
        total = 0.0
        for i in range(len(a)):
            total += np.sin(a[i]) ** 2
        return total * implicit.root(cubic, 1.0, a[0], total)

    expected = grad(loss, jit=False)(P)
    for _ in range(3):
        assert np.allclose(grad(loss, jit="auto")(P), expected, rtol=1e-13)
    with pytest.raises(NotCompiled):
        grad(loss, jit=True)(P)


# ----------------------------------------------------------------------------------------------------- what goes wrong
def test_a_solver_that_finds_nothing():
    def never(a):
        return implicit.root(lambda x: x**2 + a, 1.0)

    for ask in (never, grad(never)):
        with pytest.raises(NotConverged):
            ask(1.0)


def test_a_fixed_point_that_is_none():
    with pytest.raises(NotConverged):
        grad(lambda a: implicit.fixed_point(lambda x: a * x + 1.0, 0.5))(2.0)


def test_a_residual_that_is_larger_than_asked_for():
    with pytest.raises(NotConverged, match="tol"):
        grad(lambda a: implicit.root(lambda x: x**3 - a, 1.0, solver=gives_up, tol=1e-8))(3.0)


def gives_up(fun, x0):
    return x0


def test_no_minimum():
    with pytest.raises(NotConverged):
        implicit.minimize(lambda x: -np.exp(x), 0.5)


def test_a_double_root_has_no_derivative():
    with pytest.raises(SingularEquation):
        grad(lambda a: implicit.root(lambda x: a * x * x * x, 0.0))(2.0)
    with pytest.raises(np.linalg.LinAlgError):
        grad(lambda a: np.sum(implicit.root(lambda x: np.array([x[0] + x[1], a * (x[0] + x[1])]), np.zeros(2))))(2.0)


def solver_inside(a):
    def bisected(fun, x0):
        return scipy.optimize.bisect(fun, 0.0, a)

    return implicit.root(lambda x: x**3 - a, 1.0, solver=bisected)


def two_for_three(p):
    return np.sum(implicit.root(lambda x: np.sum(x) - p, np.ones(3)))


def complex_guess(p):
    return abs(implicit.root(lambda x: x**2 + p, 1j))


def changes_what_is_outside(p):
    seen = [0.0]

    def equation(x):
        seen[0] = p
        return x - p

    return implicit.root(equation, 1.0) + seen[0]


@pytest.mark.parametrize("function", [solver_inside, two_for_three, complex_guess, changes_what_is_outside])
def test_refused(function):
    with pytest.raises(Refused) as caught:
        grad(function)(1.3)
    assert caught.value.line
    assert caught.value.hint


def test_check_nan():
    g = grad(of_a_vector, check_nan=True)
    assert np.allclose(g(P), grad(of_a_vector)(P))


def test_the_public_name():
    assert s2s.implicit is implicit
    assert jvp(lambda a: implicit.root(lambda x: x - a, 0.0), (1.0,), (2.0,)) == (1.0, 2.0)
