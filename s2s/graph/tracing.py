"""Graphs made: node by node with a builder, or of a function.

    b = Builder()                                   graph = trace(f, (2, 3), (3,))
    w, x = b.arg((2, 3), name="w"), b.arg((3,), name="x")
    graph = b.graph(b.op(np.tanh, b.op(np.matmul, w, x)))
                                                    graph = trace_at(f, w, x)

In: specs, functions.  Out: a `Graph`.  What is recorded is what a tape records; shapes and dtypes are those that the functions make of
sample numbers, and a second sample tells what depends on the numbers.
"""

from __future__ import annotations

import linecache
import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from s2s.eager.functions import TABLE
from s2s.errors import MissingRule, Refused, ShapeError, UnsupportedConstruct
from s2s.graph.nodes import Graph, Node, Place, Ref
from s2s.graph.specs import Spec, sample, spec, spec_of
from s2s.primitives import spoken
from s2s_runtime import tape, tree
from s2s_runtime.tape import Variable

OURS = ("s2s.", "s2s_runtime.", "numpy", "functools", "contextlib")

STATIC = {np.shape, np.ndim, np.size, len, np.result_type, np.iscomplexobj, np.isrealobj, np.broadcast_shapes, isinstance}
"""Functions of shapes and dtypes, which a graph knows."""


class Recorder(tape.Tape):
    """A tape that also records what does not move: comparisons, positions, counts, which are others for other numbers."""

    def __init__(self) -> None:
        super().__init__(TABLE)

    def _still(self, plan: Any, operands: Any, value: Any) -> Any:
        if not operands.variables or plan.function in STATIC:
            return super()._still(plan, operands, value)
        return self._recorded(plan, operands, value, False)

    def _keeps(self, part: Any) -> bool:
        return True


def graph_of(
    recorded: tape.Tape, inputs: Any, results: Any, name: str = "graph", places: Mapping[int, Place] = MappingProxyType({})
) -> Graph:
    """The graph of some results on a tape, by some inputs; both are trees of variables.

    Only what the results depend on, and all inputs; an input may be something that was computed: what is before it is left out.
    """
    leaves = {number_of(one) for one in tree.flatten(inputs)[0] if type(one) is Variable}
    needed = set(leaves)
    for number in {one.number for one in tree.flatten(results)[0] if type(one) is Variable}:
        needed.update(tape.core.reachable(recorded.record, number, leaves))
    numbers = {old: new for new, old in enumerate(sorted(needed))}

    def node(old: int) -> Node:
        found = recorded.record.nodes[old]
        place, of = places.get(old, Place()), spec_of(found.value)
        if old in leaves:
            return Node(of, name=found.name, place=place)
        if found.application is None:
            return Node(of, value=found.value, name=found.name, place=place)
        return Node(of, tuple(numbers[k] for k in found.parents), found.application.without(), name=found.name, place=place)

    given = tree.tree_map(lambda one: Ref(numbers[number_of(one)]) if type(one) is Variable else one, list(inputs))
    found = tree.tree_map(lambda one: Ref(numbers[one.number]) if type(one) is Variable else one, results)
    return Graph(tuple(map(node, numbers)), tuple(given), found, name)


def number_of(one: Variable) -> int:
    """The node of a leaf as it was given, whatever was stored in it since; the node of a value that was computed."""
    return one.number if one.leaf is None else one.leaf


