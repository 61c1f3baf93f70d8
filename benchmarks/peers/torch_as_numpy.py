"""PyTorch: the program as it stands, with PyTorch's own form of NumPy's functions in the place of NumPy."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import torch
import torch._numpy as torch_numpy

import peers
from peers.limited import limited
from peers.substituted import leaves, loaded


def prepare(program: ModuleType, args: tuple[Any, ...]) -> peers.Call:
    """A call that gives (value, gradients); one that takes too long is a failure."""
    loss, held = loaded(program, "torch._numpy", "scipy").loss, leaves(args, peers.by(program, args))
    tensors = [torch.tensor(leaf) for leaf in held.chosen()]
    held = held._replace(all=[given(leaf) for leaf in held.all])

    def call() -> Any:
        inputs = [tensor.detach().requires_grad_() for tensor in tensors]
        # a copy may be stored into, which what is differentiated by may not
        value = loss(*held.arguments([torch_numpy.ndarray(one.clone()) for one in inputs]))
        value = value.tensor if isinstance(value, torch_numpy.ndarray) else value
        return value.detach(), held.gradients(torch.autograd.grad(value, inputs))

    return limited(call)


def given(leaf: Any) -> Any:
    return torch_numpy.ndarray(torch.tensor(leaf)) if isinstance(leaf, np.ndarray) else leaf
