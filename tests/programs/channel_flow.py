"""Flow in a channel with periodic ends: `while` until the mean velocity settles, wrap-around columns written by hand."""

import numpy as np


def advance(u, un, dt, dx, dy, nu, F):
    u[1:-1, 1:-1] = (
        un[1:-1, 1:-1]
        - un[1:-1, 1:-1] * dt / dx * (un[1:-1, 1:-1] - un[1:-1, :-2])
        + nu * dt / dx**2 * (un[1:-1, 2:] - 2 * un[1:-1, 1:-1] + un[1:-1, :-2])
        + nu * dt / dy**2 * (un[2:, 1:-1] - 2 * un[1:-1, 1:-1] + un[:-2, 1:-1])
        + F * dt
    )
    u[1:-1, -1] = (
        un[1:-1, -1]
        - un[1:-1, -1] * dt / dx * (un[1:-1, -1] - un[1:-1, -2])
        + nu * dt / dx**2 * (un[1:-1, 0] - 2 * un[1:-1, -1] + un[1:-1, -2])
        + nu * dt / dy**2 * (un[2:, -1] - 2 * un[1:-1, -1] + un[:-2, -1])
        + F * dt
    )
    u[1:-1, 0] = (
        un[1:-1, 0]
        - un[1:-1, 0] * dt / dx * (un[1:-1, 0] - un[1:-1, -1])
        + nu * dt / dx**2 * (un[1:-1, 1] - 2 * un[1:-1, 0] + un[1:-1, -1])
        + nu * dt / dy**2 * (un[2:, 0] - 2 * un[1:-1, 0] + un[:-2, 0])
        + F * dt
    )
    u[0, :] = 0
    u[-1, :] = 0


def channel_flow(u0, dt, dx, dy, nu, F):
    u = u0.copy()
    udiff = 1.0
    stepcount = 0
    while udiff > 0.2 and stepcount < 50:
        un = u.copy()
        advance(u, un, dt, dx, dy, nu, F)
        udiff = (np.sum(u) - np.sum(un)) / np.sum(u)
        stepcount += 1
    return u, stepcount


def loss(u0, dt, dx, dy, nu, F):
    u, stepcount = channel_flow(u0, dt, dx, dy, nu, F)
    return np.sum(u**2) + np.sum(np.tanh(u)) / stepcount


def arguments(rng, n):
    dx = 2.0 / (n - 1)
    return 0.1 * rng.uniform(0.0, 1.0, (n, n + 1)), 0.5 * dx**2, dx, dx, 0.4, 1.0
