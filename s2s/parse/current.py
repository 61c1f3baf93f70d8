"""Whether a text is still what runs: a file that was edited after it was imported says something else than the function does.

In: a function's code, and the text that was found for it.  Out: whether that compiles to the same instructions.
"""

from __future__ import annotations

import dis
import functools
import linecache
import os
import re
import types
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from typing import Any

import s2s

FUTURES = 0x1FF0000
"""The bits of `from __future__ import ...` among the flags of code."""

SET_ASIDE = {"RESUME", "MAKE_CELL", "COPY_FREE_VARS", "PUSH_NULL", "PRECALL", "NOP", "CACHE", "EXTENDED_ARG", "KW_NAMES"}
LOADS = re.compile(r"LOAD_(GLOBAL|DEREF|NAME|CLASSDEREF|CLOSURE|FROM_DICT_OR_\w+|FAST\w*)$")
ATTRIBUTES = {"LOAD_ATTR": "load", "LOAD_METHOD": "load", "STORE_ATTR": "store", "DELETE_ATTR": "delete"}
"""Which of the first two is used depends on what the module imports; all may have the name of a class in theirs."""

STORES = re.compile(r"STORE_(GLOBAL|DEREF|NAME|FAST)$")


def was_edited(code: types.CodeType, text: str, loader: object = None) -> bool:
    """Whether the text of a function in its file is another one than the function was made from.

    The file may have changed after it was imported; or before, where Python did not see that: it goes by the time of change
    and the size.  What was not loaded in the usual way may have been rewritten, and is compared only if it changed since s2s
    was imported.  Where the whole file has no such function, because other lines came or went, the text is compiled alone:
    then a name from around it counts for one of the module's.
    """
    try:
        changed = os.stat(code.co_filename).st_mtime
    except (OSError, ValueError):
        return False  # no file: a cell of a notebook, a text of a program
    if (changed < s2s.IMPORTED and type(loader) is not SourceFileLoader) or "__class__" in code.co_freevars:
        return False
    if code in codes_of("".join(linecache.getlines(code.co_filename)), code.co_filename):
        return False
    try:
        module = compile(text, code.co_filename, "exec", flags=code.co_flags & FUTURES, dont_inherit=True)
    except SyntaxError:
        return False  # `nonlocal` of what stands around it
    return not any(same(code, other) for other in inner(module) if other.co_name == code.co_name)


@functools.lru_cache(maxsize=64)
def codes_of(text: str, file: str) -> frozenset[types.CodeType]:
    """The code of all functions in a file; none if it does not parse."""
    try:
        return frozenset(inner(compile(text, file, "exec", dont_inherit=True)))
    except (SyntaxError, ValueError):
        return frozenset()


def inner(code: types.CodeType) -> Iterator[types.CodeType]:
    """The code of the functions in some code."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from inner(constant)


def same(one: types.CodeType, other: types.CodeType) -> bool:
    """Whether two functions do the same, names from outside taken by their names."""
    ones, others = [*steps(one)], [*steps(other)]
    return one.co_varnames[: one.co_argcount] == other.co_varnames[: other.co_argcount] and ones == others


def steps(code: types.CodeType) -> Iterator[tuple[str, Any]]:
    """The instructions of some code, in a form in which it does not matter where a name is bound."""
    for step in dis.get_instructions(code):
        if step.opname in SET_ASIDE:
            continue
        name, value = step.opname, step.argval
        if LOADS.match(name) or STORES.match(name):
            yield name[:4], re.sub(r"^_\w+?(?=__)", "", str(value))
        elif name in ATTRIBUTES:
            yield ATTRIBUTES[name], re.sub(r"^_\w+?(?=__)", "", str(value))
        elif isinstance(value, types.CodeType):
            yield name, tuple(steps(value))
        elif "JUMP" in name or "FOR_ITER" in name or "SEND" in name:
            yield name, None
        else:
            yield name, (type(value), value if not isinstance(value, float) else value.hex())
