"""Van der Pol's oscillator by an embedded pair (Bogacki and Shampine): steps are accepted or halved, then stored."""

import numpy as np


def van_der_pol(y, mu, out):
    out[0] = y[1]
    out[1] = mu * (1 - y[0] ** 2) * y[1] - y[0]


def integrate(y0, mu, t_end, max_points, tol=1e-3):
    ts = np.zeros(max_points)
    ys = np.zeros((max_points, 2))
    k = np.zeros((4, 2))
    ys[0] = y0
    count = 1
    t, h = 0.0, 0.1
    while t < t_end and count < max_points:
        y = ys[count - 1]
        if t + h > t_end:
            h = t_end - t
        van_der_pol(y, mu, k[0])
        van_der_pol(y + h / 2 * k[0], mu, k[1])
        van_der_pol(y + 3 * h / 4 * k[1], mu, k[2])
        new = y + h / 9 * (2 * k[0] + 3 * k[1] + 4 * k[2])
        van_der_pol(new, mu, k[3])
        error = h * np.abs(-5 * k[0] + 6 * k[1] + 8 * k[2] - 9 * k[3]).max() / 72
        if error > tol:
            h = h / 2
            continue
        t = t + h
        ts[count] = t
        ys[count] = new
        count += 1
        if error < tol / 16:
            h = 2 * h
    return ts[:count], ys[:count]


def loss(y0, mu, t_end, max_points):
    ts, ys = integrate(y0, mu, t_end, max_points)
    area = 0.0
    for i in range(1, len(ts)):
        area += 0.5 * (ts[i] - ts[i - 1]) * (ys[i, 0] ** 2 + ys[i - 1, 0] ** 2)
    return area + ys[-1, 1] ** 2


def arguments(rng, n):
    return np.array([1.2, 0.3]) + 0.1 * rng.normal(size=2), 1.4, 0.5 * n + 0.013, 40 * n
