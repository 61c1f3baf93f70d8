"""A program's derivatives against differences, against each other, and its value against plain Python's.

In: a `Program`.  Out: a `Verdict`: passed, refused (with the reason), discarded (there is nothing to compare with), or
failed, by what went wrong:

    crash      an exception that is not a refusal, where plain Python runs
    value      not bit for bit what plain Python gives
    forward    jvp along a random direction is not what differences say
    reverse    nor is the product of the gradient with it
    identity   <y_bar, J v> is not <J' y_bar, v>, to 1e-10
    arguments  the caller's arrays were changed
    sharing    a value or derivative shares memory with an argument, or with another one
    repeat     a second call gives other bits
    second     the tangent of the gradient is not what differences of gradients say
    time       it took too long
"""

from __future__ import annotations

import contextlib
import itertools
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import s2s
from random_programs.program import Program
from random_programs.running import OutOfTime, bits, copied, flat, flattened, limited, loaded, moderate
from s2s.errors import Refused
from s2s.testing.numeric import Estimate, numeric_jvp

SECONDS = 30.0
TOLERANCE = 2e-6
UNSURE = 1e-4
"""Differences whose own error is larger than this part of the derivative's size say nothing: there is a kink."""

PLAIN_SECONDS = 3.0
"""Longer than that, no program of this kind runs that ends at all."""

BY_DIFFERENCES = ("forward", "reverse", "second")
"""Failures that differences find: they say nothing of a program that jumps."""

SHORT = (2.0**-20, 1e-6, 3e-7)
"""Steps that show whether the longer ones of the differences have skipped turns of the function: not all are powers of two, by which a
choice that hangs on a rounding error may go the same way."""

NUDGES = 20
JUMP = 1e-8
"""A program that has a derivative changes by much less, relative to its value, when its arguments change in their last bits."""


@dataclass(frozen=True)
class Verdict:
    """What became of a program, with a line that says why."""

    outcome: str
    why: str = ""

    @property
    def failed(self) -> bool:
        return self.outcome not in ("passed", "refused", "discarded")


class _Found(Exception):
    """Ends a check with its verdict."""

    def __init__(self, outcome: str, why: str) -> None:
        super().__init__(outcome, why)
        self.verdict = Verdict(outcome, why)


def check(program: Program, order: int = 1, seconds: float = SECONDS) -> Verdict:
    """The verdict on a program, with second derivatives if the order is 2."""
    with warnings.catch_warnings(), contextlib.ExitStack() as held:
        warnings.simplefilter("ignore")  # a program that was made smaller may be odd
        try:
            function = held.enter_context(loaded(program.text))
        except Exception as error:  # or lack a constant that it reads
            return Verdict("discarded", f"plain Python raises {type(error).__name__}: {error}")
        return check_function(function, program.args, order, seconds)


