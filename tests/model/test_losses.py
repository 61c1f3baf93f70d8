"""Losses: PyTorch's values and gradients to rounding, huge numbers, labels out of range, and their rows of the inventory (17, 23, 24)."""

from __future__ import annotations

import functools
import json
import math
from pathlib import Path

import numpy as np
import pytest

from model.cases import CASES, HUGE, LABELS, LOGITS, PARTS, SHARES, TARGETS, by_torch
from s2s import eager, grad, jacfwd, jacrev, nn, value_and_grad
from s2s.testing import check_grads

losses = nn.losses
GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())
MOVING = {name: case for name, case in CASES.items() if case.target.dtype.kind == "f"}


def summed(case):
    """The loss of a case as a scalar function."""
    loss = functools.partial(getattr(losses, case.loss), **case.options)
    return lambda prediction, target: np.sum(loss(prediction, target))


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)


# ---------------------------------------------------------------------------------------------------------------- PyTorch's
@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients_are_pytorchs(name):
    """Section 17, 'values identical to PyTorch': `golden.json` is what `python -m model.cases` printed."""
    case, expected = CASES[name], GOLDEN[name]
    close(getattr(losses, case.loss)(case.prediction, case.target, **case.options), expected["value"])
    value, by_prediction = value_and_grad(summed(case))(case.prediction, case.target)
    close(value, np.sum(expected["value"]))
    close(by_prediction, expected["prediction"])
    if name in MOVING:
        close(grad(summed(case), argnums=1)(case.prediction, case.target), expected["target"])


def test_the_golden_numbers_are_those_of_pytorch():
    pytest.importorskip("torch")
    for name, case in CASES.items():
        found = by_torch(case)
        for key in ("value", "prediction", "target"):
            close(found[key], GOLDEN[name][key]) if found[key] is not None else None


@pytest.mark.parametrize("name", ["mse mean", "huber", "bce", "hinge", "cross_entropy weighed, smoothed, mean", "kl_div mean", "cosine"])
def test_compiled_they_are_the_same(name):
    case = CASES[name]
    value, gradient = value_and_grad(summed(case), jit=True)(case.prediction, case.target)
    close(value, np.sum(GOLDEN[name]["value"]))
    close(gradient, GOLDEN[name]["prediction"])


def of_images(prediction, target):
    return losses.cross_entropy(prediction, target, axis=1)


def test_compiled_along_another_axis():
    case = CASES["cross_entropy of images"]
    found = grad(of_images, jit=True)(case.prediction, case.target)
    close(found, grad(of_images, jit=False)(case.prediction, case.target))


SMOOTH = [name for name in MOVING if "huge" not in name and "0" not in name.split()]


@pytest.mark.parametrize("name", SMOOTH)
def test_derivatives_are_right_up_to_second_order(name):
    case = MOVING[name]
    check_grads(summed(case), (case.prediction, case.target))


@pytest.mark.parametrize("name", ["mse mean", "log_cosh", "huber", "bce_with_logits"])
def test_the_tape_gives_the_same(name):
    """The eager tape as an oracle: the same rules, without reading the source."""
    case = CASES.get(name) or CASES["mse mean"]._replace(loss=name)
    found = eager.grad(summed(case))(case.prediction, case.target)
    close(found, grad(summed(case))(case.prediction, case.target))


def test_log_cosh():
    """PyTorch has none: the formula by Python's own functions."""
    d = LOGITS - TARGETS
    close(losses.log_cosh(LOGITS, TARGETS, reduction="none"), np.reshape([math.log(math.cosh(x)) for x in d.flat], d.shape))
    close(grad(losses.log_cosh)(LOGITS, TARGETS), np.tanh(d) / d.size)


# ------------------------------------------------------------------------------------------------------------- large numbers
@pytest.mark.parametrize("loss", [losses.log_cosh, losses.mse, losses.mae, losses.huber, losses.smooth_l1, losses.hinge])
def test_large_differences_stay_finite(loss):
    value, gradient = value_and_grad(loss)(HUGE, np.zeros_like(HUGE))
    assert np.isfinite(value)
    assert np.all(np.isfinite(gradient))


def test_logits_of_ten_thousand():
    """D9: softplus and cross-entropies that overflow.  Nothing warns, and the slopes are exact."""
    with np.errstate(all="raise", under="ignore"):
        value, gradient = value_and_grad(losses.cross_entropy)(np.array([[1e4, 0.0], [0.0, 1e4]]), np.array([0, 0]))
        assert value == 5e3
        np.testing.assert_array_equal(gradient, [[0.0, 0.0], [-0.5, 0.5]])
        z, y = np.array([1e4, -1e4, 1e4, -1e4]), np.array([1.0, 0.0, 0.0, 1.0])
        value, gradient = value_and_grad(losses.bce_with_logits)(z, y)
        assert value == 5e3
        np.testing.assert_array_equal(gradient, [0.0, 0.0, 0.25, -0.25])


def test_small_losses_keep_their_digits():
    """log(1 + exp(-40)) is 4e-18, not 0."""
    value, gradient = value_and_grad(losses.bce_with_logits)(np.array([40.0, -40.0]), np.array([1.0, 0.0]))
    assert value == pytest.approx(math.exp(-40.0), rel=1e-14)
    np.testing.assert_allclose(gradient, [-math.exp(-40.0) / 2, math.exp(-40.0) / 2], rtol=1e-14)


# ------------------------------------------------------------------------------------------------- defects of the other system
def test_d2_bce_is_the_cross_entropy():
    """D2: bce of p = 0.9 for the class 1 was -0.216; it is -log(0.9), and no loss is negative."""
    assert losses.bce(np.array([0.9]), np.array([1.0])) == pytest.approx(-math.log(0.9), rel=1e-15)
    assert np.all(losses.bce(SHARES, np.round(SHARES), reduction="none") >= 0.0)


