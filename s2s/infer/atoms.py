"""What an atom says of shapes: the shape that is known of it, the constant that it is, the dims that it spells out.

In: an atom and what is known of atoms.  Out: a shape, a Python value, dims; or None.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2s import facts, ir
from s2s.facts import Dim, Num, Shape

TypeOf = Callable[[ir.Atom], facts.Type | None]


class NoSample(Exception):
    """An operand of which no sample can be made, or that is no constant."""


def shape_of(type_of: TypeOf, atom: ir.Atom) -> Shape | None:
    fact = type_of(atom)
    return fact.shape if isinstance(fact, Num) else None


def constant_of(atom: ir.Atom | None, default: Any = None) -> Any:
    """The Python value of a constant atom; `default` if there is none; raises NoSample if it is not constant."""
    if atom is None:
        return default
    if isinstance(atom, ir.Const):
        return atom.value
    if isinstance(atom, ir.Pack) and atom.kind in (tuple, list):
        return atom.kind(constant_of(item) for item in atom.items)
    raise NoSample


def dims_of(type_of: TypeOf, atom: ir.Atom) -> Shape | None:
    """The dims that an atom standing for a shape spells out."""
    if isinstance(atom, ir.Pack) and atom.kind in (tuple, list):
        parts = [_dim_of(type_of(item)) for item in atom.items]
        return None if any(part is None for part in parts) else tuple(part for part in parts if part is not None)
    fact = type_of(atom)
    if isinstance(fact, facts.Record):
        parts = [_dim_of(item) for item in fact.items]
        return None if any(part is None for part in parts) else tuple(part for part in parts if part is not None)
    dim = _dim_of(fact)
    return (dim,) if dim is not None else None


def sizes_of(type_of: TypeOf, atom: ir.Atom) -> Shape | None:
    """The dims of an array that is made in a shape; a length that is not told by those of the arguments is a new one."""
    if not isinstance(atom, ir.Pack) or atom.kind not in (tuple, list) or not all(map(_is_integer, map(type_of, atom.items))):
        return dims_of(type_of, atom)
    return tuple(_dim_of(type_of(item)) or facts.fresh() for item in atom.items)


def _is_integer(fact: facts.Type | None) -> bool:
    return isinstance(fact, Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iu"


def _dim_of(fact: facts.Type | None) -> Dim | None:
    if not isinstance(fact, Num) or fact.length is None:
        return None
    constant = fact.length.constant
    return None if constant is not None and constant < 0 else fact.length
