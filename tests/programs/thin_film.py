"""Reflectance of a stack of thin films: complex 2x2 matrices filled per layer and multiplied up, per wavelength."""

import numpy as np


def reflectance(n_layers, thickness, wavelength, n_substrate):
    R = np.zeros(len(wavelength))
    M = np.empty((2, 2), dtype=complex)
    layer = np.zeros((2, 2), dtype=complex)
    for k, lam in enumerate(wavelength):
        M[:] = np.eye(2)
        for n, d in zip(n_layers, thickness):
            phi = 2 * np.pi * n * d / lam
            layer[0, 0] = layer[1, 1] = np.cos(phi)
            layer[0, 1] = 1j * np.sin(phi) / n
            layer[1, 0] = 1j * n * np.sin(phi)
            M[:] = M @ layer
        B = M[0, 0] + M[0, 1] * n_substrate
        C = M[1, 0] + M[1, 1] * n_substrate
        r = (B - C) / (B + C)
        R[k] = r.real**2 + r.imag**2
    return R


def loss(n_layers, thickness, wavelength, n_substrate, wanted):
    return np.sum((reflectance(n_layers, thickness, wavelength, n_substrate) - wanted) ** 2)


def arguments(rng, n):
    wavelength = np.linspace(450.0, 650.0, 4)
    return rng.uniform(1.4, 2.3, n), rng.uniform(0.5, 1.5, n) * 100.0, wavelength, 1.52, rng.uniform(0, 0.3, 4)
