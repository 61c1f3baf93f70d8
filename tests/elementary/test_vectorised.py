"""Loops that call the kernels are vectorised: read in the assembly."""

from __future__ import annotations

import platform
import re

import numba
import numpy as np
import pytest

from elementary.loops import COUNTS, NAMES, loop
from elementary.points import DTYPES
from s2s_runtime import elementary

pytestmark = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="what is looked for is the assembly of x86-64"
)
PACKED = {np.float64: r"\bv?(?:mul|add|fn?m(?:add|sub)\w*)pd\b", np.float32: r"\bv?(?:mul|add|fn?m(?:add|sub)\w*)ps\b"}
FEWEST = 8  # of packed sums and products: more than any loop has that calls a function for each element


def packed(compiled, *types):
    """How many packed sums and products of the last type there are."""
    compiled.compile(types)
    dtype = np.float64 if types[-1].dtype == numba.float64 else np.float32
    return len(re.findall(PACKED[dtype], compiled.inspect_asm(types)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_a_loop_over_one_function(name, dtype):
    compiled = loop(getattr(elementary, name), COUNTS[name])
    fewest = 5 if name == "hypot" else FEWEST  # that is all it has, beside a root
    assert packed(compiled, *[numba.typeof(np.empty(1, dtype))] * (COUNTS[name] + 1)) >= fewest


def test_a_loop_over_numpys_is_not():
    assert packed(loop(np.exp, 1), numba.float64[::1], numba.float64[::1]) < FEWEST


exp, tanh, log1p, sin = elementary.exp, elementary.tanh, elementary.log1p, elementary.sin
widest_vectors = elementary.widest_vectors


def chain(x, w, result):
    for i in range(len(x)):
        a = tanh(w * x[i])
        result[i] = exp(-a * a) * log1p(x[i] * x[i]) + sin(a + x[i])


def masked(x, w, result):
    for i in range(len(x)):
        result[i] = exp(x[i]) * w if x[i] < 0.0 else x[i]


def rows(x, w, result):
    for i in range(8):
        for j in range(len(x)):
            result[j] += exp(w * x[j])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", [chain, masked, rows])
def test_a_kernel_in_the_midst_of_an_expression(function, dtype):
    compiled = numba.njit(function, error_model="numpy")
    x = np.linspace(-3, 3, 999).astype(dtype)
    found, expected = np.zeros_like(x), np.zeros_like(x)
    assert packed(compiled, numba.typeof(x), numba.typeof(dtype(0.7)), numba.typeof(found)) >= FEWEST
    compiled(x, dtype(0.7), found)
    with np.errstate(all="ignore"):
        function(x, dtype(0.7), expected)
    np.testing.assert_allclose(found, expected, rtol=20 * np.finfo(dtype).eps, atol=4 * np.finfo(dtype).eps)


def test_a_reduction_goes_on_as_it_is_written():
    """A sum of floats keeps its order, so that it does not vectorise; the result is that of Python's loop."""

    @numba.njit(error_model="numpy")
    def total(x):
        s = 0.0
        for i in range(len(x)):
            s += exp(x[i])
        return s

    x = np.linspace(-1, 1, 1000)
    assert total(x) == pytest.approx(float(np.exp(x).sum()), rel=1e-14)


def test_the_widest_registers_are_used_where_a_function_asks_for_them():
    if "+avx512f" not in numba.core.codegen.get_host_cpu_features().split(","):
        pytest.skip("the processor has none that are wider than LLVM's choice")

    def usual(x, result):
        for i in range(len(x)):
            result[i] = exp(x[i])

    def asking(x, result):
        widest_vectors()
        for i in range(len(x)):
            result[i] = exp(x[i])

    found = []
    for function in (usual, asking):
        compiled = numba.njit(function, error_model="numpy")
        compiled.compile((numba.float64[::1], numba.float64[::1]))
        found.append("zmm" in next(iter(compiled.inspect_asm().values())))
    assert found == [False, True]
