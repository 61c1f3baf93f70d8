"""Who decides how a derivative runs: the call, the decorated function, the environment, in this order.

In: what each of them says, as the keyword arguments that all transforms take.  Out: a Choice.

    jit             what is compiled: "auto" (as far as that is possible, once it pays), True (all, at once), False (nothing)
    check_nan       NotFinite if the derivative has a NaN or an infinity in it, with the statement that made it; runs as NumPy code
    boundscheck     compiled code looks at every index before it is used
    parallel        compiled code runs independent loops in threads
    fastmath        what compiled code may change in arithmetic, beyond what is always allowed
    reuse_memory    compiled code computes in the memory of its last call: what that gave is overwritten
    check           NotAdjoint if both modes do not agree, with the statement that is to blame; at the first call, or at one in n
"""

from __future__ import annotations

import functools
import os
import types
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypedDict

from s2s.errors import S2SError, did_you_mean
from s2s.jit.options import Options as CompileOptions

COMPILED: dict[Any, Any] = {"auto": "auto", True: True, False: False}
WORDS: dict[str, Any] = {"auto": "auto", "": "auto", "1": True, "0": False, "true": True, "false": False}
FLAGS = ("afn", "arcp", "contract", "ninf", "nnan", "nsz", "reassoc")
"""What LLVM may be allowed in arithmetic, each by itself."""


class Options(TypedDict, total=False):
    """The keyword arguments that say how a derivative runs; None, as if it were not there."""

    jit: Any
    check_nan: bool | None
    boundscheck: bool | None
    parallel: bool | None
    fastmath: bool | str | Collection[str] | None
    reuse_memory: bool | None
    check: bool | str | tuple[str, int] | None


@dataclass(frozen=True)
class Choice:
    """How a derivative runs; None where nothing was said."""

    jit: Any = None
    check_nan: bool | None = None
    boundscheck: bool | None = None
    parallel: bool | None = None
    fastmath: bool | frozenset[str] | None = None
    reuse_memory: bool | None = None
    check: bool | str | tuple[str, int] | None = None

    def __hash__(self) -> int:
        held: int | None = self.__dict__.get("hash")
        if held is None:
            held = self.__dict__["hash"] = hash((self.jit, self.check_nan, self.boundscheck, self.fastmath, self.reuse_memory, self.check))
        return held

    def given(self) -> dict[str, Any]:
        """What was said, as keyword arguments."""
        return {name: value for name in NAMES if (value := getattr(self, name)) is not None}

    def for_compiling(self) -> CompileOptions:
        """What the compiler is told."""
        reuse = bool(self.reuse_memory) and not self.parallel  # threads would take the same memory
        return CompileOptions(bool(self.boundscheck), self.fastmath or False, bool(self.parallel), reuse=reuse)

    @functools.cached_property
    def unchecked(self) -> Choice:
        """How what is checked runs."""
        return replace(self, check=False) if self.check else self

    @property
    def compiles(self) -> bool:
        """Whether compiled code is asked for, as far as that goes; what looks for NaN is NumPy code."""
        return bool(self.jit) and not self.check_nan

    @property
    def waits(self) -> bool:
        """Whether NumPy code will do until compiling pays: not where something was said of compiled code."""
        return self.jit == "auto" and not (self.check_nan or self.boundscheck or self.parallel or self.fastmath)

    @property
    def kept(self) -> bool:
        """Whether a derivative that is on disk will do: what watches itself, or its indices, runs in threads, or in memory that it is
        given, has another text."""
        return self.compiles and not self.boundscheck and not self.parallel and not self.reuse_memory


NAMES = tuple(field.name for field in fields(Choice))
ORDINARY = Choice(False, False, False, False, False, False, False)


