"""Negative log-likelihood of returns under GARCH(1, 1), the variances of all days in an array."""

import numpy as np


def garch_variance(returns, omega, alpha, beta):
    T = returns.shape[0]
    sigma2 = np.empty(T)
    sigma2[0] = omega / (1.0 - alpha - beta)
    for t in range(1, T):
        sigma2[t] = omega + alpha * returns[t - 1] ** 2 + beta * sigma2[t - 1]
    return sigma2


def loss(returns, mu, omega, alpha, beta):
    eps = returns - mu
    sigma2 = garch_variance(eps, omega, alpha, beta)
    terms = np.zeros(len(returns))
    for t in range(len(returns)):
        terms[t] = np.log(2 * np.pi) + np.log(sigma2[t]) + eps[t] ** 2 / sigma2[t]
    return 0.5 * np.sum(terms)


def arguments(rng, n):
    return rng.normal(size=3 * n), 0.05, 0.1, 0.12, 0.8
