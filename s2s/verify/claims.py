"""What is claimed of a user's derivatives on one path, and how well it holds.

In: the function and its derivatives as programs on symbols, arguments, what the function gave for them.  Out: `Claim`s.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from s2s.errors import S2SError
from s2s.showing import call_of, derived_for
from s2s.specialise.outside import Environment
from s2s.transforms import Gradient, Transform
from s2s.verify.arrays import Symbols, filled, scalars
from s2s.verify.certificate import Claim
from s2s.verify.deciding import Verdict, same
from s2s.verify.evaluating import value_of
from s2s.verify.held import given, recorded
from s2s.verify.inputs import copied, in_digits, like, numbers
from s2s.verify.lifting import twin
from s2s.verify.scalar import Scalar, mp, scalar
from s2s.verify.slopes import derivative, symbols_in
from s2s.verify.wanted import STEP
from s2s_runtime import tree


class NotVerified(S2SError):
    """A function of which nothing can be proved for these shapes: with the reason."""


@dataclass
class Programs:
    """The function itself and the texts of its derivatives, all run on symbols; what a method is bound to is given already.  What is None
    nothing is claimed of."""

    function: Callable[..., Any]
    reverse: Callable[..., Any]
    forward: Callable[..., Any] | None
    second: Callable[..., Any] | None
    names: list[str]
    wrt: tuple[int, ...]


def programs_for(function: Any, args: tuple[Any, ...]) -> Programs:
    """Derive for arguments like these.  The second derivative is that of a single number, by the first argument that has one."""
    transform = Transform(function, None)
    callee, call = call_of(transform, args, {})
    original = inspect.unwrap(callee.function)
    bound = len(callee.args)
    names = list(inspect.signature(original).parameters)[bound:]
    wrt = tuple(position - bound for position in call.wrt)
    forward, reverse = (loaded(derived_for(transform, args, {}, kind), callee, call) for kind in ("jvp", "vjp"))
    second = None
    value = original(*tree.copy(call.all))
    if tree.is_leaf(value) and np.ndim(value) == 0 and wrt:
        pushed = Transform(Gradient(function, wrt[0]), wrt[0])
        second = loaded(derived_for(pushed, args, {}, "jvp"), *call_of(pushed, args, {}, "jvp"))
    return Programs(functools.partial(twin(original), *callee.args), reverse, forward, second, names, wrt)


def loaded(derived: Any, callee: Any, call: Any, run: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """A derivative, or a text in its place, as a function on symbols, given what it reads from its surroundings."""
    (run,) = derived.callables() if run is None else (run,)
    outside = {name: symbols_of(value) for name, value in surroundings(derived, callee, call).items()}
    on_symbols = twin(inspect.unwrap(run))
    return functools.partial(on_symbols, *callee.args, **outside)


def surroundings(derived: Any, callee: Any, call: Any) -> dict[str, Any]:
    """What a derivative reads from outside of the function, by name."""
    environment = Environment(callee.function, call.all)
    return {name: capture.get(environment) for name, capture in zip(derived.sources[0].captured, derived.specialised.captures, strict=True)}


def symbols_of(value: Any) -> Any:
    """What is read from the surroundings, exactly."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return filled([scalar(x) for x in value.ravel()], value.shape)
    return scalar(value) if isinstance(value, float) else value


# --------------------------------------------------------------------------------------------------------------- claims
def claims(programs: Programs, args: tuple[Any, ...], result: Any) -> Iterator[Claim]:
    """What is claimed of the derivatives on one path, and whether it holds."""
    if any(entry.expr is None for entry in numbers(result)):
        yield from claims_in_digits(programs, args, result)
        return
    moving = [args[k] for k in programs.wrt]
    entries = [entry for value in moving for entry in numbers(value) if entry.expr is not None and symbols_in(entry.expr)]
    seed = like("g", result)
    value, bars = programs.reverse(*args, seed)
    yield claim("value", "the generated program computes what the function computes", numbers(value), numbers(result))
    wanted = gradient(total_of(result, seed), entries)
    if has_seed(programs, args):  # a gradient is asked for without one
        bars, wanted = (bars, programs.reverse(*copied(args))[1]), wanted + gradient(numbers(result)[0], entries)
    yield claim("reverse", f"cotangents of {word_list(programs)}", numbers(bars), wanted)
    tangents = [like(f"v{k}_", value) for k, value in enumerate(moving)]
    moved = dict(zip(entries, (v for t in tangents for v in numbers(t)), strict=True))
    if programs.forward is not None:
        _, dot = programs.forward(*args, *tangents)
        yield claim("forward", "the tangent", numbers(dot), [along(entry, moved) for entry in numbers(result)])
    if programs.second is not None:
        first = numbers(moving[0])
        slopes = gradient(numbers(result)[0], first)
        _, turned = programs.second(*args, tangents[0])
        only = {x: moved[x] for x in first}
        found = numbers(turned) if turned is not None else [scalar(0)] * len(slopes)
        about = f"the Hessian by {programs.names[programs.wrt[0]]}, times a vector"
        yield claim("order 2", about, found, [along(slope, only) for slope in slopes])


