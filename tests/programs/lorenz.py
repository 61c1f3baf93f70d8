"""The Lorenz system by explicit Euler, as in every introduction: x[i + 1] = x[i] + dt * ..."""

import numpy as np


def lorenz(x0, y0, z0, sigma, rho, beta, dt, steps):
    x = np.empty(steps + 1)
    y = np.empty(steps + 1)
    z = np.empty(steps + 1)
    x[0], y[0], z[0] = x0, y0, z0
    for i in range(steps):
        x_dot = sigma * (y[i] - x[i])
        y_dot = x[i] * (rho - z[i]) - y[i]
        z_dot = x[i] * y[i] - beta * z[i]
        x[i + 1] = x[i] + dt * x_dot
        y[i + 1] = y[i] + dt * y_dot
        z[i + 1] = z[i] + dt * z_dot
    return x, y, z


def loss(x0, y0, z0, sigma, rho, beta, dt, steps):
    x, y, z = lorenz(x0, y0, z0, sigma, rho, beta, dt, steps)
    return np.mean(x**2 + y**2) + 0.1 * np.mean(z) + x[-1] * y[-1] / (1.0 + z[-1] ** 2)


def arguments(rng, n):
    x0, y0, z0 = rng.uniform(0.5, 1.5, size=3)
    return float(x0), float(y0), float(z0), 10.0, 28.0, 8.0 / 3.0, 0.01, n
