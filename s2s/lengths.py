"""Lengths that slices cut: what is left of an axis, and which slice of an axis has known ends.

    u[:1], u[1:-1], u[-1:]  of length n, joined:  min(n, 1) + max(n - 2, 0) + min(n, 1)  =  n  unless n is 1

In: dims.  Out: dims; a length that is cut is a symbol of its own, whose meaning is kept here, so that the same slice of the
same length has the same one.  What is said of a dim holds in every run: it is tried on all lengths up to a bound behind
which nothing is cut any more, and there the polynomials decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from s2s import facts
from s2s.facts import Dim, Symbol


@dataclass(frozen=True, slots=True)
class Cut:
    """max(whole, 0), or min(whole, most)."""

    whole: Dim
    most: int | None = None

    def of(self, whole: int) -> int:
        return max(whole, 0) if self.most is None else min(whole, self.most)


@dataclass(frozen=True, slots=True)
class Slice:
    """The length of `x[start:stop:step]` of an axis, where that is a symbol of its own."""

    whole: Dim
    ends: tuple[Any, Any, Any]


LONGEST_TRIED = 32
_cuts: dict[Symbol, Cut] = {}
_slices: dict[Symbol, Slice] = {}
_dims: dict[Any, Dim] = {}


def cut_of(symbol: Symbol) -> Cut | None:
    """What a length that is cut is cut from; None for a symbol of another kind."""
    return _cuts.get(symbol)


def slice_of(symbol: Symbol) -> Slice | None:
    """The slice that a symbol is the length of; None for one that is none."""
    return _slices.get(symbol)


def note_slice(dim: Dim, whole: Dim, ends: tuple[Any, Any, Any]) -> Dim:
    """Say which slice a symbol is the length of."""
    if dim.symbol is not None:
        _slices[dim.symbol] = Slice(whole, ends)
    return dim


def _cut(cut: Cut) -> Dim:
    """The length of a cut: one that is known, if it is equal in every run, or a symbol."""
    found = _dims.get(cut)
    if found is None:
        found = _dims[cut] = _known(cut) or _fresh(cut)
    return found


def _known(cut: Cut) -> Dim | None:
    """A dim that is equal to a cut in every run: a polynomial, or a cut of the same values."""
    large, tried = _cut_at_large(cut), _tried([cut.whole, facts.as_dim(cut.most or 0)])
    if large is None or not tried:
        return None
    values = tuple(cut.of(value(cut.whole, lengths)) for lengths in tried)
    if values == tuple(value(large, lengths) for lengths in tried):
        return large
    key = (frozenset(roots([cut.whole])), large, values)
    if key not in _dims:
        _dims[key] = _fresh(cut)
    return _dims[key]


def _fresh(cut: Cut) -> Dim:
    name = f"max({cut.whole}, 0)" if cut.most is None else f"min({cut.whole}, {cut.most})"
    found = facts.fresh(name)
    assert found.symbol is not None
    _cuts[found.symbol] = cut
    return found


def clamp(dim: Dim) -> Dim:
    """max(dim, 0): what is left of a length when a slice cuts its ends off."""
    if dim.constant is not None:
        return facts.as_dim(max(dim.constant, 0))
    known, less = _with_constant(dim)
    cut = _cuts.get(known) if known is not None else None
    if cut is not None and cut.most is None and less < 0:
        return clamp(cut.whole + less)
    return _cut(Cut(dim))


def head(dim: Dim, most: int) -> Dim:
    """min(dim, most): the length of `x[:most]`."""
    if dim.constant is not None:
        return facts.as_dim(min(dim.constant, most))
    return _cut(Cut(dim, most))


def between(dim: Dim, start: int | None, stop: int | None) -> Dim | None:
    """The length of `x[start:stop]`; None where one end is counted from behind and lies in front of the other."""
    first = start or 0
    if first >= 0 and (stop is None or stop < 0):
        return clamp(dim - first + (stop or 0))
    if first >= 0 and stop is not None:
        rest = clamp(dim - first) if first else dim
        return head(rest, stop - first) if stop > first else facts.as_dim(0)
    if stop is None or stop < 0:
        return clamp(head(dim, -first) + (stop or 0)) if stop else head(dim, -first)
    return None


def inside(dim: Dim, start: Dim | int | None, stop: Dim | int | None) -> Dim | None:
    """The length of `x[start:stop]` where both ends are lengths and lie on the axis, one behind the other, in every run."""
    if not (isinstance(start, Dim) or isinstance(stop, Dim)):
        return None
    first, last = facts.as_dim(start or 0), dim if stop is None else facts.as_dim(stop)
    gaps = (first, last - first, dim - last)
    return gaps[1] if all(gap.never_negative for gap in gaps) else None


def _with_constant(dim: Dim) -> tuple[Symbol | None, int]:
    """The symbol and the number of `symbol + number`."""
    number = next((value for monomial, value in dim.terms if not monomial), 0)
    return (dim - number).symbol, number


def value(dim: Dim, lengths: dict[Symbol, int] | int) -> int:
    """The value of a dim where its symbols have these lengths, or all of them this one."""
    total = 0
    for monomial, factor in dim.terms:
        for symbol in monomial:
            cut = _cuts.get(symbol)
            if cut is not None:
                factor *= cut.of(value(cut.whole, lengths))
            else:
                factor *= lengths if isinstance(lengths, int) else lengths[symbol]
        total += factor
    return total


# ---------------------------------------------------------------------------------------------------- every length
def roots(dims: Iterable[Dim]) -> set[Symbol]:
    """The symbols that dims depend on, those of cut lengths looked into."""
    found: set[Symbol] = set()
    for dim in dims:
        for monomial, _ in dim.terms:
            for symbol in monomial:
                cut = _cuts.get(symbol)
                found |= roots([cut.whole]) if cut is not None else {symbol}
    return found


def at_large(dim: Dim) -> Dim | None:
    """The polynomial of degree 1 that a dim of one symbol is where that is long; None if it is none."""
    total = facts.as_dim(0)
    for monomial, factor in dim.terms:
        if len(monomial) > 1:
            return None
        part: Dim | None = facts.as_dim(1)
        if monomial:
            cut = _cuts.get(monomial[0])
            part = Dim(frozenset({(monomial, 1)})) if cut is None else _cut_at_large(cut)
        if part is None:
            return None
        total = total + part * factor
    return total


def _cut_at_large(cut: Cut) -> Dim | None:
    inner = at_large(cut.whole)
    if inner is None or inner.constant is not None:
        return None if inner is None else facts.as_dim(cut.of(inner.constant or 0))
    grows = any(monomial and factor > 0 for monomial, factor in inner.terms)
    if cut.most is None:
        return inner if grows else facts.as_dim(0)
    return facts.as_dim(cut.most) if grows else inner


def _bound(dims: Iterable[Dim]) -> int:
    """A length from which on dims are what they are at large."""
    total = 2
    for dim in dims:
        for monomial, factor in dim.terms:
            cut = _cuts.get(monomial[0]) if monomial else None
            inner = 1 if not monomial else 0 if cut is None else _bound([cut.whole]) + abs(cut.most or 0) + 1
            total += abs(factor) * inner
    return total


def _tried(dims: Iterable[Dim]) -> list[dict[Symbol, int]] | None:
    """The lengths to try for dims of one symbol; None if these are not enough, or there are other symbols."""
    dims = list(dims)
    found = roots(dims)
    if not found:
        return [{}]
    (root, *others) = found
    if others or not root.counts or _bound(dims) > LONGEST_TRIED:
        return None
    return [{root: length} for length in range(LONGEST_TRIED + 1) if not (root.never_one and length == 1)]


def plain(dim: Dim) -> Dim:
    """A dim without cut lengths, where it is equal to one in every run; else itself.

    >>> n = facts.fresh("n", never_one=True)
    >>> plain(head(n, 1) + clamp(n - 2) + head(n, 1)) == n
    True
    """
    if not any(symbol in _cuts for monomial, _ in dim.terms for symbol in monomial):
        return dim
    large = at_large(dim)
    tried = _tried([dim]) if large is not None else None
    if large is None or tried is None:
        return dim
    return large if all(value(dim, lengths) == value(large, lengths) for lengths in tried) else dim


def ends(length: Dim, start: Dim | int | None, stop: Dim | int | None) -> tuple[int | None, int | None] | None:
    """The ends of a slice of an axis as numbers, where these name the same entries in every run.

    >>> n = facts.fresh("n", never_one=True)
    >>> ends(n, head(n, 1), n - head(n, 1))
    (1, -1)
    """
    dims = [length, *(end for end in (start, stop) if isinstance(end, Dim))]
    tried = _tried(dims)
    if tried is None:
        return None
    try:
        first, last = _end(length, start), _end(length, stop)
    except _Unknown:
        return None
    first = first or None
    for lengths in tried:
        total = value(length, lengths)
        if total < 0:
            continue  # no axis is that long
        given = slice(*(value(end, lengths) if isinstance(end, Dim) else end for end in (start, stop)))
        if range(*given.indices(total)) != range(*slice(first, last).indices(total)):
            return None
    return first, last


class _Unknown(Exception):
    """An end that is no number, even where the axis is long."""


def _end(length: Dim, end: Dim | int | None) -> int | None:
    """The number that an end is at large: counted from the front, or from behind."""
    if not isinstance(end, Dim):
        return end
    large, total = at_large(end), at_large(length)
    if large is None or total is None:
        raise _Unknown
    behind = (total - large).constant
    if behind is not None and (large.constant is None or behind == 0):
        if behind < 0:
            raise _Unknown
        return -behind or None
    if large.constant is None or large.constant < 0:
        raise _Unknown
    return large.constant
