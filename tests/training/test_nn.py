"""Layers and metrics: section 18 of the inventory and the metrics of 17, values and gradients beside PyTorch's (`torch_layers.py`)."""

from __future__ import annotations

import importlib.util
import json

import numpy as np
import pytest

from s2s import eager, jvp, nn, value_and_grad
from s2s.testing import check_grads
from training import torch_layers as layers

NUMBERS = json.loads(layers.FILE.read_text(encoding="utf-8"))["cases"]
TORCH = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch is not installed")


def weighted(name):
    """The function that torch_layers.by_torch differentiates."""
    ours = layers.CASES[name][1]

    def loss(arrays):
        y = ours(arrays)
        return np.sum(y * np.cos(np.arange(y.size)).reshape(y.shape))

    return loss


def compare(name, arrays, gradient, rtol=1e-10):
    y = layers.CASES[name][1](arrays)
    np.testing.assert_allclose(y.ravel(), NUMBERS[name][""], rtol=rtol, atol=rtol)
    for key, value in gradient.items():
        np.testing.assert_allclose(value.ravel(), NUMBERS[name][key], rtol=rtol, atol=rtol, err_msg=key)


@pytest.mark.parametrize("name", layers.CASES)
def test_values_and_gradients_are_pytorchs(name):
    arrays = layers.CASES[name][0]
    compare(name, arrays, value_and_grad(weighted(name), jit=False)(arrays)[1])


@pytest.mark.parametrize("name", layers.CASES)
def test_the_tape_gives_the_same(name):
    if name.startswith("batch_norm"):
        pytest.skip("stop_gradient of arrays on a tape is tested with the tape")
    arrays = layers.CASES[name][0]
    compare(name, arrays, eager.value_and_grad(weighted(name))(arrays)[1])


@pytest.mark.parametrize("name", layers.CASES)
def test_forward_mode_agrees(name):
    arrays = layers.CASES[name][0]
    rng = np.random.default_rng(1)
    direction = {key: rng.normal(size=value.shape) for key, value in arrays.items()}
    _, slope = jvp(weighted(name), (arrays,), (direction,), jit=False)
    wanted = sum(np.sum(direction[key].ravel() * np.array(NUMBERS[name][key])) for key in arrays)
    np.testing.assert_allclose(slope, wanted, rtol=1e-9, atol=1e-10)


@TORCH
def test_the_file_is_what_pytorch_says_now():
    for name in layers.CASES:
        for key, row in layers.by_torch(name).items():
            np.testing.assert_allclose(row, NUMBERS[name][key], rtol=1e-12, atol=1e-13, err_msg=f"{name} {key}")


@pytest.mark.parametrize("name", layers.CASES)
def test_float32_stays_float32(name):
    if name.startswith("batch_norm"):
        pytest.skip("its running numbers are float64 here")
    arrays = {key: value.astype(np.float32) for key, value in layers.CASES[name][0].items()}
    assert layers.CASES[name][1](arrays).dtype == np.float32
    weights = np.cos(np.arange(len(NUMBERS[name][""]))).astype(np.float32)
    ours = layers.CASES[name][1]
    _, gradient = value_and_grad(lambda a: np.sum(ours(a).ravel() * weights), jit=False)(arrays)
    assert {value.dtype for value in gradient.values()} == {np.dtype(np.float32)}
    for key, value in gradient.items():
        np.testing.assert_allclose(value.ravel(), NUMBERS[name][key], rtol=2e-3, atol=2e-4, err_msg=key)


COMPILED = ("mlp", "embedding", "conv2d padding", "max_pool2d", "layer_norm", "attention", "log_softmax")


@pytest.mark.parametrize("name", COMPILED)
def test_layers_are_compiled(name):
    arrays, ours = layers.CASES[name][:2]
    weights = np.cos(np.arange(len(NUMBERS[name][""])))
    _, gradient = value_and_grad(lambda a, weights: np.sum(ours(a).ravel() * weights), jit=True)(arrays, weights)
    compare(name, arrays, gradient)


