"""What an object is, as bytes: the same for objects that compiled code may take for each other, in every process.

In: what a program reads from outside.  Out: a digest; raises Unknowable, with the reason, for what may differ unseen.

A user's compiled function is its bytecode and all that this reads: the file that its text stands in may have changed since.
"""

from __future__ import annotations

import dis
import enum
import hashlib
import struct
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

KNOWN = {"builtins", "math", "cmath", "operator", "numpy", "numba", "s2s_runtime", "scipy"}
"""Packages whose functions are their names: their versions, or their files, are part of every key."""


class Unknowable(Exception):
    """What an object computes cannot be told from the object."""


def digest(values: Iterable[Any]) -> str:
    """Equal for values that are equal to the last bit.  Raises Unknowable."""
    content = Content()
    for value in values:
        content.add(value)
    return content.hash.hexdigest()


class Content:
    """Bytes that describe values, hashed; a function that reads itself is described once."""

    def __init__(self) -> None:
        self.hash = hashlib.blake2b(digest_size=32)
        self.seen: dict[int, int] = {}
        self.kept: list[Any] = []

    def put(self, tag: str, data: bytes = b"") -> None:
        self.hash.update(f"{tag}:{len(data)}:".encode() + data)

    def add(self, value: Any) -> None:
        """One value, and what it is made of."""
        kind = type(value)
        if value is None or value is Ellipsis or value is NotImplemented:
            self.put(repr(value))
        elif kind in (bool, int, str, bytes):
            self.put(kind.__name__, value if kind is bytes else str(value).encode(errors="surrogatepass"))
        elif kind in (float, complex):
            self.put(kind.__name__, struct.pack("<2d", complex(value).real, complex(value).imag))
        elif kind in (tuple, list, frozenset, set, dict, range, slice):
            self.items(value)
        elif isinstance(value, np.ndarray):
            self.array(value)
        elif isinstance(value, np.generic):
            self.put(f"number {kind.__name__} {plain_dtype(value.dtype).str}", value.tobytes())
        elif isinstance(value, np.dtype):
            self.put("dtype", plain_dtype(value).str.encode())
        elif isinstance(value, types.CodeType):
            self.code(value)
        else:
            self.named(value)

    def items(self, value: Any) -> None:
        kind = type(value)
        if kind in (set, frozenset):
            parts: list[Any] = sorted(digest([item]) for item in value)
        elif kind is dict:
            parts = [part for pair in value.items() for part in pair]
        elif kind is slice:
            parts = [value.start, value.stop, value.step]
        else:
            parts = [value.start, value.stop, value.step] if kind is range else list(value)
        self.put(kind.__name__, str(len(parts)).encode())
        for part in parts:
            self.add(part)

    def array(self, value: np.ndarray[Any, Any]) -> None:
        if type(value) is not np.ndarray:
            raise Unknowable(f"an array of the class {type(value).__qualname__} may compute differently")
        flags = value.flags
        order = (flags.c_contiguous, flags.f_contiguous, flags.writeable, flags.aligned)
        self.put(f"array {plain_dtype(value.dtype).str} {value.shape} {order}", value.tobytes())

    def code(self, code: types.CodeType) -> None:
        """Bytecode; where it stands is left out."""
        counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
        names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
        self.put(f"code {code.co_name} {counts} {names}", code.co_code)
        self.put("exceptions", getattr(code, "co_exceptiontable", b""))
        self.items(code.co_consts)

    def named(self, value: Any) -> None:
        """What is described by its name, or by what it reads."""
        if id(value) in self.seen:
            self.put("again", str(self.seen[id(value)]).encode())
            return
        self.seen[id(value)] = len(self.seen)
        self.kept.append(value)
        name = library_name(value)
        if name:
            self.put("library", name.encode())
        elif isinstance(value, enum.Enum) and isinstance(value.value, (int, str)):
            self.put(f"enum {type(value).__module__}.{type(value).__qualname__}.{value.name}")
            self.add(value.value)
        elif isinstance(getattr(value, "py_func", None), types.FunctionType) and is_dispatcher(value):
            self.compiled(value)
        else:
            raise Unknowable(f"{describe(value)} may change what it does without a sign of it")

    def compiled(self, value: Any) -> None:
        """A function that a user has compiled with Numba: its bytecode, its options, and what it reads."""
        if value.locals:
            raise Unknowable(f"{value.__qualname__} is compiled with types for its variables")
        function = value.py_func
        still_so(value)
        self.put("compiled", f"{function.__module__}.{function.__qualname__}".encode())
        self.add({key: option for key, option in value.targetoptions.items() if option is not None})
        if not value._can_compile:  # declared signatures convert the arguments
            self.add([str(signature) for signature in value.nopython_signatures])
        self.code(function.__code__)
        self.add(function.__defaults__)
        self.add(function.__kwdefaults__)
        for cell in function.__closure__ or ():
            self.add(cell_contents(cell))
        for found in read_by(function.__code__, function.__globals__):
            self.add(found)


