"""Derivatives of models by name: the rows of the inventory's section 3, on its own example, and on trees of every kind.

The numbers are those of section 22, which were computed apart from both systems and checked by finite differences.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, NamedTuple

import numpy as np
import pytest

from s2s import eager, grad, model, nn
from s2s.errors import DtypeError, NotScalar, ShapeError
from s2s.testing import check_grads
from s2s_runtime import tree

losses = nn.losses


def linear(params, x):
    return params["w"] @ x + params["b"]


PARAMS = {"w": np.array([[0.2, -0.1], [0.0, 0.3], [-0.4, 0.1]]), "b": np.array([0.01, -0.02, 0.03])}
X, TARGET = np.array([0.5, -1.2]), np.array([0.7, 0.1, -0.5])
DIRECTION = {"w": np.full((3, 2), 0.1), "b": np.full(3, -0.2)}
ALL = (linear, losses.mse, PARAMS, X, TARGET)

VALUE = 0.99080 / 6  # 0.16513333...
BY_B = np.array([-0.94, -0.96, 0.42]) / 3
GRADIENT = {"w": np.outer(BY_B, X), "b": BY_B}
BY_X = np.array([-0.356, -0.152]) / 3
CURVED = {"w": np.outer(np.full(3, -0.18), X), "b": np.full(3, -0.18)}


def same(found, expected, rtol=1e-13):
    """Equal leaves to rounding, in the same tree."""
    leaves, structure = tree.flatten(found)
    others, other = tree.flatten(expected)
    assert structure == other
    for one, two in zip(leaves, others, strict=True):
        np.testing.assert_allclose(one, two, rtol=rtol, atol=1e-15)


def mlp(params, x):
    return np.tanh(x @ params["w"] + params["b"]) @ params["v"]


BATCH = np.array([[1.0, 0.0, -1.0], [0.5, 2.0, 0.3], [-1.5, 0.4, 0.8], [0.2, -0.7, 1.1]])
OF_MLP = {"w": np.array([[0.5, -0.3], [0.1, 0.8], [-0.6, 0.2]]), "b": np.array([0.1, -0.2]), "v": np.array([1.0, -0.5])}
Y = np.array([1.0, -0.5, 0.0, 0.5])
MLP = (mlp, losses.mse, OF_MLP, BATCH, Y)
SOMEWHERE = tree.tree_map(lambda leaf: np.cos(np.arange(leaf.size)).reshape(leaf.shape), OF_MLP)


# ------------------------------------------------------------------------------------------------------ the rows, on numbers
def test_the_output():
    np.testing.assert_allclose(model.output(linear, PARAMS, X), [0.23, -0.38, -0.29], rtol=1e-14)
    assert model.loss_of(*ALL) == pytest.approx(VALUE, rel=1e-14)


def test_grad_params():
    """Rows `gradParams`, and `Params`: a tree like the parameters."""
    same(model.grad_params(*ALL), GRADIENT)


def test_grad_inputs():
    """Row `gradInputs`: both, from one reverse sweep."""
    found = model.grad_inputs(*ALL)
    same(found.x, BY_X)
    same(found.target, -BY_B)


def test_grad_x_and_grad_target():
    """Row `gradX`, `gradTarget`."""
    same(model.grad_x(*ALL), BY_X)
    same(model.grad_target(*ALL), -BY_B)


def test_value_and_grads():
    """Rows `ValueAndGrads`, `valueAndGrads`: four named fields."""
    found = model.value_and_grads(*ALL)
    assert found._fields == ("value", "params", "x", "target")
    same(tuple(found), (np.float64(VALUE), GRADIENT, BY_X, -BY_B))


def test_value_and_grads_runs_the_model_once():
    """One forward and one reverse: the program has one product by `w`, and one by its transpose."""
    source = grad(model.loss_of, argnums=(2, 3, 4)).source(*ALL)
    assert source.count("w @ x") == 1
    assert source.count("w.T @") == 1


def test_value_and_grad_params():
    """Row `valueAndGradParams`: the value first, and as the loss gives it."""
    value, gradient = model.value_and_grad_params(*ALL)
    assert type(value) is np.float64
    same((value, gradient), (np.float64(VALUE), GRADIENT))


def test_float_and_grad_params():
    """Row `valueAndGradParamsScalar`: a bare number."""
    value, gradient = model.float_and_grad_params(*ALL)
    assert type(value) is float
    assert value == pytest.approx(VALUE, rel=1e-14)
    same(gradient, GRADIENT)


def test_value_and_grad_x_and_target():
    """Row `valueAndGradX`, `valueAndGradTarget`."""
    same(model.value_and_grad_x(*ALL), (np.float64(VALUE), BY_X))
    same(model.value_and_grad_target(*ALL), (np.float64(VALUE), -BY_B))


def test_vjp_params():
    """Row `vjpParams`: no loss, a cotangent of the output."""
    same(model.vjp_params(linear, PARAMS, X, np.ones(3)), {"w": np.tile(X, (3, 1)), "b": np.ones(3)})


def test_vjp_inputs_and_vjp_input():
    """Row `vjpInputs` / `vjpInput`: a tuple of one, and what is in it."""
    seed = np.array([1.0, 2.0, 0.5])
    (found,) = model.vjp_inputs(linear, PARAMS, X, seed)
    same(found, PARAMS["w"].T @ seed)
    same(model.vjp_input(linear, PARAMS, X, seed), found)


def test_jacrev_params():
    """Row `jacrevParams`: row i of each block is the parameter-structured gradient of output i."""
    found = model.jacrev_params(linear, PARAMS, X)
    for i in range(3):
        same({"w": found["w"][i], "b": found["b"][i]}, {"w": np.outer(np.eye(3)[i], X), "b": np.eye(3)[i]})


def test_jacfwd_params():
    """Absent there: the same blocks, column by column."""
    same(model.jacfwd_params(mlp, OF_MLP, BATCH), model.jacrev_params(mlp, OF_MLP, BATCH))


def test_jacobians_by_the_input():
    """Row of the layer below, `jacrevOutInputs`."""
    same(model.jacrev_input(linear, PARAMS, X), PARAMS["w"])
    same(model.jacfwd_input(linear, PARAMS, X), PARAMS["w"])


def test_jvp_params():
    """Row `jvpParams`: the directional derivative of the loss, and value and slope in one sweep."""
    assert model.jvp_params(*ALL, DIRECTION) == pytest.approx(0.1332, rel=1e-13)
    assert model.value_and_jvp_params(*ALL, DIRECTION) == pytest.approx((VALUE, 0.1332), rel=1e-13)


def test_jvp_inputs():
    """Absent there: `jvpLossInputs` was not public."""
    both = model.jvp_inputs(*ALL, (X, TARGET))
    assert both == pytest.approx(BY_X @ X - BY_B @ TARGET, rel=1e-13)
    assert model.jvp_inputs(*ALL, (X, None)) == pytest.approx(BY_X @ X, rel=1e-13)


def test_hvp_params():
    """Row `hvpParams`: in parameter structure."""
    same(model.hvp_params(*ALL, DIRECTION), CURVED)


def test_hvp_inputs():
    """Absent there: `hvpInputs` was not public.  H = 2/3 [[w'w, -w'], [-w, 1]] of (x, target)."""
    w = PARAMS["w"]
    found = model.hvp_inputs(*ALL, (X, TARGET))
    same(found.x, 2 / 3 * w.T @ (w @ X - TARGET))
    same(found.target, 2 / 3 * (TARGET - w @ X))


def test_hvp_of_all_together():
    """'hvp for params and inputs and both': the blocks between them, too."""
    found = model.hvp_all(*MLP, (SOMEWHERE, None, None))
    same(found[0], model.hvp_params(*MLP, SOMEWHERE))

    def pushed(s):
        moved = tree.tree_map(lambda leaf, dot: leaf + s * dot, OF_MLP, SOMEWHERE)
        return model.grad_x(mlp, losses.mse, moved, BATCH, Y)

    same(found[1], (pushed(1e-6) - pushed(-1e-6)) / 2e-6, rtol=1e-7)


def test_hessian_params():
    """Absent there.  Its product with a direction is `hvp_params`; it is symmetric."""
    blocks = model.hessian_params(*MLP)
    for name, row in blocks.items():
        product = sum(np.tensordot(block, SOMEWHERE[other], np.ndim(SOMEWHERE[other])) for other, block in row.items())
        np.testing.assert_allclose(product, model.hvp_params(*MLP, SOMEWHERE)[name], rtol=1e-12, atol=1e-14)
        for other, block in row.items():
            count = np.ndim(OF_MLP[name])
            turned = np.moveaxis(blocks[other][name], range(-count, 0), range(count))
            np.testing.assert_allclose(block, turned, rtol=1e-12, atol=1e-15)


def test_gauss_newton():
    """'Better': J' H J v; of a linear model it is the Hessian."""
    same(model.gauss_newton_params(*ALL, DIRECTION), CURVED)
    jacobian = model.jacrev_params(mlp, OF_MLP, BATCH)
    moved = sum(np.tensordot(jacobian[name], SOMEWHERE[name], np.ndim(SOMEWHERE[name])) for name in OF_MLP)
    expected = {name: np.tensordot(2 / 4 * moved, jacobian[name], 1) for name in OF_MLP}
    same(model.gauss_newton_params(*MLP, SOMEWHERE), expected, rtol=1e-12)


