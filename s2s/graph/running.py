"""A graph run: its values, tangents, cotangents; and the tape that it is compiled to.

In: a graph and inputs that fit its specs.  Out: results like those of the function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2s.eager.functions import Tape
from s2s.errors import ShapeError, UnsupportedConstruct
from s2s.graph.nodes import Graph, Ref
from s2s.graph.specs import sample, spec_of
from s2s_runtime import tree
from s2s_runtime.tape.core import Application, added, bare, checked, one_of, zeros_like
from s2s_runtime.tape.core import Node as TapeNode

Values = list[Any]
Calls = list[Application | None]


def computed(graph: Graph, inputs: Sequence[Any]) -> tuple[Values, Calls]:
    """The value of every node, and the call that made it."""
    given = dict(bound(graph, inputs))
    values: Values = []
    calls: Calls = []
    for number, node in enumerate(graph.nodes):
        if node.application is None:
            values.append(given.get(number, node.value))
            calls.append(None)
            continue
        value, call = node.application.on([values[parent] for parent in node.parents])
        values.append(value)
        calls.append(call)
    return values, calls


def bound(graph: Graph, inputs: Sequence[Any]) -> Any:
    """(number, value) of each argument.  Raises ShapeError if a value is not what the graph was made for."""
    if len(inputs) != len(graph.inputs):
        raise ShapeError(f"{graph.name} has {len(graph.inputs)} arguments, got {len(inputs)}")
    for k, (like, given) in enumerate(zip(graph.inputs, inputs, strict=True)):
        for path, ref, value in tree.pairs(like, given, f"argument {k}"):
            if not isinstance(ref, Ref):
                continue
            want = graph.nodes[ref.number].spec
            if np.shape(value) != want.shape:
                raise ShapeError(f"{path}: the graph is for {want}, got shape {np.shape(value)}")
            have = spec_of(value)
            if have != want and have.dtype.kind != "O" and not isinstance(value, (int, float)):
                raise ShapeError(f"{path}: the graph is for {want}, got {have}")
            yield ref.number, value


def evaluated(graph: Graph, *inputs: Any) -> Any:
    """The results."""
    return picked(graph.results, computed(graph, inputs)[0])


def picked(refs: Any, values: Sequence[Any], of_others: Callable[[Any], Any] = lambda one: one) -> Any:
    """What stands in the places of a tree of references, and what becomes of the leaves that are none."""
    return tree.tree_map(lambda one: values[one.number] if isinstance(one, Ref) else of_others(one), refs)


# ------------------------------------------------------------------------------------------------------------- forward
def jvp(graph: Graph, inputs: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The results and their tangents; a tangent of an argument may be None for zero."""
    values, calls = computed(graph, inputs)
    dots: dict[int, Any] = {}
    for like, given in zip(graph.inputs, tangents, strict=True):
        for _, ref, dot in tree.pairs(like, given, "tangent"):
            if isinstance(ref, Ref) and dot is not None:
                dots[ref.number] = checked(dot, TapeNode(values[ref.number]), ref.number)
    for number, node in enumerate(graph.nodes):
        moving = [dots.get(parent) for parent in node.parents]
        if (call := calls[number]) is not None and any(dot is not None for dot in moving):
            dots[number] = call.push(moving, values[number])
    found = [dots[k] if dots.get(k) is not None else zeros_like(value) for k, value in enumerate(values)]
    return picked(graph.results, values), picked(graph.results, found, zeros_like)


# ------------------------------------------------------------------------------------------------------------- reverse
def backprop(graph: Graph, inputs: Sequence[Any], seed: Any = None) -> tuple[Any, tuple[Any, ...]]:
    """The results and the cotangents of the arguments, from one of the results: by default one, for a number."""
    values, calls = computed(graph, inputs)
    result = picked(graph.results, values)
    seeds: list[Any] = [None] * len(values)
    for _, ref, bar in tree.pairs(graph.results, one_of(result) if seed is None else seed, "seed"):
        if isinstance(ref, Ref) and bar is not None:
            number = ref.number
            seeds[number] = tree.add(seeds[number], checked(bar, TapeNode(values[number]), number))
    return result, picked(graph.inputs, swept(graph, values, calls, seeds), zeros_like)


def backprop_all(graph: Graph, inputs: Sequence[Any], seeds: Sequence[Any]) -> list[Any]:
    """The cotangents of all nodes, from any for each of them."""
    if len(seeds) != len(graph.nodes):
        raise ShapeError(f"expected a cotangent for each of the {len(graph.nodes)} nodes of {graph.name}, got {len(seeds)}")
    values, calls = computed(graph, inputs)
    given = [checked(seed, TapeNode(value), number) for number, (seed, value) in enumerate(zip(seeds, values, strict=True))]
    return swept(graph, values, calls, given)


def swept(graph: Graph, values: Values, calls: Calls, bars: list[Any]) -> list[Any]:
    """The definition of the reverse mode: the cotangent of a node is its seed, if it has one, and what every call on it contributes.  What
    nothing reaches has zeros, and what carries no derivative None."""
    bars, zeros = list(bars), [zeros_like(value) for value in values]
    for number in reversed(range(len(graph.nodes))):
        call = calls[number]
        if call is None or bars[number] is None:
            continue
        for parent, part in zip(graph.nodes[number].parents, call.pull(bars[number], values[number]), strict=True):
            if part is not None and zeros[parent] is not None:
                bars[parent] = part if bars[parent] is None else added(bars[parent], part)
    return [zero if bar is None else bare(bar) for bar, zero in zip(bars, zeros, strict=True)]


# ---------------------------------------------------------------------------------------------------------------- tape
def compiled(graph: Graph, *inputs: Any) -> Tape:
    """The tape of a run: a node for each node, with the same numbers, all of which have a cotangent."""
    made = Tape()
    values, calls = computed(graph, inputs)
    for node, value, call in zip(graph.nodes, values, calls, strict=True):
        made.record.nodes.append(TapeNode(value, node.parents, call, True, node.name))
    made.recording = False
    return made


def check_specs(graph: Graph) -> None:
    """Raises UnsupportedConstruct if for other numbers the values have other shapes or dtypes than those that were inferred."""
    inputs = tree.tree_map(lambda one: sample(graph.nodes[one.number].spec, 1) if isinstance(one, Ref) else one, list(graph.inputs))
    with np.errstate(all="ignore"):
        values, _ = computed(graph, inputs)
    for number, (node, value) in enumerate(zip(graph.nodes, values, strict=True)):
        found = spec_of(value)
        if found != node.spec:
            place = node.place
            raise UnsupportedConstruct(f"{graph.about(number)} is {text(node.spec)} for some numbers and {text(found)} for others",
                                       hint="a graph has the same shapes for all numbers; differentiate the function itself",
                                       file=place.file, line=place.line, source=place.text)  # fmt: skip


def text(of: Any) -> str:
    return ", ".join(map(text, of)) if isinstance(of, tuple) else str(of)


__all__ = ["backprop", "backprop_all", "check_specs", "compiled", "evaluated", "jvp"]
