"""Numbers that programs are proved on: an expression of sympy, and its value in many digits at a sample point.

In: symbols with sample values, or constants.  Out: what arithmetic, comparisons and NumPy's loops over arrays of objects
make of them.  A comparison is decided at the sample point, and is written down: what follows holds on this path.

A number is never silently rounded: it has no conversion to `float`, and a float becomes the rational number that it is.
Where sympy has no name for a function, the expression is missing, and only the value goes on.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from numbers import Number
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import sympy as sp

from s2s.verify.pairs import Pair, of_pairs, pair
from s2s.verify.slopes import symbols_in

DIGITS = 50
"""How many digits values have."""

mp = mpmath.mp.clone()
mp.dps = DIGITS + 40

CLOSE = mp.mpf(10) ** -DIGITS
"""What two values may differ by, relative to their size, and be taken as equal."""

CONSTANTS: dict[float, sp.Expr] = {
    math.pi: sp.pi, math.e: sp.E, math.log(2.0): sp.log(2), math.log(10.0): sp.log(10), math.sqrt(2.0): sp.sqrt(2),
    math.sqrt(math.pi): sp.sqrt(sp.pi), math.inf: sp.oo, -math.inf: -sp.oo, float(np.euler_gamma): sp.EulerGamma,
    math.pi / 2: sp.pi / 2, 2.0 * math.pi: 2 * sp.pi, math.sqrt(2.0 * math.pi): sp.sqrt(2 * sp.pi),
    1.0 / math.sqrt(2.0 * math.pi): 1 / sp.sqrt(2 * sp.pi), math.log(2.0 * math.pi): sp.log(2 * sp.pi),
    2.0 / math.sqrt(math.pi): 2 / sp.sqrt(sp.pi), 1.0 / math.pi: 1 / sp.pi, math.sqrt(2.0 / math.pi): sp.sqrt(2 / sp.pi),
    math.sqrt(math.pi / 2.0): sp.sqrt(sp.pi / 2), 0.5 * math.log(2.0 * math.pi): sp.log(2 * sp.pi) / 2,
}  # fmt: skip
"""Floats that stand for a number that is not rational."""


@dataclass
class Path:
    """The comparisons that a run has decided, in the order in which it met them: (difference, relation, outcome)."""

    steps: list[tuple[sp.Expr, str, bool]] = field(default_factory=list)

    def key(self) -> tuple[bool, ...]:
        return tuple(outcome for _, _, outcome in self.steps)


_paths: list[Path] = []


@contextmanager
def following() -> Iterator[Path]:
    """The path of what runs inside."""
    path = Path()
    _paths.append(path)
    try:
        yield path
    finally:
        _paths.pop()


def noted(steps: Iterable[tuple[sp.Expr, str, bool]]) -> None:
    """Comparisons that were decided elsewhere, as parts of the path that is followed."""
    if _paths:
        _paths[-1].steps.extend(steps)


@Number.register
class Scalar:
    """A number: its value, and its expression if sympy has one."""

    def __init__(self, expr: Any, value: Any) -> None:
        self.expr, self.value = expr, value

    def __repr__(self) -> str:
        return f"Scalar({self.expr if self.expr is not None else mp.nstr(self.value, 6)})"

    def __hash__(self) -> int:
        return hash((self.expr, self.value))

    def __bool__(self) -> bool:
        return not equal(self.value, 0)

    def __int__(self) -> int:
        """The whole number towards 0: constant between its jumps, so on this path."""
        found = int(self.value)
        if self.expr is not None and symbols_in(self.expr):
            above = self >= found if found > 0 else self > found - 1
            below = self <= found if found < 0 else self < found + 1
            assert above
            assert below
        return found

    def __index__(self) -> int:
        if self.expr is None or not self.expr.is_Integer:
            raise TypeError(f"{self} is not a whole number")
        return int(self.expr)

    @property
    def real(self) -> Any:
        return Scalar(self.expr and self.expr.re, self.value.real) if is_complex(self) else self

    @property
    def imag(self) -> Any:
        return Scalar(self.expr and self.expr.im, self.value.imag) if is_complex(self) else scalar(0)

    def conjugate(self) -> Any:
        if not is_complex(self):
            return self
        return Scalar(self.expr and Pair(self.expr.re, -self.expr.im), mp.conj(self.value))

    def __neg__(self) -> Any:
        return applied(operator.neg, operator.neg, self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        if is_complex(self):
            return (self.real * self.real + self.imag * self.imag).sqrt()
        return -self if self < 0 else self

    def sqrt(self) -> Any:
        return applied(sp.sqrt, mp.sqrt, self)

    def exp(self) -> Scalar:
        return applied(sp.exp, mp.exp, self)

    def log(self) -> Scalar:
        return applied(sp.log, mp.log, self)

    def copy(self) -> Scalar:
        return self

    item = copy

    def reshape(self, *shape: Any) -> Any:
        return self[...].reshape(*shape)

    def astype(self, dtype: Any) -> Scalar:
        return self

    def __getitem__(self, index: Any) -> Any:
        """As of a number of NumPy's: `x[()]`, `x[..., None]`."""
        alone = np.empty((), object)
        alone[()] = self
        return alone[index]

    if TYPE_CHECKING:  # given below, from a table

        def __add__(self, other: Any) -> Any: ...
        def __radd__(self, other: Any) -> Any: ...
        def __sub__(self, other: Any) -> Any: ...
        def __rsub__(self, other: Any) -> Any: ...
        def __mul__(self, other: Any) -> Any: ...
        def __rmul__(self, other: Any) -> Any: ...
        def __truediv__(self, other: Any) -> Any: ...
        def __rtruediv__(self, other: Any) -> Any: ...
        def __pow__(self, other: Any) -> Any: ...
        def __rpow__(self, other: Any) -> Any: ...
        def __mod__(self, other: Any) -> Any: ...
        def __floordiv__(self, other: Any) -> Any: ...
        def __lt__(self, other: Any) -> Any: ...
        def __le__(self, other: Any) -> Any: ...
        def __gt__(self, other: Any) -> Any: ...
        def __ge__(self, other: Any) -> Any: ...

    shape: tuple[int, ...] = ()
    ndim, size, dtype = 0, 1, np.dtype(object)

    @property
    def T(self) -> Scalar:
        return self


