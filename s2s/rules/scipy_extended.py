"""Definitions: filters of `scipy.signal` that go on beyond the edges of what they are given, or run twice.

In: convolve2d and correlate2d where something else than zeros is behind the edges; filtfilt, sosfiltfilt and the states they begin
with; hilbert.  Out: their definitions in `RULES`.  Imported only when a program uses it.
"""

from __future__ import annotations

import numpy as np
from scipy import fft, linalg, signal

from s2s.rules.cases import A, case
from s2s.rules.declare import Given, written


# ------------------------------------------------------------------------------------------------------- in the plane
def has_something_behind(in1, in2, mode, boundary, fillvalue):
    """Not zeros, and an array that goes on: where the second one is larger, SciPy exchanges them."""
    if not isinstance(boundary, str) or not isinstance(mode, str) or mode == "valid":
        return False
    return boundary != "fill" or isinstance(fillvalue, Given) or fillvalue != 0


def margins(sizes, mode, first):
    """How far the first array has to go on, in front and behind, for a kernel of these sizes."""
    if mode == "full":
        return [(n - 1, n - 1) for n in sizes]
    return [((n - 1) // 2, n // 2) if first else (n // 2, (n - 1) // 2) for n in sizes]


def gone_on(x, sizes, mode, boundary, fillvalue, first):
    if boundary == "fill":
        return np.pad(x, margins(sizes, mode, first), constant_values=fillvalue)
    return np.pad(x, margins(sizes, mode, first), mode="wrap" if boundary in ("wrap", "circular") else "symmetric")


BEYOND = [case(A(3, 4), A(2, 3), boundary="wrap"), case(A(3, 4), A(3, 2), "same", "symm"), case(A(2, 3), A(2, 2), fillvalue=0.5)]


@written(
    signal.convolve2d,
    arrays=("in1", "in2"),
    when=has_something_behind,
    cases=BEYOND,
)
def convolve2d(in1, in2, mode="full", boundary="fill", fillvalue=0):
    return signal.convolve2d(gone_on(in1, np.shape(in2), mode, boundary, fillvalue, False), in2, "valid")


@written(
    signal.correlate2d,
    arrays=("in1", "in2"),
    when=has_something_behind,
    cases=BEYOND,
)
def correlate2d(in1, in2, mode="full", boundary="fill", fillvalue=0):
    return signal.correlate2d(gone_on(in1, np.shape(in2), mode, boundary, fillvalue, True), in2, "valid")


# --------------------------------------------------------------------------------------------------- there and back
@written(signal.lfilter_zi, arrays=("b", "a"), cases=[case(A(3), A(3, domain="large at first")), case(A(2), A(3, domain="large at first"))])
def lfilter_zi(b, a):
    """The state of a filter that has had ones for ever: of the matrix of a companion, less the unit."""
    size = max(np.size(a), np.size(b))
    up = np.pad(np.atleast_1d(b) / a[0], (0, size - np.size(b)))
    down = np.pad(np.atleast_1d(a) / a[0], (0, size - np.size(a)))
    return np.linalg.solve(np.eye(size - 1) - np.transpose(linalg.companion(down)), up[1:] - down[1:] * up[0])


def entries(x, start, stop, axis):
    """Some of the entries along an axis."""
    return np.take(x, np.arange(start, stop), axis)


def with_ends(x, reach, padtype, axis):
    """A signal that goes on at both ends: turned around them, mirrored, or as they are."""
    length = np.shape(x)[axis]
    first, last = entries(x, 0, 1, axis), entries(x, length - 1, length, axis)
    if padtype == "constant":
        return np.concatenate((np.repeat(first, reach, axis), x, np.repeat(last, reach, axis)), axis=axis)
    before = np.flip(entries(x, 1, reach + 1, axis), axis)
    after = np.flip(entries(x, length - reach - 1, length - 1, axis), axis)
    if padtype == "even":
        return np.concatenate((before, x, after), axis=axis)
    return np.concatenate((2 * first - before, x, 2 * last - after), axis=axis)


def is_read(b, a, x, axis, padtype, padlen, method, irlen):
    return method == "pad" and (padtype is None or isinstance(padtype, str)) and isinstance(axis, int) and getattr(x, "ndim", None)


@written(signal.filtfilt, arrays=("b", "a", "x"), when=is_read, cases=[case(A(2), A(2, domain="large at first"), A(12))])
def filtfilt(b, a, x, axis=-1, padtype="odd", padlen=None, method="pad", irlen=None):
    edge = 0 if padtype is None else 3 * max(np.size(a), np.size(b)) if padlen is None else padlen
    extended = with_ends(x, edge, padtype, axis) if edge > 0 else x
    shape = [1] * np.ndim(x)
    shape[axis] = -1
    state, length = np.reshape(signal.lfilter_zi(b, a), shape), np.shape(extended)[axis]
    there = signal.lfilter(b, a, extended, axis, state * entries(extended, 0, 1, axis))[0]
    last = entries(there, length - 1, length, axis)
    back = np.flip(signal.lfilter(b, a, np.flip(there, axis), axis, state * last)[0], axis)
    return entries(back, edge, length - edge, axis) if edge > 0 else back


@written(signal.sosfilt_zi, arrays=("sos",))
def sosfilt_zi(sos):
    """The states of the sections, each times what those before it make of ones."""
    states, scale = [], 1.0
    for k in range(np.shape(sos)[0]):
        states.append(scale * signal.lfilter_zi(sos[k, :3], sos[k, 3:]))
        scale = scale * (np.sum(sos[k, :3]) / np.sum(sos[k, 3:]))
    return np.stack(states)


def is_read_twice(sos, x, axis, padtype, padlen):
    return (padtype is None or isinstance(padtype, str)) and isinstance(axis, int) and getattr(x, "ndim", None)


@written(signal.sosfiltfilt, arrays=("sos", "x"), when=is_read_twice)
def sosfiltfilt(sos, x, axis=-1, padtype="odd", padlen=None):
    taps = 2 * np.shape(sos)[0] + 1 - min(int(np.sum(sos[:, 2] == 0)), int(np.sum(sos[:, 5] == 0)))
    edge = 0 if padtype is None else 3 * taps if padlen is None else padlen
    extended = with_ends(x, edge, padtype, axis) if edge > 0 else x
    shape = [1] * np.ndim(x)
    shape[axis] = 2
    state, length = np.reshape(signal.sosfilt_zi(sos), (-1, *shape)), np.shape(extended)[axis]
    there = signal.sosfilt(sos, extended, axis, state * entries(extended, 0, 1, axis))[0]
    last = entries(there, length - 1, length, axis)
    back = np.flip(signal.sosfilt(sos, np.flip(there, axis), axis, state * last)[0], axis)
    return entries(back, edge, length - edge, axis)


# ------------------------------------------------------------------------------------------------------- one-sided
@written(signal.hilbert, arrays=("x",), when=lambda x, N, axis: isinstance(axis, int), cases=[case(A(6)), case(A(2, 5), N=7)])
def hilbert(x, N=None, axis=-1):
    """The spectrum of positive frequencies, twice."""
    count = np.shape(x)[axis] if N is None else N
    spectrum = np.moveaxis(fft.fft(x, count, axis=axis), axis, -1)
    half = (count + 1) // 2
    middle = spectrum[..., half : count // 2 + 1]
    rest = np.zeros_like(spectrum[..., count // 2 + 1 :])
    kept = np.concatenate((spectrum[..., :1], spectrum[..., 1:half] * 2.0, middle, rest), axis=-1)
    return fft.ifft(np.moveaxis(kept, -1, axis), axis=axis)
