"""Numbers between Python and compiled code, which hands all of them over as Python's: those of NumPy's are made such again.  Lists of
numbers are handed over as arrays.

In: a part.  Out: what is done with what its compiled form gives, and of which kinds its arguments have to be, as data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.lower.dtypes import is_mixed
from s2s.lower.given import is_list_of_numbers

if TYPE_CHECKING:
    from s2s.lower.parts import Part


@dataclass(frozen=True)
class Handing:
    """`result`: the classes of NumPy's numbers in a result, nested as it is; None where all may stay as it is.

    `taken`: the positions of arguments that may be of one kind or another, and the class that compiled code takes each for.  `lists`: those
    of lists of numbers, and the class of all of these.
    """

    result: Any = None
    taken: tuple[tuple[int, type[np.generic]], ...] = ()
    lists: tuple[tuple[int, type], ...] = ()

    @property
    def is_needed(self) -> bool:
        return self.result is not None or bool(self.taken) or bool(self.lists)

    def are_taken(self, args: tuple[Any, ...]) -> bool:
        """Whether arguments are of the kinds that compiled code takes them for."""
        alike = all(isinstance(args[k], kind) or getattr(args[k], "dtype", None) == kind for k, kind in self.taken)
        return alike and all(type(args[k]) is list and set(map(type, args[k])) <= {kind} for k, kind in self.lists)

    def handed_over(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Arguments as compiled code takes them.  Raises OverflowError for whole numbers of more than 64 bits."""
        if not self.lists:
            return args
        kinds = dict(self.lists)
        return tuple([np.array(arg, kinds[k]) if k in kinds else arg for k, arg in enumerate(args)])

    def given_back(self, found: Any) -> Any:
        """A result with NumPy's numbers where NumPy has them."""
        return found if self.result is None else numbers_in(found, self.result)


AS_IT_IS = Handing()


def numbers_in(found: Any, kinds: Any) -> Any:
    if isinstance(kinds, tuple):
        return tuple([item if own is None else numbers_in(item, own) for item, own in zip(found, kinds, strict=True)])
    return kinds(found)


def handing(part: Part, doubles: bool) -> Handing:
    """How numbers are handed to a part and back.

    `doubles`: those that NumPy has in double precision are made NumPy's, too; otherwise they are Python's floats.
    """
    names = [parameter.name for parameter in part.plain.parameters]
    several = [(k, part.taken[name].dtype.type) for k, name in enumerate(names) if is_mixed(part.plain.types.get(name))]  # type: ignore[union-attr]
    lists = [(k, type(part.plain.types[name].item.dtype.type(0).item())) for k, name in enumerate(names) if is_listed(part, name)]  # type: ignore[union-attr]
    return Handing(kinds_of(part.plain.body.yields[0], part.taken, doubles), tuple(several), tuple(lists))


def is_listed(part: Part, name: str) -> bool:
    return is_list_of_numbers(part.plain.types.get(name))


def kinds_of(atom: ir.Atom, taken: Mapping[str, facts.Type], doubles: bool) -> Any:
    """The classes of NumPy's numbers in a result; None where there are none."""
    if isinstance(atom, ir.Pack):
        found = tuple([kinds_of(item, taken, doubles) for item in atom.items])
        return None if all(one is None for one in found) else found
    fact = taken.get(atom.name) if isinstance(atom, ir.Var) else None
    if not isinstance(fact, facts.Num) or fact.shape != () or fact.dtype is None or fact.weak is not False:
        return None
    single = fact.dtype in (np.float32, np.complex64)
    return fact.dtype.type if single or (doubles and fact.dtype in (np.float64, np.complex128)) else None
