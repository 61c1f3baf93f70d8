"""What each function leans on, and where: one table by function.

In: an application with its values.  Out: what it is close to: a tie, a kink, a jump, the edge of a domain, a comparison that is about to
flip; and numbers that say how well a system or a spectrum is conditioned.  `docs/conventions.md` has the choices that are named here.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from s2s.primitives import public_module
from s2s_runtime import containers

TIE = "two equal operands share: each gets half"
EXTREME = "entries that are equally large share equally"
ORDER = "equal entries keep their order: the derivative goes to the one that comes first"
FIRST = "the first of equal entries counts, as NumPy picks it"
SIDE = "the side that the comparison chose is differentiated, as if there were no other"
INSIDE = "the gradient passes strictly inside the bounds: here it is 0"
ZERO = "the derivative at 0 is 0"
STEP = "a step has no slope, at the step neither: the derivative is 0"
EDGE = "at the edge of the domain the derivative is what IEEE arithmetic gives: infinity"
ROOT = "at 0 it is what IEEE arithmetic gives, infinity; 0 for a root of what cannot be negative"
POWER = "x**0 is constant, and at base 0 the slope by the exponent is 0; by the base it is what IEEE arithmetic gives"
KNOT = "at a knot of np.interp the slope of one side is taken"
LOST = "terms that are nearly equal are subtracted: the digits that they share are lost"
REPEATED = "the derivative of vectors divides by the gap, and that of a repeated value depends on which vectors were chosen"


@dataclass(frozen=True)
class Close:
    """How far a function is from where its derivative leans on a choice, entry by entry, and what that distance is to be compared with.

    `numbers` are the operands, `kind` one word for what it is close to.
    """

    kind: str
    distance: Any
    scale: Any
    convention: str
    numbers: tuple[Any, ...]


@dataclass(frozen=True)
class Measured:
    """A number that says how errors grow: a condition number, or the smallest gap of a spectrum as a part of its size."""

    kind: str
    number: float


@dataclass(frozen=True)
class Looked:
    """An application: its operands, its result, and for each operand the size of what it was made of."""

    args: list[Any]
    kwargs: dict[str, Any]
    value: Any
    scales: list[Any] = field(default_factory=list)

    def get(self, position: int, *names: str, default: Any = None) -> Any:
        """An operand, by its position or by one of its names."""
        if position < len(self.args):
            return self.args[position]
        return next((self.kwargs[name] for name in names if name in self.kwargs), default)

    def scale(self, position: int) -> Any:
        known = self.scales[position] if position < len(self.scales) else None
        return np.abs(self.args[position]) if known is None else known


Found = Iterator[Close | Measured]
Look = Callable[[Looked], Found]


# ------------------------------------------------------------------------------------------------------------ entry by entry
def pair(kind: str, convention: str) -> Look:
    """Two operands that are nearly equal."""

    def look(it: Looked) -> Found:
        if len(it.args) == 2:
            a, b = it.args
            yield Close(kind, np.abs(np.subtract(a, b)), np.maximum(it.scale(0), it.scale(1)), convention, (a, b))

    return look


def at(kind: str, convention: str, *points: float) -> Look:
    """An operand that is nearly one of some numbers."""

    def look(it: Looked) -> Found:
        for point in points:
            scale = np.maximum(it.scale(0), abs(point))
            yield Close(kind, np.abs(np.subtract(it.args[0], point)), scale, convention, (it.args[0],))

    return look


def extremes(kind: str, convention: str, sign: int = 1) -> Look:
    """The two largest entries along an axis."""

    def look(it: Looked) -> Found:
        values, axis = sign * np.asarray(it.args[0]), it.get(1, "axis")
        yield from largest(kind, convention, values, axis)

    return look


def largest(kind: str, convention: str, values: NDArray[Any], axis: Any) -> Found:
    if isinstance(axis, tuple):
        kept = [k for k in range(values.ndim) if k not in {a % values.ndim for a in axis}]
        values, axis = values.transpose([*kept, *(a % values.ndim for a in axis)]).reshape([values.shape[k] for k in kept] + [-1]), -1
    rows = values.ravel() if axis is None else np.moveaxis(values, axis, -1)
    if rows.shape[-1:] > (1,):
        two = np.partition(rows, -2, axis=-1)[..., -2:]
        yield Close(kind, two[..., 1] - two[..., 0], np.max(np.abs(two), axis=-1), convention, (np.abs(two[..., 1]),))


def neighbours(default: int | None, position: int = 1) -> Look:
    """Entries that follow each other in their order, and are nearly equal."""

    def look(it: Looked) -> Found:
        axis = it.get(position, "axis", default=default)
        values = np.asarray(it.args[0])
        rows = np.sort(values, axis=None if axis is None or isinstance(axis, tuple) else axis)
        axis = -1 if axis is None or isinstance(axis, tuple) else axis
        low, high = (np.take(rows, range(*ends), axis=axis) for ends in ((rows.shape[axis] - 1,), (1, rows.shape[axis])))
        yield Close("tie", high - low, np.maximum(np.abs(low), np.abs(high)), ORDER, (low, high))

    return look


def bounds(it: Looked) -> Found:
    for position, names in ((1, ("a_min", "min")), (2, ("a_max", "max"))):
        bound = it.get(position, *names)
        if bound is not None:
            x = it.args[0]
            yield Close("bound", np.abs(np.subtract(x, bound)), np.maximum(it.scale(0), np.abs(bound)), INSIDE, (x, bound))


def whole(it: Looked) -> Found:
    yield jump(it.args[0], 0.0, it.args[:1])


def half(it: Looked) -> Found:
    yield jump(np.multiply(it.args[0], 10.0 ** (it.get(1, "decimals", "ndigits") or 0)), 0.5, it.args[:1])


def quotient(it: Looked) -> Found:
    if len(it.args) == 2:
        yield jump(np.divide(*it.args), 0.0, it.args)


def jump(x: Any, offset: float, numbers: Any) -> Close:
    """How far x is from the next whole number, or from the middle between two."""
    return Close("jump", np.abs(x - offset - np.rint(np.subtract(x, offset))), np.abs(x), STEP, tuple(numbers))


def power(it: Looked) -> Found:
    base, exponent = it.args[0], np.asarray(it.args[1])
    smooth = (exponent == np.rint(exponent)) & (exponent >= 1)
    distance = np.where(smooth, np.inf, np.abs(base))
    yield Close("kink", distance, np.broadcast_to(it.scale(0), distance.shape), POWER, (base, it.args[1]))


def origin(it: Looked) -> Found:
    """Several operands that are 0 together."""
    size = np.maximum(np.abs(it.args[0]), np.abs(it.args[1]))
    yield Close("kink", size, size, ZERO, tuple(it.args[:2]))


def vanishing(it: Looked) -> Found:
    """A size that is 0."""
    yield Close("kink", np.abs(it.value), np.abs(it.value), ZERO, (it.value,))


def norm(it: Looked) -> Found:
    order, x = it.get(1, "ord"), np.asarray(it.args[0])
    if order in (None, 2, "fro") or x.ndim != 1:
        yield from vanishing(it)
    elif order == 1:
        yield Close("kink", np.abs(x), np.abs(x), ZERO, (x,))
    elif order in (np.inf, -np.inf):
        yield from largest("tie", EXTREME, np.abs(x) if order > 0 else -np.abs(x), None)


def knots(it: Looked) -> Found:
    x, points = np.asarray(it.args[0])[..., None], np.asarray(it.args[1])
    yield Close("kink", np.min(np.abs(x - points), axis=-1), np.max(np.abs(points)), KNOT, (it.args[0],))


def cancelled(it: Looked) -> Found:
    scale = np.maximum(np.abs(it.args[0]), np.abs(it.args[1]))
    left = np.abs(it.value)
    lost = (left > 0) & (left < 1e-6 * scale)  # nothing is left over where both are equal
    yield Close("cancellation", np.where(lost, 0.0, np.inf), left, LOST, tuple(it.args[:2]))


# ------------------------------------------------------------------------------------------------------------------ matrices
def condition(it: Looked) -> Found:
    a = np.asarray(it.args[0])
    if a.ndim >= 2 and a.size and np.all(np.isfinite(a)):
        yield Measured("condition number", float(np.max(np.linalg.cond(a))))


def triangle(it: Looked) -> Found:
    lower = it.get(3, "lower", default=False)
    a = np.asarray(it.args[0])
    yield from condition(Looked([np.tril(a) if lower else np.triu(a)], {}, None))


def spectrum(it: Looked) -> Found:
    """The smallest gap of eigenvalues or singular values, as a part of the largest one."""
    values = it.value if isinstance(it.value, np.ndarray) else it.value[1 if len(it.value) == 3 else 0]
    rows = np.asarray(values).reshape(-1, np.shape(values)[-1])
    if rows.shape[-1] < 2 or not np.all(np.isfinite(rows)):
        return
    apart = np.abs(rows[:, :, None] - rows[:, None, :]) + np.where(np.eye(rows.shape[-1], dtype=bool), np.inf, 0.0)
    size = np.max(np.abs(rows), axis=-1)
    gaps = np.min(apart, axis=(-1, -2))
    yield Close("repeated value", gaps, size, REPEATED, (gaps,))
    yield Measured("smallest gap", float(np.min(gaps / np.where(size > 0, size, 1.0))))


# --------------------------------------------------------------------------------------------------------------------- table
COMPARED = pair("comparison", SIDE)
COMPARISONS: set[Any] = {
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne, np.less, np.less_equal, np.greater, np.greater_equal,
    np.equal, np.not_equal,
}  # fmt: skip
SUMS: set[Any] = {operator.add, operator.sub, np.add, np.subtract}

PRODUCTS: set[Any] = {operator.matmul, np.matmul, np.dot, np.inner, np.vdot}
TOTALS: set[Any] = {np.sum, np.mean}
MOVED: set[Any] = {operator.getitem, operator.neg, np.negative, np.reshape, np.ravel, np.transpose}


def terms(function: Any, args: list[Any], kwargs: dict[str, Any], scales: list[Any]) -> Any:
    """The size of the terms that a sum was made of, which says how large its rounding is; None where nothing was added."""
    if function in MOVED:
        return None if scales[0] is None else np.abs(function(scales[0], *args[1:], **kwargs))
    if function not in SUMS | PRODUCTS | TOTALS:
        return None
    sizes = [np.abs(arg) if scale is None else scale for arg, scale in zip(args[:2], scales[:2], strict=True)]
    if function in SUMS and len(sizes) == 2:
        return np.maximum(*sizes)
    if function in PRODUCTS and len(sizes) == 2:
        return function(*sizes)
    return function(sizes[0], *args[1:], **kwargs) if function in TOTALS else None


LOOKS: dict[Any, Look] = {
    **dict.fromkeys(COMPARISONS, COMPARED),
    **dict.fromkeys((max, min, np.maximum, np.minimum, np.fmax, np.fmin), pair("tie", TIE)),
    **dict.fromkeys((np.max, np.nanmax), extremes("tie", EXTREME)),
    **dict.fromkeys((np.min, np.nanmin), extremes("tie", EXTREME, -1)),
    np.argmax: extremes("tie", FIRST), np.argmin: extremes("tie", FIRST, -1), np.nanargmax: extremes("tie", FIRST),
    np.nanargmin: extremes("tie", FIRST, -1), np.sort: neighbours(-1), np.argsort: neighbours(-1), containers.order: neighbours(-1),
    np.partition: neighbours(-1, 2), np.argpartition: neighbours(-1, 2), np.median: neighbours(None), np.nanmedian: neighbours(None),
    **dict.fromkeys((np.percentile, np.quantile, np.nanpercentile, np.nanquantile), neighbours(None, 2)),
    np.clip: bounds,
    **dict.fromkeys((abs, np.abs, np.fabs, math.fabs), at("kink", ZERO, 0.0)),
    **dict.fromkeys((np.sign, np.heaviside), at("jump", STEP, 0.0)),
    **dict.fromkeys((np.floor, np.ceil, np.trunc, np.fix, math.floor, math.ceil, math.trunc, int), whole),
    **dict.fromkeys((np.round, np.rint, round), half),
    **dict.fromkeys((operator.floordiv, operator.mod, np.floor_divide, np.remainder, np.fmod, math.fmod, divmod), quotient),
    **dict.fromkeys((np.sqrt, math.sqrt), at("edge", ROOT, 0.0)),
    **dict.fromkeys((np.log, np.log2, np.log10, math.log, math.log2, math.log10, np.cbrt, math.cbrt), at("edge", EDGE, 0.0)),
    **dict.fromkeys((np.log1p, math.log1p), at("edge", EDGE, -1.0)),
    **dict.fromkeys((np.arcsin, np.arccos, np.arctanh, math.asin, math.acos, math.atanh), at("edge", EDGE, -1.0, 1.0)),
    **dict.fromkeys((np.arccosh, math.acosh), at("edge", EDGE, 1.0)),
    **dict.fromkeys((operator.pow, np.power, np.float_power, math.pow), power),
    **dict.fromkeys((np.hypot, math.hypot, np.arctan2, math.atan2), origin),
    **dict.fromkeys((np.std, np.nanstd), vanishing),
    np.linalg.norm: norm, np.interp: knots,
    **dict.fromkeys(SUMS, cancelled),
    **dict.fromkeys((np.linalg.solve, np.linalg.inv, np.linalg.cholesky, np.linalg.lstsq, np.linalg.pinv, np.linalg.det,
                     np.linalg.slogdet), condition),
    **dict.fromkeys((np.linalg.eigh, np.linalg.eig, np.linalg.svd, np.linalg.eigvalsh, np.linalg.eigvals), spectrum),
}  # fmt: skip
"""By function: what its derivative leans on."""

NAMED: dict[tuple[str, str], Look] = {
    **{("scipy.linalg", name): condition for name in ("solve", "inv", "cholesky", "lstsq", "pinv", "det", "sqrtm", "logm")},
    ("scipy.linalg", "solve_triangular"): triangle,
    **{("scipy.linalg", name): spectrum for name in ("eigh", "eig", "svd", "eigvalsh", "eigvals", "svdvals")},
}
"""The same for a library that is not imported here."""


def look_of(function: Any) -> Look | None:
    """What a function's derivative leans on; None if on nothing."""
    try:
        found = LOOKS.get(function)
    except TypeError:  # it cannot be a key
        return None
    return found or NAMED.get((public_module(function), getattr(function, "__name__", "")))
