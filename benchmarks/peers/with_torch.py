"""PyTorch, eager: the forms in `torch_forms`, and what has none there as a program of PyTorch's own NumPy functions.

Tensors are float64 and stand ready; a number by which is differentiated is a tensor without an axis.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch

import peers
from peers import torch_as_numpy
from peers.limited import limited
from peers.substituted import leaves
from peers.torch_forms import ONE_BY_ONE

FORMS = Path(__file__).parent / "torch_forms"
torch.set_default_dtype(torch.float64)


def prepare(program: ModuleType, args: tuple[Any, ...]) -> peers.Call:
    """A call that gives (value, gradients); one that takes too long is a failure."""
    name = program.__name__.removeprefix("corpus_")
    if name in ONE_BY_ONE:
        raise peers.Cannot(f"loops over single numbers: {ONE_BY_ONE[name]}")
    if not (FORMS / f"{name}.py").is_file():
        return torch_as_numpy.prepare(program, args)
    loss = importlib.import_module(f"peers.torch_forms.{name}").loss
    held = leaves(args, peers.by(program, args))
    held = held._replace(all=[tensor_of(leaf, k in held.positions) for k, leaf in enumerate(held.all)])
    inputs, given = held.chosen(), held.arguments(held.chosen())

    def call() -> Any:
        value = loss(*given)
        return value.detach(), held.gradients(torch.autograd.grad(value, inputs, materialize_grads=True))

    return limited(call)


def tensor_of(leaf: Any, differentiated: bool) -> Any:
    if differentiated or isinstance(leaf, np.ndarray):
        return torch.tensor(leaf, requires_grad=differentiated)
    return leaf
