"""Linear algebra in terms of the calls that are handed to LAPACK as they stand.

    np.linalg.svdvals(a)        =>   np.linalg.svd(a, full_matrices=False)[1]
    np.linalg.eigvalsh(a, "U")  =>   np.linalg.eigvalsh(np.swapaxes(a, -1, -2))

In: nothing.  Out: `MATRICES`, which `definitions` puts in the place of calls, and `ONLY_IF`, which says of which.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s_runtime import systems


def svdvals(x: Any) -> Any:
    return np.linalg.svd(x, full_matrices=False)[1]


def singular_values(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    return np.linalg.svd(a, full_matrices=False)[1]


def pinv(a: Any) -> Any:
    """By the singular values that are not 0 to rounding, as NumPy does it."""
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    inverted = np.where(s > 1e-15 * np.sum(s[:1]), 1.0 / s, 0.0)
    return np.swapaxes(vh, 0, 1) @ (np.expand_dims(inverted, 1) * np.swapaxes(u, 0, 1))


def eigvalsh(a: Any, UPLO: Any = "L") -> Any:
    return np.linalg.eigvalsh(a if UPLO in ("L", "l") else np.swapaxes(a, -1, -2))


def eigh(a: Any, UPLO: Any = "L") -> Any:
    values, vectors = np.linalg.eigh(a) if UPLO in ("L", "l") else systems.eigh_upper(a)
    return values, vectors


def qr(a: Any, mode: str = "reduced") -> Any:
    q, r = np.linalg.qr(a)
    return q, r


MATRICES: dict[Any, Callable[..., Any]] = {
    np.linalg.svdvals: svdvals, np.linalg.svd: singular_values, np.linalg.pinv: pinv, np.linalg.eigvalsh: eigvalsh,
    np.linalg.eigh: eigh, np.linalg.qr: qr,
}  # fmt: skip


def is_matrix(rank: int) -> bool:
    return rank == 2


def is_without_vectors(rank: int, full_matrices: Any = True, compute_uv: Any = True) -> bool:
    return rank == 2 and compute_uv is False


def names_triangle(rank: int, UPLO: Any = None) -> bool:
    return rank == 2 and isinstance(UPLO, str)


def names_mode(rank: int, mode: Any = None) -> bool:
    return rank == 2 and mode == "reduced"


ONLY_IF: dict[Any, Callable[..., bool]] = {
    np.linalg.svdvals: is_matrix, np.linalg.svd: is_without_vectors, np.linalg.pinv: is_matrix, np.linalg.eigvalsh: names_triangle,
    np.linalg.eigh: names_triangle, np.linalg.qr: names_mode,
}  # fmt: skip
"""Which calls are covered, by the number of axes of the first argument and the values of the others."""
