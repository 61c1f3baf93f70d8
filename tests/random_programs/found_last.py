"""Programs that failed in long runs (seeds 202, 501 and 515151), made small, and others like them; `found.py` says what a test is."""

from __future__ import annotations

import numpy as np
import scipy.fft
import scipy.linalg

from random_programs.found import COLUMN, Found, X


def carried_past_a_test_that_takes_a_branch(x, y):
    held = {"u": np.cos(y), "v": 0.4}
    while int(abs(x[0] if y[1] > 0.0 else y[int(np.argmax(y))])):
        held["u"] = held["v"]
    return np.cos(y) + np.sum(held["u"])


def index_that_an_inner_loop_may_leave_unbound(x, y, r, z, n):
    y[n] = r
    for _ in range(n, 0, -2):
        for k in range(y.shape[0]):
            y = x
        z[k] = y[2] * r
    return np.sum(z)


def changed(x):
    x[np.argmax(x)] = 0.5
    return 1.0


def entry_of_one_of_two_arrays_is_read_before_a_call_changes_it(x, y, n):
    one = y if n else x
    one[1] -= changed(one)
    return np.sum(y * x)


def put_first(kept, x):
    kept[0] = x
    return 1.5


def item_is_read_before_a_call_puts_another_in_its_place(x, y):
    kept = [x]
    kept[0] += put_first(kept, y)
    return np.sum(kept[0] * y) + np.sum(x)


def indices_are_changed_after_the_entries_are_read(x, y):
    first = np.array([0, 2])
    x[first] += changed_index(first) * y[0]
    return np.sum(x * y)


def changed_index(index):
    index[0] = 1
    return 1.0


def list_in_a_list_grows_for_all_who_hold_it(x, y):
    inner = [x[0]]
    kept = [inner]
    kept[0] += [y[0], y[1]]
    return inner[-1] * kept[0][0]


def list_in_a_list_of_any_length_grows_in_place(x, y):
    rows = []
    for i in range(len(x)):
        rows.append([x[i]])
    row = rows[1]
    rows[1] += [y[0], y[1]]
    return row[-1] * rows[1][-2]


def held_twice_by_a_list_of_the_loop(x, n):
    for _ in range(1):
        kept = [x * 2.0, np.array(x)]
        kept[0] = kept[1]
    kept[1] += n
    return np.sum(kept[0] * x)


def length_of_a_long_expression(x, y):
    kept = {"u": np.cos(0.3 / (1.5 + y[2][0] ** 2) * x[:1:1])}
    for i in range(kept["u"].shape[0]):
        y[:, i] += y[:, i]
    return y


def iterated_over_while_its_place_in_a_list_is_set(x, y):
    many = []
    for _ in range(2):
        x[1:] = 0.5
        many.append(x * x)
    for _ in many[0]:
        many[0] = many[0]
    return np.sum(many[0] * y)


def bound_to_a_view_in_some_iterations(x, y):
    k = 0
    while k < x.size:
        k += 1
        if x[0] > 0.1:
            if k == 1:
                x[0] *= 0.5
            elif x[1] < -2.0:
                s = y[0, ...].reshape(())  # noqa: F841
            else:
                x[1] = y[1]
            y[2] *= x[0]
        else:
            x[2] += y[0]
    return np.sum(y) + np.sum(x)


def one_of_two_is_asked_for_by_identity(x, y):
    w = x
    for i in range(3):
        z = w
        w = y if w is x else x
        z[i] += w[0]
    return np.sum(x * y) + np.sum(w)


def made_alike_and_told_apart(x, y):
    one, other = np.sin(x), np.sin(x)
    return np.sum(one * y) * (2.0 if one is other else 3.0)


def function_of_two_is_asked_for_by_identity(x):
    f = np.sin if x[0] > 0.1 else np.cos
    return np.sum(f(x)) * (2.0 if f is np.sin else 3.0)


class Pair:
    def __init__(self, first, second):
        self.first, self.second = first, second


def object_of_two_is_asked_for_by_identity(x, y):
    one, other = Pair(x, y), Pair(y, x)
    chosen = one if x[0] > 0.1 else other
    return np.sum(chosen.first * x) * (2.0 if chosen is one else 3.0)


def objects_are_equal_to_themselves_only(x, y):
    one, other = Pair(x, y), Pair(y, x)
    same = one
    return np.sum(x) * (2.0 if one == other else 3.0) * (5.0 if one == same else 7.0) * (11.0 if same in [other, one] else 13.0)


def one_of_two_that_a_loop_changes_through_indices(x, y):
    one = np.sin(x) if np.sum(x) <= 0.2 else x
    for i in range(2):
        one[[0, 2]] *= y[i]
    return np.sum(x * one)


