"""The generated code of a polynomial or rational program, run on fractions: nothing is rounded.

    value, (x_bar,) = exactly(f, np.array([Fraction(1, 3), Fraction(2, 7)]))
    value, dot = exactly_along(f, (x,), (v,))

In: a function, arguments of `fractions.Fraction`s in arrays of objects, numbers or trees of these.  Out: the same.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from s2s.eager.choosing import Table
from s2s.verify.arrays import filled
from s2s.verify.claims import NotVerified, programs_for
from s2s.verify.lifting import lifted, start_anew
from s2s.verify.scalar import Scalar, scalar
from s2s_runtime import tree
from s2s_runtime.tape import Tape, Variable


def exactly(function: Any, *args: Any, seed: Any = None) -> tuple[Any, tuple[Any, ...]]:
    """The value of a function and its cotangents, by the program that `vjp` generates; the seed of a number is 1.

    Raises:
        NotVerified: a value is no fraction, such as a root or an exponential.
    """
    start_anew()
    given = tuple(map(_symbols, args))
    programs = programs_for(function, tuple(map(_floats, args)))
    value, bars = programs.reverse(*given, scalar(1) if seed is None else _symbols(seed))
    return _fractions(value), tuple(map(_fractions, bars))


def exactly_along(function: Any, args: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
    """The value of a function and its tangent, by the program that `jvp` generates.  Raises as `exactly` does."""
    start_anew()
    programs = programs_for(function, tuple(map(_floats, args)))
    assert programs.forward is not None
    value, dot = programs.forward(*map(_symbols, args), *map(_symbols, tangents))
    return _fractions(value), _fractions(dot)


def exactly_by_tape(function: Any, *args: Any, seed: Any = None) -> tuple[Any, tuple[Any, ...]]:
    """What `exactly` gives, by a tape that records the function on fractions: the rules' bodies, and nothing of the transformer.

    Raises as `exactly` does.
    """
    start_anew()
    with Tape(Table(lifted)) as recording:
        given = recording.leaf(list(map(_symbols, args)))
        result = recording.run(function, *given)
    seeds = tree.pairs(result, scalar(1) if seed is None else _symbols(seed))
    found = recording.backward_from({one: bar for _, one, bar in seeds if type(one) is Variable}, dense=False)
    value = tree.tree_map(lambda one: one.value if type(one) is Variable else one, result)
    return _fractions(value), tuple(_fractions(found.tree(one)) for one in given)


def _symbols(given: Any) -> Any:
    def exact(x: Any) -> Any:
        if isinstance(x, np.ndarray) and x.dtype.kind in "fO":
            return filled([scalar(entry) for entry in x.ravel()], x.shape) if x.shape else scalar(x.item())
        return scalar(x) if isinstance(x, (float, Fraction)) else x

    return tree.tree_map(exact, given)


def _floats(given: Any) -> Any:
    """Machine numbers in the place of fractions: the derivative is made for them."""

    def machine(x: Any) -> Any:
        return x.astype(float) if isinstance(x, np.ndarray) and x.dtype == object else float(x) if isinstance(x, Fraction) else x

    return tree.tree_map(machine, given)


def _fractions(given: Any) -> Any:
    def fraction(x: Any) -> Any:
        if isinstance(x, np.ndarray):
            parts = np.array([fraction(entry) for entry in x.ravel()], object)
            return parts.reshape(x.shape)
        if not isinstance(x, (Scalar, int, float)):
            return x
        expr = scalar(x).expr
        if expr is None or not expr.is_Rational:
            raise NotVerified(f"{expr} is no fraction")
        return Fraction(int(expr.p), int(expr.q))

    return tree.tree_map(fraction, given)
