"""Shapes of what functions give, SciPy's by their names: it is imported only by programs that use it.

In: a function.  Out: what `shapes` says of functions of NumPy's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.facts import Dim, Shape
from s2s.infer.atoms import TypeOf, shape_of
from s2s.infer.broadcasting import broadcast
from s2s.infer.shapes import SHAPES, kept
from s2s.infer.sparse import OF_SPARSE, dtype_of
from s2s.primitives import name_in_module, public_module


def last(type_of: TypeOf, *operands: ir.Atom, **_: Any) -> Shape | None:
    """The shape of the right side of an equation."""
    return kept(type_of, operands[-1])


def system(type_of: TypeOf, a: ir.Atom, b: ir.Atom, *_: ir.Atom, **__: Any) -> Shape | None:
    left, right = shape_of(type_of, a), shape_of(type_of, b)
    return right if left and right and len(left) == 2 and len(right) <= 2 else None


def entries(type_of: TypeOf, *operands: ir.Atom, **named: ir.Atom) -> Shape | None:
    """A function of entries: what the operands broadcast to."""
    return broadcast(shape_of(type_of, one) for one in (*operands, *named.values()))


def shape_rule(function: Any) -> Callable[..., Shape | None] | None:
    """How the shape of what a function gives follows from its operands."""
    found = SHAPES.get(function) or OF_SCIPY.get(public_name(function))
    is_of_entries = isinstance(function, np.ufunc) and function.signature is None and function.nout == 1
    return entries if found is None and (is_of_entries or is_of_distribution(function)) else found


def is_of_distribution(function: Any) -> bool:
    """Whether a function is a density or the like of a distribution of numbers: `scipy.stats.norm.logpdf`."""
    known = getattr(function, "__name__", "") in OF_DISTRIBUTIONS
    return known and hasattr(getattr(function, "__self__", None), "shapes")


def result_rule(function: Any) -> Callable[..., facts.Type | None] | None:
    """What is known of what a function gives where a sample might have lengths that do not fit; None where samples say it."""
    return RESULTS_OF_SCIPY.get(public_name(function)) if is_of_scipy(function) else None


def is_of_scipy(function: Any) -> bool:
    return (getattr(function, "__module__", None) or "").startswith(SPACES)


SPACES = "scipy", "s2s_runtime.kernels.bands", "s2s_runtime.kernels.sparse", "s2s_runtime.kernels.splines"


def right_side(matrix: int, right: int, least: Any = np.float32) -> Callable[..., facts.Type | None]:
    """As the right side of an equation, of the precision that both sides have, but no less than `least`."""

    def infer(type_of: TypeOf, *args: ir.Atom, **_: ir.Atom) -> facts.Type | None:
        if len(args) <= max(matrix, right):
            return None
        shape, dtypes = shape_of(type_of, args[right]), [dtype_of(type_of, args[k]) for k in (matrix, right)]
        if shape is None or any(dtype is None for dtype in dtypes):
            return None
        return facts.Num(np.result_type(least, *dtypes), shape, weak=False)

    return infer


def floats_like(place: int, more: tuple[Callable[[], Dim], ...] = (), less: int = 0) -> Callable[..., facts.Type | None]:
    """Floats, one for each entry of an operand; with more axes behind its own, or without the last ones."""

    def infer(type_of: TypeOf, *args: ir.Atom, **_: ir.Atom) -> facts.Type | None:
        shape = shape_of(type_of, args[place])
        if shape is None or len(shape) < less:
            return None
        return facts.Num(np.dtype(float), (*shape[: len(shape) - less], *(dim() for dim in more)), weak=False)

    return infer


RESULTS_OF_SCIPY: dict[str, Callable[..., facts.Type | None]] = {
    **OF_SPARSE,
    "s2s_runtime.kernels.splines.spline_value": floats_like(1),
    "s2s_runtime.kernels.splines.interpolated": floats_like(1),
    "s2s_runtime.kernels.splines.spline_through": floats_like(4),
    "s2s_runtime.kernels.splines.spline_weights": floats_like(3, (facts.fresh,)),
    "s2s_runtime.kernels.splines.grid_value": floats_like(1, less=1),
    "s2s_runtime.kernels.splines.grid_slopes": floats_like(1),
    "s2s_runtime.kernels.splines.expect_within": lambda type_of, x, *_: type_of(x),
    "scipy.linalg.solve_banded": right_side(1, 2),
    "scipy.linalg.solveh_banded": right_side(0, 1),
    "scipy.linalg.solve_toeplitz": right_side(0, 1, np.float64),
    "scipy.linalg.solve_continuous_are": right_side(0, 2, np.float64),
    "scipy.linalg.solve_discrete_are": right_side(0, 2, np.float64),
    "s2s_runtime.kernels.bands.of_bands": right_side(0, 3),
    "s2s_runtime.kernels.bands.turned_bands": lambda type_of, ab, *_: type_of(ab),
}
OF_DISTRIBUTIONS = {"pdf", "logpdf", "pmf", "logpmf", "cdf", "logcdf", "sf", "logsf", "ppf", "isf"}
OF_SCIPY: dict[str, Callable[..., Shape | None]] = {
    **{f"scipy.linalg.{name}": kept for name in ("cholesky", "inv", "expm", "sqrtm", "sinm", "cosm")},
    **{f"scipy.linalg.{name}": system for name in ("solve", "solve_triangular", "solve_continuous_lyapunov", "solve_discrete_lyapunov")},
    "scipy.linalg.solve_sylvester": last,
    **{f"scipy.special.{name}": kept for name in ("softmax", "log_softmax", "multigammaln")},
}
SOLVING = {"numpy.linalg.solve", "scipy.linalg.solve", "scipy.linalg.solve_triangular"}
"""Functions of a square matrix and of what has as many rows."""
OF_SQUARE = SOLVING | {
    f"numpy.linalg.{name}" for name in ("inv", "det", "slogdet", "cholesky", "eigh", "eigvalsh", "eig", "eigvals", "matrix_power")
} | {f"scipy.linalg.{name}" for name in ("inv", "det", "cholesky", "expm", "sqrtm", "sinm", "cosm", "solve_sylvester",
                                         "solve_continuous_lyapunov", "solve_discrete_lyapunov")}  # fmt: skip
"""Functions that fail if their first operand is no square matrix, or no stack of such."""


def equal_axes(function: Any, args: tuple[ir.Atom, ...], type_of: TypeOf) -> list[tuple[Dim, Dim]]:
    """Lengths of the operands that must be equal if a function of square matrices does not fail."""
    name = public_name(function)
    matrix = shape_of(type_of, args[0]) if name in OF_SQUARE else None
    if not matrix or len(matrix) < 2:
        return []
    found = [(matrix[-2], matrix[-1])]
    given = shape_of(type_of, args[1]) if name in SOLVING and len(args) > 1 else None
    return [*found, (matrix[-1], given[0])] if given and len(matrix) == 2 and len(given) < 3 else found


def public_name(function: Any) -> str:
    """Where a user finds a function: `scipy.linalg.expm`."""
    return f"{public_module(function)}.{name_in_module(function)}"
