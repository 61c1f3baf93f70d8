"""What the reverse sweep reads of the forward sweep, and why: `f.report(*args)`.

    u_saved: u at model.py:12 `u[1:-1] = u[1:-1] + nu * ...`
        8 * steps * len(u) bytes, 4000 for these arguments; read by the derivative of line 12
        recorded: it is carried from iteration to iteration: the next one replaces it

In: a transform or a function, and example arguments.  Out: a Report, from the two halves that `vjp` runs.  It says what these
halves do, not what they were meant to: each value that the first hands to the second is looked up in their text's program.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.optimise import optimise
from s2s.pipeline import Derived
from s2s.report.amounts import Amounts, Size, total_of
from s2s.report.trace import Forward, readers
from s2s.showing import call_of, derived_for
from s2s.specialise.outside import Environment


@dataclass(frozen=True)
class Kept:
    """A value that the reverse sweep reads: recorded by `loops` (their lines, outermost first), or in memory all along.

    `name` is its name in the generated text, `value` the user's; `bytes` is None where only a run can tell.  `sometimes`: a
    branch may leave it out, so its bytes are the most that there can be.
    """

    name: str
    value: str
    file: str
    line: int
    text: str
    loops: tuple[int, ...]
    size: Size
    bytes: int | None
    read_by: tuple[int, ...]
    reason: str
    sometimes: bool

    @property
    def formula(self) -> str:
        return self.size.text

    def __str__(self) -> str:
        place = f" at {Path(self.file).name}:{self.line} `{self.text}`" if self.line else ""
        most = "at most " if self.sometimes else ""
        number = f", {self.bytes} for these arguments" if self.bytes is not None else ""
        lines = f"line{'s' if len(self.read_by) > 1 else ''} {', '.join(map(str, self.read_by))}"
        read = f"; read by the derivative of {lines}" if self.read_by else ""
        why = f"{'recorded' if self.loops else 'kept'}: {self.reason}"
        return f"  {self.name}: {self.value}{place}\n      {most}{self.formula} bytes{number}{read}\n      {why}"


@dataclass(frozen=True)
class Report:
    """All that the reverse sweep reads.  `primal_runs`: whether the gradient alone has to run the function itself."""

    function: str
    recorded: tuple[Kept, ...]
    kept: tuple[Kept, ...]
    arguments: tuple[str, ...]
    primal_runs: bool

    @property
    def formula(self) -> str:
        return total_of(one.size for one in (*self.recorded, *self.kept))

    @property
    def bytes(self) -> int | None:
        """The total for the example arguments; None where only a run can tell."""
        return _sum(one.bytes for one in (*self.recorded, *self.kept))

    def __str__(self) -> str:
        lines = [f"{self.function}: what its reverse sweep reads"]
        for title, part in (("recorded in loops", self.recorded), ("kept outside loops", self.kept)):
            lines += ["", f"{title}: {'' if part else 'nothing'}".rstrip(), *map(str, part)]
        if self.arguments:
            lines += ["", f"arguments that are read again: {', '.join(self.arguments)}"]
        entries = (*self.recorded, *self.kept)
        most = "at most " if any(one.sometimes for one in entries) else ""
        number = "" if self.bytes is None or self.formula == str(self.bytes) else f" = {self.bytes}"
        lines += ["", f"total: {most}{self.formula}{number} bytes"]
        unknown = sorted({trips.line for one in entries for trips in one.size.trips if trips.bounds is None})
        lines += [
            f"trips_{line}: the iterations of the loop at line {line}, which only a run can tell" for line in unknown
        ]
        if not self.primal_runs:
            lines += ["The gradient alone does not run the function."]
        return "\n".join(lines)


def report_of(transform: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Report:
    """What is recorded and kept for arguments like these."""
    derived = derived_for(transform, args, kwargs, "split")
    first, second = derived.functions
    forward, amounts = Forward(first), Amounts(first)
    given = lengths_of(derived, transform, args, kwargs) if args or kwargs else {}
    called = _parameters(derived.sources[1].text, second.name)
    arguments, entries = [], []
    residuals = _residuals(first)
    for number, name in enumerate(residuals):
        if forward.is_argument(name):
            arguments.append(called[number])
        elif not _is_part(name, residuals, forward):
            entries.append(_entry(called[number], name, forward, amounts, second, given))
    recorded = tuple(entry for entry in entries if entry.loops)
    kept = tuple(entry for entry in entries if not entry.loops)
    return Report(derived.specialised.function.name, recorded, kept, tuple(arguments), _runs(first))


def _is_part(name: str, residuals: list[str], forward: Forward) -> bool:
    """Whether a value is a view of another one that is kept: no memory of its own."""
    return forward.base(name, {*residuals} - {name}) in residuals and forward.base(name, {*residuals} - {name}) != name


def _entry(
    called: str, name: str, forward: Forward, amounts: Amounts, second: ir.Function, given: dict[Any, int]
) -> Kept:
    found = forward.found(name)
    origin = forward.origin(found.name)
    word = forward.word(found.name)
    trips = tuple(amounts.trips(loop, _line(loop.origin)) for loop in found.loops)
    size = amounts.size(forward.program.types.get(found.name), trips, called if not trips else word)
    by = sorted({_line(one) for one in readers(second, name, len(found.loops))})
    return Kept(
        called, word, origin.file if origin else "", _line(origin), _first_line(origin), tuple(one.line for one in trips), size,
        size.bytes(given) if given else None, tuple(by), forward.reason(found), found.sometimes,
    )  # fmt: skip


def _line(origin: ir.Origin | None) -> int:
    return origin.span.line if origin is not None else 0


def _first_line(origin: ir.Origin | None) -> str:
    lines = origin.text.splitlines() if origin is not None else []
    return lines[0].strip() if lines else ""


def _residuals(first: ir.Function) -> list[str]:
    """What the first half hands to the second."""
    (whole,) = first.body.yields
    assert isinstance(whole, ir.Pack)
    assert isinstance(whole.items[1], ir.Pack)
    return [name for atom in whole.items[1].items for name in ir.variables(atom)]


def _parameters(text: str, function: str) -> list[str]:
    """The names of a function's parameters in generated text."""
    nodes = ast.parse(text).body
    (found,) = (node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == function)
    return [argument.arg for argument in (*found.args.posonlyargs, *found.args.args)]