@pytest.mark.parametrize("jit", [False, True])
@pytest.mark.parametrize("label", [3, -1, 100])
def test_d10_a_label_out_of_range_is_an_error(label, jit):
    """D10: it gave 0, or read another row's entry."""
    labels = np.array([0, 2, label, 1])
    for loss in (losses.cross_entropy, losses.nll):
        with pytest.raises(ValueError, match=rf"the label {label} is not in range\(3\)"):
            loss(LOGITS, labels)
        with pytest.raises(ValueError, match=rf"the label {label} is not in range\(3\)"):
            grad(loss, jit=jit)(LOGITS, labels)


def test_d13_the_slope_at_the_clamp_is_that_of_what_is_computed():
    """D13: p / q also where q was clamped.  Of a constant the slope is 0; above it, that of the logarithm."""
    p = np.array([0.0, 1.0, 1e-60, 1e-30])
    value, gradient = value_and_grad(functools.partial(losses.bce, reduction="sum"))(p, np.array([1.0, 0.0, 1.0, 1.0]))
    assert value == pytest.approx(300.0 - math.log(1e-30), rel=1e-15)
    np.testing.assert_allclose(gradient, [0.0, 0.0, 0.0, -1e30], rtol=1e-14)


@pytest.mark.parametrize("loss", [losses.mae, losses.huber, losses.smooth_l1, losses.hinge])
def test_d6_forward_and_reverse_agree_on_kinks(loss):
    """D6: slopes at kinks that differ by mode."""
    prediction, target = np.array([0.0, 1.0, -1.0, 0.5]), np.array([0.0, 0.0, 0.0, 0.5])
    each = functools.partial(loss, reduction="none")
    for argnums in (0, 1):
        np.testing.assert_array_equal(jacfwd(each, argnums)(prediction, target), jacrev(each, argnums)(prediction, target))


def test_conventions_at_kinks():
    at = np.array([0.0])
    assert grad(losses.mae)(at, at) == 0.0
    assert grad(losses.hinge)(np.array([1.0]), np.array([1.0])) == -0.5
    assert grad(losses.huber)(np.array([1.0]), at) == 1.0
    assert grad(losses.huber)(np.array([-1.0]), at) == -1.0


# --------------------------------------------------------------------------------------------------------------------- errors
@pytest.mark.parametrize("jit", [False, True])
def test_shapes_that_differ_are_an_error(jit):
    """(n,) against (n, 1) would be (n, n)."""
    with pytest.raises(ValueError, match=r"the prediction has shape \(4, 1\), the target \(4,\)"):
        grad(losses.mse, jit=jit)(LOGITS[:, :1], TARGETS[:, 0])
    with pytest.raises(ValueError, match=r"the labels have shape \(3,\), the samples \(4,\)"):
        grad(losses.cross_entropy, jit=jit)(LOGITS, LABELS[:3])


def test_an_unknown_reduction_is_an_error():
    with pytest.raises(ValueError, match="'mean', 'sum' or 'none', not 'average'"):
        losses.mse(LOGITS, TARGETS, reduction="average")


def test_bce_takes_probabilities():
    with pytest.raises(ValueError, match="bce_with_logits"):
        losses.bce(np.array([1.5]), np.array([1.0]))


def test_ignore_index_is_for_labels():
    with pytest.raises(ValueError, match="probabilities"):
        losses.cross_entropy(LOGITS, PARTS, ignore_index=1)


def test_nothing_left_has_no_mean():
    """As in PyTorch: the mean of no samples is 0 / 0, and not 0."""
    with np.errstate(invalid="ignore"):
        assert np.isnan(losses.cross_entropy(LOGITS, np.full(4, 7), ignore_index=7))
    assert losses.cross_entropy(LOGITS, np.full(4, 7), ignore_index=7, reduction="sum") == 0.0


# ----------------------------------------------------------------------------------------------------------- dtypes and shapes
@pytest.mark.parametrize("name", ["mse mean", "huber", "cross_entropy mean", "cross_entropy weighed, smoothed, mean", "bce", "cosine"])
def test_float32_stays_float32(name):
    case = CASES[name]
    target = case.target.astype(np.float32) if name in MOVING else case.target
    options = {key: value.astype(np.float32) if isinstance(value, np.ndarray) else value for key, value in case.options.items()}
    loss = functools.partial(getattr(losses, case.loss), **options)
    value, gradient = value_and_grad(loss)(case.prediction.astype(np.float32), target)
    assert value.dtype == gradient.dtype == np.float32
    np.testing.assert_allclose(value, GOLDEN[name]["value"], rtol=1e-5)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0), (1, 3, 2)])
def test_any_shape(shape):
    prediction, target = np.full(shape, 0.25), np.full(shape, 0.75)
    value, gradient = value_and_grad(functools.partial(losses.mse, reduction="sum"))(prediction, target)
    assert value == 0.25 * np.prod(shape)
    np.testing.assert_array_equal(gradient, np.full(shape, -1.0))


# ---------------------------------------------------------------------------------------------------------- generated programs
def test_the_gradient_of_a_cross_entropy_can_be_read():
    source = grad(losses.cross_entropy).source(LOGITS, LABELS)
    assert "log_softmax(logits, axis=-1)" in source
    assert "raise ValueError(f'the label {" in source
    assert len(source.splitlines()) < 40


def test_the_gradient_of_mse_is_a_line():
    source = grad(losses.mse).source(LOGITS, TARGETS)
    assert "prediction_bar = mse_bar / prediction.size * (2.0 * (prediction - target))" in source
