"""An American put by finite differences: projected relaxation, entry by entry, until the sweep changes nothing."""

import numpy as np


def relaxed(V, rhs, lower, middle, upper, payoff, omega):
    """One time step, in place."""
    for _ in range(300):
        change = 0.0
        for j in range(1, len(V) - 1):
            y = (rhs[j] - lower[j] * V[j - 1] - upper[j] * V[j + 1]) / middle[j]
            new = max(payoff[j], V[j] + omega * (y - V[j]))
            change += (new - V[j]) ** 2
            V[j] = new
        if change < 1e-28:
            break


def loss(strike, r, sigma, maturity, highest, omega, cells, steps):
    dt = maturity / steps
    S = np.linspace(0.0, highest, cells + 1)
    payoff = np.maximum(strike - S, 0)
    i = np.arange(cells + 1)
    lower = 0.5 * dt * (r * i - sigma**2 * i**2)
    middle = 1 + dt * (sigma**2 * i**2 + r)
    upper = -0.5 * dt * (r * i + sigma**2 * i**2)
    V = payoff.copy()
    for _ in range(steps):
        rhs = V.copy()
        relaxed(V, rhs, lower, middle, upper, payoff, omega)
    return np.interp(0.9 * strike, S, V) + 0.1 * V.sum()


def arguments(rng, n):
    # the answer does not depend on omega, which is a whole number here
    return 10.0, 0.05, 0.4, 1.0, 31.0, 1, n + 2, 4
