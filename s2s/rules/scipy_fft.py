"""Derivative rules: the Fourier transforms of `scipy.fft`, and those of cosines and sines.  Imported only when a program uses it.

In: what NumPy has under the same arguments, whose rules these functions have, too; dct, dst and their inverses.  Out: rules in `RULES`.
"""

from __future__ import annotations

import numpy as np
from scipy import fft

from s2s.rules.cases import A, case
from s2s.rules.declare import RULES, linear
from s2s.rules.when import is_one_of

for name in (
    "fft", "ifft", "rfft", "irfft", "hfft", "ihfft", "fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn", "fftshift",
    "ifftshift",
):  # fmt: skip
    RULES.extend(getattr(fft, name), getattr(np.fft, name))


# ------------------------------------------------------------------------------------------- of cosines and of sines
def orthonormal(x, type, n, axis, norm):
    """A transform that turns: its transpose is its inverse."""
    return is_one_of(norm, "ortho") and is_one_of(n, None)


def orthonormal_in_all(x, type, s, axes, norm):
    return is_one_of(norm, "ortho") and is_one_of(s, None)


TURNS = [case(A(5), norm="ortho"), *(case(A(3, 4), kind, None, 0, "ortho") for kind in (1, 2, 3, 4))]
IN_ALL = [case(A(3, 4), norm="ortho"), case(A(3, 4, 2), 3, None, (0, 2), "ortho")]


@linear(fft.dct, real_only=True, when=orthonormal, cases=TURNS)
def dct(g, x, type=2, n=None, axis=-1, norm=None):
    return fft.idct(g, type, n, axis, norm)


@linear(fft.idct, real_only=True, when=orthonormal, cases=TURNS)
def idct(g, x, type=2, n=None, axis=-1, norm=None):
    return fft.dct(g, type, n, axis, norm)


@linear(fft.dst, real_only=True, when=orthonormal, cases=TURNS)
def dst(g, x, type=2, n=None, axis=-1, norm=None):
    return fft.idst(g, type, n, axis, norm)


@linear(fft.idst, real_only=True, when=orthonormal, cases=TURNS)
def idst(g, x, type=2, n=None, axis=-1, norm=None):
    return fft.dst(g, type, n, axis, norm)


@linear(fft.dctn, real_only=True, when=orthonormal_in_all, cases=IN_ALL)
def dctn(g, x, type=2, s=None, axes=None, norm=None):
    return fft.idctn(g, type, s, axes, norm)


@linear(fft.idctn, real_only=True, when=orthonormal_in_all, cases=IN_ALL)
def idctn(g, x, type=2, s=None, axes=None, norm=None):
    return fft.dctn(g, type, s, axes, norm)


@linear(fft.dstn, real_only=True, when=orthonormal_in_all, cases=IN_ALL)
def dstn(g, x, type=2, s=None, axes=None, norm=None):
    return fft.idstn(g, type, s, axes, norm)


@linear(fft.idstn, real_only=True, when=orthonormal_in_all, cases=IN_ALL)
def idstn(g, x, type=2, s=None, axes=None, norm=None):
    return fft.dstn(g, type, s, axes, norm)


# ------------------------------------------------------------------- as they are scaled when nothing is said of it
ENDS = [case(A(5)), case(A(1)), case(A(3, 4), axis=0), case(A(3, 4), 2, norm="forward")]


def second_kind(x, type, n, axis, norm):
    return is_one_of(type, 2) and is_one_of(n, None) and is_one_of(norm, None, "backward", "forward")


@linear(fft.dct, real_only=True, when=second_kind, cases=ENDS)
def dct_as_it_is(g, x, type=2, n=None, axis=-1, norm=None):
    """The third kind, which has its first entry once, where the transpose has it twice."""
    once = np.expand_dims(np.take(g, 0, axis), axis)
    return fft.dct(g, 3, None, axis, norm) + (once / (2.0 * np.shape(x)[axis]) if norm == "forward" else once)


@linear(fft.idct, real_only=True, when=second_kind, cases=ENDS)
def idct_as_it_is(g, x, type=2, n=None, axis=-1, norm=None):
    """The second kind, of whose first entry the transpose has half."""
    twice = np.moveaxis(fft.idct(g, 3, None, axis, norm), axis, -1)
    return np.moveaxis(np.where(np.arange(np.shape(x)[axis]) == 0, 0.5 * twice, twice), -1, axis)


def third_kind(x, type, n, axis, norm):
    return is_one_of(type, 3) and is_one_of(n, None) and is_one_of(norm, None, "backward", "forward")


OF_THIRD = [case(A(5), 3), case(A(1), 3), case(A(3, 4), 3, axis=0), case(A(3, 4), type=3, norm="forward")]


@linear(fft.dct, real_only=True, when=third_kind, cases=OF_THIRD)
def dct_of_the_third_kind(g, x, type=2, n=None, axis=-1, norm=None):
    twice = np.moveaxis(fft.dct(g, 2, None, axis, norm), axis, -1)
    return np.moveaxis(np.where(np.arange(np.shape(x)[axis]) == 0, 0.5 * twice, twice), -1, axis)


@linear(fft.idct, real_only=True, when=third_kind, cases=OF_THIRD)
def idct_of_the_third_kind(g, x, type=2, n=None, axis=-1, norm=None):
    once = np.expand_dims(np.take(g, 0, axis), axis)
    return fft.idct(g, 2, None, axis, norm) + (once if norm == "forward" else once / (2.0 * np.shape(x)[axis]))
