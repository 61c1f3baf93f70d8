"""Programs in single precision stay there: values, gradients, arrays in between; a sample of the corpus.

`python -m lower.single`, from `tests/`, goes through all of it, and compiles it with `--forms compiled`.
"""

from __future__ import annotations

import warnings

import numba
import numpy as np
import pytest

from lower.corpus import modules
from lower.single import OUT_OF_SINGLE, faults_of, name_of
from s2s import value_and_grad

SAMPLE = {
    "adi", "atax", "band_pass", "cholesky_columns", "covariance_slices", "durbin", "fdtd_2d_absorbing", "garch", "gram_schmidt",
    "ising_energy", "k_means", "kepler_elements", "lennard_jones_cluster", "lstm", "pid_control", "power_flow", "shallow_water_1d_loops",
    "softmax_last_axis", "sparse_rows", "stiff_chemistry", "symm", "transport_sweep", "velocity_verlet",
}  # fmt: skip
COMPILED = {"atax", "durbin", "softmax_last_axis"}
CORPUS = {name_of(module): module for module in modules()}


@pytest.mark.parametrize("form", ["readable", "loops"])
@pytest.mark.parametrize("name", sorted(SAMPLE))
def test_a_program_in_single_precision_stays_there(name: str, form: str) -> None:
    assert not OUT_OF_SINGLE.get(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert not list(faults_of(CORPUS[name], form, 5))


@pytest.mark.parametrize("name", sorted(COMPILED))
def test_a_compiled_program_in_single_precision_stays_there(name: str) -> None:
    assert not list(faults_of(CORPUS[name], "compiled", 5))


def added(x, start):
    total = start
    for i in range(len(x)):
        total = total + x[i]
    return total * 0.1


def largest(x, scale):
    best = 0.0
    for v in x:
        if v > best:
            best = v
    return best * scale


X = np.linspace(0.5, 1.0, 9).astype(np.float32)


@pytest.mark.parametrize("really", [False, True])
@pytest.mark.parametrize("x", [X, X[:0], -X], ids=["some", "none", "negative"])
@pytest.mark.parametrize("start", [0.3, np.float32(0.3)], ids=["python", "numpy"])
@pytest.mark.parametrize("program", [added, largest])
def test_a_number_that_stays_pythons_is_pythons(program, start, x, really, monkeypatch):
    """Whether a loop ran, and what it met, decides of which kind the value is."""
    monkeypatch.setattr(numba.config, "DISABLE_JIT", not really)
    value, gradient = value_and_grad(program, (0, 1), jit=True)(x, start)
    expected, others = value_and_grad(program, (0, 1), jit=False)(x, start)
    assert type(value) is type(expected) is type(program(x, start))
    assert value == expected == program(x, start)
    assert [(type(one), np.result_type(one)) for one in gradient] == [(type(one), np.result_type(one)) for one in others]
    for one, other in zip(gradient, others, strict=True):
        np.testing.assert_array_equal(one, other)


def test_operands_are_in_the_precision_of_the_array(golden):
    golden("lowered_single", value_and_grad(added, (0, 1)).source(X, 0.3, lowered=True))


def weighed(W, V, x):
    y = np.empty((4, 3))
    y[:] = np.sin(x)[:, None]
    return np.sum(np.tanh(y @ W) @ V) + np.sum(np.linalg.solve(V, W[0]))


def test_products_of_arrays_of_two_dtypes():
    """Numba takes those of one dtype only."""
    rng = np.random.default_rng(0)
    W, V, x = (rng.random(shape).astype(np.float32) for shape in [(3, 3), (3, 3), (4,)])
    given = W, V.astype(np.float64) + 3.0 * np.eye(3), x
    value, gradient = value_and_grad(weighed, (0, 1, 2), jit=True)(*given)
    expected, others = value_and_grad(weighed, (0, 1, 2), jit=False)(*given)
    assert value == pytest.approx(expected, rel=1e-6)
    for one, other in zip(gradient, others, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
