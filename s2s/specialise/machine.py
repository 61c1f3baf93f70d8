"""Runs a program on abstract values, and writes down what is left to be done: the typed, functional program.

In: a function, example arguments (or none), a Builder.  Out: a `Specialised` program.

    def f(x, n):                     n is an int, x a float64 array of rank 1
        if n is None: n = 3          the test is known: no branch is left
        return g(x) + n         =>   g is inlined
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from s2s import ir
from s2s import syntax as sx
from s2s.builder import Builder
from s2s.errors import Refused, UnsupportedConstruct
from s2s.facts import Dim, Symbol, as_dim
from s2s.specialise.access import Access, agreeing, argument, called, fixed, step
from s2s.specialise.alike import Callee
from s2s.specialise.arrays import Arrays
from s2s.specialise.calls import Calls
from s2s.specialise.checkpoints import Checkpoints
from s2s.specialise.expressions import Expressions
from s2s.specialise.generators import Generators
from s2s.specialise.identity import Identity
from s2s.specialise.inputs import Inputs, signature
from s2s.specialise.items import Items
from s2s.specialise.loops import Loops
from s2s.specialise.memories import IDENTITY, MOVED, OUTSIDE, StoresNeeded
from s2s.specialise.memory import Memory
from s2s.specialise.merge import SHARED
from s2s.specialise.outside import (
    JOINERS,
    Capture,
    Guard,
    Same,
    Surroundings,
    is_static,
    itself,
    lies_in_order,
    number_key,
    static_key,
)
from s2s.specialise.recursion import Recursion
from s2s.specialise.scope import MISSING
from s2s.specialise.statements import Statements
from s2s.specialise.structures import LOST
from s2s.specialise.total import total
from s2s.specialise.values import (
    Cell,
    Frame,
    Lost,
    Ref,
    Seq,
    State,
    Value,
)
from s2s.subroutine import Subroutine


@dataclass(frozen=True)
class Specialised:
    """A program, the parameters that its surroundings fill, and what must stay true for it.

    `memory`: what must not share memory.  `total`: no argument of this signature makes the program fail, so that a derivative
    that does not need its values need not run it.
    """

    function: ir.Function
    captures: tuple[Capture, ...]
    guards: tuple[Guard, ...]
    sizes: Mapping[Symbol, int]
    memory: tuple[Memory, ...] = ()
    total: bool = False

    def size(self, dim: Dim) -> str:
        """A length as it is for the example arguments, or `?`."""
        return length_in(self.sizes, dim)


def length_in(sizes: Mapping[Symbol, int], dim: Dim) -> str:
    known = dim.substitute({symbol: as_dim(length) for symbol, length in sizes.items()})
    return str(known.constant) if known.constant is not None else "?"


class Machine(Expressions, Statements, Loops, Checkpoints, Calls, Recursion, Arrays, Items, Generators, Identity):
    """The state of one specialisation."""

    def __init__(self, builder: Builder, stores: bool = False, places: bool = False) -> None:
        self.builder = builder
        self.stores, self.places = stores, places
        self.input_cells: dict[int, str] = {}
        self.written: set[int] = set()
        self.born: set[int] = set()
        self.called_for_effect: sx.Node | None = None
        self.outside_loops: list[list[ir.Stmt]] = []
        self.mixed: set[Any] = set()  # names that loops carry as a number in some rounds, as an array in others
        self.loop_starts: list[tuple[int, int]] = []
        self.body_starts = [0]
        self.carrying: list[Any] = []
        self.state = State()
        self.base: dict[int, Cell] = {}
        self.serial = 0
        self.surroundings = Surroundings()
        self.inputs = Inputs(builder, self.allocate, self.locate)
        self.tries = 0
        self.handling = 0
        self.paths: dict[int, Access] = {}
        self.alive: list[Any] = []
        self.returned: tuple[Frame, sx.Node | None] | None = None
        self.scalar = ""
        self.arms = 0
        self.subroutines: dict[Callee, Subroutine] = {}
        self.running: list[Callee] = []
        self.carried_steps: set[str] = set()
        self.contents: dict[str, set[tuple[bool | None, str | None]]] = {}
        self.around: dict[Any, Frame | None] = {}
        self.recursive: set[Any] = set()
        self.callers: dict[int, Any] = {}
        self.held: list[Any] = []
        self.iterated: list[Any] = []
        self.floating: set[Any] = set()
        self.frames: list[Frame] = []
        self.node: sx.Node | None = None
        self.rounds: tuple[int, ...] = ()

    # ---------------------------------------------------------------------------------------------------- heap
    def allocate(self, cell: Cell) -> Ref:
        self.serial += 1
        self.state.heap[self.serial] = cell
        return Ref(self.serial)

    def cell(self, ref: Ref) -> Cell:
        """The content of a container, as it is now."""
        known = self.state.heap.get(ref.cell)
        if isinstance(known, Lost):
            raise self.refuse(known.reason, "change it before the try, or behind it")
        known = known if known is not None else self.base.get(ref.cell)
        if known is None:
            raise self.refuse(MOVED, "give it a name, and use that")
        return self.cell_inside(ref, known) if ref.steps and isinstance(ref, Ref) else known

    def number(self) -> int:
        self.serial += 1
        return self.serial

    def memory(self) -> tuple[Memory, ...]:
        """What must not share memory with what is stored into; nothing if no input is."""
        if not self.written:
            return ()
        return tuple(
            Memory(self.builder.hints.get(root, root), self.inputs.roots[root], cell in self.written)
            for cell, root in self.input_cells.items()
            if root in self.inputs.roots
        )

    # -------------------------------------------------------------------------------------------------- errors
    def refuse(
        self, reason: str, hint: str = "", node: sx.Node | None = None, kind: type[Refused] = UnsupportedConstruct
    ) -> Refused:
        """The refusal of a piece of the user's text: of the node, or of what is being evaluated."""
        place = node or self.node
        frame = next((f for f in reversed(self.frames) if not f.trusted), None)
        if place is None or frame is None:
            return kind(reason, hint=hint)
        return self.refuse_in(frame.syntax, place.span, reason, hint, kind)

    def refuse_in(
        self, syntax: sx.Function, span: sx.Span, reason: str, hint: str, kind: type[Refused] = UnsupportedConstruct
    ) -> Refused:
        """The refusal of a place in a function's text."""
        source = syntax.lines[span.line - 1] if 0 < span.line <= len(syntax.lines) else ""
        return kind.at(span, reason, hint=hint, file=syntax.file, source=source)

    def refuse_call(self, syntax: sx.Function, reason: str, hint: str) -> Refused:
        """The refusal of a call: where it stands, or the function's own text if it is called from outside."""
        if any(not frame.trusted for frame in self.frames):
            return self.refuse(reason, hint)
        return self.refuse_in(syntax, syntax.span, reason, hint)

    @contextmanager
    def evaluating(self, node: sx.Node) -> Iterator[None]:
        """Refusals inside point at this node."""
        before, self.node = self.node, node
        try:
            yield
        finally:
            self.node = before

    @contextmanager
    def returning(self) -> Iterator[None]:
        """Refusals inside point at the outermost function's last `return`."""
        if self.returned is None:
            yield
            return
        frame, node = self.returned
        self.frames.append(frame)
        try:
            with self.evaluating(node or frame.syntax):
                yield
        finally:
            self.frames.pop()

    # ---------------------------------------------------------------------------------------------- surroundings
    def lift(self, value: Any, name: str, get: Access, key: Any) -> Value:
        """The abstract value of a Python object found outside the program, where `get` finds it at each call."""
        known = self.surroundings.values.get(key)
        if known is not None:
            return known
        before = set(self.state.heap)
        result = self.given_arrays(self._lift(value, name, get), before, OUTSIDE)
        self.base.update((cell, self.state.heap[cell]) for cell in self.state.heap.keys() - before)
        self.surroundings.values[key] = result
        return result

    def _lift(self, value: Any, name: str, get: Access) -> Value:
        self.guard(get, value)
        if is_static(value):
            self.locate(value, get)
            return ir.Const(value)
        if type(value) in JOINERS:
            return ir.Const(value)
        if isinstance(value, tuple) and all(is_static(item) for item in value):
            for position, item in enumerate(value):
                self.locate(item, step(get, operator.getitem, position))
            return Seq(tuple, tuple(ir.Const(item) for item in value))
        atom = self.builder.fresh(name.lstrip("_") or name)
        self.inputs.roots[atom.name] = get
        default = ir.Const(value) if type(value) in (bool, int, float) else None
        result, tree = self.inputs.abstract(value, atom, name)
        self.surroundings.captures.append(Capture(name, get))
        self.surroundings.parameters.append(ir.Parameter(atom.name, captured=True, default=default))
        self.surroundings.trees.append(tree)
        return result

    def constant(self, value: Any, get: Access) -> Value:
        """A number from outside that is written into the program, which holds for this number only."""
        self.surroundings.guards.append(Guard(get, number_key, number_key(value)))
        return ir.Const(value)

    def guard(self, get: Access, value: Any) -> None:
        """The program holds only while `get` gives the same static object, or a value of the same signature."""
        key = static_key if is_static(value) else signature
        self.surroundings.guards.append(Guard(get, key, key(value)))

    def guard_layout(self, get: Access, contiguous: bool) -> None:
        """The program holds only while the array that `get` finds lies in C order, or in Fortran's."""
        self.surroundings.guards.append(Guard(get, lies_in_order, contiguous))

    def guard_length(self, get: Access, count: int) -> None:
        """The program holds only while what `get` finds has this length."""
        self.surroundings.guards.append(Guard(get, len, count))

    def locate(self, value: Any, get: Access) -> None:
        """Remember where a callable is found.  Found in two places, it must be the same in both at each call."""
        known = self.paths.setdefault(id(value), get)
        self.alive.append(value)
        if known is not get and not isinstance(value, (str, type, type(None))):
            self.surroundings.guards.append(Guard(agreeing(get, known), itself, True))

    def path(self, value: Any) -> Access:
        """Where a callable is found at each call; what was found in no place is always the same."""
        self.alive.append(value)
        return self.paths.get(id(value)) or fixed(value)

    def held_by(self, owner: Any, value: Any, access: Callable[[Any], Any]) -> Value:
        """A static part of a known callable, such as the function of a method."""
        path = self.path(owner)
        if self.paths.get(id(owner)) is not None:
            self.locate(value, step(path, access))
        return ir.Const(value)

    def pin(self, value: Any) -> None:
        """A function is written into the program: another one made from the same text is not the same."""
        path = self.paths.get(id(value))
        if path is not None:
            self.surroundings.guards.append(Guard(path, Same, Same(value)))

    def inline_rule(
        self, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any], scalar: str
    ) -> ir.Atom:
        """What a rule's body returns.  `scalar`: the primal is a function of `math` ("real") or `cmath` ("complex"), and so are those
        that the body calls; else it is empty.
        """
        before, self.scalar = self.scalar, scalar
        try:
            return self.materialise(self.call(ir.Const(function), args, kwargs))
        finally:
            self.scalar = before

    def is_transform(self, value: Any) -> bool:
        """Whether a Python object is one of this package's own transforms or decorated functions."""
        return hasattr(type(value), "__s2s_call__")


