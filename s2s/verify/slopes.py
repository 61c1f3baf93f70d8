"""Derivatives of expressions, and the parts of what is linear in some symbols, in one walk over each subexpression.

In: expressions of sympy.  Out: the same.  What sympy would ask of a subexpression once for every place it stands at is asked of it once;
the derivatives of functions are sympy's own.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

ZERO, ONE = sp.Integer(0), sp.Integer(1)


def derivative(expr: sp.Expr, symbol: sp.Symbol) -> sp.Expr:
    """The derivative by a symbol.

    >>> x = sp.Symbol("x")
    >>> derivative(x * sp.exp(2 * x), x)
    2*x*exp(2*x) + exp(2*x)
    """
    return _derivative(expr, symbol, {symbol: ONE})


def _derivative(expr: sp.Expr, symbol: sp.Symbol, known: dict[sp.Expr, sp.Expr]) -> sp.Expr:
    found = known.get(expr)
    if found is None:
        inner = [_derivative(part, symbol, known) for part in expr.args]
        found = known[expr] = _chained(expr, inner, symbol) if any(slope is not ZERO for slope in inner) else ZERO
    return found


def _chained(expr: sp.Expr, inner: list[sp.Expr], symbol: sp.Symbol) -> sp.Expr:
    """By the derivatives of its parts."""
    if expr.is_Add:
        return sp.Add(*inner)
    if expr.is_Mul:
        moving = [k for k, slope in enumerate(inner) if slope is not ZERO]
        return sp.Add(*(sp.Mul(*expr.args[:k], inner[k], *expr.args[k + 1 :]) for k in moving))
    if expr.is_Pow and inner[1] is ZERO:
        base, exponent = expr.args
        return expr * (inner[0] * exponent / base)
    if not isinstance(expr, sp.Function) or type(expr)._eval_derivative is not sp.Function._eval_derivative:
        return sp.diff(expr, symbol)
    try:
        return sp.Add(*(expr.fdiff(k) * slope for k, slope in enumerate(inner, 1) if slope is not ZERO))
    except sp.core.function.ArgumentIndexError:
        return sp.diff(expr, symbol)


_symbols: dict[sp.Expr, frozenset[sp.Symbol]] = {}
_operations: dict[sp.Expr, int] = {}
KEPT = 200_000
"""Of how many subexpressions the symbols, and the number of operations, are kept."""


def symbols_in(expr: sp.Expr) -> frozenset[sp.Symbol]:
    """The symbols of an expression."""
    found = _symbols.get(expr)
    if found is None:
        if len(_symbols) > KEPT:
            _symbols.clear()
        inner = [symbols_in(part) for part in expr.args]
        found = _symbols[expr] = frozenset([expr]) if expr.is_Symbol else frozenset().union(*inner)
    return found


def operations(expr: sp.Expr) -> int:
    """How many operations an expression takes as it is written, so counting what is shared at every place.

    >>> x = sp.Symbol("x")
    >>> operations((x + 1) * sp.sin(x + 1))
    4
    """
    found = _operations.get(expr)
    if found is None:
        if len(_operations) > KEPT:
            _operations.clear()
        inner = sum(map(operations, expr.args))
        found = _operations[expr] = inner + (len(expr.args) - 1 if expr.is_Add or expr.is_Mul else int(bool(expr.args)))
    return found


def sums_in(expr: sp.Expr) -> set[sp.Expr]:
    """The sums among the subexpressions.

    >>> x, y = sp.symbols("x y")
    >>> sums_in(sp.sin(x + 1) * y)
    {x + 1}
    """
    found, waiting = set(), [expr]
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting.extend(part.args)
    return {part for part in found if part.is_Add}


def linear_parts(expr: sp.Expr, symbols: Iterable[sp.Symbol]) -> dict[sp.Expr, sp.Expr] | None:
    """The factor of each symbol, and under 1 what has none; None where the expression is not seen to be linear in them.

    >>> x, u, v = sp.symbols("x u v")
    >>> linear_parts((u + x) / x, [u, v])
    {u: 1/x, 1: 1}
    """
    known: dict[sp.Expr, dict[sp.Expr, sp.Expr] | None] = {symbol: {symbol: ONE} for symbol in symbols}
    return _parts(expr, known)


def _parts(expr: sp.Expr, known: dict[sp.Expr, dict[sp.Expr, sp.Expr] | None]) -> dict[sp.Expr, sp.Expr] | None:
    if expr not in known:
        known[expr] = _joined(expr, [_parts(part, known) for part in expr.args])
    return known[expr]


def _joined(expr: sp.Expr, inner: list[dict[sp.Expr, sp.Expr] | None]) -> dict[sp.Expr, sp.Expr] | None:
    """By what is known of its parts."""
    moving = [k for k, parts in enumerate(inner) if parts is None or parts.keys() != {ONE}]
    if not moving:
        return {ONE: expr}
    if any(parts is None for parts in inner):
        return None
    if expr.is_Add:
        gathered: dict[sp.Expr, list[sp.Expr]] = {}
        for parts in inner:
            for symbol, factor in (parts or {}).items():
                gathered.setdefault(symbol, []).append(factor)
        return {symbol: sp.Add(*factors) for symbol, factors in gathered.items()}
    if not expr.is_Mul or len(moving) > 1:
        return None
    (k,) = moving
    rest = sp.Mul(*expr.args[:k], *expr.args[k + 1 :])
    return {symbol: rest * factor for symbol, factor in (inner[k] or {}).items()}
