"""Stacks that grow and shrink, lists repeated a number of times, loops whose states are kept."""

import math

import numpy as np

import s2s
from language.corpus import Program


def repeated(x, n):
    xs = [x[0] * x[1]] * n
    ys = [x[2], x[3] ** 2] * n
    return sum(xs) ** 2 + ys[-1] * ys[2] + sum(ys)


def repeated_zero(x, n):
    xs = [x[0] * x[1]] * n
    return sum(xs) + x[0] ** 2


def repeated_then_set(x, n):
    xs = [x[0] * x[1]] * n
    for i in range(n):
        xs[i] = xs[i - 1] * x[i]
    return xs[0] * xs[-1]


def check_enum(x):
    s = 0.0
    for i, t in enumerate(s2s.checkpointed(range(3), slots=2)):
        s = s * x[i] + math.sin(x[t] * s)
    return s


def check_enum_n(x, n):
    s = 0.1
    for i, t in enumerate(s2s.checkpointed(range(n), slots=2)):
        s = s * x[0] + math.sin(x[1] * s) * i
    return s


def postfix(a, b, c):
    code = [0, 1, "+", 2, "*", 0, "-"]
    vals = [a, b, c]
    stack = []
    for tok in code:
        if tok == "+":
            q = stack.pop()
            p = stack.pop()
            stack.append(p + q)
        elif tok == "*":
            q = stack.pop()
            p = stack.pop()
            stack.append(p * q)
        elif tok == "-":
            q = stack.pop()
            p = stack.pop()
            stack.append(p - q)
        else:
            stack.append(vals[tok])
    return stack.pop() ** 2


def postfix_runtime(x, code):
    stack = []
    for op in code:
        if op >= 0:
            stack.append(x[op])
        elif op == -1:
            q = stack.pop()
            p = stack.pop()
            stack.append(p + q)
        else:
            q = stack.pop()
            p = stack.pop()
            stack.append(p * q)
    return stack[0] ** 2


def postfix_while(x, code):
    stack = []
    k = 0
    while k < len(code):
        op = code[k]
        if op >= 0:
            stack.append(x[op])
        else:
            q, p = stack.pop(), stack.pop()
            if op == -1:
                stack.append(p + q)
            else:
                stack.append(p * q)
        k += 1
    return stack.pop() ** 2


def pop_while(x):
    xs = []
    for v in x:
        xs.append(v * v)
    s = 0.0
    while xs:
        s = s * 0.5 + xs.pop()
    return s


def fold_pairs(x):
    xs = [v * v for v in x]
    while len(xs) > 1:
        a = xs.pop()
        b = xs.pop()
        xs.append(a * b + a)
    return xs[0]


def pop_arrays(x):
    xs = []
    for k in range(len(x)):
        xs.append(x * k)
    s = 0.0
    while len(xs) > 1:
        a = xs.pop()
        a[0] += 1.0
        xs[-1] += a * 0.5
        s += a[1]
    return s + np.sum(xs[0] ** 2)


def list_of_lists_repeat(x, n):
    t = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            t[i][j] = x[i] * x[j]
    return sum(sum(row) for row in t) * max(max(row) for row in t)


def while_dfs(x):
    todo = [(0, 1.0)]
    s = 0.0
    while todo:
        i, w = todo.pop()
        s += w * x[i]
        if 2 * i + 2 < len(x):
            todo.append((2 * i + 1, w * x[i]))
            todo.append((2 * i + 2, w * 0.5))
    return s


def check_enum_step(x, n):
    s = 0.1
    for i, t in enumerate(s2s.checkpointed(range(n, 0, -2), slots=2), start=3):
        s = s * x[0] + math.sin(x[1] * s) * i + t * x[3]
    return s


X = np.array([0.7, 1.3, -2.1, 0.4])
M = np.array([[0.7, 1.3, -0.2], [0.5, -0.9, 1.1]])

PROGRAMS = [
    Program(
        repeated,
        (
            X,
            3,
        ),
    ),
    Program(
        repeated_zero,
        (
            X,
            0,
        ),
    ),
    Program(
        repeated_then_set,
        (
            X,
            3,
        ),
    ),
    Program(check_enum, (X,)),
    Program(
        check_enum_n,
        (
            X,
            7,
        ),
    ),
    Program(
        postfix,
        (
            0.7,
            1.3,
            -0.4,
        ),
    ),
    Program(
        postfix_runtime,
        (
            X,
            [0, 1, -1, 2, -2, 3, -1],
        ),
    ),
    Program(
        postfix_while,
        (
            X,
            [0, 1, -1, 2, -2, 3, -1],
        ),
    ),
    Program(pop_while, (X,)),
    Program(fold_pairs, (X,)),
    Program(pop_arrays, (X,)),
    Program(
        list_of_lists_repeat,
        (
            X,
            3,
        ),
    ),
    Program(while_dfs, (X,)),
    Program(
        check_enum_step,
        (
            X,
            7,
        ),
    ),
]