def specialise(
    function: Callable[..., Any], examples: tuple[Any, ...] | None, keywords: dict[str, Any]
) -> tuple[Specialised, Builder]:
    """The program of `function(*examples, **keywords)`; without examples, the program of unknown arguments.

    Few programs store into arrays, and only these need to know who holds which.  Fewer move names from array to array in a loop
    while others hold these.
    """
    with suppress(StoresNeeded):
        return _specialise(Machine(Builder()), function, examples, keywords)
    try:
        return _specialise(Machine(Builder(), stores=True), function, examples, keywords)
    except Refused as refused:
        if refused.reason not in (LOST, SHARED, IDENTITY):
            raise
        with suppress(Refused):
            return _specialise(Machine(Builder(), stores=True, places=True), function, examples, keywords)
        raise


def _specialise(
    machine: Machine, function: Callable[..., Any], examples: tuple[Any, ...] | None, keywords: dict[str, Any]
) -> tuple[Specialised, Builder]:
    machine.paths[id(function)] = called()
    parameters, trees, args, kwargs = _parameters(machine, function, examples, keywords)
    result = machine.call(machine.start(function), args, kwargs)
    with machine.returning():
        machine.check_returned(result)
        atom = machine.materialise(result)
    outside = machine.surroundings
    name = getattr(function, "__name__", None) or type(function).__name__
    body = machine.builder.finish(atom)
    program = ir.Function(
        name if name.isidentifier() else "function",
        (*parameters, *outside.parameters),
        (*trees, *outside.trees),
        body,
        machine.builder.types,
        machine.builder.hints,
        doc=inspect.getdoc(function) or "",
    )
    known = tuple(outside.captures), tuple(outside.guards), machine.inputs.sizes, machine.memory()
    made = Specialised(program, *known, total=total(body) and not machine.builder.assumes)
    return made, machine.builder


