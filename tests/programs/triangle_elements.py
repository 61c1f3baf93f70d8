"""Linear finite elements on triangles: np.add.at for the load, loops over elements for the stiffness; then a solve."""

import numpy as np


def element_stiffness(xy, conductivity):
    """3x3 stiffness and the area of a triangle with these corners."""
    b = np.empty(3)
    c = np.empty(3)
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        b[i] = xy[j, 1] - xy[k, 1]
        c[i] = xy[k, 0] - xy[j, 0]
    area = 0.5 * (c[2] * b[1] - c[1] * b[2])
    return conductivity * (np.outer(b, b) + np.outer(c, c)) / (4 * area), area


def assemble(nodes, triangles, conductivity, source):
    n = len(nodes)
    K = np.zeros((n, n))
    f = np.zeros(n)
    for e in range(len(triangles)):
        corners = triangles[e]
        ke, area = element_stiffness(nodes[corners], conductivity[e])
        for i in range(3):
            for j in range(3):
                K[corners[i], corners[j]] += ke[i, j]
        np.add.at(f, corners, source[corners] * area / 3)
    return K, f


def node_areas(nodes, triangles):
    """A third of each triangle's area to each of its corners, all at once."""
    p, q, r = nodes[triangles[:, 0]], nodes[triangles[:, 1]], nodes[triangles[:, 2]]
    area = 0.5 * ((q[:, 0] - p[:, 0]) * (r[:, 1] - p[:, 1]) - (q[:, 1] - p[:, 1]) * (r[:, 0] - p[:, 0]))
    share = np.zeros(len(nodes))
    np.add.at(share, triangles, area[:, np.newaxis] / 3)
    return share


def loss(nodes, triangles, conductivity, source, fixed):
    K, f = assemble(nodes, triangles, conductivity, source)
    for i in fixed:
        K[i, :] = 0.0
        K[:, i] = 0.0
        K[i, i] = 1.0
        f[i] = 0.0
    u = np.linalg.solve(K, f)
    return np.dot(u, f) + np.sum(node_areas(nodes, triangles) * u**2)


def arguments(rng, n):
    xs, ys = np.meshgrid(np.arange(n), np.arange(3))
    nodes = np.stack([xs.ravel(), ys.ravel()], axis=1) + rng.uniform(-0.15, 0.15, size=(3 * n, 2))
    triangles = []
    for row in range(2):
        for col in range(n - 1):
            a = row * n + col
            triangles += [(a, a + 1, a + n), (a + 1, a + n + 1, a + n)]
    triangles = np.array(triangles)
    conductivity = rng.uniform(0.5, 1.5, size=len(triangles))
    return nodes, triangles, conductivity, rng.normal(size=3 * n) / n, np.arange(0, 3 * n, n)
