"""The oracles: they agree with known derivatives, and they catch wrong ones.

The transforms here are stand-ins, made of dual numbers, and each fault is put into one on purpose.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np
import pytest

import s2s
from s2s.testing import (
    check_grads,
    complex_step,
    derivative_checks,
    numeric_grad,
    numeric_jvp,
    taylor_slopes,
)
from s2s.testing.compare import Check, compare
from s2s.testing.directions import argument_names, inner, random_tangent, unit_tangents
from s2s_runtime import tree

# ------------------------------------------------------------------------------------ stand-ins: dual numbers in arrays

LEVELS = itertools.count()


class Dual:
    """x + d * eps of one level; arrays of these have dtype object, so NumPy calls the methods entry by entry."""

    def __init__(self, x: Any, d: Any, level: int) -> None:
        self.x, self.d, self.level = x, d, level

    def __add__(self, other: Any) -> Any:
        return lift(lambda a, b: a + b, lambda a, b: (1.0, 1.0), self, other)

    def __sub__(self, other: Any) -> Any:
        return lift(lambda a, b: a - b, lambda a, b: (1.0, -1.0), self, other)

    def __mul__(self, other: Any) -> Any:
        return lift(lambda a, b: a * b, lambda a, b: (b, a), self, other)

    def __rsub__(self, other: Any) -> Any:
        return self * -1.0 + other

    def __pow__(self, power: int) -> Any:
        return self * self ** (power - 1) if power > 1 else self

    __radd__ = __add__
    __rmul__ = __mul__

    def sin(self) -> Any:
        return lift(np.sin, lambda a: (np.cos(a),), self)

    def cos(self) -> Any:
        return lift(np.cos, lambda a: (np.sin(a) * -1.0,), self)

    def conjugate(self) -> Any:
        return self


def lift(function: Any, partials: Any, *operands: Any) -> Any:
    if any(isinstance(operand, np.ndarray) for operand in operands):
        return NotImplemented
    level = max(operand.level for operand in operands if isinstance(operand, Dual))
    primals, tangents = zip(*[split(operand, level) for operand in operands], strict=True)
    d = sum(partial * tangent for partial, tangent in zip(partials(*primals), tangents, strict=True))
    return Dual(function(*primals), d, level)


def split(value: Any, level: int) -> tuple[Any, Any]:
    return (value.x, value.d) if isinstance(value, Dual) and value.level == level else (value, 0.0)


def each(function: Any, value: Any, dtype: Any) -> Any:
    """function, entry by entry; an array of numbers of this dtype if no dual number is left."""
    if not isinstance(value, np.ndarray):
        return function(value)
    entries = [function(entry) for entry in value.ravel().tolist()]
    plain = not any(isinstance(entry, Dual) for entry in entries)
    result = np.empty(value.shape, dtype if plain else object)
    result.ravel()[:] = entries
    return result


def active(leaf: Any) -> bool:
    duals = isinstance(leaf, np.ndarray) and leaf.dtype.hasobject
    return duals or isinstance(leaf, Dual) or tree.is_differentiable(leaf)


def fake_jvp(f: Any, primals: Any, tangents: Any) -> Any:
    level = next(LEVELS)

    def seeded(leaf: Any, tangent: Any) -> Any:
        if tangent is None:
            return leaf
        if not isinstance(leaf, np.ndarray):
            return Dual(leaf, tangent, level)
        dual = np.empty(leaf.shape, object)
        for index in np.ndindex(leaf.shape):
            dual[index] = Dual(leaf[index], tangent[index], level)
        return dual

    plain = f(*primals)
    moved = f(*[tree.tree_map(seeded, x, v) for x, v in zip(primals, tangents, strict=True)])

    def pushed(leaf: Any, dual: Any) -> Any:
        if not active(leaf):
            return None
        tangent = each(lambda entry: split(entry, level)[1], dual, getattr(leaf, "dtype", float))
        return leaf.dtype.type(tangent) if isinstance(leaf, np.generic) else tangent

    return plain, tree.tree_map(pushed, plain, moved)


def paired(left: Any, right: Any) -> Any:
    rows = zip(tree.flatten(left)[0], tree.flatten(right)[0], strict=True)
    return sum(np.sum(a * b) for a, b in rows if a is not None and b is not None)


def fake_vjp(f: Any, *primals: Any) -> Any:
    def pullback(seed: Any) -> Any:
        leaves, structure = tree.flatten(primals)
        zeros = [np.zeros(np.shape(leaf)) if isinstance(leaf, np.ndarray) else 0.0 for leaf in leaves]
        zeros = [zero if active(leaf) else None for zero, leaf in zip(zeros, leaves, strict=True)]
        cotangents = []
        for position, leaf in enumerate(leaves):
            entries = []
            for index in np.ndindex(np.shape(leaf)) if active(leaf) else ():
                unit = np.zeros(np.shape(leaf))
                unit[index] = 1.0
                tangents = list(zeros)
                tangents[position] = unit if isinstance(leaf, np.ndarray) else 1.0
                entries.append(paired(seed, fake_jvp(f, primals, tree.unflatten(structure, tangents))[1]))
            cotangents.append(gathered(leaf, entries) if active(leaf) else None)
        return tree.unflatten(structure, cotangents)

    return f(*primals), pullback


def gathered(leaf: Any, entries: list[Any]) -> Any:
    if not isinstance(leaf, np.ndarray):
        return leaf.dtype.type(entries[0]) if isinstance(leaf, np.generic) else entries[0]
    duals = any(isinstance(entry, Dual) for entry in entries)
    result = np.empty(leaf.shape, object if duals else leaf.dtype)
    result.ravel()[:] = entries
    return result


def fake_grad(f: Any, argnums: tuple[int, ...]) -> Any:
    def gradient(*primals: Any) -> Any:
        cotangents = s2s.vjp(f, *primals)[1](1.0)
        return tuple(cotangents[i] for i in argnums)

    return gradient


@pytest.fixture(autouse=True)
def _transforms(monkeypatch):
    install(monkeypatch)


def install(monkeypatch: Any, **transforms: Any) -> None:
    for name, transform in {"jvp": fake_jvp, "vjp": fake_vjp, "grad": fake_grad, **transforms}.items():
        monkeypatch.setattr(s2s, name, transform, raising=False)


# ------------------------------------------------------------------------------------------------- numeric derivatives


class Params(NamedTuple):
    w: Any
    n: int


def model(params, x):
    """A polynomial with a sine, on a tree, with a tree as result."""
    h = np.sin(params.w * x) + x**2 * params.w
    return {"h": h, "total": np.sum(h**params.n), "n": params.n}


def cubic(x):
    return np.sum(x**3)


PARAMS = Params(np.array([0.5, -1.0, 2.0]), 2)
X = np.array([1.0, 0.25, -0.5])


def test_numeric_jvp_of_a_tree():
    v = np.array([0.3, 1.0, -2.0])
    estimate = numeric_jvp(model, (PARAMS, X), (Params(np.zeros(3), None), v))
    w = PARAMS.w
    h_dot = (np.cos(w * X) * w + 2 * X * w) * v
    assert np.allclose(estimate.value["h"], h_dot, rtol=1e-11)
    assert estimate.value["n"] is None
    h = np.sin(w * X) + X**2 * w
    assert np.isclose(estimate.value["total"], np.sum(2 * h * h_dot), rtol=1e-11)
    assert np.all(np.abs(estimate.value["h"] - h_dot) <= estimate.error["h"])


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (np.sin, 1e6, np.cos(1e6)),
        (np.log, 1e-7, 1e7),
        (np.exp, 30.0, np.exp(30.0)),
        (abs, 1e-3, 1.0),
        (abs, 0.0, 0.0),
        (lambda x: max(x, 0.0), 0.0, 0.5),
        (lambda x: 1e6 + x, 1.0, 1.0),
        (lambda x: x * x, 1e-9, 2e-9),
        (math.sqrt, 2.0, 0.5 / math.sqrt(2.0)),
        (np.sqrt, np.float32(2.0), 0.5 / math.sqrt(2.0)),
        (lambda x: np.sin(x) ** 2 + np.cos(x) ** 2, 0.7, 0.0),
    ],
)
def test_numeric_jvp_bounds_its_error(f, x, expected):
    unit = np.float32(1) if isinstance(x, np.float32) else 1.0
    estimate = numeric_jvp(f, (x,), (unit,))
    assert abs(estimate.value - expected) <= estimate.error
    assert estimate.error <= 1e-6 * max(abs(expected), 1.0)


def test_single_precision_is_differenced_in_double():
    x = X.astype(np.float32)
    estimate = numeric_jvp(lambda x: np.sum(np.sin(x)), (x,), (np.ones(3, np.float32),))
    assert np.isclose(estimate.value, np.sum(np.cos(x.astype(float))), rtol=1e-12)


def test_where_differences_cannot_tell_the_error_is_infinite():
    estimate = numeric_jvp(np.sqrt, (np.array([0.0, 1.0]),), (np.ones(2),))
    assert np.isnan(estimate.value[0])
    assert estimate.error[0] == np.inf
    assert np.isclose(estimate.value[1], 0.5)
    jump = numeric_jvp(lambda x: 1.0 if x > 0 else 0.0, (0.0,), (1.0,))
    assert jump.error > 1.0


def test_nan_results_have_nan_derivatives():
    estimate = numeric_jvp(lambda x: np.array([np.nan, 1.0]) * x, (1.0,), (1.0,))
    assert np.isnan(estimate.value[0])
    assert estimate.error[0] == 0.0
    assert np.isclose(estimate.value[1], 1.0)


def test_functions_that_write_into_their_arguments_are_run_on_copies():
    def writes(x):
        x[0] = x[0] ** 2
        return np.sum(x)

    x = np.array([3.0, 1.0])
    assert np.allclose(numeric_grad(writes, (x,)).value[0], [6.0, 1.0])
    assert x[0] == 3.0


def test_numeric_grad_entry_by_entry():
    estimate = numeric_grad(lambda p, x, name: np.sum(np.sin(p["w"] * x)), ({"w": PARAMS.w, "k": 3}, X, "s"))
    w_bar, x_bar, name_bar = estimate.value
    assert np.allclose(w_bar["w"], X * np.cos(PARAMS.w * X), rtol=1e-10)
    assert np.allclose(x_bar, PARAMS.w * np.cos(PARAMS.w * X), rtol=1e-10)
    assert w_bar["k"] is None
    assert name_bar is None
    assert estimate.error[1].shape == (3,)
    with pytest.raises(TypeError, match=r"one real number as result, got shape \(3,\)"):
        numeric_grad(np.sin, (X,))


def test_complex_gradients_follow_the_convention():
    z = np.array([1.0 + 2.0j, -0.5j])
    estimate = numeric_grad(lambda z: np.sum(np.abs(z) ** 2), (z,))
    assert np.allclose(estimate.value[0], 2 * np.conj(z), rtol=1e-10)


def test_complex_step_is_exact_to_rounding():
    v = np.ones(3)
    derivative = complex_step(lambda x: {"s": np.sin(x), "n": 2}, (X,), (v,))
    assert np.allclose(derivative["s"], np.cos(X), rtol=1e-15, atol=0)
    assert derivative["n"] is None
    with pytest.raises(TypeError, match="real arguments"):
        complex_step(np.sin, (1j,), (1j,))


def test_tangents_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"args\[0\]: expected shape \(3,\)"):
        numeric_jvp(np.sin, (X,), (np.ones(2),))


def test_results_whose_tree_depends_on_values_are_refused():
    with pytest.raises(ValueError, match="depend on the arguments' values"):
        numeric_jvp(lambda x: [x] if x > 0 else [x, x], (0.0,), (1.0,))
    with pytest.raises(ValueError, match="depend on the arguments' values"):
        numeric_jvp(lambda x: np.ones(1 + (x > 0)) * x, (0.0,), (1.0,))


def test_taylor_slopes_tell_right_from_wrong(monkeypatch):
    assert np.all(np.abs(taylor_slopes(cubic, (X,)) - 2.0) < 0.2)
    assert np.all(np.isinf(taylor_slopes(lambda x: 2.0 * x, (1.0,))))
    install(monkeypatch, jvp=lambda f, p, t: (f(*p), 1.1 * fake_jvp(f, p, t)[1]))
    assert np.all(taylor_slopes(cubic, (X,))[1:] < 1.3)


# ----------------------------------------------------------------------------------------------------------- directions


def test_argument_names():
    assert argument_names(lambda x, *rest, k=1: x, 3) == ["x", "args[1]", "args[2]"]
    assert argument_names(max, 2) == ["args[0]", "args[1]"]


def test_unit_tangents_name_each_entry():
    args = ({"w": np.zeros((1, 2)), "n": 3}, 1.0, 1j)
    labels = [where for where, _ in unit_tangents(args, ["p", "x", "z"])]
    assert labels == ["p['w'][0, 0]", "p['w'][0, 1]", "x", "z", "z, imaginary"]
    for _, tangents in unit_tangents(args, ["p", "x", "z"]):
        assert tree.first_mismatch(args, tangents) is None
        assert sum(float(np.sum(np.abs(leaf))) for leaf in tree.flatten(tangents)[0] if leaf is not None) == 1.0


def test_random_tangents_fit(rng):
    args = ({"w": np.zeros((2, 2), np.float32), "s": "s"}, np.complex64(1), 2.0, [1, None])
    tangents = random_tangent(args, rng)
    assert tree.first_mismatch(args, tangents) is None
    assert all(np.all(leaf) for leaf in tree.flatten(tangents)[0] if leaf is not None)


def test_inner_products_are_bilinear_and_skip_zero_directions():
    assert inner((1j, None), (1j, None))[0] == -1.0
    assert inner(np.array([np.nan, 2.0]), np.array([0.0, 3.0])) == (6.0, 6.0)


def test_nan_agrees_only_with_nan_in_the_same_place():
    nan = np.array([np.nan, 1.0])
    assert compare("jvp", "x", nan, nan, 0.0, 0.0, 1e-6).passed
    assert not compare("jvp", "x", nan, nan[::-1], 0.0, 0.0, 1e-6).passed
    assert not compare("jvp", "x", np.array([1.0, 1.0]), nan, 0.0, 0.0, 1e-6).passed
    assert not compare("jvp", "x", nan, nan, np.inf, 0.0, 1e-6).passed
    assert compare("jvp", "x", np.inf, np.inf, 0.0, 0.0, 1e-6).passed
    assert not compare("jvp", "x", np.inf, -np.inf, 0.0, 0.0, 1e-6).passed


# ---------------------------------------------------------------------------------------------------- right transforms


@pytest.mark.parametrize("modes", [("forward", "reverse"), ("forward",), ("reverse",)])
@pytest.mark.parametrize(
    ("f", "args"),
    [
        (cubic, (X,)),
        (lambda x: x**3, (2.0,)),
        (lambda x, k: np.sin(x) * x * k, (X, 1.5)),
        (model, (PARAMS, X)),
        (lambda x, n, name: [x**n, name, 2.0 * x], (1.5, 3, "s")),
        (cubic, (X.astype(np.float32),)),
        (cubic, (np.float32(0.5),)),
        (lambda x: x * x, (np.arange(1.0, 9.0)[::-2],)),
        (lambda x: np.sum(x, axis=1) * 2.0, (np.asfortranarray(np.arange(6.0).reshape(2, 3)),)),
        (lambda x: np.sum(x * x), (np.ones((3, 6)),)),
        (lambda x, y: np.sum(y * 2.0), (np.ones((0, 3)), 1.0)),
        (lambda x: x * 0.0, (X,)),
    ],
    ids=itertools.count(),
)
def test_right_derivatives_pass(f, args, modes):
    check_grads(f, args, modes=modes)


def test_arguments_are_handed_out_with_their_layout(monkeypatch):
    seen = []

    def watching(f, *primals):
        seen.append(primals[0].strides)
        return fake_vjp(f, *primals)

    install(monkeypatch, vjp=watching)
    x = np.arange(12.0).reshape(3, 4)[::-1, ::2]
    check_grads(lambda x: x * x, (x,), modes=("reverse",), order=1)
    assert x.strides in seen


def test_every_kind_of_check_is_made():
    whats = {check.what for check in derivative_checks(cubic, (X,), order=2)}
    for what in (
        "forward",
        "forward, value",
        "forward, arguments left alone",
        "forward, ownership",
        "reverse",
        "reverse, value",
        "reverse, seed left alone",
        "reverse, ownership",
        "reverse, pullback called again",
        "identity",
        "forward of grad",
        "reverse of grad",
        "forward of jvp",
        "reverse of jvp",
    ):
        assert what in whats
    assert not any("of" in check.what for check in derivative_checks(cubic, (X,), order=1))
    assert "reverse of grad of grad" not in whats
    deeper = {check.what for check in derivative_checks(lambda x: x**4, (0.5,), order=3, rtol=1e-5)}
    assert "forward of vjp of grad" in deeper


def test_nothing_to_check_is_an_error():
    with pytest.raises(TypeError, match="no argument"):
        check_grads(cubic, (np.arange(3),))
    with pytest.raises(TypeError, match="the result, an int"):
        check_grads(lambda x: 3, (1.0,))
    with pytest.raises(ValueError, match="sideways"):
        check_grads(cubic, (X,), modes=("sideways",))


# ---------------------------------------------------------------------------------------------------- wrong transforms


def caught(f: Any, args: Any, **options: Any) -> str:
    with pytest.raises(AssertionError) as failure:
        check_grads(f, args, **{"order": 1, **options})
    return str(failure.value)


def jvp_of(change: Any) -> Any:
    def jvp(f, primals, tangents):
        result, tangent = fake_jvp(f, primals, tangents)
        return result, change(tangent)

    return jvp


def vjp_of(change: Any) -> Any:
    def vjp(f, *primals):
        result, pullback = fake_vjp(f, *primals)
        return result, lambda seed: change(pullback(seed))

    return vjp


@pytest.mark.parametrize(
    "change",
    [
        lambda t: 1.0001 * t,
        lambda t: -t,
        lambda t: 0.0 * t,
        lambda t: t + 1e-4,
        lambda t: np.full_like(t, np.nan),
        lambda t: t[::-1],
        lambda t: t.astype(np.float32),
        lambda t: t[:2],
        lambda t: None,
        lambda t: [t],
    ],
    ids=itertools.count(),
)
def test_a_wrong_jvp_is_caught(monkeypatch, change):
    install(monkeypatch, jvp=jvp_of(change))
    assert "forward" in caught(lambda x: np.sin(x) * x, (X,))


def flip_last(cotangents: Any) -> Any:
    x_bar = cotangents[0].copy()
    x_bar[-1] *= -1
    return (x_bar, *cotangents[1:])


@pytest.mark.parametrize(
    "change",
    [
        lambda c: (1.0001 * c[0], c[1]),
        lambda c: (0.0 * c[0], c[1]),
        lambda c: (c[0] * np.nan, c[1]),
        flip_last,
        lambda c: (c[0], -c[1]),
        lambda c: (c[0].reshape(3, 1), c[1]),
        lambda c: (c[0].astype(np.float32), c[1]),
        lambda c: (c[0], None),
        lambda c: list(c),
        lambda c: c[0],
    ],
    ids=itertools.count(),
)
@pytest.mark.parametrize("modes", [("forward", "reverse"), ("reverse",)])
def test_a_wrong_vjp_is_caught(monkeypatch, change, modes):
    install(monkeypatch, vjp=vjp_of(change))
    assert "reverse" in caught(lambda x, k: np.sin(x) * k, (X, 1.5), modes=modes)


def test_one_wrong_entry_of_many_is_caught_along_random_directions(monkeypatch):
    x = np.linspace(0.5, 1.5, 40)
    check_grads(lambda x: np.sin(x), (x,), order=1)
    install(monkeypatch, vjp=vjp_of(flip_last))
    assert "random direction" in caught(lambda x: np.sin(x), (x,))


def test_an_error_below_what_differences_see_is_caught_by_the_identity(monkeypatch):
    install(monkeypatch, vjp=vjp_of(lambda c: (c[0] * (1 + 1e-8),)))
    message = caught(np.sin, (X,))
    assert "identity" in message
    assert "reverse" not in message


def test_the_message_names_the_argument_the_entry_and_both_numbers(monkeypatch):
    install(monkeypatch, vjp=vjp_of(lambda c: ({"w": flip_last((c[0]["w"],))[0]}, c[1])))
    message = caught(lambda params, k: params["w"] * k, ({"w": np.array([1.0, 2.0])}, 3.0))
    assert "reverse, params['w'][1]: got " in message
    assert ", expected " in message
    assert "params['w'][0]:" not in message
    install(monkeypatch, jvp=jvp_of(lambda t: t * np.array([1.0, 2.0])))
    message = caught(lambda params, k: params["w"] * k, ({"w": np.array([1.0, 2.0])}, 3.0))
    assert "forward, result along params['w'][1][1]: got 6, expected 3" in message


def test_a_changed_value_is_caught(monkeypatch):
    def jvp(f, primals, tangents):
        result, tangent = fake_jvp(f, primals, tangents)
        return np.nextafter(result, np.inf), tangent

    install(monkeypatch, jvp=jvp)
    assert "forward, value, result: got" in caught(cubic, (X,))
    install(monkeypatch, vjp=lambda f, *p: (-f(*p) * 0.0, fake_vjp(f, *p)[1]))
    assert "reverse, value" in caught(lambda x: 0.0 * x, (1.0,))


def test_changed_arguments_and_seeds_are_caught(monkeypatch):
    def vjp(f, *primals):
        answer = fake_vjp(f, *primals)
        primals[0][0] = 99.0
        return answer

    install(monkeypatch, vjp=vjp)
    assert "arguments left alone, args[0]" in caught(cubic, (X,))

    def greedy(f, *primals):
        result, pullback = fake_vjp(f, *primals)

        def eats(seed):
            cotangents = pullback(seed)
            seed *= 0.0
            return cotangents

        return result, eats

    install(monkeypatch, vjp=greedy)
    assert "seed left alone" in caught(np.sin, (X,))


def test_shared_memory_is_caught(monkeypatch):
    install(monkeypatch, vjp=lambda f, x: (f(x), lambda seed: (seed,)))
    assert "derivative[0] shares memory" in caught(lambda x: x * 1.0, (X,))
    install(monkeypatch, jvp=lambda f, p, t: (f(*p), t[0]))
    assert "derivative shares memory" in caught(lambda x: x * 1.0, (X,), modes=("forward",))


def test_state_hidden_in_a_pullback_is_caught(monkeypatch):
    def vjp(f, *primals):
        result, pullback = fake_vjp(f, *primals)
        calls = itertools.count()
        return result, lambda seed: tuple(c * (2.0 if next(calls) == 3 else 1.0) for c in pullback(seed))

    install(monkeypatch, vjp=vjp)
    message = caught(cubic, (X,))
    assert "pullback called again" in message


@pytest.mark.parametrize("modes", [("forward", "reverse"), ("reverse",)])
def test_a_wrong_second_derivative_is_caught(monkeypatch, modes):
    def vjp(f, *primals):
        result, pullback = fake_vjp(f, *primals)
        factor = 1.01 if isinstance(result, tuple) else 1.0
        return result, lambda seed: tuple(factor * c for c in pullback(seed))

    install(monkeypatch, vjp=vjp)
    check_grads(cubic, (X,), order=1)
    assert "reverse of grad" in caught(cubic, (X,), order=2, modes=modes)


def test_a_kink_is_reported_and_not_passed(monkeypatch):
    def step(x):
        return np.where(x > 0, 1.0 + x, x)

    install(monkeypatch, jvp=lambda f, p, t: (f(*p), t[0] * 1.0))
    assert "do not converge" in caught(step, (np.array([0.0, 1.0]),), modes=("forward",))
    assert "do not converge" in caught(np.sqrt, (np.zeros(1),), modes=("forward",))


def test_checks_say_what_they_compared():
    assert str(Check("reverse", "w[0]", False, 1.0, 2.0, 0.1)) == (
        "reverse, w[0]: got 1, expected 2 (apart by 1, allowed 0.1)"
    )
    assert str(Check("ownership", "", True, note="no shared memory")) == "ownership: no shared memory"
