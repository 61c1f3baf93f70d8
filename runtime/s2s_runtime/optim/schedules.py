"""Learning rates over steps: functions of the step, counted from 0, that take and give plain numbers.

    optim.sgd(lr=schedules.cosine(0.1, steps=1000))
    optim.adam(lr=lambda step: 1e-3 / (1 + step))           # any function will do

Any numeric option of an optimizer may be one.  Formulas are the closed forms of `torch.optim.lr_scheduler` where it has the schedule.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

Schedule = Callable[[int], float]
Number = float | Schedule


def constant(lr: float) -> Schedule:
    """Always `lr`."""
    return lambda step: lr


def custom(lr: float, factor: Callable[[int], float]) -> Schedule:
    """lr factor(step); PyTorch's LambdaLR."""
    return lambda step: lr * factor(step)


def step_decay(lr: float, every: int, factor: float = 0.1) -> Schedule:
    """lr factor^floor(step / every); PyTorch's StepLR.  Raises ValueError for `every` below 1."""
    _positive("step_decay", every=every)
    return lambda step: lr * factor ** (step // every)


def exponential(lr: float, factor: float) -> Schedule:
    """lr factor^step; PyTorch's ExponentialLR."""
    return lambda step: lr * factor**step


def cosine(lr: float, steps: int, lowest: float = 0.0, periodic: bool = False) -> Schedule:
    """From lr down to `lowest` by half a cosine; then it stays there, or goes up again (PyTorch's CosineAnnealingLR)."""
    _positive("cosine", steps=steps)

    def at(step: int) -> float:
        part = step if periodic else min(step, steps)
        return lowest + (lr - lowest) * (1.0 + math.cos(math.pi * part / steps)) / 2.0

    return at


def warmup(lr: float, steps: int, start: float = 0.0) -> Schedule:
    """Linear from `start` to lr in so many steps, then lr; PyTorch's LinearLR with start / lr as its first factor."""
    _positive("warmup", steps=steps)
    return lambda step: start + (lr - start) * min(step, steps) / steps


def warmup_cosine(lr: float, warm: int, steps: int, start: float = 0.0, lowest: float = 0.0) -> Schedule:
    """`warmup` for `warm` steps, then `cosine` for the rest of `steps`.  Raises ValueError if nothing is left."""
    _positive("warmup_cosine", warm=warm, rest=steps - warm)
    up, down = warmup(lr, warm, start), cosine(lr, steps - warm, lowest)
    return lambda step: up(step) if step < warm else down(step - warm)


def cyclic(
    lowest: float, highest: float, up: int, down: int | None = None,
    mode: Literal["triangular", "triangular2", "exp_range"] = "triangular", factor: float = 1.0,
) -> Schedule:  # fmt: skip
    """Up for `up` steps, down for `down`, again and again; PyTorch's CyclicLR.

    The height halves with each cycle for "triangular2", and goes with factor^step for "exp_range".
    """
    period = up + (up if down is None else down)
    _positive("cyclic", up=up, down=period - up)
    heights: dict[str, Callable[[int], float]] = {
        "triangular": lambda step: 1.0,
        "triangular2": lambda step: 0.5 ** (step // period),
        "exp_range": lambda step: factor**step,
    }
    if mode not in heights:
        raise ValueError(f"cyclic: mode is one of {', '.join(heights)}, got {mode!r}")

    def at(step: int) -> float:
        place = step % period
        part = place / up if place <= up else (period - place) / (period - up)
        return lowest + (highest - lowest) * part * heights[mode](step)

    return at


def one_cycle(
    highest: float, steps: int, rising: float = 0.3, shape: Literal["cos", "linear"] = "cos",
    first_divisor: float = 25.0, last_divisor: float = 1e4, three_phase: bool = False,
) -> Schedule:  # fmt: skip
    """highest / first_divisor up to highest, and down to a last_divisor-th of where it began; PyTorch's OneCycleLR.

    `rising` is the part of the steps that goes up.  With `three_phase` it comes down as it went up, and then goes down to the last value.
    Raises ValueError for a step beyond the last.
    """
    first = highest / first_divisor
    last = first / last_divisor
    values = [first, highest, first, last] if three_phase else [first, highest, last]
    return _cycle(values, steps, rising, shape)


def one_cycle_momentum(
    lowest: float, highest: float, steps: int, rising: float = 0.3, shape: Literal["cos", "linear"] = "cos",
    three_phase: bool = False,
) -> Schedule:  # fmt: skip
    """Momentum that goes the other way than the rate of `one_cycle`: from highest to lowest, and up again; PyTorch's `cycle_momentum`.

    For adam: `betas=lambda step: (momentum(step), 0.999)`.  Raises ValueError for a step beyond the last.
    """
    return _cycle([highest, lowest, highest, highest] if three_phase else [highest, lowest, highest], steps, rising, shape)


def _cycle(values: list[float], steps: int, rising: float, shape: Literal["cos", "linear"]) -> Schedule:
    """From each value to the next: up in the `rising` part of the steps; in three phases, down in as many, and on to the end."""
    _positive("one_cycle", steps=steps)
    top = rising * steps - 1.0
    ends = [top, 2.0 * rising * steps - 2.0, steps - 1.0] if len(values) == 4 else [top, steps - 1.0]
    between = {"cos": _cos, "linear": _linear}[shape]

    def at(step: int) -> float:
        if step >= steps:
            raise ValueError(f"one_cycle: step {step} of {steps}")
        phase = next((k for k, end in enumerate(ends) if step <= end), len(ends) - 1)
        begin = ends[phase - 1] if phase else 0.0
        return between(values[phase], values[phase + 1], (step - begin) / (ends[phase] - begin))

    return at


def lr_finder(lowest: float, highest: float, steps: int) -> Schedule:
    """From lowest to highest in so many steps, by equal factors: to see at which rate the loss falls fastest, and at which it rises."""
    _positive("lr_finder", steps=steps - 1, lowest=lowest, highest=highest)
    return lambda step: lowest * (highest / lowest) ** (step / (steps - 1))


def _cos(start: float, end: float, part: float) -> float:
    return end + (start - end) / 2.0 * (math.cos(math.pi * part) + 1.0)


def _linear(start: float, end: float, part: float) -> float:
    return start + (end - start) * part


def _positive(where: str, **numbers: float) -> None:
    for name, number in numbers.items():
        if number <= 0:
            raise ValueError(f"{where}: {name} must be above 0, got {number}")
