"""What a choice did not take contributes zero, also where its partial derivative is infinite or NaN.

    y = np.where(x > 0, np.sqrt(x), 0.0)        at x = 0: the cotangent of the root is zero, and so is that of x

In: a call, a cotangent that may be zero outside a mask.  Out: the contributions to its operands, and their masks.  A mask passes
functions that work entry by entry, and those that move entries, as `s2s.differentiate.selection` has it for programs.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.eager.projecting import filled, projected
from s2s.infer import ELEMENTWISE
from s2s.rules.declare import Rule
from s2s_runtime.kernels import index_set
from s2s_runtime.tape.core import Selected

if TYPE_CHECKING:
    from s2s.eager.plans import Call


def selects(rule: Rule) -> bool:
    """Whether a rule chooses: its body gives its cotangent or zero, by a condition; or what it says of a store, which does not choose
    what it overwrites."""
    return (rule.kind == "diagonal" and _has_where(rule.body)) or index_set in rule.functions


@functools.cache
def _has_where(body: Any) -> bool:
    return "where" in body.__code__.co_names


def selected(call: Call, g: Any, result: Any) -> list[Any]:
    """The contribution to each operand, `Selected` if it is zero by a choice."""
    mask = g.mask if type(g) is Selected else None
    with np.errstate(all="ignore" if mask is not None else None):  # of what is not chosen nobody wants to hear
        return _contributions(call, g, mask, result)


def _contributions(call: Call, g: Any, mask: Any, result: Any) -> list[Any]:
    g = filled(g.g if type(g) is Selected else g, result)
    rule = call.plan.rule
    assert rule is not None
    entrywise = call.plan.function in ELEMENTWISE
    found: list[Any] = []
    parts = call.contributions(g, result)
    masks = _masks(call, rule, mask, result)
    for part, chosen, x in zip(parts, masks, call.operands, strict=True):
        if part is None:
            found.append(None)
            continue
        whole = entrywise and mask is not None and _fits(mask, part)
        part = call.plan.bodies.call(np.where, mask, part, 0.0) if whole else part
        fitted = projected(part, x, call.plan.bodies.call)
        masked = chosen is not None and np.shape(chosen) == np.shape(x) and not np.all(chosen)
        found.append(Selected(fitted, chosen) if masked else fitted)
    return found


def _masks(call: Call, rule: Rule, mask: Any, result: Any) -> list[Any]:
    """Where the contribution to each operand may be other than zero; None where nothing is known."""
    before = np.ones(np.shape(result), bool) if mask is None else mask
    if selects(rule) or (rule.moves and mask is not None and not isinstance(result, (tuple, list))):
        parts = call.contributions(_sent(before, result), result)
        return [None if part is None else np.not_equal(_plain(part), 0) for part in parts]
    passes = call.plan.function in ELEMENTWISE and mask is not None
    return [before if passes else None for _ in call.operands]


def _plain(part: Any) -> Any:
    return part.value if hasattr(part, "tape") else part


def _fits(mask: Any, part: Any) -> bool:
    try:
        return bool(np.broadcast_shapes(np.shape(mask), np.shape(part)) == np.shape(part))
    except ValueError:
        return False


def _sent(mask: Any, result: Any) -> Any:
    """A mask as a cotangent, that no rule makes zero where it is not: of complex numbers both parts are one."""
    if np.iscomplexobj(result):
        return np.where(mask, 1.0 + 1.0j, 0.0).astype(result.dtype)
    return np.asarray(mask).astype(result.dtype if getattr(result, "dtype", None) in (np.float32, np.float64) else float)
