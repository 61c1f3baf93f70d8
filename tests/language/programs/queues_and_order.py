"""Queues and order: items that come and go at either end, sorted, taken by a key, collected by key."""

import itertools
import operator
from collections import defaultdict, deque

import numpy as np

from language.corpus import Program


def pop_first(x):
    q = [v * v for v in x]
    s = 0.0
    while len(q) > 1:
        a = q.pop(0)
        s += a * q[0]
    return s


def insert_first(x):
    q = []
    for v in x:
        q.insert(0, v * 2)
    return q[0] * q[1] + q[-1]


def del_first(x):
    q = [v * v for v in x]
    del q[0]
    del q[-1]
    return q[0] * q[1]


def deque_bfs(x):
    q = deque()
    q.append(x[0])
    q.append(x[1])
    s = 0.0
    n = 0
    while q and n < 6:
        v = q.popleft()
        s += v * v
        q.append(v * 0.5)
        n += 1
    return s


def deque_maxlen(x):
    w = deque(maxlen=2)
    out = 0.0
    for v in x:
        w.append(v)
        out += sum(w) * w[0]
    return out


def deque_maxlen_zeros(x):
    w = deque([0.0] * 3, maxlen=3)
    out = 0.0
    for v in x:
        w.appendleft(v)
        out += w[0] * 0.5 + w[1] * 0.25 + w[2] * 0.1
    return out


def last_k(x):
    xs = [v * 2 for v in x]
    return sum(xs[-2:]) * xs[0]


def last_k_loop(x):
    xs = []
    s = 0.0
    for v in x:
        xs.append(v * v)
        s += sum(xs[-2:])
    return s


def extend_plus(x):
    xs = []
    for v in x:
        xs.extend([v, v * v])
        xs += [v * 3]
    return xs[0] + xs[4] * xs[-1]


def sort_floats(x):
    xs = [v * v for v in x]
    xs.sort()
    return xs[0] + 2 * xs[1] + 3 * xs[2]


def sorted_floats(x):
    xs = sorted([v * v for v in x], reverse=True)
    return xs[0] + 2 * xs[1] + 3 * xs[2]


def sorted_key(x):
    xs = sorted(x, key=lambda v: -v * v)
    return xs[0] + 2 * xs[1] + 3 * xs[2]


def sorted_abs(x):
    xs = sorted(x, key=abs)
    return xs[0] + 2 * xs[1] + 3 * xs[2]


def sort_three(a, b, c):
    v = [a, b, c]
    v.sort()
    return v[0] * 2 + v[1] + v[2] ** 2


def sorted_pairs(x):
    pairs = [(x[i] ** 2, i) for i in range(len(x))]
    pairs.sort()
    s = 0.0
    for rank, (v, i) in enumerate(pairs):
        s += rank * v * x[i]
    return s


def sorted_pairs_key(x):
    pairs = [(i, x[i] ** 2) for i in range(len(x))]
    best = sorted(pairs, key=lambda p: p[1])[0]
    return best[1] * 3


def sort_indices(x):
    order = sorted(range(len(x)), key=lambda i: x[i])
    s = 0.0
    for k, i in enumerate(order):
        s += k * x[i] ** 2
    return s


def min_key(x):
    i = min(range(len(x)), key=lambda i: abs(x[i]))
    return x[i] ** 2 + max(x, key=lambda v: v * v)


def max_default(x):
    return max([v for v in x if v > 100], default=x[0])


def accumulate(x):
    t = list(itertools.accumulate(x))
    return t[1] * t[-1]


def accumulate_f(x):
    t = list(itertools.accumulate(x, lambda a, v: 0.5 * a + v))
    return t[1] * t[-1]


def accumulate_mul(x):
    s = 0.0
    for v in itertools.accumulate(x, operator.mul, initial=1.0):
        s += v
    return s


def pairwise(x):
    return sum((b - a) ** 2 for a, b in itertools.pairwise(x))


def sum_arrays(x):
    parts = [x * k for k in range(4)]
    return np.sum(sum(parts) ** 2)


