"""Factorisations of matrices as calls of SciPy's LAPACK.

In: types, while Numba compiles.  Out: intrinsics.  They raise LinAlgError where NumPy's functions do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from s2s.jit.lean.fortran import WHOLE, Calls, is_matrix, opened
from s2s.jit.lean.making import made, otherwise
from s2s.jit.lean.systems import of_columns
from s2s_runtime import systems


@intrinsic  # type: ignore[untyped-decorator]
def cholesky(typing: Any, a: Any) -> Any:
    """`np.linalg.cholesky(a)`."""
    if not is_matrix(a):
        return otherwise(typing, np.linalg.cholesky, a)
    kind = types.Array(a.dtype, 2, "C")

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Calls(context, builder, a.dtype)
        array, sizes = opened(context, builder, a, values[0])
        rows = calls.square(sizes)
        result, _ = made(context, builder, kind, sizes)
        calls.copy_by_rows(array, a, result.data)
        leading = calls.number(calls.at_least_one(rows))
        info = calls.lapack("potrf", calls.word("u"), calls.number(rows), result.data, leading)  # the rows are Fortran's columns
        calls.fail(calls.failed(info), np.linalg.LinAlgError, "Matrix is not positive definite")
        with cgutils.for_range(builder, rows) as loop:
            after = builder.add(loop.index, rows.type(1))
            count = builder.mul(builder.sub(rows, after), rows.type(calls.size))
            start = builder.gep(result.data, [builder.add(builder.mul(loop.index, rows), after)])
            cgutils.memset(builder, start, count, 0)
        return result._getvalue()

    return kind(a), code


def eigen(typing: Any, function: Any, a: Any, has_vectors: bool, triangle: str = "l") -> Any:
    if not is_matrix(a):
        return otherwise(typing, function, a)
    values_kind, vectors_kind = types.Array(a.dtype, 1, "C"), of_columns(a.dtype, 2)
    kind = types.Tuple([values_kind, vectors_kind]) if has_vectors else values_kind

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Calls(context, builder, a.dtype)
        array, sizes = opened(context, builder, a, values[0])
        rows = calls.square(sizes)
        found, _ = made(context, builder, values_kind, [rows])
        vectors = calls.by_columns(vectors_kind, rows, rows) if has_vectors else None
        matrix = vectors.data if vectors else calls.room(builder.mul(rows, rows))
        calls.copy_by_columns(array, a, matrix)
        whole = calls.at_least_one(builder.add(builder.mul(rows, rows.type(5)), rows.type(3)))
        places, order, leading = calls.room(whole, WHOLE), calls.number(rows), calls.number(calls.at_least_one(rows))
        info = calls.asking("syevd", lambda work, count: (
            calls.word("v" if has_vectors else "n"), calls.word(triangle), order, matrix, leading, found.data, work, count, places,
            calls.number(whole),
        ))  # fmt: skip
        calls.leave()
        calls.fail(calls.failed(info), np.linalg.LinAlgError, "Eigenvalues did not converge")
        if not vectors:
            return found._getvalue()
        return context.make_tuple(builder, kind, [found._getvalue(), vectors._getvalue()])

    return kind(a), code


@intrinsic  # type: ignore[untyped-decorator]
def eigh(typing: Any, a: Any) -> Any:
    """`np.linalg.eigh(a)`."""
    return eigen(typing, np.linalg.eigh, a, has_vectors=True)


@intrinsic  # type: ignore[untyped-decorator]
def eigh_upper(typing: Any, a: Any) -> Any:
    """`systems.eigh_upper(a)`."""
    return eigen(typing, systems.eigh_upper, a, has_vectors=True, triangle="u")


@intrinsic  # type: ignore[untyped-decorator]
def eigvalsh(typing: Any, a: Any) -> Any:
    """`np.linalg.eigvalsh(a)`."""
    return eigen(typing, np.linalg.eigvalsh, a, has_vectors=False)


@intrinsic  # type: ignore[untyped-decorator]
def svd(typing: Any, a: Any, full_matrices: Any = True) -> Any:
    """`np.linalg.svd(a, full_matrices)`."""
    is_left_out = full_matrices is True or isinstance(full_matrices, types.Omitted)
    if not is_matrix(a) or not (is_left_out or isinstance(full_matrices, types.Boolean)):
        return otherwise(typing, np.linalg.svd, a, *([] if is_left_out else [full_matrices]))
    matrices = of_columns(a.dtype, 2)
    kind = types.Tuple([matrices, types.Array(a.dtype, 1, "C"), matrices])

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Calls(context, builder, a.dtype)
        array, (rows, columns) = opened(context, builder, a, values[0])
        calls.fit(rows, columns)
        least = shorter(builder, rows, columns)
        is_full = cgutils.true_bit if is_left_out else values[1]
        width, height = (builder.select(is_full, size, least) for size in (rows, columns))
        u, vh = calls.by_columns(matrices, rows, width), calls.by_columns(matrices, height, columns)
        s, _ = made(context, builder, kind.types[1], [least])
        matrix, places = calls.room(builder.mul(rows, columns)), calls.room(builder.mul(least, least.type(8)), WHOLE)
        calls.copy_by_columns(array, a, matrix)
        letter, tall = builder.select(is_full, calls.letter_of("a"), calls.letter_of("s")), calls.number(calls.at_least_one(rows))
        info = calls.asking("gesdd", lambda work, count: (
            calls.kept(letter), calls.number(rows), calls.number(columns), matrix, tall, s.data, u.data, tall, vh.data,
            calls.number(calls.at_least_one(height)), work, count, places,
        ))  # fmt: skip
        calls.leave()
        calls.fail(calls.failed(info), np.linalg.LinAlgError, "SVD did not converge")
        with builder.if_then(builder.icmp_signed("==", least, least.type(0)), likely=False):
            unit(calls, u.data, width)
            unit(calls, vh.data, height)
        return context.make_tuple(builder, kind, [one._getvalue() for one in (u, s, vh)])

    return kind(a, types.Omitted(True) if full_matrices is True else full_matrices), code


def shorter(builder: Any, one: Any, other: Any) -> Any:
    return builder.select(builder.icmp_signed("<", one, other), one, other)


def unit(calls: Calls, data: Any, size: Any) -> None:
    """A square matrix that is 1 on its diagonal: the factor of a matrix without entries."""
    builder = calls.builder
    cgutils.memset(builder, data, builder.mul(builder.mul(size, size), size.type(calls.size)), 0)
    with cgutils.for_range(builder, size) as loop:
        at = builder.mul(loop.index, builder.add(size, size.type(1)))
        builder.store(calls.element(1.0), builder.gep(data, [at]))


@intrinsic  # type: ignore[untyped-decorator]
def qr(typing: Any, a: Any) -> Any:
    """`np.linalg.qr(a)`."""
    if not is_matrix(a):
        return otherwise(typing, np.linalg.qr, a)
    matrices = of_columns(a.dtype, 2)
    kind = types.UniTuple(matrices, 2)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Calls(context, builder, a.dtype)
        array, (rows, columns) = opened(context, builder, a, values[0])
        calls.fit(rows, columns)
        least = shorter(builder, rows, columns)
        q, r = calls.by_columns(matrices, rows, least), calls.by_columns(matrices, least, columns)
        matrix, scales = calls.room(builder.mul(rows, columns)), calls.room(calls.at_least_one(least))
        calls.copy_by_columns(array, a, matrix)
        high, count = calls.number(rows), calls.number(least)
        tall = calls.number(calls.at_least_one(rows))
        calls.asking("geqrf", lambda work, size: (high, calls.number(columns), matrix, tall, scales, work, size))
        upper(calls, matrix, r.data, (rows, least, columns))
        cgutils.raw_memcpy(builder, q.data, matrix, builder.mul(rows, least), rows.type(calls.size))
        calls.asking("orgqr", lambda work, size: (high, count, count, q.data, tall, scales, work, size))
        calls.leave()
        return context.make_tuple(builder, kind, [q._getvalue(), r._getvalue()])

    return kind(a), code


def upper(calls: Calls, matrix: Any, to: Any, sizes: Sequence[Any]) -> None:
    """The upper triangle of what a matrix of so many rows holds, and 0 below it."""
    builder, (rows, height, columns) = calls.builder, sizes
    with cgutils.for_range(builder, columns) as column, cgutils.for_range(builder, height) as row:
        entry = builder.load(builder.gep(matrix, [builder.add(builder.mul(column.index, rows), row.index)]))
        below = builder.icmp_signed(">", row.index, column.index)
        place = builder.gep(to, [builder.add(builder.mul(column.index, height), row.index)])
        builder.store(builder.select(below, calls.element(0.0), entry), place)
