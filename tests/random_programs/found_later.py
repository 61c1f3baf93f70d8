"""Programs that failed in the long run of seed 101, made small; `found.py` says what a test of them is."""

from __future__ import annotations

import numpy as np

from random_programs.found import Found


def held_by_a_list_of_the_loop(x):
    for i in range(3, 1, -1):
        x *= 0.5 + 0.1 * i
        many = [x, x]
    x[...] = np.cos(x)
    return np.sum(many[0]) + np.sum(many[1] * x)


def held_by_a_dict_of_the_loop(x):
    for i in range(3, 1, -1):
        x *= 0.5 + 0.1 * i
        named = {"state": x}
    x[0] = np.cos(x[1])
    return np.sum(named["state"] * x)


def seen_from_an_inner_loop_and_changed_later(x, n):
    for _ in range(2):
        filled = np.zeros(2)
        filled[0] = x[0]
        for _ in range(n):
            view = filled[::-1]
    filled[...] *= x[1]
    return np.sum(view * x[0])


def changed_after_it_was_appended(x, n):
    h = x.copy()
    found = []
    for _ in range(n):
        h[0] += 1.0
        h = np.tanh(h)
        found.append(h)
    return np.sum(np.array(found) * x)


def changed_behind_the_loop_that_appended_it(x, n):
    h = x.copy()
    found = []
    for _ in range(n):
        h = np.tanh(h)
        found.append(h)
    h[1] = 2.0
    return np.sum(np.array(found) * x)


def changed_after_it_was_put_into_a_list(x, n):
    h = x.copy()
    found = [h] * 3
    for i in range(n):
        h[0] += 1.0
        h = np.tanh(h)
        found[i % 3] = h
    h[1] = 2.0
    return np.sum(np.array(found) * x)


def another_array_in_a_list_or_the_same_changed(x, r):
    many = [np.ones((x.shape[0], 3)), np.full((len(x), 3), r), (x, 3)]
    part = many[0]
    if part[-1, 1] > r:
        many[1] = np.zeros_like(part)
    else:
        many[1] -= 0.5
    return np.sum(many[1]) * r


def halved(p):
    view = p
    view *= 0.5


def another_array_in_a_list_of_one_array(x, z):
    many = [x, x, halved(np.ones((0, len(z))))]
    for i in range(len(x)):
        if i:
            many[0] = np.sin(many[0])
    return np.sum(many[0] * z)


def undefined_until_the_inner_loop_goes_on(p):
    for i in range(len(p), 0, -2):
        if i:
            return 1.0
        k = 1
    return p if k else 1.0


def undefined_and_recorded(x, r):
    for _ in range(x.size):
        found = undefined_until_the_inner_loop_goes_on(x)
    return found * r


def number_in_the_place_of_a_view(x, y):
    view = y.T
    view[:] = view
    many = [x, y[:, 0]]
    for row in view:
        many[1] = np.sum(row)
    return many[0] * many[1]


def itself(p):
    return p


def pairs_returned_from_two_loops(x, y):
    k = 0
    while k < 3:
        k += 1
        x[1:-1] += 0.5 * np.sin(y[:1] * x[1:-1])
        if y[k] < -0.6:
            return y[-k - 1] - 1.2, y * y
    k = -1
    while True:
        k += 1
        if x[0] - y[k] > 0.1:
            return x[0], itself(x)


def iterated_over_while_an_inner_loop_swaps(x, y):
    for _, v in enumerate(x):
        y /= 2.0 + np.sin(v)
        k = 1
        while True:
            k += 1
            if k >= 3:
                break
            x, y = y, x
    return np.sum(y * x * x)


def swapped_in_an_inner_loop(x, y, n):
    for v in x:
        y /= 2.0 + np.sin(v)
        for _ in range(n):
            x, y = y, x
    return np.sum(y * x * x)


def row_of_a_transposed_matrix_is_changed(x, y):
    y = np.transpose(y) + x
    row = y[1]
    row *= x
    return np.sum(y)


def number_swapped_with_an_entry_as_a_view(x, r):
    for i in range(len(x)):
        s = x[i, ...]
        if i % 2:
            r, s = s, r
        else:
            x.fill(np.max(r * x))
    return r