def check_function(function: Callable[..., Any], args: tuple[Any, ...], order: int, seconds: float = SECONDS) -> Verdict:
    """The verdict on a function at its arguments."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            one = Check(function, args)
            plain = one.plain(min(seconds, PLAIN_SECONDS))
            with limited(seconds):
                one.run(plain, order)
    except _Found as found:
        return found.verdict
    except OutOfTime as late:
        return Verdict("time", str(late))
    return Verdict("passed")


class Check:
    """The checks of one function at its arguments."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.function, self.args = function, args
        self.rng = np.random.default_rng(0)
        self.wrt = tuple(k for k, arg in enumerate(args) if not isinstance(arg, int))
        self.taken: Any = None

    def run(self, plain: Any, order: int) -> None:
        """All checks; `plain` is what plain Python gives."""
        try:
            self.checked(plain, order)
        except _Found as found:
            if found.verdict.outcome in BY_DIFFERENCES and self.jumps(plain):
                raise _Found("discarded", "a rounding error decides what the program does") from found
            if found.verdict.outcome in BY_DIFFERENCES and self.swings():
                raise _Found("discarded", "differences do not converge: it swings faster than their steps") from found
            raise

    def checked(self, plain: Any, order: int) -> None:
        self.given = copied(self.args)
        tangents = self.direction()
        value, tangent = self.derived(lambda: s2s.jvp(self.function, self.given, tangents))
        self.same("value", value, plain, "beside the tangent")
        self.apart(value, tangent)
        seed = self.like(plain)
        pulled = self.pulled_back(plain, seed)
        self.compare(plain, tangents, tangent, seed, pulled)
        self.same("arguments", self.given, self.args, "afterwards")
        if order > 1 and isinstance(plain, float):
            self.second(tangents)

    # ---------------------------------------------------------------------------------------------------- what is run
    def plain(self, seconds: float) -> Any:
        """What plain Python gives, within so many seconds."""
        try:
            with limited(seconds):
                value = self.function(*copied(self.args))
        except OutOfTime as late:
            raise _Found("discarded", f"plain Python takes {late}") from late
        except Exception as error:
            raise _Found("discarded", f"plain Python raises {type(error).__name__}: {error}") from error
        if not differentiable(value):
            raise _Found("discarded", "a result without a derivative")
        if not moderate(value):
            raise _Found("discarded", "a number that is not finite, or too large")
        return value

    def jumps(self, plain: Any) -> bool:
        """Whether what plain Python gives changes by much once the arguments change in their last bits."""
        at = flat(plain)
        for _ in range(NUDGES):
            try:
                near = flat(self.function(*(self.nudged(arg) for arg in self.args)))
            except Exception:
                return True
            if near.shape != at.shape or np.max(np.abs(near - at), initial=0.0) > JUMP * (1.0 + np.max(np.abs(at), initial=0.0)):
                return True
        return False

    def swings(self) -> bool:
        """Whether the differences that were taken last are not what a much shorter step gives."""
        if self.taken is None:
            return False
        function, tangents, value = self.taken
        with np.errstate(all="ignore"):
            ends = [[flat(function(*moved(self.args, tangents, step))) for step in (h, -h)] for h in SHORT]
        short = [(up - down) / (2 * h) for h, (up, down) in zip(SHORT, ends, strict=True)]
        return any(np.any(np.abs(found - value) > 1e-3 * (1.0 + np.abs(value))) for found in short)

    def nudged(self, value: Any) -> Any:
        """An argument with some of its numbers one step up or down."""
        if isinstance(value, int):
            return value
        other = np.nextafter(value, self.rng.choice([-np.inf, np.inf], np.shape(value)))
        return np.where(self.rng.random(np.shape(value)) < 0.5, value, other) if np.ndim(value) else float(other)

    def derived(self, call: Callable[[], Any]) -> Any:
        """What a derivative gives."""
        try:
            return call()
        except Refused as refusal:
            raise _Found("refused", reason(refusal)) from refusal
        except Exception as error:
            raise _Found("crash", f"{type(error).__name__}: {error}") from error

    def pulled_back(self, plain: Any, seed: Any) -> tuple[Any, ...]:
        """The cotangents for a seed: by `value_and_grad` where the result is a number, else by `vjp`; and once more."""

        def once() -> Any:
            if isinstance(plain, float):
                return s2s.value_and_grad(self.function, argnums=self.wrt)(*self.given)
            value, bars = s2s.vjp(self.function, *self.given, cotangent=seed)
            return value, tuple(bars[k] for k in self.wrt)

        value, bars = self.derived(once)
        self.same("value", value, plain, "beside the gradient")
        self.apart(*bars)
        first = bits(bars)
        if self.derived(once) is not None and bits(self.derived(once)[1]) != first:
            raise _Found("repeat", "the second gradient has other bits than the first")
        for k, bar in zip(self.wrt, bars, strict=True):
            if np.shape(bar) != np.shape(self.args[k]):
                raise _Found("reverse", f"argument {k}: shape {np.shape(bar)}, not {np.shape(self.args[k])}")
        return tuple(bar * seed for bar in bars) if isinstance(plain, float) else bars

    # ------------------------------------------------------------------------------------------------ what is compared
    def compare(self, plain: Any, tangents: Any, tangent: Any, seed: Any, bars: tuple[Any, ...]) -> None:
        """Both modes with each other and with differences, along this direction and another."""
        forward = float(flat(seed) @ flat(tangent))
        backward, size = self.along(bars, tangents)
        size += float(np.abs(flat(seed)) @ np.abs(flat(tangent)))
        self.near("identity", forward, backward, 1e-10 * (1.0 + size))
        estimate = self.differences(self.function, tangents)
        self.near_estimate("forward", flat(tangent), estimate)
        other = self.direction()
        estimate = self.differences(self.function, other)
        got, size = self.along(bars, other)
        slope = float(flat(seed) @ flat(estimate.value))
        slack = float(np.abs(flat(seed)) @ flat(estimate.error))
        self.near("reverse", got, slope, TOLERANCE * (1.0 + size) + 3 * slack)

    def second(self, tangents: Any) -> None:
        """The gradient as a function: its tangent against differences of it."""
        gradient = s2s.grad(self.function, argnums=self.wrt)
        _, tangent = self.derived(lambda: s2s.jvp(gradient, self.given, tangents))
        self.near_estimate("second", flat(tangent), self.differences(gradient, tangents))
        self.same("arguments", self.given, self.args, "after the second derivative")

    def differences(self, function: Callable[..., Any], tangents: Any) -> Estimate:
        """Differences, if they are sure of themselves."""
        try:
            estimate = numeric_jvp(function, self.args, tangents)
        except Exception as error:
            raise _Found("discarded", f"no differences: {type(error).__name__}: {error}") from error
        self.taken = function, tangents, flat(estimate.value)
        size = 1.0 + float(np.max(np.abs(flat(estimate.value)), initial=0.0))
        if not moderate(estimate.value) or not np.all(flat(estimate.error) <= UNSURE * size):
            raise _Found("discarded", "differences do not converge: a kink is near")
        return estimate

    def along(self, bars: tuple[Any, ...], tangents: Any) -> tuple[float, float]:
        """The product of cotangents with a direction, and the size of its terms."""
        one = flat(bars)
        other = flat([tangents[k] for k in self.wrt])
        return float(one @ other), float(np.abs(one) @ np.abs(other))

    def near_estimate(self, what: str, got: np.ndarray[Any, Any], estimate: Estimate) -> None:
        expected, error = flat(estimate.value), flat(estimate.error)
        if got.shape != expected.shape:
            raise _Found(what, f"{got.size} numbers, not {expected.size}")
        wrong = ~(np.abs(got - expected) <= TOLERANCE * (1.0 + np.abs(expected)) + 3 * error)
        if np.any(wrong):
            raise _Found(what, f"{got[wrong][0]!r}, differences say {expected[wrong][0]!r}")

    def apart(self, *values: Any) -> None:
        """Values share no memory with arguments; those that are one derivative each, neither with each other."""
        found = [[leaf for leaf in flattened(value) if isinstance(leaf, np.ndarray)] for value in (self.given, *values)]
        for one, other in itertools.combinations(found, 2):
            if any(np.may_share_memory(a, b) for a in one for b in other):
                raise _Found("sharing", "two values share memory")

    @staticmethod
    def near(what: str, one: float, other: float, slack: float) -> None:
        if not abs(one - other) <= slack:
            raise _Found(what, f"{one!r} is not {other!r}")

    @staticmethod
    def same(what: str, one: Any, other: Any, where: str) -> None:
        if bits(one) != bits(other):
            raise _Found(what, f"{one!r} is not {other!r} {where}")

    # ------------------------------------------------------------------------------------------------------ directions
    def direction(self) -> tuple[Any, ...]:
        """A random tangent for each argument; None for whole numbers."""
        return tuple(self.like(arg) for arg in self.args)

    def like(self, value: Any) -> Any:
        if isinstance(value, (tuple, list)):
            return type(value)(self.like(item) for item in value)
        if isinstance(value, np.ndarray):
            return self.rng.uniform(-1.0, 1.0, value.shape)
        return None if isinstance(value, int) else type(value)(self.rng.uniform(-1.0, 1.0))


def moved(args: tuple[Any, ...], tangents: tuple[Any, ...], step: float) -> tuple[Any, ...]:
    """Arguments a step along a direction."""
    return tuple(arg if v is None else arg + step * v for arg, v in zip(args, tangents, strict=True))


def differentiable(value: Any) -> bool:
    """Whether a value is made of floats and arrays of them, as results of programs are."""
    if isinstance(value, tuple):
        return all(map(differentiable, value))
    return isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype == np.float64)


def reason(refusal: Refused) -> str:
    """A refusal's reason without the names and numbers in it, so that like ones count together."""
    text = getattr(refusal, "reason", "") or str(refusal)
    return re.sub(r"\b[A-Za-z]+\d+\b", "_", re.sub(r"\b\d+\b", "0", text))
