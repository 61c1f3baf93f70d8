"""What is asked of dtypes that are known: which one it is, whether it is a kind of another, what several give together.

    np.dtype(np.float64) == float => True      np.issubdtype(np.float64, np.floating) => True      np.iscomplexobj(x) => False

In: an application.  Out: the constant that it gives, or None.  A dtype is written as the name of its numbers, `np.float64`, which
NumPy takes for it and which is not equal to it: so what compares two of them has to be decided here.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import facts, ir

if TYPE_CHECKING:
    from s2s.builder import Builder

OF_DTYPES = {np.dtype, np.issubdtype, np.promote_types, np.can_cast, np.isdtype, issubclass}
COMPARISONS = {operator.eq, operator.ne, str, repr, format}
OF_ARRAYS = {np.iscomplexobj, np.isrealobj}
OF_SEVERAL = {np.result_type, np.common_type}


def decided(application: ir.Apply, builder: Builder) -> ir.Const | None:
    function, args = application.function, application.args
    if application.kwargs or not args:
        return None
    if function in OF_DTYPES or function in COMPARISONS:
        values = [arg.value for arg in args if isinstance(arg, ir.Const)]
        if len(values) < len(args) or not (function in OF_DTYPES or any(isinstance(value, np.dtype) for value in values)):
            return None
        return _called(function, values)
    if function in OF_ARRAYS or function in OF_SEVERAL:
        known = [builder.type_of(arg) for arg in args]
        dtypes = [fact.dtype for fact in known if isinstance(fact, facts.Num) and fact.dtype is not None and fact.weak is False]
        return _called(function, [np.empty(0, dtype) for dtype in dtypes]) if len(dtypes) == len(args) else None
    return None


def _called(function: Any, values: list[Any]) -> ir.Const | None:
    try:
        return ir.Const(function(*values))
    except TypeError:
        return None  # the user's program fails here when it runs, and says so itself
