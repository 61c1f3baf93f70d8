"""Trees of values: nested dict, list, tuple, NamedTuple and dataclass; everything else is a leaf, None included.

In: a user's parameters or results.  Out: their leaves in one flat list, and a hashable `Structure` that puts leaves
back.

Containers are rebuilt without running their `__init__`, `__post_init__` or `__setitem__`: a gradient is not a valid
primal (a check that a width is positive must not see its cotangent), and a field that was derived from others is a leaf
of its own, put back as it is.  Attributes that are no fields (a `cached_property`) are left out: they would be stale.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np

Kind = Literal["leaf", "dict", "list", "tuple", "namedtuple", "dataclass"]


@dataclasses.dataclass(frozen=True, slots=True)
class Structure:
    """The shape of a tree without its leaves: equal for trees with the same containers, keys in the same order.

    `node` is the container's type (None for a leaf), `keys` its keys, positions or field names, `factory` the default
    factory of a defaultdict.
    """

    node: type | None
    keys: tuple[Hashable, ...] = ()
    children: tuple[Structure, ...] = ()
    factory: Any = None
    size: int = dataclasses.field(default=1, compare=False)


LEAF = Structure(None)


class Mismatch(NamedTuple):
    """Where and how a tree does not fit another: `kind` says what differs, `message` is one readable line."""

    path: str
    kind: Literal["structure", "shape", "dtype"]
    message: str


class TreeMismatch(ValueError):
    """Two trees that should have the same containers do not; `mismatch` says where."""

    def __init__(self, mismatch: Mismatch) -> None:
        super().__init__(mismatch.message)
        self.mismatch = mismatch

    def __reduce__(self) -> tuple[type[TreeMismatch], tuple[Mismatch]]:
        return TreeMismatch, (self.mismatch,)


# ------------------------------------------------------------------------------------------------ taking trees apart


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """The leaves, left to right, and the structure that `unflatten` needs.  Dicts keep the order they have."""
    leaves: list[Any] = []
    return leaves, _collect(tree, leaves)


def unflatten(structure: Structure, leaves: Sequence[Any]) -> Any:
    """The tree of this structure with these leaves.  Raises ValueError if their number is wrong."""
    if len(leaves) != structure.size:
        raise ValueError(f"the structure has {structure.size} leaves, got {len(leaves)}")
    return _build(structure, iter(leaves))


def paths(structure: Structure, root: str = "tree") -> list[str]:
    """One Python accessor per leaf, such as `params['w'][0].bias` for the root `params`."""
    if structure.node is None:
        return [root]
    kind = _kind(structure.node)
    steps = zip(structure.keys, structure.children, strict=True)
    return [path for key, child in steps for path in paths(child, root + _accessor(kind, key))]


def pairs(tree: Any, other: Any, root: str = "tree") -> Iterator[tuple[str, Any, Any]]:
    """(path, leaf, leaf of `other`), leaf by leaf.  A None in `other` stands for None in every leaf below it.

    Dicts are matched by key, in the order of `tree`.  Raises TreeMismatch where the containers differ.
    """
    keys, children = _open(tree)
    if other is None or (keys is None and _open(other)[0] is None):
        yield from ((path, leaf, other) for path, leaf in named_leaves(tree, root))
        return
    twins = _matched(tree, keys, other)
    if keys is None or twins is None:
        raise TreeMismatch(_structure_mismatch(root, tree, other))
    kind = _kind(type(tree))
    for key, child, twin in zip(keys, children, twins, strict=True):
        yield from pairs(child, twin, root + _accessor(kind, key))


def named_leaves(tree: Any, root: str = "tree") -> list[tuple[str, Any]]:
    """(path, leaf) for every leaf."""
    leaves, structure = flatten(tree)
    return list(zip(paths(structure, root), leaves, strict=True))


def is_leaf(tree: Any) -> bool:
    """Whether something is no container."""
    return _kind(type(tree)) == "leaf"


def tree_map(function: Callable[..., Any], tree: Any, *other: Any) -> Any:
    """The tree of `function(leaf)`, or of `function(leaf, leaf of other)`.  Raises TreeMismatch if `other` has other containers."""
    if not other:
        return _mapped(function, tree)
    try:
        return _paired(function, tree, *other)
    except _Unlike:
        list(pairs(tree, *other))  # it says where
        raise


def _mapped(function: Callable[..., Any], tree: Any) -> Any:
    """`tree_map` of one tree, which needs no structure to compare."""
    keys, children = _open(tree)
    if keys is None:
        return function(tree)
    parts = [_mapped(function, child) for child in children]
    return _assemble(_node_type(type(tree)), keys, parts, _factory(tree))


class _Unlike(Exception):
    """Two trees have other containers."""


def _paired(function: Callable[..., Any], tree: Any, other: Any) -> Any:
    """`tree_map` of two trees.  Raises _Unlike, which says nothing of where they differ."""
    keys, children = _open(tree)
    if keys is None:
        if _open(other)[0] is not None:
            raise _Unlike
        return function(tree, other)
    twins = [None] * len(children) if other is None else _matched(tree, keys, other)
    if twins is None:
        raise _Unlike
    parts = [_paired(function, child, twin) for child, twin in zip(children, twins, strict=True)]
    return _assemble(_node_type(type(tree)), keys, parts, _factory(tree))


def _find_kind(cls: Any) -> Kind:
    if issubclass(cls, tuple):
        return "namedtuple" if hasattr(cls, "_fields") and hasattr(cls, "_make") else "tuple"
    if issubclass(cls, list):
        return "list"
    if issubclass(cls, dict):
        return "dict"
    # A dataclass that makes its instances in its own way cannot be rebuilt, so it is a leaf.
    return "dataclass" if dataclasses.is_dataclass(cls) and cls.__new__ is object.__new__ else "leaf"


_kind: Callable[[Any], Kind] = lru_cache(maxsize=1024)(_find_kind)


def _find_node_type(cls: Any) -> type | None:
    """The type that a container of type `cls` is rebuilt as: itself, or its built-in base where that cannot be done."""
    kind = _kind(cls)
    if kind == "leaf":
        return None
    itself: type = cls
    try:
        _assemble(cls, (), ())
    except (TypeError, AttributeError):
        bases: dict[Kind, type] = {"dict": dict, "list": list, "tuple": tuple}
        return bases[kind]
    return itself


_node_type: Callable[[Any], type | None] = lru_cache(maxsize=1024)(_find_node_type)


def _find_fields(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(cls))


_fields_of: Callable[[Any], tuple[str, ...]] = lru_cache(maxsize=1024)(_find_fields)


def _open(tree: Any) -> tuple[tuple[Hashable, ...] | None, Sequence[Any]]:
    """The keys and children of a container; no keys for a leaf."""
    match _kind(type(tree)):
        case "leaf":
            return None, ()
        case "dict":
            return tuple(tree), list(tree.values())
        case "list" | "tuple":
            return tuple(range(len(tree))), tree
        case "namedtuple":
            return tree._fields, tree
        case "dataclass":
            names = _fields_of(type(tree))
            names = tuple([name for name in names if hasattr(tree, name)])
            return names, [getattr(tree, name) for name in names]


def _matched(tree: Any, keys: tuple[Hashable, ...] | None, other: Any) -> Sequence[Any] | None:
    """The children of `other` in the order of `tree`'s keys; None if it is another container or has other keys."""
    other_keys, children = _open(other)
    if keys is None or other_keys is None or _node_type(type(tree)) is not _node_type(type(other)):
        return None
    if isinstance(tree, dict) and tree.keys() == other.keys():
        return [other[key] for key in keys]
    return children if keys == other_keys else None


