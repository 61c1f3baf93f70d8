"""Losses on numbers that are the same everywhere, beside PyTorch's function for each.

`python -m model.cases` prints `golden.json` (run it where torch is installed, with the folder `tests` on the path).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


def spread(shape, low, high, turn):
    """Numbers between two bounds that are in no order: fractional parts of multiples of the golden ratio."""
    count = np.arange(1, int(np.prod(shape)) + 1) * 0.6180339887498949 + turn
    return np.reshape(low + (high - low) * (count % 1.0), shape)


LOGITS = spread((4, 3), -3.0, 3.0, 0.1)
TARGETS = spread((4, 3), -3.0, 3.0, 0.7)
SHARES = spread((4, 3), 0.05, 0.95, 0.2)
PARTS = spread((4, 3), 0.05, 0.95, 0.5) / np.sum(spread((4, 3), 0.05, 0.95, 0.5), axis=1, keepdims=True)
LOGP = LOGITS - np.log(np.sum(np.exp(LOGITS), axis=1, keepdims=True))
LABELS = np.array([0, 2, 1, 1])
SOME_LABELS = np.array([0, -100, 1, -100])
WEIGHT = np.array([1.0, 2.0, 0.5])
IMAGE = spread((2, 3, 4), -3.0, 3.0, 0.3)
IMAGE_LABELS = np.array([[0, 2, 1, 1], [2, 2, 0, 1]])
SIGNS = np.sign(TARGETS)
COUNTS = np.round(spread((4, 3), 0.0, 5.0, 0.4))
HUGE = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 1e4]])


class Case(NamedTuple):
    """A loss, its arguments, and PyTorch's value of the same; the target has a gradient there if it is no labels."""

    name: str
    loss: str
    prediction: np.ndarray
    target: np.ndarray
    options: dict[str, Any]
    torch: Callable[[Any, Any, Any, Any], Any]
    """Of `torch.nn.functional`, a maker of tensors, prediction and target."""