def still_so(value: Any) -> None:
    """Raise Unknowable where a function was compiled while what it reads was another value: Numba goes on with that one."""
    function = value.py_func
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    for result in value.overloads.values():
        for block in getattr(result.type_annotation, "blocks", {}).values():
            for name, held in held_in(block):
                now = cell_contents(cells[name]) if name in cells else global_value(name, function.__globals__)
                if not same(now, held):
                    raise Unknowable(
                        f"{function.__qualname__} was compiled while {name} was, or may have been, another value"
                    )


def held_in(block: Any) -> Iterator[tuple[str, Any]]:
    """The names from outside in a block of Numba's, and the values that were compiled."""
    for statement in block.body:
        source: Any = getattr(statement, "value", None)
        if type(source).__name__ in ("Global", "FreeVar"):
            yield source.name, source.value


def same(now: Any, held: Any) -> bool:
    """Whether a value is what it was; of what can be changed in place that is not known."""
    if isinstance(now, types.ModuleType):
        return now is held and bool(library_name(now))
    if isinstance(now, (int, float, complex, str, bytes, np.generic, tuple, type(None))):
        return type(now) is type(held) and digest([now]) == digest([held])
    return now is held and not isinstance(now, (np.ndarray, list, dict, set))


def cell_contents(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError as error:
        raise Unknowable("a variable of an outer function is not set yet") from error


def plain_dtype(dtype: Any) -> Any:
    """A dtype of numbers, which is its name.  Raises Unknowable."""
    if dtype.kind not in "biufcmMSU":
        raise Unknowable(f"an array of dtype {dtype} has contents that are objects")
    return dtype


def is_dispatcher(value: Any) -> bool:
    """Whether a value is an ordinary function of Numba's: others have parts that are not seen here."""
    return hasattr(value, "targetoptions") and any(kind.__name__ == "CPUDispatcher" for kind in type(value).__mro__)


def library_name(value: Any) -> str:
    """`module.name` for what is found under that name in a package whose version is known; else nothing."""
    if isinstance(value, types.ModuleType):
        return value.__name__ if value.__name__.partition(".")[0] in KNOWN else ""
    module = getattr(value, "__module__", None) or ("numpy" if isinstance(value, np.ufunc) else "")
    name = str(getattr(value, "__qualname__", None) or getattr(value, "__name__", ""))
    if not isinstance(module, str) or module.lstrip("_").partition(".")[0] not in KNOWN:
        return ""
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}.{name}" if found is value else ""


def describe(value: Any) -> str:
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None)
    if isinstance(value, types.ModuleType):
        return f"the module {name}"
    return f"the function {name}" if callable(value) and name else f"an object of type {type(value).__qualname__}"


def read_by(code: types.CodeType, outside: dict[str, Any]) -> list[Any]:
    """What bytecode reads by name: global variables, and what it reads of the modules among them.  Raises Unknowable.

    >>> read_by(compile("np.pi", "", "eval"), {"np": np})
    [3.141592653589793]
    """
    found: list[Any] = []
    instructions = list(dis.get_instructions(code))
    for position, instruction in enumerate(instructions):
        if instruction.opname not in ("LOAD_GLOBAL", "LOAD_NAME"):
            continue
        value = global_value(instruction.argval, outside)
        for following in instructions[position + 1 :]:
            if not isinstance(value, types.ModuleType) or following.opname not in ("LOAD_ATTR", "LOAD_METHOD"):
                break
            value = getattr(value, following.argval, None)
        found.append(value)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found += read_by(constant, outside)
    return found


def global_value(name: str, outside: dict[str, Any]) -> Any:
    if name in outside:
        return outside[name]
    built_in: Any = outside.get("__builtins__", __builtins__)
    return (built_in if isinstance(built_in, dict) else vars(built_in)).get(name)
