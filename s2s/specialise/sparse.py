"""Sparse matrices of SciPy: given ones as constants, and those that a program makes of entries that may carry a derivative.

    K @ x  =>  sparse_product(K, x)          csr_matrix((data, indices, indptr), shape=s) @ x  =>  product_of_entries(data, ...)

In: calls of what makes such matrices, of their methods, of solvers.  Out: atoms, and objects of the class in `rules.scipy_sparse`, which is
read as a user's is.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from s2s import facts, ir
from s2s.rules import scipy_sparse
from s2s.specialise.access import step
from s2s.specialise.array_arguments import is_sequence
from s2s.specialise.handlers import handles
from s2s.specialise.outside import Guard, itself
from s2s.specialise.values import Value
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

Handler = Callable[..., Value]
NONE = ir.Const(None)
GIVEN = [sparse.spmatrix, sparse.sparray]
FORMATS = ("csr", "csc", "coo", "dia", "bsr", "lil", "dok")
CLASSES = [getattr(sparse, f"{name}_{kind}") for name in FORMATS for kind in ("matrix", "array")]


def register() -> None:
    """What these calls mean, from here on."""
    for cls in CLASSES:
        handles(cls)(maker_of(cls))
        handles(*methods(cls, "__matmul__", "dot"))(product)
        handles(*methods(cls, "__rmatmul__"))(product_from_left)
        handles(*methods(cls, "T", "transpose"))(transposed)
        for name in FORMATS:
            handles(*methods(cls, f"to{name}"))(converter(name))
        handles(*methods(cls, "toarray"))(as_array)
        handles(*methods(cls, "__add__"))(combined(kernels.sparse_sum, scipy_sparse.added))
        handles(*methods(cls, "__sub__"))(combined(kernels.sparse_difference, scipy_sparse.subtracted))
        handles(*methods(cls, "__mul__", "__rmul__"))(multiple)
        handles(*methods(cls, "__truediv__"))(divided)
        handles(*methods(cls, "__neg__"))(negative)
    handles(scipy_sparse.as_sparse)(by_entries)
    for function in (sparse.eye, sparse.identity, sparse.eye_array):
        handles(function)(constant_maker(function))
    handles(sparse.diags, sparse.diags_array)(diagonals)
    handles(linalg.spsolve)(solved)
    handles(linalg.SuperLU.solve)(solved_by_factors)


def methods(cls: type, *names: str) -> list[Any]:
    """What a class has under these names: methods, and what properties call."""
    found = [inspect.getattr_static(cls, name, None) for name in names]
    return [one.fget if isinstance(one, property) else one for one in found if one is not None]


def is_given(machine: Machine, value: Value) -> bool:
    """Whether a value is one of SciPy's sparse matrices."""
    fact = machine.builder.type_of(value) if isinstance(value, ir.Var) else None
    return isinstance(fact, facts.Opaque) and isinstance(fact.cls, type) and issubclass(fact.cls, tuple(GIVEN))


def given(machine: Machine, value: Value) -> ir.Atom:
    """A matrix that was there before, for a program that holds while it has this dtype."""
    if not is_given(machine, value):
        raise machine.refuse("a sparse matrix that is not known here", "make it outside of the function, or of (data, indices, indptr)")
    assert isinstance(value, ir.Var)
    example = machine.inputs.examples.get(value.name)
    if example is not None:
        path = step(machine.inputs.roots[value.name], attrgetter("dtype"))
        machine.surroundings.guards.append(Guard(path, itself, example.dtype))
    return value


# ------------------------------------------------------------------------------------------------- matrices that are given
def product(machine: Machine, a: Value, x: Value) -> Value:
    if is_given(machine, x):
        return machine.apply(kernels.sparse_matrix_product, given(machine, a), given(machine, x))
    return machine.apply(kernels.sparse_product, given(machine, a), array(machine, x))


def product_from_left(machine: Machine, a: Value, x: Value) -> Value:
    return machine.apply(kernels.sparse_product_from_left, array(machine, x), given(machine, a))


def array(machine: Machine, x: Value) -> Value:
    """An operand that is an array, or a list that stands for one."""
    if is_sequence(machine, x):
        return machine.apply(np.array, x)
    fact = machine.builder.type_of(machine.materialise(x))
    if not isinstance(fact, facts.Num) or fact.ndim is None or fact.ndim not in (1, 2):
        raise machine.refuse("a product of a sparse matrix with what is not known to be an array of one axis or two",
                             "give an array; a number times it: c * (K @ x)")  # fmt: skip
    return x


def transposed(machine: Machine, a: Value) -> Value:
    return machine.apply(kernels.sparse_transpose, given(machine, a))