def _parameters(
    machine: Machine, function: Any, examples: tuple[Any, ...] | None, keywords: dict[str, Any]
) -> tuple[list[ir.Parameter], list[ir.Atom], list[Value], dict[str, Value]]:
    """One parameter per argument of the call, under the user's name for it."""
    names = parameter_names(function, len(examples) if examples is not None else None)
    parameters: list[ir.Parameter] = []
    trees: list[ir.Atom] = []
    args: list[Value] = []
    kwargs: dict[str, Value] = {}

    def add(name: str, example: Any) -> Value:
        atom = machine.builder.fresh(name)
        position = len(parameters)
        machine.inputs.roots[atom.name] = argument(position)
        before = set(machine.state.heap)
        value, tree = machine.inputs.abstract(example, atom, name)
        value = machine.given_arrays(value, before)
        parameters.append(ir.Parameter(atom.name))
        trees.append(tree)
        return value

    for position, name in enumerate(names):
        args.append(add(name, examples[position] if examples is not None else MISSING))
    for name, example in keywords.items():
        kwargs[name] = add(name, example)
    return parameters, trees, args, kwargs


def parameter_names(function: Any, count: int | None) -> list[str]:
    """The names of a function's first `count` positional arguments; all those without a default if the count is None."""
    names: list[str] = []
    rest = "x"
    try:
        for parameter in inspect.signature(function).parameters.values():
            if parameter.kind is parameter.VAR_POSITIONAL:
                rest = parameter.name
            elif parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
                if count is not None or parameter.default is parameter.empty or not names:
                    names.append(parameter.name)
    except (TypeError, ValueError):
        names = ["x", "y", "z"]
        if count is None:
            return names[:1]
    if count is None:
        return names
    names = names[:count]
    return names + [f"{rest}_{k}" for k in range(count - len(names))]
