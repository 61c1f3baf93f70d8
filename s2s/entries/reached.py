"""What a function can reach: everything that its derivation may have taken as known, as a hash and as a list.

In: a function, and the arguments of a call.  Out: a hash that is equal in another process only if all of it is the same there,
and the objects, numbered in the order in which they are met.  Raises Unknowable for what cannot be compared.

A derivation looks at some of this.  Here all of it is taken: every global variable with a name that occurs in a function's text,
the contents of objects and classes, the functions that these hold, and the lines of the files that their texts stand in.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import hashlib
import linecache
import struct
import sysconfig
import types
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from s2s.entries.inside import (
    HIDDEN,
    Pair,
    Unknowable,
    contents,
    get,
    hides,
    imported,
    imported_module,
    names_in,
    plain,
    registered,
    slots_of,
)
from s2s.entries.libraries import library_name
from s2s.shortcuts.warm import forget
from s2s.specialise.inputs import signature
from s2s.specialise.outside import CACHED, Same
from s2s.specialise.scope import MISSING

MOST = 20_000
"""Objects; a function that reaches more is not worth the search."""

LARGEST = 1 << 26
"""Bytes of the arrays outside; to read more takes longer than to derive."""

COMPUTED = {"getattr", "attrgetter", "methodcaller", "vars", "dir", "__dict__", "__getattribute__"}
"""What finds attributes by names that no text need show."""

ANYTHING = {"globals", "__globals__", "locals", "__import__", "import_module", "modules"}
ANYTHING |= {"eval", "exec", "_getframe", "gc"}
"""What finds things that nothing here leads to."""

UNREAD = {
    *HIDDEN,
    *["__doc__", "__module__", "__annotations__", "__firstlineno__", "__static_attributes__", "_abc_impl"],
}
"""Of what a class holds: what no derivation reads."""

SCALARS = (bool, int, str, bytes, float, complex)
CONTAINERS = (tuple, list, dict, set, frozenset, deque, range, slice)
DESCRIPTORS = (
    types.MemberDescriptorType,
    types.GetSetDescriptorType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
)


SINGLE = {id(value): name for name, value in vars(dataclasses).items() if type(value).__module__ == "dataclasses"}
"""Objects of which there is one, such as what stands for a default that a field has not."""

STANDARD = sysconfig.get_path("stdlib") + "/"
"""Where the standard library's files are, which are as its version."""