def test_gradients_per_sample():
    """'Better': their mean is the gradient of the mean loss."""
    each = model.grad_params_per_sample(*MLP)
    assert {name: leaf.shape for name, leaf in each.items()} == {"w": (4, 3, 2), "b": (4, 2), "v": (4, 2)}
    same(tree.tree_map(lambda leaf: np.mean(leaf, axis=0), each), model.grad_params(*MLP), rtol=1e-12)


# --------------------------------------------------------------------------------------------------------------------- detach
@pytest.mark.parametrize("jit", [False, True])
def test_detach(jit):
    """Row `OutputLoss.detach`: the same value, gradients of parameters and input exactly 0, the target's still there."""
    kept = model.value_and_grads(*ALL, jit=jit)
    found = model.value_and_grads(linear, model.detach(losses.mse), PARAMS, X, TARGET, jit=jit)
    assert found.value == kept.value
    assert all(np.all(leaf == 0.0) for leaf in (*found.params.values(), found.x))
    same(found.target, -BY_B)


def test_detach_of_the_target_too():
    found = model.value_and_grads(linear, model.detach(losses.mse, target=True), PARAMS, X, TARGET)
    assert found.value == pytest.approx(VALUE, rel=1e-14)
    assert all(np.all(leaf == 0.0) for leaf in (*found.params.values(), found.x, found.target))


