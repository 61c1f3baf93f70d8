"""Implicit Euler for a stiff reaction (Robertson's, milder rates): Newton inside each step, until it converges."""

import numpy as np


def rates(y, k):
    r = np.empty(3)
    r[0] = -k[0] * y[0] + k[1] * y[1] * y[2]
    r[2] = k[2] * y[1] ** 2
    r[1] = -r[0] - r[2]
    return r


def jacobian(y, k):
    J = np.zeros((3, 3))
    J[0, 0] = -k[0]
    J[0, 1] = k[1] * y[2]
    J[0, 2] = k[1] * y[1]
    J[2, 1] = 2 * k[2] * y[1]
    J[1] = -J[0] - J[2]
    return J


def implicit_euler(y0, k, dt, steps, tol=1e-13, max_iter=50):
    history = np.empty((steps + 1, 3))
    history[0] = y0
    for s in range(steps):
        y = history[s].copy()
        residual = y - history[s] - dt * rates(y, k)
        it = 0
        while np.max(np.abs(residual)) > tol and it < max_iter:
            A = np.eye(3) - dt * jacobian(y, k)
            y -= np.linalg.solve(A, residual)
            residual = y - history[s] - dt * rates(y, k)
            it += 1
        # one more step: the result then depends on the data as exactly as the equation says
        y -= np.linalg.solve(np.eye(3) - dt * jacobian(y, k), residual)
        history[s + 1] = y
    return history


def loss(y0, k, dt, steps):
    history = implicit_euler(y0, k, dt, steps)
    weight = np.array([1.0, 5.0, 2.0])
    return np.sum(weight * history**2) / steps


def arguments(rng, n):
    y0 = np.array([1.0, 0.05, 0.1]) + 0.02 * rng.uniform(size=3)
    k = np.array([0.4, 2.0, 6.0]) * rng.uniform(0.9, 1.1, size=3)
    return y0, k, 0.2, n
