"""What is right: the derivative of what a function computes on symbols, by sympy, or by central differences in many digits.

In: a rule, a function of it, a case.  Out: a `Question`: the call, seeds, and the right answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from s2s.rules import Rule
from s2s.rules.cases import Case
from s2s.verify.arrays import Symbols, filled, scalars
from s2s.verify.calls import Call, leaves, symbol, tree_map
from s2s.verify.evaluating import value_of
from s2s.verify.pairs import Pair
from s2s.verify.said import still
from s2s.verify.scalar import Path, Scalar, following, is_complex, mp, scalar
from s2s.verify.slopes import derivative

STEP = mp.mpf(10) ** -30
"""The step of the central differences that stand in where sympy has no derivative: what they leave out is of the order of its square."""


@dataclass
class Question:
    """What a rule is asked on one case: inputs, seeds, and the right answers."""

    call: Call
    result: Any
    path: Path
    seed: Any
    tangents: dict[str, Any]
    cotangents: dict[str, list[Scalar]]
    moved: list[Scalar]


def question(rule: Rule, function: Any, case: Case, seed: int = 0) -> Question:
    """The call on symbols, and the derivative of what it computes.

    Raises:
        NotTaken: the case is another rule's.
        WrongMeaning: what is taken for the function's definition has another value than the function.
    """
    call = Call(rule, function, case, seed)
    expected = call.plainly()
    with following() as path:
        result = call.run()
    _agrees(call, result, expected)
    g = tree_map(lambda r: seeded("g", r), numbered(result))
    tangents = {name: _tangents(name, flags, call.values[name]) for name, flags in call.active().items()}
    return Question(call, result, path, g, tangents, wanted_adjoint(call, result, g), wanted_tangent(call, result, tangents))


class WrongMeaning(Exception):
    """What is taken for a function's definition does not have its values."""


def _agrees(call: Call, result: Any, expected: Any) -> None:
    for got, want in zip(leaves(result), leaves(expected), strict=True):
        values = np.array([complex(x.value) for x in scalars(got)]).reshape(np.shape(got))
        if np.shape(got) != np.shape(want) or not np.allclose(values, want, rtol=_rtol(want), atol=1e-12):
            raise WrongMeaning(f"{call.rule.name}: {values} for {want}")


def _rtol(x: Any) -> float:
    return 1e-6 if np.asarray(x).dtype in (np.float32, np.complex64) else 1e-9


def numbered(tree: Any) -> Any:
    """A result's leaves with a number each: (number, leaf)."""
    counter = iter(range(10_000))
    return tree_map(lambda leaf: Leaf(next(counter), leaf), tree)


@dataclass
class Leaf:
    number: int
    value: Any


def seeded(name: str, leaf: Leaf) -> Any:
    """A symbol for each entry of a result; two where it is complex."""
    entries = []
    for k, entry in enumerate(scalars(leaf.value)):
        made = symbol(f"{name}{leaf.number}_{k}", sp.Rational(3 * k + 5 + leaf.number, 7 + k), seed=True)
        if is_complex(entry):
            made = made + scalar(1j) * symbol(f"{name}{leaf.number}_{k}i", sp.Rational(2 * k + 3, 5 + k), seed=True)
        entries.append(made)
    return filled(entries, np.shape(leaf.value)) if np.shape(leaf.value) else entries[0]


def _tangents(name: str, flags: Any, value: Any) -> Any:
    counter = iter(range(10_000))

    def made(flag: bool, x: Any) -> Any:
        return seeded(f"v_{name}", Leaf(next(counter), x)) if flag else still(x)

    found = tree_map(made, flags, value)
    return found


def directions(x: Scalar) -> Iterator[tuple[sp.Symbol, complex]]:
    """The real symbols of an entry, each with the direction in which it moves it."""
    if x.expr is None:
        return
    for found in sorted(x.expr.free_symbols, key=lambda s: s.name):
        yield found, 1j if is_complex(x) and found.name.endswith("i") else 1