def object_of_a_loop_moves_an_array_that_the_loop_made(x, y):
    for i in range(2):
        pair = Pair(np.sin(x), y)
        pair.second[:1] *= x[i]
        for v in x:
            pair.first, pair.second = pair.second, pair.first
            pair.second[1] += v
    return np.sum(pair.second * y)


def number_or_still_a_view_after_a_loop(x, n):
    s = x[1, ...]
    for i in range(n, 3):
        s = s + np.tanh(x[i])
    s -= np.sin(x[0])
    return s + np.sum(x * x)


def number_or_still_an_array_without_axes_after_a_loop(x, n):
    s = np.array(x[1])
    t = s
    for i in range(n, 3):
        s = s + np.tanh(x[i])
    s -= np.sin(x[0])
    return s + t * x[2]


def one_of_two_new_arrays_through_a_mask_in_a_loop(x, y):
    y = x[[0, 2, 2]] / (x[2] * y[int(np.argmax(y))]) ** 2
    one = x[[0, 0, 2]] if x[0] <= 0.21 else y
    k = 0
    while k < 4:
        one[y > 0.29] = 1.0
        k += 1
    return np.sum(one) + np.sum(y)


def view_in_an_inner_loop_of_what_an_outer_one_moves(x, y, z):
    """The view that an iteration takes is another one's in the next: it stood in a choice, by names of an iteration."""
    x -= np.sin(x) * y[0]
    for _ in range(y.size):
        for _ in range(2):
            view = y[1:]
        y = z
    return np.sum(view * x[0])


def view_of_an_inner_loop_changes_places_in_one_that_does_not_run(x):
    for i in range(0, 4, 2):
        for _ in range(x.shape[0]):
            view = x[::1]
        for k in range(i - i):
            same = view
            view[0] = 0.5 * np.sin(view[k + 1])
            x, same = same, x
    return np.sum(view * 1.0)


def number_and_array_change_places_in_a_loop(x, r):
    held = x
    for _ in range(2):
        r -= 0.5  # in the second round it is the caller's array
        held, r = r, held
    return np.sum(x * x)


def real_parts_of_what_is_transformed_have_no_known_shape(x, r, n):
    kept = [x, 1.0]
    r = scipy.fft.irfft2(SPECTRUM + kept[0][n % len(x)] * r)
    r -= scipy.linalg.eigvalsh_tridiagonal(DIAGONAL, BESIDE)
    return np.sum(r)


SPECTRUM = np.array([[0.5478467345237732, 0.9208531379699707, 1.8361059427261353], [1.9338895082473755, 1.25308096408844, 1.66]])
DIAGONAL, BESIDE = np.array([0.95, 0.81, 1.26, 1.63]), np.array([1.36, 1.57, 0.7])
Y = X[::-1].copy()

FOUND = [
    Found(carried_past_a_test_that_takes_a_branch, (X, X.copy())),
    Found(index_that_an_inner_loop_may_leave_unbound, (X, Y, 0.9, np.array([0.2, -0.5, 0.1]), 2), order=2),
    Found(entry_of_one_of_two_arrays_is_read_before_a_call_changes_it, (X, Y, 1)),
    Found(item_is_read_before_a_call_puts_another_in_its_place, (X, Y)),
    Found(indices_are_changed_after_the_entries_are_read, (X, Y)),
    Found(list_in_a_list_grows_for_all_who_hold_it, (X, Y)),
    Found(list_in_a_list_of_any_length_grows_in_place, (X, Y)),
    Found(held_twice_by_a_list_of_the_loop, (X, 1)),
    Found(length_of_a_long_expression, (X, COLUMN)),
    Found(iterated_over_while_its_place_in_a_list_is_set, (X, Y)),
    Found(bound_to_a_view_in_some_iterations, (X, Y)),
    Found(one_of_two_is_asked_for_by_identity, (X, Y)),
    Found(made_alike_and_told_apart, (X, Y)),
    Found(function_of_two_is_asked_for_by_identity, (X,)),
    Found(object_of_two_is_asked_for_by_identity, (X, Y)),
    Found(objects_are_equal_to_themselves_only, (X, Y)),
    Found(one_of_two_that_a_loop_changes_through_indices, (X, Y)),
    Found(object_of_a_loop_moves_an_array_that_the_loop_made, (X, Y)),
    Found(number_or_still_a_view_after_a_loop, (X, 3)),
    Found(number_or_still_an_array_without_axes_after_a_loop, (X, 3)),
    Found(one_of_two_new_arrays_through_a_mask_in_a_loop, (X, Y)),
    Found(view_in_an_inner_loop_of_what_an_outer_one_moves, (X, Y, Y * 2.0)),
    Found(view_of_an_inner_loop_changes_places_in_one_that_does_not_run, (X,)),
    Found(number_and_array_change_places_in_a_loop, (X, -0.1)),
    Found(real_parts_of_what_is_transformed_have_no_known_shape, (X, 1.04, 5)),
]
