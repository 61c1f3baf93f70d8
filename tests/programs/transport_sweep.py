"""Neutron transport through a slab in discrete directions: sweeps to the right or the left, iterated on the scattering."""

import numpy as np

WRITES = ("source",)


def sweep(psi, source, sigma, mu, dx, incoming):
    """Angular fluxes of one direction, cell after cell downwind (diamond differences)."""
    n = len(sigma)
    cells = range(n) if mu > 0 else range(n - 1, -1, -1)
    edge = incoming
    a = 2.0 * abs(mu) / dx
    for i in cells:
        psi[i] = (source[i] + a * edge) / (sigma[i] + a)
        edge = 2.0 * psi[i] - edge
    return edge


def transport(source, sigma, scattering, mus, weights, dx, incoming, iterations):
    n = len(sigma)
    phi = np.zeros(n)
    external = source.copy()
    leakage = np.zeros(len(mus))
    psi = np.empty(n)
    for it in range(iterations):
        source[:] = external + 0.5 * scattering * phi
        phi.fill(0.0)
        for m in range(len(mus)):
            leakage[m] = sweep(psi, source, sigma, mus[m], dx, incoming if mus[m] > 0 else 0.0)
            phi += weights[m] * psi
    return phi, leakage


def loss(source, sigma, scattering, mus, weights, dx, incoming, iterations):
    phi, leakage = transport(source, sigma, scattering, mus, weights, dx, incoming, iterations)
    return np.sum(phi**2) + np.sum(np.sin(leakage))


def arguments(rng, n):
    mus, weights = np.polynomial.legendre.leggauss(4)
    sigma = rng.uniform(1.0, 2.0, n)
    return rng.uniform(0.0, 1.0, n), sigma, 0.5 * sigma, mus, weights, 0.5, 1.2, 4
