"""How many predictions are right.  scores: (samples, classes); labels: whole numbers (samples,), or one-hot rows (samples, classes)."""

from __future__ import annotations

from typing import Any

import numpy as np


def classes_of(scores: Any) -> Any:
    """The class with the largest score, the first of several: (samples,).  Raises ValueError if there are no classes."""
    if np.shape(scores)[-1] == 0:
        raise ValueError("metrics: there are no classes")
    return np.argmax(scores, axis=-1)


def correct(scores: Any, labels: Any) -> tuple[int, int]:
    """(how many are right, how many there are)."""
    wanted = _numbers(scores, labels)
    return int(np.sum(classes_of(scores) == wanted)), len(wanted)


def accuracy(scores: Any, labels: Any) -> float:
    """The part that is right.  Raises ValueError for no samples, and for labels out of range."""
    right, count = correct(scores, labels)
    if count == 0:
        raise ValueError("accuracy: empty batch")
    return right / count


def top_k_accuracy(scores: Any, labels: Any, k: int) -> float:
    """The part whose label is among the k largest scores: fewer than k others are larger."""
    wanted = _numbers(scores, labels)
    if len(wanted) == 0:
        raise ValueError("accuracy: empty batch")
    own = np.take_along_axis(scores, wanted[:, np.newaxis], axis=1)
    return float(np.mean(np.sum(scores > own, axis=1) < k))


def confusion(scores: Any, labels: Any) -> Any:
    """How often class i was read as class j: (classes, classes), whole numbers."""
    wanted = _numbers(scores, labels)
    count = np.shape(scores)[-1]
    return np.bincount(wanted * count + classes_of(scores), minlength=count * count).reshape(count, count)


def _numbers(scores: Any, labels: Any) -> Any:
    count = np.shape(scores)[-1]
    wanted = np.argmax(labels, axis=-1) if np.ndim(labels) == 2 else np.asarray(labels)
    if np.shape(wanted) != np.shape(scores)[:1]:
        raise ValueError(f"metrics: {np.shape(scores)[0]} rows of scores, labels of shape {np.shape(labels)}")
    if np.any((wanted < 0) | (wanted >= count)):
        raise ValueError(f"metrics: a label is not in 0, ..., {count - 1}")
    return wanted