def _collect(tree: Any, leaves: list[Any]) -> Structure:
    keys, children = _open(tree)
    if keys is None:
        leaves.append(tree)
        return LEAF
    parts = tuple(_collect(child, leaves) for child in children)
    return Structure(_node_type(type(tree)), keys, parts, _factory(tree), sum(part.size for part in parts))


def _build(structure: Structure, supply: Iterator[Any]) -> Any:
    if structure.node is None:
        return next(supply)
    children = [_build(child, supply) for child in structure.children]
    return _assemble(structure.node, structure.keys, children, structure.factory)


def _assemble(cls: Any, keys: Sequence[Any], children: Sequence[Any], factory: Any = None) -> Any:
    kind = _kind(cls)
    if kind in ("tuple", "namedtuple"):
        return tuple.__new__(cls, children)
    tree = cls.__new__(cls)
    if kind == "list":
        list.extend(tree, children)
        return tree
    store = _store_of(kind, tree)
    for key, child in zip(keys, children, strict=True):
        store(tree, key, child)
    if factory is not None:
        tree.default_factory = factory
    return tree


def _factory(tree: Any) -> Any:
    return tree.default_factory if isinstance(tree, defaultdict) else None


def _store_of(kind: Kind, tree: Any) -> Callable[[Any, Any, Any], None]:
    if kind == "dataclass":
        return object.__setattr__
    return OrderedDict.__setitem__ if isinstance(tree, OrderedDict) else dict.__setitem__


def _accessor(kind: Kind, key: Hashable) -> str:
    return f".{key}" if kind in ("namedtuple", "dataclass") else f"[{key!r}]"


# ------------------------------------------------------------------------------------------- values with a derivative


def is_differentiable(leaf: Any) -> bool:
    """Whether a leaf carries a derivative: real or complex floating point, Python's or NumPy's, scalar or array."""
    if isinstance(leaf, (np.ndarray, np.generic)):
        return leaf.dtype.kind in "fc"
    return isinstance(leaf, (float, complex))


def zeros_like(tree: Any) -> Any:
    """The zero cotangent: fresh zeros of each leaf's shape and dtype, None where a leaf carries no derivative."""
    return tree_map(_zero, tree)


