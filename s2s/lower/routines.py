"""Functions that call themselves as loop nests: each is lowered once, for arguments of any lengths, and called as it was.

In: a function with copies of subroutines, and what lowers one.  Out: the function with calls of the lowered ones.  Raises NotLowered,
said of the statement of the function in which such a call is, where one cannot be lowered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from s2s import ir
from s2s.lower.assuming import Assumption
from s2s.lower.copies import as_function, copied
from s2s.lower.counting import newest
from s2s.lower.missing import missing
from s2s.lower.refusing import NotLowered
from s2s.subroutine import Subroutine, called

Lower = Callable[[ir.Function, Assumption, frozenset[str]], ir.Function]


def with_nests(function: ir.Function, lengths: Mapping[Subroutine, Assumption], lower: Lower) -> ir.Function:
    """The function with calls of subroutines that are loop nests.

    `lengths`: what those in each subroutine are.  `lower` is given a subroutine, this, and the names that may have no value.
    """
    routines = list(called(function.body))
    if not routines:
        return function
    made = {routine: Subroutine(routine.name, routine.parameters, fact=routine.fact, origin=routine.origin) for routine in routines}
    without = missing([function, *(as_function(function, routine) for routine in routines)])
    types, hints = dict(function.types), dict(function.hints)
    number = max(newest(function), *(newest(as_function(function, routine)) for routine in routines))
    for routine, nest in made.items():
        own = as_function(function, routine)
        own = replace(own, hints={f"#{number}": "", **own.hints})  # no number is given twice
        try:
            loops = lower(own, lengths.get(routine, Assumption()), without)
        except NotLowered as refusal:
            refusal.statement = calling(function, routine)
            raise
        types.update(loops.types)
        hints.update(loops.hints)
        number = max(number, newest(loops))
        nest.body = copied(loops.body, {}, made)
    hints.setdefault(f"#{number}", "")
    return replace(function, body=copied(function.body, {}, made), types=types, hints=hints)


def calling(function: ir.Function, routine: Subroutine) -> ir.Stmt | None:
    """The statement of a function in which a subroutine is called, maybe by another one."""
    for stmt in function.body.statements:
        if any(one is routine for one in called(ir.Block((stmt,)))):
            return stmt
    return None
