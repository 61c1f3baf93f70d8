"""Names for what belongs to libraries whose versions are known: the same name is the same thing in another process.

In: an object.  Out: the module and the name under which it is found there, if it is.
"""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np

from s2s.specialise.outside import LIBRARIES

UNNAMED = {kind: name for name, kind in vars(types).items() if isinstance(kind, type)}
"""Classes of Python's that `builtins` has no name for."""


def library_place(value: Any) -> tuple[str, str] | None:
    """(module, name) of what a library has under that name, versions being known; of this package's own things, too."""
    if isinstance(value, types.ModuleType):
        return (value.__name__, "") if is_known(value.__name__) and sys.modules.get(value.__name__) is value else None
    if isinstance(value, type) and value in UNNAMED:
        return "types", UNNAMED[value]
    owner = getattr(value, "__objclass__", None) or getattr(value, "__self__", None)  # of `object.__new__` and the like
    module = getattr(value, "__module__", None) or (home_of(value) if isinstance(value, np.ufunc) else "")
    if not module and isinstance(owner, type):
        module = owner.__module__
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", "")
    if not isinstance(module, str) or not isinstance(name, str) or not is_known(module):
        return None
    return (module, name) if at_place(module, name) is value else None


def home_of(ufunc: np.ufunc) -> str:
    """The module that has a ufunc which does not say it: one of SciPy's says nothing, and older ones of NumPy's do not, either."""
    return "numpy" if getattr(np, ufunc.__name__, None) is ufunc else "scipy.special"


def at_place(module: str, name: str) -> Any:
    """What a module has under a name; the module, if there is no name."""
    found: Any = sys.modules.get(module)
    for part in name.split(".") if name else ():
        found = getattr(found, part, None)
    return found


def library_name(value: Any) -> str:
    place = library_place(value)
    return ".".join(place) if place else ""


def is_known(module: str) -> bool:
    return module.partition(".")[0] in LIBRARIES | {"s2s"}
