"""The dot-product test: <y_bar, J v> is <J' y_bar, v>, up to what rounding explains.

In: a pushforward and a pullback at one point, a tangent and a seed.  Out: a `Dot`: both numbers, and how far apart they may be.

How far is measured, and no constant.  A derivative is linear, so J(c v)/c is J v, with all of its roundings made anew: what it
differs by is what rounding does on the way, also where large terms cancel in the middle of it.  Both share the function's own values;
where these are ill-conditioned (a solve), it is seen at arguments that are off by a rounding.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np

from s2s.testing.directions import inner, like
from s2s_runtime import tree

SCALES = (1 / 3, 5 / 7, 11 / 13)
"""No powers of two: those would round as before."""

Linear = Callable[[Any], Any]
"""A pushforward or a pullback, as a function of one tree."""

Around = Callable[[], Iterable[tuple[Linear, Linear]]]


class Dot(NamedTuple):
    """<y_bar, J v> by the pushforward, <J' y_bar, v> by the pullback, and what may lie between them."""

    forward: float
    reverse: float
    allowed: float

    @property
    def is_finite(self) -> bool:
        return math.isfinite(self.forward) and math.isfinite(self.reverse)

    @property
    def agrees(self) -> bool:
        """Whether they are equal up to rounding; of numbers that are not finite nothing can be said."""
        return not self.is_finite or abs(self.forward - self.reverse) <= self.allowed

    def __str__(self) -> str:
        gap = abs(self.forward - self.reverse)
        numbers = f"<y_bar, J v> = {self.forward:.10g} by the tangent, {self.reverse:.10g} by the adjoint"
        return f"{numbers} (apart by {gap:.2g}, rounding explains {self.allowed:.2g})"


def dot(
    push: Linear, pull: Linear, tangents: Any, seed: Any, around: Around = tuple, moved: Any = None, pulled: Any = None
) -> Dot:
    """The test along one tangent and for one seed; `moved` and `pulled` are J v and J' y_bar, where they are known already.

    `around` gives pushforwards and pullbacks at points that are off by a rounding.  A first look takes rounding for what it is where
    nothing cancels; only if that does not do, it is measured.
    """
    moved = push(tangents) if moved is None else moved
    pulled = pull(seed) if pulled is None else pulled
    forward, size = inner(seed, moved)
    reverse, other = inner(pulled, tangents)
    least = 16 * precision(seed, moved, pulled, tangents) * (size + other)
    found = Dot(forward, reverse, least)
    if found.agrees:
        return found
    noise = max(*_changes(push, tangents, seed, forward), *_changes(pull, seed, tangents, reverse))
    found = found._replace(allowed=least + 32 * noise)
    for other_push, other_pull in () if found.agrees else around():
        changes = inner(seed, other_push(tangents))[0] - forward, inner(other_pull(seed), tangents)[0] - reverse
        noise = max([noise, *(abs(change) for change in changes if math.isfinite(change))])
    return found._replace(allowed=least + 32 * noise)


def _changes(run: Linear, given: Any, other: Any, value: float) -> Iterator[float]:
    """How much a product changes by rounding everything anew."""
    for scale in SCALES:
        again = inner(run(scaled(given, scale)), other)[0] / scale
        yield abs(again - value) if math.isfinite(again) else 0.0


def scaled(values: Any, scale: float) -> Any:
    """A tree with every leaf times a number, in its own dtype."""
    return tree.tree_map(lambda leaf: None if leaf is None else like(leaf, np.asarray(leaf) * scale), values)


def precision(*trees: Any) -> float:
    """The largest spacing of numbers near 1 among the dtypes of the leaves."""
    leaves = [np.asarray(leaf) for part in trees for leaf in tree.flatten(part)[0] if tree.is_differentiable(leaf)]
    return max((float(np.finfo(leaf.dtype).eps) for leaf in leaves), default=0.0)


def perturbed(values: Any, rng: np.random.Generator) -> Any:
    """A tree with every number changed by up to one rounding of its own dtype."""

    def change(leaf: Any) -> Any:
        if not tree.is_differentiable(leaf):
            return tree.copy(leaf)
        factors = 1.0 + precision(leaf) * rng.integers(-1, 2, np.shape(leaf))
        return like(leaf, np.asarray(leaf) * factors)

    return tree.tree_map(change, values)
