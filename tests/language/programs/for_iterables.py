"""for over what is not a range: arrays and their rows, enumerate, zip, reversed, lists, tuples, dicts."""

import itertools

import numpy as np

from language.corpus import Program


def sum_of_squares(values):
    total = 0.0
    for v in values:
        total += v * v
    return total


def row_norms(points):
    longest = 0.0
    for p in points:
        longest += np.sqrt(np.sum(p**2))
    return longest


def column_products(table):
    acc = 0.0
    for column in table.T:
        acc = acc + np.prod(column)
    return acc


def discounted(cashflows, rate):
    npv = 0.0
    for t, c in enumerate(cashflows):
        npv += c / (1 + rate) ** t
    return npv


def weighted_from_one(x):
    s = 0.0
    for rank, value in enumerate(x, start=1):
        s += np.log(value) / rank
    return s


def squared_error(prediction, truth):
    sse = 0.0
    for p, t in zip(prediction, truth):
        sse += (p - t) ** 2
    return sse / len(truth)


def bond_price(times, coupons, rates):
    price = 0.0
    for t, c, r in zip(times, coupons, rates):
        price += c * np.exp(-r * t)
    return price


def uneven_zip(short, long):
    s = 1.0
    for a, b in zip(short, long):
        s = s * (a + b)
    return s


def dense_network(x, layers):
    h = x
    for w, b in layers:
        h = np.tanh(h @ w + b)
    return np.sum(h)


def reversed_horner(coefficients, x):
    r = 0.0
    for c in reversed(coefficients):
        r = r * x + c
    return r


def reversed_range_scan(x):
    m = 0.5
    for i in reversed(range(len(x))):
        m = m * x[i] + 1.0
    return m


def list_of_floats(a, b):
    product = 1.0
    for factor in [a, b, a + b, 2.0]:
        product *= factor
    return product


def tuple_of_functions(x):
    for f in (np.sin, np.exp, np.tanh):
        x = f(x)
    return x


def regularisation(params):
    penalty = 0.0
    for name, p in params.items():
        if name == "bias":
            continue
        penalty += np.sum(p**2)
    return penalty


def total_of_values(portfolio):
    total = 0.0
    for v in portfolio.values():
        total = total + v**1.5
    return total


def by_key(rates):
    out = 1.0
    for k in rates:
        out = out * (1 + rates[k])
    return out


def sorted_keys(params):
    result = 0.0
    for key in sorted(params.keys()):
        result = params[key] - 0.5 * result
    return result


def neighbours(x):
    roughness = 0.0
    for a, b in zip(x[:-1], x[1:]):  # noqa: RUF007
        roughness += (b - a) ** 2 / (1 + a * a)
    return roughness


def numbered_pairs(xs, ys):
    s = 0.0
    for i, (x, y) in enumerate(zip(xs, ys)):
        s += (i + 1) * x * y**2
    return s


def mixture_of_kinds(x):
    total = 0.0
    for scale, power in ((1.0, 2), (0.5, 3), (0.1, 1)):
        total += scale * x**power
    return total


def two_dimensional_walk(grid):
    total = 0.0
    for row in grid:
        for cell in row:
            total = np.sin(total + cell)
    return total


def list_of_arrays(chunks):
    acc = np.zeros(2)
    for chunk in chunks:
        acc = acc * 0.5 + chunk
    return acc


def characters(x, word):
    y = x
    for letter in word:
        if letter == "s":
            y = np.sin(y)
        elif letter == "e":
            y = np.exp(y)
        else:
            y = y * x
    return y


def slice_with_a_stride(x):
    y = 1.0
    for v in x[::-2]:
        y = v + 1 / (y + 3)
    return y


def nested_dict(model):
    loss = 0.0
    for layer, weights in model.items():
        for name, w in weights.items():
            loss += (0.1 if name == "b" else 1.0) * np.sum(w * w) * len(layer)
    return loss


def zip_of_three_kinds(x, names):
    table = {}
    for i, name, value in zip(range(10), names, x):
        table[name] = value * (i + 1)
    return table


X = np.array([0.7, 1.3, 0.4, 0.9])
GRID = np.array([[0.2, 0.7, -0.4], [1.1, 0.3, 0.6]])
LAYERS = [
    (np.array([[0.3, -0.5], [0.8, 0.1], [-0.2, 0.4]]), np.array([0.1, -0.1])),
    (np.array([[0.6], [-0.9]]), np.array([0.2])),
]

