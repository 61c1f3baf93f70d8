"""Classical Runge-Kutta for a damped, driven pendulum: the trajectory is an array filled row by row."""

import numpy as np


def pendulum(t, y, params):
    damping, drive, omega = params
    dydt = np.zeros(2)
    dydt[0] = y[1]
    dydt[1] = -np.sin(y[0]) - damping * y[1] + drive * np.cos(omega * t)
    return dydt


def rk4(f, y0, t, params):
    y = np.zeros((len(t), len(y0)))
    y[0] = y0
    for n in range(len(t) - 1):
        h = t[n + 1] - t[n]
        k1 = f(t[n], y[n], params)
        k2 = f(t[n] + h / 2, y[n] + h / 2 * k1, params)
        k3 = f(t[n] + h / 2, y[n] + h / 2 * k2, params)
        k4 = f(t[n] + h, y[n] + h * k3, params)
        y[n + 1] = y[n] + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


def loss(y0, t, params, observed):
    y = rk4(pendulum, y0, t, params)
    return np.sum((y[:, 0] - observed) ** 2) + 0.1 * y[-1, 1] ** 2


def arguments(rng, n):
    t = np.linspace(0.0, 0.25 * n, n + 1)
    y0 = np.array([0.8, -0.3]) + 0.1 * rng.normal(size=2)
    params = np.array([0.2, 0.7, 1.3])
    return y0, t, params, rng.normal(size=n + 1)
