"""Mandelbrot's iteration over a grid, only where it has not escaped: `z[mask] = z[mask]**2 + c[mask]`; complex."""

import numpy as np


def mandelbrot(x, y, max_iter, horizon):
    c = x[np.newaxis, :] + 1j * y[:, np.newaxis]
    z = np.zeros(c.shape, dtype=complex)
    count = np.zeros(c.shape, dtype=int)
    for it in range(max_iter):
        mask = np.abs(z) < horizon
        count[mask] = it
        z[mask] = z[mask] ** 2 + c[mask]
    return z, count


def loss(x, y, max_iter, horizon):
    z, count = mandelbrot(x, y, max_iter, horizon)
    smooth = np.log1p(z.real**2 + z.imag**2)
    return np.mean(smooth / (1 + count))


def arguments(rng, n):
    x = np.linspace(-1.7, 0.6, n) + 0.01 * rng.normal(size=n)
    y = np.linspace(-1.2, 1.1, n + 1) + 0.01 * rng.normal(size=n + 1)
    return x, y, 6, 2