def total(result: Any, g: Any) -> Any:
    """The sum of the real parts of g times the result."""
    pairs = zip(leaves(g), leaves(result), strict=True)
    products = [a * b for seeds, values in pairs for a, b in zip(scalars(seeds), scalars(values), strict=True)]
    return sum((product.real for product in products), scalar(0))


def wanted_adjoint(call: Call, result: Any, g: Any) -> dict[str, list[Scalar]]:
    """The derivative of `total` by each real symbol."""
    measured = total(result, g)
    found = {}
    for name, flags in call.active().items():
        entries = [entry for flag, x in zip(leaves(flags), leaves(call.values[name]), strict=True) if flag for entry in scalars(x)]
        found[name] = [
            _slope(call, measured, g, entry, s, unit) for entry in entries for s, unit in directions(entry)
        ]
    return found


def _slope(call: Call, measured: Scalar, g: Any, entry: Scalar, s: sp.Symbol, unit: complex) -> Any:
    if measured.expr is not None:
        expr = derivative(measured.expr, s)
        return Scalar(expr, value_of(expr))
    shifted = [total(call.run(moved(call, {entry: unit * sign})), g).value for sign in (1, -1)]
    return Scalar(None, (shifted[0] - shifted[1]) / (2 * STEP))


def moved(call: Call, by: dict[Scalar, Any]) -> dict[str, Any]:
    """The active arguments with some entries a step further; they have no expressions."""

    def shift(x: Any) -> Any:
        if isinstance(x, Symbols):
            return filled([shift(entry) for entry in scalars(x)], x.shape)
        if not isinstance(x, Scalar):
            return x
        unit = by.get(x)
        return Scalar(None, x.value if unit is None else x.value + STEP * (mp.mpc(unit) if isinstance(unit, complex) else unit))

    return {name: _rebuilt(call.values[name], tree_map(shift, call.values[name])) for name in call.active()}


def _rebuilt(like: Any, tree: Any) -> Any:
    return type(like)(tree) if isinstance(like, (list, tuple)) else tree


def wanted_tangent(call: Call, result: Any, tangents: dict[str, Any]) -> list[Scalar]:
    """The derivative of each entry of the result along the tangents."""
    moves: dict[Scalar, Scalar] = {}
    for name, tree in tangents.items():
        for x, v in zip(leaves(call.values[name]), leaves(tree), strict=True):
            moves.update(zip(scalars(x), scalars(v), strict=True) if isinstance(x, (Symbols, Scalar)) else ())
    entries = [entry for leaf in leaves(result) for entry in scalars(leaf)]
    if all(entry.expr is not None for entry in entries):
        return [_along(entry, moves) for entry in entries]
    ups = {x: v.value for x, v in moves.items()}
    downs = {x: -v for x, v in ups.items()}
    up, down = (
        [entry.value for leaf in leaves(call.run(moved(call, by))) for entry in scalars(leaf)] for by in (ups, downs)
    )
    return [Scalar(None, (a - b) / (2 * STEP)) for a, b in zip(up, down, strict=True)]


def _along(entry: Scalar, moves: dict[Scalar, Scalar]) -> Any:
    if isinstance(entry.expr, Pair):
        re, im = _slope_along(entry.expr.re, moves), _slope_along(entry.expr.im, moves)
        return Scalar(Pair(re, im), mp.mpc(value_of(re), value_of(im)))
    slope = _slope_along(entry.expr, moves)
    return Scalar(slope, value_of(slope))


def _slope_along(expr: sp.Expr, moves: dict[Scalar, Scalar]) -> sp.Expr:
    slope = sp.Integer(0)
    for x, v in moves.items():
        if x.expr is None:
            continue
        parts = {1: v.real.expr, 1j: v.imag.expr}
        slope += sum(derivative(expr, s) * parts[unit] for s, unit in directions(x))
    return slope
