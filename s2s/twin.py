"""Something of the same shape as a value, made of what is always there, so that the value need not be kept for its shape.

    A[1:-1] = (B[:-2] + B[2:]) / 2.0     in a loop over A and B: the quotient is shaped like `B_given[:-2]`
    u = np.zeros((n, m)), then filled    in the reverse sweep, a cotangent of u is `np.zeros((n, m))`

In: the builder and an atom.  Out: an atom with the shape and dtype that facts prove, an atom that holds the shape; or None.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from s2s import facts, ir
from s2s.infer import ELEMENTWISE
from s2s.primitives import STORES
from s2s_runtime.kernels import follow

if TYPE_CHECKING:
    from s2s.builder import Builder


def twin(builder: Builder, x: ir.Atom) -> ir.Atom | None:
    """An input, or a view of one, that is shaped like something a loop, a branch or a store made, or like a view of that."""
    found = builder.same_shape(x)
    definition = builder.definition(x)
    if found is not None or definition is None or not definition.args:
        return found
    function, (first, *rest) = definition.function, definition.args
    if function in ELEMENTWISE:
        return _of_operand(builder, x, definition.args)
    if function is np.copy and isinstance(first, ir.Var) and first.name in builder.inputs:
        return first
    if function is np.copy or function in STORES:
        return twin(builder, first)
    if function in (follow, np.reshape) or is_view(builder, definition):
        base = twin(builder, first)
        if base is not None and isinstance(builder.type_of(first), facts.Num):
            return builder.apply(function, base, *rest, hint="", **dict(definition.kwargs))
    return None


def _of_operand(builder: Builder, x: ir.Atom, operands: tuple[ir.Atom, ...]) -> ir.Atom | None:
    """Like the operand that has the shape and the dtype of the result."""
    fact = builder.type_of(x)
    if not isinstance(fact, facts.Num) or not fact.shape:
        return None
    for operand in operands:
        other = builder.type_of(operand)
        if isinstance(other, facts.Num) and (other.shape, other.dtype) == (fact.shape, fact.dtype):
            given = isinstance(operand, ir.Var) and operand.name in builder.inputs
            found = operand if given else twin(builder, operand)
            if found is not None:
                return found
    return None


def broadcast(builder: Builder, x: ir.Atom) -> ir.Atom | None:
    """The shape of what an elementwise function makes, from the shapes of what it is made of, where none of these is it."""
    fact, definition = builder.type_of(x), builder.definition(x)
    if not isinstance(fact, facts.Num) or definition is None or definition.function not in ELEMENTWISE:
        return None
    found = _shapes(builder, x)
    if not fact.shape or found is None or len(found) < 2:
        return None
    shape = builder.apply(np.broadcast_shapes, *found.values())
    if isinstance(shape, ir.Var):
        lengths = tuple(facts.Num(facts.INT.dtype, (), weak=True, length=dim) for dim in fact.shape)
        builder.types[shape.name] = facts.Record(tuple, lengths)
    return shape


def _shapes(builder: Builder, x: ir.Atom) -> dict[facts.Shape, ir.Atom] | None:
    """The shapes that give a result its own, as atoms that are there: of inputs, of views of them, or what arrays are made with."""
    fact, definition = builder.type_of(x), builder.definition(x)
    if not isinstance(fact, facts.Num) or fact.shape is None:
        return None
    if not fact.shape:
        return {}
    other = x if isinstance(x, ir.Var) and x.name in builder.inputs else twin(builder, x)
    made = builder.apply(np.shape, other) if other is not None else shape_atom(builder, x)
    if made is not None:
        return {fact.shape: made}
    if definition is None or definition.kwargs or definition.function not in ELEMENTWISE:
        return None
    found: dict[facts.Shape, ir.Atom] = {}
    for operand in definition.args:
        shapes = _shapes(builder, operand)
        if shapes is None:
            return None
        found.update(shapes)
    return found


TURNED = {np.transpose, np.swapaxes, np.moveaxis, np.expand_dims, np.flip, np.matrix_transpose}
"""Functions of an array whose result is a view of it, of a shape that depends on its shape only."""


def is_view(builder: Builder, application: ir.Apply) -> bool:
    """Whether an application gives a view of its first operand, whatever the operand's layout."""
    if application.kwargs:
        return False
    if application.function is operator.getitem:
        return is_basic(builder.type_of, application.args[1])
    return application.function in TURNED


def is_basic(type_of: Callable[[ir.Atom], facts.Type | None], index: ir.Atom) -> bool:
    """Whether an index is of integers and slices, so that what it picks is a view."""
    return all(
        (isinstance(part, ir.Const) and isinstance(part.value, (int, slice, type(Ellipsis), type(None))))
        or (isinstance(part, ir.Pack) and part.kind is slice)
        or is_integer(type_of(part))
        for part in ir.index_parts(index)
    )


def is_integer(fact: facts.Type | None) -> bool:
    return isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iu"


# --------------------------------------------------------------------------------------------------- shapes that are there
def shape_atom(builder: Builder, x: ir.Atom) -> ir.Atom | None:
    """What the outermost block made an array with that has the shape of something that a loop, a branch or a store made."""
    fact, definition = builder.type_of(x), builder.definition(x)
    if not isinstance(x, ir.Var) or x.name in builder.inputs or not isinstance(fact, facts.Num) or not fact.shape:
        return None
    if definition is None or definition.function in STORES:
        return builder.shapes.get(fact.shape)
    if definition.function is not operator.getitem or not is_view(builder, definition):
        return None
    lengths = [length_atom(builder, dim) for dim in fact.shape]
    return None if None in lengths else ir.Pack(tuple, tuple([length for length in lengths if length is not None]))


def length_atom(builder: Builder, dim: facts.Dim) -> ir.Atom | None:
    """A length that the outermost block made an array with."""
    if dim.varies:
        return None
    pairs = ((own, item) for shape, made in builder.shapes.items() for own, item in zip(shape, made.items, strict=True))
    return next((item for own, item in pairs if own == dim), None)


@contextmanager
def shapes_made(builder: Builder, statements: Iterable[ir.Stmt]) -> Iterator[None]:
    """While the statements of a function's outermost block are reversed: the shapes that they make arrays with are known."""
    held, builder.shapes = builder.shapes, {}
    for stmt in statements:
        if (
            isinstance(stmt, ir.Let)
            and stmt.value.function in (np.zeros, np.ones, np.empty, np.full)
            and stmt.value.args
        ):
            fact, shape = builder.types.get(stmt.target), stmt.value.args[0]
            if isinstance(builder.type_of(shape), facts.Num):
                shape = ir.Pack(tuple, (shape,))
            if isinstance(fact, facts.Num) and fact.shape and isinstance(shape, ir.Pack) and len(shape.items) == len(fact.shape):
                builder.shapes.setdefault(fact.shape, shape)
    try:
        yield
    finally:
        builder.shapes = held