def test_products_of_a_detached_loss_are_zero():
    detached = (linear, model.detach(losses.mse), PARAMS, X, TARGET)
    assert model.jvp_params(*detached, DIRECTION) == 0.0
    same(model.hvp_params(*detached, DIRECTION), {"w": np.zeros((3, 2)), "b": np.zeros(3)})


# ------------------------------------------------------------------------------------------------------- cross-entropy, labels
def test_d1_the_slope_of_a_cross_entropy():
    """D1: z = [1, 2, .5], d = [.3, -.7, 1.1], class 1: .48366, where the formula of the VJP gives 1.13997."""
    z, d = np.array([1.0, 2.0, 0.5]), np.array([0.3, -0.7, 1.1])
    for target in (np.array(1), np.array([0.0, 1.0, 0.0])):  # rows `crossEntropyOneHot` and of integer labels
        assert model.jvp_params(lambda p, x: p, losses.cross_entropy, z, X, target, d) == pytest.approx(0.48366, abs=5e-6)


def test_labels_have_no_gradient():
    labels = np.array([0, 1, 1, 0])

    def scores(params, x):
        return np.tanh(x @ params["w"]) + params["b"]

    problem = (scores, losses.cross_entropy, OF_MLP, BATCH, labels)
    found = model.value_and_grads(*problem)
    assert found.target is None
    assert np.all(found.params["v"] == 0.0)
    same(model.grad_inputs(*problem).x, found.x)
    assert model.grad_inputs(*problem).target is None
    with pytest.raises(DtypeError, match="target"):
        model.grad_target(*problem)
    check_grads(lambda params, x: model.loss_of(scores, losses.cross_entropy, params, x, labels), (OF_MLP, BATCH))


def test_whole_numbers_as_input():
    """An embedding: the input has no derivative, and the parameters do."""
    words = np.array([2, 0, 2])
    problem = (lambda table, x: table[x], losses.mse, np.eye(3), words, np.zeros((3, 3)))
    found = model.value_and_grads(*problem)
    assert found.x is None
    assert model.grad_inputs(*problem).x is None
    same(found.params, 2 / 9 * np.diag([1.0, 0.0, 2.0]))


