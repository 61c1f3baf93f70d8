"""This project, compiled."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import peers
from s2s import tiers, value_and_grad

tiers.scale = 0.0  # compiled in the first call


def prepare(program: ModuleType, args: tuple[Any, ...]) -> peers.Call:
    gradient = value_and_grad(program.loss, peers.by(program, args), jit="auto")
    return lambda: gradient(*args)
