"""Voltage angles in a network: mismatches and their Jacobian by loops over nodes, Newton until they are met."""

import numpy as np


def mismatch(theta, V, Y, P):
    n = len(V)
    f = np.zeros(n)
    J = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                flow = V[i] * V[j] * Y[i, j]
                f[i] += flow * np.sin(theta[i] - theta[j])
                J[i, i] += flow * np.cos(theta[i] - theta[j])
                J[i, j] = -flow * np.cos(theta[i] - theta[j])
        f[i] -= P[i]
    return f, J


def loss(V, Y, P):
    theta = np.zeros(len(V))
    Y = 0.5 * (Y + Y.T)
    for iteration in range(20):
        f, J = mismatch(theta, V, Y, P)
        # the first node keeps its angle
        step = np.linalg.solve(J[1:, 1:], f[1:])
        theta[1:] -= step
        if np.max(np.abs(step)) < 1e-12:
            break
    losses = 0.0
    for i in range(len(V)):
        for j in range(i):
            losses += 0.1 * Y[i, j] * (V[i] ** 2 + V[j] ** 2 - 2 * V[i] * V[j] * np.cos(theta[i] - theta[j]))
    return losses + np.sum(theta**2) + f[0] ** 2


def arguments(rng, n):
    P = 0.3 * rng.normal(size=n)
    return rng.uniform(0.95, 1.05, n), rng.uniform(2.0, 4.0, (n, n)), P
