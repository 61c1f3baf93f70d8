"""Hodgkin and Huxley's neuron: voltage and gates in columns of one array, rates by a helper that fills a table."""

import numpy as np


def gate_rates(V, alpha, beta):
    alpha[0] = 0.1 * (V + 40.0) / (1.0 - np.exp(-(V + 40.0) / 10.0))
    beta[0] = 4.0 * np.exp(-(V + 65.0) / 18.0)
    alpha[1] = 0.07 * np.exp(-(V + 65.0) / 20.0)
    beta[1] = 1.0 / (1.0 + np.exp(-(V + 35.0) / 10.0))
    alpha[2] = 0.01 * (V + 55.0) / (1.0 - np.exp(-(V + 55.0) / 10.0))
    beta[2] = 0.125 * np.exp(-(V + 65.0) / 80.0)


def simulate(V0, conductances, current, dt):
    g_Na, g_K, g_L = conductances
    y = np.zeros((len(current) + 1, 4))
    alpha, beta = np.zeros(3), np.zeros(3)
    y[0, 0] = V0
    gate_rates(V0, alpha, beta)
    y[0, 1:] = alpha / (alpha + beta)
    for k in range(len(current)):
        V, m, h, n = y[k]
        gate_rates(V, alpha, beta)
        I_Na = g_Na * m**3 * h * (V - 50.0)
        I_K = g_K * n**4 * (V + 77.0)
        I_L = g_L * (V + 54.4)
        y[k + 1, 0] = V + dt * (current[k] - I_Na - I_K - I_L)
        # gates exactly for a frozen voltage
        rate = alpha + beta
        y[k + 1, 1:] = alpha / rate + (y[k, 1:] - alpha / rate) * np.exp(-dt * rate)
    return y


def loss(V0, conductances, current, measured, dt):
    y = simulate(V0, conductances, current, dt)
    return np.mean((y[1:, 0] - measured) ** 2) / 100.0 + np.sum(y[-1, 1:] ** 2)


def arguments(rng, n):
    steps = 3 * n
    current = 12.0 + rng.normal(size=steps)
    return -63.0, np.array([120.0, 36.0, 0.3]), current, -60.0 + rng.normal(size=steps), 0.02
