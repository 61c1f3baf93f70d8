"""The machine code of this project's derivative, called without what a transform does before and after."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import peers
from s2s.cache import ready
from s2s.transforms import ValueAndGradient


def prepare(program: ModuleType, args: tuple[Any, ...]) -> peers.Call:
    gradient = ValueAndGradient(program.loss, peers.by(program, args), jit="auto")
    callee, call = gradient.arranged(args, {})
    made = ready(callee, "value_and_grad", call, gradient.single, False)
    outside = made.captured(callee, call)
    run = made.functions("auto")[0]

    def called() -> Any:
        return run(*call.all, **outside)

    called.account = lambda: run.variants[0].account()  # type: ignore[attr-defined]
    return called
