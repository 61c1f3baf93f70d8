"""A swaption portfolio in the LIBOR market model: one array of forward rates, evolved in place, path after path."""

import numpy as np


def evolve(L, lam, z, delta):
    """All forward rates that have not yet been fixed take one step per normal number."""
    for n in range(len(z)):
        sqez = np.sqrt(delta) * z[n]
        v = 0.0
        for i in range(n + 1, len(L)):
            lam_i = lam[i - n - 1]
            con1 = delta * lam_i
            v += con1 * L[i] / (1.0 + delta * L[i])
            L[i] *= np.exp(con1 * v + lam_i * (sqez - 0.5 * con1))


def portfolio(L, steps, delta, maturities, rates):
    n = len(L)
    B = np.zeros(n - steps)
    S = np.zeros(n - steps)
    b, s = 1.0, 0.0
    for i in range(steps, n):
        b /= 1.0 + delta * L[i]
        s += delta * b
        B[i - steps] = b
        S[i - steps] = s
    value = 0.0
    for m, rate in zip(maturities, rates):
        swap = B[m - 1] + rate * S[m - 1] - 1.0
        value += 0.5 * (swap + np.sqrt(swap**2 + 1e-4))
    for i in range(steps):
        value /= 1.0 + delta * L[i]
    return value


def loss(L0, lam, normals, rates, maturities):
    delta = 0.25
    total = 0.0
    for z in normals:
        L = L0.copy()
        evolve(L, lam, z, delta)
        total += portfolio(L, len(z), delta, maturities, rates)
    return 100.0 * total / len(normals)


def arguments(rng, n):
    steps, later = n, n + 1
    normals = 0.3 + 0.8 * rng.normal(size=(3, steps))
    maturities = np.array([2, later - 1, later])
    return rng.uniform(0.04, 0.06, steps + later), np.full(steps + later, 0.2), normals, np.full(3, 0.045), maturities
