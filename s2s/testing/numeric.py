"""Derivatives by running the function alone: central differences, the complex step, and Taylor's theorem.

In: a function, its arguments, a tangent.  Out: the derivative along it, with a bound of its error.  Nothing here knows
how the package differentiates.  The function is run on copies, in double precision whatever its arguments' dtypes are.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from s2s.testing.directions import argument_names, unit_tangents
from s2s_runtime import tree

RATIO = 4.0
STEPS = tuple(2.0**-5 / RATIO**k for k in range(7))
"""From 3e-2 to 8e-6: wide, so that some steps stay on one side of a kink or of a domain's edge."""

DOUBLE = float(np.finfo(np.float64).eps)
Flat = list[NDArray[Any]]


class Estimate(NamedTuple):
    """A numeric derivative: `value`, and `error`, which bounds its distance from the truth entry by entry.

    `error` is infinite where nothing converged: at a kink, or where the function is not finite on both sides.  `noise`
    is what rounding alone, in double precision, may do at the widest step.  All three are trees, None in leaves without a derivative.
    """

    value: Any
    error: Any
    noise: Any


def numeric_jvp(function: Callable[..., Any], args: tuple[Any, ...], tangents: Any) -> Estimate:
    """The derivative of `function(*args)` along `tangents`, by central differences extrapolated to step zero.

    `tangents` fits `args` as `tree.first_mismatch` says; the estimate has the tree of the result.  Raises ValueError if
    the tangents do not fit, or if the result's tree or shapes depend on the arguments' values.
    """
    line = Line(function, args, tangents)
    quotients, rounding = [], []
    for step in STEPS:
        h = step * line.scale
        up, down = line.at(h), line.at(-h)
        quotients.append([(a - b) / (2 * h) for a, b in zip(up, down, strict=True)])
        rounding.append([_rounding(a, b, eps) / h for a, b, eps in zip(up, down, line.eps, strict=True)])
    values, errors, noises = [], [], []
    for k, base in enumerate(line.base):
        noise = [row[k] for row in rounding]
        value, error = _extrapolate([row[k] for row in quotients], noise)
        values.append(value)
        errors.append(np.where(np.isnan(value) & np.isnan(base), 0.0, error))
        noises.append(noise[0] * (DOUBLE / line.eps[k]))
    return Estimate(line.in_tree(values), line.in_tree(errors), line.in_tree(noises))


def numeric_grad(function: Callable[..., Any], args: tuple[Any, ...]) -> Estimate:
    """The gradient of a function with one real result, entry by entry: a tuple with one tree per argument.

    For a complex entry z = a + 1j b it is df/da - 1j df/db.  Costs one `numeric_jvp` per entry.  Raises TypeError if
    the result is not one real number.
    """
    result = function(*double(args))
    if not tree.is_differentiable(result) or np.shape(result) != () or np.iscomplexobj(result):
        raise TypeError(f"the gradient needs one real number as result, got {tree.describe(result)}")
    gradient = Estimate(*(tree.tree_map(_zeros, args) for _ in Estimate._fields))
    for _, tangents in unit_tangents(args, argument_names(function, len(args))):
        estimate = numeric_jvp(function, args, tangents)
        for total, number in zip(gradient, estimate, strict=True):
            tree.tree_map(lambda leaf, unit, number=number: _put(leaf, unit, number), total, tangents)
    return Estimate(gradient.value, *(tree.tree_map(_modulus, part) for part in gradient[1:]))


def complex_step(function: Callable[..., Any], args: tuple[Any, ...], tangents: Any, step: float = 1e-20) -> Any:
    """The derivative along `tangents` up to rounding, for a function that is analytic and takes complex arguments.

    `abs`, the functions of `math` and comparisons of Python numbers are not: use `numeric_jvp` there.  Raises TypeError
    for arguments that are complex already.
    """
    line = Line(function, args, tangents)
    if any(np.iscomplexobj(leaf) for leaf in tree.flatten(args)[0] if tree.is_differentiable(leaf)):
        raise TypeError("the complex step needs real arguments")
    return line.in_tree([np.imag(leaf) / step for leaf in line.at(1j * step)])


def remainder_slopes(
    function: Callable[..., Any], args: tuple[Any, ...], tangents: Any, derivative: Any, second: Any = None, halvings: int = 5
) -> NDArray[np.float64]:
    """How fast f(x + h v) - f(x) - h d shrinks: log2 of the ratio of its norms for each step h and the next, h/2.

    The slopes are near 2 if `derivative` is the derivative along `tangents`, near 1 if it is not.  With `second`, the second derivative
    along them, h h/2 times that is taken away as well, and they are near 3.  A remainder that is nothing but rounding (of a linear
    function) gives infinity.
    """
    line = Line(function, args, tangents)
    terms = [_terms(derivative), [0.5 * leaf for leaf in _terms(second)]]
    norms = []
    for step in line.scale * 2.0 ** -np.arange(4.0, 5.0 + halvings):
        moved = line.at(step)
        rest = [m - b for m, b in zip(moved, line.base, strict=True)]
        for power, term in enumerate(terms, 1):
            rest = [r - step**power * d for r, d in zip(rest, term, strict=True)] if term else rest
        rounding = sum(float(np.sum(_rounding(*pair))) for pair in zip(moved, line.base, line.eps, strict=True))
        norm = float(np.sqrt(sum(float(np.sum(np.abs(r) ** 2)) for r in rest)))
        norms.append(0.0 if norm <= 64 * rounding else norm)
    return np.array([np.log2(a / b) if b else np.inf for a, b in itertools.pairwise(norms)])


