"""Data as bytes, in which the user's objects are numbers of a walk, and what libraries have is a name.

In: data, and a walk over what a function reaches.  Out: bytes; and in another process, with a walk that went the same way, the
same data about the objects there.
"""

from __future__ import annotations

import importlib
import io
import pickle
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.entries.libraries import at_place, library_name, library_place
from s2s.entries.reached import Reached
from s2s.specialise.access import how
from s2s.specialise.outside import NOTHING, Same

WRITTEN = (tuple, list, dict, frozenset, set, slice, range, np.dtype, np.generic)
"""What is written down by its contents, besides numbers and text, and this package's own data."""


EXAMPLES = {type(np.sum): ("numpy", "sum"), type(np.r_): ("numpy", "r_"), type(np.c_): ("numpy", "c_")}
"""Classes that have no name, and where an object of each is found."""


class Unkept(Exception):
    """Something cannot be written down, and why."""


class Writer(pickle.Pickler):
    """Writes data; objects of the user's are numbers of a walk.  Raises Unkept for what the walk did not meet."""

    def __init__(self, file: io.BytesIO, reached: Reached) -> None:
        super().__init__(file, protocol=5)
        self.reached = reached

    def persistent_id(self, value: Any) -> Any:
        if value is None or isinstance(value, (bool, int, float, complex, str, bytes)) or how_made(value):
            return None
        number = self.reached.number(value)
        if number is not None:
            return "reached", number
        place = library_place(value)
        if place is not None:
            return "library", *place
        if isinstance(value, type) and value in EXAMPLES:
            return "kind", *EXAMPLES[value]
        kind = type(value)
        if is_bound(value) or kind in WRITTEN or isinstance(value, np.generic) or is_own(kind):
            return None
        raise Unkept(f"{getattr(value, '__qualname__', kind.__qualname__)} is found in a place that has no name")

    def reducer_override(self, value: Any) -> Any:
        made = how_made(value)
        if made is not None:
            return made
        if is_bound(value):
            return getattr, (value.__self__, value.__name__)
        if isinstance(value, Same):
            held = value.held()
            if held is None or held is NOTHING:
                raise Unkept("an object that is gone")
            return Same, (held,)
        return NotImplemented


def how_made(value: Any) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
    return how(value) if isinstance(value, types.FunctionType) else None


def is_bound(value: Any) -> bool:
    """Whether a value is a method of a library's object, which is made anew whenever it is asked for."""
    return isinstance(value, types.BuiltinMethodType) and not isinstance(value.__self__, types.ModuleType)


def is_own(kind: type) -> bool:
    return library_name(kind).partition(".")[0] in ("s2s", "operator")


class Reader(pickle.Unpickler):
    """Reads data; a number is the object that the walk met then.  Raises LookupError."""

    def __init__(self, file: io.BytesIO, reached: Reached) -> None:
        super().__init__(file)
        self.reached = reached

    def persistent_load(self, place: Any) -> Any:
        kind, *rest = place
        if kind == "reached":
            return self.reached.objects[rest[0]]
        module, name = rest
        importlib.import_module(module)
        found = at_place(module, name)
        if kind == "kind":
            return type(found)
        if library_place(found) != (module, name):
            raise LookupError(f"{module}.{name} is another one now")
        return found
