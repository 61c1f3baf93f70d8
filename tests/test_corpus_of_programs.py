"""Programs that fill arrays in place, as working scientists write them: every module of `tests/programs`.

A module there has

    loss            the function that is differentiated: a real number from all that the program computes
    arguments       arguments(rng, n) gives a tuple of arguments of `loss` for a size n, at a point where it is smooth

and, where it applies,

    ANALYTIC        True: `loss` runs with complex arguments as it stands, so the complex step gives its derivative
    LINEAR          True: `plain_sum`, with the parameters of `loss`, is linear in all floating-point arguments together
    WRITES          the names of the parameters whose arrays the program changes

First the programs alone: that they compute something which depends on every input, and that the marks above are true.
Then their derivatives.  A truth here is central differences or the complex step, never a derivative by s2s.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import programs
from s2s.testing.compare import compare_bits
from s2s.testing.directions import argument_names, argument_paths, random_tangent
from s2s.testing.numeric import Estimate, complex_step, numeric_jvp
from s2s_runtime import tree

SIZE = 5
STEP = 1e-30


@dataclass(frozen=True)
class Program:
    """A module of `tests/programs`, at one point."""

    module: ModuleType

    @property
    def loss(self) -> Callable[..., Any]:
        loss: Callable[..., Any] = self.module.loss
        return loss

    def mark(self, name: str) -> Any:
        """ANALYTIC, LINEAR or WRITES, None where the module does not say."""
        return getattr(self.module, name, None)

    def args(self, seed: int = 0) -> tuple[Any, ...]:
        """Fresh arguments, the same for the same seed."""
        args: tuple[Any, ...] = self.module.arguments(np.random.default_rng(seed), SIZE)
        return args

    def names(self) -> list[str]:
        return argument_names(self.loss, len(self.args()))

    def active(self) -> tuple[int, ...]:
        """The positions of the arguments that hold a floating-point number."""
        return tuple(k for k, arg in enumerate(self.args()) if any(map(tree.is_differentiable, tree.flatten(arg)[0])))

    def directions(self) -> Iterator[tuple[str, Any]]:
        """(`w['a']`, tangent) for each leaf with a derivative: random entries there, zeros in all other leaves."""
        args, rng = self.args(), np.random.default_rng(1)
        leaves, structure = tree.flatten(args)
        for position, path in enumerate(argument_paths(args, self.names())):
            if tree.is_differentiable(leaves[position]):
                parts = [random_tangent(leaf, rng) if k == position else zero(leaf) for k, leaf in enumerate(leaves)]
                yield path, tree.unflatten(structure, parts)


def zero(leaf: Any) -> Any:
    return tree.zeros_like(leaf) if tree.is_differentiable(leaf) else None


def modules() -> list[ModuleType]:
    names = sorted(info.name for info in pkgutil.iter_modules(programs.__path__))
    return [importlib.import_module(f"{programs.__name__}.{name}") for name in names]


def programs_with(mark: str | None = None, present: bool = True) -> Any:
    """Parametrises a test by the programs that have this mark (or, if not `present`, do not); by all without one."""
    params = [
        pytest.param(program, id=program.module.__name__.rpartition(".")[2])
        for program in map(Program, modules())
        if mark is None or bool(program.mark(mark)) == present
    ]
    return pytest.mark.parametrize("program", params)


def estimated(program: Program, tangents: Any) -> tuple[float, float]:
    """(the derivative along the tangents by central differences, how far it may be off)."""
    estimate: Estimate = numeric_jvp(program.loss, program.args(), tangents)
    return float(estimate.value), float(estimate.error)


def assert_same_bits(what: str, found: Any, expected: Any) -> None:
    wrong = [str(check) for check in compare_bits(what, what, found, expected) if not check.passed]
    assert not wrong, "\n".join(wrong)


# -------------------------------------------------------------------------------------------------- the programs alone
@programs_with()
def test_the_value_is_a_finite_number_and_always_the_same(program):
    value = program.loss(*program.args())
    assert isinstance(value, (float, np.floating))
    assert np.isfinite(value)
    assert_same_bits("value", program.loss(*program.args()), value)


@programs_with()
def test_every_input_matters(program):
    """And smoothly so: differences converge along a random direction of each input."""
    rows = [(path, *estimated(program, tangents)) for path, tangents in program.directions()]
    assert rows, "there is nothing to differentiate by"
    unclear = [f"{path}: {value} +- {error}" for path, value, error in rows if not error <= 1e-6 * abs(value)]
    assert not unclear, "\n".join(unclear)


@programs_with("WRITES")
def test_what_is_written_is_what_the_program_says(program):
    args, before = program.args(), program.args()
    program.loss(*args)
    pairs = zip(program.names(), args, before, strict=True)
    changed = {name for name, arg, was in pairs if not all(c.passed for c in compare_bits(name, name, arg, was))}
    assert changed == set(program.mark("WRITES"))


@programs_with("ANALYTIC")
@pytest.mark.filterwarnings("error::numpy.exceptions.ComplexWarning")
def test_the_complex_step_is_the_derivative(program):
    for path, tangents in program.directions():
        value, error = estimated(program, tangents)
        found = float(complex_step(program.loss, program.args(), tangents, STEP))
        assert abs(found - value) <= 1e-8 * abs(value) + 2 * error, path


@programs_with("LINEAR")
def test_the_plain_sum_is_linear(program):
    """The step from a point to another one is the same wherever it starts."""
    plain_sum, args = program.module.plain_sum, program.args()
    rng = np.random.default_rng(2)
    step, other = (random_tangent(args, rng) for _ in range(2))
    here = plain_sum(*moved(args, step)) - plain_sum(*program.args())
    there = plain_sum(*moved(moved(args, other), step)) - plain_sum(*moved(args, other))
    assert here == pytest.approx(there, rel=1e-11)


def moved(args: Any, tangents: Any) -> Any:
    return tree.tree_map(lambda leaf, part: tree.copy(leaf) if part is None else leaf + part, args, tangents)
