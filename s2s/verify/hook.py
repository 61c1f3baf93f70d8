"""The hook between the ways to run a program: for any cotangent of every node, the reverse loop of the tape that a graph is compiled to
gives what the graph's own reverse mode gives, and what the generated adjoint of its source gives.  On fractions, so exactly.

    found = hook(graph, np.array([Fraction(1, 2), Fraction(2)]), seeds=None)
    assert found.holds

In: a graph of polynomial and rational functions, arguments of fractions.  Out: a `Hook`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from s2s.eager.bodies import Bodies
from s2s.graph import Graph, backprop_all, compiled, function
from s2s.graph.running import computed
from s2s.verify.exact import _fractions, _symbols, exactly
from s2s.verify.lifting import lifted, start_anew
from s2s_runtime import tree


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
    """The graph with its functions and rules on exact numbers."""
    bodies = Bodies(lifted)

    def on_fractions(node: Any) -> Any:
        call = node.application
        if call is None or not hasattr(call, "plan"):
            return node
        return replace(node, application=replace(call, plan=replace(call.plan, bodies=bodies)))

    return replace(graph, nodes=tuple(map(on_fractions, graph.nodes)))


def hook(graph: Graph, *inputs: Any, seeds: Any = None, number: int = 0) -> Hook:
    """The three ways, for these cotangents of the nodes, or for random ones.

    Raises:
        NotVerified: a value is no fraction.
    """
    start_anew()
    on_fractions, given = exact(graph), [_symbols(one) for one in inputs]
    values, _ = computed(on_fractions, given)
    seeds = random_seeds(_fractions(values), number) if seeds is None else seeds
    symbols = _symbols(seeds)
    by_graph = _fractions(backprop_all(on_fractions, given, symbols))
    by_tape = _fractions(compiled(on_fractions, *given).backward_from(symbols))
    leaves = [leaf for like, one in zip(graph.inputs, inputs, strict=True) for _, _, leaf in tree.pairs(like, one)]
    _, by_source = exactly(function(graph, all_nodes=True), *leaves, seed=tuple(seeds))
    return Hook(by_tape, by_graph, by_source, graph.arguments)


def random_seeds(values: Any, number: int) -> Any:
    """A fraction for each entry of each node."""
    rng = np.random.default_rng(number)

    def like(value: Any) -> Any:
        drawn = [Fraction(int(rng.integers(-9, 10)), int(rng.integers(1, 8))) for _ in range(int(np.size(value)))]
        return np.array(drawn, object).reshape(np.shape(value)) if np.shape(value) else drawn[0]

    return tree.tree_map(like, values)
