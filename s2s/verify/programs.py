"""A user's function is proved: what its generated derivatives compute is sympy's derivative of what the function itself computes.

In: a function, and a shape or a value for each parameter.  Out: a `Certificate`.

The function and the texts of its derivatives are run on symbols, as they stand.  A comparison of numbers is decided at a sample point, so
what is proved holds on the path that this point takes; more points are tried, to come to other paths.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

import s2s_runtime
from s2s.errors import S2SError
from s2s.showing import call_of, derived_for
from s2s.specialise.outside import Environment
from s2s.transforms import Gradient, Transform
from s2s.verify.arrays import Symbols, filled, scalars
from s2s.verify.calls import rational, symbol
from s2s.verify.certificate import Certificate, Claim, PathProved
from s2s.verify.deciding import Verdict, same
from s2s.verify.evaluating import value_of
from s2s.verify.lifting import MET, twin
from s2s.verify.scalar import Path as Way
from s2s.verify.scalar import Scalar, following, mp, scalar
from s2s.verify.wanted import STEP
from s2s_runtime import tree

POINTS = 24
"""How many sample points are tried to come to other paths."""

SEPARATOR = "'"
"""Between a parameter and the indices of an entry, in the name of its symbol."""

RANGES = ((0.3, 1.7), (-1.5, 1.5))
"""The intervals that the numbers at sample points are from, in turn."""


class NotVerified(S2SError):
    """A function of which nothing can be proved for these shapes: with the reason."""


# -------------------------------------------------------------------------------------------------------------- inputs
def is_shape(spec: Any) -> bool:
    """`()` or `(2, 3)`: an array of that shape is to be made."""
    return isinstance(spec, tuple) and all(isinstance(n, int) and not isinstance(n, bool) for n in spec)


def example(spec: Any, rng: np.random.Generator, low: float, high: float) -> Any:
    """A value for a parameter: numbers for a shape, what is given otherwise."""
    if is_shape(spec):
        drawn = rng.uniform(low, high, spec)
        return np.asarray(drawn) if spec else float(drawn)
    if isinstance(spec, dict):
        return {key: example(value, rng, low, high) for key, value in spec.items()}
    if isinstance(spec, (list, tuple)):
        parts = [example(part, rng, low, high) for part in spec]
        return type(spec)(*parts) if hasattr(spec, "_fields") else type(spec)(parts)
    return spec


def symbolic(name: str, value: Any) -> Any:
    """A value with a symbol for each of its floats, which is its sample; what is no float stays."""
    if isinstance(value, (float, np.floating)):
        return symbol(name, rational(value))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        names = (SEPARATOR.join((name, *map(str, index))) for index in np.ndindex(value.shape))
        return filled([symbol(word, rational(x)) for word, x in zip(names, value.ravel(), strict=True)], value.shape)
    if isinstance(value, dict):
        return {key: symbolic(f"{name}{SEPARATOR}{key}", part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        parts = [symbolic(f"{name}{SEPARATOR}{k}", part) for k, part in enumerate(value)]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return value


def numbers(found: Any) -> list[Scalar]:
    """Every number of a tree, entry by entry."""
    if isinstance(found, dict):
        return [entry for part in found.values() for entry in numbers(part)]
    if isinstance(found, (list, tuple)):
        return [entry for part in found for entry in numbers(part)]
    if found is None or isinstance(found, (str, bool, np.bool_)):
        return []
    return scalars(found)


def like(name: str, found: Any) -> Any:
    """A tree of fresh symbols in the structure of another."""
    count = iter(range(10_000))

    def fresh(x: Any) -> Any:
        if isinstance(x, Symbols):
            return filled([fresh(entry) for entry in scalars(x)], x.shape)
        k = next(count)
        return symbol(f"{name}{k}", sp.Rational(3 * k + 5, 7 + k), seed=True) if isinstance(x, Scalar) else x

    return mapped(fresh, found)


def mapped(function: Callable[[Any], Any], found: Any) -> Any:
    if isinstance(found, dict):
        return {key: mapped(function, part) for key, part in found.items()}
    if isinstance(found, (list, tuple)):
        parts = [mapped(function, part) for part in found]
        return type(found)(*parts) if hasattr(found, "_fields") else type(found)(parts)
    return function(found)


# ------------------------------------------------------------------------------------------------------------ programs
@dataclass
class Programs:
    """The function itself and the texts of its derivatives, all run on symbols."""

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
    names = list(inspect.signature(original).parameters)
    forward, reverse = (loaded(derived_for(transform, args, {}, kind), callee, call) for kind in ("jvp", "vjp"))
    second = None
    if np.ndim(original(*tree.copy(call.all))) == 0 and call.wrt:
        pushed = Transform(Gradient(function, call.wrt[0]), call.wrt[0])
        second = loaded(derived_for(pushed, args, {}, "jvp"), *call_of(pushed, args, {}, "jvp"))
    return Programs(twin(original), reverse, forward, second, names, call.wrt)


def loaded(derived: Any, callee: Any, call: Any) -> Callable[..., Any]:
    """A derivative as a function on symbols, given what it reads from its surroundings."""
    (run,) = derived.callables()
    environment = Environment(callee.function, call.all)
    pairs = zip(derived.sources[0].captured, derived.specialised.captures, strict=True)
    outside = {name: symbols_of(capture.get(environment)) for name, capture in pairs}
    on_symbols = twin(inspect.unwrap(run))
    return lambda *args: on_symbols(*args, **outside)


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
    value, bars = programs.reverse(*_copied(args), seed)
    yield claim("value", "the generated program computes what the function computes", numbers(value), numbers(result))
    slopes = [difference(programs, args, {entry: mp.mpf(1)}) for entry in entries]
    wanted = [sum((g.value * s for g, s in zip(numbers(seed), slope, strict=True)), mp.mpf(0)) for slope in slopes]
    yield claim("reverse", f"cotangents of {word_list(programs)}", numbers(bars), [Scalar(None, x) for x in wanted])
    tangents = [like(f"v{k}_", value) for k, value in enumerate(moving)]
    _, dot = programs.forward(*_copied(args), *tangents)
    moved = dict(zip(entries, (v.value for t in tangents for v in numbers(t)), strict=True))
    yield claim("forward", "the tangent", numbers(dot), [Scalar(None, x) for x in difference(programs, args, moved)])


def difference(programs: Programs, args: tuple[Any, ...], moved: dict[Scalar, Any]) -> list[Any]:
    """How each number of the result moves along a direction."""

    def shifted(sign: int) -> list[Any]:
        def shift(x: Any) -> Any:
            if isinstance(x, Symbols):
                return filled([shift(entry) for entry in scalars(x)], x.shape)
            return Scalar(None, x.value + sign * STEP * moved.get(x, 0)) if isinstance(x, Scalar) else x

        return [entry.value for entry in numbers(programs.function(*(mapped(shift, arg) for arg in args)))]

    return [(up - down) / (2 * STEP) for up, down in zip(shifted(1), shifted(-1), strict=True)]


def word_list(programs: Programs) -> str:
    return ", ".join(programs.names[k] if k < len(programs.names) else f"argument {k}" for k in programs.wrt)


def total_of(result: Any, seed: Any) -> Any:
    return sum((a * b for a, b in zip(numbers(result), numbers(seed), strict=True)), scalar(0))


def gradient(measured: Scalar, entries: list[Scalar]) -> list[Scalar]:
    """The derivatives of a number by symbols, as sympy has them."""
    if measured.expr is None:
        raise NotVerified("a function in it has no expression in sympy")
    found = [sp.diff(measured.expr, entry.expr) for entry in entries]
    return [Scalar(expr, value_of(expr)) for expr in found]


def along(entry: Scalar, moved: dict[Scalar, Scalar]) -> Any:
    if entry.expr is None:
        raise NotVerified("a function in it has no expression in sympy")
    expr = sum((sp.diff(entry.expr, x.expr) * v.expr for x, v in moved.items()), sp.Integer(0))
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


# ---------------------------------------------------------------------------------------------------------- certificate
def verified(function: Any, specs: dict[str, Any], points: int = POINTS) -> Certificate:
    """Prove a function's derivatives for concrete shapes, on every path that some sample point takes.

    Raises:
        NotVerified: no sample point lies in the function's domain, or what the function does cannot be done to symbols.
    """
    names = inspect.signature(inspect.unwrap(function)).parameters
    unknown = [name for name in specs if name not in names]
    if unknown:
        raise NotVerified(f"{unknown[0]} is no parameter; there are {', '.join(names)}")
    missing = [n for n, p in names.items() if n not in specs and p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if missing:
        raise NotVerified(f"verify needs a shape or a value for {missing[0]}: verify({missing[0]}=(3,), ...)")
    return Verification(function, specs).run(points)


OURS = (Path(__file__).parents[1], Path(s2s_runtime.__file__).parent)


def place_of(error: BaseException) -> str:
    """The user's line that an error came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not any(Path(frame.filename).is_relative_to(folder) for folder in OURS)]
    return f"{own[-1].filename}:{own[-1].lineno}: `{own[-1].line}`: " if own and own[-1].line else ""


