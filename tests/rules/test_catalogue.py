"""Every rule on all its cases: against differences, the complex step and its transpose, in every layout and dtype."""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy import fft, linalg, special
from scipy.cluster import vq
from scipy.spatial import distance

from rules.applying import Call, jvp, leaves, project, raw_cotangents, tree_map, vjp
from rules.differences import complex_step, extrapolated_difference
from rules.drawing import calls, is_scalar_function
from s2s.rules import RULES
from s2s.rules.names import known_names
from s2s.rules.shaping import CASTS
from s2s_runtime import kernels, projection

known_names()  # rules for SciPy are tested with the others
PAIRS = [(function, rule) for function, rules in RULES.rules.items() for rule in rules]
NAMES = [f"{getattr(function, '__name__', function)}-{rule.name}" for function, rule in PAIRS]

# The general power has the logarithm of a negative base in the partial of an exponent that is not active.
pytestmark = pytest.mark.filterwarnings("ignore:invalid value encountered in log:RuntimeWarning")

every_rule = pytest.mark.parametrize(("function", "rule"), PAIRS, ids=NAMES)

SCIPY_OF_REALS = {
    linalg.norm, linalg.solve_continuous_are, linalg.solve_discrete_are, vq.vq, distance.cdist, distance.pdist,
    *(getattr(special, name) for name in ("spherical_jn", "spherical_yn", "spherical_in", "spherical_kn", "ellipj", "factorial")),
    kernels.spline_value, kernels.curve_value, kernels.spline_through, kernels.spline_weights, kernels.interpolated, kernels.grid_value,
    linalg.solve_banded, linalg.solveh_banded, linalg.eigh_tridiagonal, linalg.eigvalsh_tridiagonal, linalg.solve_toeplitz,
    linalg.matmul_toeplitz, linalg.lu, linalg.polar,
    *(getattr(linalg, name) for name in ("logm", "fractional_matrix_power", "sinhm", "coshm", "tanm", "tanhm", "expm_frechet")),
}
NOT_ANALYTIC = {
    np.absolute, np.fabs, operator.abs, builtins.abs, np.maximum, np.minimum, np.fmax, np.fmin, np.clip, np.max,
    np.min, np.amax, np.amin, np.ptp, np.hypot, np.arctan2, np.copysign, np.var, np.std, np.real, np.imag, np.conj,
    np.vdot, np.linalg.norm, np.linalg.cholesky, np.linalg.eigh, np.linalg.eigvalsh, np.linalg.slogdet,
    special.jve, special.yve,
    np.linalg.pinv, np.linalg.qr, linalg.hessenberg, np.linalg.svd, np.cbrt, np.heaviside, np.nan_to_num, np.logaddexp, np.logaddexp2,
    np.remainder, operator.mod, np.fmod, np.ldexp, np.deg2rad, np.rad2deg, np.radians, np.degrees, np.float32,
    np.float64, np.sinc, np.full, np.full_like, np.linspace, np.insert, np.arange, np.bincount, np.array, np.asarray,
    *CASTS, kernels.cofactors, kernels.cofactors_tangent, kernels.norm_gradient, kernels.sinc_derivative,
    kernels.polygamma, kernels.inverse_gaps, kernels.astype, kernels.index_add, kernels.index_set, kernels.stored,
    kernels.index_adjoint, kernels.scatter_add, kernels.centre, projection.like, projection.unlike,
    projection.retyped, special.jv, special.iv, special.yv, special.ive, special.airy, special.rgamma, special.expi,
    special.sici, special.shichi, special.hyp0f1, special.wofz, linalg.solve, linalg.cholesky, linalg.solve_sylvester,
    linalg.solve_continuous_lyapunov, linalg.solve_discrete_lyapunov, linalg.sqrtm, linalg.sinm, linalg.cosm,
    linalg.toeplitz, np.angle, complex, np.fft.irfft, np.fft.hfft, np.fft.irfft2,
    np.fft.irfftn, projection.real_part, kernels.follow, np.linalg.vecdot, np.linalg.svdvals, np.linalg.det,
    kernels.quantile_weights, kernels.direction, kernels.mirror_triangle, kernels.fold_triangle,
    *(getattr(np, name) for name in ("vecdot", "vecmat") if hasattr(np, name)),
    np.interp, np.correlate, np.convolve, np.cov, np.corrcoef, np.median, np.quantile, np.percentile,
    kernels.running_max, kernels.running_min, kernels.gammainc_by_a, kernels.betainc_by_a, kernels.betainc_by_b,
    *(f for f in RULES.rules if (getattr(f, "__module__", None) or "").startswith(("scipy.stats", "scipy.ndimage", "scipy.signal"))),
    kernels.weights_adjoint, fft.irfft, fft.hfft, fft.irfft2, fft.irfftn, linalg.svd, linalg.svdvals, linalg.qr,
    special.comb, linalg.eigh, linalg.eigvalsh,
    linalg.cho_factor, linalg.cho_solve, linalg.lu_factor, linalg.lu_solve, *SCIPY_OF_REALS,
    np.linalg.eig, np.linalg.eigvals, np.linalg.lstsq, np.partition, np.nanquantile, np.nanpercentile, np.nanmedian, np.nanmax, np.nanmin,
    np.modf, np.frexp, math.modf, math.frexp, np.unwrap, np.histogram, np.i0, kernels.modified_bessel,
}  # fmt: skip
"""They take complex arguments for another purpose, or compare, or cast to real numbers, or are not precise enough beside the real axis."""


