"""What is inside of functions and objects: names, imports, slots; and whether there is more than can be seen.

In: code, a class, an object.  Out: its parts.  Raises Unknowable.
"""

from __future__ import annotations

import abc
import dis
import functools
import sys
import types
from collections.abc import Iterator
from typing import Any, NamedTuple

from s2s.entries.libraries import is_known
from s2s.specialise.scope import MISSING

HIDDEN = ("__dict__", "__weakref__")
"""Slots of Python's own."""


class Pair(NamedTuple):
    """An example of a named tuple, for the kind of what it holds per item."""

    one: int


class Unknowable(Exception):
    """What something is cannot be told from it."""


def slots_of(kind: type) -> list[Any]:
    """The descriptors of a class's slots."""
    found = [(name, held) for base in kind.__mro__ for name, held in vars(base).items()]
    return [held for name, held in found if isinstance(held, types.MemberDescriptorType) and name not in HIDDEN]


def registered(value: Any) -> str:
    """The user's classes that were declared to be subclasses of an abstract one."""
    if not isinstance(value, abc.ABCMeta):
        return ""
    found = (one() for one in abc._get_dump(value)[0])  # type: ignore[attr-defined]
    return " ".join(sorted(f"{kind.__module__}.{kind.__qualname__}" for kind in found if kind and not is_known(kind.__module__)))


def get(slot: Any, value: Any) -> Any:
    """What a slot of an object holds."""
    try:
        return slot.__get__(value)
    except AttributeError:
        return MISSING


def hides(kind: type, slots: int, base: type = object) -> bool:
    """Whether objects of a class have more in them than those of its base and attributes: a class that is written in C."""
    known = size_of(base, slots, kind.__dictoffset__ != 0, kind.__weakrefoffset__ != 0)
    return kind.__basicsize__ != known or kind.__itemsize__ != base.__itemsize__


@functools.cache
def size_of(base: type, slots: int, attributes: bool, references: bool) -> int:
    """How large an object is that has these slots, attributes if it may have some, and room for weak references."""
    names = [f"slot_{k}" for k in range(slots)]
    own = [name for name, wanted in (("__dict__", attributes), ("__weakref__", references)) if wanted]
    try:
        return type("Like", (base,), {"__slots__": (*names, *own)}).__basicsize__
    except TypeError:  # there are no such objects
        return 0


def names_in(code: types.CodeType) -> Iterator[str]:
    """Every name that a text uses for anything but its own variables."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from names_in(constant)


def imported(code: types.CodeType) -> list[str]:
    """The modules that a text imports while it runs, nested texts aside."""
    if dis.opmap["IMPORT_NAME"] not in code.co_code[::2]:
        return []
    return [one.argval for one in dis.get_instructions(code) if one.opname == "IMPORT_NAME"]


def imported_module(name: str) -> Any:
    if name not in sys.modules and not is_known(name):
        raise Unknowable(f"the module {name} is not imported yet")
    return sys.modules.get(name)


def contents(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def plain(dtype: Any) -> Any:
    if dtype.kind not in "biufcmMSU":
        raise Unknowable(f"an array of dtype {dtype}")
    return dtype
