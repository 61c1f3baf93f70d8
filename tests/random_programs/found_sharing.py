"""Programs that failed in long runs (seed 801, and small programs of names), and others like them: an array has several holders, and
which of them it is depends on how often a loop ran, or on a branch; `found.py` says what a test is."""

from __future__ import annotations

import numpy as np

from random_programs.found import Found, X
from random_programs.found_last import Pair


def view_that_an_inner_loop_leaves_behind_is_changed(x, n):
    for _ in range(2):
        view = x[:2]
        for _ in range(n - 1):
            x = 2.0 * x
    view[0] = 0.5
    return np.sum(x)


def view_is_read_that_an_inner_loop_left_behind(x, n):
    x = 1.0 * x
    for _ in range(1):
        view = x[:1]
        for _ in range(n - 1):
            x = 2.0 * x
    x[0] = 0.5
    return np.sum(view)


def each_of_two_names_leaves_the_array_of_both(x, n):
    x = 1.0 * x
    y = x
    for _ in range(n - 1):
        x = 2.0 * x
    for _ in range(n - 1):
        y = 3.0 * y
    x[0] = 0.5
    return np.sum(y)


def each_of_two_names_leaves_the_array_of_both_again(x, n):
    x = 1.0 * x
    for _ in range(n):
        y = x
        for _ in range(n - 1):
            x = 2.0 * x
        for _ in range(n - 1):
            y = 3.0 * y
        x[0] = 0.5
        x = x + y
    return np.sum(x)


def array_in_one_of_two_lists(x):
    kept = x.copy()
    held = [kept, 1.0] if x[0] > 0.0 else [kept, 2.0]
    held[0][0] = 0.0
    return np.sum(kept * held[1])


def array_in_one_of_two_objects(x):
    kept = x[::-1]
    held = Pair(kept, 1.0)
    if x[0] > 0.0:
        held = Pair(kept, 2.0)
    held.first[0] = 0.0
    return np.sum(kept * held.second)


def array_or_its_double_in_a_list(x):
    kept = x.copy()
    held = [kept] if x[0] > 0.0 else [2.0 * kept]
    kept[0] = 0.0
    return np.sum(held[0])


def list_in_one_of_two_lists(x):
    kept = [x, 1.0]
    held = [kept, 1.0] if x[0] > 0.0 else [kept, 2.0]
    held[0][1] = 0.0
    return np.sum(x * kept[1])


def object_of_a_loop_that_is_left(x):
    held = Pair(x, x.reshape(3, 1))
    for i in reversed(range(held.second.shape[0])):
        other = Pair(x, held.second)
        if other.second[2, i % 1] > 9.0:
            return 1.0
    other.second[np.argmax(held.first)] = 0.0
    return np.sum(held.second)


def view_in_an_object_that_a_branch_makes(x, n):
    held = Pair(2.5 * x, 1.5 * x)
    part = x[:1]
    for _ in range(n):
        held = Pair(x, part)
    return np.sum(held.first) + np.sum(held.second)


def part_of_a_part_that_changes_places(x):
    x /= 2.0 + part_that_changes_places(x)
    return np.sum(x)


def part_that_changes_places(x):
    for i in range(0, 1, 3):
        for _ in range(int(1.0)):
            part = x[i:3]
            part, x = x, part
    return x


def nothing_or_an_object(x, n):
    held = None
    if n > 1:
        held = Pair(x, x)
    return np.sum(x) if held is None else np.sum(held.first * held.second)


def filled_and_summed(x):
    x[:] += 5.0
    return np.sum(x)


def item_of_a_list_that_a_round_left_early_has_not_made(x, n):
    k = 0
    while True:
        k += 1
        if k > n:
            break
        kept = []
        for _ in range(n):
            x = x * filled_and_summed(np.ones((2, 5)))
            kept.append(2.0)
        x = np.cos(x)
        kept.append(x)
    return np.sum(x)


def item_of_a_list_that_is_longer_on_one_path(x, n):
    y = 1.0 * x
    kept = [y]
    if n > 0:
        kept = [2.0 * y, y]
    kept[-1][0] = 0.3
    return np.sum(y)


def item_of_a_list_that_grew_on_one_path(x, n):
    y = 1.0 * x
    kept = [2.0 * x]
    if n > 0:
        kept.append(y)
    kept[-1][0] = 0.3
    return np.sum(y) + np.sum(kept[0])


def list_that_a_round_makes_and_the_next_does_not_read(x, n):
    now, new = x.copy(), np.zeros_like(x)
    for _ in range(n):
        both = [now, new]
        both[1][1:] = both[0][:-1]
        now, new = new, now
    return np.sum(now)


def dead_in_a_round_and_read_behind_the_loop(x, n):
    u = x.copy()
    kept = u
    for _ in range(n):
        kept = u
        u = 0.5 * u
        u[0] = kept[1]
    return np.sum(u * kept)


def read_by_a_function_of_the_loop(x, n):
    u = x.copy()

    def last():
        return kept

    for k in range(n):
        if k > 0:
            u = u + 0.5 * last()
        kept = u
        u = 2.0 * u
    return np.sum(u)


FOUND = [
    Found(view_that_an_inner_loop_leaves_behind_is_changed, (X, 1)),
    Found(view_that_an_inner_loop_leaves_behind_is_changed, (X, 2)),
    Found(view_is_read_that_an_inner_loop_left_behind, (X, 1)),
    Found(view_is_read_that_an_inner_loop_left_behind, (X, 2)),
    Found(each_of_two_names_leaves_the_array_of_both, (X, 1)),
    Found(each_of_two_names_leaves_the_array_of_both, (X, 2)),
    Found(each_of_two_names_leaves_the_array_of_both_again, (X, 1)),
    Found(each_of_two_names_leaves_the_array_of_both_again, (X, 2)),
    Found(array_in_one_of_two_lists, (X,)),
    Found(array_in_one_of_two_lists, (-X,)),
    Found(array_in_one_of_two_objects, (X,)),
    Found(array_in_one_of_two_objects, (-X,)),
    Found(array_or_its_double_in_a_list, (X,)),
    Found(array_or_its_double_in_a_list, (-X,)),
    Found(list_in_one_of_two_lists, (X,)),
    Found(list_in_one_of_two_lists, (-X,)),
    Found(object_of_a_loop_that_is_left, (X,)),
    Found(view_in_an_object_that_a_branch_makes, (X, 0)),
    Found(view_in_an_object_that_a_branch_makes, (X, 2)),
    Found(part_of_a_part_that_changes_places, (X,)),
    Found(nothing_or_an_object, (X, 2)),
    Found(item_of_a_list_that_a_round_left_early_has_not_made, (X, 0)),
    Found(item_of_a_list_that_a_round_left_early_has_not_made, (X, 1)),
    Found(item_of_a_list_that_is_longer_on_one_path, (X, 0)),
    Found(item_of_a_list_that_is_longer_on_one_path, (X, 1)),
    Found(item_of_a_list_that_grew_on_one_path, (X, 0)),
    Found(item_of_a_list_that_grew_on_one_path, (X, 1)),
    Found(list_that_a_round_makes_and_the_next_does_not_read, (X, 0)),
    Found(list_that_a_round_makes_and_the_next_does_not_read, (X, 3)),
    Found(dead_in_a_round_and_read_behind_the_loop, (X, 0)),
    Found(dead_in_a_round_and_read_behind_the_loop, (X, 3)),
    Found(read_by_a_function_of_the_loop, (X, 0)),
    Found(read_by_a_function_of_the_loop, (X, 3)),
]