def _terms(derivative: Any) -> Flat:
    return [np.asarray(leaf) for leaf in tree.flatten(derivative)[0] if leaf is not None]


class Line:
    """The function along a straight line through its arguments: `at(h)` is its result at args + h * tangents.

    Results are lists of arrays of double precision, one per differentiable leaf.  `scale` is such that a step moves no
    argument by more than that part of its size, where sizes above 1 count as 1 (the sine of a million).  `eps` has for
    each leaf the rounding of the dtype that the function gives it.
    """

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...], tangents: Any) -> None:
        mismatch = tree.first_mismatch(args, tangents, "args")
        if mismatch is not None:
            raise ValueError(mismatch.message)
        self.function = function
        self.moves = [(double(leaf), tangent) for _, leaf, tangent in tree.pairs(args, tangents)]
        self.arguments = tree.flatten(args)[1]
        self.result = function(*double(args))
        self.structure = tree.flatten(self.result)[1]
        self.base = _doubles(self.result)
        self.eps = [_eps(leaf) for leaf in tree.flatten(self.result)[0] if tree.is_differentiable(leaf)]
        scales = [_step_scale(leaf, tangent) for leaf, tangent in self.moves if np.any(tangent)]
        self.scale = min(scales, default=1.0)

    def at(self, step: complex) -> Flat:
        moved = tree.unflatten(self.arguments, [_moved(leaf, tangent, step) for leaf, tangent in self.moves])
        # Leaving the domain on one side is expected here, and shows as NaN.
        with np.errstate(all="ignore"):
            result = self.function(*moved)
        found = _doubles(result)
        if tree.flatten(result)[1] != self.structure or [a.shape for a in found] != [a.shape for a in self.base]:
            raise ValueError("the tree or the shapes of the result depend on the arguments' values")
        return found

    def in_tree(self, values: Flat) -> Any:
        """The values in the places of the result's differentiable leaves, None elsewhere."""
        supply = iter(values)
        return tree.tree_map(lambda leaf: next(supply) if tree.is_differentiable(leaf) else None, self.result)


def double(values: Any) -> Any:
    """A copy of a tree with every real or complex leaf in double precision (a longer one stays as it is)."""
    return tree.tree_map(_double, values)


def _double(leaf: Any) -> Any:
    if isinstance(leaf, (np.ndarray, np.generic)) and tree.is_differentiable(leaf):
        return leaf.astype(np.result_type(leaf.dtype, np.float64))
    return tree.copy(leaf)


def _moved(leaf: Any, tangent: Any, step: complex) -> Any:
    if tangent is None:
        return tree.copy(leaf)
    if isinstance(leaf, (np.ndarray, np.generic)):
        return leaf + step * tangent
    moved = leaf + step * np.asarray(tangent).item()
    return moved if isinstance(step, float) else np.complex128(moved)


def _doubles(result: Any) -> Flat:
    return [np.asarray(double(leaf)) for leaf in tree.flatten(result)[0] if tree.is_differentiable(leaf)]


def _step_scale(leaf: Any, tangent: Any) -> float:
    size = min(max(float(np.max(np.abs(leaf))), 1e-6), 1.0) if np.any(leaf) else 1.0
    return size / float(np.max(np.abs(tangent)))


def _eps(leaf: Any) -> float:
    """The spacing of numbers near 1 in the dtype that the function gives, which may be shorter than its arguments'."""
    return float(np.finfo(np.result_type(leaf)).eps)


def _rounding(up: NDArray[Any], down: NDArray[Any], eps: float) -> NDArray[np.float64]:
    """What rounding alone may leave in the difference of two values."""
    return np.asarray(eps * np.maximum(np.abs(up), np.abs(down)), np.float64)


def _extrapolate(quotients: Flat, rounding: list[NDArray[np.float64]]) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Neville's table in the square of the step; each entry is taken where its error seems least."""
    best = quotients[-1].copy()
    error = np.full(best.shape, np.inf)
    row: Flat = []
    with np.errstate(all="ignore"):
        for quotient, noise in zip(quotients, rounding, strict=True):
            new, factor = [quotient], 1.0
            for older in row:
                factor *= RATIO**2
                improved = new[-1] + (new[-1] - older) / (factor - 1)
                change = np.maximum(np.abs(improved - new[-1]), np.abs(improved - older)) + noise
                better = change < error
                best, error = np.where(better, improved, best), np.where(better, change, error)
                new.append(improved)
            row = new
    return best, error


def _zeros(leaf: Any) -> Any:
    if not tree.is_differentiable(leaf):
        return None
    return np.zeros(np.shape(leaf), np.complex128 if np.iscomplexobj(leaf) else np.float64)


def _put(total: Any, unit: Any, number: Any) -> None:
    if total is not None:
        here = np.asarray(unit) != 0
        total[here] += np.conj(np.asarray(unit)[here]) * number


def _modulus(leaf: Any) -> Any:
    return None if leaf is None else np.abs(leaf)
