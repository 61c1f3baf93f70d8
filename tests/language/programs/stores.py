"""Arrays changed in place: entries, slices, masks, views, aliases, arguments, functions that write."""

import numpy as np

from language.corpus import Program

X = np.array([0.7, 1.3, 2.1, 0.4, 1.9])
M = np.array([[0.9, 0.2, 1.1], [0.5, 1.4, 0.3]])
CUBE = np.linspace(0.1, 1.2, 36).reshape(3, 3, 4) ** 1.5


def an_entry(x):
    a = np.zeros(3)
    a[0] = x
    a[-1] = a[0] * x
    return np.sum(a**2)


def entries_in_a_loop(x):
    y = np.empty(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = np.sin(y[i - 1]) * x[i]
    return np.sum(y * y)


def into_the_argument(x):
    x[1:] = x[:-1] * 2.0 * x[1:]
    return np.sum(x**2)


def operators(x):
    a = x.copy()
    a[0] += x[1]
    a[1] -= a[0]
    a[2] *= a[1]
    a[3] /= a[2] + 3
    a[4] **= 2
    a[1:3] += a[2:4]
    a[::2] *= a[::2]
    a[:] = a * x
    a[...] -= 0.1
    return a


def whole_array(x):
    x += 1.0
    x *= x
    return np.sum(x**2)


def another_name(x):
    y = np.sin(x)
    z = y
    z *= 2.0
    return np.sum(y * z)


def through_a_view(x):
    y = np.sin(x)
    head = y[:2]
    head += 1.0
    head[0] *= y[4]
    return np.sum(y * y)


def row_of_a_matrix(m):
    a = m.copy()
    row = a[1]
    row *= 2.0
    row[0] = a[0, 0] * row[2]
    return np.sum(a**3)


def rows_in_a_loop(m):
    a = m.copy()
    for row in a:
        row -= row.mean()
        row /= np.sqrt(np.sum(row**2) + 1)
    return a


def transposed(m):
    a = m * 1.5
    t = a.T
    t[0] = t[1] * a[0, 2]
    t[2, 1] = 4.0
    return np.sum(a * a)


def reshaped(x):
    a = x[:4].copy().reshape(2, 2)
    flat = a.ravel()
    flat[3] = flat[0] * flat[1]
    a.reshape(4)[2] += a[1, 1]
    a.flat[0] = a[0, 1] ** 2
    return np.sum(a**2)


def view_of_a_view(cube):
    a = cube.copy()
    inner = a[1:, :, ::2]
    corner = inner[0][1:]
    corner[:, 0] = corner[:, 1] * inner[1, 0, 0]
    return np.sum(a**2)


def overlapping_views(x):
    a = x.copy()
    left, right = a[:-1], a[1:]
    left += right
    right *= left
    return a


def read_after_the_base_changed(x):
    a = x.copy()
    tail = a[2:]
    a[3] = x[0] * x[1]
    return np.sum(tail**2) * a[3]


def a_copy_stays(x):
    a = x.copy()
    kept = a[1:3].copy()
    a[1:3] = 0.0
    return np.sum(a**2) + np.sum(kept**3)


def swapped(x):
    a = x.copy()
    a[0], a[1] = a[1] * a[2], a[0]
    a[[2, 3]] = a[[3, 2]]
    return np.sum(a**2 * np.arange(5))


def masks(x):
    a = x.copy()
    a[a < 1.0] *= 0.1
    big = a > 1.5
    a[big] = np.sin(a[big])
    a[~big] = 2.0 * a[~big] ** 2
    return a


def repeated_indices(x):
    a = x.copy()
    where = np.array([0, 2, 2])
    a[where] = x[1:4] * 2
    a[where] += x[:3] ** 2
    np.add.at(a, where, x[2:])
    return np.sum(a**2)


def functions_that_write(x):
    a = np.empty_like(x)
    np.multiply(x, x, out=a)
    np.add(a, 1.0, a)
    b = np.empty(5)
    np.copyto(b, a)
    b.fill(2.0)
    b[1:] = a[:-1]
    np.exp(-b, out=b)
    return np.sum(a * b)


def of_the_methods(x):
    a = np.ndarray(3)
    a.fill(0.0)
    a[:] = x[:3]
    a.sort()
    return a[0] * a[1] + a[2]


def diagonal(m):
    a = np.zeros((3, 3))
    np.fill_diagonal(a, m[0])
    a[1] += m[1]
    return np.sum(a @ a)


def fill_forces(x, f):
    f[:] = 0.0
    for i in range(len(x)):
        for j in range(i):
            pull = 1.0 / (1.0 + (x[i] - x[j]) ** 2)
            f[i] += pull
            f[j] -= pull


def kick(x, v, f, dt):
    fill_forces(x, f)
    v += dt * f


def steps_by_functions_that_write(x, v):
    f = np.zeros_like(x)
    for _ in range(3):
        kick(x, v, f, 0.1)
        x += 0.1 * v
    return np.sum(x**2) + np.sum(v**2)


def double_buffered(x, n):
    u, v = x.copy(), np.zeros_like(x)
    for _ in range(n):
        v[1:-1] = u[1:-1] * (u[2:] + u[:-2])
        v[0], v[-1] = u[0], u[-1]
        u, v = v, u
    return np.sum(u**2)


def buffers_of_the_caller(x, n):
    def run(u, v):
        for _ in range(n):
            v[1:] = u[1:] * u[:-1]
            u, v = v, u
        return u

    u, v = x.copy(), x * 0.5
    u = run(u, v)
    return np.sum(u**2)


def chosen_by_a_branch(x, c):
    a, z = x * 2, np.ones(5) * x[0]
    b = a if c > 0 else z
    b[0] = x[1] * x[2]
    b[1:3] *= 2
    return np.sum(a * z) + np.sum(b)


def in_one_branch(x):
    a = x.copy()
    for i in range(1, 5):
        if a[i] > 1.0:
            a[i] = a[i - 1] * a[i]
        elif a[i] < 0.5:
            a[i] -= a[0]
    return a


def while_it_changes(x):
    a = x.copy()
    trips = 0
    while a[0] > 0.1 and trips < 20:
        a[0] *= a[1] / 2
        a[1:] *= 0.95
        trips += 1
        if a[2] < 1.75:
            break
    return np.sum(a**2) * trips


def a_table_of_states(x, n):
    states = np.empty((n + 1, 2))
    states[0] = x[:2]
    for k in range(n):
        p, q = states[k]
        states[k + 1, 0] = p + 0.1 * q
        states[k + 1, 1] = q - 0.1 * np.sin(p)
    return np.sum(states[-1] ** 2) + states[n // 2, 0]


def lower_triangle(a):
    n = len(a)
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j] - low[i, :j] @ low[j, :j]
            low[i, j] = np.sqrt(s) if i == j else s / low[j, j]
    return low


def allocated_in_the_loop(x, n):
    total = 0.0
    for k in range(n):
        work = np.zeros(k + 1)
        for i in range(k + 1):
            work[i] = x[i] * x[k]
        total += work.max() + work[0]
    return total


def in_a_dict(x):
    state = {"u": x.copy(), "v": x * 0.5}
    state["u"][1:] += state["v"][:-1]
    state["v"] *= state["u"]
    return np.sum(state["u"] * state["v"])


def in_a_list(x):
    rows = [x.copy(), x * 2, x * 3]
    rows[0][0] = rows[1][1] * rows[2][2]
    rows[1] += rows[0]
    first = rows[0]
    first *= 2
    return np.sum(rows[0] * rows[1])


class Field:
    def __init__(self, values):
        self.values = values
        self.trips = 0

    def relax(self):
        self.values[1:-1] = 0.5 * (self.values[2:] + self.values[:-2] ** 2)
        self.trips += 1


def an_object_with_an_array(x):
    field = Field(x.copy())
    while field.trips < 3:
        field.relax()
    return np.sum(field.values**2)


def a_closure_that_writes(x):
    out = np.zeros(5)

    def put(k, v):
        out[k] = v * x[k]

    for k in range(5):
        put(k, x[-1 - k])
    return np.sum(out**2)


def an_inactive_value_into_an_active_array(x):
    a = x * x
    a[1] = 3.0
    a[2] *= a[1]
    return np.sum(a**2)


def counted(x):
    seen = np.zeros(3, dtype=int)
    for v in x:
        seen[int(v)] += 1
    return np.sum(seen[:2] * x[:2] ** 2)


def zero_trips(x, n):
    a = x.copy()
    for i in range(n):
        a[i] = a[i] ** 2
    return a


def out_made_on_the_spot(x):
    safe = np.divide(1.0, x, out=np.zeros_like(x), where=x > 0.5)
    total = np.add(x, safe, out=x.copy())
    return np.sum(total * safe) + x.sum(axis=0, out=np.empty(()))


def transposed_by_axes(T):
    # neither its own inverse: a[0] is T[:, :, 0], and b[0] is T[:, 0]
    a = T.transpose(2, 0, 1)
    a[0] *= 2.0
    b = T.transpose((1, 2, 0))
    b[0] += a[1]
    return T * np.transpose(b, (2, 0, 1))


def a_diagonal_and_its_neighbours(x):
    alpha = np.zeros(len(x))
    w = x * 1.0
    for j in range(len(x)):
        alpha[j] = w @ x
        w -= 0.01 * alpha[j] * x
    T = np.diag(alpha)
    T[0, 1] = T[1, 0] = x[0]
    for j in range(len(x)):
        T[j, j] += x[j] ** 2
    return T @ w


DOMINANT = np.array([[4.0, 1.0, 0.5], [1.0, 5.0, 0.2], [0.5, 0.2, 3.0]])
PROGRAMS = [
    Program(an_entry, (1.2,)),
    Program(entries_in_a_loop, (X,)),
    Program(into_the_argument, (X,), writes=True),
    Program(operators, (X,)),
    Program(whole_array, (X,), writes=True),
    Program(another_name, (X,)),
    Program(through_a_view, (X,)),
    Program(row_of_a_matrix, (M,)),
    Program(rows_in_a_loop, (M,)),
    Program(transposed, (M,)),
    Program(reshaped, (X,)),
    Program(view_of_a_view, (CUBE,)),
    Program(overlapping_views, (X,)),
    Program(read_after_the_base_changed, (X,)),
    Program(a_copy_stays, (X,)),
    Program(swapped, (X,)),
    Program(masks, (X,)),
    Program(repeated_indices, (X,)),
    Program(functions_that_write, (X,)),
    Program(of_the_methods, (X,)),
    Program(diagonal, (M,)),
    Program(steps_by_functions_that_write, (X, X * 0.3), writes=True),
    Program(double_buffered, (X, 3)),
    Program(double_buffered, (X, 4), name="even"),
    Program(double_buffered, (X, 0), name="none"),
    Program(buffers_of_the_caller, (X, 3)),
    Program(chosen_by_a_branch, (X, 1.0), wrt=(0,), name="first"),
    Program(chosen_by_a_branch, (X, -1.0), wrt=(0,), name="second"),
    Program(in_one_branch, (X,)),
    Program(while_it_changes, (X,)),
    Program(a_table_of_states, (X, 5)),
    Program(lower_triangle, (DOMINANT,)),
    Program(allocated_in_the_loop, (X, 4)),
    Program(in_a_dict, (X,)),
    Program(in_a_list, (X,)),
    Program(an_object_with_an_array, (X,)),
    Program(a_closure_that_writes, (X,)),
    Program(an_inactive_value_into_an_active_array, (X,)),
    Program(counted, (X,)),
    Program(out_made_on_the_spot, (X,)),
    Program(transposed_by_axes, (np.arange(1.0, 28.0).reshape(3, 3, 3) / 9.0,), writes=True),
    Program(a_diagonal_and_its_neighbours, (X,)),
    Program(zero_trips, (X, 0)),
    Program(zero_trips, (X, 2), name="two"),
]
