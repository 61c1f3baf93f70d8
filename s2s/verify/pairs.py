"""The expression of a complex number: a pair of real ones.

In: expressions of sympy.  Out: what arithmetic, the exponential and the logarithm make of their pairs.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import sympy as sp


class Pair:
    """The expression of a complex number: its real and its imaginary part."""

    __slots__ = ("im", "re")

    def __init__(self, re: sp.Expr, im: sp.Expr) -> None:
        self.re, self.im = re, im

    def __repr__(self) -> str:
        return f"({self.re}, {self.im})"

    def __hash__(self) -> int:
        return hash((self.re, self.im))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pair) and (self.re, self.im) == (other.re, other.im)

    @property
    def free_symbols(self) -> set[sp.Symbol]:
        return set(self.re.free_symbols | self.im.free_symbols)

    def __neg__(self) -> Pair:
        return Pair(-self.re, -self.im)

    def __add__(self, other: Pair) -> Pair:
        return Pair(self.re + other.re, self.im + other.im)

    def __sub__(self, other: Pair) -> Pair:
        return Pair(self.re - other.re, self.im - other.im)

    def __mul__(self, other: Pair) -> Pair:
        return Pair(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)

    def __truediv__(self, other: Pair) -> Pair:
        size = other.re**2 + other.im**2
        turned = self * Pair(other.re, -other.im)
        return Pair(turned.re / size, turned.im / size)

    def __pow__(self, other: Pair) -> Pair:
        if other.im == 0 and other.re.is_Integer:
            base = self if other.re > 0 else Pair(sp.Integer(1), sp.Integer(0)) / self
            result = Pair(sp.Integer(1), sp.Integer(0))
            for _ in range(abs(int(other.re))):
                result = result * base
            return result
        return _exp(_log(self) * other)


def pair(expr: Any) -> Pair:
    return expr if isinstance(expr, Pair) else Pair(expr, sp.Integer(0))


def _exp(z: Pair) -> Pair:
    return Pair(sp.exp(z.re) * sp.cos(z.im), sp.exp(z.re) * sp.sin(z.im))


def _log(z: Pair) -> Pair:
    return Pair(sp.log(z.re**2 + z.im**2) / 2, sp.atan2(z.im, z.re))


def of_pairs(symbolic: Callable[..., Any]) -> Callable[..., Any] | None:
    """A function of complex numbers by their parts; None where none is known."""
    return symbolic if symbolic in ARITHMETIC_ON_PAIRS else {sp.exp: _exp, sp.log: _log}.get(symbolic)


ARITHMETIC_ON_PAIRS = (operator.neg, operator.add, operator.sub, operator.mul, operator.truediv, operator.pow)
