"""Which of the programs that were compiled for a call may be run directly, and what of its result is handed out.

In: a call that went the long way, and what was derived for it.  Out: shortcuts; none where a result has to be looked at, changed
or copied before it is handed out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.code import Piece, picked
from s2s.direct import Direct, Leaf
from s2s.jit.dispatcher import Compiled
from s2s.jit.exact import exact
from s2s.shortcuts.checks import Asked, NoShortcut, shortcut

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee
    from s2s.cache import Ready
    from s2s.jit.choice import Choice
    from s2s.shortcuts.warm import Shortcut
    from s2s.transforms import Gradient


def found(
    transform: Gradient, callee: Callee, call: Call, made: Ready, outside: dict[str, Any], choice: Choice
) -> list[Shortcut]:
    """The shortcuts for calls like this one: one per program that was compiled for its types."""
    shortcuts: list[Shortcut] = []
    for program in made.functions(choice)[0].programs:  # type: ignore[attr-defined]
        piece, kept = program.run, tuple(range(len(call.all))) if program.kept is None else program.kept
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
