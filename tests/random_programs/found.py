"""Programs that failed once, made small, and what was wrong with the derivative.

Each is a function and the arguments that it failed with.  `order` is 2 where the second derivative was wrong.  One that
still fails says how: its test is expected to fail, and says so when it does not any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Found:
    """A program, its arguments, and the outcome of its check for as long as the fault is there."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    still: str = ""
    order: int = 1


X = np.array([0.4, -0.7, 0.9])
ONE = np.array([0.7])
COLUMN = np.array([[0.1], [0.5], [0.2]])


# ------------------------------------------------------------------------------------------- arrays without axes
def array_without_axes_in_a_loop(x):
    s = x.reshape(())
    for _i in range(3):
        s = s + np.sin(x[0])
    return s * x[0]


def entry_as_a_view(x):
    s = x[0, ...]
    s = s + 0.5
    return s * x[0]


def squeezed_and_kept(x):
    s = np.squeeze(x)
    t = s
    for _i in range(3):
        s = s * x[0]
        s = s + t
    return float(s * t * x[0])


def view_without_axes_is_changed(x):
    s = np.squeeze(x)
    s += 1.0
    return x[0] * s


def alias_of_an_array_without_axes(x):
    s = np.array(0.5)
    t = s
    for _i in range(2):
        s += x[0]
    return np.sin(t + x[0])


def copy_of_a_number(x):
    s = np.copy(x[0])
    t = s
    s += x[1]
    return np.sin(s * t + x[0])


def tangent_of_maximum_grows(x):
    s = np.max(x)
    for i in range(3):
        s = s + x[i]
    return s


def tangent_of_norm_grows(x, r):
    r *= np.max(x)
    for _i in range(2):
        r = r + np.linalg.norm(x)
    return r


# ------------------------------------------------------------------------------------------- bound on some paths
def bound_in_an_inner_loop(x):
    for _i in range(3):
        for _j in range(2):
            y = np.sin(x)
    return np.sum(y)


def array_returned_from_an_inner_loop(x):
    for i in range(3):
        for j in range(3):
            if x[j] > 0.8:
                return x * x[i]
    return x


def array_seldom_returned_from_an_inner_loop(x):
    for _i in range(3):
        for v in x:
            if v > 5.0:
                return 2.0 * x
        y = np.sin(x)
    return y


def matrix_returned_or_bound_in_a_loop(x, y):
    for i in range(2, 4):
        if x[0] * i > 9.0:
            return y
        m = y[[0, 2, 1]]
    return m


def returned_before_it_is_bound(y, n, r):
    if n == 0:
        t = y
    else:
        if r > 0.0:
            return r
        t = y.T
    return np.sum(t * t)


# ------------------------------------------------------------------------------------------------ arrays in loops
def list_in_an_inner_loop(x):
    s = 0.0
    for _i in range(2):
        for _j in range(2):
            many = [x]
            s += np.sum(many[0])
    return s


def array_made_and_filled_in_each_iteration(x):
    for _i in range(3):
        filled = np.empty(3)
        for j in range(3):
            filled[j] = np.sin(x[j])
    return np.sum(np.sin(filled))


def swapped_after_a_loop_bound_them(x):
    for i in range(3):
        s = np.sin(x[i])
        t = x[0]
    for _i in range(3):
        s, t = t, s
    return s + 2.0 * t


def slice_backwards_from_the_first(x, y):
    for _i in range(y.shape[0]):
        x = np.ones((x.size, y.shape[0])) @ x[0::-1]
    return x


# --------------------------------------------------------------------------------------------- branches and stores
def name_for_an_array_or_a_new_one(x):
    a = np.zeros(3)
    a[1] = x[0]
    if x[0] < 0.57:
        t = x
    else:
        t = np.cos(x)
    return np.sum(t * x) + np.sum(a)


def one_of_two_arrays_is_written_after_another_store(x):
    if np.max(x) > 0.2:
        x *= 0.5
        t = x
    else:
        t = np.sin(x)
    t[0] = 2.0 * t[1]
    return np.sum(x * x)


def one_of_two_arrays_is_written(x):
    if np.max(x) > 0.2:
        t = x
    else:
        t = np.sin(x)
    t[0] = 2.0 * t[1]
    return np.sum(x * x)


def view_in_a_branch(x):
    if np.max(x) > 0.2:
        view = x
        view *= 0.5
    else:
        x = np.sin(x)
    return np.sum(x * x)


def returned_from_a_branch_after_a_store(x):
    x[1] = x[0]
    if x[1] > 0.0:
        return (x[1], np.sin(x))
    return (np.sum(x), x)


def view_read_while_its_base_is_written(x):
    m = (np.ones((1, 3)) / (1.5 + x[0] ** 2)).copy()
    part = m[0]
    m -= np.cos(x[:1, None] - part[:][None, :])
    return np.sum(part) + np.sum(m)


def array_made_and_filled_row_by_row_in_each_iteration(x, y):
    for _i in range(len(y)):
        filled = np.empty((x.size, 3))
        for j in range(x.size):
            filled[j] = y
    return np.sum(np.sin(filled))


def tangent_of_a_product_with_a_list_grows(x):
    s, change = [2.0 for _ in range(len(x))] @ (0.1 * x[[0, 0, 0]]), 1.0
    while abs(change) > 0.1:
        change = np.sin(0.5 * s + (s - s)) - s
        s = s + change
    return s


def left_alone_by_one_arm_after_a_branch_bound_it(x, y):
    for i in range(2):
        a = 0.5 * np.sin(x)
    s = y[0]
    if s > -0.13:
        if i % 2 == 0:
            t = a[i] * s
        else:
            a = y + a
            t = s
        s = t
    return s + np.sum(a)


