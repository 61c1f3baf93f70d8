"""Containers that the tests of the interface share."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np


class Layer(NamedTuple):
    w: Any
    b: Any


@dataclasses.dataclass
class Model:
    layers: Any
    scale: Any
    name: str = "model"


@dataclasses.dataclass(frozen=True)
class Width:
    """Its gradient may be negative: a check of the value must not see it."""

    value: float

    def __post_init__(self) -> None:
        if not self.value > 0:
            raise ValueError("a width is positive")


def params() -> dict[str, Any]:
    """A nest of every kind of container, with leaves that carry no derivative."""
    return {
        "layers": [Layer(np.array([[0.4, -0.2], [0.9, 0.3]]), np.array([0.1, -0.5])), Layer(np.array([0.7, 1.3]), 0.2)],
        "scale": (1.5, np.float32(0.5)),
        "steps": 2,
        "name": "net",
        "mask": np.array([1, 0]),
        "nothing": None,
        "activation": np.tanh,
        "flag": True,
    }


def forward(p: Any, x: Any) -> Any:
    """A model that reads all of `params`."""
    for _ in range(p["steps"]):
        x = p["activation"](p["layers"][0].w @ x + p["layers"][0].b)
    if p["flag"]:
        x = x * p["mask"]
    out = p["layers"][1].w @ x + p["layers"][1].b
    return out * p["scale"][0] * p["scale"][1]
