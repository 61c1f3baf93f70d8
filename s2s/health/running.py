"""One run of a function that looks at each application whose operands move.

In: a transform, arguments.  Out: a Health.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.checking.walking import Walk
from s2s.differentiate.activity import methods_of, use, vary
from s2s.health import Health, Lean, Measure, Nearest, Place
from s2s.health.looks import COMPARISONS, Close, Looked, Measured, look_of, terms
from s2s.kinds import leaves
from s2s.optimise import settled_loops
from s2s.primitives import spoken
from s2s.rules.declare import RULES
from s2s.showing import call_of
from s2s.specialise import specialise
from s2s.specialise.outside import Environment
from s2s.subroutine import called
from s2s_runtime import tree

ROUNDINGS = 4
"""What is closer than so many roundings of the operands may as well be equal."""

Key = tuple[str, str, Place]


def looked(transform: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Health:
    """Run a function, and say what was seen."""
    callee, call = call_of(transform, args, kwargs)
    specialised, builder = specialise(callee.function, call.args, call.kwargs)
    program = settled_loops(specialised.function)
    wrt = [name for position in call.wrt for name in leaves(program.inputs[position], builder)]
    environment = Environment(callee.function, call.all)
    given = [*tree.copy(call.all), *(capture.get(environment) for capture in specialised.captures)]
    looking = Looking(program, wrt)
    with np.errstate(all="ignore"):
        looking.run(program, dict(zip((parameter.name for parameter in program.parameters), given, strict=True)))
    leans = sorted(looking.leans.values(), key=lambda lean: (lean.place.file, lean.line, lean.place.column))
    return Health(program.name, tuple(leans), tuple(looking.measures.values()), looking.nearest)


class Looking(Walk):
    """A run that looks.  `varied`: the names that move with the arguments, `active`: those that the result moves with, too."""

    def __init__(self, program: ir.Function, wrt: list[str]) -> None:
        super().__init__()
        self.varied, useful = set(wrt), {name for atom in program.body.yields for name in ir.variables(atom)}

        def carries(name: str) -> bool:
            return facts.carries(program.types.get(name))

        for routine in called(program.body):
            self.varied.update(filter(carries, routine.parameters))
            useful.update(name for atom in routine.body.yields for name in ir.variables(atom))
        for body in (program.body, *(routine.body for routine in called(program.body))):
            vary(body.statements, self.varied, carries, methods_of(body.statements))
            use(body.statements, useful)
        self.active = self.varied & useful
        self.made_of: dict[str, Any] = {}
        self.leans: dict[Key, Lean] = {}
        self.measures: dict[Key, Measure] = {}
        self.nearest: Nearest | None = None

    def seen(self, stmt: ir.Let, args: list[Any], kwargs: dict[str, Any], value: Any) -> None:
        function = stmt.value.function
        self.made_of.pop(stmt.target, None)
        if self.varied.isdisjoint(ir.reads(stmt.value)) or not all(map(is_numeric, args[:1])):
            return
        scales = [self.made_of.get(atom.name) if isinstance(atom, ir.Var) else None for atom in stmt.value.args]
        made_of = terms(function, args, kwargs, scales)
        if made_of is not None:
            self.made_of[stmt.target] = made_of
        look = look_of(function)
        if look is None or not self.matters(stmt):
            return
        for found in look(Looked(args, kwargs, value, scales)):
            if isinstance(found, Measured):
                self.measure(stmt, found)
            else:
                self.close(stmt, found, args)

    def matters(self, stmt: ir.Let) -> bool:
        """Whether a derivative passes an application, or depends on what it decides."""
        function = stmt.value.function
        if stmt.origin is None:
            return False
        return function in COMPARISONS or RULES.is_constant(function) or stmt.target in self.active

    # ------------------------------------------------------------------------------------------------------------ noting
    def key(self, stmt: ir.Let, kind: str) -> Key:
        origin: Any = stmt.origin
        span = origin.place or origin.span
        place = Place(origin.file, span.line, span.column, span.end_line, span.end_column)
        return kind, spoken(stmt.value.function), place

    def measure(self, stmt: ir.Let, found: Measured) -> None:
        key = kind, rule, place = self.key(stmt, found.kind)
        known = self.measures.get(key)
        sign = -1.0 if kind == "smallest gap" else 1.0
        if known is None or sign * found.number > sign * known.number:
            self.measures[key] = Measure(kind, rule, place, self.rounds(stmt.origin), found.number)

    def close(self, stmt: ir.Let, found: Close, args: list[Any]) -> None:
        """Note what is within rounding, and what of the rest is nearest."""
        distance, scale = np.broadcast_arrays(np.asarray(found.distance, float), np.asarray(found.scale, float))
        if not distance.size:
            return
        there = (distance <= ROUNDINGS * spacing(args) * scale) & np.isfinite(distance) & np.isfinite(scale)
        margins = np.where(distance == 0, 0.0, distance / np.where(scale > 0, scale, 1.0))
        key = kind, rule, place = self.key(stmt, found.kind)
        if there.any():
            at = np.unravel_index(int(np.argmin(np.where(there, margins, np.inf))), there.shape)
            entry = tuple(int(k) for k in at)
            numbers = tuple(entry_of(one, there, entry) for one in found.numbers)
            margin, count = float(margins[entry]), int(there.sum())
            lean = Lean(kind, rule, place, self.rounds(stmt.origin), entry, numbers, margin, found.convention, count)
            known = self.leans.get(key)
            kept = lean if known is None or lean.margin < known.margin else known
            self.leans[key] = replace(kept, count=count + (known.count if known is not None else 0))
        rest = margins[~there & np.isfinite(margins) & (scale > 0)]
        if rest.size and kind in ("comparison", "tie", "jump", "bound") and (self.nearest is None or rest.min() < self.nearest.margin):
            self.nearest = Nearest(kind, rule, place, float(rest.min()))


def entry_of(value: Any, entries: Any, entry: tuple[int, ...]) -> Any:
    """The number in a value that belongs to an entry; the value itself if it has none for each."""
    shape = np.shape(value)
    if len(shape) > entries.ndim or any(n not in (1, m) for n, m in zip(shape[::-1], entries.shape[::-1], strict=False)):
        return value
    return np.broadcast_to(np.asarray(value), entries.shape)[entry].item()


def is_numeric(value: Any) -> bool:
    """Whether a value is a number or an array of numbers, or a list of numbers."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "biufc"
    return isinstance(value, NUMBERS) or (isinstance(value, list) and all(isinstance(item, NUMBERS) for item in value))


NUMBERS = (bool, int, float, complex, np.number, np.bool_)


def spacing(args: list[Any]) -> float:
    """The spacing of numbers near 1 in the lowest precision of the operands, which is the one that they were rounded in."""
    typed = [np.asarray(arg).dtype for arg in args if isinstance(arg, (np.ndarray, np.generic)) and np.asarray(arg).dtype.kind in "fc"]
    return max((float(np.finfo(dtype).eps) for dtype in typed), default=float(np.finfo(float).eps))

