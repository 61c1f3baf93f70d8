"""A <- A + u1 v1^T + u2 v2^T, x <- x + beta A^T y + z, w <- w + alpha A x, on whole arrays that the caller owns."""

import numpy as np

ANALYTIC = True
WRITES = ("A", "x", "w")


def gemver(alpha, beta, A, u1, v1, u2, v2, w, x, y, z):
    A += np.outer(u1, v1) + np.outer(u2, v2)
    x += beta * y @ A + z
    w += alpha * A @ x


def loss(alpha, beta, A, u1, v1, u2, v2, w, x, y, z):
    gemver(alpha, beta, A, u1, v1, u2, v2, w, x, y, z)
    return np.mean(A**2) + np.mean(x**2) + np.mean(np.tanh(w))


def arguments(rng, n):
    u1, v1, u2, v2, w, x, y, z = (rng.standard_normal(n) / n**0.25 for _ in range(8))
    return 1.2, 0.9, rng.standard_normal((n, n)) / np.sqrt(n), u1, v1, u2, v2, w, x, y, z
