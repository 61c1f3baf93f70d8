"""One step: value, gradient, update, in arrays that are made once.

In: a loss, parameters, an optimizer, and the transform that gives value and gradient.  Out: at each step the loss before its update.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s_runtime import tree
from s2s_runtime.optim import Optimizer, plain
from s2s_runtime.optim.optimizer import like
from s2s_runtime.train.evaluating import arguments


class Stepper:
    """Parameters, buffers and optimizer state, and `step(batch)`, which moves them.

    loss: `loss(params, *batch)`, a mean over the batch, so that the gradient is that of the minibatch's mean.  With `buffers` (running
    means, say) it is `loss(params, buffers, *batch)` and returns (value, buffers), which are taken over after every step, whatever the
    optimizer.  With `seed`, a `numpy.random.Generator` is the last argument, made anew of (seed, step): what is drawn depends on
    nothing else. clip: from gradient to gradient. value_and_grad: what it gives need not last longer than until its next call.
    """

    def __init__(
        self, loss: Callable[..., Any], params: Any, optimizer: Optimizer, *, value_and_grad: Callable[..., Any],
        buffers: Any = None, seed: int | None = None, clip: Callable[[Any], Any] | None = None,
    ) -> None:  # fmt: skip
        self.given = plain(params)
        self.held = tree.tree_map(lambda leaf: np.array(leaf) if tree.is_differentiable(leaf) else leaf, self.given)
        self.numbers = any(
            tree.is_differentiable(leaf) and not isinstance(leaf, np.ndarray) for leaf in tree.flatten(self.given)[0]
        )
        self.optimizer, self.state = optimizer, optimizer.init(params)
        self.buffers, self.seed, self.clip = tree.copy(buffers), seed, clip
        self.derivative = value_and_grad(loss, has_aux=True) if buffers is not None else value_and_grad(loss)

    @property
    def params(self) -> Any:
        """The parameters as the loss sees them: the arrays that steps are made in, and a number where one was given."""
        return tree.tree_map(like, self.given, self.held) if self.numbers else self.held

    def step(self, batch: Any) -> float:
        """One update; the loss before it."""
        extra = () if self.seed is None else (np.random.default_rng((self.seed, self.state.step)),)
        if self.buffers is None:
            value, gradient = self.derivative(self.params, *arguments(batch), *extra)
        else:
            (value, buffers), gradient = self.derivative(self.params, self.buffers, *arguments(batch), *extra)
            self.buffers = tree.copy(buffers)  # the next call may compute in the memory of what this one gave
        if self.clip is not None:
            gradient = self.clip(gradient)
        self.optimizer.update(self.held, gradient, self.state)
        return float(value)

    def result(self) -> Any:
        """A copy of the parameters."""
        return tree.copy(self.params)

    def state_dict(self) -> dict[str, Any]:
        """Parameters, buffers and the optimizer's state: what `load_state_dict` goes on from."""
        return {"params": self.held, "buffers": self.buffers, "optimizer": self.optimizer.state_dict(self.state)}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from there."""
        self.held, self.buffers = tree.copy(saved["params"]), tree.copy(saved["buffers"])
        self.optimizer.load_state_dict(self.state, saved["optimizer"])
