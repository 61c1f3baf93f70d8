"""A compiled program that calls run directly, where its results need not be looked at before they are handed out.

In: a call that went the long way, and the programs that were compiled for it.  Out: shortcuts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.code import Piece, picked
from s2s.direct import Direct, Leaf
from s2s.jit.dispatcher import Compiled
from s2s.jit.exact import Exact, OtherTypes, exact
from s2s.shortcuts.checks import NoShortcut, Work
from s2s.shortcuts.trees import through
from s2s_runtime.checks import ScalarExpected
from s2s_runtime.loops import OtherKinds, OtherLengths, Outside

if TYPE_CHECKING:
    from s2s.code import Picking
    from s2s.shortcuts.warm import Met, Shortcut

UNFIT = (OtherTypes, OtherKinds, OtherLengths, Outside, ScalarExpected, OverflowError)
"""What a compiled program raises where a call does not fit; the long way says why.  An OverflowError is that of a large integer."""


@dataclass(frozen=True)
class Asked:
    """`given`: what is handed out of a result; `shapes`: parts of it that must have the shape of an argument."""

    given: str
    shapes: tuple[tuple[str, int], ...]


def directly(met: Met, programs: Sequence[Picking]) -> list[Shortcut]:
    """A shortcut for each program that calls like this one may run."""
    shortcuts: list[Shortcut] = []
    for program in programs:
        try:
            shortcuts += direct(met, program) or through(met, program, UNFIT)
        except NoShortcut:
            continue
    return shortcuts


def direct(met: Met, program: Picking) -> list[Shortcut]:
    """A compiled version of a program, for calls with these types; nothing if it is not to be run directly.  Raises NoShortcut."""
    piece, kept = program.run, tuple(range(len(met.every))) if program.kept is None else program.kept
    known = piece.known() if isinstance(piece, Piece) and isinstance(piece.run, Compiled) else None
    wanted = asked(met, known, kept) if known is not None and not met.program.has_aux else None
    run = exact(piece.run, picked(met.every, kept), met.outside) if wanted is not None else None  # type: ignore[attr-defined]
    if known is None or wanted is None or run is None:
        return []
    work = Work(met, typed=True)
    work.surroundings()
    named = dict(zip(run.names, [work.arguments[k] for k in kept if k < len(work.arguments)], strict=False))
    named.update((name, work.capture(get)) for name, get in met.program.made.captures)
    values = [named[name] if name in named else work.constant(run.left[name]) for name in run.names]
    for position, axis, one in known.axes:
        work.refuse_if(f"{values[position]}.shape[{axis}] {'!=' if one else '=='} 1")
    return [work.written((id(run.dispatcher), run.kinds), calling(work, run, values, wanted))]


def calling(work: Work, run: Exact, values: list[str], wanted: Asked) -> list[str]:
    """The lines that run a program and look at what it gives."""
    call = f"{work.constant(run)}({', '.join(values)})"
    ends = [f"if {place}.shape != {values[position]}.shape: return" for place, position in wanted.shapes]
    unfit = f"except {work.constant(UNFIT)}: return"
    return ["try:", f"    result = {call}", unfit, *ends, f"return {wanted.given}"]


def asked(met: Met, known: Direct, kept: tuple[int, ...]) -> Asked | None:
    """What of a program's result is handed out; nothing if not each gradient is like its argument, and the value a number."""
    program, results, place = met.program, known.results, "result"
    if program.valued:
        value, results = results
        place = "result[1]"
        if program.with_value and not (isinstance(value, Leaf) and value.rank == 0):
            return None
    checks, given, copied = [], [], False
    for k, position in enumerate(program.wrt):
        primal, own = met.every[position], place if program.single else f"{place}[{k}]"
        leaf = results if program.single else results[k]
        if not isinstance(leaf, Leaf) or not fits(leaf, primal):
            return None
        if leaf.rank and kept.index(position) not in leaf.like:
            checks.append((own, kept.index(position)))
        copied = copied or leaf.shared
        given.append(f"{own}.copy()" if leaf.shared else own)
    if not copied:
        return Asked("result" if program.with_value else place, tuple(checks))
    gradients = given[0] if program.single else f"({''.join(f'{one}, ' for one in given)})"
    return Asked(f"(result[0], {gradients})" if program.with_value else gradients, tuple(checks))


def fits(leaf: Leaf, primal: Any) -> bool:
    """Whether a gradient is handed out as it is made: one that is given to a NumPy number is made one, for example."""
    if type(primal) is float:
        return leaf.rank == 0 and leaf.dtype == np.dtype(float).str
    return type(primal) is np.ndarray and leaf.rank == primal.ndim > 0 and leaf.dtype == primal.dtype.str
