"""A derived program as machine code: compiled for the lengths of a call, and once more where another call has others.

In: a function of the intermediate representation, the user's choice.  Out: a callable, and an account of what is compiled and
what is not, with the reason.
"""

from __future__ import annotations

import functools
import operator
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import ir
from s2s.emit import Source, emit
from s2s.errors import NotCompiled, OutOfBounds
from s2s.facts import Symbol
from s2s.jit.options import ORDINARY, Options
from s2s.load import load
from s2s.lower import Assumption, Part, Parted, are_taken, given_back, observed, parted, symbols
from s2s.lower.assuming import axes, loads
from s2s.lower.bounds import Looked, bounded
from s2s.lower.counting import newest
from s2s.optimise import optimise
from s2s_runtime.loops import OtherKinds, OtherLengths, Outside

VARIANTS = 4
"""How often a program is compiled for other lengths before it is compiled for all."""


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
        self.function, self.header, self.strict, self.without, self.options = function, header, strict, without, options
        self.lengths = measuring(function, without)
        self.variants: list[Variant] = []
        self.lock = threading.RLock()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
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
                found = Variant(self, self.assumption(sizes))
                self.variants = [found, *self.variants]
            return found

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

    def __init__(self, code: Code, assumption: Assumption) -> None:
        self.assumption, self.code = assumption, code
        self.parted: Parted = parted(code.function, assumption, code.without)
        if code.strict and self.parted.left:
            raise not_lowered(*self.parted.left[0])
        self.parts = [Piece(code, part, f"{code.function.name}_{k}") for k, part in enumerate(self.parted.parts, 1)]
        whole = self.parted.whole
        self.outer: Source | None = None
        if whole is not None:
            self.run: Callable[..., Any] = self.parts[0]
        else:
            calling = optimise(self.parted.calling(self.parts))
            self.outer = emit(calling, calling.name, code.header, calling.doc)
            self.run = load(self.outer)

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


class Piece:
    """A part of a program that Numba compiles when it is first called; where it cannot, NumPy runs the part."""

    def __init__(self, code: Code, part: Part, name: str) -> None:
        self.code, self.part = code, part
        self.__name__ = part.plain.name if part.plain.name == code.function.name else name
        loops, self.looked = bounded(part.loops) if code.options.boundscheck else (part.loops, ())
        self.source = emit(loops, self.__name__, code.header, part.plain.doc)
        self.failure: NotCompiled | None = None
        self.run = runnable(self.source, code.options)
        self.given_back = given_back(part, doubles=part.plain is not code.function)
        self.are_taken = are_taken(part)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.are_taken is not None and not self.are_taken(args):
            return self.plain(*args, **kwargs)
        try:
            result = self.run(*args, **kwargs)
        except OtherKinds:
            return self.plain(*args, **kwargs)
        except NotCompiled as failure:
            if self.code.strict:
                raise
            self.failure, self.run, self.given_back = failure, self.plain, None
            return self.run(*args, **kwargs)
        except Outside as found:
            raise out_of_bounds(found, self.looked) from None
        return result if self.given_back is None else self.given_back(result)

    @functools.cached_property
    def plain(self) -> Callable[..., Any]:
        """The part as NumPy code."""
        return load(emit(self.part.plain, self.__name__, self.code.header, self.part.plain.doc))


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
    return Variant(code, observed(function, sizes))


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
