"""Loops that append an array to a list and carry it on, in programs that also change arrays in place."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import errors, grad
from s2s.testing import check_grads

X, H = 0.9 + 0.1 * np.arange(6.0).reshape(3, 2), np.array([1.0, 1.5])


def appended_alone(x, h):
    cache = []
    for t in range(x.shape[0]):
        gate = np.zeros_like(h)
        gate[0] = x[t, 0]
        h = h * gate + x[t]
        cache.append(h)
    return np.sum(h**2) + cache[0][1]


def appended_in_a_tuple(x, h):
    cache = []
    gate = np.zeros_like(h)
    gate[0] = x[0, 0]
    for t in range(x.shape[0]):
        h = h * gate + x[t]
        cache.append((h, 1.0))
    return np.sum(h**2) + cache[-1][0][0] * cache[0][1]


def copied_on(x, h):
    states, best = [], h
    for t in range(x.shape[0]):
        h = h * x[t]
        states.append(h)
        if h[0] > 0.5:
            best = h
        h = h.copy()
        h[1] = 0.5
    return np.sum(best**2) + states[0][0] ** 2


def sigmoid(x):
    z = np.zeros_like(x)
    z[x >= 0] = np.exp(-x[x >= 0])
    z[x < 0] = np.exp(x[x < 0])
    top = np.ones_like(x)
    top[x < 0] = z[x < 0]
    return top / (1 + z)


def step(x, h, c, w):
    size = h.shape[0]
    a = x @ w
    i, f, g = sigmoid(a[:size]), sigmoid(a[size : 2 * size]), np.tanh(a[2 * size :])
    c = f * c + i * g
    return np.tanh(c) * h, c, (i, f, g)


def tuples_of_slices(x, h, w):
    c, cache = np.zeros_like(h), []
    for t in range(x.shape[0]):
        h, c, gates = step(x[t], h, c, w)
        cache.append(gates)
    return np.sum(h**2) + np.sum(cache[0][1])


@pytest.mark.parametrize("function", [appended_alone, appended_in_a_tuple, copied_on])
def test_an_array_in_a_list_is_carried_on(function):
    check_grads(function, (X, H))


def test_tuples_of_arrays_of_lengths_that_are_not_known_settle():
    check_grads(tuples_of_slices, (X, H, np.random.default_rng(0).normal(size=(2, 6))))


def changed_in_the_list(x, h):
    states = []
    for t in range(x.shape[0]):
        h = h * x[t]
        states.append(h)
        if t > 0:
            states[t - 1][0] = 5.0
    return np.sum(h**2) + states[-2][0] ** 2


def changed_by_name(x, h):
    states = []
    for t in range(x.shape[0]):
        h = h * x[t]
        states.append((h, x[t]))
    h[0] = 3.0
    return np.sum(h**2) + states[-1][0][0] ** 2


@pytest.mark.parametrize("function", [changed_in_the_list, changed_by_name])
def test_what_the_list_and_the_name_hold_is_not_changed(function):
    with pytest.raises(errors.UnsupportedConstruct, match="holds as well"):
        grad(function)(X, H)


# ------------------------------------------------------------ arrays that change places, one of which a growing list holds
def found_by_fuzzing(x, y, n):
    kept = [x]
    for _ in range(n):
        kept.append(kept[0])
        x, y = y, x
        y[-1] = 0.5 * y[-1] + 1.0
    return np.sum(kept[0]) + 2.0 * np.sum(x) + 3.0 * np.sum(y)


def changed_in_a_later_loop(x, y, n):
    kept = [x]
    for _ in range(n):
        x, y = y, x
    for _ in range(n):
        kept.append(1.0)
        y[-1] = 0.5 * y[-1] + 1.0
    return np.sum(kept[0]) + 2.0 * np.sum(x) + 3.0 * np.sum(y)


def changed_after_both_loops(x, y, n):
    kept = [x]
    for _ in range(n):
        x, y = y, x
    for _ in range(n):
        kept.append(1.0)
    y[-1] = 0.5 * y[-1] + 1.0
    return np.sum(kept[0]) + 2.0 * np.sum(x) + 3.0 * np.sum(y)


def changed_after_a_branch(x, y, n):
    kept = [x]
    u = x if x[0] > y[0] else y
    for _ in range(n):
        kept.append(1.0)
    u[-1] = 0.5 * u[-1] + 1.0
    return np.sum(kept[0]) + 2.0 * np.sum(x) + 3.0 * np.sum(y)


def list_of_fixed_length(x, y, n):
    kept = [x, y]
    for i in range(n):
        x, y = y, x
        kept[i % 2][0] += 1.0
        y[-1] = 0.5 * y[-1] + x[0] ** 2
    return np.sum(kept[0] ** 2) + 2.0 * np.sum(x) + 3.0 * np.sum(y)


@pytest.mark.parametrize("function", [found_by_fuzzing, changed_in_a_later_loop, changed_after_both_loops, changed_after_a_branch])
def test_what_a_growing_list_holds_is_not_changed_under_another_name(function):
    with pytest.raises(errors.UnsupportedConstruct, match="holds as well"):
        grad(function)(X[0].copy(), H.copy(), 1)


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_a_list_of_fixed_length_sees_arrays_that_change_places(n):
    check_grads(list_of_fixed_length, (X[0], H, n))