# ------------------------------------------------------------------------------------------------------------------- any tree
class Layer(NamedTuple):
    w: Any
    b: Any


@dataclasses.dataclass
class Dense:
    w: Any
    b: Any


def by_names(params, x):
    return params.w @ x + params.b


def by_places(params, x):
    w, b = params
    return w @ x + b


TREES = {
    "tuple": (by_places, (PARAMS["w"], PARAMS["b"])),
    "list": (by_places, [PARAMS["w"], PARAMS["b"]]),
    "named tuple": (by_names, Layer(PARAMS["w"], PARAMS["b"])),
    "dataclass": (by_names, Dense(PARAMS["w"], PARAMS["b"])),
    "nested": (lambda p, x: linear(p["layers"][0], x), {"layers": [PARAMS], "name": "linear", "width": 3}),
}


@pytest.mark.parametrize("kind", TREES)
def test_parameters_are_any_tree(kind):
    """Row `linearParams`: weight and bias in whatever the user has; every derivative in the same."""
    function, params = TREES[kind]
    problem = (function, losses.mse, params, X, TARGET)
    for found in (model.grad_params(*problem), model.value_and_grads(*problem).params, model.vjp_params(function, params, X, BY_B)):
        assert type(found) is type(params)
        moving = [leaf for leaf in tree.flatten(found)[0] if leaf is not None]
        np.testing.assert_allclose(moving[0 if moving[0].ndim == 2 else 1], GRADIENT["w"], rtol=1e-13)
    curved = model.hvp_params(*problem, model.grad_params(*problem))
    assert type(curved) is type(params)


@pytest.mark.parametrize(("params", "x", "target"), [(2.0, 3.0, 1.0), (np.array(2.0), np.array(3.0), np.array(1.0)),
                                                   (2.0, np.zeros(0), np.zeros(0)), (np.ones((2, 0)), np.ones(0), np.ones(2))])  # fmt: skip
def test_numbers_and_empty_arrays(params, x, target):
    """0-d and empty shapes: every result is shaped like what it belongs to."""

    def product(p, x):
        return p * x if np.ndim(p) == 0 else p @ x

    def squares(prediction, target):
        return np.sum((prediction - target) ** 2)

    found = model.value_and_grads(product, squares, params, x, target)
    assert [np.shape(part) for part in found[1:]] == [np.shape(params), np.shape(x), np.shape(target)]
    assert np.shape(model.hvp_params(product, squares, params, x, target, params)) == np.shape(params)
    jacobian = model.jacrev_params(product, params, x)
    assert np.shape(jacobian) == np.shape(product(params, x)) + np.shape(params)
    same(model.jacfwd_params(product, params, x), jacobian)
    assert np.shape(model.vjp_params(product, params, x, product(params, x))) == np.shape(params)


# --------------------------------------------------------------------------------------------------------------------- errors
def test_a_vector_loss_has_no_gradient():
    """Section 24, grad of a non-scalar: the shape is named, and what to use."""
    for function in (model.grad_params, model.value_and_grads, model.float_and_grad_params):
        with pytest.raises(NotScalar, match=r"shape \(3,\)") as error:
            function(linear, lambda prediction, target: prediction - target, PARAMS, X, TARGET)
        assert isinstance(error.value, TypeError)
        assert "jacrev" in str(error.value)
        assert "vjp" in str(error.value)


def test_a_seed_of_another_shape_is_refused():
    """Section 24, shape mismatch: expected and got."""
    with pytest.raises(ShapeError, match=r"expected shape \(3,\).*got shape \(2,\)"):
        model.vjp_params(linear, PARAMS, X, np.ones(2))
    with pytest.raises(ShapeError, match=r"expected shape \(3, 2\).*got shape \(2, 3\)"):
        model.jvp_params(*ALL, {"w": np.ones((2, 3)), "b": np.ones(3)})


