"""Calls of compiled derivatives: which choice counts, other lengths, seams, errors, dtypes.  Numba compiles these for real."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from s2s import differentiable, grad, hessian, jvp, value_and_grad, vjp
from s2s.errors import NotCompiled, S2SError
from s2s_runtime import tree


def energy(x, y):
    total = 0.0
    for i in range(len(x) - 1):
        total += (x[i + 1] - x[i]) ** 2 * y[i]
    return total + np.sum(np.sin(x) * y)


X = np.linspace(0.0, 1.0, 20)
Y = np.cos(X)


def layers(params, x):
    hidden = np.tanh(x @ params["W"] + params["b"])
    return np.sum(hidden * hidden)


def talking(x):
    y = x * x
    print(len(x))
    return np.sum(np.exp(y))


def test_every_mode_gives_what_numpy_gives():
    for transform in (grad, value_and_grad, hessian):
        found, expected = transform(energy, jit=True)(X, Y), transform(energy, jit=False)(X, Y)
        for one, other in zip(tree.flatten(found)[0], tree.flatten(expected)[0], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(jvp(energy, (X, Y), (Y, X), jit=True), jvp(energy, (X, Y), (Y, X), jit=False), rtol=1e-12)
    value, pullback = vjp(energy, X, Y, jit=True)
    expected, other = vjp(energy, X, Y, jit=False)
    np.testing.assert_allclose(value, expected, rtol=1e-12)
    np.testing.assert_allclose(pullback(2.0), other(2.0), rtol=1e-12)


def outer(x, y):
    return np.sum(x[:, None] * y) + np.sum(y[1:-1])


@pytest.mark.parametrize("sizes", [[(20, 20), (20, 21), (30, 30), (20, 9)], [(3, 3), (3, 4), (12, 12)], [(9, 9), (1, 5), (5, 1)]])
def test_a_call_with_other_lengths_is_right_whatever_was_assumed(sizes):
    gradient, plain = grad(outer, (0, 1), jit=True), grad(outer, (0, 1), jit=False)
    for n, m in sizes:
        x, y = np.linspace(0.0, 1.0, n), np.linspace(1.0, 2.0, m)
        for one, other in zip(gradient(x, y), plain(x, y), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)


def test_trees_go_through_a_seam():
    params = {"W": np.ones((3, 4)) / 3, "b": np.zeros(4)}
    found, expected = grad(layers, jit=True)(params, np.eye(3)), grad(layers, jit=False)(params, np.eye(3))
    assert list(found) == ["W", "b"]
    for name in found:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-12)


def test_an_effect_stays_where_it_is_and_happens_once():
    gradient = grad(talking, jit="auto")
    for length in (20, 10, 3, 20):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            found = gradient(X[:length])
        assert out.getvalue() == f"{length}\n"
        np.testing.assert_allclose(found, 2 * X[:length] * np.exp(X[:length] ** 2), rtol=1e-12)
    with pytest.raises(NotCompiled, match=r"print\(len\(x\)\)"):
        grad(talking, jit=True)(X)


def picked(x, k):
    return x[k] * np.sum(x)


@pytest.mark.parametrize("k", [20, -21])
def test_an_index_that_is_not_on_its_axis_is_an_error(k):
    with pytest.raises(IndexError):
        grad(picked, jit=True)(X, k)


def test_an_index_from_behind():
    np.testing.assert_allclose(grad(picked, jit=True)(X, -20), grad(picked, jit=False)(X, -20), rtol=1e-12)


def test_shapes_that_do_not_fit_are_an_error():
    with pytest.raises(ValueError, match="broadcast"):
        grad(lambda x, y: np.sum(x * y), jit=True)(X, Y[:7])


def test_single_precision_stays():
    found = grad(energy, jit="auto")(X.astype(np.float32), Y.astype(np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, grad(energy)(X, Y), rtol=1e-4, atol=1e-5)


def test_arguments_that_are_views_or_may_not_be_written_to():
    frozen = X.copy()
    frozen.flags.writeable = False
    gradient = grad(energy, jit=True)
    np.testing.assert_allclose(gradient(frozen, np.repeat(Y, 2)[::2]), grad(energy, jit=False)(X, Y), rtol=1e-12)


def chosen(x):
    return np.sum(np.where(x > 0.5, np.log(x - 0.5), x))


def test_what_is_not_chosen_is_not_computed():
    found = grad(chosen, jit=True)(X)
    assert np.all(np.isfinite(found))
    np.testing.assert_allclose(found, np.where(X > 0.5, 1 / np.where(X > 0.5, X - 0.5, 1.0), 1.0), rtol=1e-12)


def rooted(x, k):
    return np.sum(x) * k**0.5


def test_a_power_that_would_be_complex_is_an_error():
    np.testing.assert_allclose(grad(rooted, 1, jit=True)(X, 2.0), grad(rooted, 1, jit=False)(X, 2.0), rtol=1e-12)
    with pytest.raises(ValueError, match="complex"):
        grad(rooted, 1, jit=True)(X, -2.0)


def test_who_decides(monkeypatch):
    monkeypatch.setenv("S2S_JIT", "0")
    assert "no, it runs as NumPy code" in grad(energy).explain(X, Y)
    assert "compiled: all of it" in grad(energy, jit="auto").explain(X, Y)
    assert "compiled: all of it" in differentiable(jit=True)(energy).explain(X, Y)
    assert "no, it runs as NumPy code" in grad(differentiable(energy, jit=True), jit=False).explain(X, Y)
    monkeypatch.setenv("S2S_JIT", "auto")
    assert "compiled: all of it" in grad(energy).explain(X, Y)
    monkeypatch.setenv("S2S_JIT", "perhaps")
    with pytest.raises(S2SError, match="perhaps"):
        grad(energy)(X, Y)
    with pytest.raises(S2SError, match="jit is 'often'"):
        grad(energy, jit="often")


def test_loop_nests_are_shown(golden):
    golden("lowered_energy", value_and_grad(energy, (0, 1)).source(X, Y, lowered=True))


def test_explain_says_of_each_statement_which_loop_it_is_in_and_what_is_recorded():
    def waves(x, w, count):
        y = np.sin(x) * w
        z = np.exp(y)
        for _ in range(count):
            z = z * np.cos(z)
        return np.sum(z)

    text = grad(waves, jit=True).explain(X, Y, 3)
    said = dict(zip(text.splitlines(), text.splitlines()[1:], strict=False))
    first, second, loop, step = (below for above, below in said.items() if above.endswith(("* w", "exp(y)", "(count):", "cos(z)")))
    assert "value in loop 1" in first
    assert "value in loop 1" in second, "one loop for both"
    assert "recorded: z" in loop
    assert "value in loop 2" in step
    assert "recorded: a part of it" in step
    assert "recorded" not in first
    assert text.count("are fused") == 1
    assert "are fused" not in grad(waves, jit=False).explain(X, Y, 3)