# --------------------------------------------------------------------------------------------------- beyond the file
def test_second_derivatives_are_right():
    rng = np.random.default_rng(0)
    params = {"weights": rng.normal(size=(2, 2, 2, 2)), "bias": rng.normal(size=2)}
    check_grads(
        lambda p, x: np.sum(np.tanh(nn.conv2d(p, x, padding=1))), (params, rng.normal(size=(2, 2, 3, 3))), order=2
    )


@pytest.mark.parametrize("big", [1e4, -1e4, 1e300])
def test_large_numbers_are_no_trouble_d9(big):
    x = np.array([[big, 0.0, -1.0]])
    for name in ("sigmoid", "softplus", "softmax", "log_softmax", "silu"):
        value, gradient = value_and_grad(
            lambda x, f=getattr(nn, name): np.sum(f(x) * np.array([1.0, 2.0, 3.0])), jit=False
        )(x)
        assert np.isfinite(value), name
        assert np.isfinite(gradient).all(), name
    mask = np.array([[False, True, True]])
    value, gradient = value_and_grad(lambda q: np.sum(nn.attention(q, x.T, x.T, mask)), jit=False)(np.array([[2.0]]))
    assert np.isfinite([value, gradient.item()]).all()  # what is masked is not seen, however large


def test_a_query_that_sees_nothing_gives_zeros():
    q = np.ones((2, 3))
    value, gradient = value_and_grad(lambda q: np.sum(nn.attention(q, q, q, np.zeros((2, 2), bool))), jit=False)(q)
    assert value == 0.0
    assert (gradient == 0.0).all()


