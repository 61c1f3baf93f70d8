"""Row by row of the transposed factor U = L^T: every inner loop adds multiples of four rows to one.

With T the cotangent of A's lower triangle (stored as U is) and S = T + T^T, the cotangent of row k of U is what it was, less
the product of row k and S: each row gathers what it needs, when it is needed.
"""

import numpy as np

from peers.hand._compiled import fast
from s2s_runtime.elementary import cos, sin


@fast
def subtract_rows(row, factors, rows, first, last, start):
    """row -= factors[first:last] @ rows[first:last, start:], four rows at a time."""
    n = len(row)
    k = first
    while k + 4 <= last:
        f0, f1, f2, f3 = factors[k], factors[k + 1], factors[k + 2], factors[k + 3]
        r0, r1, r2, r3 = rows[k, start:], rows[k + 1, start:], rows[k + 2, start:], rows[k + 3, start:]
        for i in range(n):
            row[i] -= f0 * r0[i] + f1 * r1[i] + f2 * r2[i] + f3 * r3[i]
        k += 4
    while k < last:
        f0, r0 = factors[k], rows[k, start:]
        for i in range(n):
            row[i] -= f0 * r0[i]
        k += 1


@fast
def value_and_grad(A):
    n = len(A)
    # rows of another length than A's, so that the entries of a column do not meet in the cache
    U, L, S = np.empty((n, n + 8)), np.empty((n, n + 8)), np.empty((n, n + 8))
    for i in range(n):
        given = A[i]
        for j in range(i + 1):
            U[j, i] = given[j]
    for j in range(n):
        row = U[j, j:n]
        subtract_rows(row, L[j], U, 0, j, j)
        inverse = 1.0 / np.sqrt(row[0])
        for i in range(n - j):
            row[i] *= inverse
            L[j + i, j] = row[i]
    value = 0.0
    bars, A_bar = np.empty((n, n)), np.empty((n, n))
    for i in range(n):
        here, bar = U[i, i:n], bars[i, i:]
        for j in range(n - i):
            value += sin(here[j])
            bar[j] = cos(here[j])
        above, bar = A[i, i + 1 :], A_bar[i, i + 1 :]
        for j in range(n - i - 1):
            value += sin(above[j])
            bar[j] = cos(above[j])
    for k in range(n - 1, -1, -1):
        row, bar = U[k, k:n], bars[k, k:]
        subtract_rows(bar[1:], U[k], S, k + 1, n, k + 1)
        inverse = 1.0 / row[0]
        later, later_bar, rest = row[1:], bar[1:], S[k, k + 1 : n]
        along = 0.0
        for i in range(n - k - 1):
            one = later_bar[i] * inverse
            rest[i] = one
            S[k + 1 + i, k] = one
            along += one * later[i]
        S[k, k] = inverse * (bar[0] - along)
    for i in range(n):
        for j in range(i):
            A_bar[i, j] = S[i, j]
        A_bar[i, i] = 0.5 * S[i, i]
    return value, (A_bar,)
