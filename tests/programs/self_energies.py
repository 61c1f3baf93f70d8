"""Scattering self-energies: six nested loops over blocks of small complex matrices, `Sigma[k, E, a] += dHG @ dHD`."""

import numpy as np


def self_energies(neighbours, dH, G, D):
    Sigma = np.zeros_like(G)
    for k in range(G.shape[0]):
        for E in range(G.shape[1]):
            for q in range(D.shape[0]):
                for w in range(D.shape[1]):
                    for a in range(neighbours.shape[0]):
                        for b in range(neighbours.shape[1]):
                            if E - w >= 0:
                                dHG = G[k - q, E - w, neighbours[a, b]] @ dH[a, b]
                                dHD = dH[a, b] * D[q, w, a, b]
                                Sigma[k, E, a] += dHG @ dHD
    return Sigma


def loss(neighbours, dH_re, dH_im, G_re, G_im, D):
    dH = dH_re + 1j * dH_im
    G = G_re + 1j * G_im
    Sigma = self_energies(neighbours, dH, G, D)
    return np.sum(np.abs(Sigma) ** 2) / Sigma.size + np.sum(Sigma.real * G_im)


def arguments(rng, n):
    Nkz, NE, Nqz, Nw, N_at, N_b, orb = 2, n - 1, 2, 2, 3, 2, 2
    neighbours = rng.integers(0, N_at, size=(N_at, N_b))
    dH_re, dH_im = 0.5 * rng.normal(size=(2, N_at, N_b, orb, orb))
    G_re, G_im = 0.5 * rng.normal(size=(2, Nkz, NE, N_at, orb, orb))
    return neighbours, dH_re, dH_im, G_re, G_im, 0.5 * rng.normal(size=(Nqz, Nw, N_at, N_b))
