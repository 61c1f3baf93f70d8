"""Calls of SciPy as users write them: the values are SciPy's own to the last bit, the derivatives are those of differences."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from rules.written import loaded
from s2s import vjp
from s2s.rules import RULES
from s2s.rules.names import known_names
from s2s.testing import check_grads

known_names()  # definitions for SciPy are among those that must be called here

RNG = np.random.default_rng(7)
SQUARE = RNG.normal(size=(3, 3))
VALUES = {
    "x": np.array([0.7, -1.2, 0.4, 1.9]),
    "p": np.array([2.3, 0.4, 1.1, 0.8]),
    "y": np.array([0.3, 1.4, -0.6]),
    "A": SQUARE,
    "S": SQUARE @ SQUARE.T + 3.0 * np.eye(3),
    "P": np.array([[2.0, 0.3, 0.1], [0.3, 1.0, -0.4], [0.1, -0.4, 1.5]]),
    "M": np.array([[2.0, 0.3], [-0.4, 1.1]]),
    "T": RNG.normal(size=(3, 2)),
    "W": RNG.normal(size=(2, 4)),
    "r": RNG.normal(size=20),
    "R": RNG.normal(size=(2, 20)),
    "Z": RNG.normal(size=(5, 6)) + 1j * RNG.normal(size=(5, 6)),
    "k": np.abs(RNG.normal(size=8)) + 0.5,
}
HEAD = """import numpy as np
from scipy import integrate, linalg, signal, special, stats
from scipy.cluster import vq
from scipy.spatial import distance

SECTIONS = np.array([[1.0, 0.5, 0.2, 1.0, -0.3, 0.1], [0.7, 0.1, 0.0, 1.0, 0.2, 0.0]])
COLUMN_AND_ROW = np.array([3.0, 0.2, 0.5]), np.array([3.0, -0.4, 0.1])


