"""The program itself, compiled as its derivative is."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import peers
from s2s.code import Code
from s2s.emit import emit
from s2s.lower import missing
from s2s.optimise import optimise
from s2s.specialise import specialise
from s2s.specialise.outside import Environment


def prepare(program: ModuleType, args: tuple[Any, ...]) -> peers.Call:
    specialised, builder = specialise(program.loss, args, {})
    builder.close()
    function = optimise(specialised.function)
    names = emit(function, function.name).captured
    environment = Environment(program.loss, args)
    outside = {name: capture.get(environment) for name, capture in zip(names, specialised.captures, strict=True)}
    code = Code(function, "The program, compiled.", strict=False, without=missing((function,)))
    return lambda: code(*args, **outside)
