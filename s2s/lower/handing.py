"""Numbers between Python and compiled code, which hands all of them over as Python's: those of NumPy's are made such again.

In: a function as it stands.  Out: what is done with what its compiled form gives; whether arguments are of the kinds that it is
compiled for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.lower.dtypes import is_mixed, settled

Change = Callable[[Any], Any]


def given_back(function: ir.Function, doubles: bool) -> Change | None:
    """What makes NumPy's numbers of Python's, in the result of a function; None where it has none.

    `doubles`: those that NumPy has in double precision, too, which are Python's floats otherwise.
    """
    return change_of(function.body.yields[0], function.types, doubles)


def change_of(atom: ir.Atom, types: Any, doubles: bool) -> Change | None:
    if isinstance(atom, ir.Pack):
        changes = [change_of(item, types, doubles) for item in atom.items]
        if not any(changes):
            return None
        return lambda found: tuple([item if change is None else change(item) for item, change in zip(found, changes, strict=True)])
    fact = types.get(atom.name) if isinstance(atom, ir.Var) else None
    fact = None if fact is None else settled(fact)
    if not isinstance(fact, facts.Num) or fact.shape != () or fact.dtype is None or fact.weak is not False:
        return None
    single = fact.dtype in (np.float32, np.complex64)
    made: Change = fact.dtype.type
    return made if single or (doubles and fact.dtype in (np.float64, np.complex128)) else None


def are_taken(function: ir.Function) -> Callable[[tuple[Any, ...]], bool] | None:
    """Whether numbers of several kinds are of those that compiled code takes them for; None where it is given none."""
    types = [function.types.get(parameter.name) for parameter in function.parameters]
    taken = [(k, settled(fact).dtype.type) for k, fact in enumerate(types) if fact is not None and is_mixed(fact)]  # type: ignore[union-attr]
    if not taken:
        return None
    return lambda args: all(isinstance(args[k], kind) for k, kind in taken)
