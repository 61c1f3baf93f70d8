"""Programs of many hands, with arguments at which compiled code once differed from NumPy's, or well might."""

import math

import numpy as np

X = np.array([0.7, 1.3, 0.4, 1.9])
Z = np.array([0.5 + 1j, 1.5 - 0.3j, -0.2 + 0.7j])
M = np.array([[0.9, 0.2, 1.1], [0.5, 1.4, 0.3]])
C = np.array([[2.0 + 1j, 0.3, 0.1j], [0.2, 1.5 - 1j, 0.4], [1j, 0.6, 2.5]])
NAN = np.array([1.0, np.nan, 2.0])


def u8(*values):
    return np.array(values, np.uint8)


def i8(*values):
    return np.array(values, np.int8)


# ------------------------------------------------------------------------------------------------------ whole numbers
def factorial_series(x, terms):
    total, f = 0.0, 1
    for k in range(1, terms):
        f *= k
        total += x**k / f
    return total


def fibonacci(x, n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return x * (a % 97) + x * math.log(b)


def random_numbers(x, seed):
    total = 0.0
    for _ in range(5):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        total += x * (seed / 2**64)
    return total


def hashed(x, h):
    total = 0.0
    for _ in range(10):
        h = (h * 31 + 7) & 0xFFFFFFFF
        total += x[h % 4]
    return total


def power_of_three(x, n):
    p = 1
    for _ in range(n):
        p = p * 3
    return x * (p % 1000007)


def product_of_arguments(x, n, m):
    return np.sum(x) * (n + m) + x[0] * (n * m)


def shifted_bits(x, n):
    return x * (1 << n) + x * 2**-n + x * (n ^ 5)


def scaled_by(x, n):
    return np.sum(x) * float(n) + np.sum(x * n)


def narrow(x, a, b):
    return np.sum(x * (a - b)) + np.sum(x * (a * b)) + np.sum(x * (a + b)) * 1e-3 + np.sum(x * -a)


def narrow_entries(x, a):
    total = 0.0
    for i in range(len(a)):
        total += x[i] * (a[i] - a[0] * 2)
    return total


def narrow_sums(x, a):
    return np.sum(a) * x[0] + np.prod(a) * x[1] + np.mean(a) * x[2] + np.cumsum(a)[-1] * x[3] + np.dot(a, a) * x[0] + a.max() * x[1]


def truth(x, a, b):
    return np.sum(a) * x[0] + np.sum(x * (a + b)) + np.sum(x * (a * b)) + x[0] * (a[0] + a[2]) + np.dot(a, b) * x[2]


# ---------------------------------------------------------------------------------------------------- complex numbers
def moduli(z):
    return np.linalg.norm(z) + np.var(z) + np.std(z) + np.sum(np.linalg.norm(np.outer(z, z), axis=1) ** 3)


def inner_products(a, b):
    return np.abs(np.vdot(a, b)) + np.real(np.dot(a, b))


def determinant(m):
    return np.abs(np.linalg.det(m)) + np.real(np.trace(m @ m.conj().T))


# --------------------------------------------------------------------------------------------------------- reductions
def extremes(x):
    return np.max(x) * 2 + np.min(x)


def extremes_by_axis(m):
    return np.sum(np.max(m, axis=0) * 2) + np.sum(np.min(m, axis=1))


def spread_out(a, b):
    return np.sum(np.outer(a, b) ** 2)


def flattened(a, b):
    return np.vdot(a, b)


# ----------------------------------------------------------------------------------------------------------- the rest
def lists_of_rows(x):
    rows = []
    for k in range(len(x)):
        rows.append(x * k)
        rows[-1] *= x[k]
    return sum(row.sum() for row in rows)


def of_two_lengths(x, n):
    def squares(x, n):
        return x * 2.0 if n <= 0 else squares(x * x, n - 1)

    return np.sum(squares(x[:1], n) + squares(x, n))


def long_double(x):
    return np.sum(x * x)


def lower_triangle(a):
    a = a.copy()
    n = len(a)
    for k in range(n):
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            a[i, k + 1 :] -= a[i, k] * a[k, k + 1 :]
    return np.sum(np.log(np.abs(np.diag(a))))


def one_half_or_the_other(x, first):
    y = x * 1.0
    half = y[:2] if first else y[2:]
    half *= 2
    return np.sum(y * x)


def shared(x, y):
    x[0] = y[1] * 2
    x[1:] += y[:-1]
    return np.sum(x * y)


PROGRAMS = [
    (factorial_series, (0.5, 12)), (factorial_series, (0.5, 30)), (fibonacci, (2.5, 20)), (fibonacci, (2.5, 120)),
    (random_numbers, (2.5, 12345678901234567)), (hashed, (X, 12345)), (power_of_three, (2.5, 30)), (power_of_three, (2.5, 70)),
    (product_of_arguments, (X, 3, 4)), (product_of_arguments, (X, 2**62, 2**62)), (product_of_arguments, (X, -(2**63), 2)),
    (shifted_bits, (2.5, 3)), (shifted_bits, (2.5, 70)), (scaled_by, (X, 2**40)), (scaled_by, (X, 2**63)), (scaled_by, (X, 10**30)),
    (narrow, (X, u8(3, 5, 200, 255), u8(4, 200, 3, 255))), (narrow, (X, i8(100, 5, -128, 7), i8(100, -100, 1, 9))),
    (narrow, (X, np.array([2**63, 5, 1, 2], np.uint64), np.array([3, 2**63, 1, 2], np.uint64))),
    (narrow, (X, np.int16(300), np.int16(200))), (narrow_entries, (X, u8(3, 5, 200, 255))), (narrow_sums, (X, i8(100, 100, 100, 100))),
    (narrow_sums, (X, u8(250, 3, 250, 250))), (truth, (X, np.array([True, False, True, True]), np.array([True, True, True, False]))),
    (moduli, (Z,)), (inner_products, (Z, 1j * Z)), (inner_products, (X[:3], Z)), (determinant, (C,)),
    (extremes, (X,)), (extremes, (NAN,)), (extremes, (X[:0],)), (extremes_by_axis, (M,)), (extremes_by_axis, (M[:0],)),
    (extremes_by_axis, (np.array([[3.0, np.nan], [2.0, 1.0]]),)), (spread_out, (M, X)), (spread_out, (M[:, :2], M[:, :2])),
    (flattened, (M, M.T)), (flattened, (M, np.ones(6))),
    (lists_of_rows, (X,)), (of_two_lengths, (X, 2)), (long_double, (X.astype(np.longdouble),)),
    (shared, (X, X + 1)), (lower_triangle, (np.array([[1.5]]),)), (lower_triangle, (M.T @ M + np.eye(3),)),
    (one_half_or_the_other, (X, True)), (one_half_or_the_other, (X, False)),
]  # fmt: skip
"""Functions with arguments."""
BY_NUMBA = [0, 3, 9, 16, 17, 21, 29]
"""Those that Numba compiles in the tests: what loop nests do as Python says nothing of them."""
