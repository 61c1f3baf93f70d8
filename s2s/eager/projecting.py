"""A cotangent in the shape and dtype of its operand, a tangent in those of its result.

In: what the body of a rule returned, and how functions are called.  Out: the contribution to a cotangent; the tangent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2s_runtime import tree
from s2s_runtime.kernels import astype, sum_to
from s2s_runtime.tape.core import zeros_like
from s2s_runtime.tape.variable import Variable

Calling = Callable[..., Any]


def projected(g: Any, x: Any, call: Calling) -> Any:
    """Summed over the axes along which the operand was repeated, its real part if that is real, in its dtype."""
    if type(g) is np.ndarray and type(x) is np.ndarray and g.shape == x.shape and g.dtype is x.dtype:
        return g
    if isinstance(x, (tuple, list)):
        return tree.tree_map(lambda part, one: None if part is None else projected(part, one, call), tuple(g), tuple(x))
    shape = np.shape(x)
    if np.shape(g) != shape:
        g = call(sum_to, g, shape)
    return typed(g, x, call)


def typed(g: Any, x: Any, call: Calling) -> Any:
    """In the dtype of a number or array of floating point; exact numbers are as they are."""
    if type(x) is Variable or type(g) is Variable:
        have, want = (one.dtype if type(one) is Variable else np.result_type(one) for one in (g, x))
    elif isinstance(x, np.ndarray | np.generic):
        have, want = np.result_type(g), x.dtype
    elif isinstance(x, float):
        return call(float, call(np.real, g) if np.iscomplexobj(g) else g) if type(g) is not float else g
    elif isinstance(x, complex):
        return call(complex, g) if type(g) is not complex else g
    else:
        return g
    if have == want or want.kind not in "fc":
        return g
    if want.kind == "f" and have.kind == "c":
        g = call(np.real, g)
    return call(astype, g, want)


def spread(terms: Sequence[Any], result: Any, call: Calling) -> Any:
    """The sum of the terms of a tangent, spread where an operand that stands still made the result larger."""
    if isinstance(result, (tuple, list)):
        columns = [[term[k] for term in terms if term[k] is not None] for k in range(len(result))]
        return tuple(spread(column, one, call) if column else zeros_like(one) for column, one in zip(columns, result, strict=True))
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    if np.shape(total) != np.shape(result):
        total = call(np.broadcast_to, total, np.shape(result))
    return typed(total, result, call)


def filled(g: Any, result: Any) -> Any:
    """The cotangent of several results, zeros for those that nothing depends on."""
    if not isinstance(result, (tuple, list)):
        return g
    return tuple(zeros_like(one) if part is None else part for part, one in zip(g, result, strict=True))
