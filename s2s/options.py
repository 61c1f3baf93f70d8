"""Options of a call that say what is so anyway.

    np.sum(x, axis=None, keepdims=False) => np.sum(x)

In: an application.  Out: the same without them, or None.
"""

from __future__ import annotations

from s2s import ir
from s2s.infer.shapes import SHAPES, reduced

REDUCTIONS = {function for function, rule in SHAPES.items() if rule is reduced}
LEFT_OUT = {("axis", ir.Const(None)), ("keepdims", ir.Const(False))}


def plain(application: ir.Apply) -> ir.Apply | None:
    if application.function not in REDUCTIONS:
        return None
    kwargs = tuple(item for item in application.kwargs if item not in LEFT_OUT)
    return ir.Apply(application.function, application.args, kwargs) if len(kwargs) < len(application.kwargs) else None
