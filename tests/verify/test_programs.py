"""Users' functions, proved on symbols; and wrong derivatives, found."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from s2s import differentiable
from s2s.rules import RULES
from s2s.verify import NotVerified, Verdict, verified
from s2s.verify.exact import exactly


def springs(x, k):
    energy = 0.0
    for i in range(len(x) - 1):
        energy += 0.5 * k * (x[i + 1] - x[i]) ** 2
    return energy


def branches(x, w):
    total = 0.0
    for i in range(len(x)):
        if x[i] > 0:
            total += w[i] * np.sqrt(x[i])
        else:
            total -= w[i] * x[i]
    return total


def overwritten(x):
    u = x.copy()
    for _ in range(2):
        u[1:] = u[1:] * u[:-1]
    return np.sin(u)


def trees(params, x):
    for layer in params["layers"]:
        x = np.tanh(layer["w"] @ x + layer["b"])
    return (x**2).sum()


def helper(u):
    return math.exp(-u) / 3


def calls_helpers(x, steps=3):
    for _ in range(steps):
        x = x + helper(x)
    return x


def halves(x):
    while x > 1.0:
        x = x / 2
    return x**3


WEIGHTS = np.array([0.1, 0.7, 0.2])


def reads_a_global(x):
    return WEIGHTS @ np.log(x)


def solves(a, b):
    x = np.linalg.solve(a, b)
    return x @ x


def views_of_views(x):
    a = np.zeros((2, 3))
    a[:, 1:] = x
    row = a[1]
    row[::2] *= 3.0
    return (a.T @ a).sum()


def sums_of_nothing(x):
    total = 0.0
    for k in range(len(x)):
        total = total + (x[:k] @ x[:k]) * x[k]
    return total


def chosen_by_an_index(x):
    top = np.argmax(x)
    return x[top] ** 2 * x[0]


def behind_an_infinite_border(x):
    d = np.full(len(x) + 1, np.inf)
    d[0] = 0.0
    for k in range(len(x)):
        d[k + 1] = x[k] ** 2 + min(d[k], d[k + 1])
    return d[-1]


def turns(x):
    z = x[0] + 1j * x[1]
    for _ in range(2):
        z = z * z + x[0]
    return z.real * x[1] + abs(z) ** 2


PROGRAMS = {
    "springs": (springs, {"x": (3,), "k": ()}, 1),
    "branches": (branches, {"x": (2,), "w": (2,)}, 4),
    "overwritten": (overwritten, {"x": (3,)}, 1),
    "trees": (trees, {"params": {"layers": [{"w": (2, 2), "b": (2,)}, {"w": (1, 2), "b": (1,)}]}, "x": (2,)}, 1),
    "calls_helpers": (calls_helpers, {"x": ()}, 1),
    "one more step": (calls_helpers, {"x": (), "steps": 2}, 1),
    "halves": (halves, {"x": ()}, 2),
    "reads_a_global": (reads_a_global, {"x": (3,)}, 1),
    "solves": (solves, {"a": (2, 2), "b": (2,)}, 1),
    "views_of_views": (views_of_views, {"x": (2, 2)}, 1),
    "sums_of_nothing": (sums_of_nothing, {"x": (3,)}, 1),
    "chosen_by_an_index": (chosen_by_an_index, {"x": (2,)}, 2),
    "behind_an_infinite_border": (behind_an_infinite_border, {"x": (3,)}, 1),
    "turns": (turns, {"x": (2,)}, 1),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_derivatives_are_proved(name):
    function, shapes, paths = PROGRAMS[name]
    found = verified(function, shapes)
    assert found.verdict >= Verdict.digits, str(found)
    assert len(found.paths) == paths, str(found)
    claims = {claim.what: claim.verdict for path in found.paths for claim in path.claims}
    assert claims["value"] is Verdict.proved
    assert claims["reverse"] is Verdict.proved, str(found)
    assert claims["forward"] is Verdict.proved, str(found)


def test_a_certificate_says_what_is_proved_where_and_what_is_trusted():
    assert str(verified(branches, {"x": (1,), "w": (1,)})) == (
        "branches(x=(1,), w=(1,)): proved on 2 paths\n"
        "  path 1: where x[0] > 0\n"
        "    value    the generated program computes what the function computes: proved\n"
        "    reverse  cotangents of x, w: proved\n"
        "    forward  the tangent: proved\n"
        "    order 2  the Hessian by x, times a vector: proved\n"
        "    hook     the tape, its graph and its source agree, for any cotangents of its 7 values: proved\n"
        "  path 2: where x[0] <= 0\n"
        "    value    the generated program computes what the function computes: proved\n"
        "    reverse  cotangents of x, w: proved\n"
        "    forward  the tangent: proved\n"
        "    order 2  the Hessian by x, times a vector: proved\n"
        "    hook     the tape, its graph and its source agree, for any cotangents of its 6 values: proved\n"
        "  trusted: sympy, and the definitions of np.sqrt, s2s_runtime.projection.unlike"
    )


def test_what_is_decorated_verifies_itself():
    assert differentiable(springs).verify(x=(3,), k=())


def test_a_value_in_place_of_a_shape_is_where_it_is_proved():
    found = verified(branches, {"x": np.array([0.5, -0.25]), "w": (2,)})
    assert [path.conditions for path in found.paths] == [["x[0] > 0", "x[1] <= 0"]]


def test_a_wrong_rule_makes_a_wrong_certificate(monkeypatch):
    (rule,) = RULES.of(np.sin)
    wrong = replace(rule, body=wrong_cosine)
    monkeypatch.setitem(RULES.rules, np.sin, [wrong])
    found = verified(lambda x: np.sin(x) * x, {"x": ()})
    assert not found
    assert found.verdict is Verdict.refuted
    assert "WRONG" in str(found)


def wrong_cosine(x):
    return np.cos(x) + 1e-9


@pytest.mark.parametrize(
    ("shapes", "says"),
    [({}, "a shape or a value for x"), ({"x": (2,), "k": (), "z": 1}, "z is no parameter; there are x, k")],
)
def test_what_is_asked_has_to_fit(shapes, says):
    with pytest.raises(NotVerified, match=says):
        verified(springs, shapes)


def test_a_function_without_a_value_at_any_point_is_not_verified():
    with pytest.raises(NotVerified, match="no sample point lies in the domain"):
        verified(lambda x: np.log(-x * x), {"x": ()})


def test_numbers_are_exact():
    """A third is a third: what sixteen digits cannot tell apart is told apart."""
    assert Fraction(1, 3) != Fraction(0.1) + Fraction(0.2)
    found = verified(lambda x: (0.1 + 0.2) * x - 0.3 * x, {"x": ()})
    assert found.verdict is Verdict.proved


class Spring:
    def __init__(self, stiffness):
        self.stiffness = stiffness

    @differentiable
    def energy(self, x):
        return 0.5 * self.stiffness * np.sum(x**2)


def test_a_method_is_proved_for_its_object():
    assert Spring(2.5).energy.verify(x=(2,)).verdict is Verdict.proved


SCALE = 2.0


def scaled(x):
    return SCALE * x


def test_a_global_is_what_it_is_now(monkeypatch):
    """A proof of what a function was would be none of what it is."""
    assert verified(scaled, {"x": ()}).verdict is Verdict.proved
    monkeypatch.setattr(sys.modules[__name__], "SCALE", 3.0)
    value, (x_bar,) = exactly(scaled, Fraction(1, 7))
    assert (value, x_bar) == (Fraction(3, 7), 3)


def draws(x):
    return x @ np.random.default_rng(0).normal(size=3)


def of_eigenvalues(a):
    return np.sum(np.linalg.eigvalsh(a @ a.T) ** 2)


def rounds(x):
    return round(x) * x


def test_random_numbers_are_constants():
    assert verified(draws, {"x": (3,)}).verdict is Verdict.proved


def test_what_sympy_has_no_expression_for_is_held_against_differences():
    found = verified(of_eigenvalues, {"a": (2, 2)})
    assert found.verdict is Verdict.digits
    assert {claim.what for claim in found.paths[0].claims} == {"value", "reverse", "forward", "hook"}


def test_what_cannot_be_done_to_symbols_is_said_with_its_line():
    with pytest.raises(NotVerified, match=r"rounds cannot be run on symbols: .*test_programs.py:\d+: `return round\(x\) \* x`"):
        verified(rounds, {"x": ()})
