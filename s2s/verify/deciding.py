"""Whether two numbers are equal: as expressions, or at the sample point to fifty digits.

In: pairs of `Scalar`s.  Out: a `Verdict`.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum
from functools import lru_cache

import sympy as sp

import s2s.verify.forms  # noqa: F401  normal forms of functions
from s2s.verify.evaluating import SEEDS
from s2s.verify.held import released
from s2s.verify.normal import Normal
from s2s.verify.normal import is_zero as normal_form_is_zero
from s2s.verify.pairs import Pair, pair
from s2s.verify.scalar import DIGITS, Scalar, mp
from s2s.verify.slopes import linear_parts, operations, sums_in, symbols_in

LARGEST, LARGEST_TO_SIMPLIFY = 300, 120
"""The number of operations in an expression up to which sympy is asked to bring it to one fraction, and to simplify it."""


class Verdict(IntEnum):
    """How equal two numbers are known to be."""

    refuted = 0
    rounded = 1
    """Equal at the sample point, but for the rounding of machine numbers that were computed before."""
    digits = 2
    """Equal at the sample point, to `DIGITS` digits."""
    proved = 3
    """Equal as expressions, so for all values on this path."""


def same(got: Scalar, wanted: Scalar, follows: bool = False) -> Verdict:
    """Compare at the sample point, then as expressions, unless it follows from what is proved."""
    if not close(got.value, wanted.value):
        return Verdict.rounded if close(got.value, wanted.value, ROUNDED) else Verdict.refuted
    if follows:
        return Verdict.proved
    if got.expr is None or wanted.expr is None:
        return Verdict.digits
    if isinstance(got.expr, Pair) or isinstance(wanted.expr, Pair):
        a, b = pair(got.expr), pair(wanted.expr)
        return Verdict.proved if equal(a.re, b.re) and equal(a.im, b.im) else Verdict.digits
    return Verdict.proved if equal(got.expr, wanted.expr) else Verdict.digits


def equal(a: sp.Expr, b: sp.Expr) -> bool:
    """Whether two expressions are equal for all values of their symbols; False also where that cannot be decided.

    First the sums that stand in both are taken as they are: most of what is proved is the chain rule, whatever the numbers on its way."""
    if a == b:
        return True
    closed = {part for part in sums_in(a) & sums_in(b) if not SEEDS & symbols_in(part)} - {a, b}
    return bool(closed and is_zero(a - b, closed)) or is_zero(a - b)


ROUNDED = 14
"""The digits to which numbers that machine arithmetic has rounded are equal."""


def close(a: object, b: object, digits: int = DIGITS) -> bool:
    """Equal to so many digits; infinities and NaN are never what a derivative at a sample point should be."""
    if not (mp.isfinite(a) and mp.isfinite(b)):
        return False
    return bool(abs(a - b) <= mp.mpf(10) ** -digits * max(1, abs(a), abs(b)))  # type: ignore[operator, arg-type]


def is_zero(expr: sp.Expr, closed: Collection[sp.Expr] = ()) -> bool:
    """Whether an expression is zero for all values of its symbols, and of what is closed; False also where that cannot be decided.

    What is linear in cotangents or tangents is zero if each of its factors is.  Of each the normal form is asked first, then sympy."""
    seeds = [s for s in symbols_in(expr) if s in SEEDS]
    parts = linear_parts(expr, seeds) if seeds else None
    normal = Normal(closed)
    return all(normal_form_is_zero(part, normal) or (not closed and simplifies(part)) for part in (parts or {1: expr}).values())


def simplifies(expr: sp.Expr) -> bool:
    """Whether sympy simplifies an expression to zero, if that is short enough to be asked."""
    return operations(expr) <= LARGEST and _simplifies(renamed(released(expr)))


def renamed(expr: sp.Expr) -> sp.Expr:
    """With other names of its symbols, the same ones for all expressions that differ in names only."""
    order = sorted(expr.free_symbols, key=lambda symbol: symbol.name)
    return expr.xreplace({s: sp.Symbol(f"s{k}", **assumptions(s)) for k, s in enumerate(order)})


def assumptions(symbol: sp.Symbol) -> dict[str, bool]:
    return {"positive": True} if symbol.is_positive else {"real": True}


@lru_cache(maxsize=100_000)
def _simplifies(expr: sp.Expr) -> bool:
    if expr.is_number:
        return bool(sp.simplify(expr) == 0)
    numerator = sp.expand(sp.numer(sp.together(expr)))
    if numerator == 0:
        return True
    if operations(numerator) > LARGEST_TO_SIMPLIFY:
        return False
    in_exponentials = sp.expand(sp.numer(sp.together(sp.expand(numerator.rewrite(sp.exp)))))
    return bool(in_exponentials == 0 or sp.simplify(expr) == 0)
