"""What a statement reads, as a table has it, and how what it makes follows from that.

In: atoms and applications.  Out: entries for `s2s_runtime.watching`.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.infer import ELEMENTWISE
from s2s.primitives import MAKERS, VIEWS
from s2s_runtime import containers, kernels, projection, tree
from s2s_runtime.watching import Bundle, Flawed
from s2s_runtime.watching.shadows import is_finite

NO_PATH = ir.Const(())

HOW: dict[Any, str] = {
    operator.getitem: "part", getattr: "part", kernels.index_set: "stored", kernels.index_add: "added",
    containers.append: "appended", containers.set_item: "put", containers.add_item: "added in", np.where: "chosen",
    np.empty: "", np.empty_like: "", np.zeros: "", np.ones: "", np.zeros_like: "", np.ones_like: "",
}  # fmt: skip
"""How the functions that are no arithmetic are followed; not at all where what they make is finite, or is nobody's."""

KEPT = VIEWS | {
    np.copy, tree.copy, list, tuple, containers.extend, containers.drop_last, containers.drop_item, containers.insert_item,
    containers.swap, containers.clear_item, containers.repeat, containers.sequence, containers.mapping, containers.record,
    kernels.astype, tree.zeros_like, tree.float_zeros_like,
} - {np.einsum, np.nan_to_num}  # fmt: skip
"""Functions that only move what they are given, or drop it."""


def how(application: ir.Apply) -> str:
    """How what an application makes is followed; "" where it cannot be NaN or infinite."""
    function = application.function
    if function is np.where and (len(application.args) != 3 or application.kwargs):
        return "whole"
    if function in HOW:
        return HOW[function]
    if function in KEPT:
        return "kept"
    if function in MAKERS and all(isinstance(arg, ir.Const) and is_finite(arg.value) for arg in application.args):
        return ""
    return "entries" if function in ELEMENTWISE or function is projection.real_part else "whole"


MOVES = {"part", "stored", "appended", "put", "kept"}
"""What makes no NaN and no infinity."""


def extras(application: ir.Apply, way: str) -> tuple[ir.Atom, ...]:
    """What else of an application has to be known when it has run: a condition, an index, the way to a view."""
    args = application.args
    if way == "chosen":
        return args[:1]
    if way == "part":
        return args[1:2]
    if way in ("stored", "added", "put", "added in"):
        return args[1], args[3] if len(args) > 3 else dict(application.kwargs).get("path", NO_PATH)
    return ()


def read(atom: ir.Atom, carried: Mapping[str, str]) -> Any:
    """What an atom is in a table: its name, None if it is finite.  `carried`: what is known under another name."""
    if isinstance(atom, ir.Var):
        name = atom.name
        while name in carried:
            name = carried[name]
        return name
    if isinstance(atom, ir.Pack):
        items = tuple(read(item, carried) for item in atom.items)
        return Bundle(items, atom.keys) if atom.kind is not slice and any(item is not None for item in items) else None
    return None if atom == ir.UNDEFINED or is_finite(atom.value) else Flawed(atom.value)


def may_be_flawed(fact: facts.Type | None) -> bool:
    """Whether a value of a type may be, or hold, a NaN or an infinity."""
    if isinstance(fact, facts.Opaque):
        return fact.cls is not str
    return facts.carries(fact)
