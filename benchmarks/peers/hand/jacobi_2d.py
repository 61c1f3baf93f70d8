"""A stencil that is linear: the reverse sweep is the same stencil on the cotangents, and what the borders have gathered."""

import numpy as np

from peers.hand._compiled import fast
from s2s_runtime.elementary import cos, sin


@fast
def averaged(source, target):
    """The inner entries of `target`."""
    n, m = source.shape
    for i in range(1, n - 1):
        up, row, down = source[i - 1, 1 : m - 1], source[i], source[i + 1, 1 : m - 1]
        left, middle, right = row[: m - 2], row[1 : m - 1], row[2:]
        result = target[i, 1 : m - 1]
        for j in range(m - 2):
            result[j] = 0.2 * (middle[j] + left[j] + right[j] + down[j] + up[j])


@fast
def add_to_borders(inner, borders):
    """What the averages next to the borders read from these; the corners are read by none."""
    n, m = inner.shape
    for j in range(1, m - 1):
        borders[0, j] += 0.2 * inner[1, j]
        borders[n - 1, j] += 0.2 * inner[n - 2, j]
    for i in range(1, n - 1):
        borders[i, 0] += 0.2 * inner[i, 1]
        borders[i, m - 1] += 0.2 * inner[i, m - 2]


@fast
def value_and_grad(tsteps, A, B):
    n, m = A.shape
    A, B = A.copy(), B.copy()
    for _ in range(tsteps):
        averaged(A, B)
        averaged(B, A)
    value = 0.0
    A_bar, B_bar = np.empty((n, m)), np.empty((n, m))
    for i in range(n):
        for j in range(m):
            value += sin(A[i, j]) + B[i, j] * B[i, j]
            A_bar[i, j] = cos(A[i, j])
            B_bar[i, j] = 2.0 * B[i, j]
    if tsteps == 0:
        return value, (A_bar, B_bar)
    # the cotangents of what is written, with borders of zeros: A and B hold it from here on
    A[:, 0] = A[:, m - 1] = B[:, 0] = B[:, m - 1] = 0.0
    A[0] = A[n - 1] = B[0] = B[n - 1] = 0.0
    A[1 : n - 1, 1 : m - 1] = A_bar[1 : n - 1, 1 : m - 1]
    for t in range(tsteps):
        averaged(A, B)
        add_to_borders(A, B_bar)
        if t == 0:
            B[1 : n - 1, 1 : m - 1] += B_bar[1 : n - 1, 1 : m - 1]
        averaged(B, A)
        add_to_borders(B, A_bar)
    A_bar[1 : n - 1, 1 : m - 1] = A[1 : n - 1, 1 : m - 1]
    B_bar[1 : n - 1, 1 : m - 1] = 0.0
    return value, (A_bar, B_bar)
