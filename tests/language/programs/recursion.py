"""Functions that call themselves and change what they are given, or what is around them: arrays, slices, lists, objects."""

import numpy as np

from language.corpus import Program

X = np.array([0.7, 1.3, 2.1, 0.4])
EIGHT = np.array([0.7, 1.3, 2.1, 0.4, 0.9, 1.7, 0.35, 1.15])
M = np.array([[3.9, 0.2, 1.1], [0.5, 4.4, 0.3], [0.8, 0.6, 5.1]])
IMAGE = np.array([[0.5, 0.9, 0.1], [0.2, 0.8, 0.7], [0.6, 0.1, 0.4]])
GAINS = np.array([0.5, 2.0])


# ----------------------------------------------------------------------------------------------- slices of the argument
def transform(x):
    n = len(x)
    if n == 1:
        return
    h = n // 2
    for i in range(h):
        a, b = x[i], x[i + h]
        x[i], x[i + h] = a + b * b, a - b
    transform(x[:h])
    transform(x[h:])


def in_place_on_halves(x):
    y = x.copy()
    transform(y)
    return np.sum(y * y * x)


def on_rows_and_columns(m):
    out = m[:2, :2].copy()
    for i in range(2):
        transform(out[i])
    for j in range(2):
        transform(out[:, j])
    return np.sum(out * out)


def lift(x):
    if len(x) < 2:
        return
    even, odd = x[::2].copy(), x[1::2].copy()
    x[::2] = even * odd
    x[1::2] = even - np.sin(odd)
    lift(x[::2])


def in_place_on_every_other(x):
    lift(x)
    return np.sum(x * x)


def eliminate(a):
    if a.shape[0] == 1:
        return
    a[1:, 0] /= a[0, 0]
    a[1:, 1:] -= np.outer(a[1:, 0], a[0, 1:])
    eliminate(a[1:, 1:])


def log_determinant(m):
    work = m.copy()
    eliminate(work)
    return np.sum(np.log(np.diag(work))) + work[2, 0] * work[0, 2]


# ------------------------------------------------------------------------------------------- the whole array, and places
def quicksort(a, lo, hi):
    if lo >= hi:
        return
    pivot, i = a[hi], lo
    for j in range(lo, hi):
        if a[j] < pivot:
            a[i], a[j] = a[j], a[i]
            i += 1
    a[i], a[hi] = a[hi], a[i]
    quicksort(a, lo, i - 1)
    quicksort(a, i + 1, hi)


def sorted_in_place(x):
    y = x.copy()
    quicksort(y, 0, len(y) - 1)
    return np.sum(y**2 * np.arange(len(y)))


def merge_sort(a, tmp, lo, hi):
    if hi - lo < 2:
        return
    mid = (lo + hi) // 2
    merge_sort(a, tmp, lo, mid)
    merge_sort(a, tmp, mid, hi)
    tmp[lo:hi] = a[lo:hi]
    i, j = lo, mid
    for k in range(lo, hi):
        if j >= hi or (i < mid and tmp[i] <= tmp[j]):
            a[k] = tmp[i]
            i += 1
        else:
            a[k] = tmp[j]
            j += 1


def sorted_with_a_buffer(x):
    a, tmp = x.copy(), np.empty_like(x)
    merge_sort(a, tmp, 0, len(a))
    return a @ np.arange(len(a)) + a[0] * a[1] * tmp[0]


def permutations(a, k, w):
    if k == len(a):
        return np.prod(a * w) + a[0] * w[1]
    total = 0.0
    for i in range(k, len(a)):
        a[k], a[i] = a[i], a[k]
        total += permutations(a, k + 1, w)
        a[k], a[i] = a[i], a[k]
    return total


def swapped_and_swapped_back(x):
    return permutations(x.copy(), 0, x)


def flood(image, seen, i, j):
    inside = 0 <= i < image.shape[0] and 0 <= j < image.shape[1]
    if not inside or seen[i, j] or image[i, j] < 0.3:
        return 0.0
    seen[i, j] = True
    total = image[i, j] ** 2
    for di, dj in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        total += flood(image, seen, i + di, j + dj)
    return total


def flood_fill(image):
    seen = np.zeros(image.shape, dtype=bool)
    return flood(image, seen, 0, 0) + np.sum(image[seen])


# -------------------------------------------------------------------------------------------------- what is around it
def arrays_around(x, n):
    work = np.zeros(len(x))
    count = 0

    def visit(i, depth):
        nonlocal count
        count += 1
        if depth == 0:
            work[i] += x[i] * work[i - 1] + 0.5
            return
        visit(2 * i % len(x), depth - 1)
        visit((2 * i + 1) % len(x), depth - 1)

    visit(1, n)
    work[0] = work[1] * x[2]
    visit(2, n)
    return np.sum(work * work) * count


def what_changed_between_two_calls(x, n):
    a, c = x.copy(), x[0]

    def product(n):
        return c if n <= 0 else a[n] * product(n - 1)

    first = product(n)
    a[1], c = 3.0 * x[2], x[1] ** 2
    return first + product(n)


def what_a_loop_changes(x, n):
    a = x.copy()

    def product(n):
        return a[0] if n <= 0 else a[n] * product(n - 1)

    total = 0.0
    for _ in range(3):
        total = total + product(n)
        a[0] = np.sin(a[1]) * total
    return total


