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
    return (getattr(function, "__module__", None) or "").startswith(("scipy", "s2s_runtime.kernels.bands", "s2s_runtime.kernels.sparse"))


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


def dtype_of(type_of: TypeOf, atom: ir.Atom) -> Any:
    """The dtype of an array, or of a tuple of arrays; None if it is not known, or none of numbers."""
    parts = atom.items if isinstance(atom, ir.Pack) else (atom,)
    found = [type_of(part) for part in parts]
    if not all(isinstance(fact, facts.Num) and fact.dtype is not None and fact.dtype.kind in "fciub" for fact in found):
        return None
    return np.result_type(*(fact.dtype for fact in found))  # type: ignore[union-attr]


def rows_of(type_of: TypeOf, a: ir.Atom, x: ir.Atom) -> facts.Type | None:
    """A sparse matrix times an array: its rows, whose number is not known, and the columns of the array."""
    shape = shape_of(type_of, x)
    return facts.Num(dtype_with(type_of, a, x), (facts.fresh(), *shape[1:]), weak=False) if shape else None


def columns_of(type_of: TypeOf, x: ir.Atom, a: ir.Atom) -> facts.Type | None:
    shape = shape_of(type_of, x)
    return facts.Num(dtype_with(type_of, a, x), (*shape[:-1], facts.fresh()), weak=False) if shape else None


def dtype_with(type_of: TypeOf, a: ir.Atom, x: ir.Atom) -> Any:
    """The dtype of a product with a sparse matrix; None if it is not known."""
    matrix, other = getattr(type_of(a), "dtype", None), dtype_of(type_of, x)
    return None if matrix is None or other is None else np.result_type(matrix, other)


def matrix(type_of: TypeOf, a: ir.Atom, *rest: ir.Atom) -> facts.Type | None:
    """A sparse matrix made of one, or of two: of the first one's class, or one like it."""
    found = type_of(a)
    if not isinstance(found, facts.Opaque) or found.dtype is None:
        return None
    others = [promoting(type_of(atom)) for atom in rest if not isinstance(atom, ir.Const) or not isinstance(atom.value, str)]
    return facts.Opaque(found.cls, None if any(one is None for one in others) else np.result_type(found.dtype, *others))


def promoting(fact: facts.Type | None) -> Any:
    """What an operand promotes with: the dtype of a matrix, a number of its kind if it is one of Python's; None if it is not known."""
    if isinstance(fact, facts.Num) and fact.weak is not False:
        return fact.dtype.type(1).item() if fact.weak and fact.dtype is not None else None
    return getattr(fact, "dtype", None)


def entries_and_places(type_of: TypeOf, a: ir.Atom) -> facts.Type:
    count, dtype = (facts.fresh(),), getattr(type_of(a), "dtype", None)
    place = facts.Num(np.dtype(np.int32), count, weak=False)
    return facts.Record(tuple, (facts.Num(dtype, count, weak=False), place, place))


def unit(type_of: TypeOf, *args: ir.Atom, **_: ir.Atom) -> facts.Type | None:
    from scipy.sparse import dia_array

    return facts.Opaque(dia_array, np.dtype(float))


def places(type_of: TypeOf, *_: ir.Atom) -> facts.Type:
    return facts.Num(np.dtype(np.intp), (facts.fresh(),), weak=False)


def sorted_places(type_of: TypeOf, rows: ir.Atom, columns: ir.Atom, name: ir.Atom) -> facts.Type | None:
    first, second = dtype_of(type_of, rows), dtype_of(type_of, columns)
    if first is None or second is None:
        return None
    found = facts.Num(np.result_type(first, second), (facts.fresh(),), weak=False)  # of as many rows as columns
    return facts.Record(tuple, (facts.Num(np.dtype(np.intp), shape_of(type_of, rows), weak=False), found, found))


def sparse_solved(matrix: int, right: int) -> Callable[..., facts.Type | None]:
    """As the right side; that of one column gives a vector."""

    def infer(type_of: TypeOf, *args: ir.Atom, **_: ir.Atom) -> facts.Type | None:
        shape = shape_of(type_of, args[right])
        if not shape or (len(shape) == 2 and not (shape[1].is_one or shape[1].never_one)):
            return None
        dtype = dtype_with(type_of, args[matrix], args[right])
        return facts.Num(dtype, shape[:1] if len(shape) == 2 and shape[1].is_one else shape, weak=False)

    return infer


def of_entries(type_of: TypeOf, data: ir.Atom, rows: ir.Atom, columns: ir.Atom, lengths: ir.Atom, x: ir.Atom) -> facts.Type | None:
    return rows_of(type_of, data, x)


RESULTS_OF_SCIPY: dict[str, Callable[..., facts.Type | None]] = {
    "scipy.linalg.solve_banded": right_side(1, 2),
    "scipy.linalg.solveh_banded": right_side(0, 1),
    "scipy.linalg.solve_toeplitz": right_side(0, 1, np.float64),
    "s2s_runtime.kernels.sparse.sparse_product": rows_of,
    "s2s_runtime.kernels.sparse.sparse_product_from_left": columns_of,
    **{f"s2s_runtime.kernels.sparse.sparse_{name}": matrix for name in ("transpose", "in_format", "sum", "difference", "multiple", "matrix_product")},
    "s2s_runtime.kernels.sparse.sparse_entries": entries_and_places,
    **{f"s2s_runtime.kernels.sparse.{name}": lambda *_: facts.Record(tuple, (facts.INT, facts.INT)) for name in ("sparse_shape", "common_shape")},
    **{f"scipy.sparse.{name}": unit for name in ("eye", "identity", "eye_array")},
    "s2s_runtime.kernels.sparse.sorted_entries": sorted_places,
    "s2s_runtime.kernels.sparse.diagonal_places": lambda type_of, *_: facts.Record(tuple, (places(type_of), places(type_of))),
    "s2s_runtime.kernels.sparse.entries_of": places,
    "s2s_runtime.kernels.sparse.sparse_to_array": lambda type_of, a: facts.Num(getattr(type_of(a), "dtype", None), (facts.fresh(), facts.fresh())),
    "s2s_runtime.kernels.sparse.sparse_solution": sparse_solved(0, 1),
    "s2s_runtime.kernels.sparse.factored_solution": lambda type_of, f, b, *_: facts.Num(None, shape_of(type_of, b), weak=False),
    "s2s_runtime.kernels.sparse.product_of_entries": of_entries,
    "s2s_runtime.kernels.sparse.solution_of_entries": sparse_solved(0, 5),
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
