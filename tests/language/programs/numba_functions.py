"""Functions that their author has given to Numba already: their Python source is taken."""

import math

import numba
import numpy as np
from numba import njit, prange, vectorize

from language.corpus import Program


@njit
def kinetic_energy(m, v):
    return 0.5 * m * v * v


@njit
def harmonic_sum(x):
    s = 0.0
    for i in range(1, x.size + 1):
        s += math.sin(x[i - 1]) / i
    return s


@numba.njit(fastmath=False)
def relaxed(x, omega, sweeps):
    a = x[0]
    for _ in range(sweeps):
        if a > 1.0:
            a = a - omega * (a * a - 2.0)
        else:
            a = a + omega * x[1]
    return a


@numba.jit(nopython=True)
def dot_by_hand(x, y):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * y[i]
    return total


@njit("float64(float64, float64)")
def declared_signature(x, y):
    return math.exp(-x) * y**2


@njit
def norm_squared(x):
    return dot_by_hand(x, x) + kinetic_energy(x[0], x[1])


@vectorize
def softplus(x):
    if x > 0:
        return x + math.log1p(math.exp(-x))
    return math.log1p(math.exp(x))


@vectorize(["float64(float64, float64)"])
def lorentzian(x, gamma):
    return gamma / (x * x + gamma * gamma)


@njit
def parallel_loop(x):
    acc = 0.0
    for i in prange(x.shape[0]):
        acc += np.sqrt(1.0 + x[i] * x[i])
    return acc


@njit(parallel=True)
def parallel_pairs(x):
    acc = 0.0
    for i in numba.prange(len(x)):
        for j in range(i):
            acc += (x[i] - x[j]) ** 2
    return acc


@njit
def while_in_numba(x):
    n = 0
    while x > 1.0 and n < 10:
        x = x / 1.7
        n += 1
    return x * n


@njit
def two_results(x):
    return x * x, 1.0 / x


def python_calls_numba(x, gamma):
    return np.sum(lorentzian(x, gamma)) + harmonic_sum(x)


def uses_both_results(x):
    a, b = two_results(x)
    return a * b + a


def activations_of_a_layer(W, x):
    return np.sum(softplus(W @ x))


def passed_as_an_argument(x):
    def twice(f, v):
        return f(f(v, 1.0), 2.0)

    return twice(kinetic_energy, x)


X = np.array([0.7, 1.3, -0.4])
Y = np.array([0.2, -0.9, 1.6])

PROGRAMS = [
    Program(kinetic_energy, (2.0, 1.3), compiled=True),
    Program(harmonic_sum, (X,), compiled=True),
    Program(relaxed, (np.array([1.8, 0.3]), 0.2, 3), compiled=True),
    Program(relaxed, (np.array([0.6, 0.3]), 0.2, 3), name="other-branch", compiled=True),
    Program(dot_by_hand, (X, Y), compiled=True),
    Program(declared_signature, (0.7, 1.3), compiled=True),
    Program(norm_squared, (X,), compiled=True),
    Program(softplus, (X,), name="vectorized", compiled=True),
    Program(lorentzian, (X[:, None], np.array([0.5, 0.8])), name="broadcast", compiled=True),
    Program(parallel_loop, (X,), compiled=True),
    Program(parallel_pairs, (X,), compiled=True),
    Program(while_in_numba, (3.1,), compiled=True),
    Program(while_in_numba, (0.5,), name="no-trip", compiled=True),
    Program(python_calls_numba, (X, 0.6), compiled=True),
    Program(uses_both_results, (1.3,), compiled=True),
    Program(activations_of_a_layer, (np.array([[0.5, -1.0, 0.2], [1.1, 0.3, -0.7]]), X), compiled=True),
    Program(passed_as_an_argument, (0.7,), compiled=True),
]
