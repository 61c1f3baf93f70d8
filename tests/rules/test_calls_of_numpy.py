"""Calls of NumPy's functions as users write them: those that are written out, or have a rule of their own, in every form.

Each expression is a program for the whole transformer: its value is NumPy's to the last bit, and both modes are checked against
differences, up to order 2.
"""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from rules.written import functions_of
from s2s.rules import RULES
from s2s.testing import check_grads

RNG = np.random.default_rng(5)
VALUES = {
    "x": RNG.uniform(-1.5, 1.7, 5),
    "y": np.sort(RNG.uniform(0.3, 2.0, 5)),
    "A": RNG.uniform(-1.0, 1.0, (4, 3)),
    "B": RNG.uniform(-1.0, 1.0, (4, 3)),
    "S": RNG.uniform(-1.0, 1.0, (3, 3)) + 2.0 * np.eye(3),
    "T": RNG.uniform(-1.0, 1.0, (2, 3, 4)),
    "z": RNG.uniform(0.3, 1.0, 4) * np.exp(1j * RNG.uniform(-2.0, 2.0, 4)),
    "Z": RNG.uniform(-1.0, 1.0, (3, 3)) + 1j * RNG.uniform(-1.0, 1.0, (3, 3)),
    "s": 0.7,
}
HOLES = "np.where(np.arange(12).reshape(4, 3) % 5 == 2, np.nan, A)"

