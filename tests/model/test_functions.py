"""Functions of one argument: the rows of the inventory's section 2, its 'Better' line, and the defects D6, D7 and D8 of section 23."""

from __future__ import annotations

import time

import numpy as np
import pytest

from s2s import eager, grad, hessian, hvp, jacfwd, jacrev, jvp, linearize, value_and_grad, vjp
from s2s.errors import DtypeError, NotScalar, ShapeError

X = np.array([0.5, -1.2])
A = np.array([[1.0, 2.0], [0.5, -1.0], [-3.0, 0.25]])


def mean_square(x):
    return np.mean(x * x)


def square(x):
    return x * x


def tall(x):
    """Two numbers to three."""
    return np.tanh(A @ x)


def slopes_of_tall(x):
    return (1.0 - np.tanh(A @ x) ** 2)[:, None] * A


def wide(x):
    """Three numbers to one row of two."""
    return np.array([[x[0] * x[1], x[2]]])


# ------------------------------------------------------------------------------------------------------------------- the rows
def test_grad():
    """Row `grad f x`."""
    np.testing.assert_array_equal(grad(mean_square)(X), X)


def test_value_and_grad():
    """Row `valueAndGrad f x`: the value first, and the forward sweep once: mean and square stand in the program once."""
    value, gradient = value_and_grad(mean_square)(X)
    assert value == pytest.approx(0.845, rel=1e-15)
    np.testing.assert_array_equal(gradient, X)
    lines = value_and_grad(mean_square).source(X).splitlines()
    assert [line.strip() for line in lines if "np.mean(" in line and "#" not in line] == ["mean_square = np.mean(x * x)"]


def test_value_as_a_number():
    """Row `valueAndGradScalar`: the value is a NumPy scalar, which is a Python float."""
    value, _ = value_and_grad(mean_square)(X)
    assert isinstance(value, float)
    assert np.shape(value) == ()


def test_vjp():
    """Row `vjp f x seedOut`: the seed as an argument, and as a pullback."""
    np.testing.assert_array_equal(vjp(square, X, cotangent=np.ones(2))[1][0], [1.0, -2.4])
    seed = np.array([1.0, -2.0, 0.5])
    result, pullback = vjp(tall, X)
    np.testing.assert_allclose(result, tall(X), rtol=1e-15)
    np.testing.assert_allclose(pullback(seed)[0], slopes_of_tall(X).T @ seed, rtol=1e-14)
    np.testing.assert_allclose(vjp(tall, X, cotangent=seed)[1][0], pullback(seed)[0], rtol=1e-15)


def test_jacrev():
    """Row `jacrev f x`: rows, stacked: row i is the vjp with the i-th unit cotangent."""
    found = jacrev(tall)(X)
    np.testing.assert_allclose(found, slopes_of_tall(X), rtol=1e-14)
    for i, unit in enumerate(np.eye(3)):
        np.testing.assert_array_equal(found[i], vjp(tall, X, cotangent=unit)[1][0])


def test_jacfwd():
    """Row `jacfwd f x`: the same array, column j is the jvp along the j-th unit."""
    found = jacfwd(tall)(X)
    np.testing.assert_allclose(found, jacrev(tall)(X), rtol=1e-14)
    for j, unit in enumerate(np.eye(2)):
        np.testing.assert_allclose(found[:, j], jvp(tall, (X,), (unit,))[1], rtol=1e-15)


def test_jacfwd_is_forward_mode():
    """Section 26, row 4: 'really in forward mode'.  Its program has a tangent for each step, and no cotangent."""
    source = jacfwd(tall).source(X)
    assert "_dot" in source
    assert "_bar" not in source


def test_hessian():
    """Row `hessian f x`: the columns H e, stacked; each is an hvp, and none needs the Hessian."""
    np.testing.assert_array_equal(hessian(mean_square)(X), np.eye(2))

    def bent(x):
        return np.sum(np.sin(x) * x[::-1] ** 2)

    found = hessian(bent)(X)
    np.testing.assert_allclose(found, found.T, rtol=1e-14)
    for j, unit in enumerate(np.eye(2)):
        np.testing.assert_allclose(found[:, j], hvp(bent, (X,), (unit,)), rtol=1e-14)


