"""Whole numbers of Python's, which have no largest one: compiled code keeps them in 64 bits, and finds out where that does not do.

    f *= i        =>        f = exact_product(f, i)        raises OtherKinds, and Python runs the program as it stands

In: an application to whole numbers.  Out: the function that computes it: the same one where the operands cannot be that large.
Lengths of arrays have less than 2**30, indices of loops less than 2**40: a program would not come further.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s.lower.refusing import NotLowered
from s2s.primitives import both
from s2s_runtime import loops

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

BITS, LENGTH, COUNT, ARGUMENT = 63, 30, 40, 31
"""What a whole number has that nothing is known of, a length, an index, and an argument that is multiplied."""
SMALL = 2**ARGUMENT
EXACT: dict[Any, Callable[..., Any]] = {
    operator.add: loops.exact_sum, operator.sub: loops.exact_difference, operator.mul: loops.exact_product,
    operator.pow: loops.exact_power, operator.lshift: loops.exact_shift,
}  # fmt: skip
GROWING = {operator.mul, operator.pow, operator.lshift}


def exact(low: Lowering, function: Any, args: Sequence[ir.Atom]) -> Any:
    """What computes a function of these whole numbers.  Raises NotLowered for a constant of more than 64 bits."""
    if any(isinstance(arg, ir.Const) and type(arg.value) is int and arg.value.bit_length() > BITS for arg in args):
        raise NotLowered("a whole number of more than 64 bits is not compiled", low.builder.origin)
    if function not in EXACT or not all(is_whole(low.builder.type_of(arg)) for arg in args):
        return function
    first, second = (width(low, arg) for arg in args)
    if function is operator.mul:
        fits = first + second < BITS
    elif function in GROWING:
        by = args[1].value if isinstance(args[1], ir.Const) else BITS
        fits = by < 0 or (first * by if function is operator.pow else first + by) < BITS
    else:
        fits = min(first, second) <= COUNT
    return function if fits else EXACT[function]


def note_width(low: Lowering, function: Any, args: Sequence[ir.Atom], found: ir.Atom) -> None:
    """How large a whole number that was computed may be."""
    if not isinstance(found, ir.Var) or found.name in low.widths or not is_whole(low.builder.type_of(found)):
        return
    widths = [width(low, arg) for arg in args if is_whole(low.builder.type_of(arg))]
    if function is operator.mul and len(widths) == 2:
        low.widths[found.name] = min(sum(widths), BITS)
    elif function in (operator.add, operator.sub, min, max) and len(widths) == 2:
        low.widths[found.name] = min(max(widths) + 1, BITS)
    elif function in (operator.floordiv, operator.neg, abs) and widths:
        low.widths[found.name] = widths[0]
    elif function is operator.mod and len(widths) == 2:
        low.widths[found.name] = widths[1]


def width(low: Lowering, atom: ir.Atom) -> int:
    """So many bits a whole number may have."""
    if isinstance(atom, ir.Const):
        return int(atom.value).bit_length()
    assert isinstance(atom, ir.Var)
    if atom.name in low.widths:
        return low.widths[atom.name]
    fact = low.builder.type_of(atom)
    return width_of(low, fact.length) if isinstance(fact, facts.Num) and fact.length is not None else BITS


def width_of(low: Lowering, length: facts.Dim) -> int:
    """So many bits a length, or what is computed from lengths and arguments, may have."""

    def of_symbol(symbol: facts.Symbol) -> int:
        return LENGTH if symbol.counts else ARGUMENT if symbol in low.small else BITS

    terms = [sum(map(of_symbol, monomial)) + abs(factor).bit_length() for monomial, factor in length.terms]
    return min(sum(terms), BITS) if len(terms) != 2 else min(max(terms) + 1, BITS)


def in_lengths(low: Lowering, function: Any, fact: facts.Type | None) -> ir.Atom | None:
    """A whole number in terms of lengths that are known, where that is what it is and 64 bits do for it."""
    if not isinstance(fact, facts.Num) or fact.length is None:
        return None
    return None if function in EXACT and width_of(low, fact.length) >= BITS else low.builder.known_length(fact.length)


def is_whole(fact: facts.Type | None) -> bool:
    """Whether a value is a whole number of Python's."""
    return isinstance(fact, facts.Num) and fact.shape == () and fact.weak is True and fact.dtype in (np.int64, np.bool_)


def note_index(low: Lowering, stmt: ir.For, bounds: Sequence[ir.Atom]) -> None:
    """An index that counts upwards from a small number, or downwards to one, stays small; so does what a loop counts one by one."""
    start, stop, step = bounds
    if not isinstance(step, ir.Const) or not 0 < abs(step.value) < 2**LENGTH:
        return
    ends = (start,) if step.value > 0 else (start, stop)
    if all(is_whole(low.builder.type_of(end)) and width(low, end) < COUNT + (step.value > 0) for end in ends):
        low.widths[stmt.index] = COUNT


def note_arguments(low: Lowering, function: ir.Function) -> None:
    """Arguments that are multiplied are small, or Python runs the program."""
    names = [name for name in (one.name for one in function.parameters) if is_whole(low.builder.types.get(name))]
    read = {
        name for stmt in walk(function.body) if isinstance(stmt, ir.Let) and stmt.value.function in GROWING for name in ir.reads(stmt.value)
    }
    for name in names:
        if name in read and width(low, ir.Var(name)) == BITS:
            ends = [low.builder.apply(test, ir.Var(name), ir.Const(end)) for test, end in ((operator.gt, -SMALL), (operator.lt, SMALL))]
            low.builder.demand(low.builder.apply(both, *ends), loops.OtherKinds)
            low.widths[name] = ARGUMENT
            low.small |= symbols_of(low.builder.types[name])


def symbols_of(fact: facts.Type) -> set[facts.Symbol]:
    """What stands for a whole number in lengths."""
    length = fact.length if isinstance(fact, facts.Num) else None
    return set() if length is None else {symbol for monomial, _ in length.terms for symbol in monomial}
