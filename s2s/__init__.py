"""Source-to-source automatic differentiation for Python: readable derivatives of ordinary NumPy functions."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from s2s.api import (
        checkpoint,
        checkpointed,
        differentiable,
        grad,
        hessian,
        hvp,
        jacfwd,
        jacrev,
        jvp,
        linearize,
        stop_gradient,
        value_and_grad,
        vjp,
    )  # fmt: skip
    from s2s.custom_rule import constant
    from s2s.errors import BadRule, NotAdjoint, NotChecked, NotFinite, OutOfBounds, Refused, S2SError
    from s2s.session import Param, Session

__version__ = "0.1.0"

IMPORTED = time.time()
"""When s2s was imported: a file that is younger may have been edited after its functions were made."""

_API = (
    "checkpoint",
    "checkpointed",
    "differentiable",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "linearize",
    "stop_gradient",
    "value_and_grad",
    "vjp",
)
_ERRORS = ("BadRule", "NotAdjoint", "NotChecked", "NotFinite", "OutOfBounds", "Refused", "S2SError")
_MODULES = ("custom_rule", "data", "eager", "graph", "implicit", "model", "nn", "optim", "testing", "train")


def __getattr__(name: str) -> Any:
    """What is public is imported when it is first used."""
    if name in _API:
        return getattr(importlib.import_module("s2s.api"), name)
    if name in _ERRORS:
        return getattr(importlib.import_module("s2s.errors"), name)
    if name in ("Param", "Session"):
        return getattr(importlib.import_module("s2s.session"), name)
    if name == "constant":
        return importlib.import_module("s2s.custom_rule").constant
    if name in _MODULES:
        return importlib.import_module(f"s2s.{name}")
    raise AttributeError(f"module 's2s' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*_API, *_ERRORS, *_MODULES, "Param", "Session", "constant", "__version__"])


__all__ = [
    "BadRule", "NotAdjoint", "NotChecked", "NotFinite", "OutOfBounds", "Param", "Refused", "S2SError", "Session", "checkpoint",
    "checkpointed", "constant", "differentiable", "grad", "hessian", "hvp", "jacfwd", "jacrev", "jvp", "linearize", "stop_gradient",
    "value_and_grad", "vjp",
]  # fmt: skip
