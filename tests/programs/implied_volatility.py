"""Volatilities that option prices imply: Newton for each quote until the price is met, then a smile through them."""

import math

import numpy as np


def cdf(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def pdf(x):
    return math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


def call_price(S, K, T, r, sigma):
    d1 = (math.log(S / K) + (r + 0.5 * sigma**2) * T) / (sigma * math.sqrt(T))
    return S * cdf(d1) - K * math.exp(-r * T) * cdf(d1 - sigma * math.sqrt(T)), S * pdf(d1) * math.sqrt(T)


def implied(price, S, K, T, r, start=0.3):
    sigma = start
    for _ in range(50):
        value, vega = call_price(S, K, T, r, sigma)
        if abs(value - price) < 1e-13:
            return sigma
        sigma -= (value - price) / vega
    return sigma


def loss(prices, strikes, S, T, r):
    smile = np.array([implied(price, S, K, T, r) for price, K in zip(prices, strikes)])
    moneyness = np.log(strikes / S)
    X = np.column_stack((np.ones(len(strikes)), moneyness, moneyness**2))
    level, skew, curvature = np.linalg.solve(X.T @ X, X.T @ smile)
    return level + 0.5 * skew**2 + 0.1 * curvature + np.sum(smile**2)


def arguments(rng, n):
    strikes = 100.0 + np.linspace(-12.0, 10.0, n)
    volatilities = 0.25 + 0.02 * rng.random(n)
    prices = np.array([call_price(100.0, K, 0.5, 0.02, v)[0] for K, v in zip(strikes, volatilities)])
    return prices, strikes, 100.0, 0.5, 0.02
