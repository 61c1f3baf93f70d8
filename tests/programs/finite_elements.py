"""Linear finite elements on triangles: element matrices scattered into K by scalar loops, ends held, then eliminated."""

import numpy as np

ANALYTIC = True


def stiffness(xy, kappa):
    """Element matrix of one triangle."""
    b = np.empty(3, dtype=xy.dtype)
    c = np.empty(3, dtype=xy.dtype)
    for a in range(3):
        b[a] = xy[(a + 1) % 3, 1] - xy[(a + 2) % 3, 1]
        c[a] = xy[(a + 2) % 3, 0] - xy[(a + 1) % 3, 0]
    area = 0.5 * (c[2] * b[1] - c[1] * b[2])
    return kappa * (np.outer(b, b) + np.outer(c, c)) / (4.0 * area), area


def assemble(nodes, triangles, kappa, source):
    n = len(nodes)
    K = np.zeros((n, n), dtype=nodes.dtype)
    f = np.zeros(n, dtype=nodes.dtype)
    for e in range(len(triangles)):
        dofs = triangles[e]
        ke, area = stiffness(nodes[dofs], kappa[e])
        for a in range(3):
            f[dofs[a]] += source[e] * area / 3.0
            for b in range(3):
                K[dofs[a], dofs[b]] += ke[a, b]
    return K, f


def solve(K, f, fixed):
    for i in fixed:
        K[i, :] = 0.0
        K[i, i] = 1.0
        f[i] = 0.0
    for k in range(len(f)):
        for i in range(k + 1, len(f)):
            factor = K[i, k] / K[k, k]
            K[i, k:] -= factor * K[k, k:]
            f[i] -= factor * f[k]
    for i in range(len(f) - 1, -1, -1):
        f[i] = (f[i] - K[i, i + 1 :] @ f[i + 1 :]) / K[i, i]


def loss(nodes, triangles, kappa, source, fixed):
    K, f = assemble(nodes, triangles, kappa, source)
    compliance = np.sum(K**2)
    solve(K, f, fixed)
    return 100.0 * np.sum(f**2) + 0.01 * compliance


def arguments(rng, n):
    m = max(2, n // 2)
    x, y = np.meshgrid(np.arange(m + 1.0), np.arange(3.0), indexing="ij")
    nodes = np.stack([x.ravel(), y.ravel()], axis=1) + 0.1 * rng.standard_normal((3 * (m + 1), 2))
    first = np.array([3 * i + j for i in range(m) for j in range(2)])
    triangles = np.concatenate([np.stack([first, first + 3, first + 1], 1), np.stack([first + 3, first + 4, first + 1], 1)])
    count = len(triangles)
    return nodes, triangles, rng.uniform(0.5, 1.5, count), rng.standard_normal(count), np.array([0, 1, 2])