# ----------------------------------------------------------------------------------------------------------- containers
def collect(x, lo, hi, out):
    if hi - lo == 1:
        out.append(x[lo] ** 2)
        return
    mid = (lo + hi) // 2
    collect(x, lo, mid, out)
    collect(x, mid, hi, out)


def a_list_that_grows(x):
    out = []
    collect(x, 0, len(x), out)
    return np.sum(np.array(out) * x) + len(out)


def square(table, n):
    if n > 0:
        table["a"] = table["a"] * table["a"]
        square(table, n - 1)


def a_dict(x, n):
    table = {"a": x}
    square(table, n)
    return table["a"] * x


class Sums:
    def __init__(self, n):
        self.totals = np.zeros(n)
        self.hits = 0.0

    def add(self, x, lo, hi):
        if hi - lo <= 1:
            self.totals[lo] += x[lo] ** 2
            self.hits = self.hits + self.totals[lo]
            return
        mid = (lo + hi) // 2
        self.add(x, lo, mid)
        self.add(x, mid, hi)


def an_object(x):
    sums = Sums(len(x))
    sums.add(x, 0, len(x))
    return sums.hits * np.sum(sums.totals)


# -------------------------------------------------------------------------------------------------------------- aliases
def itself(x, n):
    return x if n <= 0 else itself(x, n - 1)


def the_argument_is_the_result(x, n):
    y = x.copy()
    z = itself(y, n)
    z[0] = 5.0 * z[1]
    return y.sum() * y[0]


def rest(x, n):
    if n <= 0:
        return x[1:]
    x[0] = x[0] * x[1]
    return rest(x, n - 1)


def a_view_of_the_argument_is_the_result(x, n):
    y = x.copy()
    v = rest(y, n)
    v[0] = y[0] * 3.0
    return np.sum(y * y * x)


def halved(x, n):
    if n <= 0:
        return x
    return x * 2.0 if n == 1 else halved(x, n - 2)


def the_argument_or_another(x, n):
    y = x.copy()
    return np.sum(halved(y, n) * y)


def mixed(a, b, n):
    if n > 0:
        a[:] = a * b
        b[:] = b + np.sin(a)
        mixed(a, b, n - 1)


def two_views_of_one_array(x, n):
    y = x.copy()
    mixed(y[::2], y[1::2], n)
    return np.sum(y * x)


def one_array_twice(x, n):
    y = x.copy()
    mixed(y, y, n)
    return np.sum(y * x)


def even(x, n):
    if n == 0:
        return
    x[0] = x[0] * x[1]
    odd(x, n - 1)


def odd(x, n):
    if n == 0:
        return
    x[1] += np.sin(x[0]) * GAINS[0]
    even(x, n - 1)


def two_that_call_each_other(x, n):
    y = x.copy()
    even(y, n)
    return np.sum(y**2)


def pair(x, n):
    return (x, x * x) if n <= 0 else swapped_pair(pair(np.sin(x), n - 1))


def swapped_pair(both):
    return both[1], both[0] * both[1]


def tuples(x, n):
    a, b = pair(x, n)
    return a * np.sin(b)


def results_of_another_length(x, n):
    def squares(x, n):
        return x * 2.0 if n <= 0 else squares(x * x, n - 1)

    return np.sum(squares(x[:1], n) + squares(x, n))


def multiplied(a, b):
    n = a.shape[0]
    if n == 1:
        return a * b
    c = np.empty((n, n))
    c[:1, :1] = a[:1, :1] * b[:1, :1] + a[:1, 1:] @ b[1:, :1]
    c[:1, 1:] = a[:1, :1] * b[:1, 1:] + a[:1, 1:] @ b[1:, 1:]
    c[1:, :1] = a[1:, :1] * b[:1, :1] + a[1:, 1:] @ b[1:, :1]
    c[1:, 1:] = a[1:, :1] * b[:1, 1:] + multiplied(a[1:, 1:], b[1:, 1:])
    return c


def two_views_that_are_read(m):
    return np.sum(multiplied(m, m.T) ** 2)


PROGRAMS = [
    Program(in_place_on_halves, (X,)),
    Program(on_rows_and_columns, (M,)),
    Program(in_place_on_every_other, (EIGHT,), writes=True),
    Program(log_determinant, (M,)),
    Program(sorted_in_place, (EIGHT,)),
    Program(sorted_with_a_buffer, (X,)),
    Program(swapped_and_swapped_back, (X[:3],)),
    Program(flood_fill, (IMAGE,)),
    Program(arrays_around, (X, 2)),
    Program(what_changed_between_two_calls, (X, 2)),
    Program(what_a_loop_changes, (X, 2)),
    Program(a_list_that_grows, (X,)),
    Program(a_dict, (0.7, 2)),
    Program(an_object, (X,)),
    Program(the_argument_is_the_result, (X, 2)),
    Program(a_view_of_the_argument_is_the_result, (X, 2)),
    Program(the_argument_or_another, (X, 2)),
    Program(the_argument_or_another, (X, 3), name="odd"),
    Program(two_views_of_one_array, (X, 2)),
    Program(one_array_twice, (X, 2)),
    Program(two_that_call_each_other, (X[:2], 3)),
    Program(two_that_call_each_other, (X[:2], 2), name="even"),
    Program(tuples, (0.7, 3)),
    Program(results_of_another_length, (X, 2)),
    Program(two_views_that_are_read, (M,)),
]