def smoothed_by_position(grid):
    out = np.empty_like(grid)
    for i, j in np.ndindex(grid.shape):
        out[i, j] = 0.5 * grid[i, j] ** 2 + 0.25 * grid[i - 1, j] * grid[i, j - 1]
    return np.sum(out * grid)


def scaled_by_position(grid):
    grid = grid.copy()
    for position in np.ndindex(grid.shape):
        if position != (0, 0):
            grid[position] *= grid[0, 0] + sum(position)
    return np.sum(np.sin(grid))


def entries_on_the_way(grid):
    grid = grid.copy()
    total = 0.0
    for (i, j), value in np.ndenumerate(grid):
        if j + 1 < grid.shape[1]:
            grid[i, j + 1] += value * value
        total += value * (i - j)
        if total > 50.0:
            break
    return total + grid[-1, -1]


def three_bodies(x, n):
    table = np.zeros((n, n))
    for i, j in itertools.product(range(n), range(n)):
        table[i, j] = x[i] * x[j] + (table[i, j - 1] ** 2 if j > 0 else 1.0)
    total = 0.0
    for i, j, k in itertools.product(range(1, n), range(n), range(2)):
        total += table[i, j] * table[i - k, j]
    return total


def signs_and_rows(grid):
    total = 0.0
    for a, b in itertools.product((-1.0, 1.0), repeat=2):
        total += np.exp(a * grid[0, 0] + b * grid[1, 1])
    for row, (k, weight) in itertools.product(grid, enumerate((1.0, 2.0))):
        total += weight * row[k] ** 2
    return total


PROGRAMS = [
    Program(sum_of_squares, (X,)),
    Program(sum_of_squares, ([0.3, 0.5],), name="list"),
    Program(sum_of_squares, (X[:0],), name="nothing"),
    Program(row_norms, (GRID,)),
    Program(column_products, (GRID,)),
    Program(discounted, (np.array([-10.0, 4.0, 5.0, 6.0]), 0.07)),
    Program(discounted, ((-10.0, 4.0, 5.0), 0.07), name="tuple"),
    Program(weighted_from_one, (X,)),
    Program(squared_error, (X, X[::-1].copy())),
    Program(squared_error, ([1.0, 2.0], (0.5, 2.5)), name="list-and-tuple"),
    Program(bond_price, ([0.5, 1.0, 1.5], np.array([2.0, 2.0, 102.0]), (0.02, 0.025, 0.03))),
    Program(uneven_zip, (X[:2], X)),
    Program(dense_network, (np.array([0.5, -0.3, 0.8]), LAYERS)),
    Program(dense_network, (np.array([0.5, -0.3, 0.8]), []), name="no-layers"),
    Program(reversed_horner, (X, 0.8)),
    Program(reversed_horner, ([1.0, 0.5, 2.0], 0.8), name="list"),
    Program(reversed_range_scan, (X,)),
    Program(list_of_floats, (0.7, 1.9)),
    Program(tuple_of_functions, (0.4,)),
    Program(regularisation, ({"weight": GRID, "bias": X, "gain": 1.5},)),
    Program(total_of_values, ({"stocks": 2.5, "bonds": 1.5},)),
    Program(by_key, ({"2023": 0.05, "2024": -0.02},)),
    Program(sorted_keys, ({"b": 1.0, "a": 0.4, "c": -0.2},)),
    Program(neighbours, (X,)),
    Program(neighbours, (X[:1],), name="one-point"),
    Program(numbered_pairs, (X, X[::-1].copy())),
    Program(mixture_of_kinds, (1.2,)),
    Program(two_dimensional_walk, (GRID,)),
    Program(list_of_arrays, ([GRID[0, :2].copy(), GRID[1, :2].copy(), X[:2].copy()],)),
    Program(characters, (0.6, "sxe")),
    Program(slice_with_a_stride, (X,)),
    Program(nested_dict, ({"hidden": {"w": GRID, "b": X}, "out": {"w": X[:2].copy(), "b": 0.3}},)),
    Program(zip_of_three_kinds, (X[:3].copy(), ("a", "b", "c"))),
    Program(smoothed_by_position, (GRID,)),
    Program(scaled_by_position, (GRID,)),
    Program(scaled_by_position, (GRID[:, :0].copy(),), name="empty"),
    Program(entries_on_the_way, (GRID,)),
    Program(entries_on_the_way, (np.array([[0.2, 0.1, 0.1], [60.0, 0.3, 0.6]]),), name="stopped"),
    Program(three_bodies, (X, 3)),
    Program(three_bodies, (X, 0), name="none"),
    Program(signs_and_rows, (GRID,)),
]
