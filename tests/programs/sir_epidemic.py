"""SIR epidemic in coupled towns: compartments are columns of one array, `S, I, R` views of it updated in place."""

import numpy as np


def simulate(S0, I0, beta, gamma, contact, dt, days):
    towns = len(S0)
    state = np.zeros((3, towns))
    S, I, R = state
    S[:] = S0
    I[:] = I0
    history = np.zeros((days, 3, towns))
    cases = np.zeros(days)
    for day in range(days):
        force = beta * (contact @ I) / (S + I + R)
        infections = dt * force * S
        recoveries = dt * gamma * I
        S -= infections
        I += infections - recoveries
        R += recoveries
        history[day] = state
        cases[day] = infections.sum()
    return history, cases


def loss(S0, I0, beta, gamma, contact, reported, dt):
    history, cases = simulate(S0, I0, beta, gamma, contact, dt, len(reported))
    return np.sum((cases - reported) ** 2) + 0.1 * np.mean(history[-1] ** 2)


def arguments(rng, n):
    towns = 3
    contact = np.eye(towns) + 0.1 * rng.uniform(size=(towns, towns))
    reported = rng.uniform(0, 0.3, size=n)
    return rng.uniform(1.5, 2, towns), rng.uniform(0.05, 0.1, towns), 0.8, 0.3, contact, reported, 0.5
