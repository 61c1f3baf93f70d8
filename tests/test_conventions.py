"""Where mathematics leaves a choice: each row of docs/conventions.md, in both modes, through the public functions.

`tests/rules/test_conventions*.py` has many more such points, rule by rule.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import integrate, stats

from s2s import grad, hessian, implicit, jacfwd, jacrev, jvp
from s2s.errors import DtypeError, NotScalar

PAGE = Path(__file__).parents[1] / "docs" / "conventions.md"
INF = np.inf


class Choice(NamedTuple):
    """A row of the page, a function and a point, and the gradient by every argument that is chosen there."""

    row: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    gradient: tuple[Any, ...]


def array(*values: Any) -> Any:
    return np.array(values)


def inverse_distances(x):
    with np.errstate(divide="ignore"):
        inverse = 1.0 / np.abs(x[:, None] - x)
    np.fill_diagonal(inverse, 0.0)
    return np.sum(inverse)


def jump(a):
    return integrate.quad(lambda x: 1.0 if x < a else 0.0, 0.0, 1.0)[0]


def last_of_chosen_times(end, k):
    found = integrate.solve_ivp(lambda t, y: -k * y, (0.0, end), [1.0], rtol=1e-3)
    return found.t[-1] + found.t[1] + 0.0 * k


CHOICES = [
    Choice("solutions", lambda x0, a: implicit.root(lambda x: x * x - a, x0), (1.0, 4.0), (0.0, 0.25)),
    Choice("integrals", jump, (0.5,), (0.0,)),
    Choice("trajectories", last_of_chosen_times, (1.0, 0.5), (1.0, 0.0)),
    Choice("abs", lambda x: np.abs(x), (0.0,), (0.0,)),
    Choice("abs", lambda x: abs(x), (0.0,), (0.0,)),
    Choice(
        "maximum, minimum",
        lambda x, y: np.sum(np.maximum(x, y)),
        (array(1.0, 2.0), array(1.0, 5.0)),
        (array(0.5, 0), array(0.5, 1)),
    ),
    Choice("maximum, minimum", lambda x, y: min(x, y), (2.0, 2.0), (0.5, 0.5)),
    Choice("max, min", lambda x: np.max(x), (array(3.0, 1.0, 3.0),), (array(0.5, 0.0, 0.5),)),
    Choice("max, min", lambda x, s: np.max(x, initial=s), (array(3.0, 1.0, 3.0), 3.0), (array(1 / 3, 0.0, 1 / 3), 1 / 3)),
    Choice("max, min", lambda x: np.max(x), (array(1.0, np.nan),), (array(np.nan, np.nan),)),
    Choice("where", lambda x: np.sum(np.where(x[::-1] > 0.0, np.log(x)[::-1], 0.0)), (array(-1.0, 4.0),), (array(0.0, 0.25),)),
    Choice("where", lambda x: np.sum(np.where(x > 0.0, np.sqrt(x), 0.0)), (array(-1.0, 4.0),), (array(0.0, 0.25),)),
    Choice("where", lambda x: np.sum(np.where(x > 0.0, 1.0 / x, x)), (array(0.0, 2.0),), (array(1.0, -0.25),)),
    Choice("clip", lambda x: np.sum(np.clip(x, 0.0, 1.0)), (array(-1.0, 0.0, 0.5, 1.0),), (array(0.0, 0.0, 1.0, 0.0),)),
    Choice("sqrt, log", lambda x: np.sum(np.sqrt(x)), (array(0.0),), (array(INF),)),
    Choice("sqrt, log", lambda x: np.sum(np.log(x)), (array(0.0),), (array(INF),)),
    Choice("tanh", np.tanh, (30.0,), (0.0,)),
    Choice("sort", lambda x: np.sum(np.sort(x) * array(1.0, 2.0, 3.0)), (array(1.0, 1.0, 0.0),), (array(2.0, 3.0, 1.0),)),
    Choice("median, quantile, partition, unique", lambda x: np.median(x), (array(2.0, 2.0, 1.0),), (array(1.0, 0.0, 0.0),)),
    Choice("median, quantile, partition, unique", lambda x: np.unique(x)[1] * 2.0, (array(1.0, 1.0, 0.0),), (array(2.0, 0.0, 0.0),)),
    Choice("median, quantile, partition, unique", lambda x: np.partition(x, 1)[1], (array(1.0, 1.0, 0.0),), (array(1.0, 0.0, 0.0),)),
    Choice("eigenvectors, singular vectors", lambda x: np.linalg.eig(np.array([[2.0, x], [0.0, 1.0]]))[1][0, 1], (0.0,), (-1.0,)),
    Choice("eigenvectors, singular vectors", lambda x: np.linalg.eigh(np.array([[1.0, x], [x, 1.0]]))[1][0, 0], (0.0,), (0.0,)),
    Choice("logaddexp", lambda x, y: np.logaddexp(x, y), (-INF, -INF), (0.5, 0.5)),
    Choice("logaddexp", lambda x, y: np.logaddexp(x, y), (-INF, 0.0), (0.0, 1.0)),
    Choice("power", lambda x: x**0, (0.0,), (0.0,)),
    Choice("power", lambda x, y: x**y, (0.0, 2.0), (0.0, 0.0)),
    Choice("power", lambda x: x**3, (-2.0,), (12.0,)),
    Choice("norm, std, hypot", lambda x: np.linalg.norm(x), (array(0.0, 0.0),), (array(0.0, 0.0),)),
    Choice("norm, std, hypot", lambda x: np.std(x), (array(2.0, 2.0),), (array(0.0, 0.0),)),
    Choice("norm, std, hypot", lambda x, y: np.hypot(x, y), (0.0, 0.0), (0.0, 0.0)),
    Choice("root of squares", lambda x: np.sqrt(np.sum(x**2)), (array(0.0, 0.0),), (array(0.0, 0.0),)),
    Choice("root of squares", lambda x, y: math.sqrt(x * x + y * y), (0.0, 0.0), (0.0, 0.0)),
    Choice("root of squares", lambda v: max(v, 0.0) ** 0.5, (-1.0,), (0.0,)),
    Choice("root of squares", lambda v, h: np.sum(np.sqrt(np.maximum(v, 0) * h)), (array(-1.0, 2.0), 2.0), (array(0.0, 0.5), 0.5)),
    Choice("overwritten", lambda x: inverse_distances(x), (array(1.0, 3.0),), (array(0.5, -0.5),)),
    Choice("prod", lambda x: np.prod(x), (array(0.0, 2.0, 3.0),), (array(6.0, 0.0, 0.0),)),
    Choice("argmax, argmin", lambda x: x[np.argmax(x)], (array(1.0, 3.0, 3.0),), (array(0.0, 1.0, 0.0),)),
    Choice("floor, sign, round", lambda x: np.floor(x) * x, (2.5,), (2.0,)),
    Choice("indices", lambda x: np.sum(x[np.array([0, 0, 1])]), (array(1.0, 1.0),), (array(2.0, 1.0),)),
    Choice("densities", lambda x, s: stats.gamma.logpdf(x, 2.0, scale=s), (-1.0, 2.0), (0.0, 0.0)),
    Choice("densities", lambda x, s: stats.expon.cdf(x, scale=s), (-1.0, 2.0), (0.0, 0.0)),
    Choice("densities", lambda p: stats.binom.logpmf(5, 4, p), (0.5,), (0.0,)),
    Choice("precision", lambda x: np.sum(x * 2.0), (np.ones(2, np.float32),), (np.full(2, 2.0, np.float32),)),
]

ids = [f"{choice.row.replace(', ', '-')}-{k}" for k, choice in enumerate(CHOICES)]
every_choice = pytest.mark.parametrize("choice", CHOICES, ids=ids)
pytestmark = [
    pytest.mark.core,
    pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning"),
]


def same(found: Any, expected: Any) -> None:
    np.testing.assert_array_equal(found, expected)
    if isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype or expected.dtype == np.int64


@every_choice
def test_in_reverse_mode(choice):
    gradient = grad(choice.function, argnums=tuple(range(len(choice.args))))(*choice.args)
    for found, expected in zip(gradient, choice.gradient, strict=True):
        same(found, expected)


@every_choice
def test_in_forward_mode(choice):
    """Each unit direction gives an entry of the gradient."""
    for position, (x, expected) in enumerate(zip(choice.args, choice.gradient, strict=True)):
        for entry in np.ndindex(np.shape(x)):
            tangents = [np.zeros_like(a) if np.ndim(a) else 0.0 for a in choice.args]
            if entry:
                tangents[position][entry] = 1.0
            else:
                tangents[position] = 1.0
            _, found = jvp(choice.function, choice.args, tuple(tangents))
            same(float(found), float(np.asarray(expected)[entry]))


@pytest.mark.parametrize("value", [3, True, np.int64(3), np.array([1, 2]), "three"], ids=repr)
def test_what_carries_no_derivative(value):
    with pytest.raises(DtypeError):
        grad(lambda x: 2.0)(value)


@pytest.mark.parametrize("function", [lambda x: np.log(x), lambda x: x**0.5], ids=["log", "power"])
def test_python_numbers_at_the_edge_of_the_domain(function):
    with pytest.raises(ZeroDivisionError):
        grad(function)(0.0)


def test_three_equal_numbers():
    """Python compares them two at a time."""
    assert grad(lambda x, y, z: max(x, y, z), argnums=(0, 1, 2))(1.0, 1.0, 1.0) == (0.25, 0.25, 0.5)


def test_whole_numbers_ride_along():
    assert grad(lambda x: x["a"] * x["n"])({"a": 2.0, "n": 3}) == {"a": 3.0, "n": None}


# du/dx - i du/dy of a real u(x + iy)
COMPLEX = [
    pytest.param(lambda z: np.real(z * z), 2 + 4j, id="square"),
    pytest.param(lambda z: np.real(z * np.conj(z)), 2 - 4j, id="conj"),
    pytest.param(lambda z: np.real(np.exp(z)), np.exp(1 + 2j), id="exp"),
    pytest.param(lambda z: np.imag(z * z), 4 - 2j, id="imag"),
    pytest.param(lambda z: np.abs(z) ** 2, 2 - 4j, id="abs"),
    pytest.param(lambda z: abs(z), (1 - 2j) / np.sqrt(5.0), id="python-abs"),
    pytest.param(lambda z: np.angle(z), -1j / (1 + 2j), id="angle"),
]


@pytest.mark.parametrize(("function", "expected"), COMPLEX)
def test_complex_numbers(function, expected):
    assert grad(function)(1 + 2j) == pytest.approx(expected)


@pytest.mark.parametrize("function", [lambda z: z * z, lambda z: np.sum(z)], ids=["number", "sum"])
def test_the_gradient_of_a_complex_result_is_refused(function):
    with pytest.raises(NotScalar, match="returns a complex number"):
        grad(function)(1 + 2j)
    with pytest.raises(NotScalar, match="vjp or jvp"):
        grad(lambda z: function(z["z"]))({"z": 1j})


def test_jacobians_of_complex_numbers():
    """By a real argument, of a complex result; what needs 1j too is refused."""
    np.testing.assert_allclose(jacfwd(lambda x: np.exp(1j * x))(np.array([0.0, 1.0])), np.diag(1j * np.exp([0, 1j])))
    np.testing.assert_allclose(jacrev(lambda z: np.abs(z) ** 2)(np.array([1 + 2j, 3.0])), np.diag([2 - 4j, 6.0]))
    with pytest.raises(DtypeError, match="1j"):
        jacrev(lambda x: np.exp(1j * x))(np.ones(2))
    with pytest.raises(DtypeError, match="1j"):
        jacfwd(lambda z: z * z)(np.ones(2) * 1j)
    with pytest.raises(DtypeError, match="1j"):
        hessian(lambda z: np.abs(z) ** 2)(1j)


def test_of_a_real_operand_the_real_part():
    assert grad(lambda x: np.abs(x * (1 + 2j)))(3.0) == pytest.approx(np.sqrt(5.0))
    assert grad(lambda x: np.imag(np.exp(1j * x)))(0.5) == pytest.approx(np.cos(0.5))


def test_modulus_and_angle_at_zero():
    assert grad(lambda z: abs(z))(0j) == 0
    assert grad(lambda z: np.angle(z))(0j) == 0


def test_a_negative_python_number_to_a_fractional_power():
    """It is complex, and so is its derivative."""
    assert grad(lambda x: abs(x**0.5))(-2.0) == pytest.approx(-0.5 / np.sqrt(2.0))
    with pytest.raises(TypeError, match="complex"):
        grad(lambda x: x**0.5)(-2.0)


def test_the_tangent_of_a_real_part_is_real():
    value, tangent = jvp(lambda z: np.real(z * z), (1 + 2j,), (1j,))
    assert value == -3.0
    assert tangent == -4.0
    assert not np.iscomplexobj(tangent)


def test_the_page_has_these_rows():
    rows = re.findall(r"^\| ([^|]+?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)[1:]
    tested = {choice.row for choice in CHOICES} | {"whole numbers, text", "complex", "real beside complex", "complex 0"}
    assert set(rows) == tested
    assert len(rows) == len(tested)
