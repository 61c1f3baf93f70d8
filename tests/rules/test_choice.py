"""Which rule of a function is taken, and how the catalogue is put together."""

from __future__ import annotations

import math
import operator
import subprocess
import sys

import numpy as np
import pytest
from scipy import fft, integrate, linalg, ndimage, signal, special, stats
from scipy.cluster import vq
from scipy.spatial import distance

from rules.applying import UNKNOWN, selected
from rules.drawing import cases_of
from s2s.rules import RULES
from s2s.rules.cases import A, case
from s2s.rules.names import known_names
from s2s_runtime import kernels

known_names()  # rules for SciPy are tested with the others
CHOICES = [
    (operator.pow, case(A(3), 0), "power_0"),
    (operator.pow, case(A(3), 1.0), "power_1"),
    (np.power, case(A(3), 2), "power_2"),
    (operator.pow, case(A(3), -2), "power_of_variable"),
    (operator.pow, case(2, A(3)), "power_of_number"),
    (operator.pow, case(-2.0, A(3)), "power"),
    (operator.pow, case(0, A(3)), "power"),
    (operator.pow, case(A(3), np.array([1, 2, 3])), "power_whole"),
    (operator.pow, case(A(3), A(3)), "power"),
    (math.pow, case(A(), 2.0), "power_2"),
    (np.matmul, case(A(2, 3), A(3, 4)), "matrix_matrix"),
    (operator.matmul, case(A(2, 3), A(3)), "matrix_vector"),
    (np.dot, case(A(3), A(3, 2)), "vector_matrix"),
    (np.dot, case(A(3), A(3)), "vector_vector"),
    (np.dot, case(A(), A(3)), "scaled"),
    (np.dot, case(A(2, 3, 4), A(4)), "dot"),
    (np.matmul, case(A(5, 2, 3), A(3, 4)), "stacked_matrices"),
    (np.matmul, case(A(5, 2, 3), A(3)), "matmul"),
    (np.einsum, case("ij,jk->ik", A(2, 3), A(3, 4)), "einsum_product"),
    (np.einsum, case("ij,jk->ik", A(2, 1), A(3, 4)), "einsum_pair"),
    (np.einsum, case("ii->i", A(3, 3)), "einsum_single"),
    (np.einsum, case("i,i,i->", A(3), A(3), A(3)), "einsum"),
    (np.linalg.solve, case(A(3, 3), A(3)), "solve_vector"),
    (np.linalg.solve, case(A(3, 3), A(3, 2)), "solve_matrix"),
    (np.linalg.solve, case(A(2, 3, 3), A(3)), "solve"),
    (np.linalg.norm, case(A(3)), "euclidean_norm"),
    (np.linalg.norm, case(A(3), 2), "euclidean_norm"),
    (np.linalg.norm, case(A(2, 3), "fro"), "euclidean_norm"),
    (np.linalg.norm, case(A(2, 3), 2, 1), "euclidean_norm"),
    (np.linalg.norm, case(A(2, 3), 1), "norm"),
    (np.linalg.norm, case(A(3), np.inf), "norm"),
    (np.reshape, case(A(2, 3), (3, 2)), "reshape"),
    (np.reshape, case(A(2, 3), (3, 2), order="F"), "reshape_in_columns"),
    (np.roll, case(A(3), 1), "roll"),
    (np.roll, case(A(2, 3), (1, 2), (0, 1)), "roll_axes"),
    (np.diag, case(A(3)), "diag_of_vector"),
    (np.array, case([A(), A()]), "array"),
    (np.array, case(A(3)), "array_of_array"),
    (np.cross, case(A(3), A(2, 3)), "cross_last"),
    (np.cross, case(A(3, 2), A(3, 2), axis=0), "cross"),
]


@pytest.mark.parametrize(
    ("function", "specs", "name"), CHOICES, ids=[f"{f.__name__}-{n}-{k}" for k, (f, _, n) in enumerate(CHOICES)]
)
def test_most_special_rule(function, specs, name):
    args, kwargs = specs.draw()
    assert selected(function, specs, args, kwargs).name == name


@pytest.mark.parametrize(
    ("function", "specs"),
    [
        (np.reshape, case(A(2, 3), (3, 2), order="A")),
        (np.ravel, case(A(2, 3), "K")),
        (np.where, case(np.array([True]))),
        (np.pad, case(A(3), 1, "edge", stat_length=3)),
        (np.nan_to_num, case(A(3), copy=False)),
        *((np.pad, case(A(3), 1, mode)) for mode in ("mean", "maximum", "linear_ramp", "empty")),
        (np.sum, case(A(3), dtype=int)),
        (np.cumsum, case(A(3), dtype=int)),
        (max, case([A(), A()])),
    ],
)
def test_refused(function, specs):
    """What no rule takes must not be differentiated."""
    args, kwargs = specs.draw()
    with pytest.raises(LookupError):
        selected(function, specs, args, kwargs)


