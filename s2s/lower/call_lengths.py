"""Lengths of what subroutines are given, where all calls agree on them: the arrays of a recursion on three coordinates have length 3.

In: a function and the assumption about its lengths, its subroutines.  Out: for each subroutine, what lengths in it are: numbers, or
equal to others in it.  It follows from the calls, so nothing has to be checked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s.facts import Dim, Symbol
from s2s.infer.broadcasting import parts_of
from s2s.lengths import cut_of
from s2s.lower.assuming import Assumption, Lengths
from s2s.lower.copies import Halves
from s2s.subroutine import Subroutine, called

ROUNDS = 12
Call = dict[Symbol, Dim]
"""What the lengths in a subroutine are in one call, in terms of the caller's."""


def lengths_in_calls(function: ir.Function, assumption: Assumption, halves: Sequence[Halves]) -> dict[Subroutine, Assumption]:
    """What the lengths in each subroutine are."""
    routines = list(called(function.body))
    symbols = {routine: list(dict.fromkeys(symbols_of(function, routine))) for routine in routines}
    known: dict[Subroutine, Call] = {}
    classes = Classes()
    for _ in range(ROUNDS):
        before, calls = known, calls_in(function, assumption, known, symbols)
        known = {routine: classes.agreed(routine, own, symbols[routine]) for routine, own in calls.items()}
        for half in halves:
            if half.first in known and half.second in routines:
                known[half.second] = {**known.get(half.second, {}), **known[half.first]}
        if known == before:
            return {routine: Assumption(own) for routine, own in known.items()}
    return {}


def calls_in(
    function: ir.Function, assumption: Assumption, known: dict[Subroutine, Call], symbols: dict[Subroutine, list[Symbol]]
) -> dict[Subroutine, list[Call]]:
    """The calls of each subroutine, those aside of which it is not known yet what their lengths are."""
    found: dict[Subroutine, list[Call]] = {}
    bodies = [(function.body, Lengths(assumption)), *((one.body, Lengths(Assumption(known.get(one, {})))) for one in symbols)]
    for body, lengths in bodies:
        for stmt in walk(body):
            if isinstance(stmt, ir.Let) and isinstance(stmt.value.function, Subroutine):
                call = dict(given(function, stmt, lengths))
                pending = {symbol for one, own in symbols.items() if one not in known for symbol in own}
                if not any(depends(dim, pending) for dim in call.values()):
                    found.setdefault(stmt.value.function, []).append(call)
    return found


def symbols_of(function: ir.Function, routine: Subroutine) -> Iterator[Symbol]:
    """The lengths of the arrays that a subroutine is given."""
    for name in routine.parameters:
        fact = function.types.get(name)
        for dim in (fact.shape or ()) if isinstance(fact, facts.Num) else ():
            if dim.symbol is not None:
                yield dim.symbol


def depends(dim: Dim, pending: Collection[Symbol]) -> bool:
    """Whether a length depends on some that nothing is known of yet."""
    for symbol in dim.symbols:
        cut, parts = cut_of(symbol), parts_of(symbol)
        behind = [*(parts or ()), *([] if cut is None else [cut.whole])]
        if symbol in pending or any(depends(one, pending) for one in behind):
            return True
    return False


def given(function: ir.Function, stmt: ir.Let, lengths: Lengths) -> Iterator[tuple[Symbol, Dim]]:
    """What the lengths in a subroutine are in a call; two lengths of which nothing is known are not the same."""
    assert isinstance(stmt.value.function, Subroutine)
    for name, arg in zip(stmt.value.function.parameters, stmt.value.args, strict=True):
        own, fact = function.types.get(name), function.types.get(arg.name) if isinstance(arg, ir.Var) else None
        for axis, dim in enumerate((own.shape or ()) if isinstance(own, facts.Num) else ()):
            if dim.symbol is not None:
                known = isinstance(fact, facts.Num) and fact.shape is not None and axis < len(fact.shape)
                length = lengths.of(fact.shape[axis]) if known else facts.fresh()  # type: ignore[union-attr, index]
                yield dim.symbol, facts.fresh() if length.varies else length


class Classes:
    """Lengths in subroutines that are equal in all calls, each by one symbol, whatever they are called."""

    def __init__(self) -> None:
        self.made: dict[tuple[Subroutine, Symbol, bool], Dim] = {}

    def agreed(self, routine: Subroutine, calls: Sequence[Call], symbols: Sequence[Symbol]) -> Call:
        """What each length is: a number that is the same in all calls, or a symbol for those that are equal in each call."""
        first: dict[tuple[Dim, ...], Symbol] = {}
        found: Call = {}
        for symbol in symbols:
            dims = tuple([call[symbol] for call in calls])
            if dims[0].constant is not None and set(dims) == {dims[0]}:
                found[symbol] = dims[0]
                continue
            key = routine, first.setdefault(dims, symbol), all(dim.never_one for dim in dims)
            found[symbol] = self.made.setdefault(key, facts.fresh(symbol.name, never_one=key[2]))
        return found