"""

MATRICES = """
linalg.block_diag(A, T, [[1.0, 2.0]])
linalg.block_diag(A[0], T, A[0, 0], 3.0)
linalg.block_diag(*[A[k : k + 1] for k in range(3)])
linalg.block_diag(A, np.zeros((0, 2)), T)
linalg.companion(p)
linalg.companion([p[0], p[1], 2.0])
linalg.convolution_matrix(x, 3)
linalg.convolution_matrix(x, 3, "same")
linalg.convolution_matrix(x, 7, mode="same")
linalg.convolution_matrix(x, 2, mode="valid")
linalg.convolution_matrix(y, 1)
linalg.fiedler(x)
linalg.fiedler_companion(p)
linalg.fiedler_companion(p[:2])
linalg.fiedler_companion(np.concatenate((p, x)))
linalg.leslie(p, y)
linalg.khatri_rao(A, T.T @ A)
linalg.norm(A)
linalg.norm(x, 3)
linalg.norm(A, axis=1)
"""
FACTORS = """
linalg.lu(A)
linalg.lu(T)
linalg.lu(W, p_indices=True)[1:]
linalg.lu(A, permute_l=True)
linalg.lu(T, True)
linalg.polar(A)
linalg.polar(T)
linalg.polar(W, side="left")
linalg.eigh(S, P)
linalg.eigh(S, b=P, lower=False)
linalg.eigh(S, P, eigvals_only=True)
linalg.eigvalsh(S, P)
linalg.eigh_tridiagonal(p, y)
linalg.eigh_tridiagonal(p, y, eigvals_only=True)
linalg.eigvalsh_tridiagonal(p, y)
linalg.lu_solve(linalg.lu_factor(A), T)
"""
SYSTEMS = """
linalg.solve_banded((1, 1), np.stack((0.1 * p, p + 2.0, 0.2 * p)), x)
linalg.solve_banded((1, 0), np.array([[2.0, 3.0, 4.0], [0.5, 0.6, 0.7]]) * y[0], T)
linalg.solve_banded((0, 0), p[None], x)
linalg.solveh_banded(np.stack((0.1 * p, p + 2.0)), x)
linalg.solveh_banded(np.stack((y + 3.0, 0.1 * y)), T, lower=True)
linalg.solve_toeplitz(p, x)
linalg.solve_toeplitz((p[:3] + 3.0, y), T)
linalg.solve_toeplitz(COLUMN_AND_ROW, y)
linalg.matmul_toeplitz(COLUMN_AND_ROW, T)
linalg.matmul_toeplitz(p, x)
linalg.matmul_toeplitz((p, y), T)
"""
FUNCTIONS_OF_MATRICES = """
linalg.logm(M)
linalg.logm(M * (1.0 + 0.3j))
linalg.fractional_matrix_power(M, 0.3)
linalg.fractional_matrix_power(M, y[0])
linalg.fractional_matrix_power(A, 3)
linalg.fractional_matrix_power(S, -2)
linalg.expm_frechet(A, S)
linalg.expm_frechet(A, S, compute_expm=False)
linalg.sinhm(A)
linalg.coshm(A)
linalg.tanm(0.4 * S)
linalg.tanhm(A)
"""

DISTANCES = """
vq.vq(A, T.T @ S)
vq.vq(x[:, None], y[:, None])[1]
distance.cdist(A, T.T[:, :2] @ np.ones((2, 3)) + A[:2])
distance.cdist(A, A + 0.1 * S, "sqeuclidean")
distance.cdist(A, S, metric="cityblock")
distance.cdist(A, A)
distance.pdist(A)
distance.pdist(A, "cityblock")
distance.squareform(distance.pdist(S, "sqeuclidean"))
distance.squareform(y)
distance.euclidean(x, p)
distance.sqeuclidean(x, [0.1, p[1], p[2], 0.3])
distance.cityblock(x, p)
"""
INTEGRALS = """
integrate.simpson(x)
integrate.simpson(y, dx=0.3)
integrate.simpson(y, np.cumsum(y**2))
integrate.simpson(x, np.cumsum(p))
integrate.simpson(x[:2], p[:2])
integrate.simpson(W, axis=0)
integrate.simpson(T @ W, axis=0)
integrate.simpson(T @ W, x=np.cumsum(p))
integrate.simpson(A, x=A + np.arange(3.0), axis=1)
integrate.simpson(np.concatenate((x, p, y)), dx=0.5)
integrate.cumulative_trapezoid(x, np.cumsum(p))
integrate.cumulative_trapezoid(T @ W, np.cumsum(y), axis=0, initial=0)
"""

SPECIAL = """
special.factorial(p)
special.factorial(x[1])
special.logsumexp(x, b=np.array([1.0, -2.0, 0.3, -0.1]), return_sign=True)
special.logsumexp(A, axis=1, b=S - 3.0, return_sign=True)[0]
special.logsumexp(A, axis=1, return_sign=True)
special.spherical_jn(2, p)
special.spherical_jn(0, p, True)
special.spherical_yn(1, p)
special.spherical_in(2, p, derivative=True)
special.spherical_kn(3, p)
special.ellipj(x, 0.3)
"""

EQUATIONS = """
linalg.solve_continuous_are(A, T, T @ T.T + np.eye(3), np.outer(y[:2], y[:2]) + np.eye(2))
linalg.solve_discrete_are(A, T, T @ T.T + np.eye(3), np.outer(y[:2], y[:2]) + np.eye(2))
stats.sem(x)
stats.sem(A, axis=1, ddof=0)
stats.sem(A, None)
stats.multivariate_normal.entropy(cov=P)
stats.gennorm.logpdf(x, 1.5, 0.1, p[0])
"""
SPECTRA = """
signal.stft(r, nperseg=8)
signal.stft(r, 2.0, "hamming", 6, 4, 8, return_onesided=False)
signal.stft(R.T, nperseg=5, axis=0, boundary="odd", padded=False, scaling="psd")
signal.stft(r, nperseg=8, boundary="even", detrend="constant")
signal.stft(r, window=k, nperseg=8, boundary="constant")
signal.spectrogram(r, nperseg=8)
signal.spectrogram(r, nperseg=8, mode="magnitude")
signal.spectrogram(R.T, nperseg=7, mode="complex", axis=0, scaling="spectrum")
signal.spectrogram(r, nperseg=8, mode="angle")
signal.spectrogram(r, nperseg=8, mode="phase")
signal.istft(Z)
signal.istft(Z, nperseg=8, noverlap=6, boundary=False, window="hann", scaling="psd")
signal.istft(np.stack([Z, 2 * Z]).transpose(2, 0, 1), time_axis=0, freq_axis=2, input_onesided=False)
signal.welch(r, nperseg=8)
signal.welch(R.T, nperseg=5, axis=0, detrend="linear", average="median")
signal.welch(r, 10.0, "hann", 8, 4, 16, False, scaling="spectrum")
signal.welch(r, window=k)
signal.welch(r + 1j * r**2, nperseg=8)
signal.csd(R[0], R[1], nperseg=8)
signal.csd(R, r, nperseg=7, average="median")
signal.csd(R[0], r[:15], nperseg=8, return_onesided=False)
signal.periodogram(r)
signal.periodogram(r, window="hann", scaling="spectrum", detrend=False, axis=0)
signal.periodogram(R, window=("tukey", 0.5), return_onesided=False)
signal.coherence(R[0], R[1] ** 2 + R[0], nperseg=8)
"""
BEYOND = """
signal.convolve2d(W, A, boundary="wrap")
signal.convolve2d(A, W, "same", "symm")
signal.convolve2d(A, T, "same", "wrap")
signal.convolve2d(A, T, fillvalue=1.5)
signal.convolve2d(A, T, "full", "symm")
signal.convolve2d(A, T, fillvalue=y[0])
signal.correlate2d(A, W, "same", "symm")
signal.correlate2d(A, T, "same", "wrap")
signal.correlate2d(A, T, "same", "fill", 1.5)
signal.correlate2d(W, A, boundary="symm")
signal.lfilter_zi(y, [2.0, 0.3, p[1]])
signal.lfilter_zi([0.4, 0.3], p)
signal.filtfilt([0.4, 0.3], [1.0, -0.3, 0.1], r)
signal.filtfilt(y, [1.0, 0.3 * p[1]], R)
signal.filtfilt(y, [1.0, 0.3], R.T, axis=0, padtype="even", padlen=4)
signal.filtfilt(y, [1.0, 0.3], R, padtype="constant")
signal.filtfilt(y, [1.0, 0.3], r, padtype=None)
signal.sosfilt_zi(np.stack([np.concatenate((y, [1.0, -0.3, p[1]])), SECTIONS[1]]))
signal.sosfiltfilt(SECTIONS, r)
signal.sosfiltfilt(SECTIONS, R.T, axis=0, padtype="even", padlen=5)
signal.sosfiltfilt(SECTIONS, R, padtype=None)
signal.hilbert(r)
signal.hilbert(R[:, :7], axis=1)
signal.hilbert(R.T, 16, axis=0)
signal.hilbert(y, N=8)
"""
TEXTS = SPECTRA, BEYOND, EQUATIONS, MATRICES, FACTORS, SYSTEMS, FUNCTIONS_OF_MATRICES, DISTANCES, INTEGRALS, SPECIAL
ALL = [line for text in TEXTS for line in text.strip().splitlines()]


def functions() -> list:
    """A function for each call, of the values that it reads."""
    text, read = HEAD, []
    for k, one in enumerate(ALL):
        names = compile(one, "calls_of_scipy", "eval").co_names
        read.append([name for name in VALUES if name in names or f"{name}[" in one])
        text += f"def f{k}({', '.join(read[k])}):\n    return {one}\n\n\n"
    module = loaded(text, "calls_of_scipy")
    return [getattr(module, f"f{k}") for k in range(len(ALL))]


FUNCTIONS = functions()
each_call = pytest.mark.parametrize("function", FUNCTIONS, ids=ALL)


def arguments(function):
    return tuple(VALUES[name] for name in inspect.signature(function).parameters)


def leaves(tree):
    return [leaf for part in tree for leaf in leaves(part)] if isinstance(tree, (tuple, list)) else [tree]


@each_call
def test_values_are_those_of_scipy(function):
    given = arguments(function)
    for got, wanted in zip(leaves(vjp(function, *given)[0]), leaves(function(*given)), strict=True):
        assert np.asarray(got).dtype == np.asarray(wanted).dtype
        np.testing.assert_array_equal(got, wanted)


@each_call
def test_derivatives(function):
    check_grads(function, arguments(function), order=1, directions=1)


@pytest.mark.parametrize("function", RULES.definitions, ids=lambda function: function.__name__)
def test_every_definition_is_called(function):
    if (function.__module__ or "").startswith("scipy"):
        assert any(f"{function.__name__}(" in one for one in ALL)
