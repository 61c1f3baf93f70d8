"""Every case of every rule on complex numbers, as a program for the whole transformer.

In: the catalogue.  Out: programs with complex arguments: all of them, or the first or the last one only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rules.applying import Call
from rules.through_transformer import Writer, active_calls


def complex_values(values: tuple[Any, ...], chosen: range, rng: np.random.Generator) -> tuple[Any, ...]:
    """The values with an imaginary part for those that are chosen."""
    return tuple(with_imaginary_part(value, rng) if k in chosen else value for k, value in enumerate(values))


def with_imaginary_part(value: Any, rng: np.random.Generator) -> Any:
    """Smaller than the real part, so that a domain is not left; a symmetric matrix becomes a Hermitian one."""
    part = rng.uniform(0.1, 0.4, np.shape(value)) * rng.choice([-1.0, 1.0], np.shape(value))
    if not isinstance(value, np.ndarray):
        return complex(value, float(part))
    if value.ndim >= 2 and value.size and value.shape[-1] == value.shape[-2]:
        turned = np.swapaxes(value, -1, -2)
        if np.array_equal(value, turned) and value.shape[-1] > 1:
            part = 0.5 * (part - np.swapaxes(part, -1, -2))
    return value + 1j * part


def choices(count: int) -> list[range]:
    """Which arguments are complex."""
    return [range(count)] if count == 1 else [range(count), range(1), range(count - 1, count)]


def programs() -> tuple[Writer, Iterator[tuple[str, Call, tuple[Any, ...]]]]:
    """(name, call, arguments); all are functions of one module, which the writer's text is."""
    writer = Writer()
    found = [(f"f{k}", call, writer.function(f"f{k}", call)) for k, call in enumerate(active_calls())]
    return writer, iter(found)
