"""Numbers between Python and compiled code, which hands all of them over as Python's: those of NumPy's are made such again.

In: a part.  Out: what is done with what its compiled form gives; whether arguments are of the kinds that it is
compiled for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.dtypes import is_mixed

if TYPE_CHECKING:
    from s2s.lower.parts import Part

Change = Callable[[Any], Any]


def given_back(part: Part, doubles: bool) -> Change | None:
    """What makes NumPy's numbers of Python's, in what a part gives; None where it gives none.

    `doubles`: those that NumPy has in double precision, too, which are Python's floats otherwise.
    """
    return change_of(part.plain.body.yields[0], part.taken, doubles)


def change_of(atom: ir.Atom, taken: Mapping[str, facts.Type], doubles: bool) -> Change | None:
    if isinstance(atom, ir.Pack):
        changes = [change_of(item, taken, doubles) for item in atom.items]
        if not any(changes):
            return None
        return lambda found: tuple([item if change is None else change(item) for item, change in zip(found, changes, strict=True)])
    fact = taken.get(atom.name) if isinstance(atom, ir.Var) else None
    if not isinstance(fact, facts.Num) or fact.shape != () or fact.dtype is None or fact.weak is not False:
        return None
    single = fact.dtype in (np.float32, np.complex64)
    made: Change = fact.dtype.type
    return made if single or (doubles and fact.dtype in (np.float64, np.complex128)) else None


def are_taken(part: Part) -> Callable[[tuple[Any, ...]], bool] | None:
    """Whether arguments of several kinds are of those that compiled code takes them for; None where it is given none."""
    names = [parameter.name for parameter in part.plain.parameters]
    several = [(k, part.taken[name].dtype) for k, name in enumerate(names) if is_mixed(part.plain.types.get(name))]  # type: ignore[union-attr]
    if not several:
        return None
    return lambda args: all(getattr(args[k], "dtype", None) == dtype for k, dtype in several)
