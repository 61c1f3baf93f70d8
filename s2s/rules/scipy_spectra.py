"""Definitions: spectra of `scipy.signal`, by transforms of overlapping pieces of a signal.

In: stft, istft, spectrogram; csd, welch, periodogram, coherence.  Out: their definitions in `RULES`.  Windows are words, tuples that are
known, or arrays, which have a derivative; a function that detrends is not read.  Imported only when a program uses it.
"""

from __future__ import annotations

import numpy as np
from scipy import fft, signal

from s2s.rules import scipy_extended, scipy_filters, scipy_signal  # noqa: F401  their rules come with these
from s2s.rules.cases import A, case
from s2s.rules.declare import constant, linear, written
from s2s_runtime.kernels import overlapped, window_of

constant(window_of, reason="weights that are known")


# ------------------------------------------------------------------------------------------------------------- pieces
def is_known(window, detrend):
    """Whether a window is known or an array of real numbers, and there is no function that detrends."""
    of_numbers = getattr(window, "ndim", None) == 1 and getattr(window, "real", False) is True
    return (isinstance(window, (str, tuple)) or of_numbers) and (detrend is False or isinstance(detrend, str))


def weights(window, nperseg, length):
    """The window: an array, or that of a name, no longer than the signal."""
    if isinstance(window, (str, tuple)):
        return window_of(window, nperseg, length)
    return window


