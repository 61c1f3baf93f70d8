"""A user's function is proved: what its generated derivatives compute is sympy's derivative of what the function itself computes.

In: a function, and a shape or a value for each parameter.  Out: a `Certificate`.

The function and the texts of its derivatives are run on symbols, as they stand.  A comparison of numbers is decided at a sample point, so
what is proved holds on the path that this point takes; more points are tried, to come to other paths.
"""

from __future__ import annotations

import inspect
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

import s2s.verify.inner  # noqa: F401  meanings
import s2s_runtime
from s2s.verify.certificate import Certificate, PathProved
from s2s.verify.claims import NotVerified, claims, programs_for
from s2s.verify.hook import claim_of
from s2s.verify.inputs import SEPARATOR, copied, example, in_digits, numbers, symbolic
from s2s.verify.lifting import MET, start_anew
from s2s.verify.scalar import Path as Way
from s2s.verify.scalar import Work, following, mp

POINTS = 24
"""How many sample points are tried to come to other paths."""

LONGEST = 600
"""How many operations a function may do for its numbers to have expressions; those of longer ones have digits only."""

RANGES = ((0.3, 1.7), (-1.5, 1.5))
"""The intervals that the numbers at sample points are from, in turn."""


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


def spelled(spec: Any) -> str:
    """What a parameter was given: an array by its shape."""
    return f"array{spec.shape}" if isinstance(spec, np.ndarray) else str(spec)


class OutOfDomain(Exception):
    """The value at a sample point is no finite real number."""


class Verification:
    """The work of `verified`: programs are derived once, and run on symbols at one point after the other."""

    def __init__(self, function: Any, specs: dict[str, Any], longest: int = LONGEST) -> None:
        self.function, self.specs, self.longest = function, specs, longest
        self.signature = inspect.signature(inspect.unwrap(function))
        name = getattr(function, "__name__", "function")
        self.certificate = Certificate(name, {key: spelled(spec) for key, spec in specs.items()})
        self.taken: list[tuple[tuple[Any, ...], tuple[Any, ...]]] = []
        start_anew()
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
        for (machine, args), path in zip(self.taken, self.certificate.paths, strict=True):
            hooked = claim_of(self.function, machine, args)
            if hooked is not None:
                path.claims.append(hooked)
        return self.certificate

    def result(self, args: tuple[Any, ...]) -> Any:
        """What the function itself gives for symbols."""
        try:
            return self.programs.function(*copied(args))
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

    def is_long(self, args: tuple[Any, ...]) -> bool:
        """Whether the function does more than expressions are kept for."""
        before = Work.done
        self.result(in_digits(args))
        return Work.done - before > self.longest

    def at_point(self, number: int) -> None:
        """The claims on the path that a sample point takes, unless they were proved there."""
        pairs = zip(self.signature.parameters, self.arguments(number), strict=False)
        args = tuple(symbolic(name, value) for name, value in pairs)
        if self.is_long(args):
            args = in_digits(args)
        with following() as path:
            result = self.result(args)
        if any(not mp.isfinite(entry.value) or isinstance(entry.value, mp.mpc) for entry in numbers(result)):
            raise OutOfDomain("the value is no finite real number")
        if path.key() not in {proved.key for proved in self.certificate.paths}:
            proved = list(claims(self.programs, copied(args), result))
            self.certificate.paths.append(PathProved(path.key(), conditions(path), proved))
            self.taken.append((self.arguments(number), args))


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