def said(options: Mapping[str, Any]) -> Choice:
    """What keyword arguments say.  Raises TypeError for one that is none, S2SError for a value that it may not have."""
    if not options:
        return UNSAID
    if len(options) == 1 and "jit" in options and isinstance(options["jit"], (bool, str)) and options["jit"] in ONLY:
        return ONLY[options["jit"]]
    for name in options:
        if name not in NAMES:
            hint = did_you_mean(name, NAMES)
            raise TypeError(f"there is no keyword argument {name!r} here" + (f": {hint}" if hint else ""))
    return Choice(**{name: READ[name](name, value) for name, value in options.items() if value is not None})


UNSAID = Choice()
ONLY = {word: Choice(jit) for word, jit in COMPILED.items()}
"""What is said where nothing but `jit` is."""


def taken(kwargs: Mapping[str, Any]) -> tuple[Choice, dict[str, Any]]:
    """What keyword arguments of a call say, and the others, which are the function's."""
    if not kwargs:
        return UNSAID, {}
    own = {name: kwargs[name] for name in NAMES if name in kwargs}
    return said(own), {name: value for name, value in kwargs.items() if name not in own} if own else dict(kwargs)


def settled(choice: Choice, function: Any = None) -> Choice:
    """The choice for a call: what it does not say, the function inside it does, then the environment.  Raises S2SError."""
    while (inner := inside(function)) is not None:
        held = getattr(function, "options", UNSAID)
        if isinstance(held, Choice) and held is not UNSAID:
            own = {name: getattr(held, name) if getattr(choice, name) is None else getattr(choice, name) for name in NAMES}
            choice = Choice(**own)
        function = inner
    return _complete(choice, os.environ.get("S2S_JIT", "auto") if choice.jit is None else "")


def inside(function: Any) -> Any:
    """The function in a transform, in one that was made differentiable, in a partial or a method; None for any other."""
    if type(function) is types.FunctionType:
        return None
    if hasattr(type(function), "__s2s_key__"):
        return getattr(function, "function", None) or getattr(function, "__wrapped__", None)
    if isinstance(function, functools.partial):
        return function.func
    return function.__func__ if isinstance(function, types.MethodType) else None


@functools.cache
def _complete(choice: Choice, word: str) -> Choice:
    """A choice with nothing left open; the word is the environment's."""
    if word.lower() not in WORDS:
        raise S2SError(f'S2S_JIT is {word!r}: it may be "auto", 1 or 0')
    jit = WORDS[word.lower()] if choice.jit is None else choice.jit
    return Choice(
        jit, choice.check_nan or False, choice.boundscheck or False, choice.parallel or False, choice.fastmath or False,
        choice.reuse_memory or False, choice.check or False,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------------- what each may be
def _jit(name: str, value: Any) -> Any:
    if isinstance(value, (bool, str)) and value in COMPILED:
        return COMPILED[value]
    raise S2SError(f'jit is {value!r}: it may be "auto", True or False')


def _switch(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise S2SError(f"{name} is {value!r}: it may be True or False")


def _fastmath(name: str, value: Any) -> bool | frozenset[str]:
    """True, False, or flags: in a collection, or one by its name."""
    if isinstance(value, bool):
        return value
    flags = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Collection) else None
    if flags is not None and all(isinstance(flag, str) and flag in FLAGS for flag in flags):
        return frozenset(flags)
    raise S2SError(f"fastmath is {value!r}: it may be True, False, or a set of {', '.join(FLAGS)}")


def _check(name: str, value: Any) -> bool | str | tuple[str, int]:
    """False, "dot", or ("dot", n), for which there is "dot:n"."""
    if value is False or value == "dot":
        return value  # type: ignore[no-any-return]
    kind, _, often = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind == "dot" and often.isdecimal():
        value = kind, int(often)
    if type(value) is tuple and len(value) == 2 and value[0] == "dot" and type(value[1]) is int and value[1] > 0:
        return value
    raise S2SError(f'{name} is {value!r}: it may be "dot", "dot:n" for one call in n, ("dot", n), or False')


READ = {"jit": _jit, "check_nan": _switch, "boundscheck": _switch, "parallel": _switch, "fastmath": _fastmath,
        "reuse_memory": _switch, "check": _check}  # fmt: skip
