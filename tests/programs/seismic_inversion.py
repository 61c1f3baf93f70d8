"""Acoustic waves in one dimension with a source and receivers: `u[src] += wavelet[t]`, `record[t] = u[receivers]`.

The misfit of the records, as in full-waveform inversion; absorbing layers at both ends.
"""

import numpy as np


def ricker(steps, dt, frequency):
    w = np.zeros(steps)
    for k in range(steps):
        a = (np.pi * frequency * (k * dt - 1.0 / frequency)) ** 2
        w[k] = (1.0 - 2.0 * a) * np.exp(-a)
    return w


def model(c, wavelet, source, receivers, dt, dx):
    n = len(c)
    record = np.zeros((len(wavelet), len(receivers)))
    u_prev, u, u_next = np.zeros(n), np.zeros(n), np.zeros(n)
    damping = np.ones(n)
    for i in range(3):
        damping[i] = damping[n - 1 - i] = 0.7 + 0.1 * i
    for t in range(len(wavelet)):
        for i in range(1, n - 1):
            lap = (u[i + 1] - 2.0 * u[i] + u[i - 1]) / dx**2
            u_next[i] = 2.0 * u[i] - u_prev[i] + dt**2 * c[i] ** 2 * lap
        u_next[source] += dt**2 * wavelet[t]
        u_next *= damping
        u *= damping
        record[t, :] = u_next[receivers]
        u_prev, u, u_next = u, u_next, u_prev
    return record


def loss(c, observed, frequency, source, receivers, dt, dx):
    wavelet = 100.0 * ricker(len(observed), dt, frequency)
    record = model(c, wavelet, source, receivers, dt, dx)
    return 0.5 * np.sum((record - observed) ** 2)


def arguments(rng, n):
    cells, steps = n + 6, 2 * n
    c = rng.uniform(0.8, 1.2, size=cells)
    return c, 0.1 * rng.normal(size=(steps, 2)), 1.2, 3, np.array([4, cells - 4]), 0.2, 0.3