class Builder(Recorder):
    """Makes a graph: `arg`, `const`, `op`, or operators and NumPy's functions on what they return.

    A value that is asked for a branch, an index or a number is refused: it is not there yet.
    """

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[int, Place] = {}
        self.inputs: list[Any] = []

    def arg(self, shape: Any = (), dtype: Any = float, name: str | None = None) -> Any:
        """An argument: of a shape and dtype, a `Spec`, or like a number or array that is given."""
        of = shape if isinstance(shape, Spec) else spec(shape, dtype)
        given = shape if isinstance(shape, (np.ndarray, np.generic, float, complex)) else sample(of, len(self.inputs))
        made = self.noted(self.leaf, given, name=name or f"x{len(self.inputs)}")
        self.inputs.append(made)
        return made

    def const(self, value: Any) -> Any:
        """A value that does not move."""
        return self.noted(self.leaf, value, requires_grad=False)

    def op(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """A call.  Raises ShapeError if the shapes of the operands do not fit, and MissingRule if the function has no rule."""
        return self.call(function, *args, **options)

    def call(self, function: Any, *args: Any, **options: Any) -> Any:
        try:
            with np.errstate(all="ignore"):
                return self.noted(super().call, function, *args, **options)
        except (Refused, tape.TapeError, NotThere):
            raise
        except (ValueError, IndexError, np.linalg.LinAlgError) as error:
            place = user_place()
            shapes = ", ".join(str(spec_of(one.value)) for one in tape.variable.variables(args))
            hint = "shapes are inferred with sample numbers; give better ones as specs"
            reason = f"{spoken(function)} of {shapes}: {error}"
            raise ShapeError(reason, hint=hint, file=place.file, line=place.line, source=place.text) from error

    def noted(self, make: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Something made, and the user's line of each node of it."""
        first = len(self.record)
        made = make(*args, **options)
        if len(self.record) > first:
            place = user_place()
            self.places.update((number, self.places.get(number, place)) for number in range(first, len(self.record)))
        return made

    def decided(self, variable: Any, what: str) -> Any:
        place = user_place()
        raise NotThere(f"{what} of a value that is not there yet: a graph has no branches", hint="write np.where, or differentiate the "
                       "function itself", file=place.file, line=place.line, source=place.text)  # fmt: skip

    def graph(self, results: Any, name: str = "graph") -> Graph:
        """The graph of some results, a tree of what was made here; only what they depend on, and all arguments."""
        made = graph_of(self, self.inputs, results, name, self.places)
        made.check()
        return made


class NotThere(UnsupportedConstruct):
    """A branch or a number is asked of a value of a graph."""


def trace(function: Callable[..., Any], *specs: Any) -> Graph:
    """The graph of a function for arguments of these shapes and dtypes.

    Args:
        function: of arrays and trees of them.  Loops are followed; a branch on a value is refused.
        specs: one per argument: a shape, a `Spec`, a number or array like those that will come, or a tree of specs and arrays.

    Raises:
        UnsupportedConstruct: the function asks a value for a branch, or what it computes has another shape for other numbers.
        MissingRule, ShapeError: as `Builder.op`.
    """
    builder = Builder()
    given = [builder_argument(builder, one, f"x{k}") for k, one in enumerate(specs)]
    builder.inputs = given
    with builder:
        result = builder.run(function, *given)
    return builder.graph(result, getattr(function, "__name__", "graph"))


def trace_at(function: Callable[..., Any], *args: Any) -> Graph:
    """The graph of what a function computes for these arguments: branches are followed, and the graph holds where they go the same way.

    Raises:
        MissingRule, TapeError: something that it calls is not recorded.
    """
    with Recorder() as recording:
        leaves = recording.leaf(list(args), name="args")
        return graph_of(recording, leaves, recording.run(function, *leaves), getattr(function, "__name__", "graph"))


def builder_argument(builder: Builder, one: Any, name: str) -> Any:
    if is_shape(one):
        return builder.arg(one, name=name)
    paths = iter(path for path, _ in tree.named_leaves(one, name))
    return tree.tree_map(lambda leaf: argument(builder, leaf, next(paths)), one)


def argument(builder: Builder, leaf: Any, path: str) -> Any:
    if isinstance(leaf, Spec) or tape.tape.carries(leaf):
        return builder.arg(leaf, name=path)
    return leaf


def is_shape(one: Any) -> bool:
    return isinstance(one, tuple) and all(isinstance(n, int) for n in one)


def user_place() -> Place:
    """The line of the user's that is running."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if not module.startswith(OURS) and module != "s2s":
            file, line = frame.f_code.co_filename, frame.f_lineno
            return Place(file, line, linecache.getline(file, line).rstrip("\n"))
        frame = frame.f_back
    return Place()


# ---------------------------------------------------------------------------------------------------------- preflight
def supported(function: Callable[..., Any], *specs: Any) -> list[str]:
    """Why a function has no graph for these specs, one line each; an empty list if it has one."""
    try:
        trace(function, *specs)
    except (Refused, tape.TapeError) as error:
        return [str(error)]
    return []


def jvp_availability(function: Callable[..., Any]) -> str:
    """Whether a function can be differentiated: "rule", "written" with functions that can, "constant", or "missing"."""
    from s2s.rules.declare import RULES

    if RULES.of(function):
        return "rule"
    if function in RULES.definitions:
        return "written"
    return "constant" if RULES.is_constant(function) else "missing"


__all__ = ["Builder", "MissingRule", "NotThere", "jvp_availability", "supported", "trace", "trace_at"]
