"""How the orthogonal factor of a Hessenberg form turns, where its first column stays.

In: matrices.  Out: new ones.  With A = Q H Q^T and dQ = Q W the form moves by dH = M + H W - W H, where M is Q^T dA Q, and has to stay
0 below its first subdiagonal.  W is skew, and 0 in its first column; so its columns follow one from the other, where no entry
of the subdiagonal is 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def hessenberg_turn(m: Any, h: Any) -> Any:
    """The skew W for which W H - H W is M below the first subdiagonal; of H what is there is not read."""
    size, h = len(h), np.triu(h, -1)
    turn = np.zeros((size, size), np.result_type(m, h))
    for j in range(size - 2):
        below = slice(j + 2, None)
        moved = m[below, j] + h[below] @ turn[:, j] - turn[below, : j + 1] @ h[: j + 1, j]
        turn[below, j + 1] = moved / h[j + 1, j]
        turn[j + 1, below] = -turn[below, j + 1]
    return turn


def hessenberg_turn_adjoint(g: Any, h: Any) -> Any:
    """The adjoint in M: 0 but below the first subdiagonal."""
    size, h = len(h), np.triu(h, -1)
    g = g + np.zeros((size, size), np.result_type(h))
    found = np.zeros((size, size), np.result_type(g, h))
    for j in range(size - 3, -1, -1):
        below = slice(j + 2, None)
        found[below, j] = (g[below, j + 1] - g[j + 1, below]) / h[j + 1, j]
        g[:, j] += np.transpose(h[below]) @ found[below, j]
        g[below, : j + 1] -= np.outer(found[below, j], h[: j + 1, j])
    return found
