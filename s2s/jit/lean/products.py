"""`a @ b` and `np.dot(a, b)` of vectors and matrices, as calls of SciPy's BLAS.

Numba compiles five functions for each pair of layouts.  Here the call itself is written; which routine is called, and with
what, is as there, so results are the same to the last bit.  As there, an array that does not lie in order is copied first; unlike
there, without a warning: whoever calls a derivative has not written the product.

In: types, while Numba compiles.  Out: intrinsics.  `need` makes the routines known to machine code that is read from disk.
"""

from __future__ import annotations

import functools
import importlib.util
import operator
from typing import Any

import llvmlite.binding
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import get_cython_function_address, intrinsic

from s2s.jit.lean.making import fail_if, made, otherwise, sizes_of, view

PREFIX = "s2s_blas_"
LETTERS = {types.float64: "d", types.float32: "s"}
ROUTINES = ("gemm", "gemv", "dot")
LARGEST = 2**31 - 1
"""The largest length that BLAS takes."""


@functools.cache
def need() -> None:
    """Make BLAS known to machine code by its own names, once in a process."""
    for letter in LETTERS.values():
        for routine in ROUTINES:
            address = get_cython_function_address("scipy.linalg.cython_blas", letter + routine)
            llvmlite.binding.add_symbol(PREFIX + letter + routine, address)


@functools.cache
def is_there() -> bool:
    return importlib.util.find_spec("scipy") is not None


def is_plain(kind: Any) -> bool:
    return isinstance(kind, types.Array) and kind.dtype in LETTERS and kind.ndim in (1, 2)


def product(typing: Any, function: Any, a: Any, b: Any) -> Any:
    """The type and the code of a product."""
    if not (is_plain(a) and is_plain(b) and a.dtype == b.dtype and is_there()):
        return otherwise(typing, function, a, b)
    need()
    rank = a.ndim + b.ndim - 2
    kind = types.Array(a.dtype, rank, "C") if rank else a.dtype

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        call = Call(context, builder, a, b, values)
        found = call.result(kind)
        for own, value in call.copies:
            context.nrt.decref(builder, own, value)
        return found

    return kind(a, b), code


@intrinsic  # type: ignore[untyped-decorator]
def matmul(typing: Any, a: Any, b: Any) -> Any:
    """`a @ b`."""
    return product(typing, operator.matmul, a, b)


@intrinsic  # type: ignore[untyped-decorator]
def dot(typing: Any, a: Any, b: Any) -> Any:
    """`np.dot(a, b)`."""
    return product(typing, np.dot, a, b)


def in_order(context: Any, builder: Any, kind: Any, value: Any) -> tuple[Any, Any]:
    """An array that lies in order, and its type: the array itself, or a copy."""
    if kind.layout in "CF":
        return kind, value
    own, old = types.Array(kind.dtype, kind.ndim, "C"), view(context, builder, kind, value)
    sizes = sizes_of(builder, old, kind)
    new, _ = made(context, builder, own, sizes)
    with cgutils.loop_nest(builder, sizes, context.get_value_type(types.intp)) as place:
        entry, to = (cgutils.get_item_pointer(context, builder, *pair, place) for pair in ((kind, old), (own, new)))
        builder.store(builder.load(entry), to)
    return own, new._getvalue()


class Call:
    """A product while its call is written."""

    def __init__(self, context: Any, builder: Any, a: Any, b: Any, values: Any) -> None:
        self.context, self.builder = context, builder
        self.element = context.get_data_type(a.dtype)
        self.letter = LETTERS[a.dtype]
        self.sizes = [sizes_of(builder, view(context, builder, *pair), pair[0]) for pair in zip((a, b), values, strict=True)]
        self.check()
        operands = [in_order(context, builder, *pair) for pair in zip((a, b), values, strict=True)]
        self.kinds = [kind for kind, _ in operands]
        self.arrays = [view(context, builder, *pair) for pair in operands]
        self.copies = [pair for kind, pair in zip((a, b), operands, strict=True) if pair[0] != kind]

    def check(self) -> None:
        """Lengths that do not fit raise ValueError, those that are too large for BLAS OverflowError."""
        builder, (left, right) = self.builder, self.sizes
        wrong = builder.icmp_signed("!=", left[-1], right[0])
        fail_if(self.context, builder, wrong, ValueError, "shapes are not aligned: a product of arrays of other lengths")
        large = functools.reduce(builder.or_, [builder.icmp_signed(">", size, size.type(LARGEST)) for size in (*left, *right)])
        fail_if(self.context, builder, large, OverflowError, "array size too large to fit in C int")

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

    def at_least_one(self, size: Any) -> Any:
        return self.builder.select(self.builder.icmp_signed(">", size, size.type(1)), size, size.type(1))

    def word(self, letter: str) -> Any:
        return self.kept(ir.Constant(ir.IntType(8), ord(letter)))

    def number(self, value: Any) -> Any:
        whole = ir.IntType(32)
        return self.kept(whole(value) if isinstance(value, int) else self.builder.trunc(value, whole))

    def real(self, value: float) -> Any:
        return self.kept(self.element(value))

    def kept(self, value: Any) -> Any:
        """Where a value stands: BLAS is given places."""
        return cgutils.alloca_once_value(self.builder, value)

    def call(self, routine: str, gives: Any, *args: Any) -> Any:
        kind = ir.FunctionType(gives, [one.type for one in args])
        name = PREFIX + self.letter + routine
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, name), args)
