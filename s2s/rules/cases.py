"""Test inputs as data: which shapes, domains and layouts exercise a rule.

In: a seed.  Out: concrete arguments.  The same specification draws floats for the numeric tests and, later, symbols for
the proof; so it says shapes and domains, never values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

INTERVALS = {
    "real": (-2.0, 2.0),
    "positive": (0.3, 2.5),
    "sum of squares": (0.3, 2.5),
    "unit": (-0.9, 0.9),
    "above one": (1.2, 3.0),
    "nonzero": (0.4, 2.0),
    "half turn": (-1.2, 1.2),
    "probability": (0.1, 0.9),
    "from 0 to 2": (0.2, 1.8),
    "quantile": (0.6, 0.9),
    "small": (-0.2, 0.05),
    "below minus one": (-3.0, -1.2),
    "far": (30.0, 90.0),
}
LARGE = {"large at first": 0.0, "large in the middle": 0.5, "large at last": 1.0}
"""Domains of matrices by their diagonals: small entries, but in the row that is the main diagonal; where among the rows it is."""


@dataclass(frozen=True)
class A:
    """An array to be drawn: its shape, and the domain of its entries.

    'spd' makes symmetric positive definite matrices, 'boolean' flags, 'complex' complex numbers away from 0, 'shares' rows that add
    up to 1; the others are intervals.
    """

    shape: tuple[int, ...]
    domain: str = "real"

    def __init__(self, *shape: int, domain: str = "real") -> None:
        object.__setattr__(self, "shape", shape)
        object.__setattr__(self, "domain", domain)

    def draw(self, rng: np.random.Generator, dtype: Any = np.float64) -> Any:
        """An array of `shape` and `dtype` with distinct entries in the domain."""
        if self.domain == "boolean":
            return np.asarray(rng.uniform(size=self.shape) < 0.5)
        if self.domain == "complex":
            turned = rng.uniform(0.4, 1.5, self.shape) * np.exp(1j * rng.uniform(-2.0, 2.0, self.shape))
            return np.asarray(turned, np.result_type(dtype, np.complex64))
        if self.domain == "spd":
            factor = rng.uniform(-1.0, 1.0, self.shape)
            eye = np.eye(self.shape[-1])
            return (factor @ np.swapaxes(factor, -1, -2) + self.shape[-1] * eye).astype(dtype)
        if self.domain == "shares":
            parts = rng.uniform(0.3, 2.5, self.shape)
            return np.asarray(parts / np.sum(parts, axis=-1, keepdims=True), dtype)
        if self.domain in LARGE:
            values = rng.uniform(-0.3, 0.3, self.shape)
            values[round(LARGE[self.domain] * (self.shape[0] - 1))] += 2.0
            return values.astype(dtype)
        low, high = INTERVALS[self.domain]
        values = rng.uniform(low, high, self.shape)
        if self.domain == "nonzero":
            values = values * rng.choice([-1.0, 1.0], self.shape)
        return np.asarray(values, dtype)


@dataclass(frozen=True)
class Case:
    """One call of the primal: arguments (with `A` where an array is drawn) and keywords."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)

    def draw(self, seed: int = 0, dtype: Any = np.float64) -> tuple[list[Any], dict[str, Any]]:
        """Concrete arguments; sequences of `A` are drawn entry by entry."""
        rng = np.random.default_rng(seed)
        return [_draw(arg, rng, dtype) for arg in self.args], {k: _draw(v, rng, dtype) for k, v in self.kwargs.items()}


def _draw(spec: Any, rng: np.random.Generator, dtype: Any) -> Any:
    if isinstance(spec, A):
        return spec.draw(rng, dtype)
    if isinstance(spec, (list, tuple)):
        return type(spec)(_draw(item, rng, dtype) for item in spec)
    return spec


def case(*args: Any, **kwargs: Any) -> Case:
    """`case(A(2, 3), axis=0)`: the call `f(x, axis=0)` with x of shape (2, 3)."""
    return Case(args, kwargs)
