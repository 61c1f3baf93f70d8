"""The corpus as data: what a program is, and all of them.

A program is a plain function together with a point at which it is smooth.  Several entries may share a function: one
per branch, per number of trips, per kind of argument.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from language import oracle, programs

BOTH_MODES = ("forward", "reverse")


@dataclass(frozen=True)
class Program:
    """A function, and the arguments at which it is differentiated.

    wrt       positions of the arguments that are moved; none given: all that hold a floating-point number
    name      what tells this entry from the others of its function
    order     the highest derivative that is checked
    modes     the modes that are checked
    writes    the function changes its arguments, when it is called as it is
    compiled  the function runs through Numba, whose elementary functions may differ from NumPy's in the last bits
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    wrt: tuple[int, ...] = ()
    name: str = ""
    order: int = 2
    modes: tuple[str, ...] = BOTH_MODES
    compiled: bool = False
    writes: bool = False

    @property
    def active(self) -> tuple[int, ...]:
        """The positions of the arguments that are moved."""
        return self.wrt or tuple(i for i, arg in enumerate(self.args) if oracle.has_floats(arg))

    @property
    def label(self) -> str:
        function = getattr(self.function, "func", self.function)  # a functools.partial
        name = getattr(function, "__name__", type(function).__name__)
        name = "lambda" if name == "<lambda>" else name
        return f"{name}-{self.name}" if self.name else name

    def fresh_args(self) -> tuple[Any, ...]:
        """Copies of the arguments, so that no test can disturb another."""
        return oracle.copied(self.args)

    def tangents(self, rng: Any) -> tuple[Any, ...]:
        """A random direction: zero along the arguments that are not moved."""
        moved = self.active
        return tuple(
            oracle.random_tangent(arg, rng) if i in moved else oracle.zero_tangent(arg)
            for i, arg in enumerate(self.args)
        )


def modules() -> Iterator[tuple[str, Any]]:
    """(row, module) for each row of the language."""
    for info in sorted(pkgutil.iter_modules(programs.__path__), key=lambda info: info.name):
        yield info.name, importlib.import_module(f"{programs.__name__}.{info.name}")


def all_programs() -> list[Any]:
    """Every program as a pytest parameter; its id is `row/function`, numbered where a function has several entries."""
    params = []
    for row, module in modules():
        labels = [program.label for program in module.PROGRAMS]
        for position, program in enumerate(module.PROGRAMS):
            label = program.label
            if labels.count(label) > 1:
                label += f"-{labels[: position + 1].count(label)}"
            params.append(pytest.param(program, id=f"{row}/{label}"))
    return params


def programs_with(mode: str = "", order: int = 1) -> list[Any]:
    """Those that a test of this mode and order takes."""
    found = [(param, *param.values) for param in all_programs()]
    return [param for param, program in found if (not mode or mode in program.modes) and program.order >= order]
