"""for over range: any start, stop and step, known when written or only at run time."""

import numpy as np

from language.corpus import Program


def compound_interest(deposit, rate, years):
    balance = 0.0
    for year in range(years):
        balance = (balance + deposit) * (1 + rate)
    return balance


def euler_decay(y0, k, dt, steps):
    y = y0
    for _ in range(steps):
        y = y + dt * (-k * y + np.sin(y))
    return y


def horner(coefficients, x):
    result = 0.0
    for i in range(len(coefficients) - 1, -1, -1):
        result = result * x + coefficients[i]
    return result


def exp_series(x, terms):
    term = 1.0
    total = 1.0
    for n in range(1, terms):
        term = term * x / n
        total = total + term
    return total


def spring_energy(x, k):
    e = 0.0
    for i in range(len(x) - 1):
        e += 0.5 * k * (x[i + 1] - x[i]) ** 2
    return e


def every_other(x, start, step):
    s = 0.0
    for i in range(start, len(x), step):
        s += x[i] ** 3
    return s


def backwards_recurrence(x, stop):
    carry = 1.0
    for i in range(len(x) - 1, stop, -2):
        carry = np.tanh(carry * x[i]) + x[i - 1]
    return carry


def pairwise_repulsion(positions, charge):
    n = positions.shape[0]
    energy = 0.0
    for i in range(n):
        for j in range(i):
            d = positions[i] - positions[j]
            energy += charge / np.sqrt(np.sum(d**2))
    return energy


def logistic_map(x, r, n):
    for i in range(n):
        x = r * x * (1 - x)
    return x


def runge_kutta(y, mu, h, n):
    def f(y):
        return np.array([y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]])

    for i in range(n):
        k1 = f(y)
        k2 = f(y + h / 2 * k1)
        k3 = f(y + h / 2 * k2)
        k4 = f(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


def simpson(a, b, w):
    n = 8
    h = (b - a) / n
    s = np.exp(-w * a * a) + np.exp(-w * b * b)
    for i in range(1, n):
        x = a + i * h
        s += (4 if i % 2 else 2) * np.exp(-w * x * x)
    return s * h / 3


def moving_average_energy(x, w):
    total = 0.0
    for i in range(w, x.size + 1):
        window = x[i - w : i]
        total += window.mean() ** 2
    return total


def power_iteration(A, v, n):
    for _ in range(n):
        v = A @ v
        v = v / np.linalg.norm(v)
    return v @ A @ v


def fibonacci_like(a, b, n):
    for _ in range(n):
        a, b = b, a + 0.5 * b
    return a * b


def chebyshev(x, degree):
    t0, t1 = 1.0, x
    for _ in range(2, degree + 1):
        t0, t1 = t1, 2 * x * t1 - t0
    return t1


def binomial_tree(spot, strike, up, steps):
    down = 1 / up
    p = (1.01 - down) / (up - down)
    value = np.maximum(spot * up ** np.arange(-steps, steps + 1, 2) - strike, 0.0)
    for _ in range(steps):
        value = (p * value[1:] + (1 - p) * value[:-1]) / 1.01
    return value[0]


def trips_from_the_data(x, gain):
    n = int(x[0])
    y = x[1]
    for _ in range(n):
        y = y * y * gain + 0.1
    return y


def continued_fraction(a):
    value = a[-1]
    for i in range(len(a) - 2, -1, -1):
        value = a[i] + 1 / value
    return value


def leapfrog(q, p, dt, steps):
    history = 0.0
    for step in range(steps):
        p = p - 0.5 * dt * np.sin(q)
        q = q + dt * p
        p = p - 0.5 * dt * np.sin(q)
        history = history + p * p / 2 - np.cos(q)
    return history / steps


def double_loop_matrix(A):
    n, m = A.shape
    total = 0.0
    for i in range(n):
        row = 0.0
        for j in range(m):
            row += A[i, j] * (i + 1) / (j + 1)
        total += row * row
    return total


def loop_variable_as_number(x):
    s = 0.0
    for i in range(1, 6):
        s += np.sin(i * x) / i
    return s


def running_product_of_matrices(rotations):
    M = np.eye(2)
    for k in range(rotations.shape[0]):
        M = M @ rotations[k]
    return M


def two_loops_in_a_row(x):
    a = 1.0
    for i in range(len(x)):
        a = a * x[i]
    b = 0.0
    for i in range(len(x)):
        b = b + a / x[i]
    return b


def exponential_smoothing(x, alpha):
    level = x[0]
    sse = 0.0
    for t in range(1, len(x)):
        error = x[t] - level
        level = level + alpha * error
        sse += error**2
    return sse / (len(x) - 1)


def heat_by_new_arrays(u, nu, steps):
    for _ in range(steps):
        left = np.concatenate([u[:1], u[:-1]])
        right = np.concatenate([u[1:], u[-1:]])
        u = u + nu * (left - 2 * u + right) * u
    return u


X = np.array([0.7, 1.3, -0.4, 0.9, 1.6])
SYMMETRIC = np.array([[2.0, 0.4, 0.1], [0.4, 1.5, -0.3], [0.1, -0.3, 1.1]])
POINTS = np.array([[0.0, 0.1], [1.1, 0.3], [0.4, 1.2], [1.6, 1.5]])
ROTATIONS = np.array([[[0.9, -0.2], [0.3, 1.0]], [[1.1, 0.4], [-0.1, 0.8]], [[0.7, 0.0], [0.2, 1.2]]])

PROGRAMS = [
    Program(compound_interest, (100.0, 0.05, 4)),
    Program(compound_interest, (100.0, 0.05, 0), name="no-years"),
    Program(euler_decay, (1.2, 0.8, 0.1, 5)),
    Program(horner, (np.array([1.0, -2.0, 0.5, 0.3]), 1.4)),
    Program(exp_series, (0.8, 12)),
    Program(spring_energy, (X, 2.0)),
    Program(spring_energy, (X[:1], 2.0), name="one-mass"),
    Program(every_other, (X, 0, 2)),
    Program(every_other, (X, 1, 3), name="from-one"),
    Program(every_other, (X, 9, 2), name="past-the-end"),
    Program(backwards_recurrence, (X, 0)),
    Program(backwards_recurrence, (X, 3), name="one-trip"),
    Program(pairwise_repulsion, (POINTS, 1.5)),
    Program(logistic_map, (0.3, 3.7, 6)),
    Program(runge_kutta, (np.array([1.0, 0.2]), 1.5, 0.1, 3)),
    Program(simpson, (0.1, 1.3, 0.7)),
    Program(moving_average_energy, (X, 3)),
    Program(power_iteration, (SYMMETRIC, np.array([1.0, 0.5, -0.2]), 4)),
    Program(fibonacci_like, (0.7, 1.1, 5)),
    Program(chebyshev, (0.4, 5)),
    Program(binomial_tree, (1.0, 0.95, 1.1, 4)),
    Program(trips_from_the_data, (np.array([3.4, 0.8]), 0.9)),
    Program(continued_fraction, (np.array([1.2, 0.8, 2.0, 1.5]),)),
    Program(leapfrog, (0.9, 0.3, 0.1, 4)),
    Program(double_loop_matrix, (SYMMETRIC[:2],)),
    Program(loop_variable_as_number, (0.6,)),
    Program(running_product_of_matrices, (ROTATIONS,)),
    Program(two_loops_in_a_row, (X,)),
    Program(exponential_smoothing, (X, 0.3)),
    Program(heat_by_new_arrays, (X, 0.1, 3)),
]