class OutOfDomain(Exception):
    """The value at a sample point is no finite real number."""


class Verification:
    """The work of `verified`: programs are derived once, and run on symbols at one point after the other."""

    def __init__(self, function: Any, specs: dict[str, Any]) -> None:
        self.function, self.specs = function, specs
        self.signature = inspect.signature(inspect.unwrap(function))
        name = getattr(function, "__name__", "function")
        self.certificate = Certificate(name, {key: str(spec) for key, spec in specs.items()})
        MET.clear()
        with np.errstate(all="ignore"):
            self.programs = programs_for(function, self.arguments(0))

    def run(self, points: int) -> Certificate:
        reason: Exception | None = None
        for number in range(points):
            try:
                self.at_point(number)
            except (ArithmeticError, OutOfDomain) as error:
                reason = error
        if not self.certificate.paths:
            raise NotVerified(f"no sample point lies in the domain of {self.certificate.name}: {reason}")
        self.certificate.trusted = sorted(MET)
        return self.certificate

    def result(self, args: tuple[Any, ...]) -> Any:
        """What the function itself gives for symbols."""
        try:
            return self.programs.function(*_copied(args))
        except (ArithmeticError, NotVerified):
            raise
        except Exception as error:
            raise NotVerified(f"{self.certificate.name} cannot be run on symbols: {place_of(error)}{error}") from error

    def arguments(self, number: int) -> tuple[Any, ...]:
        """The arguments at a sample point, defaults included."""
        rng = np.random.default_rng(number)
        given = {
            name: example(self.specs[name], rng, *RANGES[number % len(RANGES)])
            for name in self.signature.parameters
            if name in self.specs
        }
        bound = inspect.BoundArguments(self.signature, given)
        bound.apply_defaults()
        return bound.args

    def at_point(self, number: int) -> None:
        """The claims on the path that a sample point takes, unless they were proved there."""
        pairs = zip(self.signature.parameters, self.arguments(number), strict=False)
        args = tuple(symbolic(name, value) for name, value in pairs)
        with following() as path:
            result = self.result(args)
        if any(not mp.isfinite(entry.value) or isinstance(entry.value, mp.mpc) for entry in numbers(result)):
            raise OutOfDomain("the value is no finite real number")
        if path.key() not in {proved.key for proved in self.certificate.paths}:
            proved = list(claims(self.programs, _copied(args), result))
            self.certificate.paths.append(PathProved(path.key(), conditions(path), proved))


def _copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arrays that a program may store into."""
    return tuple(mapped(lambda x: x.copy() if isinstance(x, np.ndarray) else x, arg) for arg in args)


RELATIONS = {"eq": ("=", "!="), "ne": ("!=", "="), "lt": ("<", ">="), "le": ("<=", ">"), "gt": (">", "<="), "ge": (">=", "<")}


def conditions(path: Way) -> list[str]:
    """What holds on a path, in words of the inputs."""
    found: dict[str, None] = {}
    for difference, relation, outcome in path.steps:
        sign = RELATIONS[relation][0 if outcome else 1]
        found[f"{readable(difference)} {sign} 0"] = None
    return list(found)


def readable(expr: sp.Expr) -> str:
    """An expression with entries as `x[0, 1]`, and with decimals."""
    named = {s: sp.Symbol(_entry(s.name)) for s in expr.free_symbols}
    return str(sp.N(expr.xreplace(named), 6)).replace("1.0*", "")


def _entry(name: str) -> str:
    word, *index = name.split(SEPARATOR)
    return f"{word}[{', '.join(index)}]" if index else word
