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
from s2s.verify.inputs import copied, like, numbers
from s2s.verify.lifting import twin
from s2s.verify.scalar import Scalar, mp, scalar
from s2s.verify.slopes import derivative
from s2s.verify.wanted import STEP
from s2s_runtime import tree


class NotVerified(S2SError):
    """A function of which nothing can be proved for these shapes: with the reason."""


@dataclass
class Programs:
    """The function itself and the texts of its derivatives, all run on symbols; what a method is bound to is given already."""

    function: Callable[..., Any]
    reverse: Callable[..., Any]
    forward: Callable[..., Any]
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


def loaded(derived: Any, callee: Any, call: Any) -> Callable[..., Any]:
    """A derivative as a function on symbols, given what it reads from its surroundings."""
    (run,) = derived.callables()
    environment = Environment(callee.function, call.all)
    pairs = zip(derived.sources[0].captured, derived.specialised.captures, strict=True)
    outside = {name: symbols_of(capture.get(environment)) for name, capture in pairs}
    on_symbols = twin(inspect.unwrap(run))
    return functools.partial(on_symbols, *callee.args, **outside)


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
    entries = [entry for value in moving for entry in numbers(value) if entry.expr is not None and entry.expr.free_symbols]
    seed = like("g", result)
    value, bars = programs.reverse(*args, seed)
    yield claim("value", "the generated program computes what the function computes", numbers(value), numbers(result))
    yield claim("reverse", f"cotangents of {word_list(programs)}", numbers(bars), gradient(total_of(result, seed), entries))
    tangents = [like(f"v{k}_", value) for k, value in enumerate(moving)]
    moved = dict(zip(entries, (v for t in tangents for v in numbers(t)), strict=True))
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


def claims_in_digits(programs: Programs, args: tuple[Any, ...], result: Any) -> Iterator[Claim]:
    """The same of a function that sympy has no expression for: against central differences, of first order."""
    moving = [args[k] for k in programs.wrt]
    entries = [entry for value in moving for entry in numbers(value)]
    seed = like("g", result)
    value, bars = programs.reverse(*copied(args), seed)
    yield claim("value", "the generated program computes what the function computes", numbers(value), numbers(result))
    slopes = [difference(programs, args, {entry: mp.mpf(1)}) for entry in entries]
    wanted = [sum((g.value * s for g, s in zip(numbers(seed), slope, strict=True)), mp.mpf(0)) for slope in slopes]
    yield claim("reverse", f"cotangents of {word_list(programs)}", numbers(bars), [Scalar(None, x) for x in wanted])
    tangents = [like(f"v{k}_", value) for k, value in enumerate(moving)]
    _, dot = programs.forward(*copied(args), *tangents)
    moved = dict(zip(entries, (v.value for t in tangents for v in numbers(t)), strict=True))
    yield claim("forward", "the tangent", numbers(dot), [Scalar(None, x) for x in difference(programs, args, moved)])


def difference(programs: Programs, args: tuple[Any, ...], moved: dict[Scalar, Any]) -> list[Any]:
    """How each number of the result moves along a direction."""

    def shifted(sign: int) -> list[Any]:
        def shift(x: Any) -> Any:
            if isinstance(x, Symbols):
                return filled([shift(entry) for entry in scalars(x)], x.shape)
            return Scalar(None, x.value + sign * STEP * moved.get(x, 0)) if isinstance(x, Scalar) else x

        return [entry.value for entry in numbers(programs.function(*(tree.tree_map(shift, arg) for arg in args)))]

    return [(up - down) / (2 * STEP) for up, down in zip(shifted(1), shifted(-1), strict=True)]


def word_list(programs: Programs) -> str:
    return ", ".join(programs.names[k] if k < len(programs.names) else f"argument {k}" for k in programs.wrt)


def total_of(result: Any, seed: Any) -> Any:
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
    """Whether all numbers are those that they should be."""
    if len(got) != len(wanted):
        return Claim(what, about, Verdict.refuted, f"{len(got)} numbers for {len(wanted)}")
    worst, found = Verdict.proved, ""
    for a, b in zip(got, wanted, strict=True):
        verdict = same(a, b)
        if verdict < worst:
            worst, found = verdict, f"{a} for {b}" if verdict is Verdict.refuted else ""
    return Claim(what, about, worst, found)
