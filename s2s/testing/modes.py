"""One derivative at one point: forward and reverse mode, each against something that it does not share code with.

In: a `Problem`.  Out: `Check`s.  The transforms are asked for by their public names only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from s2s.testing.compare import Check, compare, compare_bits, compare_estimate, compare_memory, margins
from s2s.testing.directions import differentiable_size, inner, random_tangent, unit_tangents
from s2s.testing.numeric import Estimate, numeric_jvp
from s2s_runtime import tree

UNIT_LIMIT = 16
"""Up to this many entries, each is tested alone."""


class Direction(NamedTuple):
    """A tangent, what it is called, and the numeric derivative along it."""

    where: str
    tangents: Any
    estimate: Estimate


@dataclass(frozen=True)
class Problem:
    """A function at a point.

    `reference` is the same function for arguments in double precision, which is what central differences take; `order`
    says of which derivative this is about.
    """

    function: Callable[..., Any]
    reference: Callable[..., Any]
    args: tuple[Any, ...]
    names: list[str]
    modes: Sequence[str]
    rtol: float
    directions: int
    rng: np.random.Generator
    order: str = ""

    def given(self) -> tuple[Any, ...]:
        """Arguments to hand out: copies that lie in memory as the originals do, so that rounding is the same too."""
        copies: tuple[Any, ...] = tree.tree_map(_twin, self.args)
        return copies

    def what(self, mode: str) -> str:
        return f"{mode} of {self.order}" if self.order else mode


def checks_of(problem: Problem) -> Iterator[Check]:
    """Every check of the problem's modes."""
    directions = _directions(problem)
    pushed: list[Any] = []
    if "forward" in problem.modes:
        yield from _forward(problem, directions, pushed)
    if "reverse" in problem.modes:
        yield from _reverse(problem, directions, pushed)


def _directions(problem: Problem) -> list[Direction]:
    args = problem.args
    tangents = [(f"random direction {k}", random_tangent(args, problem.rng)) for k in range(problem.directions)]
    if differentiable_size(args) <= UNIT_LIMIT:
        tangents += unit_tangents(args, problem.names)
    return [Direction(where, tangent, numeric_jvp(problem.reference, args, tangent)) for where, tangent in tangents]


def _forward(problem: Problem, directions: list[Direction], pushed: list[Any]) -> Iterator[Check]:
    """Checks of jvp; its tangents are left in `pushed`, one per direction, as far as they fit the result."""
    from s2s import jvp

    what, plain = problem.what("forward"), problem.function(*problem.given())
    for direction in directions:
        given, tangents = problem.given(), tree.copy(direction.tangents)
        result, tangent = jvp(problem.function, given, tangents)
        if direction is directions[0]:
            yield from compare_bits(f"{what}, value", "result", result, plain)
            yield from compare_bits(f"{what}, arguments left alone", "args", given, problem.args)
            yield from compare_memory(f"{what}, ownership", tangent, (given, tangents))
        mismatch = tree.first_mismatch(plain, tangent, "result")
        if mismatch is not None:
            yield Check(what, direction.where, False, note=f"a tangent that does not fit: {mismatch.message}")
            return
        pushed.append(tangent)
        yield from compare_estimate(what, direction.where, tangent, direction.estimate, problem.rtol)