class Reached:
    """A walk through all that can be reached from some roots."""

    def __init__(self) -> None:
        self.hash = hashlib.blake2b(digest_size=32)
        self.numbers: dict[int, int] = {}
        self.objects: list[Any] = []
        self.waiting: deque[Callable[[], None]] = deque()
        self.names: set[str] = set()
        self.words: set[str] = set()
        self.modules: list[types.ModuleType] = []
        self.asked: set[tuple[int, str]] = set()
        self.files: set[str] = set()
        self.size = 0

    def number(self, value: Any) -> int | None:
        """Which of the objects this is."""
        return self.numbers.get(id(value))

    def put(self, tag: str, data: bytes = b"") -> None:
        label = tag.encode(errors="surrogatepass")
        self.hash.update(struct.pack("<QQ", len(label), len(data)) + label + data)

    def finish(self) -> str:
        """The hash, after all that is reached has been met: names of modules' variables too, which any text may use."""
        while self.waiting or self.ask_modules():
            while self.waiting:
                self.waiting.popleft()()
        searched = self.names & (ANYTHING | COMPUTED if self.modules else ANYTHING)
        if searched:
            raise Unknowable(f"{min(searched)} may find what no text names")
        return self.hash.hexdigest()

    def ask_modules(self) -> bool:
        """Meet the variables of the user's modules whose names occur in some text; whether there were new ones."""
        asked = False
        for module in self.modules:
            for name in sorted((self.names | self.words) & vars(module).keys()):
                if (id(module), name) not in self.asked:
                    self.asked.add((id(module), name))
                    self.put(f"of {module.__name__} {name}")
                    self.add(vars(module)[name])
                    asked = True
        return asked

    # ---------------------------------------------------------------------------------------------------------- roots
    def arguments(self, values: Iterable[Any]) -> None:
        """Of arguments: what tells calls apart, and the functions and objects among them."""
        for value in values:
            self.signature(signature(value))
            self.leaves(value)

    def signature(self, key: Any) -> None:
        if isinstance(key, tuple):
            self.put(f"signature {len(key)}")
            for part in key:
                self.signature(part)
        elif isinstance(key, Same):
            self.add(key.held())
        else:
            self.add(key)

    def leaves(self, value: Any) -> None:
        """The parts of an argument of which a signature says little."""
        kind = type(value)
        if value is None or kind in SCALARS or isinstance(value, np.generic):
            return
        if isinstance(value, np.ndarray):
            if kind is not np.ndarray:
                raise Unknowable(f"an array of the class {kind.__qualname__}")
        elif kind in (tuple, list):
            for part in value:
                self.leaves(part)
        elif kind is dict:
            for part in value.values():
                self.leaves(part)
        else:
            self.add(value)

    # --------------------------------------------------------------------------------------------------------- values
    def add(self, value: Any) -> None:
        """One value; what it is made of is met later."""
        kind = type(value)
        if value is None or value is Ellipsis or value is NotImplemented or value is MISSING:
            self.put(repr(value))
        elif kind in (float, complex):
            self.put(kind.__name__, struct.pack("<2d", complex(value).real, complex(value).imag))
        elif kind in SCALARS:
            self.put(kind.__name__, value if kind is bytes else str(value).encode(errors="surrogatepass"))
            if kind is str:
                self.words.update(filter(str.isidentifier, value.split(".")))
        elif isinstance(value, types.CodeType):
            self.code(value)
        elif id(value) in SINGLE:
            self.put("dataclasses", SINGLE[id(value)].encode())
        elif id(value) in self.numbers:
            self.put(f"again {self.numbers[id(value)]}")
        else:
            self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)
            if len(self.objects) > MOST:
                raise Unknowable("it reaches too much")
            name = library_name(value)
            if name:
                self.put("library", name.encode())
                self.names.add(name.rpartition(".")[2])
                self.note(type(value))
                self.put(registered(value))
            else:
                self.waiting.append(functools.partial(self.meet, value, len(self.objects) - 1))

    def note(self, value: Any) -> None:
        """Number something that is as another thing is."""
        if id(value) not in self.numbers:
            self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)

    def meet(self, value: Any, number: int) -> None:
        """What a value is made of."""
        self.put(f"{number} {type(value).__qualname__}")
        for kind, look in self.kinds():
            if issubclass(type(value), kind):
                look(value)
                return
        self.object(value)

    def kinds(self) -> Iterator[tuple[Any, Callable[[Any], None]]]:
        yield types.FunctionType, self.function
        yield types.CellType, lambda value: self.add(contents(value))
        yield types.ModuleType, self.module
        yield enum.Enum, self.member
        yield type, self.class_
        yield np.ndarray, self.array
        yield np.generic, lambda value: self.put(plain(value.dtype).str, value.tobytes())
        yield np.dtype, lambda value: self.put(plain(value).str)
        yield CONTAINERS, self.container
        yield types.MethodType, lambda value: self.several(value.__func__, value.__self__)
        yield functools.partial, lambda value: self.several(value.func, value.args, value.keywords)
        yield (staticmethod, classmethod), lambda value: self.several(value.__func__)
        yield property, lambda value: self.several(value.fget, value.fset, value.fdel)
        yield functools.cached_property, lambda value: self.several(value.func, value.attrname)
        yield CACHED, lambda value: self.several(value.__wrapped__)
        yield DESCRIPTORS, lambda value: self.put(value.__name__)
        yield types.BuiltinFunctionType, self.built_in
        yield type(vars(Pair)["one"]), lambda value: self.put(str(value.__reduce__()[1][0]))

    def several(self, *values: Any) -> None:
        for value in values:
            self.add(value)

    def container(self, value: Any) -> None:
        kind = type(value)
        base = next(base for base in kind.__mro__ if base in CONTAINERS)
        if kind is not base:
            slots = slots_of(kind)
            if hides(kind, len(slots), base) and kind is not defaultdict:
                raise Unknowable(f"an object of type {kind.__qualname__}")
            self.several(kind, getattr(value, "default_factory", None), *(get(slot, value) for slot in slots))
            self.attributes(value)
        if isinstance(value, (set, frozenset)):
            if not all(type(item) in SCALARS for item in value):
                raise Unknowable("the order of a set is not the same in each process")
            parts: Any = sorted(value, key=repr)
        elif isinstance(value, dict):
            parts = [part for pair in value.items() for part in pair]
        elif isinstance(value, (range, slice)):
            parts = [value.start, value.stop, value.step]
        else:
            parts = list(value)
        self.put(f"{getattr(value, 'maxlen', '')} {len(parts)}")
        self.several(*parts)

    def array(self, value: np.ndarray[Any, Any]) -> None:
        if type(value) is not np.ndarray:
            raise Unknowable(f"an array of the class {type(value).__qualname__}")
        self.size += value.nbytes
        if self.size > LARGEST:
            raise Unknowable("large arrays")
        flags = value.flags
        order = (flags.c_contiguous, flags.f_contiguous, flags.writeable)
        self.put(f"{plain(value.dtype).str} {value.shape} {order}", value.tobytes())

    def member(self, value: enum.Enum) -> None:
        self.put(value.name)
        self.several(type(value), value.value)
        self.attributes(value)

    def built_in(self, value: Any) -> None:
        """A method of a class, such as `object.__new__`; one of an object has a state that is not seen."""
        if not isinstance(value.__self__, (type, types.ModuleType)):
            raise Unknowable(f"the method {value.__qualname__} of an object")
        self.put(value.__name__)
        self.add(value.__self__)

    def object(self, value: Any) -> None:
        """An object of a user's class, or of one of this package's: what it holds."""
        kind = type(value)
        if library_name(kind).startswith("numba.") and isinstance(getattr(value, "py_func", None), types.FunctionType):
            self.add(value.py_func)
            return
        own = library_name(kind).partition(".")[0] in ("s2s", "s2s_runtime") or kind is np.vectorize
        slots = slots_of(kind)
        if hides(kind, len(slots)) or (library_name(kind) and not own):
            raise Unknowable(f"an object of type {kind.__qualname__}")
        self.several(kind, *(get(slot, value) for slot in slots))
        self.attributes(value)

    def attributes(self, value: Any) -> None:
        try:
            held = object.__getattribute__(value, "__dict__")
        except AttributeError:
            return
        for name, one in forget(dict(held)).items():
            self.add(name)
            self.add(one)

    # ------------------------------------------------------------------------------------------------ text and classes
    def function(self, value: types.FunctionType) -> None:
        """Its bytecode, the file that its text stands in, and what its names stand for."""
        self.put(f"{value.__module__}.{value.__qualname__} {value.__name__}")
        self.code(value.__code__)
        self.several(value.__defaults__, value.__kwdefaults__, forget(dict(vars(value))) or None, *(value.__closure__ or ()))
        built_in = value.__globals__.get("__builtins__")
        built_in = built_in if isinstance(built_in, dict) else vars(built_in) if built_in is not None else {}
        for name in names_in(value.__code__):
            self.put(name)
            self.add(value.__globals__.get(name, built_in.get(name, MISSING)))

    def code(self, code: types.CodeType) -> None:
        counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags, code.co_firstlineno)
        names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
        self.note(code)
        self.put(f"{code.co_filename} {code.co_qualname} {counts} {names}", code.co_code + code.co_exceptiontable)
        self.put("lines", code.co_linetable)
        self.file(code.co_filename)
        self.names.update(code.co_names)
        for constant in code.co_consts:
            self.constant(constant)
        for name in imported(code):
            self.add(imported_module(name))

    def constant(self, value: Any) -> None:
        """A constant of a function, which may be shared with another one or not."""
        if type(value) in (tuple, frozenset):
            parts = sorted(value, key=repr) if type(value) is frozenset else value
            self.put(f"{type(value).__name__} {len(parts)}")
            for part in parts:
                self.constant(part)
        else:
            self.add(value)

    def file(self, name: str) -> None:
        """The lines of a file, as a derivation reads them."""
        if name not in self.files and (not name.startswith(STANDARD) or "site-packages" in name):
            self.files.add(name)
            linecache.checkcache(name)
            lines = linecache.getlines(name)
            self.put("file", hashlib.blake2b("".join(lines).encode(errors="surrogatepass")).digest() if lines else b"")

    def module(self, value: types.ModuleType) -> None:
        if "__getattr__" in vars(value) or type(value) is not types.ModuleType:
            raise Unknowable(f"the module {value.__name__} makes its variables when they are asked for")
        self.put(value.__name__)
        self.modules.append(value)

    def class_(self, value: type) -> None:
        self.put(f"{value.__module__}.{value.__qualname__}")
        self.put(registered(value))
        if "__getattribute__" in vars(value):
            raise Unknowable(f"{value.__qualname__} has a way of its own to find attributes")
        self.several(type(value), *value.__bases__)
        for name, held in vars(value).items():
            if name not in UNREAD:
                self.put(name)
                self.held(name, held)

    def held(self, name: str, value: Any) -> None:
        """What a class holds under a name; of a dataclass's fields, what makes its objects."""
        if name == "__dataclass_fields__":
            for one in value.values():
                self.put(f"{one.name} {one.init} {one.kw_only} {one.compare} {one._field_type}")
                self.several(one.default, one.default_factory)
        elif name == "__dataclass_params__":
            self.put(repr(value))
        else:
            self.add(value)
