"""Types of what sparse matrices give: products, solutions, entries and their places.

In: what is known of atoms, and the atoms of a call; a matrix is a fact `Opaque` with a dtype.  Out: a fact.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.infer.atoms import TypeOf, shape_of


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
    return facts.Opaque(sys.modules["scipy.sparse"].dia_array, np.dtype(float))


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


def made_of_entries(rank: int) -> Callable[..., facts.Type | None]:
    """An array of this rank, with the dtype of entries."""

    def infer(type_of: TypeOf, data: ir.Atom, *_: ir.Atom) -> facts.Type | None:
        return facts.Num(dtype_of(type_of, data), tuple(facts.fresh() for _ in range(rank)), weak=False)

    return infer


def whole(type_of: TypeOf, a: ir.Atom) -> facts.Type:
    return facts.Num(getattr(type_of(a), "dtype", None), (facts.fresh(), facts.fresh()), weak=False)


def two_lengths(*_: object) -> facts.Type:
    return facts.Record(tuple, (facts.INT, facts.INT))


OF_SPARSE: dict[str, Callable[..., facts.Type | None]] = {
    "s2s_runtime.kernels.sparse.sparse_product": rows_of,
    "s2s_runtime.kernels.sparse.sparse_product_from_left": columns_of,
    **{
        f"s2s_runtime.kernels.sparse.sparse_{name}": matrix
        for name in ("transpose", "in_format", "sum", "difference", "multiple", "matrix_product")
    },
    "s2s_runtime.kernels.sparse.sparse_entries": entries_and_places,
    "s2s_runtime.kernels.sparse.sparse_shape": two_lengths,
    "s2s_runtime.kernels.sparse.common_shape": two_lengths,
    **{f"scipy.sparse.{name}": unit for name in ("eye", "identity", "eye_array")},
    "s2s_runtime.kernels.sparse.sorted_entries": sorted_places,
    "s2s_runtime.kernels.sparse.diagonal_places": lambda type_of, *_: facts.Record(tuple, (places(type_of), places(type_of))),
    "s2s_runtime.kernels.sparse.entries_of": places,
    "s2s_runtime.kernels.sparse.sparse_to_array": whole,
    "s2s_runtime.kernels.sparse.sparse_solution": sparse_solved(0, 1),
    "s2s_runtime.kernels.sparse.factored_solution": lambda type_of, f, b, *_: facts.Num(None, shape_of(type_of, b), weak=False),
    "s2s_runtime.kernels.sparse.product_of_entries": of_entries,
    "s2s_runtime.kernels.sparse.dense_of_entries": made_of_entries(2),
    "s2s_runtime.kernels.sparse.gathered_entries": made_of_entries(1),
    "s2s_runtime.kernels.sparse.solution_of_entries": sparse_solved(0, 5),
}
