"""Training with s2s's own derivatives: `fit` and `Stepper` of `s2s_runtime.train`, given `s2s.value_and_grad`.

fitted = fit(loss, params, loader, optim.adam(1e-3), epochs=10, jit=True)
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

from s2s.api import value_and_grad
from s2s_runtime import train
from s2s_runtime.train import (
    Callbacks,
    Fitted,
    History,
    Moment,
    const,
    early_stop,
    evaluate,
    load,
    log_every,
    mean_loss,
    param,
    plain,
    save,
)

__all__ = [
    "Callbacks", "Fitted", "History", "Moment", "const", "early_stop", "evaluate", "fit", "load", "log_every", "mean_loss", "param",
    "plain", "save", "stepper",
]  # fmt: skip


def fit(
    loss: Callable[..., Any], params: Any, loader: Iterable[Any], optimizer: Any, *, jit: Any = "auto", **options: Any
) -> Fitted:
    """`s2s_runtime.train.fit` with the derivatives of this package; `jit` is that of `differentiable`.

    Another `value_and_grad` may be given, `s2s.eager.value_and_grad` for what has no source.
    """
    options.setdefault("value_and_grad", functools.partial(value_and_grad, jit=jit, reuse_memory=True))
    return train.fit(loss, params, loader, optimizer, **options)


def stepper(
    loss: Callable[..., Any], params: Any, optimizer: Any, *, jit: Any = "auto", **options: Any
) -> train.Stepper:
    """`s2s_runtime.train.Stepper` with the derivatives of this package: value, gradient and update, step by step."""
    options.setdefault("value_and_grad", functools.partial(value_and_grad, jit=jit, reuse_memory=True))
    return train.Stepper(loss, params, optimizer, **options)
