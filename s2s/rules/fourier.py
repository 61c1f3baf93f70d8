"""Derivative rules: the discrete Fourier transforms of `np.fft`.

In: fft and its inverse in one, two and more dimensions, those of real and of Hermitian arrays, the shifts, fftfreq.  Out: their
rules in `RULES`.  The matrix of a transform is symmetric and a cotangent is not conjugated, so the adjoint of `fft` is `fft`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear
from s2s_runtime.kernels import fourier_axes, fourier_lengths, hermitian_weights, resized

ALONG_ONE = [
    case(A(4)),
    case(A(5)),
    case(A(4), 3),
    case(A(3), 6),
    case(A(2, 3), axis=0),
    case(A(2, 4), 5, 0, "ortho"),
    case(A(3), norm="forward"),
    case(A(1)),
]


@linear(np.fft.fft, cases=ALONG_ONE)
def fft(g, a, n=None, axis=-1, norm=None):
    return resized(np.fft.fft(g, axis=axis, norm=norm), np.shape(a))


@linear(np.fft.ifft, cases=ALONG_ONE)
def ifft(g, a, n=None, axis=-1, norm=None):
    return resized(np.fft.ifft(g, axis=axis, norm=norm), np.shape(a))


@linear(np.fft.rfft, cases=ALONG_ONE)
def rfft(g, a, n=None, axis=-1, norm=None):
    """Zeros stand for the frequencies that are left out."""
    length = np.shape(a)[axis] if n is None else n
    return resized(np.real(np.fft.fft(g, length, axis, norm)), np.shape(a))


@linear(np.fft.ihfft, cases=ALONG_ONE)
def ihfft(g, a, n=None, axis=-1, norm=None):
    length = np.shape(a)[axis] if n is None else n
    return resized(np.real(np.fft.ifft(g, length, axis, norm)), np.shape(a))


HALVED = [
    case(A(3)),
    case(A(3), 5),
    case(A(3), 4),
    case(A(4), 3),
    case(A(2), 6),
    case(A(2, 3), axis=0),
    case(A(3, 2), 5, 0, "ortho"),
    case(A(3), norm="forward"),
]


@linear(np.fft.irfft, cases=HALVED)
def irfft(g, a, n=None, axis=-1, norm=None):
    """Every frequency but the first, and the last of an even length, stands for two."""
    return resized(hermitian_weights(np.shape(g), axis) * np.fft.ihfft(g, axis=axis, norm=norm), np.shape(a))


@linear(np.fft.hfft, cases=HALVED)
def hfft(g, a, n=None, axis=-1, norm=None):
    return resized(hermitian_weights(np.shape(g), axis) * np.fft.rfft(g, axis=axis, norm=norm), np.shape(a))


# ------------------------------------------------------------------------------------------------- several axes
ALONG_TWO = [case(A(2, 3)), case(A(2, 3), (3, 2), (0, 1)), case(A(2, 3, 2), axes=(0, 2)), case(A(2, 3), norm="ortho")]
ALONG_SOME = [*ALONG_TWO, case(A(2, 2, 3)), case(A(4)), case(A(2, 3, 2), (3, 3), (2, 0)), case(A(2, 3), axes=(1,))]


@linear(np.fft.fft2, cases=ALONG_TWO)
def fft2(g, a, s=None, axes=(-2, -1), norm=None):
    return resized(np.fft.fft2(g, axes=axes, norm=norm), np.shape(a))


@linear(np.fft.ifft2, cases=ALONG_TWO)
def ifft2(g, a, s=None, axes=(-2, -1), norm=None):
    return resized(np.fft.ifft2(g, axes=axes, norm=norm), np.shape(a))


@linear(np.fft.fftn, cases=ALONG_SOME)
def fftn(g, a, s=None, axes=None, norm=None):
    return resized(np.fft.fftn(g, axes=axes, norm=norm), np.shape(a))


@linear(np.fft.ifftn, cases=ALONG_SOME)
def ifftn(g, a, s=None, axes=None, norm=None):
    return resized(np.fft.ifftn(g, axes=axes, norm=norm), np.shape(a))


@linear(np.fft.rfft2, cases=ALONG_TWO)
def rfft2(g, a, s=None, axes=(-2, -1), norm=None):
    lengths = fourier_lengths(np.shape(a), s, axes)
    return resized(np.real(np.fft.fft2(g, lengths, axes, norm)), np.shape(a))


@linear(np.fft.rfftn, cases=ALONG_SOME)
def rfftn(g, a, s=None, axes=None, norm=None):
    every, lengths = fourier_axes(np.ndim(a), s, axes), fourier_lengths(np.shape(a), s, axes)
    return resized(np.real(np.fft.fftn(g, lengths, every, norm)), np.shape(a))


@linear(np.fft.irfft2, cases=ALONG_TWO)
def irfft2(g, a, s=None, axes=(-2, -1), norm=None):
    halved = hermitian_weights(np.shape(g), axes[-1]) * np.fft.ihfft(g, axis=axes[-1], norm=norm)
    return resized(np.fft.ifftn(halved, axes=axes[:-1], norm=norm), np.shape(a))


@linear(np.fft.irfftn, cases=ALONG_SOME)
def irfftn(g, a, s=None, axes=None, norm=None):
    every = fourier_axes(np.ndim(a), s, axes)
    halved = hermitian_weights(np.shape(g), every[-1]) * np.fft.ihfft(g, axis=every[-1], norm=norm)
    return resized(np.fft.ifftn(halved, axes=every[:-1], norm=norm), np.shape(a))


# ------------------------------------------------------------------------------------------ order, frequencies
SHIFTS = [case(A(4)), case(A(5)), case(A(2, 3)), case(A(2, 3), 1), case(A(3, 2), axes=(0,))]


@linear(np.fft.fftshift, cases=SHIFTS)
def fftshift(g, x, axes=None):
    return np.fft.ifftshift(g, axes)


@linear(np.fft.ifftshift, cases=SHIFTS)
def ifftshift(g, x, axes=None):
    return np.fft.fftshift(g, axes)


def fftfreq_jvp(d_dot, n, d=1.0, *, result):
    return -result / d * d_dot


@custom(np.fft.fftfreq, np.fft.rfftfreq, jvp=fftfreq_jvp, wrt=("d",), cases=[case(4, A(domain="positive")), case(5, A())])
def fftfreq(g, n, d=1.0, *, result):
    return -np.sum(g * result) / d


@linear(resized, wrt=("x",), cases=[case(A(2, 3), (3, 2)), case(A(3), (5,)), case(A(3), (3,)), case(A(4), (0,))])
def resized_adjoint(g, x, shape):
    return resized(g, np.shape(x))
