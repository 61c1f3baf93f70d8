"""Shortcuts of a transform: calls like earlier ones, without what every call has to go through.

In: a call that went the long way.  Out: a function that runs the next one like it, in the place of none.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.direct import Direct, Leaf

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee
    from s2s.cache import Ready
    from s2s.transforms import Gradient

Shortcut = Callable[[tuple[Any, ...]], Any]
"""A function of the arguments; None stands for a call that has to go the long way."""

FIRST = 2
"""The first of a transform's calls that is worth it: many transforms are called once."""
LAST = 20
"""After so many calls that went the long way they all do."""
MOST = 4
"""Of one transform."""


def no_shortcut(args: tuple[Any, ...]) -> None:
    """All calls go the long way."""


def forget(held: dict[str, Any]) -> dict[str, Any]:
    """What a transform holds, without its shortcuts, and what Numba sees of it."""
    for name in ("warm", "shortcut", "seen"):
        held.pop(name, None)
    return held


@dataclass(frozen=True)
class Asked:
    """`pick`: the part of a result that is handed out; `shapes`: parts of it that must have the shape of an argument."""

    pick: str
    shapes: tuple[tuple[str, int], ...]


class Warm:
    """The shortcuts of one transform, and how many calls went the long way."""

    def __init__(self) -> None:
        self.calls = 0
        self.known: tuple[Shortcut, ...] = ()

    def met(
        self, transform: Gradient, callee: Callee, call: Call, made: Ready, outside: dict[str, Any], jit: Any
    ) -> None:
        """A call went the long way.  Is there a shorter one, the transform takes it from here on."""
        self.calls += 1
        if FIRST <= self.calls <= LAST and not isinstance(transform.function, functools.partial):
            self.known = (*found(transform, callee, call, made, outside, jit), *self.known)[:MOST]
            if self.known:
                transform.__dict__["shortcut"] = self.known[0] if len(self.known) == 1 else one_of(self.known)


def one_of(shortcuts: tuple[Shortcut, ...]) -> Shortcut:
    """The first one that fits."""

    def shortcut(args: tuple[Any, ...]) -> Any:
        for one in shortcuts:
            result = one(args)
            if result is not None:
                return result
        return None

    return shortcut


def found(
    transform: Gradient, callee: Callee, call: Call, made: Ready, outside: dict[str, Any], jit: Any
) -> list[Shortcut]:
    """The shortcuts for calls like this one: one per program that was compiled for its types."""
    from s2s.code import Piece, picked
    from s2s.jit.dispatcher import Compiled
    from s2s.jit.exact import exact
    from s2s.shortcuts.checks import NoShortcut, shortcut

    shortcuts: list[Shortcut] = []
    for program in made.functions(jit)[0].programs:  # type: ignore[attr-defined]
        piece, kept = program.run, program.kept or tuple(range(len(call.all)))
        known = piece.known() if isinstance(piece, Piece) and isinstance(piece.run, Compiled) else None
        wanted = asked(transform, call, made, known, kept) if known is not None and not transform.has_aux else None
        run = exact(piece.run, picked(call.all, kept), outside) if wanted is not None else None
        if known is None or wanted is None or run is None:
            continue
        try:
            shortcuts.append(shortcut(callee, call, made, outside, run, known, wanted, kept))
        except NoShortcut:
            continue
    return shortcuts


def asked(transform: Gradient, call: Call, made: Ready, known: Direct, kept: tuple[int, ...]) -> Asked | None:
    """What of a program's result is handed out, if it is that as it stands: each gradient like its argument, the value a number."""
    results, place = known.results, ""
    if made.derived.kind == "value_and_grad":
        value, results = results
        place = "[1]"
        if transform.with_value and not (isinstance(value, Leaf) and value.rank == 0):
            return None
    checks = []
    for k, position in enumerate(call.wrt):
        primal, own = call.all[position], place if transform.single else f"{place}[{k}]"
        leaf = results if transform.single else results[k]
        if not isinstance(leaf, Leaf) or not fits(leaf, primal):
            return None
        if leaf.rank and kept.index(position) not in leaf.like:
            checks.append((own, kept.index(position)))
    return Asked("" if transform.with_value else place, tuple(checks))


def fits(leaf: Leaf, primal: Any) -> bool:
    """Whether a gradient is handed out as it is made: one that is given to a NumPy number is made one, for example."""
    if type(primal) is float:
        return leaf.rank == 0 and leaf.dtype == np.dtype(float).str
    return type(primal) is np.ndarray and leaf.rank == primal.ndim > 0 and leaf.dtype == primal.dtype.str
