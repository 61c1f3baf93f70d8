"""The typed graph: what is computed of what, with shapes and dtypes, without values.

In: nodes.  Out: a `Graph`, checked.  It has no branches and no loops: those are decided when it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from s2s.errors import ShapeError
from s2s_runtime import tree
from s2s_runtime.tape.core import Application


@dataclass(frozen=True)
class Place:
    """Where in a user's file a node is made."""

    file: str = ""
    line: int = 0
    text: str = ""

    def __str__(self) -> str:
        return f"{self.file.rpartition('/')[2]}:{self.line}" if self.line else ""


@dataclass(frozen=True)
class Node:
    """An argument (no application, no value), a constant (a value), or a call on earlier nodes (`parents`)."""

    spec: Any
    parents: tuple[int, ...] = ()
    application: Application | None = None
    value: Any = None
    name: str | None = None
    place: Place = field(default_factory=Place)

    @property
    def kind(self) -> str:
        if self.application is not None:
            return "op"
        return "arg" if self.value is None else "const"


class Ref:
    """A node of a graph, by number: a leaf of the trees of inputs and results."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number

    def __repr__(self) -> str:
        return f"%{self.number}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ref) and self.number == other.number

    def __hash__(self) -> int:
        return hash(self.number)


@dataclass(frozen=True)
class Graph:
    """Nodes in the order in which they are computed; `inputs` and `results` are trees of `Ref`s and of values that do not change."""

    nodes: tuple[Node, ...]
    inputs: tuple[Any, ...]
    results: Any
    name: str = "graph"

    def __len__(self) -> int:
        return len(self.nodes)

    def __str__(self) -> str:
        from s2s.graph.writing import pretty

        return pretty(self)

    @property
    def arguments(self) -> list[int]:
        """The numbers of the argument nodes, in the order of `inputs`."""
        return [leaf.number for leaf in tree.flatten(self.inputs)[0] if isinstance(leaf, Ref)]

    def about(self, number: int) -> str:
        """A node, as errors speak of it: `node 3 (np.matmul, model.py:12)`."""
        node = self.nodes[number]
        what = [spoken_of(node), str(node.place)]
        return f"node {number} ({', '.join(part for part in what if part)})"

    # ------------------------------------------------------------------------------------------------------------ checking
    def check(self) -> None:
        """Raises ShapeError if the graph is not well formed: a node before its operands, a missing one, a shape that does not follow."""
        for number, node in enumerate(self.nodes):
            for parent in node.parents:
                if not 0 <= parent < number:
                    raise ShapeError(f"{self.about(number)} is computed of node {parent}, which does not stand before it")
        for leaf in (*tree.flatten(self.inputs)[0], *tree.flatten(self.results)[0]):
            if isinstance(leaf, Ref) and not 0 <= leaf.number < len(self.nodes):
                raise ShapeError(f"there is no node {leaf.number}: the graph has {len(self.nodes)}")
        from s2s.graph.running import check_specs

        check_specs(self)


def spoken_of(node: Node) -> str:
    """What a node is: the function that is called, or an argument's name."""
    from s2s.graph.writing import function_of

    return function_of(node) if node.application is not None else node.name or node.kind


def refs(values: Any) -> Sequence[int]:
    """The numbers of the nodes in a tree."""
    return [leaf.number for leaf in tree.flatten(values)[0] if isinstance(leaf, Ref)]
