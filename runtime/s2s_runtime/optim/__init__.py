"""Optimizers over trees of arrays, learning rates over steps, clipping of gradients.

    optimizer = adam(lr=schedules.cosine(1e-3, steps=1000))
    state = optimizer.init(params)
    params, state = optimizer.step(params, grads, state)        # new trees
    optimizer.update(params, grads, state)                      # or in place

In: a tree of parameters (dicts, lists, tuples, dataclasses of arrays), a gradient with the same containers.  Out: the same, one step on.
The numbers are PyTorch's, step by step; where a name or a default differs, its docstring says so.
"""

from s2s_runtime.optim import schedules
from s2s_runtime.optim.clipping import (
    clip_by_global_norm,
    clip_by_norm,
    clip_by_percentile,
    clip_by_value,
    global_norm,
)
from s2s_runtime.optim.marking import Leaf, const, frozen_paths, param, plain
from s2s_runtime.optim.methods import adadelta, adagrad, adam, adamw, galore, momentum_sgd, muon, rmsprop, sgd
from s2s_runtime.optim.optimizer import Optimizer, State

__all__ = [
    "Leaf", "Optimizer", "State", "adadelta", "adagrad", "adam", "adamw", "clip_by_global_norm",
    "clip_by_norm", "clip_by_percentile", "clip_by_value", "const", "frozen_paths", "galore", "global_norm",
    "momentum_sgd", "muon", "param", "plain", "rmsprop", "schedules", "sgd",
]  # fmt: skip
