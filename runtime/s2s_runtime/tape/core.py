"""The tape itself: record, walk back, accumulate.  It knows nothing of arrays that record themselves, nor of any rule.

In: values, and for each call an application that can pull a cotangent back and push tangents forward.  Out: cotangents of every
node that was reached, or the tangent of every node.

The order is fixed: nodes are visited from the last to the first, and what reaches a node from several others is added in the order
in which it arrives, an operand that is given twice from left to right.  A call pulls once, whatever depends on it, so that the cost
is that of the calls that were recorded.
"""

from __future__ import annotations

import numbers
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from s2s_runtime import tree


class TapeError(ValueError):
    """What a tape cannot do: a node that it does not have, a cotangent of another shape, a value that records nothing."""


class Application(Protocol):
    """A call of a function, differentiated.  Cotangents and tangents are given and returned per operand."""

    def pull(self, g: Any, result: Any) -> Sequence[Any]:
        """The cotangent of each operand, None for zero."""

    def push(self, tangents: Sequence[Any], result: Any) -> Any:
        """The tangent of the result, from the tangent of each operand, None for zero."""

    def without(self) -> Application:
        """The call without the values of its operands."""

    def on(self, operands: Sequence[Any]) -> tuple[Any, Application]:
        """The value of the call on other operands, and that call."""

    def lines(self, name: str, operands: Sequence[str], writer: Any) -> list[str]:
        """Statements that give the call's result a name, with the names of its operands; `writer` names what else they need."""


@dataclass(slots=True, eq=False)
class Node:
    """A value: of a leaf, or of a call of which some operands are nodes.

    `requires_grad`: a cotangent is wanted, or one of its operands has one.  A node without is never visited.
    """

    value: Any
    parents: tuple[int, ...] = ()
    application: Application | None = None
    requires_grad: bool = True
    name: str | None = None


@dataclass(slots=True, eq=False)
class Record:
    """Nodes in the order in which they were computed: an operand stands before what is made of it."""

    nodes: list[Node] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.nodes)

    def leaf(self, value: Any, requires_grad: bool = True, name: str | None = None) -> int:
        """The number of a new node that is computed of nothing."""
        self.nodes.append(Node(value, (), None, requires_grad, name))
        return len(self.nodes) - 1

    def append(self, value: Any, parents: tuple[int, ...], application: Application, moves: bool = True) -> int:
        """The number of a new node that a call made.  It has a cotangent if an operand has one, and it `moves` with its operands."""
        nodes, requires_grad = self.nodes, False
        for parent in parents:
            requires_grad = requires_grad or (moves and nodes[parent].requires_grad)
        nodes.append(Node(value, parents, application, requires_grad))
        return len(nodes) - 1

    def node(self, number: int) -> Node:
        if not 0 <= number < len(self.nodes):
            raise TapeError(f"there is no node {number}: this tape has {len(self.nodes)}")
        return self.nodes[number]


class Selected:
    """A cotangent that is zero outside a mask because a choice was made, whatever the partial derivatives are there.

    An application may give one for an operand, and is given one for its result.
    """

    __slots__ = ("g", "mask")

    def __init__(self, g: Any, mask: Any) -> None:
        self.g, self.mask = g, mask


def added(left: Any, right: Any) -> Any:
    """The sum of two cotangents: zero where both are."""
    if type(left) is not Selected and type(right) is not Selected:
        return tree.add(left, right)
    total = tree.add(bare(left), bare(right))
    both = type(left) is Selected and type(right) is Selected
    return Selected(total, np.logical_or(left.mask, right.mask)) if both else total


def bare(bar: Any) -> Any:
    return bar.g if type(bar) is Selected else bar


def zeros_like(value: Any) -> Any:
    """The zero cotangent or tangent of a value, of exact numbers too; None of what carries no derivative."""
    return tree.tree_map(_zero, value)


def _zero(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray) and leaf.dtype == object:
        return leaf - leaf
    exact = isinstance(leaf, numbers.Number) and not isinstance(leaf, (numbers.Integral, float, complex, np.generic))
    return leaf - leaf if exact else tree.zeros_like(leaf)


# ------------------------------------------------------------------------------------------------------------ walking back
def walked_back(record: Record, seeds: Mapping[int, Any]) -> dict[int, Any]:
    """The cotangent of every node that is reached from `seeds`, those of the nodes that have one already.

    The cotangent of a node stays when it was passed on: that of a result is its seed, and what reached it besides.
    """
    bars = {number: checked(seed, record.node(number), number) for number, seed in seeds.items()}
    for number in range(max(bars, default=-1), -1, -1):
        node = record.nodes[number]
        if node.application is None or not node.requires_grad or (bar := bars.get(number)) is None:
            continue
        for parent, part in zip(node.parents, node.application.pull(bar, node.value), strict=True):
            if part is not None and record.nodes[parent].requires_grad:
                bars[parent] = added(bars[parent], part) if parent in bars else part
    return {number: bare(bar) for number, bar in bars.items()}


def checked(seed: Any, node: Node, number: int) -> Any:
    """A cotangent or tangent that fits the value of its node.  Raises TapeError if it does not, and says both shapes."""
    about = node.name or f"node {number}"
    try:
        for path, leaf, part in tree.pairs(node.value, seed, about):
            if part is not None and np.shape(part) != np.shape(leaf):
                raise TapeError(f"{path}: expected {tree.describe(leaf)}, got {tree.describe(part)}")
            if np.iscomplexobj(part) and not np.iscomplexobj(leaf):
                raise TapeError(f"{path}: expected a real number for each of a real value, got {tree.describe(part)}")
    except tree.TreeMismatch as error:
        raise TapeError(error.mismatch.message) from error
    return seed


# --------------------------------------------------------------------------------------------------------- pushing forward
def pushed_forward(record: Record, tangents: Mapping[int, Any]) -> dict[int, Any]:
    """The tangent of every node that moves with the nodes that were given one."""
    dots = {number: checked(tangent, record.node(number), number) for number, tangent in tangents.items()}
    for number in range(min(dots, default=0), len(record.nodes)):
        node = record.nodes[number]
        if node.application is None or number in dots:
            continue
        given = [dots.get(parent) for parent in node.parents]
        if any(dot is not None for dot in given):
            dot = node.application.push(given, node.value)
            if dot is not None:
                dots[number] = dot
    return dots


def reachable(record: Record, result: int, given: Container[int] = ()) -> Iterator[int]:
    """The nodes that a result is made of, and itself, in the order of the record; not what is only needed for those that are given."""
    needed = {result}
    for number in range(result, -1, -1):
        if number in needed and number not in given:
            needed.update(record.nodes[number].parents)
    yield from sorted(needed)


def one_of(value: Any) -> Any:
    """The seed of a number: one, of its own kind."""
    if np.shape(value) != ():
        raise TapeError(f"the result has {tree.describe(value)}: give a cotangent of that shape, or differentiate a number")
    if isinstance(value, (np.ndarray, np.generic)):
        return np.ones((), value.dtype)[()]
    return type(value)(1) if isinstance(value, (float, complex)) else 1.0


__all__ = [
    "Application", "Node", "Record", "Selected", "TapeError", "one_of", "pushed_forward", "reachable", "walked_back", "zeros_like",
]  # fmt: skip
