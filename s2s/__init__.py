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
    from s2s.errors import NotAdjoint, NotChecked, NotFinite, OutOfBounds, Refused, S2SError

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
_ERRORS = ("NotAdjoint", "NotChecked", "NotFinite", "OutOfBounds", "Refused", "S2SError")


def __getattr__(name: str) -> Any:
    """What is public is imported when it is first used."""
    if name in _API:
        return getattr(importlib.import_module("s2s.api"), name)
    if name in _ERRORS:
        return getattr(importlib.import_module("s2s.errors"), name)
    if name == "testing":
        return importlib.import_module("s2s.testing")
    raise AttributeError(f"module 's2s' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*_API, *_ERRORS, "testing", "__version__"])


__all__ = [
    "NotAdjoint", "NotChecked", "NotFinite", "OutOfBounds", "Refused", "S2SError", "checkpoint", "checkpointed", "differentiable",
    "grad", "hessian", "hvp", "jacfwd", "jacrev", "jvp", "linearize", "stop_gradient", "value_and_grad", "vjp",
]  # fmt: skip
