"""Which functions are written as loops, and which stay as they stand, for Numba and BLAS to compute."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.infer import ELEMENTWISE
from s2s.lower.checking import CHECKING, PROJECTING
from s2s.lower.computed import COMPUTED
from s2s.lower.contracting import CONTRACTING
from s2s.lower.elementary import SPECIAL
from s2s.lower.joining import JOINING
from s2s.lower.making import MAKING
from s2s.lower.picking import PICKING
from s2s.lower.recording import RECORDING
from s2s.lower.reductions import REDUCTIONS
from s2s.lower.rooms import LISTS
from s2s.lower.scans import SCANS
from s2s.lower.shapes import SHAPES
from s2s.lower.storing import STORING
from s2s.lower.tuples import TUPLES
from s2s.primitives import MAKERS
from s2s.subroutine import Subroutine
from s2s_runtime import containers, loops, ordering, systems

WRITERS: dict[Any, Callable[..., Any]] = {
    **REDUCTIONS, **STORING, **SHAPES, **COMPUTED, **JOINING, **MAKING, **RECORDING, **LISTS, **CHECKING, **TUPLES, **CONTRACTING,
    **PICKING, **SCANS, **PROJECTING,
}  # fmt: skip
"""Functions of arrays, by what their results are: a value that is not written down yet, or an atom."""

CHECKS: set[Any] = set(CHECKING)
"""Functions that raise an error, or do nothing."""

ENTRY_BY_ENTRY: set[Any] = ELEMENTWISE | {operator.abs, *SPECIAL}
"""Functions of the entries of operands."""

OF_SEVERAL: set[Any] = set(TUPLES)
"""Functions of several values together."""

AS_IT_STANDS: set[Any] = {
    operator.matmul, np.dot, np.copy, np.shape, np.size, np.ndim, len, operator.getitem, np.argmax, np.argmin, ordering.stable_order,
    containers.append, containers.drop_last, range, min, max, list, np.interp, np.searchsorted, np.linalg.solve, np.linalg.inv,
    np.linalg.det, np.linalg.cholesky, np.linalg.slogdet, np.linalg.eigh, np.linalg.eigvalsh, np.linalg.svd, np.linalg.pinv, loops.grown,
    np.linalg.qr, systems.eigh_upper,
    loops.frames, loops.kept,
    loops.frame, loops.blank, loops.no_items, loops.in_order, np.setdiff1d, np.union1d, np.intersect1d, np.convolve, np.correlate,
}  # fmt: skip
"""What is done with whole arrays in memory."""


OF_ONE_MATRIX: set[Any] = {
    np.linalg.solve, np.linalg.inv, np.linalg.det, np.linalg.cholesky, np.linalg.slogdet, np.linalg.eigh, np.linalg.eigvalsh,
    np.linalg.svd, np.linalg.pinv, np.linalg.qr, systems.eigh_upper,
}  # fmt: skip
"""Of these, what is called for one matrix, and not for a stack of them."""


def stands(function: Any, rank: int = 2) -> bool:
    """Whether a function of whole arrays is called as it is, where the first one has so many axes."""
    if function in OF_ONE_MATRIX and rank != 2:
        return False
    return function in AS_IT_STANDS or function in MAKERS or isinstance(function, Subroutine)


OF_ONE_DTYPE: set[Any] = {operator.matmul, np.dot, np.linalg.solve}
"""Of these, what BLAS and LAPACK take operands of one dtype for."""
