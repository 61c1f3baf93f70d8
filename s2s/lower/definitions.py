"""Functions by what they mean: written out before loops are made of them, as a user's helper would be.

    np.std(x)   =>   np.sqrt(np.mean((x - np.mean(x)) ** 2))

A definition is an ordinary function of NumPy's; it is put in the place of its call by the machine that inlines helpers and rules.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np

from s2s import ir
from s2s.lower.factorisations import MATRICES
from s2s.lower.factorisations import ONLY_IF as MATRICES_ONLY_IF
from s2s.lower.indices import INDICES, OF_LENGTHS
from s2s.lower.indices import ONLY_IF as INDICES_ONLY_IF
from s2s.lower.meanings import MEANINGS
from s2s.lower.meanings import OF_NUMBERS as MEANT_FOR_NUMBERS
from s2s.lower.meanings import ONLY_IF as MEANT_ONLY_IF
from s2s.lower.sorting import ONLY_IF as SORTING_ONLY_IF
from s2s.lower.sorting import SORTING
from s2s.lower.stacks import STACKS, of_stack
from s2s.signatures import accepts
from s2s_runtime import kernels
from s2s_runtime.stopping import stop_gradient


def var(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    centred = a - np.mean(a, axis=axis, keepdims=True)
    return np.sum(squared_modulus(centred), axis=axis, keepdims=keepdims) / (kernels.axis_size(a, axis) - ddof)


def squared_modulus(x: Any) -> Any:
    return np.real(np.conj(x) * x)


def std(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.sqrt(var(a, axis, ddof=ddof, keepdims=keepdims))


def keep_axes(x: Any, axis: Any, keepdims: bool) -> Any:
    return x if keepdims or axis is None else np.expand_dims(x, axis)


def centre(a: Any, axis: Any) -> Any:
    return a - np.mean(a, axis=axis, keepdims=True)


def degrees_of_freedom(a: Any, axis: Any, ddof: float) -> Any:
    return kernels.axis_size(a, axis) - ddof


def share_ties(g: Any, chosen: Any, axis: Any) -> Any:
    count = kernels.astype(np.sum(chosen, axis=axis, keepdims=True), np.result_type(g))
    return np.where(chosen, g / count, 0.0 / count)  # NaN where none of them is the largest


def mean_of_ties(v: Any, chosen: Any, axis: Any) -> Any:
    count = kernels.astype(np.sum(chosen, axis=axis), np.result_type(v))
    return np.sum(np.where(chosen, v, 0.0), axis=axis) / count


def vdot(a: Any, b: Any) -> Any:
    return np.dot(np.conj(np.ravel(a)), np.ravel(b))


def clip(a: Any, low: Any, high: Any) -> Any:
    return np.minimum(np.maximum(a, low), high)


def fold_triangle(g: Any, uplo: str) -> Any:
    both = g + np.conj(np.swapaxes(g, -1, -2))
    own = np.where(np.eye(np.shape(g)[-1], dtype=bool), np.real(g), np.zeros_like(g))
    return own + (np.tril(both, -1) if uplo in ("L", "l") else np.triu(both, 1))


def cofactors(a: Any) -> Any:
    """As the runtime's, for one matrix."""
    u, s, vh = np.linalg.svd(a)
    others = np.prod(np.where(np.eye(len(s), dtype=bool), 1.0, s), axis=1)
    return np.sign(np.linalg.det(u) * np.linalg.det(vh)) * np.conj((u * others) @ vh)


def square(x: Any) -> Any:
    return x * x


def share(x1: Any, x2: Any) -> Any:
    return 1.0 / (1.0 + np.exp(np.where(x1 == x2, 0.0, x2 - x1)))


def logaddexp(x1: Any, x2: Any) -> Any:
    larger = np.maximum(x1, x2)
    return larger + np.log1p(np.exp(np.where(x1 == x2, 0.0, -np.abs(x1 - x2))))


def stopped(x: Any) -> Any:
    """Nothing records in compiled code."""
    return x


DEFINITIONS: dict[Any, Callable[..., Any]] = {
    np.var: var, np.std: std, kernels.keep_axes: keep_axes, kernels.centre: centre,
    kernels.degrees_of_freedom: degrees_of_freedom, kernels.share_ties: share_ties, kernels.mean_of_ties: mean_of_ties,
    np.vdot: vdot, np.clip: clip, np.square: square, kernels.fold_triangle: fold_triangle,
    kernels.share: share, np.logaddexp: logaddexp, stop_gradient: stopped,
}  # fmt: skip

def plain(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A function of the runtime by its own text: as a user's, which has no rule."""
    found = FunctionType(kernel.__code__, kernel.__globals__, kernel.__name__, kernel.__defaults__, kernel.__closure__)
    found.__module__ = __name__
    return found


STORING = {plain(kernel): kernel for kernel in (kernels.gradient_adjoint, kernels.neighbours_adjoint)}
"""Definitions that change arrays of their own."""

BY_THEIR_TEXT = (
    kernels.neighbours, kernels.mirror_triangle,
    kernels.norm_gradient, kernels.as_columns, kernels.from_columns, kernels.diag_adjoint,
)
"""Kernels that are written out as they stand."""

DEFINITIONS.update(MEANINGS | INDICES | SORTING)
DEFINITIONS.update({kernel: plain(kernel) for kernel in BY_THEIR_TEXT} | {kernel: definition for definition, kernel in STORING.items()})

WITH_STORES = {*STORING, *STACKS.values(), *SORTING.values()}
"""All definitions that change arrays of their own."""

OF_NUMBERS = {stop_gradient, kernels.share, np.logaddexp, np.clip} | MEANT_FOR_NUMBERS | OF_LENGTHS
"""Definitions that are meant for numbers, too."""

OF_MATRICES: dict[Any, Callable[..., Any]] = {kernels.cofactors: cofactors, **MATRICES}
"""Definitions that hold for one matrix, and not for a stack of them."""


ONLY_IF: dict[Any, Callable[..., bool]] = MEANT_ONLY_IF | INDICES_ONLY_IF | MATRICES_ONLY_IF | SORTING_ONLY_IF


def definition_of(application: ir.Apply, ranks: list[int]) -> Callable[..., Any] | None:
    """What a function means for arguments with so many axes; None where that is not said of this way to call it."""
    function, kwargs = application.function, dict(application.kwargs)
    found = (OF_MATRICES.get(function) if ranks[:1] == [2] else None) or DEFINITIONS.get(function) or of_stack(function, ranks)
    if found is None or not accepts(found, len(application.args), frozenset(kwargs)):
        return None
    if function in ONLY_IF and found not in STACKS.values():
        values = [arg.value if isinstance(arg, ir.Const) else arg for arg in application.args[1:]]
        named = {key: arg.value if isinstance(arg, ir.Const) else arg for key, arg in kwargs.items()}
        return found if ONLY_IF[function](ranks[0], *values, **named) else None
    return found
