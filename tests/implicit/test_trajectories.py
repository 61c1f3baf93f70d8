"""Differential equations that SciPy integrates inside of programs, against closed solutions and central differences of tight runs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import odeint, solve_ivp
from scipy.linalg import expm, expm_frechet

from s2s import grad, hessian, implicit, jacfwd, jacrev, jvp, value_and_grad
from s2s.errors import Refused
from s2s.implicit import NotConverged
from s2s.testing import check_grads

A = np.array([[-0.5, 1.0], [-1.2, -0.3]])
Y = np.array([1.0, 0.5])
T = np.linspace(0.0, 2.0, 5)
TIGHT = {"rtol": 1e-12, "atol": 1e-13}


# ------------------------------------------------------------------------------------------------- closed solutions
def linear_end(y0, a, times=T):
    return odeint(lambda y, t: a @ y, y0, times, **TIGHT)[-1]


@pytest.mark.parametrize("mode", [jacfwd, jacrev])
def test_a_linear_system_by_its_first_state(mode):
    assert np.allclose(mode(linear_end)(Y, A), expm(2.0 * A), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("mode", [jacfwd, jacrev])
def test_a_linear_system_by_its_matrix(mode):
    found = mode(linear_end, argnums=1)(Y, A)
    for i in range(2):
        for j in range(2):
            direction = np.zeros((2, 2))
            direction[i, j] = 1.0
            exact = expm_frechet(2.0 * A, 2.0 * direction, compute_expm=False) @ Y
            assert np.allclose(found[:, i, j], exact, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("mode", [jacfwd, jacrev])
def test_by_the_times(mode):
    """y(t) = expm(A (t - t0)) y0."""

    def states(times):
        return odeint(lambda y, t: A @ y, Y, times, **TIGHT)

    found = mode(states)(T)
    expected = np.zeros((5, 2, 5))
    for k in range(1, 5):
        rate = A @ expm(A * T[k]) @ Y
        expected[k, :, k], expected[k, :, 0] = rate, -rate
    assert np.allclose(found, expected, rtol=1e-8, atol=1e-10)


def logistic_end(y0, r):
    return odeint(lambda y, t: r * y * (1.0 - y), y0, [0.0, 1.5], **TIGHT)[1, 0]


def logistic(y0, r):
    return y0 * np.exp(1.5 * r) / (1.0 + y0 * (np.exp(1.5 * r) - 1.0))


def test_second_derivatives_of_a_closed_solution():
    assert np.isclose(logistic_end(0.2, 1.3), logistic(0.2, 1.3), rtol=1e-9)
    for first in (0, 1):
        for second in (0, 1):
            found = grad(grad(logistic_end, argnums=first), argnums=second)(0.2, 1.3)
            exact = grad(grad(logistic, argnums=first), argnums=second)(0.2, 1.3)
            assert np.isclose(found, exact, rtol=1e-7)
    assert np.isclose(hessian(lambda r: logistic_end(0.2, r))(1.3), hessian(lambda r: logistic(0.2, r))(1.3), rtol=1e-7)


# ------------------------------------------------------------------------------------------- programs, as they are written
def lotka_volterra(y, t, alpha, beta):
    prey, predators = y
    return [alpha * prey - beta * prey * predators, -0.7 * predators + 0.5 * prey * predators]


def by_a_list(y0, alpha, beta):
    states = odeint(lotka_volterra, y0, T, args=(alpha, beta), **TIGHT)
    return np.sum(states[:, 0] ** 2)


def pendulum(t, y, parameters):
    rate = np.zeros(2)
    rate[0] = y[1]
    rate[1] = -parameters["g"] * np.sin(y[0]) - parameters["friction"] * y[1] + 0.3 * np.cos(t)
    return rate


def by_a_tree(parameters):
    found = solve_ivp(pendulum, (0.0, 2.0), [0.4, 0.0], t_eval=T, args=(parameters,), method="DOP853", **TIGHT)
    return found.y[0] @ found.y[1]


def by_a_closure(k):
    scale = k * 2.0

    def rate(t, y):
        return -scale * y**2 + t

    found = solve_ivp(rate, (0.0, 1.0), np.array([0.7]), t_eval=[0.5, 1.0], method="DOP853", **TIGHT)
    return found.y[0, -1] * found.t[0]


def by_the_end(end):
    return odeint(lambda y, t: -y * t, 0.8, np.linspace(0.0, end, 3), **TIGHT)[-1, 0]


def by_the_beginning(start):
    found = solve_ivp(lambda t, y: -y * t, (start, 2.0), [0.8], t_eval=[1.5, 2.0], method="DOP853", **TIGHT)
    return np.sum(found.y)


def backwards_in_time(y0):
    return np.sum(odeint(lambda y, t: -0.5 * y, y0, [1.0, 0.0, -0.5], **TIGHT) ** 2)


def a_number_among_the_arguments(y0, n):
    return np.sum(odeint(lambda y, t, n, k: -k * y**n, y0, T, args=(n, 0.5), **TIGHT))


def in_a_loop(k):
    y = np.array([1.0, 0.3])
    total = 0.0
    for i in range(3):
        y = odeint(lambda y, t, i=i: -k * y + np.sin(t + i), y, [0.0, 0.4], **TIGHT)[-1]
        total += y[0] * y[1]
    return total


def loops_in_the_rate(d):
    def heat(u, t):
        rate = np.zeros_like(u)
        for i in range(1, len(u) - 1):
            rate[i] = d * (u[i - 1] - 2 * u[i] + u[i + 1])
        return rate

    return np.sum(odeint(heat, np.sin(np.linspace(0.0, np.pi, 6)), [0.0, 0.2, 0.5], **TIGHT)[-1] ** 2)


def equilibrium_of_a_flow(a):
    def shooting(x):
        return odeint(lambda y, t: np.cos(y) - a * y, x, [0.0, 0.5], **TIGHT)[-1] - x

    return implicit.root(shooting, np.array([0.7]))[0]


PROGRAMS = [
    (linear_end, (Y, A)), (by_a_list, (Y, 1.1, 0.4)), (by_a_tree, ({"g": 2.0, "friction": 0.1},)), (by_a_closure, (0.6,)),
    (by_the_end, (1.2,)), (by_the_beginning, (0.4,)), (backwards_in_time, (Y,)), (a_number_among_the_arguments, (Y, 2)),
    (in_a_loop, (0.8,)), (loops_in_the_rate, (1.3,)),
]  # fmt: skip


@pytest.mark.parametrize(("function", "args"), PROGRAMS, ids=lambda one: getattr(one, "__name__", ""))
def test_derivatives(function, args):
    check_grads(function, args, order=1, rtol=1e-6)


@pytest.mark.parametrize(("function", "args"), [PROGRAMS[1], PROGRAMS[3], PROGRAMS[4]], ids=lambda one: getattr(one, "__name__", ""))
def test_second_derivatives(function, args):
    check_grads(function, args, order=2, rtol=1e-5, directions=1)


def test_shooting():
    check_grads(equilibrium_of_a_flow, (0.9,), order=1, rtol=1e-6)


# ------------------------------------------------------------------------------------------------------------- values
def loose(k):
    return np.sum(odeint(lambda y, t: -k * y**2, Y, T))


def chosen_times(k):
    found = solve_ivp(lambda t, y: -k * y**2, (0.0, 2.0), Y)
    return np.sum(found.y[:, -1]) + len(found.t)


@pytest.mark.parametrize("function", [loose, chosen_times])
def test_values_are_those_of_the_users_own_call(function):
    assert value_and_grad(function)(0.7)[0] == function(0.7)


def test_the_derivative_is_to_more_digits_than_a_loose_call():
    """Y / (1 + k Y t) in closed form: solve_ivp asks for three digits, and its derivative has nine."""

    def closed(k):
        return np.sum(Y / (1.0 + k * Y * 2.0))

    assert np.isclose(grad(chosen_times)(0.7), grad(closed)(0.7), rtol=1e-9)
    assert np.isclose(jvp(chosen_times, (0.7,), (1.0,))[1], grad(closed)(0.7), rtol=1e-9)


def test_the_public_names_are_those_of_scipy():
    def ours(k):
        return np.sum(implicit.odeint(lambda y, t: -k * y**2, Y, T))

    assert ours(0.7) == loose(0.7)
    assert grad(ours)(0.7) == grad(loose)(0.7)
    assert implicit.solve_ivp(lambda t, y: -y, (0.0, 1.0), Y).success


def test_it_is_kept_on_disk():
    from jit.test_entries import found, kept

    assert kept(by_a_list, Y, 1.1, 0.4) == ""
    made = found(by_a_list, Y, 1.1, 0.4)
    assert made is not None
    assert "def lotka_volterra" in made.sources[0].text


def test_the_equation_stands_in_the_text():
    text = grad(by_a_list, argnums=1).source(Y, 1.1, 0.4)
    assert text.count("def lotka_volterra") == 1
    assert "odeint_values(lotka_volterra, T, y0, alpha, beta" in text


# ---------------------------------------------------------------------------------------------------- what goes wrong
def forgetful(y0):
    return np.sum(odeint(lambda y, t: -40.0 * (y - np.cos(t)), y0, [0.0, 1.0], **TIGHT)[-1])


def test_what_cannot_be_followed_backwards_is_no_wrong_number():
    with pytest.raises(NotConverged, match="jacfwd"):
        grad(forgetful)(Y)
    assert np.allclose(jacfwd(forgetful)(Y), np.exp(-40.0), atol=1e-12)


def test_more_times_make_the_way_back_short():
    def finer(k):
        return np.sum(odeint(lambda y, t: -40.0 * k * (y - np.cos(t)), Y, np.linspace(0.0, 1.0, 20), **TIGHT)[-1])

    assert np.isclose(grad(finer)(1.0), jvp(finer, (1.0,), (1.0,))[1], rtol=1e-6)


def test_a_solution_that_ends_early():
    def explodes(k):
        return solve_ivp(lambda t, y: k * y**2, (0.0, 10.0), [1.0], max_step=0.5).y[0, -1]

    with pytest.raises(NotConverged):
        grad(explodes)(1.0)


def test_the_end_of_a_span_moves():
    """`y(end)` is exp(-k end), and its slope by the end is the rate there."""

    def last(end, k):
        found = solve_ivp(lambda t, y: -k * y, (0.0, end), [1.0], **TIGHT)
        return found.y[0, -1] * found.t[-1]

    exact = np.exp(-0.7 * 1.3) * (1.0 - 1.3 * 0.7)
    assert np.isclose(grad(last)(1.3, 0.7), exact, rtol=1e-9)
    assert np.isclose(jvp(last, (1.3, 0.7), (1.0, 0.0))[1], exact, rtol=1e-9)
    assert np.isclose(grad(lambda s: solve_ivp(lambda t, y: -y, (s, 1.0), [1.0]).y[0, -1])(0.2), np.exp(-0.8), rtol=1e-8)


def with_events(k):
    return solve_ivp(lambda t, y: -k * y, (0.0, 1.0), [1.0], events=[lambda t, y: y[0] - 0.5]).y[0, -1]


def with_a_matrix(k):
    return np.sum(odeint(lambda y, t: -k * y, np.ones((2, 2)), T))


def with_full_output(k):
    return odeint(lambda y, t: -k * y, Y, T, full_output=True)[0][-1, 0]


def of_complex_states(k):
    return abs(solve_ivp(lambda t, y: 1j * k * y, (0.0, 1.0), np.array([1j])).y[0, -1])


@pytest.mark.parametrize("function", [with_events, with_a_matrix, with_full_output, of_complex_states])
def test_refused(function):
    with pytest.raises(Refused) as caught:
        grad(function)(0.7)
    assert caught.value.line
    assert caught.value.hint