def entry_as_a_view_where_lengths_are_equal(x, z):
    part = x * z
    many = []
    for k in range(3):
        many.append(x)
    s = many[0][k, ...]
    t = s
    s += 1
    return t * part[0]


def entries_taken_while_the_array_changes_places(x, y):
    part = y
    scaled = np.ones((y.size, 5)) / np.full((3, 5), 2.0)
    for v in part:
        part, x = x, part
        y /= 1.5 + v**2
    return np.sum(x * part) + scaled[0, 0]


def view_of_one_of_two_arrays_from_an_inner_loop(x, y):
    k = 0
    while k < x.shape[0] and k / 4 <= 0.21:
        k += 1
        for i in reversed(range(x.size)):
            part = y[::-1, :]
            part *= np.tanh(part[:, :])
        if y[i, 2] >= 0.57:
            y = np.tanh(y)
            if i == 1:
                break
        else:
            row = part[i - 1]
            row[1] = np.tanh(part[i, 1])
            y[:-1] *= np.sin(part[1:, ::-1])
    return np.sum(y) * x[0]


def item_changed_while_the_list_grows(x, y):
    kept = [y]
    item = kept[-1]
    for _ in range(2):
        item *= 0.5
        kept.append(x)
    return np.sum(np.array(kept) * x)


def array_changed_while_a_list_that_holds_it_grows(x, y, n):
    kept = [y]
    for _ in range(n):
        y *= 0.5
        kept.append(x)
    return np.sum(np.array(kept) * x)


def changed_through_a_list_that_the_loop_made(x, y, n):
    for _ in range(y.shape[0], 0, -2):
        made = -x
        kept = [made, x * 2.0]
    kept[0][n - 1] = 1.0
    return np.sum(made * x)


def loop_over_one_of_two_arrays_that_changes(x, z):
    k = 0
    while k:
        z = x
    for v in z:
        z[1] = v
    return z


X = np.array([0.4, -0.7, 0.9])

FOUND = [
    Found(held_by_a_list_of_the_loop, (X,)),
    Found(held_by_a_dict_of_the_loop, (X,)),
    Found(seen_from_an_inner_loop_and_changed_later, (X, 3)),
    Found(changed_after_it_was_appended, (X, 3)),
    Found(changed_behind_the_loop_that_appended_it, (X, 3)),
    Found(changed_after_it_was_put_into_a_list, (X, 3)),
    Found(another_array_in_a_list_or_the_same_changed, (X, 0.3)),
    Found(another_array_in_a_list_of_one_array, (X, X[::-1].copy())),
    Found(undefined_and_recorded, (X, 0.3)),
    Found(number_in_the_place_of_a_view, (X, np.array([[0.2, 0.1, 0.8], [0.4, 0.5, 0.6]]))),
    Found(pairs_returned_from_two_loops, (X, np.array([0.2, 0.3, 0.4, -0.3, 0.1]))),
    Found(iterated_over_while_an_inner_loop_swaps, (X, X[::-1].copy())),
    Found(swapped_in_an_inner_loop, (X, X[::-1].copy(), 1)),
    Found(number_swapped_with_an_entry_as_a_view, (X, 0.3)),
    Found(entry_as_a_view_where_lengths_are_equal, (X, X[::-1].copy())),
    Found(entries_taken_while_the_array_changes_places, (X, X[::-1].copy())),
    Found(view_of_one_of_two_arrays_from_an_inner_loop, (X, np.sin(np.arange(9.0)).reshape(3, 3))),
    Found(item_changed_while_the_list_grows, (X, X[::-1].copy())),
    Found(array_changed_while_a_list_that_holds_it_grows, (X, X[::-1].copy(), 1)),
    Found(changed_through_a_list_that_the_loop_made, (X, X[::-1].copy(), 1)),
    Found(loop_over_one_of_two_arrays_that_changes, (X[:2].copy(), X[1:].copy())),
    Found(row_of_a_transposed_matrix_is_changed, (np.linspace(-1.1, 1.0, 5), np.sin(np.arange(25.0)).reshape(5, 5))),
]
