"""break, continue, else of loops, and return from anywhere."""

import numpy as np

from language.corpus import Program


def first_above(x, threshold):
    found = 0.0
    for v in x:
        if v > threshold:
            found = v * v
            break
    return found


def skip_negative(x):
    s = 0.0
    for v in x:
        if v < 0:
            continue
        s += np.sqrt(v)
    return s


def partial_sums_until(x, limit):
    s = 0.0
    for i in range(len(x)):
        s = s + x[i] ** 2
        if s > limit:
            break
        s = s * 1.1
    return s


def search_with_else(x, target):
    for i in range(len(x)):
        if x[i] > target:
            result = x[i] * 3
            break
    else:
        result = np.sum(x) ** 2
    return result


def return_from_loop(x, level):
    acc = 1.0
    for v in x:
        acc = acc * v
        if acc > level:
            return acc + v
    return np.log(acc)


def return_from_nested_loops(A, limit):
    s = 0.0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            s += A[i, j] ** 2
            if s > limit:
                return s * A[i, j]
    return s


def guards_first(x, n):
    if n == 0:
        return 1.0
    if n == 1:
        return x
    if x < 0:
        return -x * n
    return x**n


def endless_until_break(x):
    trips = 0
    while True:
        x = np.cos(x)
        trips += 1
        if trips >= 5:
            break
    return x


def endless_until_return(x):
    n = 0
    while True:
        if n == 3:
            return x * x
        x = x * np.exp(-x)
        n += 1


def inner_break_only(A):
    total = 0.0
    for row in A:
        part = 0.0
        for v in row:
            if v > 1.0:
                break
            part = part + v * v
        total = total + part * part
    return total


def continue_in_while(x):
    i, s = 0, 0.0
    while i < 6:
        i += 1
        if i % 3 == 0:
            continue
        s += x**i
    return s


def break_and_continue(x):
    y = 1.0
    for k in range(10):
        if k % 2:
            continue
        if k > 6:
            break
        y = y * x + k
    return y


def two_breaks(x, low, high):
    state = 0.0
    for v in x:
        if state < low:
            state = state * v
            break
        state = state + v
        if state > high:
            state = state**2
            break
    return state


def break_at_once(x):
    for v in x:
        break
    return v * v


def for_else_runs(x):
    y = x
    for _ in range(3):
        y = y * x
        if y > 1e9:
            break
    else:
        y = np.sin(y)
    return y


def while_else_skipped(x):
    n = 0
    while n < 5:
        x = x * 1.5
        if x > 2.0:
            break
        n += 1
    else:
        x = x**2
    return x * (n + 1)


def return_of_a_tuple(x):
    for i in range(4):
        x = x * x + 0.1
        if x > 1.0:
            return x, i
    return x, -1


def constant_return(x):
    if x > 5.0:
        return 0.0
    for i in range(3):
        if x > 2.0 + i:
            return 1.0
        x = x + 0.3 * x
    return x


def both_branches_return(x, y):
    for k in range(3):
        y = y + x * k
        if y > 2:
            if x > 1:
                return y * x
            else:
                return y / x
    return y


def return_in_else_of_loop(x):
    for v in x:
        if v > 3:
            break
    else:
        return np.sum(x**2)
    return np.sum(x**3)


def newton_with_limit(a):
    x = a
    for i in range(50):
        new = x - (x**3 - a) / (3 * x**2)
        if abs(new - x) < 1e-13:
            return new
        x = new
    raise RuntimeError("did not converge")


def continue_before_everything(x):
    s = 0.0
    for i, v in enumerate(x):
        if i == 0:
            continue
        if v < 0:
            continue
        s += v * x[i - 1]
    else:
        s *= 2
    return s


def break_out_of_two(A):
    found = False
    last = 0.0
    for row in A:
        for v in row:
            last = last * 0.5 + v
            if v > 1:
                found = True
                break
        if found:
            break
    return last**2


X = np.array([0.7, 1.3, -0.4, 2.9, 1.6])
POSITIVE = np.array([0.7, 1.3, 0.4, 2.9, 1.6])
A = np.array([[0.3, 0.8, -0.2], [0.5, 1.4, 0.6]])

PROGRAMS = [
    Program(first_above, (X, 1.0), name="found"),
    Program(first_above, (X, 9.0), name="not-found"),
    Program(skip_negative, (X,)),
    Program(partial_sums_until, (X, 2.0), name="stops"),
    Program(partial_sums_until, (X, 0.1), name="first-trip"),
    Program(partial_sums_until, (X, 90.0), name="runs-through"),
    Program(search_with_else, (X, 1.0), name="found"),
    Program(search_with_else, (X, 7.0), name="else"),
    Program(return_from_loop, (POSITIVE, 1.5), name="from-the-loop"),
    Program(return_from_loop, (POSITIVE, 50.0), name="at-the-end"),
    Program(return_from_nested_loops, (A, 1.0), name="from-inside"),
    Program(return_from_nested_loops, (A, 10.0), name="at-the-end"),
    Program(guards_first, (1.4, 0), name="zero"),
    Program(guards_first, (1.4, 1), name="one"),
    Program(guards_first, (-1.4, 3), name="negative"),
    Program(guards_first, (1.4, 3), name="power"),
    Program(endless_until_break, (0.6,)),
    Program(endless_until_return, (0.6,)),
    Program(inner_break_only, (A,)),
    Program(continue_in_while, (0.8,)),
    Program(break_and_continue, (0.8,)),
    Program(two_breaks, (X, -1.0, 1.5), name="high"),
    Program(two_breaks, (X, 0.5, 9.0), name="low"),
    Program(two_breaks, (X, -1.0, 90.0), name="neither"),
    Program(break_at_once, (X,)),
    Program(for_else_runs, (0.9,), name="else"),
    Program(for_else_runs, (2000.0,), name="break"),
    Program(while_else_skipped, (0.9,), name="break"),
    Program(while_else_skipped, (0.1,), name="else"),
    Program(return_of_a_tuple, (0.9,), name="early"),
    Program(return_of_a_tuple, (0.2,), name="late"),
    Program(constant_return, (6.0,), name="at-once"),
    Program(constant_return, (1.8,), name="second-trip"),
    Program(constant_return, (2.6,), name="in-the-loop"),
    Program(constant_return, (0.5,), name="at-the-end"),
    Program(both_branches_return, (1.2, 0.3), name="product"),
    Program(both_branches_return, (0.8, 0.3), name="quotient"),
    Program(both_branches_return, (0.1, 0.3), name="neither"),
    Program(return_in_else_of_loop, (POSITIVE,), name="squares"),
    Program(return_in_else_of_loop, (POSITIVE + 1,), name="cubes"),
    Program(newton_with_limit, (1.7,)),
    Program(continue_before_everything, (X,)),
    Program(break_out_of_two, (A,)),
]