def combined(kernel: Callable[..., Any], by_entries_too: Callable[..., Any]) -> Handler:
    """The sum or the difference of two matrices."""

    def handler(machine: Machine, a: Value, b: Value) -> Value:
        if machine.user_class(b) is scipy_sparse.Sparse:
            return machine.call(ir.Const(by_entries_too), [by_entries(machine, a), b], {})
        if not is_given(machine, b):
            raise machine.refuse("the sum of a sparse matrix and of what is none", "write K @ x + y @ x, or K.toarray()")
        return machine.apply(kernel, given(machine, a), given(machine, b))

    return handler


def multiple(machine: Machine, a: Value, factor: Value) -> Value:
    """A number times a matrix, which may carry a derivative if it is not known."""
    if isinstance(factor, ir.Const) and isinstance(factor.value, (int, float, complex)):
        return machine.apply(kernels.sparse_multiple, given(machine, a), factor)
    fact = machine.builder.type_of(factor) if isinstance(factor, ir.Var) else None
    if isinstance(fact, facts.Num) and fact.shape == ():
        return machine.call(machine.attribute(by_entries(machine, a), "times"), [factor], {})
    raise machine.refuse("a sparse matrix, * and what is not known to be a number", "write K @ x")


def by_entries(machine: Machine, matrix: Value) -> Value:
    """A matrix that is given as one of entries, which may be multiplied by what carries a derivative."""
    if machine.user_class(matrix) is scipy_sparse.Sparse:
        return matrix
    fact = machine.builder.type_of(given(machine, matrix))  # type: ignore[arg-type]
    format = fact.cls.__name__[:3]  # type: ignore[union-attr]
    parts = machine.unpacked(machine.apply(kernels.sparse_entries, matrix))
    shape = machine.apply(kernels.sparse_shape, matrix)
    return machine.construct(scipy_sparse.Sparse, [*parts, shape, ir.Const(format if format in ("csr", "csc") else "coo")], {})


def divided(machine: Machine, a: Value, divisor: Value) -> Value:
    return multiple(machine, a, machine.apply(operator.truediv, ir.Const(1.0), divisor))


def negative(machine: Machine, a: Value) -> Value:
    return machine.apply(kernels.sparse_multiple, given(machine, a), ir.Const(-1))


def constant_maker(function: Callable[..., Any]) -> Handler:
    """A function that gives a matrix of whole numbers of rows and columns."""

    def handler(machine: Machine, *args: Value, **kwargs: Value) -> Value:
        return machine.apply(function, *args, **kwargs)

    return handler


def converter(name: str) -> Handler:
    def handler(machine: Machine, a: Value) -> Value:
        return machine.apply(kernels.sparse_in_format, given(machine, a), ir.Const(name))

    return handler


def as_array(machine: Machine, a: Value) -> Value:
    return machine.apply(kernels.sparse_to_array, given(machine, a))


# --------------------------------------------------------------------------------------------------- made in the program
def maker_of(cls: type) -> Handler:
    """A class that is called with entries and their places."""
    name = cls.__name__.partition("_")[0]

    def handler(machine: Machine, arg1: Value, shape: Value = NONE, dtype: Value = NONE, copy: Value = NONE) -> Value:
        parts = machine.static_items(arg1) if is_sequence(machine, arg1) else None
        places = machine.static_items(parts[1]) if parts and len(parts) == 2 and is_sequence(machine, parts[1]) else None
        if name not in ("csr", "csc", "coo") or not parts or (len(parts) == 2 and not places) or len(parts) not in (2, 3):
            raise machine.refuse(f"{cls.__name__} of this inside of a differentiated function",
                                 "make it outside, or of (data, (rows, columns)) or (data, indices, indptr)")  # fmt: skip
        if shape == NONE or dtype != NONE:
            raise machine.refuse(f"{cls.__name__} without a shape, or with a dtype", "give shape=(rows, columns), and no dtype")
        of_what = scipy_sparse.compressed if places is None else scipy_sparse.of_coordinates
        given_places = parts[1:] if places is None else places
        return machine.call(ir.Const(of_what), [parts[0], *given_places, shape, ir.Const(name)], {})

    return handler


def diagonals(
    machine: Machine, diagonals: Value, offsets: Value = ir.Const(0), shape: Value = NONE, format: Value = NONE,  # noqa: B008
) -> Value:  # fmt: skip
    return machine.call(ir.Const(scipy_sparse.of_diagonals), [diagonals, offsets, shape, format], {})


# --------------------------------------------------------------------------------------------------------------- systems
def solved(machine: Machine, A: Value, b: Value) -> Value:
    if machine.user_class(A) is scipy_sparse.Sparse:
        return machine.call(ir.Const(scipy_sparse.spsolve), [A, b], {})
    return machine.apply(kernels.sparse_solution, given(machine, A), array(machine, b))


def solved_by_factors(machine: Machine, factors: Value, rhs: Value, trans: Value = ir.Const("N")) -> Value:  # noqa: B008
    if trans not in (ir.Const("N"), ir.Const("T")):
        raise machine.refuse("a solution by factors with a trans that is neither 'N' nor 'T'", "conjugate the right side and the result")
    return machine.apply(kernels.factored_solution, factors, array(machine, rhs), trans)
