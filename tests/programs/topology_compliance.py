"""Compliance of a plate whose material may be taken away: element matrices into the global one by np.ix_, one by one."""

import numpy as np


def element_matrix(nu):
    k = np.array([1 / 2 - nu / 6, 1 / 8 + nu / 8, -1 / 4 - nu / 12, -1 / 8 + 3 * nu / 8,
                  -1 / 4 + nu / 12, -1 / 8 - nu / 8, nu / 6, 1 / 8 - 3 * nu / 8])  # fmt: skip
    order = np.array([[0, 1, 2, 3, 4, 5, 6, 7], [1, 0, 7, 6, 5, 4, 3, 2], [2, 7, 0, 5, 6, 3, 4, 1],
                      [3, 6, 5, 0, 7, 2, 1, 4], [4, 5, 6, 7, 0, 1, 2, 3], [5, 4, 3, 2, 1, 0, 7, 6],
                      [6, 3, 4, 1, 2, 7, 0, 5], [7, 2, 1, 4, 3, 6, 5, 0]])  # fmt: skip
    return k[order] / (1 - nu**2)


def dofs(ex, ey, nely):
    first, second = (nely + 1) * ex + ey, (nely + 1) * (ex + 1) + ey
    return np.array([2 * first, 2 * first + 1, 2 * second, 2 * second + 1,
                     2 * second + 2, 2 * second + 3, 2 * first + 2, 2 * first + 3])  # fmt: skip


def filtered(x, radius):
    nelx, nely = x.shape
    result = np.zeros_like(x)
    for i in range(nelx):
        for j in range(nely):
            total = 0.0
            for k in range(max(i - 1, 0), min(i + 2, nelx)):
                for m in range(max(j - 1, 0), min(j + 2, nely)):
                    weight = max(radius - np.sqrt((i - k) ** 2 + (j - m) ** 2), 0.0)
                    total += weight
                    result[i, j] += weight * x[k, m]
            result[i, j] /= total
    return result


def loss(x, nu, penalty, radius):
    nelx, nely = x.shape
    x = filtered(x, radius)
    KE = element_matrix(nu)
    size = 2 * (nelx + 1) * (nely + 1)
    K = np.zeros((size, size))
    for ex in range(nelx):
        for ey in range(nely):
            places = dofs(ex, ey, nely)
            K[np.ix_(places, places)] += (1e-3 + x[ex, ey] ** penalty) * KE
    f = np.zeros(size)
    f[-1] = -1.0
    free = np.setdiff1d(np.arange(size), np.arange(2 * (nely + 1)))
    u = np.zeros(size)
    u[free] = np.linalg.solve(K[free, :][:, free], f[free])
    compliance = 0.0
    for ex in range(nelx):
        for ey in range(nely):
            ue = u[dofs(ex, ey, nely)]
            compliance += (1e-3 + x[ex, ey] ** penalty) * (ue @ KE @ ue)
    return 0.01 * compliance + np.mean(x)


def arguments(rng, n):
    return rng.uniform(0.4, 0.9, (n - 2, 2)), 0.3, 3.0, 1.3