def _sum(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


# ------------------------------------------------------------------------------------------------------------- primal
def _runs(first: ir.Function) -> bool:
    """Whether something of the function itself is left once its value is not asked for: more than loads and lengths."""
    (whole,) = first.body.yields
    assert isinstance(whole, ir.Pack)
    left = optimise(replace(first, body=ir.Block(first.body.statements, whole.items[1:]))).body.statements
    forward = Forward(first)
    return not all(
        isinstance(stmt, ir.Let) and (forward.is_argument(stmt.target) or _counts(stmt, first)) for stmt in left
    )


def _counts(stmt: ir.Let, program: ir.Function) -> bool:
    """Whether a statement computes a whole number or a shape."""
    fact = program.types.get(stmt.target)
    if isinstance(fact, facts.Record):
        return all(isinstance(item, facts.Num) and item.inexact is False for item in fact.items)
    return isinstance(fact, facts.Num) and fact.inexact is False and fact.shape == ()


# ----------------------------------------------------------------------------------------------------------- measuring
def lengths_of(derived: Derived, transform: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[Any, int]:
    """The symbols of the program's lengths, as they are for these arguments."""
    callee, call = call_of(transform, args, kwargs)
    program = derived.specialised.function
    environment = Environment(callee.function, call.all)
    outside = iter([capture.get(environment) for capture in derived.specialised.captures])
    inside = iter(call.all)
    given: dict[Any, int] = {}
    for parameter, tree in zip(program.parameters, program.inputs, strict=True):
        _fill(given, tree, next(outside if parameter.captured else inside), program)
    return given


def _fill(given: dict[Any, int], tree: ir.Atom, value: Any, program: ir.Function) -> None:
    if isinstance(tree, ir.Pack):
        named = bool(tree.keys) and not issubclass(tree.kind, dict)
        for key, item in zip(tree.keys or range(len(tree.items)), tree.items, strict=True):
            _fill(given, item, getattr(value, key) if named else value[key], program)
        return
    fact = program.types.get(tree.name) if isinstance(tree, ir.Var) else None
    if isinstance(fact, facts.Num):
        given.update((dim.symbol, n) for dim, n in zip(fact.shape or (), np.shape(value), strict=False) if dim.symbol is not None)
        if fact.length is not None and fact.length.symbol is not None:
            given[fact.length.symbol] = int(value)


def measured(transform: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> dict[str, int]:
    """The bytes that a run of the first half hands to the second, by the name in the text; arguments and views of them aside.

    A number counts as many bytes as it has in an array, at least 8 if it is Python's: the objects around numbers, and the
    lists, are not counted.
    """
    kwargs = kwargs or {}
    derived = derived_for(transform, args, kwargs, "split")
    callee, call = call_of(transform, args, kwargs)
    environment = Environment(callee.function, call.all)
    pairs = zip(derived.sources[0].captured, derived.specialised.captures, strict=True)
    outside = {name: capture.get(environment) for name, capture in pairs}
    _, residuals = derived.callables()[0](*call.all, **outside)
    forward = Forward(derived.functions[0])
    called = _parameters(derived.sources[1].text, derived.functions[1].name)
    names = _residuals(derived.functions[0])
    own = [not forward.is_argument(name) and not _is_part(name, names, forward) for name in names]
    return {word: bytes_of(value) for word, value, counted in zip(called, residuals, own, strict=False) if counted}


def bytes_of(value: Any) -> int:
    """The bytes of the numbers in a tree."""
    if isinstance(value, (np.ndarray, np.generic)):
        return int(value.nbytes)
    if isinstance(value, (bool, int, float, complex)):
        return 16 if isinstance(value, complex) else 8
    if isinstance(value, dict):
        return sum(map(bytes_of, value.values()))
    return sum(map(bytes_of, value)) if isinstance(value, (list, tuple)) else 0


__all__ = ["Kept", "Report", "measured", "report_of"]
