"""Who is compared: one module per peer, each with `prepare(program, args)`.

It gives a call without arguments that computes the value and the gradients of `program.loss` by every argument that holds a
floating-point number, and waits for them; or raises `Cannot` with the reason why the peer has no derivative of this program.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from s2s_runtime import tree

HERE = Path(__file__).parent
CORPUS = HERE.parent.parent / "tests" / "programs"
OWN = HERE.parent / "own"
PEERS = ("s2s", "jax", "torch", "autograd", "hand")
MODULES = {
    "s2s": "peers.ours", "jax": "peers.with_jax", "torch": "peers.with_torch", "autograd": "peers.with_autograd",
    "hand": "peers.by_hand", "primal": "peers.primal", "numpy": "peers.ours_readable", "kernel": "peers.kernel",
    "torch_as_numpy": "peers.torch_as_numpy",
}  # fmt: skip
Call = Callable[[], Any]


class Cannot(Exception):
    """A peer has no derivative of a program; the message is the reason."""


def peer(name: str) -> ModuleType:
    return importlib.import_module(MODULES[name])


def program(name: str) -> ModuleType:
    """A module of `tests/programs` or of `own`, by its file: this folder's neighbour has a module that is called like it."""
    title = f"corpus_{name}"
    if title not in sys.modules:
        folder = OWN if (OWN / f"{name}.py").is_file() else CORPUS
        spec = importlib.util.spec_from_file_location(title, folder / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[title] = module
        spec.loader.exec_module(module)
    return sys.modules[title]


def names() -> list[str]:
    """Those of `own` first."""
    return [name for folder in (OWN, CORPUS) for name in sorted(p.stem for p in folder.glob("*.py") if p.stem[0] != "_")]


def arguments(module: ModuleType, size: int) -> tuple[Any, ...]:
    args: tuple[Any, ...] = module.arguments(np.random.default_rng(0), size)
    return args


def by(module: ModuleType, args: tuple[Any, ...]) -> tuple[int, ...]:
    """The positions of the arguments by which is differentiated: those that the program names, or all that can be."""
    positions: tuple[int, ...] = getattr(module, "WRT", active(args))
    return positions


def active(args: tuple[Any, ...]) -> tuple[int, ...]:
    """The positions of the arguments that hold a floating-point number."""
    return tuple(k for k, arg in enumerate(args) if any(map(tree.is_differentiable, tree.flatten(arg)[0])))
