"""Autograd: `value_and_grad` of the program as it stands, with `autograd.numpy` in the place of NumPy."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import autograd

import peers
from peers.limited import limited
from peers.substituted import leaves, loaded


def prepare(program: ModuleType, args: tuple[Any, ...]) -> peers.Call:
    """A call that gives (value, gradients); one that takes too long is a failure."""
    loss, held = loaded(program, "autograd.numpy", "autograd.scipy").loss, leaves(args, peers.by(program, args))
    chosen = held.chosen()
    gradient = autograd.value_and_grad(lambda *leaves: loss(*held.arguments(leaves)), tuple(range(len(chosen))))

    def call() -> Any:
        value, parts = gradient(*chosen)
        return value, held.gradients(parts)

    return limited(call)
