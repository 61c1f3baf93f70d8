"""NumPy's functions that give the indices of entries, in terms of simpler ones.

    np.triu_indices(n)   =>   np.nonzero(np.logical_not(np.tri(n, n, -1, dtype=bool)))

In: nothing.  Out: `INDICES`, which `definitions` puts in the place of calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def diag_indices_from(arr: Any) -> Any:
    """Of a matrix."""
    if np.shape(arr)[0] != np.shape(arr)[1]:
        raise ValueError("All dimensions of input must be of equal length")
    return np.arange(np.shape(arr)[0]), np.arange(np.shape(arr)[0])


def diag_indices(n: int, ndim: int = 2) -> Any:
    return tuple([np.arange(n) for _ in range(ndim)])


def tril_indices(n: int, k: int = 0, m: Any = None) -> Any:
    return np.nonzero(np.tri(n, n if m is None else m, k, dtype=bool))


def triu_indices(n: int, k: int = 0, m: Any = None) -> Any:
    return np.nonzero(np.logical_not(np.tri(n, n if m is None else m, k - 1, dtype=bool)))


def flatnonzero(a: Any) -> Any:
    return np.nonzero(np.ravel(a))[0]


def argwhere(a: Any) -> Any:
    return np.stack(np.nonzero(a), axis=1)


def is_matrix(arr: Any) -> bool:
    """Whether it has a diagonal of pairs: by the number of axes, which is all that is known here."""
    return bool(arr == 2)


INDICES: dict[Any, Callable[..., Any]] = {
    np.diag_indices: diag_indices, np.diag_indices_from: diag_indices_from, np.tril_indices: tril_indices,
    np.triu_indices: triu_indices, np.flatnonzero: flatnonzero, np.argwhere: argwhere,
}  # fmt: skip

OF_LENGTHS = {np.diag_indices, np.tril_indices, np.triu_indices}
"""Those that take numbers, and no array."""

ONLY_IF: dict[Any, Callable[..., bool]] = {np.diag_indices_from: is_matrix}
"""Which calls are covered, by the number of axes of the first argument."""