def scalar(x: Any) -> Scalar:
    """A number as a `Scalar`, exactly.

    Raises:
        TypeError: for what is no number.
    """
    if isinstance(x, Scalar):
        return x
    if isinstance(x, np.ndarray) and x.ndim == 0:
        return scalar(x.item())
    if isinstance(x, (complex, np.complexfloating)):
        re, im = exactly(x.real), exactly(x.imag)
        return Scalar(Pair(re, im), mp.mpc(number(re), number(im)))
    if not isinstance(x, (Number, np.generic)):
        raise TypeError(f"{type(x).__name__} is not a number")
    expr = exactly(x)
    return Scalar(expr, number(expr))


def exactly(x: Any) -> sp.Expr:
    """A real number as sympy has it."""
    if isinstance(x, (int, np.integer, bool, np.bool_)):
        return sp.Integer(int(x))
    if isinstance(x, Fraction):
        return sp.Rational(x.numerator, x.denominator)
    value = float(x)
    if math.isnan(value):
        return sp.nan
    known = CONSTANTS.get(value)
    return known if known is not None else sp.Rational(value)


def number(expr: sp.Expr) -> Any:
    """The value of a constant expression."""
    if expr.is_Rational:
        return mp.mpf(expr.p) / expr.q
    if expr is sp.nan:
        return mp.nan
    if expr.is_infinite:
        return mp.inf if expr > 0 else -mp.inf
    return mp.make_mpf(expr.evalf(mp.dps)._mpf_)


def is_complex(x: Scalar) -> bool:
    return isinstance(x.value, mp.mpc)


class Work:
    """How many functions of numbers were computed so far."""

    done = 0


def applied(symbolic: Callable[..., Any] | None, numeric: Callable[..., Any], *args: Any) -> Scalar:
    """A function of numbers, of their expressions and of their values."""
    Work.done += 1
    operands = [scalar(arg) for arg in args]
    value = numeric(*(operand.value for operand in operands))
    if symbolic is None or any(operand.expr is None for operand in operands):
        return Scalar(None, value)
    exprs = [operand.expr for operand in operands]
    if any(isinstance(expr, Pair) for expr in exprs):
        meaning = of_pairs(symbolic)
        return Scalar(None if meaning is None else meaning(*map(pair, exprs)), mp.mpc(value))
    return Scalar(None if isinstance(value, mp.mpc) else symbolic(*exprs), value)


