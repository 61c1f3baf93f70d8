"""Losses: how far a prediction is from a target, as one number or one per sample.

In: a prediction, a target, and options as keywords.  Out: the loss, by `reduction`: "mean" and "sum" give a scalar, "none" one value
per entry, or per sample where the loss takes whole rows (`cross_entropy`, `nll`, `cosine`).

Each is an ordinary NumPy function, differentiated from its source like any other.  Prediction and target have the same shape
(labels lack the axis of the classes): an array of shape (n,) is never broadcast against one of shape (n, 1).  float32 stays float32.
The definitions are those of `torch.nn.functional`, to rounding, where it has the loss; the options have the same names there.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy import special

Reduction = Literal["mean", "sum", "none"]

LOG_LEAST = -100.0
"""What `bce` puts in the place of a logarithm that is less, as PyTorch does: so its loss is finite at 0 and 1."""
LEAST = float(np.exp(LOG_LEAST))
LOG_2 = float(np.log(2.0))


# ------------------------------------------------------------------------------------------------------------- regression
def mse(prediction: Any, target: Any, *, reduction: Reduction = "mean") -> Any:
    """The square of the difference.

    ValueError: shapes differ, or there is no such reduction; so for all losses.
    """
    check_shapes(prediction, target)
    return reduced((prediction - target) ** 2, reduction)


def mae(prediction: Any, target: Any, *, reduction: Reduction = "mean") -> Any:
    """The absolute difference; its slope at 0 is 0."""
    check_shapes(prediction, target)
    return reduced(np.abs(prediction - target), reduction)


def huber(prediction: Any, target: Any, *, delta: float = 1.0, reduction: Reduction = "mean") -> Any:
    """Half the square up to `delta`, beyond it a line of slope `delta`: c (|d| - c / 2) with c = min(|d|, delta)."""
    check_shapes(prediction, target)
    distance = np.abs(prediction - target)
    curved = np.minimum(distance, delta)
    return reduced(curved * (distance - 0.5 * curved), reduction)


def smooth_l1(prediction: Any, target: Any, *, beta: float = 1.0, reduction: Reduction = "mean") -> Any:
    """`huber` with delta = beta, divided by beta: a line of slope 1 beyond it.  `mae` for beta = 0."""
    check_shapes(prediction, target)
    distance = np.abs(prediction - target)
    if beta == 0:
        return reduced(distance, reduction)
    curved = np.minimum(distance, beta)
    return reduced(curved / beta * (distance - 0.5 * curved), reduction)


def log_cosh(prediction: Any, target: Any, *, reduction: Reduction = "mean") -> Any:
    """log(cosh(d)) for the difference d, without overflow: half the square near 0, |d| - log 2 far away."""
    check_shapes(prediction, target)
    difference = prediction - target
    return reduced(np.logaddexp(difference, -difference) - LOG_2, reduction)


def poisson_nll(
    prediction: Any, target: Any, *, log_input: bool = True, full: bool = False, eps: float = 1e-8, reduction: Reduction = "mean"
) -> Any:
    """Minus the log-likelihood of counts: exp(z) - target * z for z = log of the rate, or rate - target * log(rate + eps).

    `full`: with Stirling's approximation of log(target!), for targets over 1.
    """
    check_shapes(prediction, target)
    if log_input:
        loss = np.exp(prediction) - target * prediction
    else:
        loss = prediction - target * np.log(prediction + eps)
    if full:
        count = np.where(target > 1, target, 1.0)
        stirling = count * np.log(count) - count + 0.5 * np.log(2.0 * np.pi * count)
        loss = loss + np.where(target > 1, stirling, 0.0)
    return reduced(loss, reduction)


def cosine(prediction: Any, target: Any, *, axis: int = -1, eps: float = 1e-8, reduction: Reduction = "mean") -> Any:
    """1 - cosine of the angle between the vectors along `axis`; a length below `eps` counts as `eps`."""
    check_shapes(prediction, target)
    lengths = [np.maximum(np.sqrt(np.sum(v**2, axis=axis)), eps) for v in (prediction, target)]
    return reduced(1.0 - np.sum(prediction * target, axis=axis) / (lengths[0] * lengths[1]), reduction)


# -------------------------------------------------------------------------------------------------------------- two classes
def bce_with_logits(
    logits: Any, target: Any, *, weight: Any = None, pos_weight: Any = None, reduction: Reduction = "mean"
) -> Any:
    """Binary cross-entropy of logits; targets in [0, 1].  log(1 + exp(z)) is computed without overflow and without cancellation.

    `weight` multiplies each entry, `pos_weight` the part of the positive class; both are broadcast.
    """
    check_shapes(logits, target)
    positive = target * np.logaddexp(0.0, -logits)
    if pos_weight is not None:
        positive = pos_weight * positive
    return reduced(weighed(positive + (1.0 - target) * np.logaddexp(0.0, logits), weight), reduction)


def bce(prediction: Any, target: Any, *, weight: Any = None, reduction: Reduction = "mean") -> Any:
    """Binary cross-entropy of probabilities; `bce_with_logits` is the more accurate way where there are logits.

    A logarithm is at least -100, and constant below that.  ValueError: a prediction is not in [0, 1].
    """
    check_shapes(prediction, target)
    if np.sum((prediction < 0.0) | (prediction > 1.0)) > 0:
        raise ValueError("bce takes probabilities, in [0, 1]; bce_with_logits takes any numbers")
    loss = -target * bounded_log(prediction) - (1.0 - target) * bounded_log(1.0 - prediction)
    return reduced(weighed(loss, weight), reduction)


def bounded_log(p: Any) -> Any:
    """max(log(p), -100), with slope 0 where it is bounded, at p = 0 too."""
    inside = p > LEAST
    return np.where(inside, np.log(np.where(inside, p, 1.0)), LOG_LEAST)


def hinge(prediction: Any, target: Any, *, margin: float = 1.0, reduction: Reduction = "mean") -> Any:
    """max(0, margin - target * prediction), for targets -1 and 1; at the margin half the slope, as of any maximum."""
    check_shapes(prediction, target)
    return reduced(np.maximum(margin - target * prediction, 0.0), reduction)


# ------------------------------------------------------------------------------------------------------------- many classes
def cross_entropy(
    logits: Any,
    target: Any,
    *,
    axis: int = -1,
    weight: Any = None,
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> Any:
    """Minus the log of the softmax of `logits` along `axis`, at the labels, or averaged by the probabilities, that `target` has.

    Integers are labels, of the shape of `logits` without `axis`; floats are probabilities (one-hot, say), of its whole shape.
    `weight`: one number per class.  `label_smoothing`: this part of each label is spread over all classes.  `ignore_index`: a label
    that contributes nothing.  "mean" divides by the number of samples; with labels, by the weights of those that are not ignored.

    ValueError: a label is out of range; it names the first one.
    """
    return nll(
        special.log_softmax(logits, axis=axis), target,
        axis=axis, weight=weight, ignore_index=ignore_index, label_smoothing=label_smoothing, reduction=reduction,
    )  # fmt: skip


def nll(
    logp: Any,
    target: Any,
    *,
    axis: int = -1,
    weight: Any = None,
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    reduction: Reduction = "mean",
) -> Any:
    """Minus the log-probabilities `logp` along `axis` at the labels, or averaged by the probabilities; else as `cross_entropy`."""
    if np.asarray(target).dtype.kind in "iu":
        return of_labels(logp, target, axis, weight, ignore_index, label_smoothing, reduction)
    if ignore_index is not None:
        raise ValueError("ignore_index is for targets that are labels, integers; these are probabilities")
    check_shapes(logp, target)
    if label_smoothing != 0.0:
        target = (1.0 - label_smoothing) * target + label_smoothing / np.shape(logp)[axis]
    loss = -np.sum(weighed(target * logp, along(weight, logp, axis)), axis=axis)
    return reduced(loss, reduction)


def of_labels(
    logp: Any, labels: Any, axis: int, weight: Any, ignore_index: int | None, label_smoothing: float, reduction: Reduction
) -> Any:
    """`nll` at labels: a label is looked up, and nothing is multiplied by 0."""
    labels = np.asarray(labels)
    if ignore_index is not None:
        counted = labels != ignore_index
        labels = np.where(counted, labels, 0)
    check_labels(labels, np.shape(logp), axis)
    loss = -at_labels(logp, labels, axis)
    weights = None if weight is None else weight[labels]
    loss = weighed(loss, weights)
    if label_smoothing != 0.0:
        spread = np.sum(weighed(logp, along(weight, logp, axis)), axis=axis)
        loss = (1.0 - label_smoothing) * loss - label_smoothing / np.shape(logp)[axis] * spread
    if ignore_index is not None:
        loss = np.where(counted, loss, 0.0)
        weights = np.where(counted, 1.0 if weights is None else weights, 0.0)
    return reduced(loss, reduction) if weights is None or reduction != "mean" else np.sum(loss) / np.sum(weights)


def kl_div(
    logp: Any, target: Any, *, log_target: bool = False, reduction: Literal["batchmean", "mean", "sum", "none"] = "mean"
) -> Any:
    """target * (log(target) - logp), per entry: the divergence of `target` from the distribution whose logarithm is `logp`.

    `log_target`: the target is given as its logarithm.  "batchmean" divides the sum by the length of the first axis, which is
    the divergence per sample; "mean" divides by the number of entries, as in PyTorch.
    """
    check_shapes(logp, target)
    if log_target:
        loss = np.exp(target) * (target - logp)
    else:
        loss = special.xlogy(target, target) - target * logp
    if reduction == "batchmean":
        return np.sum(loss) / np.shape(logp)[0]
    return reduced(loss, reduction)


# ----------------------------------------------------------------------------------------------------------------- their parts
def reduced(loss: Any, reduction: str) -> Any:
    """The mean, the sum, or all of it.  ValueError: there is no such reduction."""
    if reduction == "mean":
        return np.mean(loss)
    if reduction == "sum":
        return np.sum(loss)
    if reduction == "none":
        return loss
    raise ValueError(f"reduction is 'mean', 'sum' or 'none', not {reduction!r}")


def weighed(loss: Any, weight: Any) -> Any:
    return loss if weight is None else loss * weight


def along(weight: Any, logp: Any, axis: int) -> Any:
    """Weights of classes, so shaped that they are broadcast along `axis`."""
    if weight is None:
        return None
    shape = [1] * np.ndim(logp)
    shape[axis] = -1
    return np.reshape(weight, shape)


def at_labels(logp: Any, labels: Any, axis: int) -> Any:
    """The entry at its label, per sample; of rows of classes, which is the usual case, in the words that one would use for it."""
    if np.ndim(logp) == 2 and axis in (-1, 1):
        return logp[np.arange(len(labels)), labels]
    return np.reshape(np.take_along_axis(logp, np.expand_dims(labels, axis), axis=axis), np.shape(labels))


def check_shapes(prediction: Any, target: Any) -> None:
    """ValueError: the shapes differ."""
    if np.shape(prediction) != np.shape(target):
        raise ValueError(f"the prediction has shape {np.shape(prediction)}, the target {np.shape(target)}")


def check_labels(labels: Any, shape: tuple[int, ...], axis: int) -> None:
    """ValueError: the labels are not one per sample, or one of them is no class."""
    axis = axis % len(shape)
    samples, classes = shape[:axis] + shape[axis + 1 :], shape[axis]
    if np.shape(labels) != samples:
        raise ValueError(f"the labels have shape {np.shape(labels)}, the samples {samples}")
    wrong = labels[(labels < 0) | (labels >= classes)]
    if np.size(wrong):
        raise ValueError(f"the label {wrong[0]} is not in range({classes})")
