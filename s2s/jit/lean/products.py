"""`a @ b` and `np.dot(a, b)` of vectors and matrices, as calls of SciPy's BLAS.

Numba compiles five functions for each pair of layouts.  Here the call itself is written; which routine is called, and with
what, is as there, so results are the same to the last bit.

In: types, while Numba compiles.  Out: intrinsics.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from s2s.jit.lean.fortran import LETTERS, Calls, is_there
from s2s.jit.lean.making import fail_if, made, otherwise, sizes_of, view


def is_plain(kind: Any) -> bool:
    return isinstance(kind, types.Array) and kind.dtype in LETTERS and kind.ndim in (1, 2) and kind.layout in "CF"


def product(typing: Any, function: Any, a: Any, b: Any) -> Any:
    """The type and the code of a product."""
    if not (is_plain(a) and is_plain(b) and a.dtype == b.dtype and is_there()):
        return otherwise(typing, function, a, b)
    rank = a.ndim + b.ndim - 2
    kind = types.Array(a.dtype, rank, "C") if rank else a.dtype

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return Call(context, builder, a, b, values).result(kind)

    return kind(a, b), code


@intrinsic  # type: ignore[untyped-decorator]
def matmul(typing: Any, a: Any, b: Any) -> Any:
    """`a @ b`."""
    return product(typing, operator.matmul, a, b)


@intrinsic  # type: ignore[untyped-decorator]
def dot(typing: Any, a: Any, b: Any) -> Any:
    """`np.dot(a, b)`."""
    return product(typing, np.dot, a, b)


class Call(Calls):
    """A product while its call is written."""

    def __init__(self, context: Any, builder: Any, a: Any, b: Any, values: Any) -> None:
        super().__init__(context, builder, a.dtype)
        self.kinds = (a, b)
        self.arrays = [view(context, builder, kind, value) for kind, value in zip(self.kinds, values, strict=True)]
        self.sizes = [sizes_of(builder, array, kind) for array, kind in zip(self.arrays, self.kinds, strict=True)]
        self.check()

    def check(self) -> None:
        """Lengths that do not fit raise ValueError, those that are too large for BLAS OverflowError."""
        builder, (left, right) = self.builder, self.sizes
        wrong = builder.icmp_signed("!=", left[-1], right[0])
        fail_if(self.context, builder, wrong, ValueError, "shapes are not aligned: a product of arrays of other lengths")
        self.fit(*left, *right)

    def result(self, kind: Any) -> Any:
        (left, right), builder = self.sizes, self.builder
        if not isinstance(kind, types.Array):
            a, b = self.arrays
            return self.call("dot", self.element, self.number(left[0]), a.data, self.number(1), b.data, self.number(1))
        array, count = made(self.context, builder, kind, [*left[:-1], *right[1:]])
        is_empty = builder.icmp_signed("==", right[0], right[0].type(0))
        with builder.if_else(is_empty, likely=False) as (nothing, something):
            with nothing:
                cgutils.memset(builder, array.data, count, 0)
            with something:
                self.matrices(array) if kind.ndim == 2 else self.vector(array)
        return array._getvalue()

    def matrices(self, result: Any) -> None:
        """BLAS goes through columns: what is multiplied are the transposes, in the other order."""
        (rows, inner), (_, columns) = self.sizes
        (a, b), (first, second) = self.arrays, self.kinds
        self.call(
            "gemm", ir.VoidType(), self.order(second), self.order(first), self.number(columns), self.number(rows),
            self.number(inner), self.real(1.0), b.data, self.leading(1), a.data, self.leading(0), self.real(0.0), result.data,
            self.number(self.at_least_one(columns)),
        )  # fmt: skip

    def vector(self, result: Any) -> None:
        """A matrix and a vector, in one order or the other."""
        which = 0 if self.kinds[0].ndim == 2 else 1
        matrix, vector, kind = self.arrays[which], self.arrays[1 - which], self.kinds[which]
        rows, columns = self.sizes[which] if kind.layout == "F" else reversed(self.sizes[which])
        is_turned = (kind.layout == "C") == (which == 0)
        self.call(
            "gemv", ir.VoidType(), self.word("t" if is_turned else "n"), self.number(rows), self.number(columns), self.real(1.0),
            matrix.data, self.leading(which), vector.data, self.number(1), self.real(0.0), result.data, self.number(1),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------------------ arguments
    def order(self, kind: Any) -> Any:
        return self.word("n" if kind.layout == "C" else "t")

    def leading(self, which: int) -> Any:
        """The distance of two columns of a matrix, as BLAS sees it."""
        size = self.sizes[which][1 if self.kinds[which].layout == "C" else 0]
        return self.number(self.at_least_one(size))
