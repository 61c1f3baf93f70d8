"""Populations on patches: those above a threshold are harvested, those below restocked, all by boolean masks."""

import numpy as np

WRITES = ("pop",)


def season(pop, growth, harvest, stock):
    pop *= np.exp(growth * (1.0 - pop))
    crowded = pop > 1.1
    pop[crowded] -= harvest * (pop[crowded] - 1.1) ** 2
    rare = pop < 0.4
    pop[rare] += stock * np.sqrt(pop[rare])
    pop[~crowded & ~rare] *= 0.98


def leaky(a):
    a[a < 0] *= 0.1
    return a


def loss(pop, growth, harvest, stock, years):
    yields = np.zeros((years, len(pop)))
    for y in range(years):
        season(pop, growth, harvest, stock)
        yields[y, pop > 0.5] = pop[pop > 0.5] ** 2
    deviation = leaky(pop - 0.8)
    return np.mean(yields) + np.sum(deviation**2)


def arguments(rng, n):
    pop0 = rng.permutation(np.linspace(0.13, 1.87, 2 * n))
    return pop0, rng.uniform(0.3, 0.5, size=2 * n), 0.3, 0.2, 3
