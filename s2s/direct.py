"""What has to be known of a compiled program so that its results may be handed out as they are.

In: a part that is a whole program, and what it assumes of lengths.  Out: dtype, rank and shape of each result; and which
axes have to be looked at first.  Nothing where a result may share memory with something else.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from s2s import facts, ir
from s2s.emit.live import Liveness
from s2s.emit.owners import EXTERNAL, Owners
from s2s.lower import Assumption, Part
from s2s.lower.assuming import at_least, claims

Tree = Any
"""A Leaf, or a tuple of trees; None for what is no number and no array of a known dtype and rank."""


@dataclass(frozen=True)
class Leaf:
    """A result: its dtype and rank, and the positions of the parameters that have its shape."""

    dtype: str
    rank: int
    like: frozenset[int]


@dataclass(frozen=True)
class Direct:
    """`results`: what is known of each.  `axes`: what the text takes for granted and does not check.

    The latter are (position of a parameter, axis, whether it has length 1).
    """

    results: Tree
    axes: tuple[tuple[int, int, bool], ...]


def direct(part: Part, assumption: Assumption) -> Direct | None:
    """What is known of a whole program; None where its results have to be looked at, or copied."""
    function, (result,) = part.plain, part.plain.body.yields
    if not all_apart(part.loops):
        return None
    given = in_order(function)
    return Direct(leaf(result, function, given), tuple(unchecked(function, given, assumption)))


def in_order(function: ir.Function) -> list[ir.Parameter]:
    """Parameters in the order of the text: those that are captured stand last."""
    return sorted(function.parameters, key=lambda parameter: parameter.captured)


def all_apart(function: ir.Function) -> bool:
    """Whether no result of a function shares memory with an argument, or with another result."""
    liveness = Liveness({})
    liveness.bind_all([parameter.name for parameter in function.parameters], liveness.block(function.body, 0))
    owners = Owners(function, liveness)
    reached = [owners.reach_of(atom) for atom in leaves(function.body.yields[0])]
    apart = all(one.isdisjoint(other) for one, other in itertools.combinations(reached, 2))
    return apart and not any(EXTERNAL in one for one in reached)


def leaves(atom: ir.Atom) -> Iterator[ir.Atom]:
    if isinstance(atom, ir.Pack):
        for item in atom.items:
            yield from leaves(item)
    else:
        yield atom


def leaf(atom: ir.Atom, function: ir.Function, given: list[ir.Parameter]) -> Tree:
    """What is known of a result, or of the parts of one."""
    if isinstance(atom, ir.Pack):
        return tuple(leaf(item, function, given) for item in atom.items)
    fact = function.types.get(atom.name) if isinstance(atom, ir.Var) else None
    if not isinstance(fact, facts.Num) or fact.shape is None or fact.dtype is None or fact.boxed:
        return None
    shapes = [getattr(function.types.get(parameter.name), "shape", None) for parameter in given]
    return Leaf(fact.dtype.str, len(fact.shape), frozenset(k for k, shape in enumerate(shapes) if shape == fact.shape))


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
