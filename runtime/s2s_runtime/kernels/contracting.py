"""Kernels for sums of products: `einsum` and everything that is one.

A contraction has slots: its operands, numbered from 0, and last its result.  With all slots but one filled, the
contraction of the others is the adjoint with respect to the open one; with the last slot open it is the primal.  So one
kernel serves the primal, its adjoints and all their derivatives.

In: subscripts, arrays, the shape of the open slot.  Out: an array of that shape; or subscripts.
"""

from __future__ import annotations

from string import ascii_letters
from typing import Any

import numpy as np


def contract(subscripts: str, slot: int, i: int, x: Any, j: int, y: Any, shape: tuple[int, ...]) -> Any:
    """With `x` in slot `i` and `y` in slot `j`: the open `slot`, of `shape`."""
    return _fill(subscripts, slot, {i: x, j: y}, shape)


def spread(subscripts: str, g: Any, shape: tuple[int, ...]) -> Any:
    """The adjoint of `np.einsum(subscripts, a)` for `a` of `shape`."""
    return _fill(subscripts, 0, {1: g}, shape)


def einsum_tangent(subscripts: str, operands: Any, tangents: Any) -> Any:
    """The derivative of `np.einsum(subscripts, *operands)` along `tangents`."""
    replaced = [_replace(operands, {i: tangent}) for i, tangent in enumerate(tangents)]
    return sum(np.einsum(subscripts, *terms, optimize=True) for terms in replaced)


def einsum_adjoints(subscripts: str, g: Any, operands: Any) -> tuple[Any, ...]:
    """The adjoint of `np.einsum(subscripts, *operands)` with respect to each operand."""
    filled = dict(enumerate((*operands, g)))
    return tuple(_open(subscripts, slot, filled) for slot in range(len(operands)))


def einsum_adjoints_slope(subscripts: str, g: Any, operands: Any, tangents: Any) -> tuple[Any, ...]:
    """The derivative of `einsum_adjoints` along `tangents` of the operands."""
    moved = [dict(enumerate((*_replace(operands, {i: tangent}), g))) for i, tangent in enumerate(tangents)]
    return tuple(
        sum((_open(subscripts, slot, filled) for i, filled in enumerate(moved) if i != slot), np.zeros_like(operand))
        for slot, operand in enumerate(operands)
    )


def einsum_second(subscripts: str, operands: Any, first: Any, second: Any) -> Any:
    """The second derivative of `np.einsum(subscripts, *operands)`, along `first` and `second`."""
    pairs = [{i: x, j: y} for i, x in enumerate(first) for j, y in enumerate(second) if i != j]
    return sum(np.einsum(subscripts, *_replace(operands, pair), optimize=True) for pair in pairs)


def _replace(operands: Any, changes: dict[int, Any]) -> list[Any]:
    return [changes.get(i, operand) for i, operand in enumerate(operands)]


def _open(subscripts: str, slot: int, filled: dict[int, Any]) -> Any:
    others = {i: term for i, term in filled.items() if i != slot}
    return _fill(subscripts, slot, others, np.shape(filled[slot]))


def _fill(subscripts: str, slot: int, terms: dict[int, Any], shape: tuple[int, ...]) -> Any:
    """The open `slot`, of `shape`, of a contraction whose other slots hold `terms`."""
    count = len(terms)
    ranks = [len(shape) if i == slot else np.ndim(terms[i]) for i in range(count)]
    own = labels(subscripts, ranks)
    target = list(dict.fromkeys(own[slot]))
    present = [label for label in target if any(label in own[i] for i in terms)]
    arguments = [part for i in sorted(terms) for part in (terms[i], own[i])]
    core = np.einsum(*arguments, present, optimize=True)
    if slot == count:
        return core
    sizes = dict(zip(own[slot], shape, strict=True))
    return _embed(_stretch(core, present, target, sizes), own[slot], target, shape)


def _stretch(core: Any, present: list[int], target: list[int], sizes: dict[int, int]) -> Any:
    """`core` with the axes `target`: repeated along one that it lacks, summed over one that was of length 1."""
    extents = dict(zip(present, np.shape(core), strict=True))
    repeated = tuple(axis for axis, label in enumerate(present) if sizes[label] == 1 and extents[label] != 1)
    summed = np.sum(core, axis=repeated, keepdims=True)
    kept = [1 if sizes[label] == 1 else extents.get(label, 1) for label in target]
    return np.broadcast_to(np.reshape(summed, kept), [sizes[label] for label in target])


