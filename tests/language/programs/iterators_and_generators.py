"""Iterators and generators of the program's own, and functions of NumPy that hide a loop."""

import functools
import operator

import numpy as np

from language.corpus import Program


def reduce_(x):
    return functools.reduce(lambda a, v: a * 0.5 + v, x, 1.0) + functools.reduce(operator.mul, x)


def memo_dict(x):
    memo = {0: 1.0, 1: x[0]}
    for n in range(2, 6):
        memo[n] = memo[n - 1] * x[1] + memo[n - 2]
    return memo[5]


def map_filter(x):
    return sum(map(lambda v: v * v, filter(lambda v: v > 0, x))) + sum(map(operator.mul, x, x[::-1]))


def squares(xs):
    for v in xs:
        yield v * v


def gen_for(x):
    s = 0.0
    for v in squares(x):
        s += v * x[0]
    return s


def gen_sum(x):
    return sum(squares(x)) + max(squares(x))


def gen_list(x):
    t = list(squares(x))
    return t[0] * t[-1]


def countdown(x, n):
    while n > 0:
        if n % 2:
            yield x * n
        else:
            yield x**2
            yield x**3
        n -= 1


def gen_while(x):
    return sum(v * k for k, v in enumerate(countdown(x, 4)))


def newton(x, a):
    while True:
        x = 0.5 * (x + a / x)
        yield x


def gen_infinite(a):
    last = 1.0
    for v in newton(1.5, a):
        if abs(v - last) < 1e-10:
            break
        last = v
    return v


def any_all(x):
    s = 0.0
    if any(v > 1 for v in x) and all(v < 5 for v in x):
        s = x[0] ** 2
    return s


def enum_start(x):
    return sum(k * v for k, v in enumerate(x, start=1))


def range_value(x):
    r = range(1, len(x), 2)
    s = 0.0
    for i in r:
        s += x[i] * len(r) + x[r[0]]
    return s + x[list(r)[-1]] + (2.0 if 3 in r else 1.0)


def nditer_read(m):
    s = 0.0
    for v in np.nditer(m):
        s += v * v
    return s


def vectorize_call(x):
    f = np.vectorize(lambda v: v * v if v > 1 else 2 * v)
    return np.sum(f(x) * x)


@np.vectorize
def soft(v, k):
    return v * v if v > k else 2 * v


def vectorize_deco(x):
    return np.sum(soft(x, 0.5) * x)


def along_axis(m):
    return np.sum(np.apply_along_axis(lambda r: r / np.sum(r**2), 1, m) ** 2)


def along_axis_scalar(m):
    return np.sum(np.apply_along_axis(np.sum, 0, m) ** 2) + np.sum(np.apply_along_axis(lambda c: c[0] * c[1], 0, m))


def fromiter(x):
    a = np.fromiter((v * v for v in x), dtype=float)
    return np.sum(a * x)


def fromiter_count(x):
    a = np.fromiter((v * v for v in x), float, count=len(x))
    return np.sum(a * x)


def array_nested(x):
    A = np.array([[x[i] * x[j] for j in range(len(x))] for i in range(len(x))])
    return np.sum(A[0] * A[:, 1]) + np.trace(A)


def zip_once(x):
    z = zip(x, x[::-1])
    a = sum(u * v for u, v in z)
    return a


def gen_late(x):
    k = 2.0
    g = (v * k for v in x)
    k = 3.0
    return sum(g)


def reversed_once(x):
    r = reversed(x)
    s = 0.0
    for v in r:
        s = s * 0.5 + v
    return s


def chain(xs, ys):
    yield from xs
    yield from (v * 2 for v in ys)
    yield 3.0


def yield_from(x):
    s = 0.0
    for k, v in enumerate(chain(x, x), start=1):
        s += k * v * v
    return s


def evens(xs):
    for i, v in enumerate(xs):
        if i % 2:
            continue
        if v < -2:
            return
        yield i, v


