"""Functions that Numba is given in the place of its own: they compute the same, to the last bit, and refuse the same."""

from __future__ import annotations

import itertools

import numba
import numpy as np
import pytest

from jit.texts import in_new_process, source
from s2s.jit import Options, compiled
from s2s_runtime import loops

IN_MEMORY = Options(cache=False)
NAMES = {"np": np, "plus": loops.plus, "reciprocal": loops.reciprocal, "place": loops.place, "grown": loops.grown}


def function(parameters, expression):
    return compiled(source(f"\ndef f({parameters}):\n    return {expression}\n", **NAMES), options=IN_MEMORY)


def arrays(shape, dtype):
    """Arrays of a shape: in order, by columns, and with gaps."""
    rng = np.random.default_rng(sum(shape))
    found = rng.standard_normal(shape)
    plain = (found + 1j * rng.standard_normal(shape)).astype(dtype) if np.dtype(dtype).kind == "c" else found.astype(dtype)
    wide = np.zeros(tuple(2 * size for size in shape), dtype)
    gaps = wide[tuple(slice(0, 2 * size, 2) for size in shape)]
    gaps[...] = plain
    return [plain, np.asfortranarray(plain), gaps]


SHAPES = [
    ((3, 4), (4, 5)), ((1, 1), (1, 1)), ((0, 3), (3, 2)), ((3, 0), (0, 2)), ((3, 2), (2, 0)), ((17, 33), (33, 9)),
    ((3, 4), (4,)), ((3, 0), (0,)), ((0, 4), (4,)), ((4,), (4, 5)), ((0,), (0, 5)), ((1,), (1, 1)), ((7,), (7,)), ((0,), (0,)),
]  # fmt: skip


@pytest.mark.parametrize(("how", "dtype"), [("a @ b", np.float64), ("np.dot(a, b)", np.float32)])
@pytest.mark.filterwarnings("ignore::numba.core.errors.NumbaPerformanceWarning")
def test_products_are_those_of_numba_to_the_last_bit(how, dtype):
    lean, own = function("a, b", how), numba.njit((lambda a, b: a @ b) if "@" in how else lambda a, b: np.dot(a, b))
    for left, right in SHAPES if dtype == np.float64 else SHAPES[:1]:
        for a, b in itertools.product(arrays(left, dtype)[:2], arrays(right, dtype)[:2]):
            found, expected = lean(a, b), own(a, b)
            assert np.shape(found) == np.shape(expected) == np.shape(a @ b)
            assert np.asarray(found).tobytes() == np.asarray(expected).tobytes()
            assert np.allclose(found, a @ b, rtol=1e-4)
    a, b = arrays((3, 4), dtype)[2], arrays((4, 5), dtype)[2]  # with gaps
    assert np.allclose(lean(a, b), a @ b, rtol=1e-4)


def test_products_of_a_transpose():
    a, b = np.arange(6.0).reshape(2, 3), np.arange(8.0).reshape(2, 4)
    assert np.array_equal(function("a, b", "np.transpose(a, (1, 0)) @ b")(a, b), a.T @ b)


@pytest.mark.parametrize("how", ["a @ b", "np.dot(a, b)"])
def test_lengths_that_do_not_fit_are_an_error(how):
    for left, right in [((3, 4), (3, 4)), ((3, 4), (3,)), ((3,), (4, 3)), ((3,), (4,)), ((3, 0), (1, 2))]:
        with pytest.raises(ValueError):
            function("a, b", how)(np.ones(left), np.ones(right))


def test_products_of_other_dtypes_are_refused_as_by_numba():
    from s2s.errors import NotCompiled

    with pytest.raises(NotCompiled):
        function("a, b", "a @ b")(np.ones((2, 2)), np.ones((2, 2), np.float32))


@pytest.mark.parametrize("dtype", ["", ", dtype=np.int64", ", np.float32", ", dtype=np.bool", ", dtype=np.complex128"])
def test_arrays_are_made_with_their_shape_dtype_and_strides(dtype):
    for shape in ("n", "(n,)", "(n, 3)", "(2, n, m)"):
        zeros, empty = function("n, m", f"np.zeros({shape}{dtype})"), function("n, m", f"np.empty({shape}{dtype})")
        for n in (0, 1, 5):
            found, made = zeros(n, 4), empty(n, 4)
            expected = eval(f"np.zeros({shape}{dtype})", {"np": np, "n": n, "m": 4})
            assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
            assert n == 0 or found.strides == expected.strides
            assert np.array_equal(found, expected)
            assert (made.shape, made.dtype, made.flags.c_contiguous, made.flags.writeable) == (found.shape, found.dtype, True, True)


@pytest.mark.parametrize("shape", ["n", "(n, 3)", "(3, n)", "(n, n)"])
def test_a_length_below_zero_is_an_error(shape):
    for make in ("empty", "zeros"):
        with pytest.raises(ValueError):
            function("n", f"np.{make}({shape})")(-1)


def test_more_than_there_is_memory_for_is_an_error():
    with pytest.raises(MemoryError):
        function("n", "np.empty((n, n))")(2**29)
    with pytest.raises(ValueError):
        function("n", "np.empty((n, n, n))")(2**30)


@pytest.mark.parametrize("dtype", [np.float64, np.bool])
def test_a_copy_is_apart_and_in_order(dtype):
    copy = function("x", "np.copy(x)")
    for shape in ((3, 4), (0,), (5,), (2, 3, 4)):
        for x in arrays(shape, dtype):
            found = copy(x)
            assert np.array_equal(found, x)
            assert found.dtype == x.dtype
            assert not np.shares_memory(found, x)
    x = np.arange(3.0)
    x.flags.writeable = False
    assert copy(x).flags.writeable


