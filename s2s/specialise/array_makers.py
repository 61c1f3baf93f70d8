"""Arrays made and joined in the short forms that NumPy has for it, in terms of functions that have rules.

np.fromfunction(f, (n, m))  => f(*np.indices((n, m)))      np.r_[0.0, x, 1:n] => np.concatenate((...))
np.block([[A, B], [C, D]])  => rows joined, one below the other
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.specialise.handlers import BUILTINS, handles
from s2s.specialise.values import Array, ListCell, Seq, Value

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


@handles(np.fromfunction)
def _fromfunction(
    machine: Machine,
    function: Value,
    shape: Value,
    *,
    dtype: Value = ir.Const(float),  # noqa: B008
    **kwargs: Value,
) -> Value:
    """The function, called once with arrays of all indices, as NumPy calls it."""
    lengths = machine.static_items(shape)
    if lengths is None:
        raise machine.refuse("np.fromfunction with a shape of unknown rank", "write np.indices(shape)")
    grid = machine.primitive(np.indices, [shape], {"dtype": dtype})
    return machine.call(function, [machine.load_item(grid, ir.Const(k)) for k in range(len(lengths))], kwargs)


@handles(type(np.r_).__getitem__)
def _joined(machine: Machine, owner: Value, index: Value) -> Value:
    """`np.r_[0.0, x, 1:n]` and `np.c_[x, y]`: numbers, arrays and ranges joined."""
    parts = [_range(machine, part) for part in (index.items if isinstance(index, Seq) else (index,))]
    ranks = [machine.rank_of(part) for part in parts]
    if owner == ir.Const(np.r_) and None not in ranks and (all(ranks) or _in_double(machine, parts)):
        rows = [part if rank else machine.primitive(np.atleast_1d, [part], {}) for part, rank in zip(parts, ranks, strict=True)]
        return machine.primitive(np.concatenate, [Seq(tuple, tuple(rows))], {})
    if owner == ir.Const(np.c_) and all(rank in (1, 2) for rank in ranks):
        return machine.primitive(np.column_stack, [Seq(tuple, tuple(parts))], {})
    if any(isinstance(part, ir.Const) and isinstance(part.value, str) for part in parts):
        raise machine.refuse("np.r_ with a text that says along which axis", "write np.concatenate or np.stack")
    raise machine.refuse("np.r_ or np.c_ of a value which is not known to be a number, an array or a range", "write np.concatenate")


def _in_double(machine: Machine, parts: list[Value]) -> bool:
    """Whether a number among the parts has the precision that an array made of it has."""
    found = [machine.builder.type_of(machine.materialise(part)) for part in parts]
    return all(isinstance(fact, facts.Num) and fact.dtype in (np.float64, np.int64) for fact in found)


def _range(machine: Machine, part: Value) -> Value:
    """A slice as the numbers that it stands for here."""
    bounds = ir.slice_parts(part) if isinstance(part, (ir.Const, ir.Pack)) else None
    if bounds is None:
        return part
    start, stop, step = bounds
    begin, pace = (ir.Const(n) if b == ir.Const(None) else b for n, b in ((0, start), (1, step)))
    if isinstance(pace, ir.Const) and isinstance(pace.value, complex):
        return machine.primitive(np.linspace, [begin, stop, ir.Const(int(abs(pace.value)))], {})
    return machine.primitive(np.arange, [begin, stop, pace], {})


@handles(np.block)
def _block(machine: Machine, arrays: Value) -> Value:
    """Nested lists of blocks: those of the innermost lists are joined along the last axis, and so on outwards."""
    depth, leaves = _nesting(machine, arrays)
    ranks = [rank for rank in map(machine.rank_of, leaves) if rank is not None]
    if len(ranks) < len(leaves) or not ranks:
        raise machine.refuse("np.block of a list that is not known, or of blocks of unknown rank", "write np.concatenate")
    return _joined_blocks(machine, arrays, depth, max(depth, *ranks))


def _nesting(machine: Machine, arrays: Value) -> tuple[int, list[Value]]:
    """How deep lists of blocks are nested, and the blocks."""
    items = None if isinstance(arrays, (ir.Var, Array, ir.Const)) else machine.static_items(arrays)
    if items is None:
        return 0, [arrays]
    inner = [_nesting(machine, item) for item in items]
    if len({depth for depth, _ in inner}) != 1:
        raise machine.refuse("np.block of lists that are not nested equally deep", "write np.concatenate")
    return inner[0][0] + 1, [leaf for _, leaves in inner for leaf in leaves]


def _joined_blocks(machine: Machine, arrays: Value, depth: int, rank: int) -> Value:
    if not depth:
        missing = rank - (machine.rank_of(arrays) or 0)
        new = ir.Const(tuple(range(missing)) if missing > 1 else 0)
        return machine.primitive(np.expand_dims, [arrays, new], {}) if missing else arrays
    parts = tuple(_joined_blocks(machine, item, depth - 1, rank) for item in machine.static_items(arrays) or ())
    return machine.primitive(np.concatenate, [Seq(tuple, parts)], {"axis": ir.Const(-depth)})


def _pieces(function: Any) -> Any:
    def handler(machine: Machine, ary: Value, indices_or_sections: Value, *rest: Value, **options: Value) -> Value:
        """A list of as many arrays as the program says."""
        made = machine.primitive(function, [ary, indices_or_sections, *rest], options)
        count = indices_or_sections.value if isinstance(indices_or_sections, ir.Const) else None
        if type(count) is not int or count > MANY or machine.static_items(made) is not None:
            return made
        whole = machine.materialise(made)
        return machine.allocate(ListCell(tuple(machine.load_item(whole, ir.Const(k)) for k in range(count))))

    return handler


MANY = 8
"""A list of more arrays is gone through in a loop."""

BUILTINS.update({function: _pieces(function) for function in (np.split, np.hsplit, np.vsplit, np.dsplit)})
