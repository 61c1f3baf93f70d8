"""A plane truss: element stiffness into the global matrix with np.ix_, supports removed, stresses; element lengths."""

import numpy as np


def bar(xi, xj, EA):
    d = xj - xi
    L = np.linalg.norm(d)
    c, s = d / L
    T = np.array([[c, s, 0.0, 0.0], [0.0, 0.0, c, s]])
    k = EA / L * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return T.T @ k @ T, L


def solve_truss(nodes, bars, EA, loads, free):
    ndof = 2 * len(nodes)
    K = np.zeros((ndof, ndof))
    lengths = np.zeros(len(bars))
    for e, (i, j) in enumerate(bars):
        dofs = [2 * i, 2 * i + 1, 2 * j, 2 * j + 1]
        k, lengths[e] = bar(nodes[i], nodes[j], EA[e])
        K[np.ix_(dofs, dofs)] += k
    u = np.zeros(ndof)
    u[free] = np.linalg.solve(K[np.ix_(free, free)], loads[free])
    return u, lengths


def loss(nodes, bars, EA, loads, free):
    u, lengths = solve_truss(nodes, bars, EA, loads, free)
    strain = np.empty(len(bars))
    for e in range(len(bars)):
        i, j = bars[e]
        direction = (nodes[j] - nodes[i]) / lengths[e]
        strain[e] = direction @ (u[2 * j : 2 * j + 2] - u[2 * i : 2 * i + 2]) / lengths[e]
    return loads @ u + np.sum(EA * lengths) * 0.01 + np.sum(strain**2)


def arguments(rng, n):
    nodes = np.array([(i, k) for i in range(n) for k in range(2)], dtype=float) + rng.uniform(-0.1, 0.1, (2 * n, 2))
    bars = [(2 * i, 2 * i + 1) for i in range(n)]
    for i in range(n - 1):
        bars += [(2 * i, 2 * i + 2), (2 * i + 1, 2 * i + 3), (2 * i, 2 * i + 3), (2 * i + 1, 2 * i + 2)]
    bars = np.array(bars)
    return nodes, bars, rng.uniform(5, 10, len(bars)), rng.normal(size=4 * n) / n, np.arange(4, 4 * n)
