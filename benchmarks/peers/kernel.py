"""The machine code of this project's derivative, called without what a transform does before and after."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import peers
from s2s import tiers, value_and_grad
from s2s.cache import ready
from s2s.jit.choice import settled

tiers.scale = 0.0  # compiled in the first call


def prepare(program: ModuleType, args: tuple[Any, ...]) -> peers.Call:
    gradient = value_and_grad(program.loss, peers.by(program, args), jit=True)
    callee, call = gradient.arranged(args, {})
    made = ready(callee, "value_and_grad", call, gradient.single, False)
    outside = made.captured(callee, call)
    run: Any = made.functions(settled(gradient.options, gradient.function))[0]

    def called() -> Any:
        return run(*call.all, **outside)

    called.account = lambda: run.variants[0].account()  # type: ignore[attr-defined]
    return called
