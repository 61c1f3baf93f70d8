"""Linear shallow water with drag on a staggered grid: functions that change their arguments, three deep."""

import numpy as np

WRITES = ("h",)


def add_pressure(du, dv, h, gravity, dx):
    du[1:-1, :] -= gravity * (h[1:, :] - h[:-1, :]) / dx
    dv[:, 1:-1] -= gravity * (h[:, 1:] - h[:, :-1]) / dx


def add_drag(tendency, velocity, drag):
    tendency -= drag * velocity * np.sqrt(velocity**2 + 0.01)


def momentum(u, v, h, du, dv, gravity, drag, dx):
    du.fill(0.0)
    dv.fill(0.0)
    add_pressure(du, dv, h, gravity, dx)
    add_drag(du, u, drag)
    add_drag(dv, v, drag)


def continuity(u, v, h, depth, dt, dx):
    h -= dt * depth * (u[1:, :] - u[:-1, :] + v[:, 1:] - v[:, :-1]) / dx


def step(u, v, h, du, dv, depth, gravity, drag, dt, dx):
    momentum(u, v, h, du, dv, gravity, drag, dx)
    u += dt * du
    v += dt * dv
    continuity(u, v, h, depth, dt, dx)


def loss(h, depth, gravity, drag, dt, dx, steps):
    n, m = h.shape
    u, v = np.zeros((n + 1, m)), np.zeros((n, m + 1))
    du, dv = np.zeros_like(u), np.zeros_like(v)
    gauge = []
    for _ in range(steps):
        step(u, v, h, du, dv, depth, gravity, drag, dt, dx)
        gauge.append(h[0, 0])
    return np.mean(h**2) + np.mean(u**2) + np.mean(v**2) + np.sum(np.array(gauge) ** 2) / steps


def arguments(rng, n):
    return rng.normal(size=(n, n + 1)), rng.uniform(0.5, 1.5, size=(n, n + 1)), 1.3, 0.4, 0.1, 0.5, 4