def overlapping(nperseg, noverlap):
    """How far a piece begins behind the one before it."""
    return nperseg - (nperseg // 2 if noverlap is None else noverlap)


def extended(x, reach, boundary):
    """A signal with something in front and behind, along its last axis."""
    if boundary == "zeros":
        none = np.zeros((*np.shape(x)[:-1], reach), x.dtype)
        return np.concatenate((none, x, none), axis=-1)
    if boundary == "constant":
        return np.concatenate((np.repeat(x[..., :1], reach, -1), x, np.repeat(x[..., -1:], reach, -1)), axis=-1)
    before, after = x[..., reach:0:-1], x[..., -2 : -(reach + 2) : -1]
    if boundary == "even":
        return np.concatenate((before, x, after), axis=-1)
    return np.concatenate((2 * x[..., :1] - before, x, 2 * x[..., -1:] - after), axis=-1)


def transformed(x, win, step, nfft, detrend, onesided):
    """The transforms of the pieces of a signal along its last axis: one row for each."""
    pieces = np.lib.stride_tricks.sliding_window_view(x, len(win), axis=-1)[..., ::step, :]
    if detrend:
        pieces = signal.detrend(pieces, type=detrend, axis=-1)
    if onesided:
        return fft.rfft(win * pieces, n=nfft)
    return fft.fft(win * pieces, n=nfft)


def frequencies(nfft, fs, onesided):
    return fft.rfftfreq(nfft, 1 / fs) if onesided else fft.fftfreq(nfft, 1 / fs)


def as_last(x, axis):
    return x if axis == -1 or np.ndim(x) == 1 else np.moveaxis(x, axis, -1)


# --------------------------------------------------------------------------------------------- one transform per piece
def short_transforms(x, fs, window, nperseg, noverlap, nfft, detrend, onesided, scaling, axis, boundary, padded):
    """The transforms of all pieces, their frequencies, and the times of their middles."""
    x = as_last(x, axis)
    win = weights(window, nperseg, x.shape[-1]).astype(np.result_type(np.real(x), np.float32))
    size = len(win)
    step = overlapping(size, noverlap)
    if boundary is not None:
        x = extended(x, size // 2, boundary)
    if padded:
        more = (-(x.shape[-1] - size) % step) % size
        x = np.concatenate((x, np.zeros((*np.shape(x)[:-1], more), x.dtype)), axis=-1)
    onesided = onesided and not np.iscomplexobj(x)
    count = size if nfft is None else nfft
    scale = 1.0 / (fs * np.sum(win * win)) if scaling == "density" else 1.0 / np.sum(win) ** 2
    found = transformed(x, win, step, count, detrend, onesided)
    times = np.arange(size / 2, x.shape[-1] - size / 2 + 1, step) / float(fs)
    if boundary is not None:
        times = times - (size / 2) / fs
    return frequencies(count, fs, onesided), times, found, scale


SIGNALS = [
    case(A(20), nperseg=8),
    case(A(2, 13), 2.0, "hamming", 6, 4, 8, return_onesided=False),
    case(A(12, 2), nperseg=5, axis=0, boundary="odd", padded=False, scaling="psd"),
    case(A(12), nperseg=4, boundary="even", detrend="constant"),
]


def is_read_stft(x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, boundary, padded, axis, scaling):
    return is_known(window, detrend)


@written(signal.stft, when=is_read_stft, cases=SIGNALS)
def stft(
    x, fs=1.0, window="hann_periodic", nperseg=256, noverlap=None, nfft=None, detrend=False, return_onesided=True,
    boundary="zeros", padded=True, axis=-1, scaling="spectrum",
):  # fmt: skip
    kind = "density" if scaling == "psd" else scaling
    f, t, found, scale = short_transforms(
        x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, kind, axis, boundary, padded
    )
    return f, t, np.moveaxis(found * np.sqrt(scale), -1, axis - 1 if axis < 0 else axis)


def is_read_spectrogram(x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, mode):
    return is_known(window, detrend)


@written(signal.spectrogram, when=is_read_spectrogram, cases=[case(A(20), nperseg=8), case(A(20), nperseg=8, mode="magnitude")])
def spectrogram(
    x, fs=1.0, window=("tukey_periodic", 0.25), nperseg=None, noverlap=None, nfft=None, detrend="constant",
    return_onesided=True, scaling="density", axis=-1, mode="psd",
):  # fmt: skip
    size = len(weights(window, nperseg, x.shape[axis]))
    shared = size // 8 if noverlap is None else noverlap
    f, t, found, scale = short_transforms(
        x, fs, window, nperseg, shared, nfft, detrend, return_onesided, scaling, axis, None, False
    )
    place = axis - 1 if axis < 0 else axis
    if mode == "psd":
        count = size if nfft is None else nfft
        return f, t, np.moveaxis(both_sides(np.real(np.conj(found) * found) * scale, count, return_onesided, x), -1, place)
    found = np.moveaxis(found * np.sqrt(scale), -1, place)
    if mode == "magnitude":
        return f, t, np.abs(found)
    if mode == "complex":
        return f, t, found
    if mode == "angle":
        return f, t, np.angle(found)
    return f, t, np.unwrap(np.angle(found), axis=place)


def both_sides(power, nfft, onesided, x):
    """Each power twice that stands for its negative frequency, too."""
    if not onesided or np.iscomplexobj(x):
        return power
    if nfft % 2 == 0:
        return np.concatenate((power[..., :1], power[..., 1:-1] * 2, power[..., -1:]), axis=-1)
    return np.concatenate((power[..., :1], power[..., 1:] * 2), axis=-1)


# ------------------------------------------------------------------------------------------------------------- back
@linear(overlapped, moves=True, cases=[case(A(4, 3), 2), case(A(2, 3, 4), 4), case(A(3, 2), 3)])
def overlapped_adjoint(g, pieces, step):
    return np.lib.stride_tricks.sliding_window_view(g, np.shape(pieces)[-1], axis=-1)[..., ::step, :]


def is_read_istft(Zxx, fs, window, nperseg, noverlap, nfft, input_onesided, boundary, time_axis, freq_axis, scaling):
    return is_known(window, False) and getattr(Zxx, "ndim", None) is not None


@written(signal.istft, when=is_read_istft, cases=[case(A(5, 6, domain="complex"))])
def istft(
    Zxx, fs=1.0, window="hann_periodic", nperseg=None, noverlap=None, nfft=None, input_onesided=True, boundary=True,
    time_axis=-1, freq_axis=-2, scaling="spectrum",
):  # fmt: skip
    Zxx = np.moveaxis(Zxx + 0j, (freq_axis, time_axis), (-2, -1))
    default = 2 * (Zxx.shape[-2] - 1) if input_onesided else Zxx.shape[-2]
    size = default if nperseg is None else nperseg
    count = (size if input_onesided and size == default + 1 else default) if nfft is None else nfft
    step, number = overlapping(size, noverlap), Zxx.shape[-1]
    pieces = fft.irfft(Zxx, axis=-2, n=count) if input_onesided else fft.ifft(Zxx, axis=-2, n=count)
    win = weights(window, size, size).astype(np.real(pieces).dtype)
    pieces = pieces[..., :size, :] * (np.sum(win) if scaling == "spectrum" else np.sqrt(fs * np.sum(win**2)))
    x = overlapped(np.swapaxes(pieces, -1, -2) * win, step)
    norm = overlapped(np.broadcast_to(win**2, (number, size)), step)
    if boundary:
        x, norm = x[..., size // 2 : -(size // 2)], norm[size // 2 : -(size // 2)]
    x = x / np.where(norm > 1e-10, norm, 1.0)
    if np.ndim(x) > 1:
        last = time_axis % np.ndim(Zxx)
        x = np.moveaxis(x, -1, last - 1 if freq_axis % np.ndim(Zxx) < last else last)
    return np.arange(x.shape[0]) / float(fs), x


# ------------------------------------------------------------------------------------------------------ mean over pieces
def power(x, y, same, fs, window, nperseg, noverlap, nfft, detrend, onesided, scaling, axis, average):
    """The mean of the products of the transforms of pieces, at their frequencies."""
    x, y = as_last(x, axis), as_last(y, axis)
    length = max(x.shape[-1], y.shape[-1])
    onesided = onesided and not np.iscomplexobj(x)
    win = weights(window, nperseg, length)
    count = len(win) if nfft is None else nfft
    scale = 1 / np.sqrt(in_order(win**2) / (1 / fs)) if scaling == "density" else 1 / np.abs(in_order(win))
    step, win = overlapping(len(win), noverlap), win * scale
    second = transformed(filled_up(y, length), win, step, count, detrend, onesided)
    if same:
        products = second.real**2 + second.imag**2
    else:
        products = second * np.conj(transformed(filled_up(x, length), win, step, count, detrend, onesided))
    products = np.ascontiguousarray(np.swapaxes(both_sides(products, count, onesided, x), -1, -2))
    if products.shape[-1] == 1:
        found = products[..., 0]
    elif average == "median":
        found = middle(products) / bias(products.shape[-1])
    else:
        found = np.mean(products, axis=-1)
    found = found.astype(np.result_type(np.real(x), np.real(y), np.complex64 if np.iscomplexobj(found) else np.float32))
    return frequencies(count, fs, onesided), found if axis == -1 else np.moveaxis(found, -1, axis)


def in_order(x):
    """The sum, one after the other, as SciPy has it."""
    return np.cumsum(x)[-1]


def filled_up(x, length):
    return np.concatenate((x, np.zeros((*np.shape(x)[:-1], length - x.shape[-1]), x.dtype)), axis=-1)


def middle(products):
    if np.iscomplexobj(products):
        return np.median(np.real(products), axis=-1) + np.median(np.imag(products), axis=-1) * 1j
    return np.median(products, axis=-1)


def bias(count):
    """How much larger a mean of powers is than their median."""
    even = 2 * np.arange(1.0, (count - 1) // 2 + 1)
    return 1 + np.sum(1.0 / (even + 1) - 1.0 / even)


def is_read_csd(x, y, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average):
    """A signal with itself has real numbers, and not complex ones: that of SciPy is `welch`."""
    return is_known(window, detrend) and getattr(x, "name", None) != getattr(y, "name", x)


@written(signal.csd, when=is_read_csd, cases=[case(A(20), A(20), nperseg=8), case(A(2, 12), A(12), nperseg=5, average="median")])
def csd(
    x, y, fs=1.0, window="hann_periodic", nperseg=None, noverlap=None, nfft=None, detrend="constant", return_onesided=True,
    scaling="density", axis=-1, average="mean",
):  # fmt: skip
    return power(x, y, False, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average)


def is_read_welch(x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average):
    return is_known(window, detrend)


@written(signal.welch, when=is_read_welch, cases=[case(A(20), nperseg=8), case(A(12, 2), nperseg=5, axis=0, detrend="linear")])
def welch(
    x, fs=1.0, window="hann_periodic", nperseg=None, noverlap=None, nfft=None, detrend="constant", return_onesided=True,
    scaling="density", axis=-1, average="mean",
):  # fmt: skip
    return power(x, x, True, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average)


def is_read_periodogram(x, fs, window, nfft, detrend, return_onesided, scaling, axis):
    return is_known("boxcar" if window is None else window, detrend) and nfft is None


@written(signal.periodogram, when=is_read_periodogram, cases=[case(A(9)), case(A(2, 8), window="hann", scaling="spectrum")])
def periodogram(x, fs=1.0, window="boxcar", nfft=None, detrend="constant", return_onesided=True, scaling="density", axis=-1):
    window = "boxcar" if window is None else window
    return power(x, x, True, fs, window, x.shape[axis], 0, None, detrend, return_onesided, scaling, axis, "mean")


def is_read_coherence(x, y, fs, window, nperseg, noverlap, nfft, detrend, axis):
    return is_known(window, detrend)


@written(signal.coherence, when=is_read_coherence, cases=[case(A(20), A(20), nperseg=8)])
def coherence(x, y, fs=1.0, window="hann_periodic", nperseg=None, noverlap=None, nfft=None, detrend="constant", axis=-1):
    f, of_first = power(x, x, True, fs, window, nperseg, noverlap, nfft, detrend, True, "density", axis, "mean")
    _, of_second = power(y, y, True, fs, window, nperseg, noverlap, nfft, detrend, True, "density", axis, "mean")
    _, of_both = power(x, y, False, fs, window, nperseg, noverlap, nfft, detrend, True, "density", axis, "mean")
    return f, np.abs(of_both) ** 2 / of_first / of_second
