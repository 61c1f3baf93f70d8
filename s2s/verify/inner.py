"""Derivatives that a program takes itself: what `grad(f)(x)`, `jvp`, `vjp` or a Jacobian in it means.

In: a function on symbols and how it is differentiated.  Out: sympy's derivative of what that function computes, at the arguments; where
there is no expression, central differences.  No derivative of s2s takes part.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

import s2s
from s2s import api, transforms
from s2s.verify.arrays import Symbols, filled, scalars
from s2s.verify.evaluating import sampled, value_of
from s2s.verify.held import given, held, recorded
from s2s.verify.inputs import numbers
from s2s.verify.lifting import OF_TYPES, OTHERWISE, lifted
from s2s.verify.scalar import Scalar, following, is_complex, mp, noted, scalar
from s2s.verify.slopes import derivative
from s2s.verify.wanted import STEP
from s2s_runtime import tree

_names = itertools.count()


@dataclass
class Near:
    """A function at its arguments: what it gives there, and how each of these numbers moves with each entry of some arguments."""

    args: tuple[Any, ...]
    result: Any
    slopes: dict[int, list[list[Scalar]]]
    """By the position of an argument: a row for each number of the result, with a slope for each entry."""


def near(function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any], wrt: tuple[int, ...]) -> Near:
    """The function and its slopes.  It is run on symbols of its own, for which the arguments are put in afterwards.

    Raises:
        NotImplementedError: for complex numbers.
    """
    meant: dict[sp.Symbol, Any] = {}
    own = tuple(tree.tree_map(lambda x: _fresh(x, meant), arg) if k in wrt else arg for k, arg in enumerate(args))
    with following() as path:
        result = function(*own, **options)
    noted((difference.xreplace(meant), relation, outcome) for difference, relation, outcome in path.steps)
    found = numbers(result)
    entries = {k: numbers(own[k]) for k in wrt}
    if all(entry.expr is not None for entry in found) and None not in meant.values():
        slopes = {k: [[_slope(y, x, meant) for x in entries[k]] for y in found] for k in wrt}
    else:
        slopes = {k: _differences(function, own, options, entries[k]) for k in wrt}
    return Near(args, tree.tree_map(lambda x: _put_in(x, meant), result), slopes)


def _fresh(x: Any, meant: dict[sp.Symbol, Any]) -> Any:
    if isinstance(x, Symbols):
        return filled([_fresh(entry, meant) for entry in scalars(x)], x.shape)
    if not isinstance(x, Scalar):
        return x
    if is_complex(x):
        raise NotImplementedError("a derivative by a complex number inside of a program")
    made = sp.Symbol(f"inner{next(_names)}", real=True)
    sampled(made, x.value)
    meant[made] = x.expr
    return Scalar(None if x.expr is None else made, x.value)


def _put_in(x: Any, meant: dict[sp.Symbol, Any]) -> Any:
    if isinstance(x, Symbols):
        return filled([_put_in(entry, meant) for entry in scalars(x)], x.shape)
    return Scalar(x.expr.xreplace(meant), x.value) if isinstance(x, Scalar) and x.expr is not None else x


def _slope(y: Scalar, x: Scalar, meant: dict[sp.Symbol, Any]) -> Scalar:
    expr = derivative(y.expr, x.expr)
    return Scalar(expr.xreplace(meant), value_of(expr))


def _differences(function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any], entries: list[Scalar]) -> list[list[Scalar]]:
    """In twice as many digits: differences may be taken of these."""
    columns = []
    with mp.workdps(2 * mp.dps):
        with recorded() as values:
            function(*args, **options)
        for entry in entries:
            with given(values + values):
                up, down = (numbers(function(*_moved(args, entry, sign * STEP), **options)) for sign in (1, -1))
            columns.append([Scalar(None, (a.value - b.value) / (2 * STEP)) for a, b in zip(up, down, strict=True)])
    return [list(row) for row in zip(*columns, strict=True)] if columns else []


def _moved(args: tuple[Any, ...], by: Scalar, step: Any) -> tuple[Any, ...]:
    def shift(x: Any) -> Any:
        if isinstance(x, Symbols):
            return filled([shift(entry) for entry in scalars(x)], x.shape)
        return Scalar(None, x.value + step if x is by else x.value) if isinstance(x, Scalar) else x

    return tuple(tree.tree_map(shift, arg) for arg in args)


# ----------------------------------------------------------------------------------------------------------- trees of slopes
def in_place_of(like: Any, found: list[Scalar]) -> Any:
    """The numbers in the tree of an argument; None for what is no number of it."""
    rest = iter(found)

    def part(x: Any) -> Any:
        if isinstance(x, Symbols):
            return filled([next(rest) for _ in scalars(x)], x.shape)
        return next(rest) if isinstance(x, Scalar) else None

    return tree.tree_map(part, like)


def combined(rows: list[list[Scalar]], factors: list[Scalar]) -> list[Scalar]:
    """The sum of the rows, each with a factor."""
    columns = zip(*rows, strict=True)
    return [sum((factor * entry for factor, entry in zip(factors, column, strict=True)), scalar(0)) for column in columns]


@dataclass
class Derived:
    """A transform of a function, where numbers are `Scalar`s."""

    function: Callable[..., Any]
    argnums: Any = 0
    argnames: Any = None
    has_aux: bool = False

    def positions(self) -> tuple[tuple[int, ...], bool]:
        """The positions of the arguments that are moved, and whether one alone was asked for."""
        if self.argnames is None:
            alone = isinstance(self.argnums, (int, np.integer))
            return ((int(self.argnums),) if alone else tuple(self.argnums)), alone
        names = list(inspect.signature(self.function).parameters)
        alone = isinstance(self.argnames, str)
        return tuple(names.index(name) for name in ([self.argnames] if alone else self.argnames)), alone

    def __call__(self, *args: Any, **options: Any) -> Any:
        wrt, alone = self.positions()
        args = in_order(self.function, args, options)
        aux: list[Any] = []

        def value(*own: Any, **given: Any) -> Any:
            found = self.function(*own, **given)
            if self.has_aux:
                found, rest = found
                aux.append(rest)
            return found

        wrt = tuple(k % len(args) for k in wrt)
        found = near(value, args, options, wrt)
        parts = tuple(self.part(found, k) for k in wrt)
        if self.has_aux:
            raise NotImplementedError("has_aux=True inside of a program")
        return self.whole(found, parts[0] if alone else parts)

    def part(self, found: Near, k: int) -> Any:
        return in_place_of(found.args[k], combined(found.slopes[k], [scalar(1)] * len(found.slopes[k])))

    def whole(self, found: Near, parts: Any) -> Any:
        return parts


class DerivedWithValue(Derived):
    def whole(self, found: Near, parts: Any) -> Any:
        return found.result, parts


class DerivedJacobian(Derived):
    def part(self, found: Near, k: int) -> Any:
        like, result = found.args[k], found.result
        if not all(isinstance(x, (Scalar, Symbols)) for x in (like, result)):
            raise NotImplementedError("a Jacobian of trees inside of a program")
        entries = [slope for row in found.slopes[k] for slope in row]
        shape = (*np.shape(result), *np.shape(like))
        return filled(entries, shape) if shape else entries[0]


def in_order(function: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments, with those that are given by name taken out of the options as long as none is left out."""
    for name in list(inspect.signature(function).parameters)[len(args) :]:
        if name not in options:
            break
        args = (*args, options.pop(name))
    return args