def float_zeros_like(tree: Any) -> Any:
    """`zeros_like`, with a zero for an integer too: the integers of a list stand among numbers that are no integers."""
    return tree_map(_float_zero, tree)


def copy(tree: Any) -> Any:
    """The same tree: containers rebuilt, arrays copied in their memory order, other leaves shared."""
    return _copy(tree) if _kind(type(tree)) == "leaf" else tree_map(_copy, tree)


def add(left: Any, right: Any) -> Any:
    """The leafwise sum; None, for a leaf or a whole subtree, is the identity.

    The sum may share memory with an argument.  Raises TreeMismatch where the containers or the shapes differ: a
    cotangent is never broadcast.
    """
    return _add(left, right, "tree")


def _add(left: Any, right: Any, path: str) -> Any:
    if left is None or right is None:
        return right if left is None else left
    if type(left) is np.ndarray and type(right) is np.ndarray and left.shape == right.shape:
        return left + right
    keys, children = _open(left)
    if keys is None and _open(right)[0] is None:
        if np.shape(left) != np.shape(right):
            message = f"{path}: {describe(left)} and {describe(right)} cannot be added"
            raise TreeMismatch(Mismatch(path, "shape", message))
        return left + right
    twins = _matched(left, keys, right)
    if keys is None or twins is None:
        raise TreeMismatch(_structure_mismatch(path, left, right))
    kind = _kind(type(left))
    steps = zip(keys, children, twins, strict=True)
    parts = [_add(a, b, path + _accessor(kind, key)) for key, a, b in steps]
    return _assemble(_node_type(type(left)), keys, parts, _factory(left))


def _copy(leaf: Any) -> Any:
    return leaf.copy(order="K") if isinstance(leaf, np.ndarray) else leaf


def _zero(leaf: Any) -> Any:
    if not is_differentiable(leaf):
        return None
    if isinstance(leaf, np.ndarray):
        return np.zeros_like(leaf, subok=False)
    if isinstance(leaf, np.generic):
        return leaf.dtype.type(0)
    return 0j if isinstance(leaf, complex) else 0.0


def _float_zero(leaf: Any) -> Any:
    if isinstance(leaf, int):
        return 0.0
    if isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype.kind in "iub":
        return np.zeros(leaf.shape)[()]
    return _zero(leaf)


# -------------------------------------------------------------------------------------- whether a seed or tangent fits


def first_mismatch(primal: Any, given: Any, root: str = "tree") -> Mismatch | None:
    """The first place where `given` is no tangent or cotangent of `primal`; None if it fits everywhere.

    It fits when it has the same containers, each differentiable leaf has the primal's shape and dtype, and the other
    leaves are None (one None may stand for a subtree of such leaves).  A Python number fits every scalar of its kind.
    """
    try:
        for path, leaf, tangent in pairs(primal, given, root):
            mismatch = _leaf_mismatch(path, leaf, tangent)
            if mismatch is not None:
                return mismatch
    except TreeMismatch as error:
        return error.mismatch
    return None


def describe(value: Any) -> str:
    """A leaf or container in a few words: `shape (3, 4) and dtype float64`, `a list of length 2`, `a str`."""
    if isinstance(value, (np.ndarray, np.generic)):
        return f"shape {value.shape} and dtype {value.dtype}"
    if value is None:
        return "None"
    article = "an" if type(value).__name__[0].lower() in "aeiou" else "a"
    name = f"{article} {type(value).__name__}"
    match _kind(type(value)):
        case "list" | "tuple":
            return f"{name} of length {len(value)}"
        case "dict":
            return f"{name} with keys {list(value)}"
    return name


def _structure_mismatch(path: str, expected: Any, given: Any) -> Mismatch:
    return Mismatch(path, "structure", f"{path}: expected {describe(expected)}, got {describe(given)}")


def _leaf_mismatch(path: str, leaf: Any, tangent: Any) -> Mismatch | None:
    if not is_differentiable(leaf):
        message = f"{path}: {describe(leaf)} carries no derivative, expected None, got {describe(tangent)}"
        return None if tangent is None else Mismatch(path, "dtype", message)
    message = f"{path}: expected {describe(leaf)}, got {describe(tangent)}"
    if tangent is None:
        return Mismatch(path, "structure", message)
    if np.shape(tangent) != np.shape(leaf):
        return Mismatch(path, "shape", message)
    return None if _dtype_fits(leaf, tangent) else Mismatch(path, "dtype", message)


def _dtype_fits(leaf: Any, tangent: Any) -> bool:
    python_type: type = complex if isinstance(leaf, complex) else float
    dtype = leaf.dtype if isinstance(leaf, (np.ndarray, np.generic)) else np.dtype(python_type)
    if isinstance(tangent, (np.ndarray, np.generic)):
        return bool(tangent.dtype == dtype)
    if isinstance(tangent, bool):
        return False
    return isinstance(tangent, (int, float)) or (isinstance(tangent, complex) and dtype.kind == "c")