def test_a_grown_array_begins_with_the_rows_that_there_were():
    for shape in ((0,), (3,), (16,), (0, 2), (9, 2), (5, 3, 2)):
        x = np.arange(float(np.prod(shape))).reshape(shape)
        found, expected = function("x", "grown(x)")(x), loops.grown(x)
        assert found.shape == expected.shape
        assert np.array_equal(found[: len(x)], x)


def test_the_smaller_and_the_larger_of_two_numbers():
    nan = float("nan")
    values = [(nan, 1.0), (1.0, nan), (1, 2), (2, 1), (-3, 3), (1.5, 0.5), (0.5, 1.5), (1, 0.5), (True, False)]
    values += [(0.0, -0.0), (-0.0, 0.0), (2, 2)]
    for a, b in values:
        for how, own in (("min(a, b)", min), ("max(a, b)", max)):
            found, expected = function("a, b", how)(a, b), own(a, b)
            assert str(found) == str(type(found)(expected))  # of 1 and 0.5 Numba makes 1.0
    assert function("a, b, c", "min(a, b, c)")(3, 2, 5) == 2


def test_a_place_outside_is_an_error():
    place = function("i, n", "place(i, n)")
    assert [place(i, 3) for i in (-3, -1, 0, 2)] == [0, 2, 0, 2]
    for i in (-4, 3, 10):
        with pytest.raises(IndexError, match="index out of bounds"):
            place(i, 3)


def test_a_reciprocal_is_a_quotient_or_refused():
    reciprocal = function("x", "reciprocal(x)")
    for x in (3.0, -0.1, 0.0, -0.0, np.inf, 2.0**-1022, 1e308):
        with np.errstate(divide="ignore"):
            assert np.float64(reciprocal(x)).tobytes() == np.divide(1.0, np.float64(x)).tobytes()
    assert np.isnan(reciprocal(np.nan))
    with pytest.raises(loops.OtherKinds):
        reciprocal(1e-310)


def test_a_sum_in_any_order_keeps_infinities_and_nan():
    total = compiled(
        source("\ndef f(x):\n    s = 0.0\n    for i in range(len(x)):\n        s = plus(s, x[i])\n    return s\n", **NAMES),
        options=IN_MEMORY,
    )
    x = np.random.default_rng(0).standard_normal(1001)
    assert np.isclose(total(x), x.sum())
    assert total(np.array([1.0, np.inf])) == np.inf
    assert np.isnan(total(np.array([np.inf, -np.inf])))
    assert function("a, b", "plus(a, b)")(1, 2) == 3
    assert function("a, b", "plus(a, b)")(1j, 2.0) == 2 + 1j


DISK = """
import numpy as np
from jit.texts import source
from s2s.jit import compiled

f = compiled(source("\\ndef f(a, b):\\n    return np.transpose(a, (1, 0)) @ b\\n", np=np))
print(f(np.ones((3, 2)), np.ones((3, 4))).sum(), sum(f.stats.cache_hits.values()))
"""


def test_a_product_is_read_from_disk_by_another_process():
    start = "import sys; sys.path.insert(0, 'tests')\n"
    assert in_new_process(start + DISK).split() == ["24.0", "0"]
    assert in_new_process(start + DISK).split() == ["24.0", "1"]


@pytest.mark.parametrize("dtype", [np.float64, np.bool, np.complex64])
def test_an_array_in_order(dtype):
    in_order = function("x", "np.ascontiguousarray(x)")
    for shape in ((3, 4), (0,), (5,), (2, 3, 4), (2, 0, 3)):
        for x in [*arrays(shape, dtype), arrays(shape, dtype)[0].T, arrays(shape, dtype)[0][::-1]]:
            found = in_order(x)
            assert found.flags.c_contiguous
            assert found.dtype == x.dtype
            assert np.array_equal(found, x)


SHAPES_OF_SIX = ["-1", "6", "(6,)", "(2, 3)", "(3, -1)", "(-1, 1, 2)", "(n, -1)", "(1, n, 3)"]


@pytest.mark.parametrize("shape", SHAPES_OF_SIX)
def test_an_array_in_another_shape_is_a_view(shape):
    reshaped = function("x, n", f"np.reshape(x, {shape})")
    for x in (np.arange(6.0), np.arange(6.0).reshape(3, 2), np.arange(6).reshape(1, 2, 3)):
        found, expected = reshaped(x, 2), np.reshape(x, eval(shape, {"n": 2}))
        assert found.strides == expected.strides
        assert np.array_equal(found, expected)
        assert np.shares_memory(found, x)


def test_an_array_without_entries_in_another_shape():
    reshaped = function("x, n, m", "np.reshape(x, (n, m))")
    for n, m in ((0, 3), (3, 0), (0, 0), (-1, 3), (3, -1)):
        assert reshaped(np.ones((2, 0)), n, m).shape == np.reshape(np.ones((2, 0)), (n, m)).shape


@pytest.mark.parametrize("shape", [(4, 2), (-1, 4), (-1, -1), (-2, -3), (0, -1), (-3, 2), (6, 0)])
def test_a_shape_of_another_size_is_an_error(shape):
    with pytest.raises(ValueError):
        function("x, n, m", "np.reshape(x, (n, m))")(np.ones(6), *shape)


def test_arrays_outlive_what_they_are_views_of():
    copies = function("x", "np.reshape(np.ascontiguousarray(np.transpose(x, (1, 0))), -1)")
    found = [copies(np.full((3, 400), float(k))) for k in range(200)]
    assert all(np.array_equal(one, np.full(1200, float(k))) for k, one in enumerate(found))
