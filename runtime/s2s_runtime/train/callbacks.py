"""What is called while training goes on.  A callback that returns True ends it."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

from s2s_runtime.train.history import History


class Moment(NamedTuple):
    """Where training stands: the epoch (from 0), the steps made, the last loss (before its update), parameters, buffers, history.

    The arrays are those that training goes on with: copy what is to be kept, and change nothing.
    """

    epoch: int
    step: int
    loss: float
    params: Any
    buffers: Any
    history: History


Callback = Callable[[Moment], Any]


@dataclasses.dataclass(frozen=True)
class Callbacks:
    """Functions of a `Moment`, each called after what its name says; a plain function in `callbacks=` is an `on_step`."""

    on_train_start: Callback | None = None
    on_step: Callback | None = None
    on_epoch_end: Callback | None = None
    on_train_end: Callback | None = None


def told(callbacks: Iterable[Any], what: str, moment: Moment) -> bool:
    """Call what is interested, in order; whether one of them wants to end."""
    ends = False
    for callback in callbacks:
        function = (
            getattr(callback, what) if isinstance(callback, Callbacks) else callback if what == "on_step" else None
        )
        if function is not None:
            ends = function(moment) is True or ends
    return ends


def early_stop(
    name: str = "loss", patience: int = 3, least: float = 0.0, better: Literal["lower", "higher"] = "lower"
) -> Callbacks:
    """Ends training when a number of the epochs has not become better by `least` for `patience` epochs.

    It reads the history and keeps nothing, so that training that was resumed ends where it would have.
    """
    sign = 1.0 if better == "lower" else -1.0

    def ends(moment: Moment) -> bool:
        best, since = float("inf"), 0
        for value in moment.history.of(name):
            best, since = (sign * value, 0) if sign * value < best - least else (best, since + 1)
        return since >= patience

    return Callbacks(on_epoch_end=ends)


def log_every(steps: int = 1, logger: logging.Logger | None = None) -> Callbacks:
    """Writes `step 20: loss=0.125` after each so many steps, and the numbers of each epoch, to a logger of the standard library."""
    out = logger or logging.getLogger("s2s.train")

    def step(moment: Moment) -> None:
        if moment.step % steps == 0:
            out.info("step %d: loss=%.6g", moment.step, moment.loss)

    def epoch(moment: Moment) -> None:
        numbers = ", ".join(f"{name}={value:.6g}" for name, value in moment.history.epochs[-1].items())
        out.info("epoch %d: %s", moment.epoch, numbers)

    return Callbacks(on_step=step, on_epoch_end=epoch)