def cases():
    def add(name, loss, prediction, target, torch, **options):
        found.append(Case(name, loss, prediction, target, options, torch))

    found: list[Case] = []
    for how in ("mean", "sum", "none"):
        add(f"mse {how}", "mse", LOGITS, TARGETS, lambda F, t, p, y, how=how: F.mse_loss(p, y, reduction=how), reduction=how)
        add(f"cross_entropy {how}", "cross_entropy", LOGITS, LABELS,
            lambda F, t, p, y, how=how: F.cross_entropy(p, y, reduction=how), reduction=how)  # fmt: skip
        add(f"cross_entropy weighed, smoothed, {how}", "cross_entropy", LOGITS, SOME_LABELS,
            lambda F, t, p, y, how=how: F.cross_entropy(p, y, t(WEIGHT), ignore_index=-100, label_smoothing=0.1, reduction=how),
            weight=WEIGHT, ignore_index=-100, label_smoothing=0.1, reduction=how)  # fmt: skip
        add(f"kl_div {how}", "kl_div", LOGP, PARTS, lambda F, t, p, y, how=how: F.kl_div(p, y, reduction=how), reduction=how)
    add("mae", "mae", LOGITS, TARGETS, lambda F, t, p, y: F.l1_loss(p, y))
    add("huber", "huber", LOGITS, TARGETS, lambda F, t, p, y: F.huber_loss(p, y))
    add("huber 2.5", "huber", LOGITS, TARGETS, lambda F, t, p, y: F.huber_loss(p, y, delta=2.5), delta=2.5)
    add("smooth_l1", "smooth_l1", LOGITS, TARGETS, lambda F, t, p, y: F.smooth_l1_loss(p, y))
    add("smooth_l1 0.5", "smooth_l1", LOGITS, TARGETS, lambda F, t, p, y: F.smooth_l1_loss(p, y, beta=0.5), beta=0.5)
    add("smooth_l1 0", "smooth_l1", LOGITS, TARGETS, lambda F, t, p, y: F.smooth_l1_loss(p, y, beta=0.0), beta=0.0)
    add("cross_entropy probabilities", "cross_entropy", LOGITS, PARTS, lambda F, t, p, y: F.cross_entropy(p, y))
    add("cross_entropy one-hot", "cross_entropy", LOGITS, np.eye(3)[LABELS], lambda F, t, p, y: F.cross_entropy(p, y))
    add("cross_entropy probabilities, weighed, smoothed", "cross_entropy", LOGITS, PARTS,
        lambda F, t, p, y: F.cross_entropy(p, y, t(WEIGHT), label_smoothing=0.2), weight=WEIGHT, label_smoothing=0.2)  # fmt: skip
    add("cross_entropy weighed", "cross_entropy", LOGITS, LABELS,
        lambda F, t, p, y: F.cross_entropy(p, y, t(WEIGHT)), weight=WEIGHT)
    add("cross_entropy smoothed", "cross_entropy", LOGITS, LABELS,
        lambda F, t, p, y: F.cross_entropy(p, y, label_smoothing=0.3), label_smoothing=0.3)  # fmt: skip
    add("cross_entropy ignoring", "cross_entropy", LOGITS, LABELS,
        lambda F, t, p, y: F.cross_entropy(p, y, ignore_index=1), ignore_index=1)  # fmt: skip
    add("cross_entropy of images", "cross_entropy", IMAGE, IMAGE_LABELS,
        lambda F, t, p, y: F.cross_entropy(p, y, t(WEIGHT), label_smoothing=0.1), axis=1, weight=WEIGHT, label_smoothing=0.1)  # fmt: skip
    add("cross_entropy of one sample", "cross_entropy", LOGITS[0], np.array(2), lambda F, t, p, y: F.cross_entropy(p, y))
    add("cross_entropy huge", "cross_entropy", HUGE, np.array([1, 2]), lambda F, t, p, y: F.cross_entropy(p, y))
    add("nll", "nll", LOGP, LABELS, lambda F, t, p, y: F.nll_loss(p, y))
    add("nll weighed, ignoring", "nll", LOGP, LABELS,
        lambda F, t, p, y: F.nll_loss(p, y, t(WEIGHT), ignore_index=2), weight=WEIGHT, ignore_index=2)  # fmt: skip
    add("bce", "bce", SHARES, PARTS, lambda F, t, p, y: F.binary_cross_entropy(p, y))
    add("bce weighed", "bce", SHARES, PARTS, lambda F, t, p, y: F.binary_cross_entropy(p, y, t(WEIGHT)), weight=WEIGHT)
    add("bce_with_logits", "bce_with_logits", LOGITS, PARTS, lambda F, t, p, y: F.binary_cross_entropy_with_logits(p, y))
    add("bce_with_logits weighed", "bce_with_logits", LOGITS, PARTS,
        lambda F, t, p, y: F.binary_cross_entropy_with_logits(p, y, t(WEIGHT), pos_weight=t(WEIGHT * 3)),
        weight=WEIGHT, pos_weight=WEIGHT * 3)  # fmt: skip
    add("bce_with_logits huge", "bce_with_logits", HUGE, np.array([[1.0, 0.0, 0.5], [1.0, 0.0, 0.25]]),
        lambda F, t, p, y: F.binary_cross_entropy_with_logits(p, y))  # fmt: skip
    add("hinge", "hinge", LOGITS, SIGNS, lambda F, t, p, y: F.relu(1.0 - y * p).mean())
    add("kl_div batchmean", "kl_div", LOGP, PARTS, lambda F, t, p, y: F.kl_div(p, y, reduction="batchmean"), reduction="batchmean")
    add("kl_div of logarithms", "kl_div", LOGP, np.log(PARTS), lambda F, t, p, y: F.kl_div(p, y, log_target=True), log_target=True)
    add("poisson_nll", "poisson_nll", LOGITS, COUNTS, lambda F, t, p, y: F.poisson_nll_loss(p, y))
    add("poisson_nll full", "poisson_nll", LOGITS, spread((4, 3), 1.2, 5.0, 0.4),
        lambda F, t, p, y: F.poisson_nll_loss(p, y, full=True), full=True)
    add("poisson_nll of rates", "poisson_nll", SHARES, COUNTS,
        lambda F, t, p, y: F.poisson_nll_loss(p, y, log_input=False), log_input=False)  # fmt: skip
    add("cosine", "cosine", LOGITS, TARGETS, lambda F, t, p, y: (1.0 - F.cosine_similarity(p, y, dim=-1)).mean())
    return found


CASES = {case.name: case for case in cases()}


def by_torch(case: Case) -> dict[str, Any]:
    """Value, and gradients of its sum by prediction and target, in float64."""
    import torch

    moving = case.target.dtype.kind == "f"
    p = torch.tensor(case.prediction, dtype=torch.float64, requires_grad=True)
    y = torch.tensor(case.target, requires_grad=moving)
    value = case.torch(torch.nn.functional, torch.tensor, p, y)
    value.sum().backward()
    target = y.grad.numpy().tolist() if moving and y.grad is not None else None
    return {"value": value.detach().numpy().tolist(), "prediction": p.grad.numpy().tolist(), "target": target}


if __name__ == "__main__":
    lines = [f"{json.dumps(name)}: {json.dumps(by_torch(case))}" for name, case in CASES.items()]
    print("{\n" + ",\n".join(lines) + "\n}")
