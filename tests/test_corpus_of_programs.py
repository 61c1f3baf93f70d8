"""Programs that fill arrays in place, as working scientists write them: every module of `tests/programs`.

A module there has

    loss            the function that is differentiated: a real number from all that the program computes
    arguments       arguments(rng, n) gives a tuple of arguments of `loss` for a size n, at a point where it is smooth

and, where it applies,

    ANALYTIC        True: `loss` runs with complex arguments as it stands, so the complex step gives its derivative
    LINEAR          True: `plain_sum`, with the parameters of `loss`, is linear in all floating-point arguments together
    WRITES          the names of the parameters whose arrays the program changes
    REFUSED         a pattern of the reason why its derivative is refused

First the programs alone: that they compute something which depends on every input, and that the marks above are true.
Then their derivatives.  A truth here is central differences or the complex step, never a derivative by s2s.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import programs
from s2s import grad, jvp, value_and_grad
from s2s.errors import Refused
from s2s.testing import check_grads
from s2s.testing.compare import compare_bits
from s2s.testing.directions import argument_names, argument_paths, inner, random_tangent, unit_tangents
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
    names = sorted(info.name for info in pkgutil.iter_modules(programs.__path__) if not info.ispkg)
    return [importlib.import_module(f"{programs.__name__}.{name}") for name in names]


def programs_with(mark: str | None = None, present: bool = True, refused: bool | None = None) -> Any:
    """Parametrises a test by the programs that have this mark (or, if not `present`, do not); by all without one.

    `refused`: by those only whose derivative is refused, or is not.
    """
    params = [
        pytest.param(program, id=program.module.__name__.rpartition(".")[2])
        for program in map(Program, modules())
        if (mark is None or bool(program.mark(mark)) == present)
        and (refused is None or bool(program.mark("REFUSED")) == refused)
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


# --------------------------------------------------------------------------------------------------- their derivatives
@functools.cache
def gradient_of(function: Callable[..., Any], argnums: tuple[int, ...]) -> Callable[..., Any]:
    """One derivative for all tests of a program."""
    derivative: Callable[..., Any] = value_and_grad(function, argnums=argnums)
    return derivative


def value_and_gradient(program: Program, *args: Any) -> tuple[Any, tuple[Any, ...]]:
    """(the value, one tree per argument: None for an argument without a floating-point number)."""
    value, parts = gradient_of(program.loss, program.active())(*args)
    found = dict(zip(program.active(), parts, strict=True))
    return value, tuple(found.get(k) for k in range(len(args)))


@pytest.mark.core
@programs_with(refused=False)
def test_the_value_beside_the_gradient_is_the_value(program):
    value, _ = value_and_gradient(program, *program.args())
    assert_same_bits("value", value, program.loss(*program.args()))


@pytest.mark.core
@programs_with(refused=False)
def test_both_modes_against_differences_and_each_other(program):
    check_grads(program.loss, program.args(), order=1)


@pytest.mark.core
@programs_with(refused=False)
def test_the_gradient_by_each_input(program):
    """Along a direction of one input alone, so that a small one does not hide behind a large one; in both modes."""
    _, gradient = value_and_gradient(program, *program.args())
    for path, tangents in program.directions():
        expected, error = estimated(program, tangents)
        along, size = inner(gradient, tangents)
        assert abs(along - expected) <= 1e-6 * abs(expected) + error, f"{path}: got {along}, expected {expected}"
        _, pushed = jvp(program.loss, program.args(), tangents)
        assert abs(along - pushed) <= 1e-10 * size, f"{path}: {along} in reverse, {pushed} in forward mode"


@pytest.mark.core
@programs_with("ANALYTIC", refused=False)
def test_each_entry_of_the_gradient_against_the_complex_step(program):
    _, gradient = value_and_gradient(program, *program.args())
    rows = []
    for path, tangents in unit_tangents(program.args(), program.names()):
        expected = float(complex_step(program.loss, program.args(), tangents, STEP))
        rows.append((path, inner(gradient, tangents)[0], expected))
    largest = max(abs(expected) for _, _, expected in rows)
    wrong = [row for row in rows if not abs(row[1] - row[2]) <= 1e-10 * abs(row[2]) + 1e-12 * largest]
    assert not wrong, "\n".join(f"{path}: got {got}, expected {expected}" for path, got, expected in wrong)


@pytest.mark.core
@programs_with("ANALYTIC", present=False, refused=False)
def test_each_entry_of_the_gradient_against_differences(program):
    _, gradient = value_and_gradient(program, *program.args())
    wrong = []
    for path, tangents in unit_tangents(program.args(), program.names()):
        expected, error = estimated(program, tangents)
        got = inner(gradient, tangents)[0]
        if not abs(got - expected) <= 1e-6 * abs(expected) + min(error, 1e-6):
            wrong.append(f"{path}: got {got}, expected {expected} +- {error}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.core
@programs_with(refused=False)
def test_the_callers_arrays_are_left_as_they_were(program):
    args = program.args()
    _, gradient = value_and_gradient(program, *args)
    assert_same_bits("arguments", args, program.args())
    given = [leaf for leaf in tree.flatten(args)[0] if isinstance(leaf, np.ndarray)]
    found = [leaf for leaf in tree.flatten(gradient)[0] if isinstance(leaf, np.ndarray)]
    assert not any(np.shares_memory(one, other) for one in found for other in given)
    assert not any(np.shares_memory(one, other) for one, other in itertools.combinations(found, 2))


@pytest.mark.core
@programs_with(refused=False)
def test_two_calls_give_the_same_bits(program):
    """The result of the first call is changed in between, as its owner may."""
    args = program.args()
    first = value_and_gradient(program, *args)
    kept = tree.copy(first)
    for leaf in tree.flatten(first)[0]:
        if isinstance(leaf, np.ndarray):
            leaf.fill(np.nan)
    assert_same_bits("gradient", value_and_gradient(program, *args), kept)


@pytest.mark.core
@programs_with("LINEAR", refused=False)
def test_the_gradient_of_a_linear_program_is_the_same_everywhere(program):
    gradient = grad(program.module.plain_sum, argnums=program.active())
    assert_same_bits("gradient", gradient(*program.args(seed=1)), gradient(*program.args(seed=0)))


@pytest.mark.core
@programs_with(refused=True)
def test_what_is_refused_is_refused_at_its_place(program):
    with pytest.raises(Refused, match=program.mark("REFUSED")) as caught:
        grad(program.loss, argnums=program.active())(*program.args())
    assert caught.value.file == program.module.__file__
    assert caught.value.line
    assert caught.value.hint
