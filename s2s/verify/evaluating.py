"""The value of an expression at the sample point, in many digits.

In: an expression of sympy.  Out: a number of mpmath.  Sympy's own substitution would first make an exact number of it, and takes the
roots of large integers for that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from s2s.verify.scalar import mp, number

SAMPLES: dict[sp.Symbol, Any] = {}
"""The sample point of each symbol, a rational number or one in many digits: of two with one name, that of the newer one."""

SEEDS: set[sp.Symbol] = set()
"""The symbols among them that are cotangents or tangents: what is compared is linear in them."""

FUNCTIONS: dict[Any, Callable[..., Any]] = {
    sp.exp: mp.exp, sp.log: mp.log, sp.sin: mp.sin, sp.cos: mp.cos, sp.tan: mp.tan, sp.sinh: mp.sinh, sp.cosh: mp.cosh,
    sp.tanh: mp.tanh, sp.asin: mp.asin, sp.acos: mp.acos, sp.atan: mp.atan, sp.asinh: mp.asinh, sp.acosh: mp.acosh,
    sp.atanh: mp.atanh, sp.atan2: mp.atan2, sp.Abs: abs, sp.gamma: mp.gamma, sp.loggamma: mp.loggamma, sp.erf: mp.erf,
    sp.erfc: mp.erfc, sp.erfi: mp.erfi, sp.polygamma: lambda n, x: mp.psi(int(n), x), sp.besselj: mp.besselj,
    sp.bessely: mp.bessely, sp.besseli: mp.besseli, sp.besselk: mp.besselk, sp.sign: mp.sign, sp.zeta: mp.zeta,
}  # fmt: skip


_values: dict[sp.Expr, Any] = {}
KEPT = 200_000
"""The values of how many subexpressions are kept."""


def sampled(symbol: sp.Symbol, sample: Any) -> None:
    """Give a symbol its sample."""
    if symbol in SAMPLES and SAMPLES[symbol] != sample:
        _values.clear()
    SAMPLES[symbol] = sample


def value_of(expr: sp.Expr) -> Any:
    """The value at the sample point."""
    found = _values.get(expr)
    if found is None:
        if len(_values) > KEPT:
            _values.clear()
        found = _values[expr] = _computed(expr)
    return found


def _computed(expr: sp.Expr) -> Any:
    if expr.is_Symbol:
        sample = SAMPLES[expr]
        return sample if isinstance(sample, mp.mpf) else number(sample)
    if not expr.args:
        return number(expr)
    parts = [value_of(part) for part in expr.args]
    if expr.is_Add:
        return mp.fsum(parts)
    if expr.is_Mul:
        return mp.fprod(parts)
    if expr.is_Pow:
        return parts[0] ** parts[1]
    function = FUNCTIONS.get(expr.func)
    if function is not None:
        return function(*parts)
    return number(sp.N(expr.func(*(sp.Float(str(part), mp.dps) for part in parts)), mp.dps))