def sum_arrays_n(x, n):
    parts = [x * k for k in range(n)]
    return np.sum(sum(parts) ** 2) + np.sum(sum([p * p for p in parts], np.zeros(4)))


def zip_star(x):
    pairs = [(v, v * v) for v in x]
    a, b = zip(*pairs)
    return sum(a) * b[1] + sum(b)


def fromkeys(x):
    d = dict.fromkeys(["a", "b"], 0.0)
    d["a"] += x[0]
    d["b"] += x[1] * d["a"]
    return d["a"] * d["b"]


def default_dict(x):
    d = defaultdict(float)
    for i, name in enumerate(["a", "b", "a", "c"]):
        d[name] += x[i] ** 2
    return d["a"] * d["b"] + d["c"]


def default_dict_list(x):
    d = defaultdict(list)
    for i, name in enumerate(["a", "b", "a", "c"]):
        d[name].append(x[i] ** 2)
    return d["a"][0] * d["a"][1] + sum(d["b"])


def map_filter(x):
    return sum(map(lambda v: v * v, filter(lambda v: v > 0, x))) + sum(map(operator.mul, x, x[::-1]))


def window(x, n):
    w = deque(maxlen=n)
    out = []
    for v in x:
        w.append(v * v)
        out.append(sum(w) / len(w))
    return np.array(out)


def fir(x):
    taps = [0.5, 0.3, 0.2]
    hist = deque([0.0] * 3, maxlen=3)
    y = np.zeros(len(x))
    for i in range(len(x)):
        hist.appendleft(x[i])
        for k in range(3):
            y[i] += taps[k] * hist[k]
    return np.sum(y**2)


def delay_arrays(x):
    d = deque(maxlen=2)
    s = 0.0
    u = x.copy()
    for k in range(5):
        d.append(u)
        u = 0.5 * u + d[0]
        s += u[0]
    return s + d[-1][1]


def rot(x):
    d = deque(x)
    d.rotate(1)
    d.rotate(-2)
    return d[0] + 2 * d[1] * d[-1]


def iso(x):
    d = deque([1.0])
    d.extendleft([x[0], x[1]])
    l = list(d)
    return l[0] * 3 + (2.0 if isinstance(d, deque) else 1.0) * l[1] + (d.maxlen or 7) + max(d)


X = np.array([0.7, 1.3, -2.1, 0.4])
M = np.array([[0.7, 1.3, -0.2], [0.5, -0.9, 1.1]])

PROGRAMS = [
    Program(pop_first, (X,)),
    Program(insert_first, (X,)),
    Program(del_first, (X,)),
    Program(deque_bfs, (X,)),
    Program(deque_maxlen, (X,)),
    Program(deque_maxlen_zeros, (X,)),
    Program(last_k, (X,)),
    Program(last_k_loop, (X,)),
    Program(extend_plus, (X,)),
    Program(sort_floats, (X,)),
    Program(sorted_floats, (X,)),
    Program(sorted_key, (X,)),
    Program(sorted_abs, (X,)),
    Program(
        sort_three,
        (
            0.3,
            1.2,
            -0.4,
        ),
    ),
    Program(sorted_pairs, (X,)),
    Program(sorted_pairs_key, (X,)),
    Program(sort_indices, (X,)),
    Program(min_key, (X,)),
    Program(max_default, (X,)),
    Program(accumulate, (X,)),
    Program(accumulate_f, (X,)),
    Program(accumulate_mul, (X,)),
    Program(pairwise, (X,)),
    Program(sum_arrays, (X,)),
    Program(
        sum_arrays_n,
        (
            X,
            5,
        ),
    ),
    Program(zip_star, (X,)),
    Program(fromkeys, (X,)),
    Program(default_dict, (X,)),
    Program(default_dict_list, (X,)),
    Program(map_filter, (X,)),
    Program(
        window,
        (
            X,
            2,
        ),
    ),
    Program(fir, (X,)),
    Program(delay_arrays, (X,)),
    Program(rot, (X,)),
    Program(iso, (X,)),
]