def view_that_a_loop_binds_again(y):
    view = y.T[0]
    y *= view.sum()
    for _i in range(1, 0, 2):
        view = np.transpose(y)
    return np.sum(view)


def array_without_axes_is_changed_by_its_other_name(x):
    s = np.array(x)
    t = s
    t *= x
    u = s[()]
    s[...] = np.sin(u) * s
    s += x
    u += s
    return t * u, s


def zeros_without_axes_are_stored_into(x):
    s = np.zeros(())
    t = s
    s[...] = np.sin(x[0])
    t *= x[1]
    t += np.sum(x)
    u = np.array(x[0])
    u[()] = t * x[2]
    s /= u
    return s * t


def array_of_an_entry_under_two_names(x):
    s = x[0][...]
    t = s
    s += x[1]
    return np.sin(t) * s


def index_of_an_inner_loop_is_read_in_a_branch(x):
    for i in range(2, 0, -2):
        if x[0] >= 0.2:
            for j in range(x.size):
                x[i] -= np.sin(np.dot(x, x))
            t = x[j] + float(i)
        else:
            t = x[1]
    return t + np.sum(x)


# ------------------------------------------------------------------------------------------ arrays that change places
def iterated_over_while_it_changes_places(x, y, r):
    for v in x:
        x[x > -0.29] = 0.3 * r
        r = v * r
        x, y = y, x
    return r + np.sum(x * y)


def view_of_what_another_name_changes_later(x, r):
    f = np.sin(x)
    part = f[0:2]
    m = np.cos(f)
    for _i in range(3):
        m.fill(0.5 * np.sin(r))
        m, f = f, m
    return np.sum(part * part) + np.sum(np.sin(f)) + np.sum(m)


def stored_into_after_a_loop_that_does_not_run(x):
    view = x[::-1]
    for _i in range(5, 5):
        view = np.sin(view)
    view *= x[0]
    return np.sum(x * x) + np.sum(view)


def stored_into_after_a_loop_that_may_bind_it_again(x):
    view = x[::-1]
    for i in range(2):
        if x[i] > 10.0:
            view = np.sin(view)
            break
    view *= x[0]
    return np.sum(x * x) + np.sum(view)


def started_from_an_argument_and_stored_into_afterwards(x, k):
    total = 0.0
    for _i in range(3):
        u = x
        for _j in range(2):
            u = u + 0.1 * k * np.sin(u)
        u[0] = k
        total += np.sum(u * u)
    return total


def squeezed_number_is_a_number(y):
    s = np.squeeze(y[1])
    s *= 0.5
    return s * y[0]


def cotangent_of_what_a_branch_left_undefined_grows(x, z):
    if np.sin(0.3) > 0.57:
        x = np.full(x.shape, z)
        view = x  # noqa: F841
    a = np.empty(z.size)
    for i in range(z.size):
        a[i] = np.dot(np.ones(len(x)), x[[2, 1, 2]])
    return np.sum(a) + x


FOUND = [
    Found(array_without_axes_in_a_loop, (ONE,)),
    Found(entry_as_a_view, (ONE,)),
    Found(squeezed_and_kept, (ONE,)),
    Found(view_without_axes_is_changed, (ONE,)),
    Found(alias_of_an_array_without_axes, (ONE,)),
    Found(copy_of_a_number, (X,)),
    Found(tangent_of_maximum_grows, (X,)),
    Found(tangent_of_norm_grows, (X, 0.4)),
    Found(bound_in_an_inner_loop, (X,)),
    Found(array_returned_from_an_inner_loop, (X,)),
    Found(array_seldom_returned_from_an_inner_loop, (X,)),
    Found(matrix_returned_or_bound_in_a_loop, (X, COLUMN)),
    Found(returned_before_it_is_bound, (COLUMN, 1, 0.3)),
    Found(list_in_an_inner_loop, (X,)),
    Found(array_made_and_filled_in_each_iteration, (X,)),
    Found(swapped_after_a_loop_bound_them, (X,)),
    Found(slice_backwards_from_the_first, (X, ONE)),
    Found(name_for_an_array_or_a_new_one, (X,)),
    Found(one_of_two_arrays_is_written_after_another_store, (X,)),
    Found(one_of_two_arrays_is_written, (X,)),
    Found(view_in_a_branch, (X,)),
    Found(returned_from_a_branch_after_a_store, (X,)),
    Found(view_read_while_its_base_is_written, (X,)),
    Found(array_made_and_filled_row_by_row_in_each_iteration, (ONE, X)),
    Found(tangent_of_a_product_with_a_list_grows, (X,)),
    Found(left_alone_by_one_arm_after_a_branch_bound_it, (X, X)),
    Found(view_that_a_loop_binds_again, (COLUMN,)),
    Found(array_without_axes_is_changed_by_its_other_name, (0.7,)),
    Found(zeros_without_axes_are_stored_into, (X,), order=2),
    Found(array_of_an_entry_under_two_names, (X,)),
    Found(index_of_an_inner_loop_is_read_in_a_branch, (X,), order=2),
    Found(iterated_over_while_it_changes_places, (X, X[::-1].copy(), 0.3)),
    Found(view_of_what_another_name_changes_later, (X, 0.4)),
    Found(stored_into_after_a_loop_that_does_not_run, (X,)),
    Found(stored_into_after_a_loop_that_may_bind_it_again, (X,)),
    Found(started_from_an_argument_and_stored_into_afterwards, (X, 0.3), order=2),
    Found(squeezed_number_is_a_number, (X,)),
    Found(cotangent_of_what_a_branch_left_undefined_grows, (X, X[::-1].copy())),
]