KEPT = 4096
"""How many values of a function are kept: those at the points of a case, and a step beside them."""


def remembered(numeric: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers in many digits that computes each of its values once."""

    @lru_cache(KEPT)
    def found(precision: int, *args: Any) -> Any:
        return numeric(*args)

    return lambda *args: found(mp.prec, *args)


# ------------------------------------------------------------------------------------------------------- arithmetic
def _quotient(a: Any, b: Any) -> Any:
    if b == 0:
        return mp.nan if a == 0 or mp.isnan(a) else mp.inf
    return a / b


def _power(a: Any, b: Any) -> Any:
    return mp.inf if a == 0 and not isinstance(b, mp.mpc) and b < 0 else a**b


ARITHMETIC: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "add": (operator.add, operator.add),
    "sub": (operator.sub, operator.sub),
    "mul": (operator.mul, operator.mul),
    "truediv": (operator.truediv, _quotient),
    "pow": (operator.pow, _power),
}


def _operator(symbolic: Callable[..., Any], numeric: Callable[..., Any], turned: bool) -> Callable[[Any, Any], Any]:
    def operate(self: Scalar, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.ndim:
            return NotImplemented
        try:
            other = scalar(other)
        except TypeError:
            return NotImplemented
        return applied(symbolic, numeric, other, self) if turned else applied(symbolic, numeric, self, other)

    return operate


for _name, (_symbolic, _numeric) in ARITHMETIC.items():
    setattr(Scalar, f"__{_name}__", _operator(_symbolic, _numeric, False))
    setattr(Scalar, f"__r{_name}__", _operator(_symbolic, _numeric, True))


def _remainder(self: Scalar, other: Any) -> Any:
    """By the floor of the quotient, a whole number that is constant between its jumps."""
    if isinstance(other, np.ndarray) and other.ndim:
        return NotImplemented
    return self - scalar(other) * int(mp.floor((self / other).value))


Scalar.__mod__ = _remainder  # type: ignore[method-assign]
Scalar.__rmod__ = lambda self, other: scalar(other) % self  # type: ignore[attr-defined]
def _floor_of_quotient(self: Scalar, other: Any) -> Any:
    if isinstance(other, np.ndarray) and other.ndim:
        return NotImplemented
    return scalar(int(mp.floor((self / other).value)))


Scalar.__floordiv__ = _floor_of_quotient  # type: ignore[method-assign]
Scalar.__rfloordiv__ = lambda self, other: scalar(other) // self  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------------------ comparisons
def equal(a: Any, b: Any) -> bool:
    """Whether two values are equal up to what is lost in `DIGITS` digits."""
    if not (mp.isfinite(a) and mp.isfinite(b)):
        return bool(a == b)
    return bool(abs(a - b) <= CLOSE * max(1, abs(a), abs(b)))


def below(a: Any, b: Any) -> bool:
    """As NumPy orders numbers: complex ones by their real parts, and where these are equal by their imaginary ones."""
    if not (isinstance(a, mp.mpc) or isinstance(b, mp.mpc)):
        return bool(a < b)
    a, b = mp.mpc(a), mp.mpc(b)
    return bool(a.imag < b.imag if equal(a.real, b.real) else a.real < b.real)


RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": equal,
    "ne": lambda a, b: not equal(a, b),
    "lt": lambda a, b: below(a, b) and not equal(a, b),
    "le": lambda a, b: below(a, b) or equal(a, b),
    "gt": lambda a, b: below(b, a) and not equal(a, b),
    "ge": lambda a, b: below(b, a) or equal(a, b),
}


def _relation(name: str, holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def compare(self: Scalar, other: Any) -> Any:
        if isinstance(other, np.ndarray) and other.ndim:
            return NotImplemented
        try:
            other = scalar(other)
        except TypeError:
            return NotImplemented
        outcome = bool(holds(self.value, other.value))
        if _paths and self.expr is not None and other.expr is not None and not (is_complex(self) or is_complex(other)):
            difference = self.expr - other.expr
            if symbols_in(difference):
                _paths[-1].steps.append((difference, name, outcome))
        return outcome

    return compare


for _name, _holds in RELATIONS.items():
    setattr(Scalar, f"__{_name}__", _relation(_name, _holds))