def _embed(core: Any, labels: list[int], target: list[int], shape: tuple[int, ...]) -> Any:
    """`core` on the diagonal that repeated labels mean; `core` itself if no label is repeated."""
    if len(labels) == len(target):
        return core
    result = np.zeros(shape, core.dtype)
    np.einsum(result, labels, target)[...] = core
    return result


def labels(subscripts: str, ranks: list[int]) -> list[list[int]]:
    """The labels of every operand and of the result as numbers, ellipses and implicit results spelled out."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if not arrow:
        once = sorted(c for c in set(inputs) - set(".,") if inputs.count(c) == 1)
        output = ("..." if "..." in inputs else "") + "".join(once)
    extra = [rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)]
    widest = max(extra, default=0)
    numbers = {c: widest + k for k, c in enumerate(sorted(set(inputs) - set(".,")))}
    return [_numbered(term, numbers, n, widest) for term, n in zip([*terms, output], [*extra, widest], strict=True)]


def _numbered(term: str, numbers: dict[str, int], extra: int, widest: int) -> list[int]:
    head, dots, tail = term.partition("...")
    middle = range(widest - extra, widest) if dots else ()
    return [*(numbers[c] for c in head), *middle, *(numbers[c] for c in tail)]


def pair_subscripts(subscripts: str, slot: int) -> str:
    """The subscripts of the adjoint of a product of two.

    They are for `einsum(_, g, second)` in slot 0 and `einsum(_, first, g)` in slot 1.

    >>> pair_subscripts("ij,jk->ik", 0), pair_subscripts("ij,jk->ik", 1)
    ('ik,jk->ij', 'ij,ik->jk')
    """
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    first, second = inputs.split(",")
    return f"{output},{second}->{first}" if slot == 0 else f"{first},{output}->{second}"


def matmul_subscripts(rank1: int, rank2: int) -> str:
    """`np.matmul` of arrays of these ranks as subscripts."""
    first = "j" if rank1 == 1 else "...ij"
    second = "j" if rank2 == 1 else "...jk"
    result = "..." + ("" if rank1 == 1 else "i") + ("" if rank2 == 1 else "k")
    return f"{first},{second}->{result if rank1 > 1 or rank2 > 1 else ''}"


def dot_subscripts(rank1: int, rank2: int) -> str:
    """`np.dot` of arrays of these ranks as subscripts."""
    if rank1 == 0 or rank2 == 0:
        return "...,...->..."
    return _over(rank1, rank2, [rank1 - 1], [max(rank2 - 2, 0)])


def inner_subscripts(rank1: int, rank2: int) -> str:
    """`np.inner` of arrays of these ranks as subscripts."""
    if rank1 == 0 or rank2 == 0:
        return "...,...->..."
    return _over(rank1, rank2, [rank1 - 1], [rank2 - 1])


def tensordot_subscripts(rank1: int, rank2: int, axes: Any) -> str:
    """`np.tensordot` of arrays of these ranks as subscripts."""
    if isinstance(axes, (int, np.integer)):
        return _over(rank1, rank2, range(rank1 - axes, rank1), range(axes))
    axes1, axes2 = ([pair] if np.ndim(pair) == 0 else list(pair) for pair in axes)
    return _over(rank1, rank2, axes1, axes2)


def chain_subscripts(parts: Any) -> str:
    """`np.linalg.multi_dot` of arrays of these shapes as subscripts."""
    if len(parts) == 2:  # NumPy takes `np.dot` of any two arrays then
        return dot_subscripts(len(parts[0]), len(parts[1]))
    last = len(parts) - 1
    terms = [ascii_letters[k : k + 2] for k in range(last + 1)]
    if len(parts[0]) == 1:
        terms[0] = terms[0][1]
    if len(parts[last]) == 1:
        terms[last] = terms[last][0]
    result = (ascii_letters[0] if len(parts[0]) > 1 else "") + (ascii_letters[last + 1] if len(parts[last]) > 1 else "")
    return f"{','.join(terms)}->{result}"


def _over(rank1: int, rank2: int, axes1: Any, axes2: Any) -> str:
    """A product of two arrays, summed over pairs of axes."""
    first = list(ascii_letters[:rank1])
    second = list(ascii_letters[rank1 : rank1 + rank2])
    result = [first[i] for i in range(rank1) if i not in {axis % rank1 for axis in axes1}]
    result += [second[i] for i in range(rank2) if i not in {axis % rank2 for axis in axes2}]
    for i, j in zip(axes1, axes2, strict=True):
        second[j] = first[i]
    return f"{''.join(first)},{''.join(second)}->{''.join(result)}"
