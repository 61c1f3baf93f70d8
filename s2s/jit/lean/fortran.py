"""Calls of SciPy's BLAS and LAPACK as instructions: by their addresses, given the places of what they take.

In: values of Numba's, while it compiles.  Out: calls.  `make_known` tells the linker of the routines that machine code calls, also
where that is read from disk.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import llvmlite.binding
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import get_cython_function_address

from s2s.jit.lean.making import copy_bytes, fail_if, made, sizes_of, view

LETTERS = {types.float64: "d", types.float32: "s"}
ROUTINES = {
    "blas": ("gemm", "gemv", "dot"),
    "lapack": ("gesv", "getrf", "getrs", "getri", "trtrs", "potrf", "syevd", "gesdd", "geqrf", "orgqr"),
}  # fmt: skip
LIBRARY_OF = {routine: library for library, routines in ROUTINES.items() for routine in routines}
LARGEST = 2**31 - 1
"""The largest length that BLAS and LAPACK take."""
WHOLE = ir.IntType(32)


def symbol(letter: str, routine: str) -> str:
    return f"s2s_{LIBRARY_OF[routine]}_{letter}{routine}"


@functools.cache
def need(library: str) -> None:
    """Make a library known to machine code by names of its own, once in a process."""
    for letter in LETTERS.values():
        for routine in ROUTINES[library]:
            address = get_cython_function_address(f"scipy.linalg.cython_{library}", letter + routine)
            llvmlite.binding.add_symbol(symbol(letter, routine), address)


def make_known(names: Iterable[str]) -> None:
    """Make those libraries known that names of symbols are of."""
    for library in ROUTINES:
        if any(name.startswith(f"s2s_{library}_") for name in names):
            need(library)


@functools.cache
def is_there() -> bool:
    return importlib.util.find_spec("scipy") is not None


def is_matrix(kind: Any) -> bool:
    """Whether a type is one of matrices that the routines are called for."""
    return isinstance(kind, types.Array) and kind.dtype in LETTERS and kind.ndim == 2 and is_there()


class Calls:
    """Calls for numbers of one type, while they are written."""

    def __init__(self, context: Any, builder: Any, dtype: Any) -> None:
        self.context, self.builder, self.dtype = context, builder, dtype
        self.element = context.get_data_type(dtype)
        self.letter = LETTERS[dtype]
        self.size = context.get_abi_sizeof(self.element)
        self.rooms: list[Any] = []

    # ------------------------------------------------------------------------------------------------------ arguments
    def letter_of(self, letter: str) -> Any:
        return ir.Constant(ir.IntType(8), ord(letter))

    def word(self, letter: str) -> Any:
        return self.kept(self.letter_of(letter))

    def number(self, value: Any) -> Any:
        return self.kept(WHOLE(value) if isinstance(value, int) else self.builder.trunc(value, WHOLE))

    def real(self, value: float) -> Any:
        return self.kept(self.element(value))

    def kept(self, value: Any) -> Any:
        """Where a value stands."""
        return cgutils.alloca_once_value(self.builder, value)

    def at_least_one(self, size: Any) -> Any:
        return self.builder.select(self.builder.icmp_signed(">", size, size.type(1)), size, size.type(1))

    def call(self, routine: str, gives: Any, *args: Any) -> Any:
        need(LIBRARY_OF[routine])
        kind = ir.FunctionType(gives, [one.type for one in args])
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, symbol(self.letter, routine)), args)

    def lapack(self, routine: str, *args: Any) -> Any:
        """A call of LAPACK, and what it says of it: a number that is 0 if all went well."""
        info = self.number(0)
        self.call(routine, ir.VoidType(), *args, info)
        return self.builder.load(info)

    # --------------------------------------------------------------------------------------------------------- memory
    def room(self, count: Any, kind: Any = None) -> Any:
        """Memory for so many numbers, until `leave`."""
        kind = self.element if kind is None else kind
        size = self.builder.mul(count, count.type(self.context.get_abi_sizeof(kind)))
        memory = self.context.nrt.allocate(self.builder, size)
        with self.builder.if_then(cgutils.is_null(self.builder, memory), likely=False):
            self.context.call_conv.return_user_exc(self.builder, MemoryError, ("Allocation failed (probably too large).",))
        self.rooms.append(memory)
        return self.builder.bitcast(memory, kind.as_pointer())

    def leave(self) -> None:
        """Give the memory back that was made room in."""
        for memory in self.rooms:
            self.context.nrt.free(self.builder, memory)
        self.rooms = []

    def asking(self, routine: str, args: Callable[..., Sequence[Any]]) -> Any:
        """A call with as much memory as the routine asks for when it is called with -1; `args` are given memory and its length."""
        asked = self.real(0.0)
        self.lapack(routine, *args(asked, self.number(-1)))
        count = self.at_least_one(self.builder.fptosi(self.builder.load(asked), ir.IntType(64)))
        return self.lapack(routine, *args(self.room(count), self.number(count)))

    def by_columns(self, kind: Any, rows: Any, columns: Any) -> Any:
        """A matrix in Fortran's order, with nothing in it yet."""
        array, _ = made(self.context, self.builder, kind, [columns, rows])
        item = array.itemsize
        array.shape = cgutils.pack_array(self.builder, [rows, columns])
        array.strides = cgutils.pack_array(self.builder, [item, self.builder.mul(item, rows)])
        return array

    def copy_by_columns(self, array: Any, kind: Any, to: Any) -> None:
        """The entries of a matrix or a vector, as Fortran has them in order."""
        self.copied(array, kind, to, "F")

    def copy_by_rows(self, array: Any, kind: Any, to: Any) -> None:
        self.copied(array, kind, to, "C")

    def copied(self, array: Any, kind: Any, to: Any, order: str) -> None:
        builder = self.builder
        if kind.layout == order or (kind.ndim == 1 and kind.layout in "CF"):
            copy_bytes(builder, to, array.data, builder.mul(array.nitems, array.itemsize))
            return
        sizes = sizes_of(builder, array, kind)
        outer, inner = (0, kind.ndim - 1) if order == "C" else (kind.ndim - 1, 0)
        if kind.ndim == 1:
            with cgutils.for_range(builder, sizes[0]) as loop:
                builder.store(self.entry(array, kind, [loop.index]), builder.gep(to, [loop.index]))
            return
        with cgutils.for_range(builder, sizes[outer]) as around:
            start = builder.mul(around.index, sizes[inner])
            with cgutils.for_range(builder, sizes[inner]) as loop:
                at = [around.index, loop.index] if outer == 0 else [loop.index, around.index]
                builder.store(self.entry(array, kind, at), builder.gep(to, [builder.add(start, loop.index)]))

    def entry(self, array: Any, kind: Any, at: Sequence[Any]) -> Any:
        strides = cgutils.unpack_tuple(self.builder, array.strides, kind.ndim)
        offset = functools.reduce(self.builder.add, [self.builder.mul(*pair) for pair in zip(at, strides, strict=True)])
        return self.builder.load(cgutils.pointer_add(self.builder, array.data, offset))

    # --------------------------------------------------------------------------------------------------------- errors
    def fail(self, test: Any, error: type[Exception], message: str) -> None:
        """Raise where a test holds; memory is given back before."""
        with self.builder.if_then(test, likely=False):
            for memory in self.rooms:
                self.context.nrt.free(self.builder, memory)
            self.context.call_conv.return_user_exc(self.builder, error, (message,))

    def square(self, sizes: Sequence[Any]) -> Any:
        """The number of rows of a matrix that has as many columns."""
        rows, columns = sizes
        wrong = self.builder.icmp_signed("!=", rows, columns)
        self.fail(wrong, np.linalg.LinAlgError, "Last 2 dimensions of the array must be square")
        self.fit(rows)
        return rows

    def fit(self, *sizes: Any) -> None:
        large = functools.reduce(self.builder.or_, [self.builder.icmp_signed(">", size, size.type(LARGEST)) for size in sizes])
        fail_if(self.context, self.builder, large, OverflowError, "array size too large to fit in C int")

    def failed(self, info: Any) -> Any:
        return self.builder.icmp_signed("!=", info, info.type(0))


def opened(context: Any, builder: Any, kind: Any, value: Any) -> tuple[Any, list[Any]]:
    """An array's parts, and its lengths."""
    array = view(context, builder, kind, value)
    return array, sizes_of(builder, array, kind)
