"""What NumPy's functions mean that are neither elementwise nor of matrices: transforms, interpolation, the runtime's own kernels.

In: arrays of `Scalar`s.  Out: `Symbols`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.verify.arrays import Symbols, each, filled, objects, scalars, symbols
from s2s.verify.elementary import absolute, cos, frexp, modf, sin, sqrt
from s2s.verify.lifting import OTHERWISE, array, iscomplexobj, lifted, twin
from s2s.verify.linear_algebra import conjugated, floats
from s2s.verify.scalar import Scalar, mp, scalar
from s2s_runtime import kernels, projection, tree


# -------------------------------------------------------------------------------------------------- Fourier transforms
def root_of_unity(k: int, n: int) -> Any:
    """exp(2 pi i k / n), exactly."""
    turn = scalar(math.pi) * 2 * (k % n) / n
    return cos(turn) + scalar(1j) * sin(turn)


def transformed(a: Any, n: int | None, axis: int, norm: str | None, sign: int) -> Any:
    """The discrete transform of length n along an axis, by its sum."""
    a = objects(a)
    n = a.shape[axis] if n is None else n
    rows = np.moveaxis(kernels_resized(a, n, axis), axis, -1)
    roots = np.empty((n, n), object)
    for j, k in np.ndindex(n, n):
        roots[j, k] = root_of_unity(sign * j * k, n)
    backward = norm in (None, "backward")
    power = {"ortho": 0.5, "forward": 1.0}.get(norm or "backward", 0.0) if sign < 0 else {"ortho": 0.5}.get(norm or "", float(backward))
    scale = scalar(1) / (sqrt(n) if power == 0.5 else scalar(n) if power else scalar(1))
    return symbols(np.moveaxis(np.matmul(rows, roots) * np.full((), scale, object), -1, axis))


def kernels_resized(a: Any, n: int, axis: int) -> Any:
    shape = tuple(n if i == axis % a.ndim else m for i, m in enumerate(a.shape))
    return objects(twin(kernels.resized)(symbols(a), shape))


def fft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    return transformed(a, n, axis, norm, -1)


def ifft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    return transformed(a, n, axis, norm, 1)


def half(length: int, axis: int, rank: int) -> tuple[Any, ...]:
    return tuple(slice(0, length // 2 + 1) if i == axis % rank else slice(None) for i in range(rank))


def rfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    n = np.shape(a)[axis] if n is None else n
    return fft(a, n, axis, norm)[half(n, axis, np.ndim(a))]


def irfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The real signal whose half spectrum this is; what is imaginary in the first, and of an even length in the last, is not read."""
    a = np.moveaxis(objects(a), axis, -1)
    n = 2 * (a.shape[-1] - 1) if n is None else n
    spectrum = kernels_resized(a, n // 2 + 1, -1)
    full = np.full((*a.shape[:-1], n), scalar(0), object)
    for k in range(n):
        mirrored = 2 * k > n
        entries = [scalar(x) for x in spectrum[..., n - k if mirrored else k].ravel()]
        real_only = k == 0 or 2 * k == n
        shown = [x.real if real_only else x.conjugate() if mirrored else x for x in entries]
        full[..., k] = np.reshape(filled(shown, (len(shown),)), a.shape[:-1])
    return np.moveaxis(each(lambda x: scalar(x).real, ifft(full, n, -1, norm)), -1, axis)


def turned(norm: str | None) -> str:
    return {"backward": "forward", "forward": "backward"}.get(norm or "backward", "ortho")


def hfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    return irfft(each(lambda x: scalar(x).conjugate(), a), n, axis, turned(norm))


def ihfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    return each(lambda x: scalar(x).conjugate(), rfft(a, n, axis, turned(norm)))


def over(one: Callable[..., Any], last: Callable[..., Any], first: bool, default: Any = None) -> Callable[..., Any]:
    """A transform over several axes: `last` along the last of them, before or behind `one` along the others."""

    def transform(a: Any, s: Any = None, axes: Any = default, norm: str | None = None) -> Any:
        every = kernels.fourier_axes(np.ndim(a), s, axes)
        if not every:
            return a
        lengths = [None] * len(every) if s is None else list(s)
        steps = [(one, n, axis) for n, axis in zip(lengths[:-1], every[:-1], strict=True)]
        end = [(last, lengths[-1], every[-1])]
        for function, n, axis in end + steps if first else steps + end:
            a = function(a, n, axis, norm)
        return a

    return transform


PAIR = (-2, -1)
TRANSFORMS: dict[Any, Callable[..., Any]] = {
    np.fft.fft: fft, np.fft.ifft: ifft, np.fft.rfft: rfft, np.fft.irfft: irfft, np.fft.hfft: hfft, np.fft.ihfft: ihfft,
    np.fft.fftn: over(fft, fft, True), np.fft.ifftn: over(ifft, ifft, True), np.fft.fft2: over(fft, fft, True, PAIR),
    np.fft.ifft2: over(ifft, ifft, True, PAIR), np.fft.rfftn: over(fft, rfft, True), np.fft.rfft2: over(fft, rfft, True, PAIR),
    np.fft.irfftn: over(ifft, irfft, False), np.fft.irfft2: over(ifft, irfft, False, PAIR),
}  # fmt: skip


# ------------------------------------------------------------------------------------------------------------ statistics
def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """On the straight line between the neighbours; beyond the ends the given values, or those of the ends."""
    xs, ys = scalars(xp), scalars(fp)
    if period is not None:
        raise NotImplementedError("a period")

    def at(point: Any) -> Any:
        point = scalar(point)
        if point < xs[0]:
            return ys[0] if left is None else scalar(left)
        if point > xs[-1]:
            return ys[-1] if right is None else scalar(right)
        k = next(k for k in range(len(xs)) if k == len(xs) - 1 or point < xs[k + 1])
        if k == len(xs) - 1:
            return ys[k]
        return ys[k] + (ys[k + 1] - ys[k]) * (point - xs[k]) / (xs[k + 1] - xs[k])

    return each(at, x)


def bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    if weights is None:
        return np.bincount(x, minlength=minlength)
    found = [scalar(0)] * max(int(np.max(x, initial=-1)) + 1, minlength)
    for place, weight in zip(np.ravel(x), scalars(weights), strict=True):
        found[int(place)] = found[int(place)] + weight
    return filled(found, (len(found),))


def histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """How many entries are in each bin, or what they weigh, and its edges: each bin with its lower one, the last with both."""
    if density:
        raise NotImplementedError("a density")
    entries = scalars(a)
    edges = scalars(bins) if np.ndim(bins) else equally_apart(bins, *(range or (min(entries), max(entries))))
    heights = [scalar(0)] * (len(edges) - 1)
    for entry, weight in zip(entries, [1] * len(entries) if weights is None else scalars(weights), strict=True):
        if edges[0] <= entry <= edges[-1]:
            place = min(sum(edge <= entry for edge in edges), len(heights)) - 1
            heights[place] = heights[place] + weight
    return filled(heights, (len(heights),)), filled(edges, (len(edges),))


def equally_apart(bins: int, low: Any, high: Any) -> list[Scalar]:
    return [scalar(low) + (scalar(high) - scalar(low)) * k / bins for k in range(bins + 1)]


STEPS = 5
"""How often Newton's method doubles the sixteen digits of a machine number until there are enough."""


def roots(p: Any) -> Any:
    """By Newton's method, from the roots that NumPy finds, in their order."""
    coefficients = [x.value for x in scalars(p)]
    found = [mp.mpmathify(near.item()) for near in np.roots(floats(objects(p)))]
    for _ in range(STEPS):
        pairs = [mp.polyval(coefficients, root, derivative=1) for root in found]
        found = [root - value / slope for root, (value, slope) in zip(found, pairs, strict=True)]
    return filled([Scalar(None, root) for root in found], (len(found),))


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """By the definitions: of vectors along one axis, of matrices along two."""
    x = symbols(objects(x))
    axes = tuple(range(x.ndim)) if axis is None else tuple(np.atleast_1d(axis))
    axes = tuple(int(k) % max(x.ndim, 1) for k in axes)
    size = each(absolute, x)
    if ord is None or ord == "fro" or (ord == 2 and len(axes) == 1):
        return each(sqrt, summed(size * size, axes, keepdims))
    if len(axes) == 1:
        return vector_norm(size, ord, axes, keepdims)
    if ord in ("nuc", 2, -2):
        values = lifted(np.linalg.svdvals)(np.moveaxis(x, axes, (-2, -1)))
        found = np.sum(values, -1) if ord == "nuc" else (np.max if ord == 2 else np.min)(values, -1)
        return np.expand_dims(found, axes) if keepdims else found
    added, compared = axes if abs(ord) == 1 else axes[::-1]
    rows = summed(size, (added,), True)
    found = (np.max if ord > 0 else np.min)(rows, axis=compared, keepdims=True)
    return found if keepdims else np.squeeze(found, axes)


def vector_norm(size: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    if np.isinf(float_of(ord)):
        return (np.max if float_of(ord) > 0 else np.min)(size, axis=axes, keepdims=keepdims)
    if ord == 0:
        return summed(each(lambda y: scalar(int(bool(scalar(y)))), size), axes, keepdims)
    return each(lambda y: scalar(y) ** (scalar(1) / ord), summed(each(lambda y: scalar(y) ** ord, size), axes, keepdims))


def float_of(x: Any) -> float:
    return float(x.value) if isinstance(x, Scalar) else float(x)


def summed(x: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    return x if not axes else np.sum(x, axis=axes, keepdims=keepdims)


def cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None, fweights: Any = None, aweights: Any = None,
    dtype: Any = None,
) -> Any:
    """The covariances of the rows, without weights."""
    if fweights is not None or aweights is not None:
        raise NotImplementedError("weights")
    rows = np.atleast_2d(objects(m))
    rows = rows if rowvar or rows.shape[0] == 1 else rows.T
    if y is not None:
        more = np.atleast_2d(objects(y))
        rows = np.concatenate((rows, more if rowvar or more.shape[0] == 1 else more.T))
    count = rows.shape[1] - (int(not bias) if ddof is None else ddof)
    apart = symbols(rows) - np.mean(symbols(rows), axis=1, keepdims=True)
    conjugated = each(lambda x: scalar(x).conjugate(), apart.T)
    return np.squeeze(symbols(np.matmul(apart, conjugated)) / scalar(count))


# ---------------------------------------------------------------------------------------------------------- convolutions
def full_convolution(first: Any, second: Any) -> Any:
    """z[k] is the sum of x[l] y[k - l]."""
    first, second = objects(first), objects(second)
    found = np.full(np.add(first.shape, second.shape) - 1, scalar(0), object)
    for i, x in np.ndenumerate(first):
        for j, y in np.ndenumerate(second):
            found[tuple(np.add(i, j))] += scalar(x) * scalar(y)
    return found


def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """As long as the longer one, if it is to be the same."""
    return middle_of(full_convolution(np.atleast_1d(a), np.atleast_1d(v)), np.size(a), np.size(v), mode, False)


def correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    """c[k] is the sum of a[n + k] and the conjugate of v[n]."""
    whole = full_convolution(np.atleast_1d(a), np.flip(conjugated(objects(np.atleast_1d(v)))))
    return middle_of(whole, np.size(a), np.size(v), mode, np.size(a) < np.size(v))


def middle_of(whole: Any, n: int, m: int, mode: str, late: bool) -> Any:
    """What a mode has of it; where a half of the shorter one is left over, the result begins before it or, late, behind it."""
    shorter, longer = sorted((n, m))
    begin = {"full": 0, "same": (shorter - (0 if late else 1)) // 2, "valid": shorter - 1}[mode]
    length = {"full": n + m - 1, "same": longer, "valid": longer - shorter + 1}[mode]
    return symbols(whole[begin : begin + length])


# --------------------------------------------------------------------------------------------------- the runtime's kernels
def is_part(step: Any) -> bool:
    return step[0] in (np.real, np.imag)


def through_parts(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A store through a view that may be a real or an imaginary part: of two arrays of real numbers, one is stored into."""

    def store(buffer: Any, index: Any, value: Any, path: Any = ()) -> Any:
        parts = [step[0] for step in path if is_part(step)]
        rest = tuple(step for step in path if not is_part(step))
        if not parts:
            return twin(kernel)(buffer, index, value, rest)
        re, im = (each(lambda x, p=p: getattr(scalar(x), p), buffer) for p in ("real", "imag"))
        if parts[0] is np.real:
            re = twin(kernel)(re, index, value, rest)
        else:
            im = twin(kernel)(im, index, value, rest)
        return each(lambda x, y: scalar(x) + scalar(1j) * scalar(y), re, im)

    return store


def follow(buffer: Any, path: Any) -> Any:
    for function, *args in path:
        buffer = lifted(function)(buffer, *args)
    return buffer


def like(g: Any, x: Any) -> Any:
    """Of a number or an array; a cotangent of anything else is given back as it is."""
    if g is None or x is None or isinstance(x, str):
        return None
    if not isinstance(x, (Scalar, int, float, complex, np.ndarray, np.generic)):
        return g
    return retyped(twin(kernels.sum_to)(g, np.shape(x)), x)


def retyped(g: Any, x: Any) -> Any:
    return g if iscomplexobj(x) else each(lambda y: scalar(y).real, g)


def unlike(g: Any, x: Any) -> Any:
    if g is None or not isinstance(x, (Scalar, float, complex, np.ndarray, np.generic)):
        return g
    return symbols(np.broadcast_to(objects(g), np.shape(x)))


def cast(x: Any, dtype: Any) -> Any:
    return array(x, dtype)


OF_RUNTIME: dict[Any, Callable[..., Any]] = {
    kernels.index_set: through_parts(kernels.index_set), kernels.index_add: through_parts(kernels.index_add),
    kernels.follow: follow, kernels.part_sign: kernels.part_sign,
    projection.like: like, projection.retyped: retyped, projection.unlike: unlike,
    tree.is_differentiable: lambda leaf: isinstance(leaf, (Scalar, Symbols)) or tree.is_differentiable(leaf),
    projection.real_part: lambda g: each(lambda y: scalar(y).real, g), kernels.astype: cast,
}  # fmt: skip

def in_two(function: Callable[..., Any]) -> Callable[..., Any]:
    """An elementwise function with two results."""
    return lambda x: tuple(each(lambda entry, k=k: function(entry)[k], x) for k in (0, 1))


OTHERWISE.update({np.modf: in_two(modf), np.frexp: in_two(frexp)})
OTHERWISE.update(TRANSFORMS)
OTHERWISE.update(OF_RUNTIME)
OTHERWISE.update({
    np.interp: interp, np.bincount: bincount, np.linalg.norm: norm, np.cov: cov,
    np.histogram: histogram, np.roots: roots, np.convolve: convolve, np.correlate: correlate,
    math.fsum: lambda seq: sum(seq, scalar(0)),
})  # fmt: skip
OTHERWISE[np.corrcoef] = twin(np.corrcoef.__wrapped__)  # type: ignore[attr-defined]
OTHERWISE[np.gradient] = twin(np.gradient.__wrapped__)  # type: ignore[attr-defined]
