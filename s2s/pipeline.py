"""The whole way, read from top to bottom: from a Python function and example arguments to its derivative.

function --specialise--> Function --differentiate--> Function --optimise--> Function --emit--> Source --load--> callable
"""

from __future__ import annotations

import functools
import inspect
import linecache
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from s2s import ir, tiers
from s2s.emit import Source, emit
from s2s.emit.apart import given_apart
from s2s.jit.choice import Choice
from s2s.jit.options import ORDINARY, Options
from s2s.kinds import KINDS, Request, settled
from s2s.load import load
from s2s.optimise import optimise, settled_loops
from s2s.specialise import Specialised, specialise
from s2s.syntax import Span

if TYPE_CHECKING:
    from s2s.arguments import Call
    from s2s.code import Code


@dataclass(frozen=True)
class Derived:
    """A derivative for one signature: the program it came from, its text, and the callables that it loads as."""

    specialised: Specialised
    functions: tuple[ir.Function, ...]
    sources: tuple[Source, ...]
    kind: str
    header: str = ""
    has_aux: bool = False
    place: ir.Origin | None = None
    known_apart: tuple[bool, ...] | None = None
    """What `apart` says, where there are no programs."""

    def serves(self, choice: Choice) -> bool:
        """Whether there are callables for a choice: always."""
        return True

    @property
    def was_compiled(self) -> bool:
        """Whether compiled code is known from earlier: none is."""
        return False

    def least(self, call: Call) -> float:
        """The seconds that a call takes as NumPy code, at least."""
        return tiers.least(self.functions[0], call.all)

    def made(self, choice: Choice) -> tuple[Callable[..., Any], ...]:
        """The callables that a choice asks for."""
        if choice.check_nan:
            return self.checked()
        if choice.jit:
            return self.compiled(choice.jit is True, choice.for_compiling())
        return self.callables()

    def callables(self) -> tuple[Callable[..., Any], ...]:
        return tuple(load(source) for source in self.sources)

    def apart(self, number: int) -> bool:
        """Whether no result of a function shares memory with an argument, or with another result."""
        return given_apart(self.functions[number]) if self.known_apart is None else self.known_apart[number]

    def watched(self) -> tuple[Source, ...]:
        """The texts of the derivative that watches itself, and says which statement made a NaN or an infinity."""
        from s2s.watch import watched

        functions = watched(self.functions, self.kind, self.has_aux, self.place)
        return tuple(emit(function, function.name, self.header, function.doc) for function in functions)

    def checked(self) -> tuple[Callable[..., Any], ...]:
        """Callables that raise NotFinite if the derivative is not finite."""
        return tuple(telling(load(source)) for source in self.watched())

    def compiled(self, strict: bool, options: Options = ORDINARY) -> tuple[Code, ...]:
        """Callables that compile the program when they are called.  `strict`: what cannot be compiled is an error."""
        from s2s.code import Code
        from s2s.lower import missing

        without = missing(self.functions)
        return tuple(Code(function, self.header, strict, without, options) for function in self.functions)


def derive(
    function: Callable[..., Any],
    request: Request,
    examples: tuple[Any, ...] | None = None,
    keywords: dict[str, Any] | None = None,
) -> Derived:
    """The derivative of a function for arguments like the examples; for unknown ones if there are none."""
    specialised, builder = specialise(function, examples, keywords or {})
    builder.close()
    specialised = replace(specialised, function=settled_loops(specialised.function))
    request = settled(request, specialised)
    programs = KINDS[request.kind](specialised, request, builder)
    functions = tuple(optimise(program) for program in programs)
    sources = tuple(emit(program, program.name, header(function), program.doc) for program in functions)
    return Derived(specialised, functions, sources, request.kind, header(function), request.has_aux, definition(function))


def telling(run: Callable[..., Any]) -> Callable[..., Any]:
    """A program that watches itself, with the project's error for what it finds; another error is told what was found before."""
    from s2s.watch import not_finite, noted
    from s2s_runtime.watching import Found

    @functools.wraps(run)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return run(*args, **kwargs)
        except Found as found:
            raise not_finite(found) from None
        except Exception as error:
            raise noted(error)  # noqa: B904  the same one

    return told


def definition(function: Callable[..., Any]) -> ir.Origin | None:
    """Where a function is defined: its first line behind what decorates it."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return None
    file, line = code.co_filename, code.co_firstlineno
    while (text := linecache.getline(file, line)).lstrip().startswith("@") or (text and code.co_name not in text):
        line += 1
    if not text:
        file, line, text = code.co_filename, code.co_firstlineno, linecache.getline(code.co_filename, code.co_firstlineno)
    start = len(text) - len(text.lstrip())
    return ir.Origin(file, Span(line, start, line, len(text.rstrip())), text.strip())


def header(function: Callable[..., Any]) -> str:
    """Where a derivative comes from."""
    name = getattr(function, "__qualname__", None) or type(function).__name__
    module = getattr(function, "__module__", None) or ""
    try:
        line = inspect.unwrap(function).__code__.co_firstlineno
    except AttributeError:
        return f"Derivative of {module}.{name}, generated by s2s."
    return f"Derivative of {name} ({module}, line {line}), generated by s2s."
