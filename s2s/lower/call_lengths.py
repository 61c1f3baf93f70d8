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
from s2s.lower.assuming import Assumption, Lengths, as_symbol
from s2s.lower.copies import Halves
from s2s.subroutine import Subroutine, called

ROUNDS = 12


def lengths_in_calls(function: ir.Function, assumption: Assumption, halves: Sequence[Halves]) -> dict[Subroutine, Assumption]:
    """What the lengths in each subroutine are."""
    routines = list(called(function.body))
    known: dict[Subroutine, dict[Symbol, Dim]] = {routine: {} for routine in routines}
    general: set[Symbol] = set()
    pending = {symbol for routine in routines for symbol in symbols_of(function, routine)}
    for _ in range(ROUNDS):
        before = {routine: dict(own) for routine, own in known.items()}
        for body, lengths in [(function.body, Lengths(assumption)), *((one.body, Lengths(Assumption(before[one]))) for one in routines)]:
            for routine, symbol, dim in given(function, body, lengths):
                if not depends(dim, pending):
                    known[routine][symbol] = agreed(known[routine].get(symbol), dim, symbol, general)
        pending.difference_update(symbol for own in known.values() for symbol in own)
        for half in halves:
            if half.first in known and half.second in known:
                known[half.second].update(known[half.first])
        if known == before:
            return {routine: Assumption(own) for routine, own in known.items()}
    return {}


def symbols_of(function: ir.Function, routine: Subroutine) -> Iterator[Symbol]:
    """The lengths of the arrays that a subroutine is given."""
    for name in routine.parameters:
        fact = function.types.get(name)
        for dim in (fact.shape or ()) if isinstance(fact, facts.Num) else ():
            yield from dim.symbols


def depends(dim: Dim, pending: Collection[Symbol]) -> bool:
    """Whether a length depends on some that nothing is known of yet."""
    for symbol in dim.symbols:
        cut, parts = cut_of(symbol), parts_of(symbol)
        behind = [*(parts or ()), *([] if cut is None else [cut.whole])]
        if symbol in pending or any(depends(one, pending) for one in behind):
            return True
    return False


def given(function: ir.Function, body: ir.Block, lengths: Lengths) -> Iterator[tuple[Subroutine, Symbol, Dim]]:
    """The lengths of arrays in the calls in a body, and what they are called in the subroutine."""
    for stmt in walk(body):
        if isinstance(stmt, ir.Let) and isinstance(stmt.value.function, Subroutine):
            for name, arg in zip(stmt.value.function.parameters, stmt.value.args, strict=True):
                own, fact = function.types.get(name), function.types.get(arg.name) if isinstance(arg, ir.Var) else None
                if isinstance(own, facts.Num) and own.shape:
                    shape = lengths_of(fact, len(own.shape), lengths)
                    for dim, length in zip(own.shape, shape, strict=True):
                        if dim.symbol is not None:
                            yield stmt.value.function, dim.symbol, length


def lengths_of(fact: facts.Type | None, rank: int, lengths: Lengths) -> Sequence[Dim]:
    """The lengths of an array; those that nothing is known of vary."""
    if not isinstance(fact, facts.Num) or fact.shape is None or len(fact.shape) != rank:
        return [facts.fresh(varies=True) for _ in range(rank)]
    return [lengths.of(dim) for dim in fact.shape]


def agreed(so_far: Dim | None, dim: Dim, symbol: Symbol, general: set[Symbol]) -> Dim:
    """A length that is the same in all calls: a number, or a symbol that tells that it is equal to others; else one of its own."""
    plain = dim.constant is not None or (dim.symbol is not None and not dim.varies)
    if so_far == dim or (so_far is not None and so_far.symbol in general):
        return so_far
    if so_far is None and plain:
        return dim
    general.add(symbol)
    return as_symbol(symbol)
