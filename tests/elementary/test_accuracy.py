"""The kernels against mpmath: no result is further than two units in the last place from what is exact."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from elementary.loops import NAMES, computed, fixed_power
from elementary.oracle import error, errors
from elementary.points import DTYPES, points
from s2s_runtime.elementary.fixed_powers import FIXED

POINTS = 1500
LIMIT = 2.0


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_the_error_is_at_most_two_units(name, dtype):
    arguments = points(name, dtype, POINTS)
    assert len(arguments[0]) > POINTS // 2
    results = computed(name, *arguments)
    assert results.dtype == dtype
    found = errors(name, arguments, results)
    worst = int(np.argmax(found))
    assert found[worst] <= LIMIT, (name, [float(one[worst]).hex() for one in arguments], float(results[worst]))


def test_a_power_whose_logarithm_is_of_two_large_parts():
    """2^1014: the second part of the logarithm was 2^-14 of the first, and times y it took r out of its range."""
    arguments = np.array([1.4230443319533235]), np.array([1994.8782410252606])
    assert errors("power", arguments, computed("power", *arguments))[0] <= 1.0


@pytest.mark.parametrize("y", FIXED)
def test_a_power_by_an_exponent_that_stands_in_the_program(y):
    x = points("power", np.float64, POINTS)[0]
    x = np.concatenate([x, 2.0 ** np.linspace(-1074, 1023, POINTS)])
    x = x[x > 0] if y % 1 else x
    x = x[x != 0]
    found = errors("power", (x, np.full_like(x, y)), fixed_power(y, x))
    worst = int(np.argmax(found))
    assert found[worst] <= LIMIT, (y, float(x[worst]).hex(), found[worst])


SCRIPT = """
import json
from elementary.loops import NAMES, computed
from elementary.oracle import errors
from elementary.points import DTYPES, points

found = {}
for name in NAMES:
    for dtype in DTYPES:
        arguments = points(name, dtype, 150, seed=1)
        found[f"{name} {dtype.__name__}"] = float(max(errors(name, arguments, computed(name, *arguments))))
print(json.dumps(found))
"""


@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="the processor that is named is an x86-64 one"
)
def test_nor_is_it_more_where_there_is_no_fused_multiply_add():
    here = Path(__file__).parents[1]
    paths = os.pathsep.join([str(here), str(here.parent / "runtime")])
    old = {"NUMBA_CPU_NAME": "nehalem", "NUMBA_CPU_FEATURES": "", "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=os.environ | old, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert len(found) == len(NAMES) * len(DTYPES)
    assert {what: worst for what, worst in found.items() if not worst <= LIMIT} == {}


# ------------------------------------------------------------------------------------------------------- the oracle


def test_the_oracle_counts_units_of_the_exact_value():
    from mpmath import mp, mpf

    double, single = np.dtype(np.float64), np.dtype(np.float32)
    assert error(mpf(1), 1.0, double) == 0
    assert error(mpf(1), 1 + 2.0**-52, double) == 1
    assert error(mpf(1), 1 - 2.0**-52, double) == 1
    assert error(mpf("0.75"), 0.75 + 2.0**-53, double) == 1
    assert error(mpf(1), 1 + 2.0**-23, single) == 1
    assert error(mpf(2) ** -1074, 0.0, double) == 1
    assert error(mpf(2) ** -1074 / 2, 0.0, double) == 0.5
    assert error(mpf(10) ** 400, float("inf"), double) == 0
    with mp.workprec(80):
        assert error(mpf(2) ** 1024 - mpf(2) ** 969, float("inf"), double) == 0.25
    assert error(mpf(10) ** 400, 1.7976931348623157e308, double) == 1
    assert error(mpf(1), float("nan"), double) == float("inf")
