"""Linear systems, inverses and determinants as calls of SciPy's LAPACK: by an LU factorisation, which several of them may share.

In: types, while Numba compiles.  Out: intrinsics.  They raise LinAlgError and ValueError where NumPy's functions do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic

from s2s.jit.lean.fortran import WHOLE, Calls, is_matrix, opened
from s2s.jit.lean.making import made, otherwise

SINGULAR = "Singular matrix"


def is_right_side(kind: Any, dtype: Any) -> bool:
    return isinstance(kind, types.Array) and kind.dtype == dtype and kind.ndim in (1, 2)


def of_columns(dtype: Any, rank: int) -> Any:
    """The type of what LAPACK gives."""
    return types.Array(dtype, rank, "F" if rank == 2 else "C")


class Systems(Calls):
    """Calls for one matrix."""

    def factor(self, to: Any, rows: Any) -> tuple[Any, Any]:
        """What `to` holds in the order of columns, factorised there: the exchanges of rows, and where the first pivot is 0."""
        pivots = self.room(self.at_least_one(rows), WHOLE)
        order = self.number(rows)
        return pivots, self.lapack("getrf", order, order, to, self.number(self.at_least_one(rows)), pivots)

    def right_side(self, kind: Any, value: Any, rows: Any) -> tuple[Any, Any]:
        """The right side as an array of its own, and the number of its columns."""
        array, sizes = opened(self.context, self.builder, kind, value)
        wrong = self.builder.icmp_signed("!=", sizes[0], rows)
        self.fail(wrong, ValueError, "a linear system has a right side of another length than the matrix")
        self.fit(*sizes)
        if kind.ndim == 2:
            result = self.by_columns(of_columns(kind.dtype, 2), *sizes)
        else:
            result, _ = made(self.context, self.builder, of_columns(kind.dtype, 1), sizes)
        self.copy_by_columns(array, kind, result.data)
        return result, sizes[1] if kind.ndim == 2 else rows.type(1)

    def system(self, kinds: tuple[Any, Any], values: Any) -> tuple[Any, Any, Any, Any]:
        """The parts of a square matrix, how many rows it has, the right side as an array of its own, and the number of its columns."""
        array, sizes = opened(self.context, self.builder, kinds[0], values[0])
        rows = self.square(sizes)
        result, columns = self.right_side(kinds[1], values[1], rows)
        return array, rows, result, columns

    def regular(self, data: Any, rows: Any) -> None:
        """Raise LinAlgError where a factorised matrix has a pivot that is 0."""
        builder = self.builder
        found = cgutils.alloca_once_value(builder, cgutils.false_bit)
        with cgutils.for_range(builder, rows) as loop:
            pivot = builder.load(builder.gep(data, [builder.mul(loop.index, builder.add(rows, rows.type(1)))]))
            builder.store(builder.or_(builder.load(found), builder.fcmp_ordered("==", pivot, self.element(0.0))), found)
        self.fail(builder.load(found), np.linalg.LinAlgError, SINGULAR)

    def inverted(self, data: Any, pivots: Any, rows: Any) -> None:
        """What a factorised matrix is of, inverted in its place."""
        order, leading = self.number(rows), self.number(self.at_least_one(rows))
        self.asking("getri", lambda work, count: (order, data, leading, pivots, work, count))

    def logarithm(self, data: Any, pivots: Any, rows: Any) -> tuple[Any, Any]:
        """The sign of a determinant and the logarithm of its size."""
        builder = self.builder
        sign, total = (cgutils.alloca_once_value(builder, self.element(value)) for value in (1.0, 0.0))
        with cgutils.for_range(builder, rows) as loop:
            pivot = builder.load(builder.gep(data, [builder.mul(loop.index, builder.add(rows, rows.type(1)))]))
            place = builder.sext(builder.load(builder.gep(pivots, [loop.index])), rows.type)
            moved = builder.icmp_signed("!=", place, builder.add(loop.index, rows.type(1)))
            below = builder.fcmp_ordered("<", pivot, self.element(0.0))
            turned = builder.xor(moved, below)
            old = builder.load(sign)
            builder.store(builder.select(turned, builder.fneg(old), old), sign)
            size = self.function("llvm.log", self.function("llvm.fabs", pivot))
            builder.store(builder.fadd(builder.load(total), size), total)
            is_nothing = builder.fcmp_ordered("==", pivot, self.element(0.0))
            with builder.if_then(is_nothing, likely=False):
                builder.store(self.element(0.0), sign)
                builder.store(self.element(float("-inf")), total)
                loop.do_break()
        return builder.load(sign), builder.load(total)

    def function(self, name: str, value: Any) -> Any:
        return self.builder.call(self.builder.module.declare_intrinsic(name, [self.element]), [value])


# ------------------------------------------------------------------------------------------------------- at one go
@intrinsic  # type: ignore[untyped-decorator]
def solve(typing: Any, a: Any, b: Any) -> Any:
    """`np.linalg.solve(a, b)`."""
    if not (is_matrix(a) and is_right_side(b, a.dtype)):
        return otherwise(typing, np.linalg.solve, a, b)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Systems(context, builder, a.dtype)
        array, rows, result, columns = calls.system((a, b), values)
        matrix = calls.room(builder.mul(rows, rows))
        calls.copy_by_columns(array, a, matrix)
        pivots, order, leading = calls.room(rows, WHOLE), calls.number(rows), calls.number(calls.at_least_one(rows))
        info = calls.lapack("gesv", order, calls.number(columns), matrix, leading, pivots, result.data, leading)
        calls.leave()
        calls.fail(calls.failed(info), np.linalg.LinAlgError, SINGULAR)
        return result._getvalue()

    return of_columns(a.dtype, b.ndim)(a, b), code


@intrinsic  # type: ignore[untyped-decorator]
def inv(typing: Any, a: Any) -> Any:
    """`np.linalg.inv(a)`."""
    if not is_matrix(a):
        return otherwise(typing, np.linalg.inv, a)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Systems(context, builder, a.dtype)
        array, sizes = opened(context, builder, a, values[0])
        rows = calls.square(sizes)
        result = calls.by_columns(of_columns(a.dtype, 2), rows, rows)
        calls.copy_by_columns(array, a, result.data)
        pivots, info = calls.factor(result.data, rows)
        calls.fail(calls.failed(info), np.linalg.LinAlgError, SINGULAR)
        calls.inverted(result.data, pivots, rows)
        calls.leave()
        return result._getvalue()

    return of_columns(a.dtype, 2)(a), code


def determinant(typing: Any, function: Any, a: Any, is_logarithm: bool) -> Any:
    if not is_matrix(a):
        return otherwise(typing, function, a)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Systems(context, builder, a.dtype)
        array, sizes = opened(context, builder, a, values[0])
        rows = calls.square(sizes)
        matrix = calls.room(builder.mul(rows, rows))
        calls.copy_by_columns(array, a, matrix)
        pivots, _ = calls.factor(matrix, rows)
        sign, logarithm = calls.logarithm(matrix, pivots, rows)
        calls.leave()
        return given(calls, signature.return_type, sign, logarithm)

    return (types.UniTuple(a.dtype, 2) if is_logarithm else a.dtype)(a), code


def given(calls: Systems, kind: Any, sign: Any, logarithm: Any) -> Any:
    """A determinant, or its sign and logarithm."""
    if isinstance(kind, types.UniTuple):
        return calls.context.make_tuple(calls.builder, kind, [sign, logarithm])
    return calls.builder.fmul(sign, calls.function("llvm.exp", logarithm))


@intrinsic  # type: ignore[untyped-decorator]
def det(typing: Any, a: Any) -> Any:
    """`np.linalg.det(a)`."""
    return determinant(typing, np.linalg.det, a, is_logarithm=False)


@intrinsic  # type: ignore[untyped-decorator]
def slogdet(typing: Any, a: Any) -> Any:
    """`np.linalg.slogdet(a)`."""
    return determinant(typing, np.linalg.slogdet, a, is_logarithm=True)


# --------------------------------------------------------------------------------------------------------- factorised
@intrinsic  # type: ignore[untyped-decorator]
def lu_factor(typing: Any, a: Any) -> Any:
    """`systems.lu_factor(a)`."""
    if not is_matrix(a):
        raise TypingError(f"an LU factorisation of {a}")
    kind = types.Tuple([of_columns(a.dtype, 2), types.Array(types.int32, 1, "C")])

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Systems(context, builder, a.dtype)
        array, sizes = opened(context, builder, a, values[0])
        rows = calls.square(sizes)
        result = calls.by_columns(kind.types[0], rows, rows)
        pivots, _ = made(context, builder, kind.types[1], [rows])
        calls.copy_by_columns(array, a, result.data)
        order = calls.number(rows)
        calls.lapack("getrf", order, order, result.data, calls.number(calls.at_least_one(rows)), pivots.data)
        return context.make_tuple(builder, kind, [result._getvalue(), pivots._getvalue()])

    return kind(a), code


def is_factorised(kind: Any) -> bool:
    return isinstance(kind, types.BaseTuple) and len(kind) == 2 and is_matrix(kind[0]) and kind[0].layout == "F"


def factors(context: Any, builder: Any, kind: Any, value: Any) -> tuple[Any, Any, Any]:
    """The parts of a factorised matrix, and the number of its rows."""
    first, second = cgutils.unpack_tuple(builder, value, 2)
    matrix, sizes = opened(context, builder, kind[0], first)
    pivots, _ = opened(context, builder, kind[1], second)
    return matrix, pivots, sizes[0]


@intrinsic  # type: ignore[untyped-decorator]
def lu_solve(typing: Any, factorised: Any, b: Any) -> Any:
    """`systems.lu_solve(factorised, b)`."""
    return by_factors(factorised, b, "n")


@intrinsic  # type: ignore[untyped-decorator]
def lu_solve_transposed(typing: Any, factorised: Any, b: Any) -> Any:
    """`systems.lu_solve_transposed(factorised, b)`."""
    return by_factors(factorised, b, "t")


def by_factors(factorised: Any, b: Any, letter: str) -> Any:
    if not (is_factorised(factorised) and is_right_side(b, factorised[0].dtype)):
        raise TypingError(f"a linear system of {factorised} and {b}")

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Systems(context, builder, b.dtype)
        matrix, pivots, rows = factors(context, builder, factorised, values[0])
        result, columns = calls.right_side(b, values[1], rows)
        calls.regular(matrix.data, rows)
        order, leading = calls.number(rows), calls.number(calls.at_least_one(rows))
        calls.lapack(
            "getrs", calls.word(letter), order, calls.number(columns), matrix.data, leading, pivots.data, result.data, leading,
        )  # fmt: skip
        return result._getvalue()

    return of_columns(b.dtype, b.ndim)(factorised, b), code


@intrinsic  # type: ignore[untyped-decorator]
def lu_inv(typing: Any, factorised: Any) -> Any:
    """`systems.lu_inv(factorised)`."""
    if not is_factorised(factorised):
        raise TypingError(f"an inverse of {factorised}")
    kind = factorised[0]

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Systems(context, builder, kind.dtype)
        matrix, pivots, rows = factors(context, builder, factorised, values[0])
        calls.regular(matrix.data, rows)
        result = calls.by_columns(of_columns(kind.dtype, 2), rows, rows)
        calls.copy_by_columns(matrix, kind, result.data)
        calls.inverted(result.data, pivots.data, rows)
        calls.leave()
        return result._getvalue()

    return of_columns(kind.dtype, 2)(factorised), code


def factorised_determinant(factorised: Any, is_logarithm: bool) -> Any:
    if not is_factorised(factorised):
        raise TypingError(f"a determinant of {factorised}")
    dtype = factorised[0].dtype

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Systems(context, builder, dtype)
        matrix, pivots, rows = factors(context, builder, factorised, values[0])
        sign, logarithm = calls.logarithm(matrix.data, pivots.data, rows)
        return given(calls, signature.return_type, sign, logarithm)

    return (types.UniTuple(dtype, 2) if is_logarithm else dtype)(factorised), code


@intrinsic  # type: ignore[untyped-decorator]
def lu_det(typing: Any, factorised: Any) -> Any:
    """`systems.lu_det(factorised)`."""
    return factorised_determinant(factorised, is_logarithm=False)


@intrinsic  # type: ignore[untyped-decorator]
def lu_slogdet(typing: Any, factorised: Any) -> Any:
    """`systems.lu_slogdet(factorised)`."""
    return factorised_determinant(factorised, is_logarithm=True)


# --------------------------------------------------------------------------------------------------------- triangular
def by_substitution(typing: Any, a: Any, b: Any, letter: str) -> Any:
    """A system of a triangular matrix; `letter`: which triangle it is."""
    if not (is_matrix(a) and is_right_side(b, a.dtype)):
        return otherwise(typing, np.linalg.solve, a, b)

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        calls = Systems(context, builder, a.dtype)
        array, rows, result, columns = calls.system((a, b), values)
        matrix = array.data
        if a.layout == "A":
            matrix = calls.room(builder.mul(rows, rows))
            calls.copy_by_rows(array, a, matrix)
        by_columns = a.layout == "F"
        words = [letter if by_columns else {"l": "u", "u": "l"}[letter], "n" if by_columns else "t", "n"]
        order, leading = calls.number(rows), calls.number(calls.at_least_one(rows))
        info = calls.lapack("trtrs", *map(calls.word, words), order, calls.number(columns), matrix, leading, result.data, leading)
        calls.leave()
        calls.fail(calls.failed(info), np.linalg.LinAlgError, SINGULAR)
        return result._getvalue()

    return of_columns(a.dtype, b.ndim)(a, b), code


@intrinsic  # type: ignore[untyped-decorator]
def solve_lower(typing: Any, a: Any, b: Any) -> Any:
    """`systems.solve_lower(a, b)`."""
    return by_substitution(typing, a, b, "l")


@intrinsic  # type: ignore[untyped-decorator]
def solve_upper(typing: Any, a: Any, b: Any) -> Any:
    """`systems.solve_upper(a, b)`."""
    return by_substitution(typing, a, b, "u")
