"""A derived program as machine code: compiled for the lengths of a call, and once more where another call has others.

In: a function of the intermediate representation, the user's choice.  Out: a callable, and an account of what is compiled and
what is not, with the reason.
"""

from __future__ import annotations

import functools
import operator
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.direct import Direct, direct, parts_apart
from s2s.emit import Source, emit
from s2s.emit.owners import walk
from s2s.errors import NotCompiled, OutOfBounds
from s2s.facts import Symbol
from s2s.jit.options import ORDINARY, Options
from s2s.load import load
from s2s.lower import AS_IT_IS, Assumption, Handing, Part, Parted, handing, observed, parted, symbols
from s2s.lower.arenas import in_arena
from s2s.lower.assuming import axes, loads
from s2s.lower.bounds import Looked, bounded
from s2s.lower.counting import newest
from s2s.optimise import optimise
from s2s_runtime.arena import Arena
from s2s_runtime.loops import OtherKinds, OtherLengths, Outside

VARIANTS = 4
"""How often a program is compiled for other lengths before it is compiled for all."""


Positions = tuple[int, ...] | None


class Code:
    """One function, compiled.  `strict`: what cannot be compiled is an error; `options`: how the rest is."""

    def __init__(
        self,
        function: ir.Function,
        header: str,
        strict: bool,
        without: frozenset[str] = frozenset(),
        options: Options = ORDINARY,
    ) -> None:
        self.kept = kept(function)
        self.function = with_parameters(function, self.kept)
        self.header, self.strict, self.without, self.options = header, strict, without, options
        self.lengths = measuring(self.function, without)
        self.variants: list[Variant] = []
        self.lock = threading.RLock()
        self.keep: Callable[[Record], None] | None = None

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if self.kept is not None:
            args = picked(args, self.kept)
        for variant in self.variants:
            try:
                return variant.run(*args, **kwargs)
            except OtherLengths:
                continue
        return self.variant(args, kwargs).run(*args, **kwargs)

    def variant(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Variant:
        """The program for the lengths of a call."""
        with self.lock:
            sizes = self.sizes(args, kwargs)
            found = next((variant for variant in self.variants if variant.assumption.holds(sizes)), None)
            if found is None:
                found = Variant(self, self.assumption(sizes), sizes)
                self.variants = [found, *self.variants]
                if self.keep is not None:
                    self.keep(found.record())
            return found

    @property
    def programs(self) -> list[Picking]:
        """What runs, for the lengths of one call or another."""
        return [Picking(variant.run, self.kept, unpacks=variant.parted.unpacks) for variant in self.variants]

    def apart(self) -> bool:
        """Whether it is known of all that runs that its results share memory with nothing."""
        return all(variant.apart for variant in self.variants)

    def assumption(self, sizes: Mapping[Symbol, int]) -> Assumption:
        """What is taken for granted of the lengths: less each time, at last nothing."""
        if not self.variants:
            return observed(self.function, sizes)
        return self.variants[0].assumption.both(sizes) if len(self.variants) < VARIANTS else Assumption()

    def sizes(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[Symbol, int]:
        found = self.lengths(*args, **kwargs)
        return dict(zip(symbols(self.function, self.without), found, strict=True))


class Variant:
    """A program under an assumption about lengths."""

    def __init__(self, code: Code, assumption: Assumption, sizes: Mapping[Symbol, int]) -> None:
        self.assumption, self.code = assumption, code
        self.parted: Parted = parted(code.function, assumption, code.without, sizes if code.options.parallel else None)
        if code.strict and self.parted.left:
            raise not_lowered(*self.parted.left[0])
        whole = self.parted.whole
        doubles = whole is None and not self.parted.unpacks
        reuse = code.options.reuse and (whole is not None or self.parted.unpacks)  # of several parts one might be called twice
        self.parts = [piece(code, part, f"{code.function.name}_{k}", doubles, reuse) for k, part in enumerate(self.parted.parts, 1)]
        if whole is not None and not reuse and not self.parts[0].handing.is_needed:
            self.parts[0].known = functools.cache(lambda: direct(whole, assumption))
        self.outer: Source | None = None
        if whole is not None:
            self.run: Callable[..., Any] = self.parts[0]
        else:
            calling = optimise(self.parted.calling(self.parts))
            self.outer = emit(calling, calling.name, code.header, calling.doc)
            self.run = load(self.outer)

    @functools.cached_property
    def apart(self) -> bool:
        """Whether no result shares memory with an argument, or with another one."""
        return parts_apart(self.parted)

    def account(self) -> list[str]:
        """What is compiled, and what is not, with the user's line and the reason."""
        left, count = self.parted.left, len(self.parts)
        whole = bool(count) and not left
        lines = ["compiled: all of it" if whole else f"compiled: {count} part{'s' * (count != 1)} of it" if count else "compiled: nothing"]
        for origin, reason in left:
            place = f"{origin.file}:{origin.span.line}: {origin.text}" if origin else "a statement"
            lines.append(f"  as NumPy code: {place}: {reason}")
        lines += [f"  as NumPy code: {piece.__name__}: {piece.failure}" for piece in self.parts if piece.failure]
        return lines

    @property
    def sources(self) -> list[Source]:
        return [piece.source for piece in self.parts] + ([self.outer] if self.outer else [])

    def record(self) -> Record:
        """The texts, which are all that another process needs to run it."""
        pieces = tuple((piece.source, piece.plain(), piece.handing) for piece in self.parts)
        if self.outer is None:
            return Record(pieces, known=self.parts[0].known(), kept=self.code.kept, apart=self.apart)
        numbers = {id(piece): Mark(k) for k, piece in enumerate(self.parts)}
        outside = {name: numbers.get(id(value), value) for name, value in self.outer.outside.items()}
        return Record(pieces, replace(self.outer, outside=outside), None, self.code.kept, self.apart, self.parted.unpacks)


@dataclass(frozen=True)
class Mark:
    """Stands for a piece among what a text needs from outside."""

    number: int


@dataclass(frozen=True)
class Record:
    """A program under an assumption, as texts: each piece as loop nests and as NumPy code, with how numbers are handed to it and
    back; and what calls them, if they are not all.
    """

    pieces: tuple[tuple[Source, Source, Handing], ...]
    outer: Source | None = None
    known: Direct | None = None
    kept: Positions = None
    apart: bool = False
    unpacks: bool = False

    def linked(self, strict: bool, options: Options) -> Picking:
        """The callable that a variant with these texts runs, given all arguments; `strict` and `options` as there."""
        pieces = [Piece(loops, functools.partial(_same, plain), strict, options, (), numbers) for loops, plain, numbers in self.pieces]
        if self.outer is None:
            pieces[0].known = lambda: self.known
            return Picking(pieces[0], self.kept, self.apart)
        outside = {
            name: pieces[value.number] if isinstance(value, Mark) else value for name, value in self.outer.outside.items()
        }
        return Picking(load(replace(self.outer, outside=outside)), self.kept, self.apart, self.unpacks)


class Picking:
    """A callable, given those of the arguments that it reads.  `unpacks`: it takes trees apart, calls one piece, and that is all."""

    def __init__(self, run: Callable[..., Any], kept: Positions, apart: bool = False, unpacks: bool = False) -> None:
        self.run, self.kept, self.is_apart, self.unpacks = run, kept, apart, unpacks

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.run(*(args if self.kept is None else picked(args, self.kept)), **kwargs)

    def apart(self) -> bool:
        return self.is_apart


def picked(args: tuple[Any, ...], kept: tuple[int, ...]) -> tuple[Any, ...]:
    return tuple([args[k] for k in kept if k < len(args)])


def kept(function: ir.Function) -> Positions:
    """Which positional parameters are read, or are numbers; None for all of them.

    The others were taken as known: text, functions, objects.  Numba would want to know what they are.
    """
    read = ir.free(function.body)
    parameters = [parameter for parameter in function.parameters if not parameter.captured]
    found = [
        k
        for k, parameter in enumerate(parameters)
        if parameter.name in read or parameter.default is not None or isinstance(function.types.get(parameter.name), facts.Num)
    ]
    return None if len(found) == len(parameters) else tuple(found)


def with_parameters(function: ir.Function, kept: Positions) -> ir.Function:
    """A function with some of its positional parameters."""
    if kept is None:
        return function
    places = [k for k, parameter in enumerate(function.parameters) if not parameter.captured]
    left = set(places) - {places[k] for k in kept}
    parameters = tuple(one for k, one in enumerate(function.parameters) if k not in left)
    inputs = tuple(one for k, one in enumerate(function.inputs) if k not in left)
    return replace(function, parameters=parameters, inputs=inputs)


def _same(source: Source) -> Source:
    return source


def piece(code: Code, part: Part, name: str, doubles: bool, reuse: bool = False) -> Piece:
    """A part of a program, compiled; `reuse`: in memory that it is given."""
    name = part.plain.name if part.plain.name == code.function.name else name
    nests, looked = bounded(part.loops) if code.options.boundscheck else (part.loops, ())
    nests = in_arena(nests) if reuse else nests
    loops = emit(nests, name, code.header, part.plain.doc)
    plain = functools.partial(emit, part.plain, name, code.header, part.plain.doc)
    threads = code.options.parallel and any(isinstance(stmt, ir.For) and stmt.parallel for stmt in walk(nests.body))
    options = replace(code.options, parallel=threads)
    return Piece(loops, plain, code.strict, options, looked, handing(part, doubles), Arena() if reuse else None)


class Piece:
    """A part of a program that Numba compiles when it is first called; where it cannot, NumPy runs the part."""

    def __init__(
        self,
        source: Source,
        plain: Callable[[], Source],
        strict: bool,
        options: Options = ORDINARY,
        looked: Sequence[Looked] = (),
        handing: Handing = AS_IT_IS,
        arena: Arena | None = None,
    ) -> None:
        self.source, self.plain, self.strict, self.looked, self.handing, self.arena = source, plain, strict, looked, handing, arena
        self.__name__ = source.name
        self.failure: NotCompiled | None = None
        self.known: Callable[[], Direct | None] = nothing_known
        self.run = runnable(self.source, options)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if self.handing.is_needed and not self.handing.are_taken(args):
            return self.as_it_stands(*args, **kwargs)
        try:
            result = self.machine_code(*self.handing.handed_over(args), **kwargs)
        except (OtherKinds, OverflowError):  # an argument that Numba has no type for is one of these
            return self.as_it_stands(*args, **kwargs)
        except NotCompiled as failure:
            if self.strict:
                raise
            self.failure, self.handing, self.arena = failure, AS_IT_IS, None
            self.run = self.as_it_stands
            return self.run(*args, **kwargs)
        except Outside as found:
            raise out_of_bounds(found, self.looked) from None
        return self.handing.given_back(result)

    @property
    def machine_code(self) -> Callable[..., Any]:
        """What is compiled, with the memory that it computes in, if it is given any."""
        run, arena = self.run, self.arena
        return run if arena is None else lambda *args, **kwargs: run(*arena.begin(), *args, **kwargs)

    @functools.cached_property
    def as_it_stands(self) -> Callable[..., Any]:
        """The part as NumPy code."""
        return load(self.plain())


def nothing_known() -> None:
    """What is known of a piece that is not all of a program."""


def runnable(source: Source, options: Options) -> Callable[..., Any]:
    """A text, compiled when it is called; run as it stands where Numba is switched off, as Numba itself would."""
    from s2s.jit import compiled, is_switched_off

    return load(source) if is_switched_off() else compiled(source, options=options)


def out_of_bounds(found: Outside, looked: Sequence[Looked]) -> OutOfBounds:
    """The project's error for an index that was looked at: the user's line, the array, the axis."""
    from s2s.jit.failures import placed

    index, size, number = found.args
    place = looked[number]
    what = f"axis {place.axis} of {place.array}" if place.array else f"axis {place.axis}"
    reason = f"index {index} is out of bounds for {what}, which has size {size}"
    return OutOfBounds(reason, array=place.array, axis=place.axis, size=size, index=index, **placed(place.origin))


def not_lowered(origin: ir.Origin | None, reason: str) -> NotCompiled:
    """The project's error for what cannot be written as loop nests."""
    from s2s.jit.failures import at_origin

    return at_origin(origin, reason)


def shown(
    function: ir.Function, header: str, sizes: Mapping[Symbol, int], without: frozenset[str], options: Options = ORDINARY
) -> Variant:
    """What is compiled of a function for arguments of these lengths; nothing is compiled yet."""
    code = Code(function, header, False, without, options)
    return Variant(code, observed(function, sizes), sizes)


def measuring(function: ir.Function, without: frozenset[str]) -> Callable[..., tuple[int, ...]]:
    """A function of the same parameters that gives the lengths that are symbols, in their order."""
    first: dict[Symbol, tuple[str, int | None]] = {}
    for name, axis, symbol in axes(function, without):
        first.setdefault(symbol, (name, axis))
    statements: list[ir.Stmt] = [*loads(function)]
    number = newest(function)
    lengths: list[ir.Atom] = []
    for name, axis in first.values():
        if axis is None:
            lengths.append(ir.Var(name))
            continue
        shape, length = ir.Var(f"#{number + 1}"), ir.Var(f"#{number + 2}")
        statements.append(ir.Let(shape.name, ir.Apply(np.shape, (ir.Var(name),))))
        statements.append(ir.Let(length.name, ir.Apply(operator.getitem, (shape, ir.Const(axis)))))
        lengths.append(length)
        number += 2
    body = ir.Block(tuple(statements), (ir.Pack(tuple, tuple(lengths)),))
    measured = optimise(replace(function, body=body, name="lengths", doc=""))
    return load(emit(measured, measured.name))
