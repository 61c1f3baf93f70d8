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
    if isinstance(step, ir.Const) and isinstance(step.value, complex):
        raise machine.refuse("np.r_ with a number of points for a step", "write np.linspace")
    begin, pace = (ir.Const(n) if b == ir.Const(None) else b for n, b in ((0, start), (1, step)))
    return machine.primitive(np.arange, [begin, stop, pace], {})


@handles(np.block)
def _block(machine: Machine, arrays: Value) -> Value:
    """A matrix of matrices: rows of blocks, one below the other."""
    rows = machine.static_items(arrays)
    parts = [machine.static_items(row) for row in rows or () if not isinstance(row, (ir.Var, Array))]
    flat = [part for row in parts for part in row or ()]
    if not parts or len(parts) != len(rows or ()) or any(machine.rank_of(part) != 2 for part in flat):
        raise machine.refuse("np.block of anything but a list of lists of matrices", "write np.concatenate")
    joined = [machine.primitive(np.concatenate, [Seq(tuple, tuple(row or ()))], {"axis": ir.Const(1)}) for row in parts]
    return machine.primitive(np.concatenate, [Seq(tuple, tuple(joined))], {})


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