def _reverse(problem: Problem, directions: list[Direction], pushed: list[Any]) -> Iterator[Check]:
    """Checks of vjp, with several seeds for one pullback."""
    from s2s import vjp

    what, plain, given = problem.what("reverse"), problem.function(*problem.given()), problem.given()
    result, pullback = vjp(problem.function, *given)
    yield from compare_bits(f"{what}, value", "result", result, plain)
    yield from compare_bits(f"{what}, arguments left alone", "args", given, problem.args)
    seeds = [random_tangent(plain, problem.rng) for _ in range(problem.directions)]
    answers = []
    for number, seed in enumerate(seeds):
        handed = tree.copy(seed)
        cotangents = pullback(handed)
        answers.append(tree.copy(cotangents))
        yield from compare_bits(f"{what}, seed left alone", "seed", handed, seed)
        yield from compare_memory(f"{what}, ownership", cotangents, (given, handed))
        misfits = [Check(what, f"seed {number}", False, note=note) for note in _misfits(problem, cotangents)]
        if misfits:
            yield from misfits
            return
        for k, direction in enumerate(directions):
            yield _against_differences(problem, direction, seed, cotangents)
            if k < len(pushed):
                yield _against_forward(problem, direction, seed, cotangents, pushed[k])
    yield from compare_bits(f"{what}, pullback called again", "cotangents", pullback(tree.copy(seeds[0])), answers[0])
    yield from compare_bits(f"{what}, arguments left alone", "args", given, problem.args)


def _misfits(problem: Problem, cotangents: Any) -> Iterator[str]:
    if not isinstance(cotangents, tuple) or len(cotangents) != len(problem.args):
        yield f"expected a tuple of {len(problem.args)} cotangents, got {tree.describe(cotangents)}"
        return
    for name, arg, cotangent in zip(problem.names, problem.args, cotangents, strict=True):
        mismatch = tree.first_mismatch(arg, cotangent, name)
        if mismatch is not None:
            yield f"a cotangent that does not fit: {mismatch.message}"


def _against_differences(problem: Problem, direction: Direction, seed: Any, cotangents: Any) -> Check:
    """<x_bar, v> is <y_bar, J v>, with J v from central differences."""
    what, where, rtol = problem.what("reverse"), direction.where, problem.rtol
    got, _ = inner(cotangents, direction.tangents)
    expected, size = inner(seed, direction.estimate.value)
    if np.isnan(expected) and where.startswith("random"):
        return Check(what, where, False, got, expected, note="one NaN in the result hides all other entries here")
    error, noise = (inner(_moduli(seed), part)[0] for part in direction.estimate[1:])
    slack, allowed = margins(_eps(seed, cotangents), size, error, noise, rtol)
    return compare(what, where, got, expected, slack, allowed, rtol)


def _against_forward(problem: Problem, direction: Direction, seed: Any, cotangents: Any, tangent: Any) -> Check:
    """<x_bar, v> is <y_bar, J v>, with J v from jvp: no differences, so to nearly full precision."""
    got, _ = inner(cotangents, direction.tangents)
    expected, size = inner(seed, tangent)
    eps = _eps(seed, cotangents)
    slack = max(1e-3 * problem.rtol, 1e3 * eps) * size + _cancelled(seed, direction) * (eps / np.finfo(np.float64).eps)
    return compare(problem.what("identity"), direction.where, got, expected, slack, np.inf, 0.0)


def _cancelled(seed: Any, direction: Direction) -> float:
    """What rounding leaves of terms as large as the function's values, in double precision, where they cancel."""
    noise, _ = inner(_moduli(seed), direction.estimate.noise)
    return noise if np.isfinite(noise) else 0.0


def _moduli(seed: Any) -> Any:
    return tree.tree_map(lambda leaf: None if leaf is None else np.abs(leaf), seed)


def _eps(*trees: Any) -> float:
    leaves = [np.asarray(leaf) for part in trees for leaf in tree.flatten(part)[0] if leaf is not None]
    return max((float(np.finfo(leaf.dtype).eps) for leaf in leaves), default=0.0)


def _twin(leaf: Any) -> Any:
    """A copy of an array with the same strides, in memory of its own; other leaves as they are."""
    if not isinstance(leaf, np.ndarray) or leaf.dtype.hasobject or not leaf.size:
        return tree.copy(leaf)
    low, high = np.lib.array_utils.byte_bounds(leaf)
    memory = np.zeros(high - low, np.uint8)
    twin: NDArray[Any] = np.ndarray(leaf.shape, leaf.dtype, memory, leaf.ctypes.data - low, leaf.strides)
    twin[...] = leaf
    twin.flags.writeable = leaf.flags.writeable
    return twin