def with_return(x):
    s = 0.0
    for i, v in evens(x):
        s += v**2 * (i + 1)
    return s


def outer(xs):
    for v in inner(xs):
        yield v + 1.0


def inner(xs):
    for v in xs:
        yield v * v


def nested(x):
    return sum(v * w for v, w in zip(outer(x), inner(x)))


def interleaved(x):
    state = [1.0]

    def gen():
        for v in x:
            yield v * state[0]

    s = 0.0
    for v in gen():
        state[0] = state[0] * 0.5 + v
        s += v
    return s


def array_in_turns(x):
    u = x * 2

    def steps():
        for k in range(3):
            u[k] += 0.5 * u[k + 1]
            yield u[k]

    s = 0.0
    for v in steps():
        u[0] *= 2.0
        s += v * u[0]
    return s + u[1]


def break_in_consumer(x):
    def gen():
        t = 1.0
        while True:
            t = t * 0.7
            for v in x:
                yield t * v

    s = 0.0
    n = 0
    for v in gen():
        n += 1
        if n > 6:
            break
        s += v * v
    return s + v


def consumer_continue(x):
    s = 0.0
    for v in inner(x):
        if v > 4:
            continue
        s += v * x[0]
    else:
        s *= 2
    return s


class Walk:
    def __init__(self, x):
        self.x = x

    def __iter__(self):
        for v in self.x:
            yield v * 2

    def pairs(self, k):
        for v in self.x:
            yield v, v * k


def method_gen(x):
    w = Walk(x)
    return sum(a * b for a, b in w.pairs(3.0))


def iter_method(x):
    w = Walk(x)
    s = 0.0
    for v in w:
        s += v * v
    return s


def tree(node):
    v, kids = node
    yield v * v
    for k in kids:
        yield from tree(k)


def recursive(node):
    return sum(tree(node))


def rows(m):
    for i in range(m.shape[0]):
        yield m[i]


def rows_changed(m):
    a = m * 1.5
    for r in rows(a):
        r *= 2
        r[0] += 1.0
    return np.sum(a**2)


def return_in_consumer(x):
    for v in inner(x):
        if v > 1:
            return v * 3
    return x[0]


X = np.array([0.7, 1.3, -2.1, 0.4])
M = np.array([[0.7, 1.3, -0.2], [0.5, -0.9, 1.1]])

PROGRAMS = [
    Program(reduce_, (X,)),
    Program(memo_dict, (X,)),
    Program(map_filter, (X,)),
    Program(gen_for, (X,)),
    Program(gen_sum, (X,)),
    Program(gen_list, (X,)),
    Program(gen_while, (1.3,)),
    Program(gen_infinite, (2.0,)),
    Program(any_all, (X,)),
    Program(enum_start, (X,)),
    Program(range_value, (X,)),
    Program(nditer_read, (M,), order=1),
    Program(vectorize_call, (X,)),
    Program(vectorize_deco, (X,)),
    Program(along_axis, (M,)),
    Program(along_axis_scalar, (M,)),
    Program(fromiter, (X,)),
    Program(fromiter_count, (X,)),
    Program(array_nested, (X,)),
    Program(zip_once, (X,)),
    Program(gen_late, (X,)),
    Program(reversed_once, (X,)),
    Program(yield_from, (X,)),
    Program(with_return, (X,)),
    Program(nested, (X,)),
    Program(interleaved, (X,)),
    Program(array_in_turns, (X,)),
    Program(break_in_consumer, (X,)),
    Program(consumer_continue, (X,)),
    Program(method_gen, (X,)),
    Program(iter_method, (X,)),
    Program(recursive, ((0.5, [(0.3, []), (0.2, [(0.7, [])])]),)),
    Program(rows_changed, (np.array([[1.0, 2.0], [3.0, 4.0]]),)),
    Program(return_in_consumer, (X,)),
    Program(return_in_consumer, (X / 4,), name="to-the-end"),
]
