"""What is only asked for its shape is not recorded, where that follows from numbers, slices and masks of the iteration."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import grad
from s2s.testing import check_grads


def stages(x):
    """Two buffers change places, and are seen in other shapes in each stage."""
    y, z = x.astype(complex), np.empty(len(x), dtype=complex)
    half, stride = len(x), 1
    while half > 1:
        half //= 2
        a, b = y.reshape(2, half, stride), z.reshape(half, 2, stride)
        for p in range(half):
            w = np.exp(-1j * np.pi * p / half)
            b[p, 0] = a[0, p] + a[1, p]
            b[p, 1] = (a[0, p] - a[1, p]) * w
        y, z = z, y
        stride *= 2
    return np.sum(np.abs(y) ** 2) + y[1].real * y[1].imag


def what_is_left(x):
    """A length of -1 is what the others leave."""
    total, width = 0.0, 1
    y = x * 2.0
    for k in range(3):
        a = y.reshape(width, -1)
        y = (a * np.cos(np.sum(a[0]))).reshape(-1)
        total = total + np.sum(np.sin(y.reshape(-1, width)[:, 0]))
        width = 2 * width
    return total


def growing_heads(x):
    total = 0.0
    for i in range(len(x)):
        head = np.exp(x[:i])
        total += np.sum(head * np.tanh(head)) + np.sum(x[:i] * head)
    return total


def masks(x):
    z = x.copy()
    for _ in range(2):
        m = z > -0.5
        z[m] = np.exp(-z[m]) * np.sin(z[m])
    return np.sum(z**2)


@pytest.mark.parametrize("program", [stages, what_is_left, growing_heads, masks], ids=lambda program: program.__name__)
def test_their_derivatives(program):
    check_grads(program, (np.random.default_rng(3).normal(size=8),), order=1)


def test_buffers_are_not_recorded_for_the_shapes_in_which_they_are_seen():
    text = grad(stages, jit=False).source(np.ones(8))
    assert "y_saved_k" not in text, text
    assert "sum_to" not in text, text


@pytest.mark.parametrize("program", [growing_heads, masks], ids=lambda program: program.__name__)
def test_sums_over_what_was_broadcast_are_not_asked_for(program):
    assert "sum_to" not in grad(program, jit=False).source(np.ones(8))
