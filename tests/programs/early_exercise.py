"""An option that may be exercised early: regression on the paths in the money, exercised ones overwritten."""

import numpy as np


def loss(S0, sigma, r, strike, Z):
    steps, paths = Z.shape
    dt = 1.0 / steps
    S = np.zeros((steps + 1, paths))
    S[0] = S0
    for t in range(1, steps + 1):
        S[t] = S[t - 1] * np.exp((r - sigma**2 / 2) * dt + sigma * np.sqrt(dt) * Z[t - 1])
    cash = np.maximum(strike - S[-1], 0.0)
    for t in range(steps - 1, 0, -1):
        cash *= np.exp(-r * dt)
        inside = S[t] < strike
        if inside.sum() > 3:
            s = S[t, inside] / strike
            X = np.stack([np.ones(inside.sum()), s, s**2], axis=1)
            coefficients = np.linalg.solve(X.T @ X, X.T @ cash[inside])
            now = strike - S[t, inside]
            better = now > X @ coefficients
            where = np.where(inside)[0]
            cash[where[better]] = now[better]
    return np.exp(-r * dt) * cash.mean()


def arguments(rng, n):
    return 100.0, 0.3, 0.05, 105.0, rng.normal(size=(n, 4 * n))
