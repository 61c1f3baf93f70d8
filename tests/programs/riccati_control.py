"""A linear regulator: the Riccati recursion backwards, gains kept in a list, and the cost of the way that they steer."""

import numpy as np


def gains(A, B, Q, R, N):
    P = Q
    K = [None] * N
    for k in range(N - 1, -1, -1):
        S = R + B.T @ P @ B
        K[k] = np.linalg.solve(S, B.T @ P @ A)
        P = Q + A.T @ P @ (A - B @ K[k])
    return K, P


def loss(A, B, Q, R, x0, N):
    Q = Q @ Q.T
    R = R @ R.T
    K, P = gains(A, B, Q, R, N)
    x = x0
    cost = 0.0
    for k in range(N):
        u = -K[k] @ x
        cost += x @ Q @ x + u @ R @ u
        x = A @ x + B @ u
    cost += x @ Q @ x
    return cost + 0.1 * x0 @ P @ x0 + 0.01 * sum(np.sum(gain**2) for gain in K)


def arguments(rng, n):
    A = np.array([[1.0, 0.2, 0.0], [0.0, 1.0, 0.2], [0.1, 0.0, 0.9]]) + 0.02 * rng.normal(size=(3, 3))
    return A, rng.normal(size=(3, 2)), np.eye(3) + 0.1 * rng.normal(size=(3, 3)), np.eye(2), rng.normal(size=3), n
