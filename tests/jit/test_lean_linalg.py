"""Linear algebra in compiled code, as calls of LAPACK: what NumPy gives, and its errors, for every layout of the operands."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from jit.texts import in_new_process, source
from s2s.errors import NotCompiled
from s2s.jit import Options, compiled
from s2s_runtime import systems

SYSTEMS = ("lu_factor", "lu_solve", "lu_solve_transposed", "lu_inv", "lu_det", "lu_slogdet", "solve_lower", "solve_upper")
NAMES = {"np": np, **{name: getattr(systems, name) for name in SYSTEMS}}
SIZES = (0, 1, 2, 9)
TOLERANCE = {np.float64: 1e-10, np.float32: 2e-3}


@functools.cache
def function(parameters, expression):
    text = f"\ndef f({parameters}):\n    return {expression}\n"
    return compiled(source(text, **NAMES), options=Options(cache=False))


def in_python(parameters, expression):
    return eval(f"lambda {parameters}: {expression}", NAMES)


def layouts(matrix):
    """A matrix by rows, by columns, and with gaps."""
    wide = np.zeros((2 * matrix.shape[0], 2 * matrix.shape[1]), matrix.dtype)
    gaps = wide[::2, ::2]
    gaps[...] = matrix
    return [matrix, np.asfortranarray(matrix), gaps]


def assert_close(found, expected, dtype):
    if isinstance(expected, tuple):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_close(one, other, dtype)
        return
    assert np.shape(found) == np.shape(expected)
    assert np.ndim(found) == 0 or found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


def matrices(size, dtype):
    rng = np.random.default_rng(size)
    plain = (rng.normal(size=(size, size)) + size * np.eye(size)).astype(dtype)
    return plain, (plain @ plain.T + np.eye(size)).astype(dtype)


OF_TWO = {
    "np.linalg.solve(a, b)": lambda a, b: np.linalg.solve(a, b),
    "lu_solve(lu_factor(a), b)": lambda a, b: np.linalg.solve(a, b),
    "lu_solve_transposed(lu_factor(a), b)": lambda a, b: np.linalg.solve(a.T, b),
    "solve_lower(a, b)": lambda a, b: np.linalg.solve(np.tril(a), b),
    "solve_upper(a, b)": lambda a, b: np.linalg.solve(np.triu(a), b),
}


@pytest.mark.parametrize("how", OF_TWO)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_systems(how, dtype):
    for size in SIZES:
        a, _ = matrices(size, dtype)
        rng = np.random.default_rng(1)
        columns = rng.normal(size=(size, 3)).astype(dtype)
        rights = [columns[:, 0], rng.normal(size=size).astype(dtype), columns, np.asfortranarray(columns), columns[:, :0]]
        for matrix in layouts(a) if dtype == np.float64 else [a]:
            for right in rights if dtype == np.float64 else rights[1:3]:
                expected = OF_TWO[how](matrix, right)
                assert_close(function("a, b", how)(matrix, right), expected, dtype)
                assert_close(in_python("a, b", how)(matrix, right), expected, dtype)


OF_ONE = {"inv": np.linalg.inv, "det": np.linalg.det, "slogdet": lambda a: tuple(np.linalg.slogdet(a))}


@pytest.mark.parametrize("name", OF_ONE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_inverses_and_determinants(name, dtype):
    for size in SIZES:
        a, _ = matrices(size, dtype)
        for matrix in [*layouts(a), -a, a[::-1]] if dtype == np.float64 else [a]:
            expected = OF_ONE[name](matrix)
            assert_close(function("a", f"np.linalg.{name}(a)")(matrix), expected, dtype)
            assert_close(function("a", f"lu_{name}(lu_factor(a))")(matrix), expected, dtype)
            assert_close(getattr(systems, f"lu_{name}")(systems.lu_factor(matrix)), expected, dtype)


def test_a_determinant_whose_pivots_overflow_does_not():
    a = np.diag([1e200, 1e200, 1e-200, 1e-200])
    assert np.isclose(function("a", "np.linalg.det(a)")(a), 1.0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_factorisations(dtype):
    for size in SIZES:
        _, a = matrices(size, dtype)
        for matrix in layouts(a) if dtype == np.float64 else [a]:
            assert_close(function("a", "np.linalg.cholesky(a)")(matrix), np.linalg.cholesky(matrix), dtype)
            assert_close(function("a", "np.linalg.eigvalsh(a)")(matrix) / (size + 1), np.linalg.eigvalsh(matrix) / (size + 1), dtype)
            values, vectors = function("a", "np.linalg.eigh(a)")(matrix)
            assert_close(vectors * values @ vectors.T / (size + 1), matrix / dtype(size + 1), dtype)


def test_one_triangle_is_read():
    a = np.array([[4.0, np.nan], [1.0, 3.0]])
    for how in ("np.linalg.cholesky(a)", "np.linalg.eigvalsh(a)"):
        for matrix in layouts(a):
            assert_close(function("a", how)(matrix), in_python("a", how)(matrix), np.float64)


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (5, 5), (5, 2), (2, 5), (0, 3), (3, 0)])
def test_singular_values_and_orthogonal_factors(shape):
    a = np.random.default_rng(2).normal(size=shape)
    for matrix in layouts(a):
        for full in (True, False):
            u, s, vh = function("a", f"np.linalg.svd(a, {full})")(matrix)
            assert_close((u, s, vh), tuple(np.linalg.svd(matrix, full)), np.float64)
        assert_close(function("a", "np.linalg.svd(a)")(matrix), tuple(np.linalg.svd(matrix)), np.float64)
        assert_close(function("a", "np.linalg.qr(a)")(matrix), tuple(np.linalg.qr(matrix)), np.float64)


NOTHING, NAN, WIDE = np.zeros((2, 2)), np.full((2, 2), np.nan), np.ones((2, 3))
ERRORS = [
    *((how, (NOTHING, np.ones(2)), np.linalg.LinAlgError) for how in OF_TWO),
    *((how, (WIDE, np.ones(2)), np.linalg.LinAlgError) for how in OF_TWO),
    *((how, (np.eye(2), np.ones(3)), ValueError) for how in OF_TWO),
    *((f"np.linalg.{name}(a)", (WIDE,), np.linalg.LinAlgError) for name in ("inv", "det", "slogdet", "cholesky", "eigh", "eigvalsh")),
    ("np.linalg.inv(a)", (NOTHING,), np.linalg.LinAlgError),
    ("lu_inv(lu_factor(a))", (NOTHING,), np.linalg.LinAlgError),
    ("np.linalg.cholesky(a)", (-np.eye(2),), np.linalg.LinAlgError),
    ("np.linalg.svd(a)", (NAN,), np.linalg.LinAlgError),
]  # fmt: skip


@pytest.mark.parametrize(("how", "args", "error"), ERRORS)
def test_errors_are_those_of_numpy(how, args, error):
    parameters = ", ".join("ab"[: len(args)])
    for call in (function(parameters, how), in_python(parameters, how)):
        with pytest.raises(error):
            call(*args)


def test_nan_is_nan_as_in_numpy():
    assert np.isnan(function("a, b", "np.linalg.solve(a, b)")(NAN, np.ones(2))).all()
    assert np.isnan(function("a", "np.linalg.inv(a)")(NAN)).all()
    assert np.isnan(function("a", "np.linalg.det(a)")(NAN))
    assert np.array_equal(function("a", "np.linalg.cholesky(a)")(NAN), np.linalg.cholesky(NAN), equal_nan=True)


def test_a_singular_matrix_has_the_determinant_0():
    for how in ("np.linalg.slogdet(a)", "lu_slogdet(lu_factor(a))"):
        assert function("a", how)(NOTHING) == (0.0, -np.inf)
    assert function("a", "lu_det(lu_factor(a))")(NOTHING) == 0.0


def test_complex_matrices_are_numbas():
    a = np.array([[2.0, 1j], [-1j, 3.0]])
    assert np.allclose(function("a, b", "np.linalg.solve(a, b)")(a, np.ones(2) + 0j), np.linalg.solve(a, np.ones(2)))
    with pytest.raises(NotCompiled):
        function("a, b", "lu_solve(lu_factor(a), b)")(a, np.ones(2) + 0j)


def test_operands_stay_as_they_are():
    a, b = matrices(5, np.float64)[0], np.ones((5, 2))
    before = a.copy(), b.copy()
    for order in "CF":
        given = np.array(a, order=order), np.array(b, order=order)
        for how in OF_TWO:
            function("a, b", how)(*given)
        for how in ("np.linalg.inv(a)", "np.linalg.det(a)", "np.linalg.svd(a)", "np.linalg.qr(a)", "np.linalg.eigh(a)"):
            function("a", how)(given[0])
        assert np.array_equal(given[0], before[0])
        assert np.array_equal(given[1], before[1])


DISK = """
import sys; sys.path.insert(0, 'tests')
import numpy as np
from jit.texts import source
from s2s.jit import compiled

f = compiled(source("\\ndef f(a, b):\\n    return np.linalg.solve(a, b)\\n", np=np))
print(f(2.0 * np.eye(3), np.ones(3)).sum(), sum(f.stats.cache_hits.values()))
"""


def test_a_system_is_read_from_disk_by_another_process():
    assert in_new_process(DISK).split() == ["1.5", "0"]
    assert in_new_process(DISK).split() == ["1.5", "1"]
