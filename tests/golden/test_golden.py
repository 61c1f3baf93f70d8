"""Derivatives as files: the text is what is generated now, and the file by itself computes the right numbers.

`pytest tests/golden --update-golden` rewrites the files; read the difference as a reader of the derivative would.
"""

from __future__ import annotations

import importlib.util
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from golden import programs
from language import oracle

pytestmark = pytest.mark.core
FOLDER = Path(__file__).parent
normal = np.random.default_rng(0).standard_normal


@dataclass(frozen=True)
class Golden:
    """A derivative that has a file: of which function, where, by which arguments."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    mode: str = "grad"
    wrt: tuple[int, ...] = (0,)

    @property
    def name(self) -> str:
        return f"{self.function.__name__}_{self.mode}"

    @property
    def file(self) -> str:
        return f"{self.name}.py"

    def text(self) -> str:
        """The derivative as it is generated now."""
        from s2s import grad, showing

        if self.mode == "grad":
            argnums = self.wrt[0] if len(self.wrt) == 1 else self.wrt
            return grad(self.function, argnums).source(*self.args)
        return showing.show(self.function, mode=self.mode, args=self.args)

    def load(self) -> Callable[..., Any]:
        """The function that the file defines."""
        spec = importlib.util.spec_from_file_location(f"{self.name}_from_file", FOLDER / self.file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        own = [v for v in vars(module).values() if isinstance(v, types.FunctionType) and v.__module__ == module.__name__]
        (function,) = own
        return function


SPRINGS = (np.array([0.0, 1.5, 2.0, 4.0, 4.5]), 2.0, 0.6)
RIDGE = ({"weights": normal(3), "bias": 0.3}, normal((4, 3)), normal(4), 0.1)

GOLDEN = [
    Golden(programs.mlp_loss, (normal((3, 2)), normal(2), normal(2), normal((4, 3)), normal(4)), wrt=(0, 1, 2)),
    Golden(programs.spring_energy, SPRINGS, wrt=(0, 1)),
    Golden(programs.time_to_cool, (90.0, 20.0, 0.1), wrt=(0, 2)),
    Golden(programs.path_length, (normal(4), 0.5)),
    Golden(programs.negative_log_likelihood, (normal(5), 0.1, 0.3), wrt=(1, 2)),
    Golden(programs.huber, (1.5, 1.0), wrt=(0, 1)),
    Golden(programs.lennard_jones, (np.array([[0.0, 0.0], [1.3, 0.2], [0.4, 1.5], [1.7, 1.4]]),)),
    Golden(programs.recurrent, (normal((2, 2)), normal((2, 3)), normal((4, 3))), wrt=(0, 1)),
    Golden(programs.ridge, RIDGE),
    Golden(programs.softmax, (normal(4),), "vjp"),
    Golden(programs.spring_energy, SPRINGS, "jvp"),
    Golden(programs.ridge, RIDGE, "hvp"),
]


def moved(golden: Golden, positions: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, ...]:
    """A random direction for the arguments at these positions."""
    draw = oracle.random_tangent
    return tuple(draw(x, rng) if k in positions else oracle.zero_tangent(x) for k, x in enumerate(golden.args))


def floats(golden: Golden) -> tuple[int, ...]:
    return tuple(k for k, x in enumerate(golden.args) if oracle.has_floats(x))


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_the_text_is_what_is_generated(case, golden):
    golden(case.file, case.text())


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case.name)
def test_the_file_computes_the_derivative(case, rng):
    derivative, args = case.load(), oracle.copied(case.args)
    for _ in range(3):
        CHECKS[case.mode](case, derivative, args, rng)
        assert oracle.same_bits(args, case.args), "the arguments are changed"


def check_gradient(case: Golden, gradient: Callable[..., Any], args: tuple[Any, ...], rng: np.random.Generator) -> None:
    """<gradient, direction> is the slope along the direction."""
    direction = moved(case, case.wrt, rng)
    estimate = oracle.numeric_jvp(case.function, case.args, direction)
    parts = gradient(*args) if len(case.wrt) > 1 else (gradient(*args),)
    slope, _ = oracle.inner(parts, tuple(direction[k] for k in case.wrt))
    oracle.assert_agrees(slope, estimate, oracle.precision(args))


def check_vjp(case: Golden, both: Callable[..., Any], args: tuple[Any, ...], rng: np.random.Generator) -> None:
    """<pullback of c, direction> is <c, change of the result along the direction>."""
    direction, expected = moved(case, case.wrt, rng), case.function(*case.args)
    cotangent = oracle.random_cotangent(expected, rng)
    result, parts = both(*args, cotangent)
    np.testing.assert_allclose(result, expected, rtol=1e-14)
    estimate = oracle.numeric_jvp(lambda *a: np.sum(cotangent * case.function(*a)), case.args, direction)
    slope, _ = oracle.inner(parts, tuple(direction[k] for k in case.wrt))
    oracle.assert_agrees(slope, estimate, oracle.precision(args))


def check_jvp(case: Golden, both: Callable[..., Any], args: tuple[Any, ...], rng: np.random.Generator) -> None:
    direction = moved(case, floats(case), rng)
    result, tangent = both(*args, *direction)
    np.testing.assert_allclose(result, case.function(*case.args), rtol=1e-14)
    oracle.assert_agrees(tangent, oracle.numeric_jvp(case.function, case.args, direction), oracle.precision(args))


def check_hvp(case: Golden, both: Callable[..., Any], args: tuple[Any, ...], rng: np.random.Generator) -> None:
    """The gradient is that of the gradient's own file, and its change along a direction is that file's."""
    (first,) = (one for one in GOLDEN if one.function is case.function and one.mode == "grad")
    direction, gradient = moved(case, floats(case), rng), first.load()
    found, change = both(*args, *direction)
    expected = gradient(*case.args)
    for path, got, want in oracle.pairs(expected, found):
        np.testing.assert_allclose(got, want, rtol=1e-13, err_msg=path)
    oracle.assert_agrees(change, oracle.numeric_jvp(gradient, case.args, direction), oracle.precision(args))


CHECKS = {"grad": check_gradient, "vjp": check_vjp, "jvp": check_jvp, "hvp": check_hvp}


def test_no_file_is_left_over():
    """Each file but the programs and this one belongs to a derivative."""
    own = {"__init__.py", "programs.py", Path(__file__).name}
    assert {path.name for path in FOLDER.glob("*.py")} - own == {case.file for case in GOLDEN}
