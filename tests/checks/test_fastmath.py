"""`fastmath`: by default compiled arithmetic is that of the readable form; what more is allowed reaches Numba, and the cache."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import s2s
from s2s import differentiable, grad, value_and_grad
from s2s.arguments import arranged, unbundle
from s2s.cache import ready
from s2s.jit import Options
from s2s.jit.choice import FLAGS, Choice, said, settled

pytestmark = pytest.mark.core

X = np.linspace(0.1, 2.0, 41)


def differences(x, y):
    s = 0.0
    for i in range(len(x)):
        s += np.sqrt(x[i] * x[i] - y[i] * y[i]) + x[i] / y[i]
    return s


def dispatcher(function, args, options):
    """What Numba is asked to compile of a gradient."""
    callee = unbundle(function)
    made = ready(callee, "value_and_grad", arranged(callee, args, {}, 0, None), True)
    (code,) = made.functions(settled(said(options)))
    code(*args)
    return code.variants[0].parts[0].run


def test_nothing_is_contracted_or_reordered_by_default():
    value, _ = value_and_grad(differences, jit=True)(X, X)
    with np.errstate(divide="ignore", invalid="ignore"):
        assert value == value_and_grad(differences, jit=False)(X, X)[0] == len(X)


def extremes(x):
    return np.sum(np.where(np.isnan(x), 1.0, np.where(np.isinf(x), 2.0, x * x))) + 0.0 * np.sum(np.isfinite(x))


@pytest.mark.parametrize("options", [{}, {"fastmath": False}, {"fastmath": {"contract", "reassoc", "nsz"}}, {"fastmath": "contract"}])
def test_infinities_and_nan_keep_their_meaning(options):
    x = np.array([1.0, np.nan, np.inf, -np.inf, 2.0])
    value, gradient = value_and_grad(extremes, jit=True, **options)(x)
    assert value == 10.0
    np.testing.assert_array_equal(gradient, [2.0, 0.0, 0.0, 0.0, 4.0])


@pytest.mark.parametrize(
    ("fastmath", "told"),
    [(False, False), (True, True), ((), False), ("reassoc", {"reassoc"}), (["nsz", "arcp"], {"nsz", "arcp"}), (set(FLAGS), set(FLAGS))],
)
def test_what_is_asked_for_reaches_numba(fastmath, told):
    made = dispatcher(differences, (X + 1.0, X), {"jit": True, "fastmath": fastmath})
    assert made.targetoptions["fastmath"] == told
    assert made.options == Options(fastmath=frozenset(told) if isinstance(told, set) else told)


def test_the_cache_tells_them_apart():
    flags = (False, True, frozenset({"nsz"}), frozenset({"nsz", "arcp"}))
    keys = {Options(fastmath=one, boundscheck=bounds).key() for one in flags for bounds in (False, True)}
    assert len(keys) == 8
    assert Options(fastmath=frozenset({"nsz", "arcp"})).key() == Options(fastmath=frozenset({"arcp", "nsz"})).key()


def test_results_agree_to_rounding_with_all_flags():
    expected = grad(differences, jit=False)(X + 1.0, X)
    np.testing.assert_allclose(grad(differences, jit=True, fastmath=True)(X + 1.0, X), expected, rtol=1e-12)
    watched = differentiable(differences, jit=True, fastmath={"reassoc", "contract"})
    np.testing.assert_allclose(watched.grad(X + 1.0, X), expected, rtol=1e-12)


@pytest.mark.parametrize("value", ["fast", {"fast"}, 1, {"nsz": True, "x": 1}, [1], 2.0])
def test_words_that_are_no_flags_are_refused(value):
    words = "it may be True, False, or a set of afn, arcp, contract, ninf, nnan, nsz, reassoc"
    with pytest.raises(s2s.S2SError, match=f"fastmath is .*: {words}"):
        grad(differences, fastmath=value)


# ------------------------------------------------------------------------------------------------------ options together
def test_what_is_not_said_is_looked_for_from_the_outside_inwards(monkeypatch):
    inner = differentiable(differences, jit=True, boundscheck=True)
    middle = grad(inner, jit="auto", fastmath="nsz")
    assert settled(said({"check_nan": True}), middle) == Choice("auto", True, True, False, frozenset({"nsz"}), False, False)
    plain = said({"jit": False, "boundscheck": False})
    assert settled(plain, middle) == Choice(False, False, False, False, frozenset({"nsz"}), False, False)
    assert settled(said({}), differences) == Choice(False, False, False, False, False, False, False)
    monkeypatch.setenv("S2S_JIT", "auto")
    assert settled(said({}), differences).jit == "auto"
    assert settled(said({"jit": False}), differences).jit is False
    monkeypatch.setenv("S2S_JIT", "often")
    with pytest.raises(s2s.S2SError, match="S2S_JIT is 'often'"):
        settled(said({}), differences)


def test_a_partial_and_a_method_of_a_decorated_function_keep_its_options():
    class Model:
        @differentiable(check_nan=True)
        def loss(self, x):
            return np.sum(x)

    decorated = differentiable(differences, boundscheck=True)
    assert settled(said({}), functools.partial(decorated, X)).boundscheck
    assert settled(said({}), functools.partial(grad(functools.partial(decorated, y=X)), X)).boundscheck
    assert settled(said({}), Model().loss).check_nan


def test_none_says_nothing():
    assert said({"jit": None, "check_nan": None, "boundscheck": None, "fastmath": None}) == Choice()


def test_a_function_keeps_its_own_keyword_arguments():
    def scaled(x, factor=1.0):
        return np.sum(x * x) * factor

    assert s2s.jvp(scaled, (X,), (X,), factor=2.0, check_nan=True, jit=False)[0] == 2.0 * np.sum(X * X)
    with pytest.raises(s2s.Refused, match="unexpected keyword argument 'faster'"):
        s2s.vjp(scaled, X, faster=True)
