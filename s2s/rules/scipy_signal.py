"""Derivative rules: convolutions of `scipy.signal`.  Imported only when a program uses it.

In: convolve and correlate in all modes, detrend.  Out: their rules in `RULES`.  A mode takes a
part of the full convolution, so the adjoint puts a cotangent into its place there, and convolves with what is read backwards.
"""

from __future__ import annotations

import numpy as np
from scipy import signal

from s2s.rules.cases import A, Case, case
from s2s.rules.declare import constant, linear, multilinear
from s2s.rules.when import is_one_of
from s2s_runtime.kernels import centre_part, surrounded


def sizes(*known: object, **named: object) -> list[Case]:
    """One axis and two, the first longer and shorter, of even and odd lengths."""
    pairs = [((5,), (3,)), ((4,), (2,)), ((2,), (5,)), ((1,), (1,)), ((3, 4), (2, 2)), ((3, 4), (3, 3))]
    return [case(A(*first), A(*second), *known, **named) for first, second in pairs]


MODES = [*sizes(), *sizes("same"), *sizes(mode="valid")]
PLANES = [one for one in MODES if len(one.args[0].shape) == 2]


constant(signal.argrelextrema, signal.argrelmax, signal.argrelmin, signal.correlation_lags, reason="places")


# ------------------------------------------------------------------------------------------------------ convolutions
@multilinear(signal.convolve, wrt=("in1", "in2"), cases=[*MODES, *sizes("full", "fft")[:4], *sizes("same", method="direct")])
def convolve(g, in1, in2, mode="full", method="auto"):
    whole = surrounded(g, in1, in2, mode)
    by_first = signal.convolve(whole, np.flip(in2), "valid", method)
    return by_first, signal.convolve(whole, np.flip(in1), "valid", method)


@multilinear(
    signal.fftconvolve,
    wrt=("in1", "in2"),
    when=lambda in1, in2, mode, axes: is_one_of(axes, None),
    cases=MODES,
)
def fftconvolve(g, in1, in2, mode="full", axes=None):
    whole = surrounded(g, in1, in2, mode)
    return signal.fftconvolve(whole, np.flip(in2), "valid"), signal.fftconvolve(whole, np.flip(in1), "valid")


@multilinear(
    signal.oaconvolve,
    wrt=("in1", "in2"),
    when=lambda in1, in2, mode, axes: is_one_of(axes, None),
    cases=MODES,
)
def oaconvolve(g, in1, in2, mode="full", axes=None):
    whole = surrounded(g, in1, in2, mode)
    return signal.oaconvolve(whole, np.flip(in2), "valid"), signal.oaconvolve(whole, np.flip(in1), "valid")


@multilinear(signal.correlate, wrt=("in1", "in2"), real_only=True, cases=[*MODES, *sizes("full", "fft")[:4]])
def correlate(g, in1, in2, mode="full", method="auto"):
    """The convolution with the second array read backwards."""
    whole = surrounded(g, in1, in2, mode)
    by_second = signal.convolve(whole, np.flip(in1), "valid", method)
    return signal.convolve(whole, in2, "valid", method), np.flip(by_second)


def with_zeros(in1, in2, mode, boundary, fillvalue):
    return is_one_of(boundary, "fill") and is_one_of(fillvalue, 0)


@multilinear(signal.convolve2d, wrt=("in1", "in2"), when=with_zeros, cases=PLANES)
def convolve2d(g, in1, in2, mode="full", boundary="fill", fillvalue=0):
    whole = surrounded(g, in1, in2, mode)
    return signal.convolve2d(whole, np.flip(in2), "valid"), signal.convolve2d(whole, np.flip(in1), "valid")


@multilinear(signal.correlate2d, wrt=("in1", "in2"), real_only=True, when=with_zeros, cases=PLANES)
def correlate2d(g, in1, in2, mode="full", boundary="fill", fillvalue=0):
    """Of an even length, what is the same begins one later than in a convolution."""
    whole = surrounded(g, in1, in2, "correlated" if mode == "same" else mode)
    return signal.convolve2d(whole, in2, "valid"), np.flip(signal.convolve2d(whole, np.flip(in1), "valid"))


# ------------------------------------------------------------------------------------------------------- projections
@linear(
    signal.detrend,
    when=lambda data, axis, type, bp, overwrite_data: is_one_of(overwrite_data, False),
    cases=[case(A(5)), case(A(4, 2), 0), case(A(2, 6), type="constant"), case(A(7), bp=3)],
)
def detrend(g, data, axis=-1, type="linear", bp=0, overwrite_data=False):
    """What is left of the projection onto lines is a projection at right angles: symmetric."""
    return signal.detrend(g, axis, type, bp)


# ---------------------------------------------------------------------------------------------------------- kernels
PLACES = [
    case(A(3), np.ones(5), np.ones(3), "valid"),
    case(A(5), np.ones(5), np.ones(2), "same"),
    case(A(2, 3), np.ones((3, 4)), np.ones((2, 2)), "valid"),
    case(A(4), np.ones(2), np.ones(5), "valid"),
    case(A(5), np.ones(5), np.ones(2), "correlated"),
]
FULL = [
    case(A(7), np.ones(5), np.ones(3), "valid"),
    case(A(6), np.ones(5), np.ones(2), "same"),
    case(A(4, 5), np.ones((3, 4)), np.ones((2, 2)), "full"),
    case(A(6), np.ones(2), np.ones(5), "valid"),
    case(A(6), np.ones(5), np.ones(2), "correlated"),
]


@linear(surrounded, ignored=("first", "second"), moves=True, cases=PLACES)
def surrounded_adjoint(h, g, first, second, mode):
    return centre_part(h, first, second, mode)


@linear(centre_part, ignored=("first", "second"), moves=True, cases=FULL)
def centre_part_adjoint(h, full, first, second, mode):
    return surrounded(h, first, second, mode)
