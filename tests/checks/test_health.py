"""`f.health(x)`: what a derivative leans on, by the statement, the entry and the choice that is made there."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.linalg

from s2s import differentiable, grad

X = np.array([1.0, 2.0, 0.0, 2.0])


def a_maximum(x):
    return np.sum(np.maximum(x, 0.0))


def a_rectifier(x):
    return np.sum(np.where(x > 0.0, x, 0.0))


def python_max(x):
    return max(x[1], x[3]) + min(x[0], 5.0)


def the_largest(x):
    return np.max(x) ** 2


def the_largest_of_rows(x):
    return np.sum(np.max(x.reshape(2, 2), axis=1)) + np.min(np.array([x[0], 7.0]))


def a_norm(x):
    return np.linalg.norm(x - x) + np.sum(x)


def a_modulus(x):
    return np.sum(np.abs(x))


def a_difference(x):
    return abs((x[0] + 0.1) + 0.2 - 1.3)


def clipped(x):
    return np.sum(np.clip(x, 0.5, 2.0))


def sorted_entries(x):
    return np.sort(x) @ np.arange(4.0)


def a_median(x):
    return np.median(x)


def a_floor(x):
    return math.floor(x[0]) * x[0]


def rounded(x):
    return np.sum(np.round(x + 0.5) * x)


def a_remainder(x):
    return np.sum(x % 1.0)


def a_sign(x):
    return np.sum(np.sign(x) * x)


def a_branch(x):
    if x[0] > 0.5 * x[1]:
        return np.sum(x**2)
    return np.sum(x)


def a_mask(x):
    y = x * 1.5
    return np.sum(y[y >= 3.0])


def a_root(x):
    return np.sum(np.sqrt(x))


def a_power(x):
    return np.sum(x**0.5)


def repeated_eigenvalues(x):
    w, v = np.linalg.eigh(np.diag(x) @ np.diag(x))
    return np.sum(w * v[0])


def an_interpolation(x):
    return np.interp(x[0], np.array([0.0, 1.0, 4.0]), np.array([0.0, 3.0, 4.0]))


def cancelling(x):
    return (x[0] + 1e9) - 1e9


CASES = [
    (a_maximum, "np.maximum", "tie", (2,), "two equal operands share: each gets half"),
    (a_rectifier, ">", "comparison", (2,), "the side that the comparison chose"),
    (python_max, "max", "tie", (), "each gets half"),
    (the_largest, "np.max", "tie", (), "entries that are equally large share equally"),
    (a_norm, "np.linalg.norm", "kink", (), "the derivative at 0 is 0"),
    (a_modulus, "np.absolute", "kink", (2,), "the derivative at 0 is 0"),
    (a_difference, "abs", "kink", (), "the derivative at 0 is 0"),
    (clipped, "np.clip", "bound", (1,), "strictly inside the bounds"),
    (sorted_entries, "np.sort", "tie", (2,), "equal entries keep their order"),
    (a_median, "np.median", "tie", (2,), "equal entries keep their order"),
    (a_floor, "math.floor", "jump", (), "a step has no slope"),
    (rounded, "np.round", "jump", (0,), "a step has no slope"),
    (a_remainder, "%", "jump", (0,), "a step has no slope"),
    (a_sign, "np.sign", "jump", (2,), "a step has no slope"),
    (a_branch, ">", "comparison", (), "the side that the comparison chose"),
    (a_mask, ">=", "comparison", (1,), "the side that the comparison chose"),
    (a_root, "np.sqrt", "edge", (2,), "infinity"),
    (a_power, "**", "kink", (2,), "x**0 is constant"),
    (repeated_eigenvalues, "np.linalg.eigh", "repeated value", (0,), "divides by the gap"),
    (an_interpolation, "np.interp", "kink", (), "the slope of one side"),
    (cancelling, "-", "cancellation", (), "the digits that they share are lost"),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0].__name__ for case in CASES])
def test_what_a_function_leans_on(case):
    function, rule, kind, entry, convention = case
    health = grad(function).health(X)
    (lean,) = [lean for lean in health.leans if lean.kind == kind]
    assert (lean.rule, lean.entry) == (rule, entry)
    assert convention in lean.convention
    assert lean.place.file == __file__
    assert lean.line > function.__code__.co_firstlineno
    assert "^" in str(lean)
    assert f"test_health.py:{lean.line}:" in str(health)
    assert not health.fine


AWAY = np.array([1.3, 2.45, 0.7, 1.91])


@pytest.mark.parametrize("function", [case[0] for case in CASES if case[0] not in (a_norm, a_difference, cancelling)])
def test_away_from_these_points_it_leans_on_nothing(function):
    health = differentiable(function).health(AWAY)
    assert health.leans == ()
    assert health.fine
    assert "leans on no conventions here" in str(health)


def test_several_entries_and_iterations_are_one_item():
    def loss(x):
        s = 0.0
        for i in range(len(x)):
            s += np.sum(np.maximum(x, x[i])) * (i + 1.0)
        return s

    (lean,) = grad(loss).health(X).leans
    assert (lean.count, lean.iteration, lean.numbers) == (6, (("i", 0),), (1.0, 1.0))
    assert "for i = 0, of 1 and 1 (6 in all)" in str(lean)


def test_within_rounding_is_told_from_equal():
    def loss(x):
        return max(x[0] + x[1], 0.3)

    (lean,) = grad(loss).health(np.array([0.1, 0.2])).leans
    assert 0 < lean.margin < 1e-15
    assert "within 1e-16 of their size" in str(lean) or "within 2e-16 of their size" in str(lean)
    (single,) = grad(loss).health(np.array([0.1, 0.2 + 1e-7], np.float32)).leans
    assert single.margin < 1e-6
    assert grad(loss).health(np.array([0.1, 0.2 + 1e-7])).leans == ()


def test_a_sum_of_products_is_rounded_as_its_terms_are():
    def loss(w, x):
        return np.sum(np.maximum(w @ x, 0.0))

    w, x = np.array([[0.1, -0.3], [1.0, 1.0]]), np.array([3.0, 1.0])
    assert (w @ x)[0] != 0.0
    (lean,) = grad(loss, argnums=(0, 1)).health(w, x).leans
    assert lean.entry == (0,)


def test_the_nearest_margin():
    def loss(x):
        y = np.where(x > 1.0, x**2, x)
        return np.sum(np.maximum(y, 3.0))

    nearest = grad(loss).health(np.array([1.001, 5.0])).nearest
    assert nearest.rule == ">"
    assert nearest.margin == pytest.approx(0.001, rel=1e-2)


def test_condition_numbers_and_gaps():
    def loss(a, b):
        x = np.linalg.solve(a, b)
        y = scipy.linalg.solve_triangular(a, b, lower=True)
        w, v = np.linalg.eigh(a)
        return np.sum(x) + np.sum(y) + np.sum(w * v[0]) + np.linalg.slogdet(a)[1]

    a = np.array([[2.0, 1.0], [1.0, 2.0]])
    found = {measure.rule: (measure.kind, measure.number) for measure in grad(loss).health(a, np.ones(2)).measures}
    assert found["np.linalg.solve"] == ("condition number", pytest.approx(3.0))
    assert found["np.linalg.slogdet"] == ("condition number", pytest.approx(3.0))
    assert found["solve_triangular"][1] == pytest.approx(np.linalg.cond(np.tril(a)))
    assert found["np.linalg.eigh"] == ("smallest gap", pytest.approx(2.0 / 3.0))


def test_what_does_not_move_counts_for_nothing():
    def loss(x, mask):
        kept = np.where(mask > 0.0, 1.0, 2.0)
        if np.max(mask) > 0.0:
            kept = np.abs(mask) * kept
        print(np.abs(x))
        return np.sum(kept * x)

    assert grad(loss).health(X, np.array([0.0, 1.0, 0.0, 1.0])).fine


def test_nothing_is_printed_and_nothing_is_written():
    def loss(x):
        print("here")
        x[0] = x[1] * 2.0
        return np.sum(x**2)

    x = X.copy()
    assert grad(loss).health(x).fine
    assert np.array_equal(x, X)


def test_trees_keywords_methods_and_functions_that_call_themselves(capsys):
    class Model:
        def __init__(self):
            self.w = np.array([1.0, -1.0])

        @differentiable
        def loss(self, p, *, power=2):
            def down(v, n):
                return np.abs(v) if n == 0 else down(v * 1.0, n - 1)

            return np.sum(down(self.w * p["v"], 2) ** power)

    (lean,) = Model().loss.health({"v": np.array([0.0, 1.0])}, power=3).leans
    assert lean.rule == "np.absolute"
    assert lean.entry == (0,)
    assert capsys.readouterr().out == ""


def test_the_names_of_a_library_are_its_names():
    from s2s.health.looks import NAMED

    assert [name for package, name in NAMED if not hasattr({"scipy.linalg": scipy.linalg}[package], name)] == []
