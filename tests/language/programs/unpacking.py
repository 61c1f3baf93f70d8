"""Unpacking and packing: chained, starred, nested, swapped, passed on with * and **."""

import numpy as np

from language.corpus import Program


def polar(point):
    x, y = point
    return np.hypot(x, y), np.arctan2(y, x)


def triangle_area(a, b, c):
    (ax, ay), (bx, by), (cx, cy) = a, b, c
    return 0.5 * abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay))


def first_and_rest(values):
    head, *tail = values
    total = head
    for v in tail:
        total = total * v + head
    return total


def ends_and_middle(values):
    first, *middle, last = values
    return first * last + sum(middle)


def rest_in_front(values):
    *init, last = values
    return len(init) * last**2


def swap_and_rotate(a, b, c):
    a, b = b, a
    a, b, c = c, a, b * a
    return a + 2 * b + 3 * c * c


def chained(x):
    a = b = x * x
    a = a + 1
    c = d = a * b
    return c + d * b


def chained_then_grown(x):
    low = high = x
    low -= 0.5
    high *= 2
    return high / low


def mean_and_spread(x):
    m = x.mean()
    return m, np.sqrt(np.mean((x - m) ** 2))


def uses_two_results(x):
    m, s = mean_and_spread(x)
    return m / s


def shape_unpacked(X):
    n, d = X.shape
    return np.sum(X**2) / (n * d)


def rows_of_a_matrix(M):
    (a, b), (c, d) = M
    return a * d - b * c


def one_of_one(x):
    (y,) = (x,)
    [z] = [y * y]
    return z * y


def nested_tuples(params):
    (scale, (shift, power)), name = params
    return scale * shift**power, name


def ignored(record):
    _, price, _, quantity = record
    return price * quantity


def star_call(x):
    args = (x, 2.0)
    return ratio(*args) + ratio(1.0, *[x])


def ratio(a, b):
    return a / (b + a * a)


def keywords_from_a_dict(x):
    settings = {"b": 3.0 * x, "a": x}
    return ratio(**settings)


def displays_with_stars(a, b):
    left = [a, a * b]
    right = (b, 1.0)
    both = [*left, 0.5, *right]
    return both[0] * both[3] + both[1] + len(both)


def merged_dicts(params, lr):
    updated = {**params, "bias": params["bias"] - lr * params["weight"]}
    return {**updated, "norm": updated["weight"] ** 2 + updated["bias"] ** 2}


def zip_star(pairs):
    xs, ys = zip(*pairs)
    return xs[0] * ys[1] + xs[1] * ys[0]


def split_in_half(x):
    left, right = np.split(x, 2)
    return np.sum(left * right[::-1])


def list_items_assigned(x):
    cells = [0.0, 0.0, 0.0]
    cells[0], cells[2] = x, x * x
    cells[1], cells[0] = cells[0], cells[2]
    return cells[0] + 10 * cells[1] * cells[2]


def loop_over_nested(pairs):
    s = 0.0
    for (a, b), w in pairs:
        s += w * a**b
    return s


def starred_in_a_loop(rows):
    s = 0.0
    for first, *others in rows:
        s += first * sum(others)
    return s


def sin_and_cos(t):
    return np.sin(t), np.cos(t)


def index_of_a_result(t):
    return sin_and_cos(t)[0] * sin_and_cos(2 * t)[-1]


def counted_parts(x):
    # a tuple with as many items as an array is long
    parts = np.unstack(np.sign(x))
    return len(parts) * np.sum(x**2)


def signed_by_parts(x):
    s = 0.0
    for sign in np.unstack(np.sign(x)):
        s = s + sign * x[0] ** 2
    return s


def columns_of_a_history(x, rate):
    history = []
    for _ in range(4):
        x = x - rate * x**2
        history.append((x[0], x[1] ** 2, x.sum()))
    first, second, total = zip(*history)
    return sum(a * b for a, b in zip(first, second)) + np.max(np.array(total))


def columns_as_arrays(x, n):
    points = [(np.cos(x[0] * k), np.sin(x[1] * k)) for k in range(n)]
    u, v = map(np.array, zip(*points))
    return u @ v + u[-1]


def pieces_by_head(x, heads):
    parts = [np.split(part, heads) for part in np.split(x, 3)]
    return np.sum(np.hstack([q * k + v for q, k, v in zip(*parts)]))



X = np.array([0.7, 1.3, 2.2, 5.4])

PROGRAMS = [
    Program(polar, (np.array([1.2, 0.7]),)),
    Program(polar, ((1.2, 0.7),), name="tuple"),
    Program(triangle_area, ((0.0, 0.1), (2.0, 0.3), (0.7, 1.9))),
    Program(first_and_rest, ([0.7, 1.2, -0.4],)),
    Program(first_and_rest, (X,), name="array"),
    Program(first_and_rest, ([0.7],), name="no-rest"),
    Program(ends_and_middle, ((0.7, 1.2, -0.4, 2.0),)),
    Program(rest_in_front, ([0.7, 1.2, -0.4],)),
    Program(swap_and_rotate, (0.7, 1.2, -0.4)),
    Program(chained, (0.9,)),
    Program(chained_then_grown, (1.9,)),
    Program(mean_and_spread, (X,)),
    Program(uses_two_results, (X,)),
    Program(shape_unpacked, (X.reshape(2, 2),)),
    Program(rows_of_a_matrix, (X.reshape(2, 2),)),
    Program(one_of_one, (1.3,)),
    Program(nested_tuples, (((0.7, (1.4, 3)), "law"),)),
    Program(ignored, (("2024-01-02", 10.5, None, 3.0),)),
    Program(star_call, (0.8,)),
    Program(keywords_from_a_dict, (0.8,)),
    Program(displays_with_stars, (0.8, 1.7)),
    Program(merged_dicts, ({"weight": 1.2, "bias": 0.3}, 0.1)),
    Program(zip_star, ([(0.7, 1.2), (-0.4, 2.0)],)),
    Program(split_in_half, (X,)),
    Program(list_items_assigned, (1.3,)),
    Program(loop_over_nested, ([((0.7, 2), 1.5), ((1.2, 3), 0.5)],)),
    Program(starred_in_a_loop, ([(0.7, 1.2, 0.3), (-0.4, 2.0, 1.0)],)),
    Program(index_of_a_result, (0.4,)),
    Program(columns_of_a_history, (np.array([0.7, 1.3]), 0.2)),
    Program(columns_as_arrays, (np.array([0.7, 1.3]), 5)),
    Program(pieces_by_head, (np.arange(12.0) + 0.5, 2)),
]
if hasattr(np, "unstack"):  # NumPy 2.1
    PROGRAMS += [Program(counted_parts, (X,)), Program(signed_by_parts, (X,))]
