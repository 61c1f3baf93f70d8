"""Loops at their edges: no trips, values read afterwards, the loop variable assigned, one side of a branch constant."""

import numpy as np

from language.corpus import Program


def may_not_run(x, n):
    y = x
    for i in range(n):
        y = y * x + i
    return y


def assigned_only_in_the_loop(x, n):
    for i in range(n):
        y = x**i
    return y * x


def counter_read_after(x, n):
    for i in range(n):
        x = x * 1.1
    return x * i


def element_read_after(values):
    total = 0.0
    for v in values:
        total += v * v
    return total * v


def counter_assigned_in_the_body(x):
    s = 0.0
    for i in range(4):
        i = i * 2 + 1
        s += x**i
    return s * i


def element_assigned_in_the_body(values):
    s = 1.0
    for v in values:
        v = v * v
        s = s * v
        v = s + v
    return s + v


def bound_assigned_in_the_body(x, n):
    s = 0.0
    for i in range(n):
        n = n + 3
        s = s * x + n
    return s


def sequence_assigned_in_the_body(x):
    y = x
    s = 0.0
    for v in y:
        y = y * 2
        s += v * y[0]
    return s


def branch_with_a_constant(x):
    s = 0.0
    for v in x:
        if v > 1:
            w = v**2
        else:
            w = 1.0
        s = s * 0.5 + w
    return s


def reset_now_and_then(x):
    acc = 1.0
    for i, v in enumerate(x):
        acc = acc * v
        if i % 3 == 2:
            acc = 1.0
    return acc


def last_one_wins(x):
    best = 0.0
    for v in x:
        best = v**3
    return best


def overwritten_after_use(x):
    total = 0.0
    t = x
    for _ in range(3):
        total += t * t
        t = np.sin(t)
        total += t
        t = t * x
    return total


def triangular(x):
    s = 0.0
    n = len(x)
    for i in range(n):
        for j in range(i + 1, n):
            s += x[i] * x[j] ** 2
    return s


def triangular_with_carry(x):
    y = 1.0
    for i in range(3):
        for j in range(i, -1, -1):
            y = np.tanh(y + x * j)
    return y


def inner_loop_sometimes_empty(x):
    s = x
    for i in range(-1, 3):
        for _ in range(i):
            s = s * s + 0.1
        s = s - x
    return s


def descending(x, start, stop, step):
    s = 0.5
    for i in range(start, stop, step):
        s = s * x[i] + x[i] ** 2
    return s


def nested_break_continue_else(A):
    total = 0.0
    for i, row in enumerate(A):
        part = 1.0
        for v in row:
            if v < 0:
                continue
            if v > 2:
                total += part * v
                break
            part = part * v
        else:
            total += part**2
            continue
        total = total * (i + 1)
    else:
        total = np.sqrt(total)
    return total


def else_without_break(x):
    for k in range(2):
        x = x * x
    else:
        x = x + 1
    return x


def else_of_an_empty_loop(x, values):
    for v in values:
        x = x * v
        break
    else:
        x = x**3
    return x


def break_reads_what_the_trip_made(x):
    y = x
    for _ in range(10):
        z = y * y
        if z > 2.0:
            break
        y = z + 0.4
    return y * z


def branch_chooses_the_carry(x):
    a, b = x, 1.0
    for k in range(4):
        if k % 2:
            a, b = b, a * x
        else:
            a = a + b
    return a * b


def swaps_every_trip(x, y):
    for _ in range(3):
        x, y = y * y, x
    return x - y


def two_exits_and_a_rest(x):
    state = x
    for i in range(6):
        state = state * 1.3
        if state > 2 and i > 3:
            return state * i
        if state > 5:
            break
    state = state + 1
    return state**2


def shared_name_in_two_loops(x):
    i = 10.0
    for i in range(2):
        x = x + i
    for i in (0.5, 0.25):
        x = x * i
    return x * x * i


def only_a_counter(x):
    n = 0
    for v in x:
        if v > 0:
            n += 1
    return x * n


def shape_grows(x):
    y = x
    for _ in range(2):
        y = np.concatenate([y, y[-1:] * x[:1]])
    return np.sum(y**2)


def loop_over_no_rows(A):
    s = np.zeros(A.shape[1])
    for row in A:
        s = s + row**2
    return s + 1.0


def dynamic_inner_count(x):
    s = 0.0
    for v in x:
        n = int(v)
        p = 1.0
        for _ in range(n):
            p = p * v
        s += p
    return s


X = np.array([0.7, 1.3, -0.4, 2.1])
EMPTY = np.zeros(0)
A = np.array([[0.7, 1.3, -0.4], [0.5, 2.6, 0.9], [1.1, -0.3, 1.7]])

PROGRAMS = [
    Program(may_not_run, (0.7, 3)),
    Program(may_not_run, (0.7, 0), name="no-trip"),
    Program(may_not_run, (0.7, -2), name="negative"),
    Program(may_not_run, (0.7, 1), name="one-trip"),
    Program(assigned_only_in_the_loop, (0.7, 3)),
    Program(assigned_only_in_the_loop, (0.7, 1), name="one-trip"),
    Program(counter_read_after, (0.7, 3)),
    Program(element_read_after, (X,)),
    Program(counter_assigned_in_the_body, (0.7,)),
    Program(element_assigned_in_the_body, (X,)),
    Program(bound_assigned_in_the_body, (0.7, 3)),
    Program(sequence_assigned_in_the_body, (X,)),
    Program(branch_with_a_constant, (X,)),
    Program(reset_now_and_then, (X,)),
    Program(last_one_wins, (X,)),
    Program(last_one_wins, (EMPTY,), name="no-trip"),
    Program(overwritten_after_use, (0.7,)),
    Program(triangular, (X,)),
    Program(triangular, (X[:1],), name="one-point"),
    Program(triangular_with_carry, (0.7,)),
    Program(inner_loop_sometimes_empty, (0.7,)),
    Program(descending, (X, 3, -1, -1)),
    Program(descending, (X, 3, 0, -2), name="by-two"),
    Program(descending, (X, 0, 3, -1), name="no-trip"),
    Program(descending, (X, -1, -4, -1), name="negative-indices"),
    Program(nested_break_continue_else, (A,)),
    Program(nested_break_continue_else, (A[:, :1].copy(),), name="one-column"),
    Program(else_without_break, (0.7,)),
    Program(else_of_an_empty_loop, (0.7, EMPTY), name="else"),
    Program(else_of_an_empty_loop, (0.7, X), name="break"),
    Program(break_reads_what_the_trip_made, (0.7,)),
    Program(branch_chooses_the_carry, (0.7,)),
    Program(swaps_every_trip, (0.7, 1.3)),
    Program(two_exits_and_a_rest, (0.9,), name="returns"),
    Program(two_exits_and_a_rest, (4.1,), name="breaks"),
    Program(two_exits_and_a_rest, (0.2,), name="runs-through"),
    Program(shared_name_in_two_loops, (0.7,)),
    Program(only_a_counter, (X,)),
    Program(shape_grows, (X,)),
    Program(loop_over_no_rows, (A[:0],), name="empty"),
    Program(loop_over_no_rows, (A,), name="three"),
    Program(dynamic_inner_count, (np.array([2.3, 0.6, 3.4]),)),
]
