"""The hook between the ways to run a program: for any cotangent of every node, the reverse loop of the tape that a graph is compiled to
gives what the graph's own reverse mode gives, and what the generated adjoint of its source gives.

    found = hook(graph, np.array([Fraction(1, 2), Fraction(2)]), seeds=None)      on fractions, so exactly
    assert found.holds
    claim_of(function, numbers, symbols)                                          a line of a certificate, for all numbers

In: a graph of polynomial and rational functions and fractions, or a function that a tape records, and symbols.  Out: a `Hook`; a `Claim`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from s2s.eager.bodies import Bodies
from s2s.errors import Refused
from s2s.graph import Graph, Ref, backprop_all, compiled, function, trace_at
from s2s.graph.running import computed
from s2s.graph.specs import Spec
from s2s.verify.arrays import Symbols
from s2s.verify.certificate import Claim
from s2s.verify.claims import claim, programs_for, symbols_of
from s2s.verify.exact import _floats, _fractions, _symbols
from s2s.verify.inputs import like, numbers
from s2s.verify.lifting import lifted, start_anew
from s2s.verify.scalar import Scalar, scalar
from s2s_runtime import tree
from s2s_runtime.projection import real_part
from s2s_runtime.tape import TapeError


@dataclass(frozen=True)
class Hook:
    """The cotangents of all nodes by the tape and by the graph, and those of the arguments by generated code."""

    by_tape: list[Any]
    by_graph: list[Any]
    by_source: tuple[Any, ...]
    arguments: list[int]

    @property
    def holds(self) -> bool:
        """Whether they are equal, to the last digit."""
        return equal(self.by_tape, self.by_graph) and equal([self.by_tape[k] for k in self.arguments], list(self.by_source))


def equal(left: Any, right: Any) -> bool:
    pairs = zip(tree.flatten(left)[0], tree.flatten(right)[0], strict=True)
    return all(bool(np.all(np.asarray(a, object) == np.asarray(b, object))) for a, b in pairs)


def exact(graph: Graph) -> Graph:
    """The graph with its functions and rules on exact numbers, and with exact numbers for its constants."""
    bodies = Bodies(lifted)

    def on_fractions(node: Any) -> Any:
        call = node.application
        if call is None:
            return replace(node, value=of_spec(node.spec, node.value))
        if hasattr(call, "plan"):
            call = replace(call, plan=replace(call.plan, bodies=bodies))
        return replace(node, application=OnExact(call, node.spec, tuple(graph.nodes[parent].spec for parent in node.parents)))

    return replace(graph, nodes=tuple(map(on_fractions, graph.nodes)))


@dataclass(frozen=True)
class OnExact:
    """A call whose value is as exact as its operands: an empty sum is a 0 with a cotangent, though Python has a whole number for it.

    The cotangent of a real operand is real, which symbols do not tell from their dtype.
    """

    application: Any
    spec: Any
    operands: tuple[Any, ...]

    def on(self, values: Sequence[Any]) -> tuple[Any, Any]:
        value, call = self.application.on(values)
        return of_spec(self.spec, value), replace(self, application=call)

    def pull(self, g: Any, result: Any) -> list[Any]:
        parts = zip(self.application.pull(g, result), self.operands, strict=True)
        return [lifted(real_part)(part) if isinstance(part, (Scalar, Symbols)) and is_real(spec) else part for part, spec in parts]


def is_real(spec: Any) -> bool:
    return isinstance(spec, Spec) and spec.dtype.kind == "f"


def of_spec(spec: Any, value: Any) -> Any:
    """A value whose floats are exact numbers."""

    def leaf(one: Any, part: Any) -> Any:
        if isinstance(part, np.ndarray):
            return symbols_of(part)
        return scalar(part) if is_real(one) and isinstance(part, (int, float)) and not isinstance(part, bool) else part

    return value if value is None else by_leaf(leaf, spec, value)


def by_leaf(function: Callable[[Any, Any], Any], spec: Any, value: Any) -> Any:
    """`function` of each leaf of a spec and of a value, whose containers may be other sequences: a list of what NumPy gives as a tuple."""
    leaves, structure = tree.flatten(value)
    return tree.unflatten(structure, [function(one, part) for one, part in zip(tree.flatten(spec)[0], leaves, strict=True)])


def hook(graph: Graph, *inputs: Any, seeds: Any = None, number: int = 0) -> Hook:
    """The three ways, for these cotangents of the nodes, or for random ones.

    Raises:
        NotVerified: a value is no fraction.
    """
    start_anew()
    on_fractions, given = exact(graph), [_symbols(one) for one in inputs]
    if seeds is None:
        seeds = random_seeds(_fractions(computed(on_fractions, given)[0]), number)
    found = three_ways(graph, on_fractions, given, inputs, _symbols(seeds))
    return Hook(_fractions(found.by_tape), _fractions(found.by_graph), _fractions(found.by_source), graph.arguments)


def three_ways(graph: Graph, on_symbols: Graph, given: Sequence[Any], machine: Sequence[Any], seeds: Sequence[Any]) -> Hook:
    """The cotangents of a graph, which is `exact` for symbols, each way; generated code is made for machine numbers like them."""
    by_graph = backprop_all(on_symbols, given, seeds)
    by_tape = compiled(on_symbols, *given).backward_from(seeds)
    programs = programs_for(function(graph, all_nodes=True), tuple(map(_floats, leaves_of(graph, machine))))
    _, by_source = programs.reverse(*leaves_of(graph, given), tuple(seeds))
    return Hook(by_tape, by_graph, by_source, graph.arguments)


def leaves_of(graph: Graph, inputs: Sequence[Any]) -> list[Any]:
    """What stands for the arguments of a graph, in their order."""
    return [leaf for like, one in zip(graph.inputs, inputs, strict=True) for _, ref, leaf in tree.pairs(like, one) if isinstance(ref, Ref)]


def random_seeds(values: Any, number: int) -> Any:
    """A fraction for each entry of each node."""
    rng = np.random.default_rng(number)

    def like(value: Any) -> Any:
        drawn = [Fraction(int(rng.integers(-9, 10)), int(rng.integers(1, 8))) for _ in range(int(np.size(value)))]
        return np.array(drawn, object).reshape(np.shape(value)) if np.shape(value) else drawn[0]

    return tree.tree_map(like, values)


def seed_like(name: str, value: Any, spec: Any) -> Any:
    """Symbols for the cotangent of a value; None for what has none: a whole number, a flag."""
    count = iter(range(10_000))

    def leaf(one: Any, real: Any) -> Any:
        if not isinstance(real, (Scalar, Symbols)):
            return None
        return real if one.dtype.kind != "c" else real + like(f"{name}i{next(count)}_", real) * scalar(1j)

    return by_leaf(leaf, spec, like(name, value))


MOST = 200
"""How many calls a graph may have for its generated source to be differentiated here."""


def claim_of(run: Callable[..., Any], machine: Sequence[Any], given: Sequence[Any]) -> Claim | None:
    """That the three ways agree on the path that a function takes at a point, for any cotangents of all its intermediate values; None if
    there is no tape of it.

    Args:
        run: the function.
        machine: its arguments as machine numbers: what is recorded.
        given: the same as symbols.
    """
    try:
        graph = trace_at(run, *machine)
        if not graph.arguments or len(graph.nodes) > MOST:
            return None
        on_symbols = exact(graph)
        values = computed(on_symbols, given)[0]
        seeds = [seed_like(f"g{k}_", value, node.spec) for k, (value, node) in enumerate(zip(values, graph.nodes, strict=True))]
        found = three_ways(graph, on_symbols, given, machine, seeds)
    except (Refused, TapeError):
        return None
    wanted = [*found.by_graph, *(found.by_graph[k] for k in graph.arguments)]
    about = f"the tape, its graph and its source agree, for any cotangents of its {len(graph.nodes)} values"
    return claim("hook", about, numbers([*found.by_tape, *found.by_source]), numbers(wanted))