FEW = 12
"""How many entries are moved one by one, where there is no expression; more are moved along one direction, which no wrong entry is
perpendicular to but by chance."""


def claims_in_digits(programs: Programs, args: tuple[Any, ...], result: Any) -> Iterator[Claim]:
    """The same of a function that sympy has no expression for: against central differences, of first order."""
    moving = [args[k] for k in programs.wrt]
    plain = in_digits(args)
    seed = in_digits(like("g", result))
    value, bars = programs.reverse(*copied(plain), seed)
    yield claim("value", "the generated program computes what the function computes", numbers(value), numbers(result))
    found = numbers(bars)
    ways = unit_steps(len(found)) if len(found) <= FEW else [drawn(len(found))]
    moves = [difference(programs, args, way) for way in ways]
    slopes, along_ways = [total_of(move, seed) for move in moves], [scaled(found, way) for way in ways]
    if has_seed(programs, args):
        unseeded = numbers(programs.reverse(*copied(plain))[1])
        slopes += [entry for move in moves for entry in move]
        along_ways += [scaled(unseeded, way) for way in ways]
    yield claim("reverse", f"cotangents of {word_list(programs)}", along_ways, slopes)
    if programs.forward is not None:
        way = drawn(len(found))
        _, dot = programs.forward(*copied(plain), *placed(moving, way))
        yield claim("forward", "the tangent", numbers(dot), difference(programs, args, way))


def has_seed(programs: Programs, args: tuple[Any, ...]) -> bool:
    """Whether the text has a cotangent of its own for the result."""
    try:
        inspect.signature(programs.reverse).bind(*args)
    except TypeError:
        return False
    return True


def scaled(found: list[Scalar], way: list[Scalar]) -> Scalar:
    """How far cotangents go along a direction."""
    total: Scalar = sum((bar * step for bar, step in zip(found, way, strict=True)), scalar(0))
    return total


def unit_steps(count: int) -> list[list[Scalar]]:
    return [[scalar(int(i == k)) for i in range(count)] for k in range(count)]


def drawn(count: int) -> list[Scalar]:
    """A direction of which no two entries have much in common."""
    return [Scalar(None, mp.mpf(int(k)) / 10**9) for k in np.random.default_rng(count).integers(10**8, 10**9, count)]


def placed(trees: Any, found: list[Scalar]) -> Any:
    """Numbers in the places of those of some trees."""
    rest = iter(found)

    def place(x: Any) -> Any:
        if isinstance(x, Symbols):
            return filled([next(rest) for _ in scalars(x)], x.shape)
        return next(rest) if isinstance(x, Scalar) else x

    return tree.tree_map(place, trees)


def difference(programs: Programs, args: tuple[Any, ...], way: list[Scalar]) -> list[Scalar]:
    """How each number of the result moves along a direction, by central differences; what is held does not."""
    with recorded() as values:
        programs.function(*copied(in_digits(args)))

    def at(sign: int) -> list[Scalar]:
        steps = iter([sign * STEP * step.value for step in way])
        moved = [shifted(arg, steps) if k in programs.wrt else in_digits(arg) for k, arg in enumerate(args)]
        with given(values):
            return numbers(programs.function(*moved))

    return [Scalar(None, (up.value - down.value) / (2 * STEP)) for up, down in zip(at(1), at(-1), strict=True)]


def shifted(found: Any, steps: Iterator[Any]) -> Any:
    """A tree of numbers, each a step further."""
    return placed(found, [Scalar(None, x.value + next(steps)) for x in numbers(found)])


def word_list(programs: Programs) -> str:
    return ", ".join(programs.names[k] if k < len(programs.names) else f"argument {k}" for k in programs.wrt)


def total_of(result: Any, seed: Any) -> Scalar:
    """The result times its cotangent."""
    return sum((a * b for a, b in zip(numbers(result), numbers(seed), strict=True)), scalar(0))


def gradient(measured: Scalar, entries: list[Scalar]) -> list[Scalar]:
    """The derivatives of a number by symbols, as sympy has them."""
    if measured.expr is None:
        raise NotVerified("a function in it has no expression in sympy")
    found = [derivative(measured.expr, entry.expr) for entry in entries]
    return [Scalar(expr, value_of(expr)) for expr in found]


def along(entry: Scalar, moved: dict[Scalar, Scalar]) -> Any:
    if entry.expr is None:
        raise NotVerified("a function in it has no expression in sympy")
    expr = sum((derivative(entry.expr, x.expr) * v.expr for x, v in moved.items()), sp.Integer(0))
    return Scalar(expr, value_of(expr))


def claim(what: str, about: str, got: list[Scalar], wanted: list[Scalar]) -> Claim:
    """Whether all numbers are those that they should be; once one is so to the last digit only, no other is asked for more."""
    if len(got) != len(wanted):
        return Claim(what, about, Verdict.refuted, f"{len(got)} numbers for {len(wanted)}")
    worst, found = Verdict.proved, ""
    for a, b in zip(got, wanted, strict=True):
        verdict = same(a, b, follows=worst < Verdict.proved)
        if verdict < worst:
            worst, found = verdict, f"{a} for {b}" if verdict is Verdict.refuted else ""
    return Claim(what, about, worst, found)
