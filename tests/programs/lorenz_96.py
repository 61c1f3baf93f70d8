"""The Lorenz-96 model with indices that go round, stepped by Runge-Kutta with stages in rows of one array; 4D-Var cost."""

import numpy as np


def tendency(x, F, dx):
    n = len(x)
    for i in range(n):
        dx[i] = (x[(i + 1) % n] - x[i - 2]) * x[i - 1] - x[i] + F


def rk4_step(x, F, dt, stages):
    tendency(x, F, stages[0])
    tendency(x + 0.5 * dt * stages[0], F, stages[1])
    tendency(x + 0.5 * dt * stages[1], F, stages[2])
    tendency(x + dt * stages[2], F, stages[3])
    stages[1:3] *= 2.0
    x += dt / 6.0 * stages.sum(axis=0)


def loss(x0, F, background, observations, every, dt):
    x = x0.copy()
    stages = np.zeros((4, len(x)))
    cost = 0.5 * np.sum((x0 - background) ** 2)
    for k, seen in enumerate(observations):
        for _ in range(every):
            rk4_step(x, F, dt, stages)
        departure = x[k % 2 :: 2] - seen
        cost += 0.5 * departure @ departure
    return cost


def arguments(rng, n):
    n = 2 * n
    x0 = 3.0 + rng.normal(size=n)
    return x0, 8.0, x0 + 0.3 * rng.normal(size=n), 3.0 + rng.normal(size=(3, n // 2)), 2, 0.05