def test_what_is_missing_there():
    """jvp, hvp and linearize of functions; many arguments, many results, aux, trees, argnums."""
    _, pushforward = linearize(tall, X)
    np.testing.assert_allclose(pushforward(np.ones(2)), jvp(tall, (X,), (np.ones(2),))[1], rtol=1e-15)

    def several(table, k):
        return {"a": table["x"] * k, "b": (table["x"][0], k)}, k

    (value, aux), gradient = value_and_grad(lambda t, k: (np.sum(several(t, k)[0]["a"]), k), argnums=(0, 1), has_aux=True)({"x": X}, 2.0)
    assert (value, aux) == (pytest.approx(-1.4), 2.0)
    np.testing.assert_array_equal(gradient[0]["x"], [2.0, 2.0])
    assert gradient[1] == pytest.approx(-0.7)


# ------------------------------------------------------------------------------------------------------------ shapes of all kinds
@pytest.mark.parametrize(
    ("function", "x", "shape"),
    [
        (tall, X, (3, 2)),
        (wide, np.array([1.0, 2.0, 3.0]), (1, 2, 3)),
        (lambda x: x**2, np.array(3.0), ()),
        (lambda x: x**2, 3.0, ()),
        (lambda x: x * np.ones(4), np.array(3.0), (4,)),
        (lambda x: np.sum(x), np.ones((2, 3)), (2, 3)),
        (lambda x: np.sum(x), np.zeros(0), (0,)),
        (lambda x: x[:0], X, (0, 2)),
        (lambda x: x * 2.0, np.zeros((0, 3)), (0, 3, 0, 3)),
    ],
)  # fmt: skip
def test_jacobians_of_any_shape(function, x, shape):
    """Non-square, 0-d and empty: `result.shape + x.shape`, the same from both modes."""
    rows, columns = jacrev(function)(x), jacfwd(function)(x)
    assert np.shape(rows) == np.shape(columns) == shape
    np.testing.assert_allclose(rows, columns, rtol=1e-14)


def test_a_seed_without_axes():
    """Section 26, row 5: VJP for 0-d seeds."""
    for seed in (2.0, np.float64(2.0), np.array(2.0)):
        np.testing.assert_array_equal(vjp(mean_square, X, cotangent=seed)[1][0], 2.0 * X)
    result, (x_bar,) = vjp(lambda x: x**2, np.array(3.0), cotangent=np.array(1.0))
    assert (result, x_bar, np.shape(x_bar)) == (9.0, 6.0, ())


def test_a_vector_needs_a_seed():
    """`grad` of it is refused, with the shape and what to use; so at second order."""
    for transform in (grad, value_and_grad, hessian):
        with pytest.raises(NotScalar, match=r"array of shape \(3,\)") as error:
            transform(tall)(X)
        assert "jacrev" in str(error.value)
        assert "vjp" in str(error.value)
    with pytest.raises(NotScalar, match=r"array of shape \(1,\)"):
        grad(lambda x: x[:1])(X)


@pytest.mark.parametrize("seed", [np.ones(2), np.ones((3, 1)), 1.0, np.ones(4)])
def test_a_seed_of_another_shape_is_refused(seed):
    with pytest.raises(ShapeError, match=r"expected shape \(3,\)"):
        vjp(tall, X, cotangent=seed)


def test_a_complex_seed_of_a_real_result_is_refused():
    with pytest.raises(DtypeError):
        vjp(tall, X, cotangent=np.ones(3) * 1j)


# ---------------------------------------------------------------------------------------- identity, constants, what passes through
def identity(x):
    return x


def constant(x):
    return np.array([1.0, 2.0])


def number(x):
    return 3.0


def passes_another(x, y=X):
    return y


