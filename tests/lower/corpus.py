"""The corpus of programs as the compiler sees it, and which of them it compiles in parts only."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any

import numpy as np

import programs
from s2s_runtime import tree

IN_PARTS = {"language_model", "riccati_control"}
"""Programs that are not compiled as a whole: `.explain()` names the lines that stay, and the reasons."""


def modules() -> list[ModuleType]:
    names = sorted(info.name for info in pkgutil.iter_modules(programs.__path__) if not info.ispkg)
    return [importlib.import_module(f"programs.{name}") for name in names]


def arguments(module: ModuleType, size: int, seed: int = 0) -> tuple[Any, ...]:
    args: tuple[Any, ...] = module.arguments(np.random.default_rng(seed), size)
    return args


def active(module: ModuleType) -> tuple[int, ...]:
    """The positions of the arguments that hold a floating-point number."""
    args = arguments(module, 5)
    return tuple(k for k, arg in enumerate(args) if any(map(tree.is_differentiable, tree.flatten(arg)[0])))
