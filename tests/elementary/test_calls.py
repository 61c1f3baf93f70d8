"""How the functions are called: from Python they are NumPy's, in compiled code a call of a number is the kernel."""

from __future__ import annotations

import re
import subprocess
import sys

import numba
import numpy as np
import pytest
import scipy.special

from elementary.loops import COUNTS, NAMES
from elementary.points import DTYPES
from s2s_runtime import elementary


def library(name):
    return getattr(np, name, None) or getattr(scipy.special, name)


@pytest.mark.parametrize("name", NAMES)
def test_in_python_a_call_is_numpys(name):
    function, count = getattr(elementary, name), COUNTS[name]
    for x in (0.3, 2, np.float32(0.3), np.array([0.1, 0.7]), np.array([[0.5]], np.float32)):
        found, expected = function(*[x] * count), library(name)(*[x] * count)
        np.testing.assert_array_equal(found, expected)
        assert type(found) is type(expected)
        assert found.dtype == expected.dtype


@pytest.mark.parametrize("name", NAMES)
def test_compiled_types(name):
    function, count = getattr(elementary, name), COUNTS[name]
    compiled = numba.njit((lambda x: function(x)) if count == 1 else (lambda x, y: function(x, y)))
    for kind, expected in (
        (numba.float64, numba.float64),
        (numba.float32, numba.float32),
        (numba.int64, numba.float64),
    ):
        compiled.compile((kind,) * count)
        assert compiled.overloads[(kind,) * count].signature.return_type == expected
    assert compiled(*[1] * count) == pytest.approx(library(name)(*[1.0] * count), rel=1e-15)


def test_the_wider_type_of_two_is_the_result():
    function = elementary.power
    compiled = numba.njit(lambda x, y: function(x, y))
    assert isinstance(compiled(np.float32(2), np.float32(0.5)), float)
    for kinds in ((numba.float32, numba.float64), (numba.float64, numba.int32), (numba.float32, numba.int64)):
        compiled.compile(kinds)
        assert compiled.overloads[kinds].signature.return_type == numba.float64


def test_what_is_not_a_number_is_refused_when_it_is_compiled():
    function = elementary.exp
    with pytest.raises(numba.TypingError):
        numba.njit(lambda x: function(x))("text")


def test_functions_that_call_one_another_share_what_is_rare():
    sin, cos = elementary.sin, elementary.cos

    @numba.njit(error_model="numpy")
    def inner(x):
        return sin(x) + cos(x)

    @numba.njit(error_model="numpy")
    def outer(x, result):
        for i in range(len(x)):
            result[i] = inner(x[i]) * sin(x[i])

    x = np.array([0.5, 1e300, -3e22, 1e9, 2.0**31])
    result = np.empty(5)
    outer(x, result)
    np.testing.assert_allclose(result, (np.sin(x) + np.cos(x)) * np.sin(x), rtol=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
def test_fastmath_leaves_the_kernels_as_they_are(dtype):
    exp, log, tan, power = elementary.exp, elementary.log, elementary.tan, elementary.power

    def written(x, result):
        for i in range(len(x)):
            result[i, 0], result[i, 1], result[i, 2] = exp(x[i]), log(x[i]), tan(x[i])
            result[i, 3] = power(x[i], x[i])

    x = np.array([0.3, 5.0, 80.0, 1.0, 0.0, -0.0, np.inf, -np.inf, np.nan, 1e30, 22.0], dtype)
    fast, plain = np.empty((2, len(x), 4), dtype)
    numba.njit(written, fastmath=True, error_model="numpy")(x, fast)
    numba.njit(written, error_model="numpy")(x, plain)
    np.testing.assert_array_equal(fast, plain)


def test_fastmath_marks_no_instruction_of_a_kernel():
    """Each of them has marks already, which say nothing where they stand, or refuses them."""
    sin, power = elementary.sin, elementary.power

    def written(x):
        return power(sin(x), x)

    compiled = numba.njit(written, fastmath=True)
    compiled.compile((numba.float32,))
    (text,) = compiled.inspect_llvm().values()
    assert "fmul" in text
    assert [line for line in text.splitlines() if re.search(r"\b(?:fast|nnan|reassoc)\b", line)] == []


def test_numba_is_loaded_by_this_package_only():
    script = "import sys, s2s_runtime; before = 'numba' in sys.modules; import s2s_runtime.elementary; print(before)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
