"""Lists, tuples and dicts that a program builds: comprehensions, append and pop, items."""

import numpy as np

from language.corpus import Program


def scaled_list(values, k):
    return [k * v for v in values]


def sum_of_a_comprehension(x):
    return sum([v**2 for v in x])


def sum_of_a_generator(x, w):
    return sum(w[i] * x[i] ** 2 for i in range(len(x)))


def filtered(x):
    kept = [np.sqrt(v) for v in x if v > 0]
    return sum(kept) * len(kept)


def nested_comprehension(a, b):
    table = [[u * v for v in b] for u in a]
    return table[0][1] * table[1][0] + table[1][1]


def two_fors(a, b):
    products = [u * v for u in a for v in b if u != v]
    return sum(products) / len(products)


def tuple_of_powers(x):
    powers = tuple(x**k for k in range(1, 4))
    return powers[0] + powers[1] * powers[2]


def dict_by_name(values):
    table = {f"x{i}": v * v for i, v in enumerate(values)}
    return table["x0"] * table["x1"]


def stacked_rows(x):
    rows = [x * k for k in range(1, 4)]
    return np.array(rows)


def array_of_scalars(a, b):
    M = np.array([[a, b], [-b, a * b]])
    return M @ M


def trajectory(x, steps):
    path = [x]
    for _ in range(steps):
        path.append(np.sin(path[-1]) + 0.1)
    return path


def trajectory_mean(x, steps):
    path = []
    for k in range(steps):
        x = x * 0.9 + k
        path.append(x)
    return np.mean(np.array(path) ** 2)


def until_small(x):
    xs = []
    while x > 0.5:
        xs.append(x)
        x = x * x / 2
    return sum(xs) + len(xs) * x


def stack_machine(a, b):
    stack = []
    stack.append(a)
    stack.append(b)
    stack.append(stack.pop() * stack.pop())
    stack.append(a)
    return stack.pop() - stack.pop() ** 2


def queue(x):
    waiting = [x, x**2, x**3]
    first = waiting.pop(0)
    waiting.insert(0, first * 2)
    waiting.extend([1.0, first])
    return waiting[0] * waiting[-1] + waiting[2]


def list_written(x):
    cells = [0.0] * 4
    for i in range(4):
        cells[i] = x[i] * x[i - 1]
    cells[-1] = cells[0] + cells[1]
    return cells[3] * cells[2]


def overwritten_item(x):
    cells = [x, 2 * x]
    cells[0] = cells[0] * cells[1]
    cells[1] = cells[0] * cells[1]
    cells[0] = 1.0
    return cells[0] + cells[1]


def grid_of_lists(x):
    grid = [[0.0 for _ in range(2)] for _ in range(2)]
    grid[0][1] = x
    grid[1][0] = grid[0][1] ** 2
    grid[1] = [grid[1][0] * 3, x]
    return grid[1][0] + grid[1][1] * grid[0][1]


def alias_of_a_list(x):
    a = [x, x]
    b = a
    b[0] = x * x
    return a[0] + a[1]


def copy_of_a_list(x):
    a = [x, x]
    b = a[:]
    b[0] = x * x
    c = list(b)
    c.append(3.0)
    return a[0] * b[0] + len(c)


def slices_of_lists(x):
    xs = [x, x + 1, x + 2, x + 3]
    head, tail = xs[:2], xs[2:]
    return (tail + head)[1] * xs[-2] * sum(xs[::2])


def dict_written(x):
    state = {"position": x, "velocity": 1.0}
    for _ in range(3):
        state["velocity"] = state["velocity"] - 0.1 * state["position"]
        state["position"] += 0.1 * state["velocity"]
    state["energy"] = state["position"] ** 2 + state["velocity"] ** 2
    return state


def dict_queries(params):
    scale = params.get("scale", 2.0)
    bias = params["bias"] if "bias" in params else 0.5
    return scale * params["x"] + bias + len(params)


def dict_of_lists(x):
    groups = {"even": [], "odd": []}
    for i in range(5):
        groups["odd" if i % 2 else "even"].append(x**i)
    return sum(groups["even"]) * sum(groups["odd"])


def dict_with_tuple_keys(x):
    J = {}
    for i in range(2):
        for j in range(2):
            J[i, j] = x * (i + 1) ** j
    return J[0, 1] * J[1, 1]


def updated_dict(params):
    new = dict(params)
    new.update(w=params["w"] * 2)
    old = new.pop("b")
    return new["w"] * old


