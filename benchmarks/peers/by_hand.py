"""Derivatives that were written by hand for Numba: what a program of `hand` computes, and how fast it can be."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType
from typing import Any

import peers

HAND = Path(__file__).parent / "hand"


def prepare(program: ModuleType, args: tuple[Any, ...]) -> peers.Call:
    name = program.__name__.removeprefix("corpus_")
    if not (HAND / f"{name}.py").is_file():
        raise peers.Cannot("nobody has written it by hand")
    value_and_grad = importlib.import_module(f"peers.hand.{name}").value_and_grad
    return lambda: value_and_grad(*args)