# -------------------------------------------------------------------------------------------- once derived, and other ways to run
NAMES = {
    "grad_params": ALL, "grad_inputs": ALL, "grad_x": ALL, "grad_target": ALL, "value_and_grads": ALL, "value_and_grad_params": ALL,
    "float_and_grad_params": ALL, "value_and_grad_x": ALL, "value_and_grad_target": ALL, "vjp_params": (linear, PARAMS, X, BY_B),
    "vjp_input": (linear, PARAMS, X, BY_B), "jacrev_params": (linear, PARAMS, X), "jacfwd_params": (linear, PARAMS, X),
    "jvp_params": (*ALL, DIRECTION), "hvp_params": (*ALL, DIRECTION), "hvp_inputs": (*ALL, (X, TARGET)), "hessian_params": ALL,
    "gauss_newton_params": (*ALL, DIRECTION),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_derived_twice(name, monkeypatch):
    """D8: every public call recompiled."""
    from s2s import pipeline

    getattr(model, name)(*NAMES[name])
    monkeypatch.setattr(pipeline, "derive", None)
    other = tree.tree_map(lambda leaf: leaf + 1.0 if isinstance(leaf, np.ndarray) else leaf, list(NAMES[name]))
    getattr(model, name)(*other)


def test_functions_made_from_one_text_share_their_programs(monkeypatch):
    """A model with a setting of its own, made again for each call, is derived once; the setting is read at each call."""
    from s2s import pipeline

    def scaled(scale):
        return lambda params, x: scale * linear(params, x)

    model.grad_params(scaled(1.0), model.detach(losses.mse), PARAMS, X, TARGET)
    first = model.grad_params(scaled(1.0), losses.mse, PARAMS, X, TARGET)
    monkeypatch.setattr(pipeline, "derive", None)
    same(first, GRADIENT)
    assert not np.allclose(model.grad_params(scaled(2.0), losses.mse, PARAMS, X, TARGET)["w"], GRADIENT["w"])
    model.grad_params(scaled(2.0), model.detach(losses.mse), PARAMS, X, TARGET)


@pytest.mark.parametrize("name", ["grad_params", "value_and_grads", "vjp_params", "jvp_params", "hvp_params", "jacrev_params"])
def test_compiled_they_are_the_same(name):
    arguments = NAMES[name]
    same(getattr(model, name)(*arguments, jit=True), getattr(model, name)(*arguments, jit=False))


def test_the_tape_gives_the_same():
    found = eager.grad(lambda params: model.loss_of(mlp, losses.mse, params, BATCH, Y))(OF_MLP)
    same(found, model.grad_params(*MLP), rtol=1e-12)


def learned(rate):
    """The loss after a step of gradient descent."""
    gradient = model.grad_params(mlp, losses.mse, OF_MLP, BATCH, Y)
    moved = {name: OF_MLP[name] - rate * gradient[name] for name in ("w", "b", "v")}
    return losses.mse(mlp(moved, BATCH), Y)


def sharpness(scale):
    """The curvature along a direction, as the input grows."""
    along = model.hvp_params(mlp, losses.mse, OF_MLP, scale * BATCH, Y, SOMEWHERE)
    return np.sum(along["w"]) + model.jvp_params(mlp, losses.mse, OF_MLP, scale * BATCH, Y, SOMEWHERE)


@pytest.mark.parametrize("function", [learned, sharpness])
def test_they_are_differentiated_themselves(function):
    check_grads(function, (0.7,))


# --------------------------------------------------------------------------------------------------------- models of every kind
class Scaled:
    """A model with a setting: an object that is called, or its method."""

    def __init__(self, scale):
        self.scale = scale

    def __call__(self, params, x):
        return self.scale * linear(params, x)

    def predict(self, params, x):
        return self.scale * linear(params, x)


def scaled_by(scale, params, x):
    return scale * linear(params, x)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("kind", ["object", "method", "partial"])
def test_a_model_is_any_callable(kind, jit):
    found = {"object": Scaled(2.0), "method": Scaled(2.0).predict, "partial": functools.partial(scaled_by, 2.0)}[kind]
    by_b = 2 / 3 * 2.0 * (2.0 * linear(PARAMS, X) - TARGET)
    same(model.grad_params(found, losses.mse, PARAMS, X, TARGET, jit=jit), {"w": np.outer(by_b, X), "b": by_b})
    curved = model.hvp_params(found, losses.mse, PARAMS, X, TARGET, DIRECTION, jit=jit)
    same(curved, tree.tree_map(lambda leaf: 4.0 * leaf, CURVED))
