"""Results as values: in the tree, shapes and dtypes of what they belong to, and in memory of their own.

In: what generated code returned, and the primals or results it belongs to.  Out: the same numbers, fit to be handed out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.errors import DtypeError, ShapeError
from s2s_runtime import tree

if TYPE_CHECKING:
    from s2s.prepared import Program


def fit(bar: Any, primal: Any, own: bool = True) -> Any:
    """A cotangent or tangent in exactly the tree, shapes and dtypes of its primal; `own`: in memory of its own."""
    kind = type(primal)
    if kind is np.ndarray and type(bar) is np.ndarray and bar.dtype == primal.dtype and bar.shape == primal.shape:
        if primal.dtype.kind not in "fc":
            return None
        flags = bar.flags
        return bar if (flags.owndata or not own) and flags.writeable else bar.copy()
    if kind is float and isinstance(bar, float):
        return float(bar)
    if bar is None:
        return tree.zeros_like(primal)
    if kind is type(bar) and kind in PLAIN and len(primal) == len(bar):
        if kind is not dict:
            return kind([fit(part, leaf, own) for part, leaf in zip(bar, primal, strict=True)])
        if primal.keys() == bar.keys():
            return {key: fit(bar[key], leaf, own) for key, leaf in primal.items()}
    if tree.is_leaf(primal):
        return fit_leaf(bar, primal)
    return tree.tree_map(lambda leaf, part: fit(part, leaf, own), primal, bar)


PLAIN = (tuple, list, dict)
"""Containers that are taken apart here, without the general way of doing it."""


def fit_leaf(bar: Any, primal: Any) -> Any:
    if not tree.is_differentiable(primal):
        return None
    if np.iscomplexobj(bar) and not np.iscomplexobj(primal):
        raise TypeError("the derivative by a real number is complex: the program has computed a complex number where facts say "
                        "that it is real; a fractional power of a negative number is one")  # fmt: skip
    if isinstance(primal, np.ndarray):
        array = np.array(bar, primal.dtype)
        if array.shape != primal.shape:
            raise AssertionError(f"a cotangent of shape {array.shape} was made for a primal of shape {primal.shape}")
        return array
    if isinstance(primal, np.generic):
        return primal.dtype.type(bar)
    return complex(bar) if isinstance(primal, complex) else float(bar)


def handed_out(program: Program, found: Any, every: tuple[Any, ...], outside: dict[str, Any]) -> Any:
    """What is handed out of what a program for a gradient gave, all arguments and what was captured being these."""
    others: Any = ()
    own = not program.choice.reuse_memory
    if program.valued or program.has_aux:
        *others, found = found
    if program.single:
        result = fit(found, every[program.wrt[0]], own)
    else:
        result = tuple([fit(part, every[position], own) for part, position in zip(found, program.wrt, strict=True)])
    if (type(result) is not float or program.has_aux) and not program.apart():
        others, result = owned((others, result), (every, outside))
    if program.with_value:
        return (tuple(others) if program.has_aux else others[0], result)
    return (result, others[-1]) if program.has_aux else result


def check_like(given: Any, primal: Any, what: str) -> None:
    """Refuse a seed or tangent of another structure, shape or dtype than its primal, with both."""
    if type(given) is np.ndarray is type(primal) and given.shape == primal.shape and primal.dtype.kind in "fc":
        if given.dtype == primal.dtype:
            return
    mismatch = tree.first_mismatch(primal, given, what)
    if mismatch is not None:
        raise (DtypeError if mismatch.kind == "dtype" else ShapeError)(mismatch.message)


def owned(result: Any, arguments: Any, apart: bool = True) -> Any:
    """The result, where no array shares memory with an argument or, if `apart`, with another array of the result."""
    roots: set[int] = set()
    strange = []  # of memory that may belong to other arrays, too
    for held in arrays_in(arguments):
        root = owner(held)
        roots.add(id(root))
        if not root.flags.owndata:
            strange.append(held)
    seen: set[int] = set()

    def own(leaf: Any) -> Any:
        kind = type(leaf)
        if kind is tuple or kind is list:
            return kind([own(item) for item in leaf])
        if kind is not np.ndarray and not isinstance(leaf, np.ndarray):
            return leaf if kind is float or tree.is_leaf(leaf) else tree.tree_map(own, leaf)
        root = owner(leaf)
        memory = id(root)
        if (apart and memory in seen) or memory in roots or any(np.may_share_memory(leaf, other) for other in strange):
            return leaf.copy()
        if not root.flags.owndata and any(np.may_share_memory(leaf, other) for other in arrays_in(arguments)):
            return leaf.copy()
        seen.add(memory)
        return leaf

    return own(result)


def arrays_in(arguments: Any) -> Iterator[np.ndarray[Any, Any]]:
    """The arrays in a tree, and those that the objects in it hold."""
    kind = type(arguments)
    if kind is np.ndarray:
        yield arguments
    elif kind in PLAIN:
        for item in arguments.values() if kind is dict else arguments:
            yield from arrays_in(item)
    elif kind not in NUMBERS:
        for leaf in tree.flatten(arguments)[0]:
            if isinstance(leaf, np.ndarray):
                yield leaf
            else:
                held = getattr(leaf, "__dict__", {}) if not callable(leaf) else {}
                yield from (value for value in held.values() if isinstance(value, np.ndarray))


NUMBERS = (float, int, bool, str, type(None))


def owner(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The array whose memory an array shows."""
    base = array.base
    while isinstance(base, np.ndarray):
        array, base = base, base.base
    return array
