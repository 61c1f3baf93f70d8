"""Leaves that are trained and leaves that are not, and the names of leaves.

In: a tree in which some leaves are wrapped by `param` or `const`.  Out: the plain tree, which is what a loss sees, and the names of the
leaves that are frozen.  The name of a leaf is its way through the tree, `layers.0.weights`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from s2s_runtime import tree


class Leaf:
    """A value and whether it is trained.  It is no container: a tree has it as a leaf."""

    __slots__ = ("trained", "value")

    def __init__(self, value: Any, trained: bool) -> None:
        self.value, self.trained = value, trained

    def __repr__(self) -> str:
        return f"{'param' if self.trained else 'const'}({self.value!r})"


class Named(NamedTuple):
    """A leaf, its name, and whether an optimizer may change it."""

    name: str
    value: Any
    trained: bool


def param(value: Any) -> Leaf:
    """A leaf that is trained, as an unmarked one with floating point numbers is, too."""
    return Leaf(value, True)


def const(value: Any) -> Leaf:
    """A leaf whose value is used and that no optimizer changes."""
    return Leaf(value, False)


def plain(marked: Any) -> Any:
    """The tree with the values in the place of marked leaves."""
    return tree.tree_map(lambda leaf: leaf.value if isinstance(leaf, Leaf) else leaf, marked)


def named(marked: Any) -> list[Named]:
    """Every leaf with its name.  A leaf without floating point numbers (a whole number, a string, None) is not trained.

    >>> [leaf.name for leaf in named({"layers": [{"w": 1.0}, {"w": 2.0}]})]
    ['layers.0.w', 'layers.1.w']
    """
    leaves, structure = tree.flatten(marked)
    return [_named(name, leaf) for name, leaf in zip(_names(structure, ()), leaves, strict=True)]


def frozen_paths(marked: Any) -> frozenset[str]:
    """The names of the leaves that are not trained."""
    return frozenset(leaf.name for leaf in named(marked) if not leaf.trained)


def _named(name: str, leaf: Any) -> Named:
    marked = isinstance(leaf, Leaf)
    value = leaf.value if marked else leaf
    return Named(name, value, tree.is_differentiable(value) and (leaf.trained if marked else True))


def _names(structure: tree.Structure, way: tuple[str, ...]) -> list[str]:
    if structure.node is None:
        return [".".join(way)]
    steps = zip(structure.keys, structure.children, strict=True)
    return [name for key, child in steps for name in _names(child, (*way, str(key)))]