def moving(primals: Any) -> tuple[int, ...]:
    return tuple(k for k, primal in enumerate(primals) if numbers_in(primal))


def numbers_in(x: Any) -> list[Scalar]:
    return [entry for leaf in tree.flatten(x)[0] if isinstance(leaf, (Scalar, Symbols)) for entry in numbers(leaf)]


def jvp(function: Any, primals: Any, tangents: Any, **options: Any) -> Any:
    wrt = moving(primals)
    found = near(function, tuple(primals), options, wrt)
    parts = [scalar(0) for _ in numbers(found.result)]
    for k in wrt:
        turned = [list(column) for column in zip(*found.slopes[k], strict=True)]
        parts = [total + part for total, part in zip(parts, combined(turned, numbers(tangents[k])), strict=True)]
    return found.result, in_place_of(found.result, parts)


def vjp(function: Any, *primals: Any, cotangent: Any = None, **options: Any) -> Any:
    wrt = moving(primals)
    found = near(function, primals, options, wrt)

    def pullback(given: Any) -> tuple[Any, ...]:
        seeds = numbers(given)
        return tuple(in_place_of(x, combined(found.slopes[k], seeds)) if k in wrt else None for k, x in enumerate(primals))

    return found.result, pullback if cotangent is None else pullback(cotangent)


def hessian(function: Any, argnums: Any = 0, **options: Any) -> Any:
    return DerivedJacobian(Derived(function, argnums), argnums)


def hvp(function: Any, primals: Any, tangents: Any, **options: Any) -> Any:
    wrt = moving(primals)
    _, found = jvp(Derived(function, wrt), primals, tangents, **options)
    entries: list[Any] = [None] * len(primals)
    for k, part in zip(wrt, found, strict=True):
        entries[k] = part
    return entries[0] if len(primals) == 1 else tuple(entries)


def of_type(meaning: type[Derived]) -> Callable[..., Any]:
    """What an object means that a program finds in its surroundings."""
    return lambda found: meaning(lifted(found.function), found.argnums, found.argnames, found.has_aux)


def made(meaning: type[Derived]) -> Callable[..., Any]:
    """What a call means that makes such an object."""
    return lambda function, argnums=0, *, argnames=None, has_aux=False, **options: meaning(function, argnums, argnames, has_aux)


OF_TYPES.update({
    transforms.Gradient: of_type(Derived), transforms.ValueAndGradient: of_type(DerivedWithValue),
    api.ForwardJacobian: of_type(DerivedJacobian), api.ReverseJacobian: of_type(DerivedJacobian),
})  # fmt: skip
OTHERWISE.update({
    s2s.grad: made(Derived), s2s.value_and_grad: made(DerivedWithValue), s2s.jacfwd: made(DerivedJacobian),
    s2s.jacrev: made(DerivedJacobian), s2s.hessian: hessian, s2s.jvp: jvp, s2s.vjp: vjp, s2s.hvp: hvp, s2s.stop_gradient: held,
})  # fmt: skip