RESTRICTED = {
    np.reshape, np.ravel, np.linalg.qr, np.linalg.svd, np.linalg.cholesky, np.linalg.norm, np.histogram, np.pad, np.sum, np.mean,
    np.cumsum, np.linalg.outer,
    np.gradient, np.trapezoid, np.cov, np.corrcoef, linalg.solve_triangular, linalg.solve, linalg.cholesky, linalg.solve_sylvester,
    linalg.solve_continuous_lyapunov, linalg.solve_discrete_lyapunov, linalg.sqrtm, linalg.sinm, linalg.cosm,
    linalg.circulant, linalg.toeplitz, linalg.hankel, kernels.gammainc_by_a,
    linalg.eigh, linalg.eigvalsh, linalg.cho_factor, linalg.cho_solve, linalg.lu_factor, linalg.lu_solve, linalg.svd, linalg.svdvals,
    linalg.qr, special.comb, linalg.solve_banded, linalg.solveh_banded, linalg.solve_toeplitz, linalg.matmul_toeplitz, linalg.lu,
    linalg.norm, linalg.solve_continuous_are, linalg.solve_discrete_are, linalg.hessenberg,
    ndimage.map_coordinates,
    stats.multivariate_normal.entropy, vq.vq, distance.cdist, distance.pdist, distance.squareform, special.factorial,
    *(getattr(special, name) for name in ("spherical_jn", "spherical_yn", "spherical_in", "spherical_kn")),
    kernels.product_of_entries, kernels.solution_of_entries, kernels.spline_through,
    *(getattr(linalg, name) for name in ("polar", "logm", "fractional_matrix_power", "sinhm", "coshm", "tanm", "tanhm", "expm_frechet")),
    *(getattr(fft, name) for name in ("dct", "idct", "dst", "idst", "dctn", "idctn", "dstn", "idstn")), integrate.cumulative_trapezoid,
    integrate.trapezoid,
    *(getattr(ndimage, name) for name in (
        "correlate", "convolve", "correlate1d", "convolve1d", "gaussian_filter", "gaussian_filter1d", "uniform_filter", "uniform_filter1d",
        "sobel", "prewitt", "laplace",
    )),
    *(getattr(signal, name) for name in (
        "fftconvolve", "oaconvolve", "convolve2d", "correlate2d", "lfilter", "sosfilt", "detrend",
    )),
    *(getattr(one, name) for one in (stats.multivariate_normal, stats.dirichlet) for name in ("pdf", "logpdf")),
}  # fmt: skip
"""No rule have orders that depend on how an array lies in memory, factors beyond the reduced ones, norms of unknown orders,
histograms of densities, padding that computes, and sums in whole numbers; of what is not a vector there is no `linalg.outer`, of
more than two axes at once no gradient, of what is no matrix and no vectors no covariance; of stacks SciPy's functions have none;
by the shape there are two derivatives of an incomplete gamma function; of vectors that are broadcast there is no density;
filters do not write into an array that is given, and have zeros behind edges."""


@pytest.mark.parametrize("function", RULES.rules, ids=lambda f: getattr(f, "__name__", str(f)))
def test_last_rule_is_general(function):
    *special, last = RULES.of(function)
    assert (last.when is None) == (function not in RESTRICTED)
    for rule in special:
        assert rule.when is not None or takes_fewer(rule, last), f"{rule.name} hides what follows"
        if rule.when is not None:
            assert rule.when(*[UNKNOWN] * len(rule.parameters.parameters)) is False


def takes_fewer(rule, last) -> bool:
    """Whether the number of operands decides, as for einsum, or the last rule is for calls that say more."""
    if set(rule.parameters.parameters) < set(last.parameters.parameters):
        return True
    kinds = {p.kind for p in last.parameters.parameters.values()}
    return any(kind.name == "VAR_POSITIONAL" for kind in kinds)


@pytest.mark.parametrize("rule", RULES.all(), ids=lambda rule: rule.name)
def test_every_rule_says_what_it_is_tested_with(rule):
    assert cases_of(rule)
    assert rule.wrt
    assert set(rule.wrt) <= set(rule.parameters.parameters)
    assert (rule.jvp_body is not None) == (rule.kind == "custom")


def test_no_function_is_both():
    assert set(RULES.rules) & set(RULES.constants) == set()


def test_every_constant_says_why():
    assert all(RULES.constants.values())


def run(script: str) -> str:
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout


def test_importing_loads_nothing_heavy():
    heavy = "('numba', 'sympy', 'libcst', 'scipy')"
    assert run(f"import sys, s2s.rules; print(*[m for m in {heavy} if m in sys.modules])").split() == []


def test_rules_of_scipy_come_with_scipy():
    script = (
        "import s2s.rules; from scipy import special; from s2s.rules import RULES; print(len(RULES.of(special.expit)))"
    )
    assert run(script).split() == ["1"]


def test_an_unhashable_callable_has_no_rule():
    class Odd:
        __hash__ = None

    assert RULES.of(Odd()) == ()
