"""The shape that shapes broadcast to, also where some lengths are not known.

In: shapes.  Out: a shape.  What lengths broadcast to is a symbol, the same one for the same lengths, of which it is known that
it is one of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from s2s import facts
from s2s.facts import Dim, Symbol


def broadcast(shapes: Iterable[facts.Shape | None]) -> facts.Shape | None:
    """The shape that the shapes broadcast to, or None."""
    known = list(shapes)
    if any(shape is None for shape in known):
        return None
    if not any(known):
        return ()
    padded = itertools.zip_longest(*(reversed(s or ()) for s in known), fillvalue=facts.as_dim(1))
    return tuple(reversed([joined(dims) for dims in padded]))


def joined(dims: Sequence[Dim]) -> Dim:
    """The length that lengths broadcast to."""
    others = {dim for dim in dims if not dim.is_one}
    if not others:
        return facts.as_dim(1)
    if len(others) == 1:
        return others.pop()
    fixed = [dim for dim in dims if dim in others and dim.never_one]
    return fixed[0] if fixed else _spread(frozenset(others))


_spreads: dict[frozenset[Dim], Dim] = {}
_spread_of: dict[Symbol, frozenset[Dim]] = {}


def _spread(dims: frozenset[Dim]) -> Dim:
    """The length that some lengths broadcast to: a symbol, the same one for the same lengths."""
    found = _spreads.get(dims)
    if found is None:
        found = facts.fresh()
        assert found.symbol is not None
        _spread_of[found.symbol] = dims
        if not any(dim.varies for dim in dims):
            _spreads[dims] = found
    return found


def parts_of(symbol: Symbol) -> frozenset[Dim] | None:
    """The lengths that a symbol is what they broadcast to; None for a symbol of another kind."""
    return _spread_of.get(symbol)


def is_spread_of(dim: Dim, part: Dim) -> bool:
    """Whether a length is what others broadcast to, this one among them."""
    return dim.symbol is not None and part in _spread_of.get(dim.symbol, ())