PICKED = """
np.partition(x, 2)
np.partition(A, (0, 2), axis=0)
np.partition(A, 2, axis=None)
np.real_if_close(x)
np.select([x > 1, x > 0], [x**2, x], 0.0)
np.select([A > 0.5, A > 0], [A, s], default=B)
np.piecewise(x, [x < 0, x >= 0], [lambda v: v**2, lambda v: 3 * v])
np.piecewise(x, [x < 0], [lambda v: v**2, 2.0])
np.piecewise(x, [x < -1, x > 1], [0.0, lambda v: v, lambda v: v * v])
np.choose([0, 1, 0, 1, 1], [x, y])
np.choose(x > 0, (x, y))
np.choose([0, 5, 0, 1, 1], [x, y], mode='clip')
np.extract(x > 0, x)
np.extract(A > B, A)
np.trim_zeros(np.where(x > 0, x, 0.0))
np.trim_zeros(np.where(x > 0, x, 0.0), 'f')
np.resize(x, (2, 4))
np.resize(A, 5)
np.sort_complex(z)
np.sort_complex(x)
np.broadcast_arrays(x, A[:, :1])[0]
np.unique(x)
np.unique(np.round(x) + s, return_counts=True)[0]
np.union1d(x, y)
np.setdiff1d(x, x[:2])
np.intersect1d(x, x[1:])
np.setxor1d(x, x[:2])
np.lib.stride_tricks.sliding_window_view(x, 3)
np.lib.stride_tricks.sliding_window_view(A, (2, 2))
np.lib.stride_tricks.sliding_window_view(A, 2, axis=0) @ np.ones(2)
np.unwrap(x * 5)
np.unwrap(A * 5, axis=0)
np.unwrap(x, period=1.0)
"""
PARTS = """
np.modf(x)
np.modf(A)[0]
np.frexp(x)[0] * y
np.divmod(x, y)
np.i0(x)
np.kaiser(5, s)
np.spacing(x) * y
np.linalg.lstsq(A, x[:4], rcond=None)[0]
np.linalg.lstsq(A, B, rcond=None)[0]
np.linalg.lstsq(A, x[:4], rcond=None)[1]
np.linalg.lstsq(A, x[:4], rcond=None)[3]
np.linalg.lstsq(A.T, x[:3])[0]
"""
FOLDS = """
np.subtract.reduce(x)
np.divide.reduce(A)
np.logaddexp.reduce(A, axis=1)
np.logaddexp.reduce(A, 1, keepdims=True)
np.logaddexp.accumulate(x)
np.subtract.accumulate(A, axis=1)
np.hypot.reduce(x)
np.fmax.reduce(A)
np.apply_over_axes(np.sum, T, [0, 2])
np.apply_over_axes(np.mean, T, 1)
np.cumulative_sum(x)
np.cumulative_sum(A, axis=1, include_initial=True)
np.cumulative_prod(A, axis=0, include_initial=True)
np.diff(x, prepend=0.0)
np.diff(A, axis=0, append=B[:1])
np.diff(x, 2, prepend=s, append=[1.0, 2.0])
np.ediff1d(A)
np.ediff1d(x, to_begin=1.0, to_end=y[:2])
np.einsum(A, [0, 1], S, [1, 2], [0, 2])
np.einsum(A, [0, 1], S, [1, 2])
np.einsum(A, [1, 0])
np.einsum(T, [..., 0], x[:4], [0], [...])
"""
SPACED = """
np.gradient(T)
np.gradient(T, axis=(0, 2))
np.gradient(T, 0.5, 0.3, s)
np.gradient(A, s)
np.gradient(A, axis=(0, 1), edge_order=2)
np.gradient(z, s)
np.gradient(Z)
np.meshgrid(x, y, sparse=True)
np.meshgrid(x, y, z, sparse=True, indexing='ij')[1]
np.linspace(s, 3.0, 4, retstep=True)
np.linspace(x, y, 3, axis=-1)
np.logspace(0.0, s, 4)
np.logspace(x, 1.0, 3, base=2.0)
np.geomspace(s, 3.0, 4)
np.geomspace(-s, -3.0, 4, endpoint=False)
np.geomspace(y, y[::-1] + 1.0, 3)
np.interp(x, y, x, left=0.0, right=s)
np.interp(x, y, x, period=3.0)
np.trapezoid(T, dx=s, axis=1)
np.histogram(x, 3)[1]
np.histogram(x, 3, weights=y)[0]
np.histogram(x, [-1.0, 0.0, 1.0], weights=y)[0]
np.histogram(x, bins=3, range=(-1, 1), weights=y)[0]
np.histogram_bin_edges(x, 4)
"""
MATRICES = """
np.linalg.eig(S)
np.linalg.eig(S)[1] * S
np.linalg.eig(S - 2 * S.T)[0]
np.linalg.eig(Z)[1]
np.linalg.eigvals(S * s)
np.abs(np.linalg.eigvals(S - 2 * S.T)).max()
np.linalg.eigh(Z + Z.conj().T)
np.linalg.eigh(Z, UPLO='U')
np.linalg.svd(S)
np.linalg.svd(Z)
np.linalg.svd(Z[:2], full_matrices=False)
np.linalg.svd(A, full_matrices=False)[0]
np.linalg.qr(Z)
np.linalg.qr(S, mode='complete')
np.linalg.qr(A, mode='r')
np.linalg.norm(A, 'nuc')
np.linalg.norm(A, 2)
np.linalg.norm(A, -2)
np.linalg.norm(T, 2, axis=(1, 2))
np.linalg.norm(T, 'nuc', axis=(0, 2), keepdims=True)
np.linalg.norm(Z, 'nuc')
np.linalg.matrix_norm(T, ord='nuc')
np.linalg.matrix_norm(A, ord=1, keepdims=True)
np.linalg.vector_norm(A)
np.linalg.vector_norm(A, axis=1, ord=3)
np.linalg.vector_norm(T, axis=(0, 1), keepdims=True)
np.linalg.vector_norm(T, axis=(2, 0), ord=1)
np.linalg.cond(S)
np.linalg.cond(A)
np.linalg.cond(S, -2)
np.linalg.cond(S, 'fro')
np.linalg.cond(S, 1)
np.linalg.slogdet(-S)
np.linalg.matrix_rank(A) * A
np.linalg.tensorinv(np.reshape(S, (3, 3, 1)), ind=1)
np.linalg.tensorsolve(np.reshape(S, (3, 1, 3)), np.reshape(x[:3], (3, 1)))
np.linalg.tensorsolve(np.reshape(S, (3, 3, 1)), x[:3], axes=(1,))
np.linalg.cross(A, B)
np.linalg.vecdot(A, B, axis=0)
np.linalg.tensordot(A, B, axes=([0], [0]))
"""
POLYNOMIALS = """
np.vander(x)
np.vander(x, 3, increasing=True)
np.vander(z, 3)
np.polyder(x, 2)
np.polyder(p=x, m=1)
np.polyint(x, 2)
np.polyint(x, k=s)
np.polyint(x, 2, [1.0, s])
np.polyadd(x, y[:3])
np.polysub(y[:3], x)
np.polymul(x, y)
np.polydiv(x, y[:2])
np.poly(x)
np.roots(x)
np.roots(z)
np.polyfit(y, x, 2)
np.polyfit(y, x, 1, w=y)
np.polyval(z, z)
np.convolve(z, x[:3])
np.correlate(z, z[:2], 'full')
"""
QUANTILES = """
np.percentile(x, 30, method='lower')
np.percentile(x, [30, 60], method='nearest')
np.percentile(x, 30, method='midpoint')
np.quantile(x, 0.3, method='weibull')
np.quantile(x, 0.3, method='median_unbiased')
np.quantile(x, 0.33, method='averaged_inverted_cdf')
np.quantile(x, 0.3, method='closest_observation')
np.quantile(x, 0.3, method='inverted_cdf', weights=y)
np.quantile(A, [0.2, 0.7], axis=(0, 1))
np.quantile(T, 0.2, axis=(0, 2), keepdims=True)
np.quantile(T, [0.2, 0.4], axis=1, keepdims=True)
np.median(T, axis=(0, 1))
np.nanmedian(HOLES)
np.nanmedian(HOLES, axis=0)
np.nanpercentile(HOLES, [30, 60], axis=1)
np.nanquantile(HOLES, 0.3, axis=1, method='hazen')
np.nanmax(HOLES, axis=1)
np.nanmin(HOLES)
np.nanmean(HOLES, axis=0)
np.nanvar(HOLES, axis=0, ddof=1)
np.nanstd(HOLES, axis=1, keepdims=True)
np.nanprod(HOLES, axis=0)
np.nancumsum(HOLES, axis=0)
np.nancumprod(HOLES)
np.sum(A, where=A > 0)
np.sum(T, axis=(0, 2), where=T > 0, keepdims=True)
A.mean(axis=0, where=A > -0.5)
np.mean(A, where=B > 0)
np.add.reduce(A, axis=0, where=A > 0)
np.nansum(z)
np.nanmean(Z, axis=0)
np.var(A, correction=1)
np.std(A, axis=0, correction=1)
np.cov(A, B)
np.cov(A, B, rowvar=False)
np.cov(x, y)
np.cov(A, bias=True)
np.corrcoef(A, rowvar=False)
"""
BEGUN = """
np.sum(x, initial=s)
np.sum(x**2, where=x > 0, initial=1.0) * s
np.sum(A, axis=1, initial=s) ** 2
np.add.reduce(A, 1, keepdims=True, initial=2.0) * A
np.prod(x, initial=s)
np.prod(x, where=x > 0)
np.prod(A, axis=0, where=A > -0.5, initial=s, keepdims=True)
np.multiply.reduce(A, axis=1, where=A > -0.5)
x.prod(initial=s)
np.max(x, initial=0.0) ** 2
np.max(x, initial=-np.inf, where=x < 1)
np.max(x, initial=5.0 * s)
np.max(A, axis=1, initial=s, keepdims=True) * A
x.min(where=x > 0, initial=5.0) ** 2
np.nanmax(HOLES, axis=0, initial=s)
np.std(x, where=x > -1)
np.var(T, axis=(0, 2), where=T > -0.9, ddof=1)
np.std(A, axis=1, mean=np.mean(A, axis=1, keepdims=True), keepdims=True) * A
np.var(A, axis=1, mean=B[:, :1])
A.std(0, where=A > -0.9)
np.nansum(HOLES, axis=0, initial=s)
np.nansum(HOLES, where=A > 0)
np.nanmean(HOLES, axis=1, where=A > -0.9)
np.nanprod(HOLES, initial=s)
np.nanprod(HOLES, axis=1, where=A > -0.5)
np.quantile(x, s)
np.percentile(A, 100 * s, axis=0)
np.quantile(x, y / 3, method='hazen')
np.nanquantile(HOLES, s, axis=1, keepdims=True) * A
np.cov(A, fweights=[1, 2, 1])
np.cov(A, aweights=y[:3])
np.cov(A.T, B.T, aweights=y[:4], fweights=np.array([1, 2, 1, 2]), ddof=0)
np.cov(x, aweights=y)
np.average(A, axis=1, weights=y[:3], returned=True)
np.average(x, weights=y, returned=True)
np.average(A, axis=0, returned=True)
np.linalg.cholesky(S @ S.T, upper=True)
np.linalg.cholesky(S @ S.T, upper=False)
np.linalg.svd(A).S
np.linalg.svd(A)[2]
np.linalg.qr(S, mode='complete').Q
"""
OF_PIECES = """
np.require(x, requirements='C') ** 2
np.pad(x, 2, constant_values=s) ** 2
np.pad(A, ((1, 2), (0, 1)), mode='constant', constant_values=(s, 2 * s)) ** 2
np.pad(x, (1, 2), mode='linear_ramp') ** 2
np.pad(A, 1, 'linear_ramp', end_values=(s, 1.0)) ** 2
np.pad(A, ((1, 2), (0, 1)), 'mean') ** 2
np.pad(x, 2, 'median') ** 2
np.pad(A, 1, 'maximum') ** 2
np.pad(x, (1, 2), 'minimum', stat_length=3) ** 2
np.pad(x, 2, 'mean', stat_length=(2, 3)) ** 2
np.linalg.pinv(A, rtol=1e-10)
np.vecdot(A, B, axis=0)
np.polynomial.polyutils.trimseq(x) ** 2
np.polynomial.polyutils.as_series([x, y], trim=False)[0] ** 2
np.piecewise(x, x < 0, [np.sin, np.cos])
np.piecewise(x, [x < 0], [lambda v, k: k * v, lambda v, k: k + v], s)
np.histogram(x, bins=3, range=(-2, 2), weights=y, density=True)[0]
np.block([x, y]) ** 2
np.block([[A, B], [A**2, s * B]])
np.add.reduceat(x**2, [0, 2])
np.add.reduceat(A, [0, 2, 1], axis=1) ** 2
np.multiply.reduceat(x, [0, 2, 4])
np.maximum.reduceat(x, [0, 2]) ** 2
np.minimum.reduceat(A, [0, 2], axis=0) ** 2
np.emath.sqrt(x**2 + 1)
np.abs(np.emath.sqrt(x)) * x
np.real(np.emath.log(x))
np.emath.log2(y)
np.imag(np.emath.log10(x) * x)
np.emath.logn(2.0, y)
np.abs(np.emath.power(x, 1.5))
"""


def expressions(text: str) -> list[str]:
    return [line.replace("HOLES", HOLES) for line in text.strip().splitlines()]


ALL = [one for text in (PICKED, PARTS, FOLDS, SPACED, MATRICES, POLYNOMIALS, QUANTILES, BEGUN, OF_PIECES) for one in expressions(text)]
FUNCTIONS = functions_of(ALL, "calls_of_numpy", ", ".join(VALUES))


@pytest.mark.parametrize("function", FUNCTIONS, ids=[one.replace(HOLES, "HOLES") for one in ALL])
def test_in_both_modes(function):
    check_grads(fitted := function, tuple(VALUES[name] for name in inspect.signature(fitted).parameters), order=2, directions=1)


OF_NUMPY = [function for function, found in RULES.definitions.items() if found.body.__module__.startswith("s2s.rules.definitions.")]


@pytest.mark.parametrize("function", OF_NUMPY, ids=lambda function: function.__name__)
def test_it_is_called(function):
    """Every function that is written out is among the calls."""
    assert any(f"{function.__name__}(" in one for one in ALL) or function.__name__ in {"row_stack", "unique_values", "asarray_chkfinite"}
