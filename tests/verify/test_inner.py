"""Programs that take derivatives themselves, hold something constant, or are made of classes: verified for what they compute."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from s2s import grad, hessian, hvp, jacfwd, jacrev, jvp, stop_gradient, value_and_grad, vjp
from s2s.rules import RULES
from s2s.verify import Verdict, verified


def energy(x):
    return np.sum(np.sin(x) * x)


def waves(x):
    return np.sin(x) * x[0]


def weighed(u, v):
    return np.sum(u * v**2)


SLOPE = grad(energy)


def through_grad(x):
    return np.sum(grad(energy)(x) ** 2)


def through_a_global(x):
    return np.sum(SLOPE(x) ** 2)


def through_value_and_grad(x):
    value, slope = value_and_grad(energy)(x)
    return value * np.sum(slope)


def through_a_lambda(x, w):
    return np.sum(np.sin(grad(lambda y: np.sum(w * y**3))(x)))


def through_an_argument_by_name(x, w):
    return np.sum(grad(weighed, argnames="v")(x, v=w) * x)


def through_two_arguments(x, w):
    by_x, by_w = grad(lambda u, v: np.sum(u * v**2), (0, 1))(x, w)
    return by_x @ by_w


def through_jvp(x, w):
    value, dot = jvp(energy, (x,), (w,))
    return value * dot


def through_vjp(x):
    value, back = vjp(waves, x)
    (bar,) = back(value)
    return np.sum(bar)


def through_hessian(x):
    return np.sum(hessian(energy)(x))


def through_jacobians(x):
    return np.sum(jacrev(waves)(x) * jacfwd(waves)(x).T)


def through_hvp(x, w):
    return np.sum(hvp(energy, (x,), (w,)) ** 2)


def through_grad_of_grad(x):
    return grad(lambda y: grad(lambda u: u**4 * y)(y))(x[0]) * x[1]


def through_branches(x):
    return grad(lambda y: y**3 if y > 0 else -y)(x[0] - 1.0) * x[1]


SHAPES = {"x": (2,), "w": (2,)}
TAKING = [
    through_grad, through_a_global, through_value_and_grad, through_a_lambda, through_an_argument_by_name, through_two_arguments,
    through_jvp, through_vjp, through_hessian, through_jacobians, through_hvp, through_grad_of_grad, through_branches,
]  # fmt: skip


@pytest.mark.parametrize("function", TAKING, ids=lambda f: f.__name__)
def test_a_derivative_inside_is_sympys(function):
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    found = verified(function, {name: SHAPES[name] for name in names})
    assert found.verdict is Verdict.proved, str(found)


def test_a_derivative_inside_may_compare():
    found = verified(through_branches, {"x": (2,)})
    assert sorted(path.conditions for path in found.paths) == [["x[0] - 1.0 <= 0"], ["x[0] - 1.0 > 0"]]


def of_eigenvalues(x):
    return np.sum(np.linalg.eigvalsh(np.outer(x, x) + np.diag(x)) * x)


def test_without_an_expression_differences_are_taken_of_differences():
    found = verified(lambda x: np.sum(grad(of_eigenvalues)(x) ** 2), {"x": (2,)})
    assert found.verdict is Verdict.digits, str(found)


def held(x):
    return np.sum(x * stop_gradient(np.sin(x)))


def largest(x):
    return float(np.max(np.abs(x)))


def test_what_is_stopped_does_not_move():
    assert verified(held, {"x": (2,)}).verdict is Verdict.proved


def test_what_is_declared_constant_does_not_move(monkeypatch):
    monkeypatch.setattr(RULES, "constants", dict(RULES.constants))
    monkeypatch.setattr(RULES, "constants_of_users", set(RULES.constants_of_users))
    s2s.constant(largest, reason="a unit")
    assert verified(lambda x: np.sum(x**2 / largest(x)), {"x": (2,)}).verdict is Verdict.proved


def test_what_is_stopped_does_not_move_between_differences():
    found = verified(lambda x: np.sum(np.linalg.eigvalsh(np.outer(x, x)) * stop_gradient(x)), {"x": (2,)})
    assert found.verdict is Verdict.digits, str(found)


class Body:
    drag = 0.25

    def __init__(self, position):
        self.position = np.array(position)
        self.trail = [np.zeros(2)]

    @property
    def size(self):
        return np.linalg.norm(self.position)

    @staticmethod
    def bent(u):
        return np.tanh(u)

    def move(self, push):
        self.position += self.bent(push) - self.drag * self.position
        self.trail[0] += self.position


class Heavy(Body):
    def move(self, push):
        super().move(push / 3.0)


def of_objects(x, push):
    bodies = [Body(x), Heavy(2.0 * x)]
    for body in bodies:
        body.move(push)
    return sum(body.size + np.sum(body.trail[0]) for body in bodies)


def test_methods_of_classes_run_on_symbols():
    found = verified(of_objects, {"x": (2,), "push": (2,)})
    assert {claim.what: claim.verdict for claim in found.paths[0].claims}["reverse"] is Verdict.proved, str(found)
    assert found.verdict >= Verdict.digits
