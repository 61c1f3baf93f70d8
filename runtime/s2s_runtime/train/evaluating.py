"""Means over samples and over batches."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from s2s_runtime import tree

Metric = Callable[..., Any]


def mean_loss(loss: Callable[..., Any], params: Any, samples: Any) -> Any:
    """The mean of `loss(params, sample)` over a list, a Dataset, or the rows of an array, in their order.

    An ordinary function, which can stand in a program that is differentiated: `grad(lambda params: mean_loss(loss, params, samples))`.

    Raises ValueError, "mean_loss: empty dataset".
    """
    count = len(samples)
    if count == 0:
        raise ValueError("mean_loss: empty dataset")
    total = 0.0
    for number in range(count):
        total = total + loss(params, samples[number])
    return total / count


def evaluate(metrics: Mapping[str, Metric] | Metric, params: Any, batches: Iterable[Any]) -> dict[str, float]:
    """Means over all samples, by name: those of the batches, each weighted by its size.

    metrics: {name: function(params, *batch) -> mean over the batch}, or one function that gives such numbers by name.

    Raises ValueError for no batches ("evaluate: empty dataset"), for an empty batch, and for a batch whose numbers have other names
    than the first.
    """
    sizes: list[int] = []
    rows: list[dict[str, float]] = []
    for batch in batches:
        row = _numbers(metrics, params, arguments(batch))
        if rows and row.keys() != rows[0].keys():
            raise ValueError(
                f"evaluate: batch {len(rows)} has the metrics {sorted(row)}, the first one {sorted(rows[0])}"
            )
        sizes.append(batch_size(batch, "evaluate"))
        rows.append(row)
    if not rows:
        raise ValueError("evaluate: empty dataset")
    return {name: weighted([row[name] for row in rows], sizes) for name in rows[0]}


def arguments(batch: Any) -> tuple[Any, ...]:
    """A batch as the arguments behind the parameters: the items of a tuple or list, else itself."""
    return tuple(batch) if isinstance(batch, (tuple, list)) else (batch,)


def batch_size(batch: Any, tag: str) -> int:
    """The length of the first axis of the first leaf.  Raises ValueError where there is none, or where it is 0."""
    leaves = tree.flatten(batch)[0]
    size = np.shape(leaves[0])[0] if leaves and np.ndim(leaves[0]) else len(leaves)
    if size == 0:
        raise ValueError(f"{tag}: empty batch")
    return int(size)


def weighted(values: list[float], sizes: list[int]) -> float:
    """The mean with these weights; the sum is exact until it is rounded once."""
    return math.fsum(value * size for value, size in zip(values, sizes, strict=True)) / sum(sizes)


def _numbers(metrics: Mapping[str, Metric] | Metric, params: Any, batch: tuple[Any, ...]) -> dict[str, float]:
    found = (
        metrics(params, *batch)
        if callable(metrics)
        else {name: metric(params, *batch) for name, metric in metrics.items()}
    )
    return {name: float(value) for name, value in found.items()}