# ------------------------------------------------------------------------------------------------------- inputs
def directions(call: Call, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Three random directions, then each single entry if there are few."""
    active = call.active()
    for _ in range(3):
        yield {n: tree_map(lambda f, x: tangent(f, x, rng), flags, call.values[n]) for n, flags in active.items()}
    zero = {n: tree_map(lambda f, x: still(x), flags, call.values[n]) for n, flags in active.items()}
    if sum(np.size(x) for tree in zero.values() for x in leaves(tree)) <= 12:
        yield from units(active, zero)


def tangent(flag: bool, x: Any, rng: np.random.Generator) -> Any:
    if not flag:
        return still(x)
    drawn = rng.uniform(-1.0, 1.0, np.shape(x))
    return drawn + 1j * rng.uniform(-1.0, 1.0, np.shape(x)) if np.iscomplexobj(x) else drawn


def still(x: Any) -> Any:
    return np.zeros(np.shape(x), complex if np.iscomplexobj(x) else float)


def units(active: dict[str, Any], zero: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, flags in active.items():
        for k, (flag, x) in enumerate(zip(leaves(flags), leaves(zero[name]))):
            for entry in np.ndindex(np.shape(x)) if flag else ():
                for unit in (1.0, 1j) if np.iscomplexobj(x) else (1.0,):
                    changed = [np.array(leaf) for leaf in leaves(zero[name])]
                    changed[k][entry] = unit
                    parts = iter(changed)
                    yield {**zero, name: tree_map(lambda _: next(parts), zero[name])}


def cotangent_seed(result: Any, rng: np.random.Generator) -> Any:
    def seed(r: Any) -> Any:
        drawn = rng.normal(size=np.shape(r))
        return (drawn + 1j * rng.normal(size=np.shape(r)) if np.iscomplexobj(r) else drawn).astype(np.result_type(r))

    return tree_map(seed, result)


def inner(xs: Any, ys: Any) -> tuple[float, float]:
    """The sum of the real parts of the products of all entries, and of their absolute values."""
    products = [np.real(np.asarray(x) * np.asarray(y)).astype(float) for x, y in zip(leaves(xs), leaves(ys), strict=True)]
    return sum(float(np.sum(p)) for p in products), sum(float(np.sum(np.abs(p))) for p in products)


def assert_close(got: list[Any], wanted: list[Any], rtol: float, what: Any) -> None:
    """Within rtol of the largest entry; NaN and infinities nowhere."""
    for x, y in zip(got, wanted, strict=True):
        assert np.shape(x) == np.shape(y), what
        assert np.isfinite(x).all(), what
        assert np.isfinite(y).all(), what
        scale = max(1e-3, np.max(np.abs(y), initial=0.0))
        assert np.max(np.abs(np.asarray(x) + 0.0 - y), initial=0.0) <= rtol * scale, (what, x, y)


def masked(call: Call, cotangents: dict[str, Any]) -> list[Any]:
    """The cotangents of active leaves, in order."""
    return [leaf for name in call.active() for leaf in leaves(cotangents[name])]


def active_leaves(call: Call, trees: dict[str, Any]) -> list[Any]:
    return [x for name, flags in call.active().items() for flag, x in zip(leaves(flags), leaves(trees[name])) if flag]


# -------------------------------------------------------------------------------------------------------- checks
@every_rule
def test_derivatives(function, rule):
    """JVP against differences; VJP against differences and, to full precision, against the JVP."""
    seen = 0
    rng = np.random.default_rng(1)
    for call in calls(rule, function):
        if not call.active():
            continue
        seen += 1
        what = (rule.name, call.specs)
        with np.errstate(**QUIET.get(rule.name, LOUD)):
            g = cotangent_seed(call.run(), rng)
            cotangents = vjp(call, g)
        for name, flags in call.active().items():
            tree_map(lambda f, x, c: check_like(f, x, c, what), flags, call.values[name], cotangents[name])
        for direction in directions(call, rng):
            pushed = leaves(jvp(call, direction))
            measured = extrapolated_difference(call, direction)
            rtol, precision = (1e-3, 1e-6) if is_single(pushed) and pushed else (1e-8, 1e-12)
            assert_close(pushed, measured, rtol, what)
            pulled, size = inner(masked(call, cotangents), active_leaves(call, direction))
            expected, other = inner(g, pushed)
            assert abs(pulled - expected) <= precision * max(size, other, 1e-3), what
            expected, other = inner(g, measured)
            assert abs(pulled - expected) <= rtol * max(size, other, 1e-3), what
        for name in call.active() if len(call.active()) > 1 else ():
            alone = {name: next(directions(call, rng))[name]}
            assert_close(leaves(jvp(call, alone)), extrapolated_difference(call, alone), 1e-8, (what, name))
    assert seen, f"{rule.name} has no test input"


def check_like(flag: bool, primal: Any, cotangent: Any, what: Any) -> None:
    assert (cotangent is not None) == flag, what
    if flag:
        assert np.shape(cotangent) == np.shape(primal), what
        assert cotangent.dtype == np.result_type(primal), what


LOUD = {"divide": "raise", "over": "raise", "invalid": "raise"}
QUIET = {"power": {"invalid": "ignore"}}

ANALYTIC = [pair for pair in zip(PAIRS, NAMES) if pair[0][0] not in NOT_ANALYTIC and not is_scalar_function(pair[0][0])]


@pytest.mark.parametrize(("function", "rule"), [p for p, _ in ANALYTIC], ids=[n for _, n in ANALYTIC])
def test_complex_step(function, rule):
    """The JVP to full precision, where the function takes complex numbers."""
    rng = np.random.default_rng(2)
    for call in calls(rule, function):
        if any(np.iscomplexobj(leaf) for leaf in leaves(call.run())) or call.specs.get("return_sign"):
            continue  # of a complex number, the sign is its direction
        for direction in directions(call, rng) if call.active() else ():
            try:
                measured = complex_step(call, direction)
            except TypeError:
                continue  # the function refuses complex numbers
            assert_close(leaves(jvp(call, direction)), measured, 1e-13 * 30, (rule.name, call.specs))


@every_rule
@pytest.mark.parametrize("layout", ["F", "strided", "negative"])
def test_layouts(function, rule, layout):
    """The same numbers however the arguments lie in memory."""
    if is_scalar_function(function):
        layout = "C"
    rng = np.random.default_rng(3)
    for call, plain in zip(calls(rule, function, layout=layout), calls(rule, function), strict=True):
        if not call.active():
            continue
        g = cotangent_seed(plain.run(), rng)
        what = (rule.name, call.specs, layout)
        assert_close(masked(call, vjp(call, g)), masked(plain, vjp(plain, g)), 1e-13 * 30, what)
        direction = next(directions(call, rng))
        assert_close(leaves(jvp(call, direction)), leaves(jvp(plain, direction)), 1e-13 * 30, what)


PROMOTING = {
    "arange", "bincount", "ldexp", "linspace", "linspace_of_numbers", "power_whole", "power", "polyval", "roots", "histogram",
    "trapezoid_over_coordinates", "mean_where", "stdtr", "stdtrit", "chdtr", "chdtrc", "pdtr", "pdtrc", "betainc", "betaincc",
    "betaincinv", "ellipk", "ellipkm1", "ellipe", "exprel", "boxcox", "boxcox1p", "gammainc_slope", "gammainc_bend",
    "betainc_slope_by_a", "betainc_slope_by_b", "betainccinv", "var_where", "std_where", "extreme_from", "fractional_matrix_power",
    "map_coordinates", "bdtr", "bdtrc", "fdtr", "fdtrc",
}  # fmt: skip
"""Here an integer array, a literal beside an array, or NumPy or SciPy itself makes double precision on the way."""


@every_rule
def test_single_precision(function, rule):
    """float32 in, float32 out, without a detour through float64; the numbers are those of float64."""
    if is_scalar_function(function) or function is linalg.norm:  # which gives one of Python's numbers
        return
    rng = np.random.default_rng(4)
    for call, double in zip(calls(rule, function, np.float32), calls(rule, function), strict=True):
        if not call.active() or not is_single(call.run()):
            continue
        g = cotangent_seed(call.run(), rng)
        what = (rule.name, call.specs)
        raw = {name: part for name, part in raw_cotangents(call, g, call.run()).items() if name in call.active()}
        assert rule.name in PROMOTING or all(is_single(part) for part in leaves(tuple(raw.values()))), what
        assert_close(masked(call, vjp(call, g)), masked(double, vjp(double, g)), 2e-5, what)
        direction = next(directions(call, rng))
        direction = {name: tree_map(single, part) for name, part in direction.items()}
        pushed = jvp(call, direction)
        assert all(is_single(part) for part in leaves(pushed)), what
        assert_close(leaves(pushed), leaves(jvp(double, direction)), 2e-5, what)


def single(x: Any) -> Any:
    return np.asarray(x, np.complex64 if np.iscomplexobj(x) else np.float32)


def is_single(tree: Any) -> bool:
    return all(type(leaf) is float or np.result_type(leaf) in (np.float32, np.complex64) for leaf in leaves(tree))


def test_projection_sums_what_was_repeated():
    assert math.isclose(project(np.ones((2, 3)), np.float64(1.0)), 6.0)
    assert project(np.ones((2, 3)), np.ones((2, 1), np.float32)).dtype == np.float32
    np.testing.assert_array_equal(project(np.ones((2, 3)), np.ones((1, 3))), [[2.0, 2.0, 2.0]])
