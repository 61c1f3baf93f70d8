"""A European call by Crank-Nicolson on the Black-Scholes equation: a Thomas solve in place in each time step."""

import numpy as np


def thomas(a, b, c, d):
    """Solves the tridiagonal system; the diagonal and the right side are overwritten, the result is in d."""
    n = len(d)
    for i in range(1, n):
        m = a[i] / b[i - 1]
        b[i] -= m * c[i - 1]
        d[i] -= m * d[i - 1]
    d[-1] /= b[-1]
    for i in range(n - 2, -1, -1):
        d[i] = (d[i] - c[i] * d[i + 1]) / b[i]


def crank_nicolson(S_max, K, r, sigma, T, M, N):
    dt = T / N
    S = np.linspace(0.0, S_max, M + 1)
    j = np.arange(1, M)
    V = np.empty(M + 1)
    # smoothed at the strike
    V[:] = 0.5 * (S - K + np.sqrt((S - K) ** 2 + 4.0))

    alpha = 0.25 * dt * (sigma**2 * j**2 - r * j)
    beta = -0.5 * dt * (sigma**2 * j**2 + r)
    gamma = 0.25 * dt * (sigma**2 * j**2 + r * j)
    rhs = np.empty(M - 1)
    for n in range(N):
        rhs[:] = alpha * V[:-2] + (1.0 + beta) * V[1:-1] + gamma * V[2:]
        V[0] = 0.0
        V[-1] = S_max - K * np.exp(-r * (n + 1) * dt)
        rhs[0] += alpha[0] * V[0]
        rhs[-1] += gamma[-1] * V[-1]
        diagonal = 1.0 - beta
        thomas(-alpha, diagonal, -gamma, rhs)
        V[1:-1] = rhs
    return V


def loss(S_max, K, r, sigma, T, M, N):
    V = crank_nicolson(S_max, K, r, sigma, T, M, N)
    return np.sum(V) / M + 0.01 * np.sum(V**2) / K


def arguments(rng, n):
    return 200.0, 100.0 + float(rng.normal()), 0.04, 0.25, 1.0, n + 3, n
