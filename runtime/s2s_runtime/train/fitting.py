"""`fit`: steps over the batches of a loader, until there were enough.

There is one way for all optimizers and all loaders: each batch is one update.  What is resumed goes on bit for bit, since all that a
step depends on is in a checkpoint: parameters, buffers, optimizer, the loader's place, and the number of steps.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from s2s_runtime.optim import Optimizer, State
from s2s_runtime.train.callbacks import Moment, told
from s2s_runtime.train.checkpoints import load, save
from s2s_runtime.train.evaluating import batch_size, weighted
from s2s_runtime.train.history import History
from s2s_runtime.train.progress import bar
from s2s_runtime.train.stepping import Stepper


@dataclasses.dataclass(frozen=True)
class Fitted:
    """What training gave.  `stopped`: whether a callback ended it."""

    params: Any
    buffers: Any
    state: State
    history: History
    stopped: bool


def fit(
    loss: Callable[..., Any], params: Any, loader: Iterable[Any], optimizer: Optimizer, *, value_and_grad: Callable[..., Any],
    epochs: int | None = None, steps: int | None = None, buffers: Any = None, seed: int | None = None,
    clip: Callable[[Any], Any] | None = None, validate: Callable[..., dict[str, float]] | None = None, callbacks: Iterable[Any] = (),
    progress: bool | None = None, checkpoint: str | Path | None = None, every: int | None = None, resume: bool = False,
) -> Fitted:  # fmt: skip
    """Train parameters: one update per batch of the loader, for so many epochs or so many steps.

    loss, params, optimizer, buffers, seed, clip: as `Stepper` takes them; `params` may have marked leaves (`param`, `const`) and is not
    changed. loader: a DataLoader, or any iterable of batches; one that can be iterated again is, as often as is needed. validate: after
    each epoch, `validate(params)` or `validate(params, buffers)` gives numbers by name for the history. callbacks: functions of a
    `Moment` after each step, or `Callbacks`; one that returns True ends training. progress: whether a bar is drawn; None is "where
    there is a terminal". checkpoint: a file, written after each epoch and after each `every` steps.  resume: go on from it, if it is
    there.

    Raises ValueError unless one of epochs and steps is given, and where the loader gives nothing ("fit: empty dataset").
    """
    if (epochs is None) == (steps is None):
        raise ValueError("fit: give epochs or steps")
    if resume and checkpoint is None:
        raise ValueError("fit: resume needs a checkpoint")
    stepper = Stepper(loss, params, optimizer, value_and_grad=value_and_grad, buffers=buffers, seed=seed, clip=clip)
    run = _Run(
        stepper,
        loader,
        epochs,
        steps,
        validate,
        tuple(callbacks),
        None if checkpoint is None else Path(checkpoint),
        every,
    )
    if resume and run.checkpoint is not None and run.checkpoint.exists():
        run.load()
    run.go(progress)
    return Fitted(stepper.result(), stepper.buffers, stepper.state, run.history, run.stopped)


@dataclasses.dataclass
class _Run:
    """A training that is under way.  `seen` are the sizes of the batches of this epoch."""

    stepper: Stepper
    loader: Any
    epochs: int | None
    steps: int | None
    validate: Callable[..., dict[str, float]] | None
    callbacks: tuple[Any, ...]
    checkpoint: Path | None
    every: int | None
    history: History = dataclasses.field(default_factory=History)
    seen: list[int] = dataclasses.field(default_factory=list)
    stopped: bool = False

    @property
    def step(self) -> int:
        return self.stepper.state.step

    @property
    def enough(self) -> bool:
        return self.stopped or (
            self.step >= self.steps if self.steps is not None else len(self.history.epochs) >= (self.epochs or 0)
        )

    def tell(self, what: str) -> None:
        loss = self.history.losses[-1] if self.history.losses else float("nan")
        moment = Moment(
            len(self.history.epochs), self.step, loss, self.stepper.params, self.stepper.buffers, self.history
        )
        self.stopped = told(self.callbacks, what, moment) or self.stopped

    def go(self, progress: bool | None) -> None:
        self.tell("on_train_start")
        with bar(self._total(), self.step, progress) as moved:
            while not self.enough:
                self._epoch(moved)
        self.tell("on_train_end")

    def _epoch(self, moved: Callable[[int, float], None]) -> None:
        for batch in self.loader:
            self.seen.append(batch_size(batch, "fit"))
            self.history.losses.append(self.stepper.step(batch))
            moved(self.step, self.history.losses[-1])
            self.tell("on_step")
            if self.every is not None and self.step % self.every == 0:
                self.save()
            if self.enough:
                return
        if not self.seen:
            raise ValueError("fit: empty dataset")
        self._end_epoch()

    def _end_epoch(self) -> None:
        losses = self.history.losses[len(self.history.losses) - len(self.seen) :]
        numbers = {"loss": weighted(losses, self.seen)}
        if self.validate is not None:
            held = (
                (self.stepper.params,) if self.stepper.buffers is None else (self.stepper.params, self.stepper.buffers)
            )
            numbers |= {name: float(value) for name, value in self.validate(*held).items()}
        self.history.epochs.append(numbers)
        self.seen.clear()
        self.tell("on_epoch_end")
        self.save()

    def _total(self) -> int | None:
        if self.steps is not None:
            return self.steps
        sized = hasattr(self.loader, "__len__") and getattr(self.loader, "sized", True)
        return len(self.loader) * (self.epochs or 0) if sized else None

    def _state_dict(self) -> dict[str, Any]:
        place = self.loader.state_dict() if hasattr(self.loader, "state_dict") else None
        return {
            "run": self.stepper.state_dict(),
            "loader": place,
            "seen": json.dumps(self.seen),
            "history": self.history.text(),
        }

    def save(self) -> None:
        if self.checkpoint is not None:
            save(self.checkpoint, self._state_dict())

    def load(self) -> None:
        assert self.checkpoint is not None
        saved = load(self.checkpoint, self._state_dict())
        self.stepper.load_state_dict(saved["run"])
        if saved["loader"] is not None:
            self.loader.load_state_dict(saved["loader"])
        self.history, self.seen = History.read(saved["history"]), [int(size) for size in json.loads(saved["seen"])]