def test_max_pool_lets_nan_through():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    for place in range(4):
        x_nan = x.copy()
        x_nan[0, 0, place // 2, place % 2] = np.nan
        assert np.isnan(nn.max_pool2d(x_nan, 2)[0, 0, 0, 0])


SQUARE = {"weights": np.eye(4)}


@pytest.mark.parametrize(("call", "said"), [
    (lambda x: nn.conv2d({"weights": np.ones((2, 3, 2, 2))}, x, stride=0), "stride and dilation must be at least 1"),
    (lambda x: nn.conv2d({"weights": np.ones((2, 3, 9, 9))}, x), "the kernel is larger"),
    (lambda x: nn.conv2d({"weights": np.ones((2, 2, 2, 2))}, x), "the channels of x"),
    (lambda x: nn.conv2d({"weights": np.ones((2, 3, 2, 2))}, x, padding=-1), "padding must not be negative"),
    (lambda x: nn.conv_transpose2d({"weights": np.ones((3, 2, 2, 2))}, x, padding=9), "takes everything away"),
    (lambda x: nn.max_pool2d(x, 2, 0), "size and stride must be at least 1"),
    (lambda x: nn.max_pool2d(x, 9), "the window is larger"),
    (lambda x: nn.avg_pool2d(x, 2, padding=2), "more than half of the window"),
    (lambda x: nn.group_norm({}, x, 2), "groups does not divide"),
    (lambda x: nn.batch_norm({}, {}, x[:1, :, :1, :1], True), "more than one value per channel"),
    (lambda x: nn.multi_head_attention({part: SQUARE for part in ("query", "key", "value", "out")}, x[0], 3),
     "heads does not divide"),
    (lambda x: nn.dropout(x, 1.0, np.random.default_rng(0)), "rate must be in"),
    (lambda x: nn.init.fans((3,)), "at least two axes"),
])  # fmt: skip
def test_layers_that_do_not_fit_are_errors(call, said):
    with pytest.raises(ValueError, match=said):
        call(np.ones((2, 3, 4, 4)))


def test_an_embedding_has_no_negative_numbers_d10():
    with pytest.raises(IndexError):
        nn.embedding({"weights": np.ones((3, 2))}, np.array([-1]))
    with pytest.raises(IndexError):
        nn.embedding({"weights": np.ones((3, 2))}, np.array([3]))


def test_dropout_keeps_the_mean_and_its_gradient_is_its_mask():
    x = np.ones(20_000)
    y = nn.dropout(x, 0.25, np.random.default_rng(0))
    assert set(np.unique(y)) == {0.0, 1.0 / 0.75}
    assert abs(y.mean() - 1.0) < 0.02
    drawn = np.random.default_rng(0).random(x.shape)
    for jit in (False, True):
        _, gradient = value_and_grad(lambda x: np.sum(nn.dropout(x, 0.25, drawn) ** 2), jit=jit)(x)
        np.testing.assert_allclose(gradient, 2.0 * y / 0.75)
    _, gradient = value_and_grad(lambda x, rng: np.sum(nn.dropout(x, 0.25, rng) ** 2))(x, np.random.default_rng(0))
    np.testing.assert_allclose(gradient, 2.0 * y / 0.75)
    assert nn.dropout(x.astype(np.float32), 0.5, np.random.default_rng(0)).dtype == np.float32


def test_initialisers_have_their_bounds_and_deviations():
    rng = np.random.default_rng(0)
    shape = (300, 20, 3, 3)  # fan in 180, fan out 2700
    assert nn.init.fans(shape) == (180, 2700)
    assert np.abs(nn.init.xavier_uniform(rng, shape)).max() == pytest.approx(np.sqrt(6 / 2880), rel=1e-3)
    assert nn.init.xavier_normal(rng, shape).std() == pytest.approx(np.sqrt(2 / 2880), rel=0.02)
    assert np.abs(nn.init.kaiming_uniform(rng, shape)).max() == pytest.approx(np.sqrt(6 / 180), rel=1e-3)
    assert nn.init.kaiming_normal(rng, shape).std() == pytest.approx(np.sqrt(2 / 180), rel=0.02)
    for rows, columns in ((5, 3), (3, 5)):
        q = nn.init.orthogonal(rng, (rows, columns), gain=2.0)
        small = q @ q.T if rows < columns else q.T @ q
        np.testing.assert_allclose(small, 4.0 * np.eye(3), atol=1e-12)
    drawn = nn.init.uniform(rng, (1000,), -2.0, 3.0)
    assert -2.0 <= drawn.min() < -1.9 < 2.9 < drawn.max() < 3.0
    assert not nn.init.zeros((2, 2)).any()
    assert nn.init.ones((2, 2), np.float32).dtype == np.float32
    assert nn.init.normal(rng, (3,), dtype=np.float32).dtype == np.float32
    same = [nn.init.mlp(np.random.default_rng(4), (3, 5, 2)) for _ in range(2)]
    assert [layer["weights"].shape for layer in same[0]] == [(5, 3), (2, 5)]
    assert (same[0][1]["weights"] == same[1][1]["weights"]).all()
    assert nn.init.conv(rng, 3, 8, (2, 2))["weights"].shape == (8, 3, 2, 2)
    assert "bias" not in nn.init.linear(rng, 3, 2, bias=False)


def test_metrics_count_what_is_right():
    scores = np.array([[0.1, 0.9, 0.0], [0.5, 0.5, 0.0], [0.0, 0.2, 0.8], [0.7, 0.2, 0.1]])
    labels = np.array([1, 0, 1, 0])
    assert nn.metrics.classes_of(scores).tolist() == [1, 0, 2, 0]  # the first of several
    assert nn.metrics.correct(scores, labels) == (3, 4)
    assert nn.metrics.accuracy(scores, np.eye(3)[labels]) == 0.75
    assert nn.metrics.top_k_accuracy(scores, labels, 2) == 1.0
    assert nn.metrics.confusion(scores, labels).tolist() == [[2, 0, 0], [0, 1, 1], [0, 0, 0]]
    with pytest.raises(ValueError, match=r"not in 0, \.\.\., 2"):
        nn.metrics.accuracy(scores, labels + 2)
    with pytest.raises(ValueError, match="4 rows of scores"):
        nn.metrics.accuracy(scores, labels[:3])
    with pytest.raises(ValueError, match="empty batch"):
        nn.metrics.accuracy(scores[:0], labels[:0])
    with pytest.raises(ValueError, match="no classes"):
        nn.metrics.classes_of(np.zeros((3, 0)))


def test_positions_are_sines_and_cosines():
    table = nn.sinusoidal_positions(5, 4)
    np.testing.assert_allclose(table[3], [np.sin(3), np.cos(3), np.sin(0.03), np.cos(0.03)], rtol=1e-12)
