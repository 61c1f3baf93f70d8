"""Comparing two numbers entry by entry, and saying where they differ.

In: trees of derivatives from two sources.  Out: `Check`s, one per leaf, each for the entry that agrees least.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from s2s.testing.directions import entry
from s2s.testing.numeric import Estimate
from s2s_runtime import tree

RTOL = {2: 5e-2, 4: 1e-3, 8: 1e-6}
"""By the bytes of a real number; longer ones are held to what central differences in double precision can show."""

NOT_CONVERGED = "central differences do not converge here: a kink, a jump, or the edge of the domain"


@dataclass(frozen=True)
class Check:
    """One comparison: what was compared where, the two numbers, how far apart they may be, and whether they agree."""

    what: str
    where: str
    passed: bool
    got: Any = None
    expected: Any = None
    tolerance: float = 0.0
    note: str = ""

    def __str__(self) -> str:
        head = f"{self.what}, {self.where}: " if self.where else f"{self.what}: "
        if self.note:
            return head + self.note
        gap = abs(self.got - self.expected)
        numbers = f"got {self.got:.10g}, expected {self.expected:.10g}"
        return f"{head}{numbers} (apart by {gap:.2g}, allowed {self.tolerance:.2g})"


def rtol_of(*trees: Any) -> float:
    """The relative tolerance that the lowest precision among the leaves allows."""
    leaves = [np.asarray(leaf) for part in trees for leaf in tree.flatten(part)[0] if tree.is_differentiable(leaf)]
    sizes = [leaf.dtype.itemsize // (2 if leaf.dtype.kind == "c" else 1) for leaf in leaves]
    return max((RTOL.get(size, RTOL[8]) for size in sizes), default=RTOL[8])


def compare(what: str, where: str, got: Any, expected: Any, slack: Any, allowed: Any, rtol: float) -> Check:
    """Agreement within rtol * |expected| + slack, entry by entry; infinities and NaN agree with the same ones only.

    Where `slack` exceeds `allowed`, `expected` is too uncertain to compare with, and the check fails, saying so.
    """
    got, expected, slack, allowed = np.broadcast_arrays(got, expected, slack, allowed)
    with np.errstate(invalid="ignore"):
        gap = np.abs(got - expected)
        tolerance = rtol * np.abs(expected) + slack
        close = np.isfinite(gap) & (gap <= tolerance)
    agrees = close | (got == expected) | (np.isnan(got) & np.isnan(expected))
    certain = slack <= allowed
    wrong = ~(agrees & certain)
    index = _least_agreement(gap, tolerance, wrong)
    if index is None:
        return Check(what, where, True, note="no entries")
    note = "" if certain[index] else NOT_CONVERGED
    return Check(
        what, where + entry(index), not wrong.any(), got[index], expected[index], float(tolerance[index]), note
    )


def compare_estimate(what: str, where: str, got: Any, estimate: Estimate, rtol: float) -> list[Check]:
    """One check per leaf of the derivative along `where` against its numeric estimate."""
    parts = [tree.flatten(part)[0] for part in estimate]
    rows = [row for row in zip(tree.named_leaves(got, "result"), *parts, strict=True) if row[1] is not None]
    checks = []
    for (path, leaf), value, error, noise in rows:
        size = np.max(np.abs(value), initial=0.0, where=np.isfinite(value))
        slack, allowed = margins(float(np.finfo(np.asarray(leaf).dtype).eps), size, error, noise, rtol)
        checks.append(compare(what, f"{path} along {where}", leaf, value, slack, allowed, rtol))
    return checks


def margins(eps: float, size: Any, error: Any, noise: Any, rtol: float) -> tuple[Any, Any]:
    """(slack, allowed) for `compare`: the numeric error and what rounding by `eps` leaves where terms of `size` cancel.

    `noise` is the numeric derivative's rounding, in double precision.
    """
    rounding = np.where(np.isfinite(noise), noise, 0.0)
    own = 64 * eps * size + rounding * (eps / np.finfo(np.float64).eps)
    return error + own, np.sqrt(rtol) * size + 1e4 * rounding + 16 * own


def compare_bits(what: str, name: str, got: Any, expected: Any) -> list[Check]:
    """One check per leaf that differs in a bit, a dtype or the sign of a zero; one that has passed if there is none."""
    try:
        rows = [(path, a, b) for path, a, b in tree.pairs(expected, got, name) if not _same_bits(a, b)]
    except tree.TreeMismatch as error:
        return [Check(what, name, False, note=str(error))]
    differing = [Check(what, path, False, note=f"got {b!r}, expected {a!r}") for path, a, b in rows]
    return differing or [Check(what, name, True, note="bit for bit")]


def compare_memory(what: str, derivative: Any, owners: Any) -> list[Check]:
    """A check that no array of a derivative shares memory with an array of `owners`."""
    arrays = [leaf for leaf in tree.flatten(owners)[0] if isinstance(leaf, np.ndarray)]
    named = [(path, leaf) for path, leaf in tree.named_leaves(derivative, "derivative") if isinstance(leaf, np.ndarray)]
    shared = [path for path, leaf in named if any(np.may_share_memory(leaf, array) for array in arrays)]
    note = f"{', '.join(shared)} shares memory with an argument or seed" if shared else "no shared memory"
    return [Check(what, "", not shared, note=note)]


def _least_agreement(gap: NDArray[Any], tolerance: NDArray[Any], wrong: NDArray[Any]) -> tuple[int, ...] | None:
    if not gap.size:
        return None
    with np.errstate(all="ignore"):
        ratio = np.nan_to_num(gap / tolerance, nan=0.0, posinf=np.finfo(float).max)
    ratio = np.where(wrong, ratio + 1.0, 0.0) if wrong.any() else ratio
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(ratio)), gap.shape))


def _same_bits(a: Any, b: Any) -> bool:
    if not isinstance(a, (np.ndarray, np.generic, int, float, complex)):
        return a is b or bool(a == b)
    left, right = np.asarray(a), np.asarray(b)
    if left.dtype != right.dtype or left.shape != right.shape:
        return False
    if left.dtype.kind not in "fc":
        return bool(np.array_equal(left, right))
    return _same_floats(left.real, right.real) and _same_floats(left.imag, right.imag)


def _same_floats(left: NDArray[Any], right: NDArray[Any]) -> bool:
    number = ~np.isnan(left)
    same_signs = np.array_equal(np.signbit(left) & number, np.signbit(right) & number)
    return same_signs and np.array_equal(left, right, equal_nan=True)
