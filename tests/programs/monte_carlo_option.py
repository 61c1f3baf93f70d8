"""An Asian basket call by Monte Carlo: correlated paths filled in place from given normals, a smoothed payoff."""

import numpy as np


def simulate_paths(S0, mu, sigma, corr, dt, normals):
    """Prices: paths, times, assets."""
    n_paths, n_steps, n_assets = normals.shape
    L = np.linalg.cholesky(corr)
    S = np.empty((n_paths, n_steps + 1, n_assets))
    S[:, 0, :] = S0
    drift = (mu - 0.5 * sigma**2) * dt
    for t in range(n_steps):
        shock = normals[:, t] @ L.T
        S[:, t + 1] = S[:, t] * np.exp(drift + sigma * np.sqrt(dt) * shock)
    return S


def price(S0, strike, rate, sigma, corr, maturity, normals, width):
    n_paths, n_steps = normals.shape[:2]
    paths = simulate_paths(S0, rate, sigma, corr, maturity / n_steps, normals)
    payoff = np.zeros(n_paths)
    for p in range(n_paths):
        average = 0.0
        for t in range(1, n_steps + 1):
            average += np.mean(paths[p, t])
        x = (average / n_steps - strike) / width
        payoff[p] = width * np.log1p(np.exp(x))
    return np.exp(-rate * maturity) * payoff.mean()


def loss(S0, strike, rate, sigma, corr, maturity, normals):
    return price(S0, strike, rate, sigma, corr, maturity, normals, 5.0)


def arguments(rng, n):
    S0 = np.array([100.0, 95.0]) + rng.normal(size=2)
    corr = np.array([[1.0, 0.4], [0.4, 1.0]])
    return S0, 101.0, 0.03, np.array([0.2, 0.3]), corr, 1.5, rng.normal(size=(2 * n, n, 2))