def gradient_step_on_a_tree(params, grads, rate):
    return {k: params[k] - rate * grads[k] for k in params}


def zipped_dict(names, values):
    table = dict(zip(names, values))
    return table["b"] ** 2 + table["a"]


def max_of_a_list(a, b, c):
    return max([a, b, c]) * min(a, b, c)


def list_times_list(u, v):
    return sum(a * b for a, b in zip(u, v)) / (sum(a * a for a in u) + 1)


def index_from_the_data(x):
    order = [2, 0, 1]
    picked = [x[i] for i in order]
    return picked[0] * 100 + picked[1] * picked[2] ** 2


def tuple_index_at_run_time(x, k):
    options = (x, x**2, np.exp(x))
    return options[k] + options[k - 1]


def list_of_arrays_stacked(x):
    parts = []
    for k in range(3):
        parts.append(np.cos(k * x))
    return np.concatenate(parts) @ np.concatenate(parts[::-1])


def deleted_items(x):
    xs = [x, 2 * x, x * x]
    del xs[0]
    table = {"a": x, "b": x**3}
    del table["a"]
    return xs[0] * xs[-1] + table["b"] * len(table)


def reversed_list(x):
    xs = [x, x * 2, x * x]
    xs.reverse()
    return xs[0] - xs[1] * xs[2]


def comprehension_has_its_own_names(x):
    v = 3.0
    squares = [v * v for v in x]
    return squares[0] * v


def slices_of_a_list_replaced(x):
    xs = [x[1], x[2], x[3]]
    xs[:1] = [x[0], x[0] * 2]
    xs[1:1] = (x[1] ** 2, x[2])
    return xs[0] * xs[-1] + xs[1] * xs[2] * len(xs)


X = np.array([0.7, 1.3, -0.4, 2.1])

PROGRAMS = [
    Program(slices_of_a_list_replaced, (X,)),
    Program(scaled_list, ([0.7, 1.3], 2.0)),
    Program(scaled_list, (X, 2.0), name="array"),
    Program(scaled_list, ([], 2.0), name="empty"),
    Program(sum_of_a_comprehension, (X,)),
    Program(sum_of_a_generator, (X, X[::-1].copy())),
    Program(filtered, (X,)),
    Program(nested_comprehension, ([0.7, 1.3], [0.2, -0.6])),
    Program(two_fors, ([0.7, 1.3], [0.2, -0.6])),
    Program(tuple_of_powers, (1.2,)),
    Program(dict_by_name, ([0.7, 1.3],)),
    Program(stacked_rows, (X,)),
    Program(array_of_scalars, (0.7, 1.3)),
    Program(trajectory, (0.6, 3)),
    Program(trajectory, (0.6, 0), name="start-only"),
    Program(trajectory_mean, (1.3, 4)),
    Program(until_small, (1.6,)),
    Program(until_small, (0.3,), name="no-trip"),
    Program(stack_machine, (0.7, 1.9)),
    Program(queue, (1.2,)),
    Program(list_written, (X,)),
    Program(overwritten_item, (1.2,)),
    Program(grid_of_lists, (1.2,)),
    Program(alias_of_a_list, (1.2,)),
    Program(copy_of_a_list, (1.2,)),
    Program(slices_of_lists, (1.2,)),
    Program(dict_written, (1.2,)),
    Program(dict_queries, ({"x": 0.7, "scale": 1.4},), name="scale-given"),
    Program(dict_queries, ({"x": 0.7, "bias": 1.4},), name="bias-given"),
    Program(dict_of_lists, (1.2,)),
    Program(dict_with_tuple_keys, (1.2,)),
    Program(updated_dict, ({"w": 0.7, "b": 1.3},)),
    Program(gradient_step_on_a_tree, ({"w": X, "b": 0.3}, {"w": X[::-1].copy(), "b": 1.0}, 0.1)),
    Program(zipped_dict, (("a", "b"), [0.7, 1.3])),
    Program(max_of_a_list, (0.7, 1.3, -0.4)),
    Program(list_times_list, ([0.7, 1.3], (0.2, -0.6))),
    Program(index_from_the_data, (X,)),
    Program(tuple_index_at_run_time, (0.7, 2)),
    Program(tuple_index_at_run_time, (0.7, 0), name="wraps-around"),
    Program(list_of_arrays_stacked, (X[:2].copy(),)),
    Program(deleted_items, (1.2,)),
    Program(reversed_list, (1.2,)),
    Program(comprehension_has_its_own_names, (X,)),
]
