"""Integers among floats: sums that begin with 0, branches that give 1, min and max with a whole number, int arrays."""

import numpy as np

from language.corpus import Program


def product_from_one(x):
    p = 1
    for v in x:
        p *= v
    return p


def reset_to_a_whole_number(x):
    y = 0
    for v in x:
        if v > 1:
            y = 1
        elif v < 0:
            y = 0.5
        else:
            y = y + v * v
    return y * 1.0


def counted_and_summed(x, n):
    s = 0
    for i in range(n):
        s += i if i % 2 else x * i
    return s


def real_then_whole(x, n):
    b, c = 1, x
    for i in range(n):
        b = x * c
        c = i
    return b


def at_least_two(x):
    return max(2, x) * x


def between_zero_and_one(x):
    return min(max(0, x), 1) * 3.0


def at_most_zero(x):
    return min(0, x, 3) + x


def least_of_a_list(x):
    return min([3, x, 5]) * x


def largest_or_a_count(n, x):
    return max(n, x) * x


def sum_of_positive_parts(x):
    return sum(max(0, v) for v in x)


def sum_of_choices(x):
    return sum(v if v > 0 else 0 for v in x)


def best_so_far(x):
    best, place = -1, 0
    for i, v in enumerate(x):
        if v > best:
            best, place = v, i
    return best * (place + 1)


def fibonacci_like(x, n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b * x
    return a


def list_from_whole_numbers(x, n):
    xs = [0, 1]
    for i in range(n):
        xs.append(xs[-1] * x + i)
    return sum(xs)


def dict_of_counters(x, n):
    d = {"sum": 0, "count": 0}
    for i in range(n):
        d["sum"] += x**i
        d["count"] += 1
    return d["sum"] / d["count"]


def row_products(A):
    total = 0
    for row in A:
        r = 1
        for v in row:
            if v > 2:
                r = 0
                break
            r *= v
        total += r
    return total


def whole_array_becomes_real(x):
    y = np.arange(3)
    for _ in range(2):
        y = y * x
    return y.sum()


def whole_array_on_one_side(x):
    y = np.arange(3)
    if x[0] > 0:
        y = x[:3]
    return (y * x[1:]).sum()


def factorial_like(x):
    return 1 if x < 1 else x * factorial_like(x - 1)


def whole_where_the_type_is_lost(x):
    for i in range(3):
        a = np.tanh(i)
    b = sum([min(a, x) for _ in (x, 1)])
    for v in [x, 1]:
        a = b / min(v, a) ** 2
    return a


X = np.array([0.7, 1.3, -0.4, 2.1])
A = np.array([[0.7, 1.3, -0.4], [0.5, 2.6, 0.9], [1.1, -0.3, 1.7]])

PROGRAMS = [
    Program(product_from_one, (X,)),
    Program(product_from_one, ([0.7, 1.3],), name="list"),
    Program(product_from_one, (X.astype(np.float32),), name="single-precision"),
    Program(reset_to_a_whole_number, (X,)),
    Program(reset_to_a_whole_number, (X[::-1].copy(),), name="reversed"),
    Program(counted_and_summed, (0.7, 5)),
    Program(real_then_whole, (0.7, 3)),
    Program(real_then_whole, (0.7, 1), name="one-trip"),
    Program(at_least_two, (3.7,)),
    Program(at_least_two, (0.7,), name="two"),
    Program(at_least_two, (np.float32(3.5),), name="single-precision"),
    Program(between_zero_and_one, (0.3,)),
    Program(at_most_zero, (-0.7,)),
    Program(at_most_zero, (0.7,), name="zero"),
    Program(least_of_a_list, (2.0,)),
    Program(least_of_a_list, (4.0,), name="three"),
    Program(largest_or_a_count, (2, 3.7)),
    Program(largest_or_a_count, (4, 3.7), name="count"),
    Program(sum_of_positive_parts, (X,)),
    Program(sum_of_choices, (X,)),
    Program(best_so_far, (X,)),
    Program(fibonacci_like, (0.7, 4)),
    Program(list_from_whole_numbers, (0.7, 3)),
    Program(dict_of_counters, (0.7, 3)),
    Program(row_products, (A,)),
    Program(whole_array_becomes_real, (X[:3].copy(),)),
    Program(whole_array_on_one_side, (X,)),
    Program(whole_array_on_one_side, (-X,), name="whole"),
    Program(factorial_like, (3.3,)),
    Program(whole_where_the_type_is_lost, (0.7,)),
]