def not_the_last(x):
    early = np.sum(x**2)
    late = np.sin(early)
    return early if late < 2.0 else late


def twice(x):
    return x, x, np.sum(x)


def test_d7_identity():
    np.testing.assert_array_equal(jacrev(identity)(X), np.eye(2))
    np.testing.assert_array_equal(jacfwd(identity)(X), np.eye(2))
    seed = np.array([3.0, 4.0])
    result, (x_bar,) = vjp(identity, X, cotangent=seed)
    np.testing.assert_array_equal(x_bar, seed)
    assert result is not X
    assert x_bar is not seed
    assert grad(identity)(2.0) == 1.0


@pytest.mark.parametrize("function", [constant, passes_another])
def test_d7_constants_and_other_arguments(function):
    np.testing.assert_array_equal(jacrev(function)(X), np.zeros((2, 2)))
    np.testing.assert_array_equal(jacfwd(function)(X), np.zeros((2, 2)))
    np.testing.assert_array_equal(vjp(function, X, cotangent=np.ones(2))[1][0], np.zeros(2))
    np.testing.assert_array_equal(jvp(function, (X,), (X,))[1], np.zeros(2))
    np.testing.assert_array_equal(grad(number)(X), np.zeros(2))


def test_d7_results_that_are_not_the_last_and_several():
    np.testing.assert_array_equal(grad(not_the_last)(X), 2 * X)
    np.testing.assert_array_equal(eager.grad(not_the_last)(X), 2 * X)
    _, (x_bar,) = vjp(twice, X, cotangent=(np.array([1.0, 0.0]), np.array([0.0, 2.0]), 10.0))
    np.testing.assert_array_equal(x_bar, [11.0, 12.0])


# ----------------------------------------------------------------------------------------------------------------- kinks and costs
KINKS = [
    ("abs", np.abs, np.array([0.0, -0.0, 1.0])),
    ("maximum", lambda x: np.maximum(x, 0.0), np.array([0.0, 1.0, -1.0])),
    ("minimum of two", lambda x: np.minimum(x, x[::-1]), np.array([1.0, 1.0, 1.0])),
    ("max", lambda x: np.max(x) * np.ones(1), np.array([2.0, 2.0, 1.0])),
    ("clip", lambda x: np.clip(x, 0.0, 1.0), np.array([0.0, 0.5, 1.0])),
    ("where", lambda x: np.where(x > 0.0, x, 2.0 * x), np.array([0.0, 1.0, -1.0])),
    ("sort", np.sort, np.array([1.0, 1.0, 0.0])),
    ("relu written by hand", lambda x: x * (x > 0), np.array([0.0, 1.0, -1.0])),
    ("norm", lambda x: np.sqrt(np.sum(x**2)) * np.ones(1), np.zeros(3)),
]


@pytest.mark.parametrize(("name", "function", "x"), KINKS)
def test_d6_forward_and_reverse_agree_on_kinks(name, function, x):
    np.testing.assert_array_equal(jacfwd(function)(x), jacrev(function)(x))


def chain(x, count):
    for _ in range(count):
        x = np.sin(x)
    return np.sum(x)


def seconds(count):
    gradient, x = grad(chain, jit=False), np.ones(3)
    gradient(x, count)
    took = []
    for _ in range(5):
        start = time.perf_counter()
        gradient(x, count)
        took.append(time.perf_counter() - start)
    return min(took)


def test_d8_cost_is_linear_in_the_length():
    """The compiled form of the other system took quadratic time: 16 times as long a chain would take 256 times as long."""
    assert seconds(16_000) < 120 * seconds(1_000)


def test_d8_nothing_is_derived_twice(monkeypatch):
    from s2s import pipeline

    for transform in (grad, value_and_grad, jacfwd, jacrev, hessian):
        transform(mean_square)(X)
    monkeypatch.setattr(pipeline, "derive", None)
    for transform in (grad, value_and_grad, jacfwd, jacrev, hessian):
        transform(mean_square)(X + 1.0)
