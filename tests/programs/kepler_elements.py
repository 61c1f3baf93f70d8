"""From orbital elements to positions: Kepler's equation by Newton until it holds, angles, rotations."""

import math

import numpy as np


def eccentric_anomaly(M, e):
    E = M if e < 0.8 else math.pi
    while True:
        step = (E - e * math.sin(E) - M) / (1 - e * math.cos(E))
        E -= step
        if abs(step) < 1e-14:
            return E


def rotation(angle, axis):
    c, s = math.cos(angle), math.sin(angle)
    if axis == "z":
        return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def positions(a, e, inclination, node, periapsis, M0, mu, times):
    R = rotation(node, "z") @ rotation(inclination, "x") @ rotation(periapsis, "z")
    mean_motion = math.sqrt(mu / a**3)
    track = np.empty((len(times), 3))
    for k, t in enumerate(times):
        M = (M0 + mean_motion * t) % (2 * math.pi)
        E = eccentric_anomaly(M, e)
        nu = 2 * math.atan2(math.sqrt(1 + e) * math.sin(E / 2), math.sqrt(1 - e) * math.cos(E / 2))
        r = a * (1 - e * math.cos(E))
        track[k] = R @ np.array([r * math.cos(nu), r * math.sin(nu), 0.0])
    return track


def loss(a, e, inclination, node, periapsis, M0, mu, times, seen):
    track = positions(a, e, inclination, node, periapsis, M0, mu, times)
    ranges = np.linalg.norm(track - np.array([0.0, 0.0, 0.3]), axis=1)
    return np.sum((track - seen) ** 2) + np.sum(np.log(ranges))


def arguments(rng, n):
    return 1.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0, np.linspace(0.0, 8.0, n), rng.normal(size=(n, 3))
