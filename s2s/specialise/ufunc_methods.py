"""`np.add.reduce` and the like: the functions of NumPy that say the same.

np.add.reduce(x) => np.sum(x, axis=0)      np.subtract.outer(x, y) => np.subtract(np.expand_dims(x, 1), y)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir
from s2s.rules.definitions.sequences import folded, reduced_pieces, running
from s2s.signatures import accepts
from s2s.specialise.values import Value
from s2s_runtime import kernels

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

FUNCTIONS: dict[tuple[Any, str], Any] = {
    (np.add, "reduce"): np.sum,
    (np.multiply, "reduce"): np.prod,
    (np.maximum, "reduce"): np.max,
    (np.minimum, "reduce"): np.min,
    (np.add, "accumulate"): np.cumsum,
    (np.multiply, "accumulate"): np.cumprod,
    (np.maximum, "accumulate"): kernels.running_max,
    (np.minimum, "accumulate"): kernels.running_min,
}


def ufunc_method(machine: Machine, method: Any, args: list[Value], kwargs: dict[str, Value]) -> Value | None:
    """The result of a call of a ufunc's method; None if there is no other function for it."""
    ufunc, name = method.__self__, method.__name__
    function = FUNCTIONS.get((ufunc, name))
    if name == "reduceat":
        return _reduceat(machine, ufunc, *args, **kwargs) if accepts(_reduceat, 2 + len(args), frozenset(kwargs)) else None
    if function is not None:
        first, *rest = args
        if rest:
            kwargs = {"axis": rest[0], **kwargs}
        if len(rest) > 1:
            return None
        return machine.primitive(function, [first], {"axis": ir.Const(0), **kwargs})
    if name == "outer" and len(args) == 2 and not kwargs:
        return _outer(machine, ufunc, *args)
    if name in FOLDS and ufunc in FOLDED and accepts(FOLDS[name], 1 + len(args), frozenset(kwargs)):
        return machine.call(ir.Const(FOLDS[name]), [ir.Const(ufunc), *args], kwargs)
    return None


def _reduceat(machine: Machine, ufunc: Any, array: Value, indices: Value, axis: Value = ir.Const(0)) -> Value | None:  # noqa: B008
    if ufunc is np.add:
        return machine.primitive(kernels.sum_pieces, [array, indices, axis], {})
    reduce = FUNCTIONS.get((ufunc, "reduce"))
    return None if reduce is None else machine.call(ir.Const(reduced_pieces), [ir.Const(reduce), array, indices, axis], {})


FOLDS = {"reduce": folded, "accumulate": running}
"""Of functions that have no name for it: the loop that NumPy goes through."""

FOLDED = {
    np.subtract, np.divide, np.logaddexp, np.logaddexp2, np.hypot, np.arctan2, np.fmax, np.fmin, np.remainder, np.fmod, np.copysign,
}  # fmt: skip
"""Those of which NumPy's loop takes one entry after the other; that of `np.power` does not."""


def _outer(machine: Machine, ufunc: Any, x: Value, y: Value) -> Value | None:
    ranks = [_rank(machine, value) for value in (x, y)]
    if None in ranks:
        return None
    first, second = ranks
    if second and first:
        new = ir.Const(first if second == 1 else tuple(range(first, first + second)))
        x = machine.primitive(np.expand_dims, [x, new], {})
    return machine.primitive(ufunc, [x, y], {})


def _rank(machine: Machine, value: Value) -> int | None:
    fact = machine.builder.type_of(value) if isinstance(value, (ir.Var, ir.Const)) else None
    return fact.ndim if isinstance(fact, facts.Num) else None
