"""What has to be known of a compiled program so that its results may be handed out as they are.

In: a part that is a whole program, and what it assumes of lengths.  Out: dtype, rank and shape of each result; and which
axes have to be looked at first.  Nothing where a result may share memory with something else.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.emit.apart import given_apart, leaves, sharing
from s2s.lower import Assumption, Part, Parted
from s2s.lower.assuming import at_least, claims

Tree = Any
"""A Leaf, or a tuple of trees; None for what is no number and no array of a known dtype and rank."""


NOBODY = itertools.repeat(False)


@dataclass(frozen=True)
class Leaf:
    """A result: its dtype and rank, the positions of the parameters that have its shape, whether it may share memory."""

    dtype: str
    rank: int
    like: frozenset[int]
    shared: bool = False


@dataclass(frozen=True)
class Direct:
    """`results`: what is known of each.  `axes`: what the text takes for granted and does not check.

    The latter are (position of a parameter, axis, whether it has length 1).
    """

    results: Tree
    axes: tuple[tuple[int, int, bool], ...]


def direct(part: Part, assumption: Assumption) -> Direct | None:
    """What is known of a whole program, and which of its results have to be copied."""
    function, (result,) = part.plain, part.plain.body.yields
    given, copied = in_order(function), iter(sharing(part.loops))
    return Direct(leaf(result, function, given, copied), tuple(unchecked(function, given, assumption)))


def in_order(function: ir.Function) -> list[ir.Parameter]:
    """Parameters in the order of the text: those that are captured stand last."""
    return sorted(function.parameters, key=lambda parameter: parameter.captured)


def parts_apart(parted: Parted) -> bool:
    """The same of a program of which parts are compiled; each of these may turn out to run as it stands."""
    if parted.whole is not None:
        return is_apart(parted.whole)
    statements: list[ir.Stmt] = []
    for item in parted.items:
        if not isinstance(item, Part):
            statements.append(item)
            continue
        (results,) = item.plain.body.yields
        given = ir.Apply(np.empty) if is_apart(item) else ir.Apply(parts_apart, item.inputs)
        statements += [ir.Let(one.name, given) for one in leaves(results) if isinstance(one, ir.Var)]
    return given_apart(replace(parted.function, body=ir.Block(tuple(statements), parted.function.body.yields)))


def is_apart(part: Part) -> bool:
    return given_apart(part.loops) and given_apart(part.plain)


def leaf(atom: ir.Atom, function: ir.Function, given: list[ir.Parameter], shared: Iterator[bool] = NOBODY) -> Tree:
    """What is known of a result, or of the parts of one."""
    if isinstance(atom, ir.Pack):
        return tuple([leaf(item, function, given, shared) for item in atom.items])
    fact, shares = function.types.get(atom.name) if isinstance(atom, ir.Var) else None, next(shared)
    if not isinstance(fact, facts.Num) or fact.shape is None or fact.dtype is None or fact.boxed:
        return None
    shapes = [getattr(function.types.get(parameter.name), "shape", None) for parameter in given]
    like = frozenset(k for k, shape in enumerate(shapes) if shape == fact.shape)
    return Leaf(fact.dtype.str, len(fact.shape), like, shares and bool(fact.shape))


def unchecked(
    function: ir.Function, given: list[ir.Parameter], assumption: Assumption
) -> Iterator[tuple[int, int, bool]]:
    """The axes of which it counts whether they have length 1, and where the text does not see to that itself."""
    claimed = claims(function, assumption)
    for k, parameter in enumerate(given):
        fact = function.types.get(parameter.name)
        seen = {axis for axis, dim in claimed.get(parameter.name, ()) if dim is None or is_long(dim, assumption)}
        for axis, dim in enumerate((fact.shape or ()) if isinstance(fact, facts.Num) else ()):
            if axis not in seen:
                yield k, axis, dim.constant == 1


def is_long(dim: facts.Dim, assumption: Assumption) -> bool:
    """Whether a length is surely not 1."""
    least = at_least(dim, assumption.long)
    return (dim.constant is not None and dim.constant != 1) or (least is not None and least > 1)
