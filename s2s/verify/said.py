"""What a rule says of a call: the framework's part of each kind of rule, written once more.

In: a `Call`, a cotangent or tangents.  Out: what the rule's bodies give for them, in the shapes of the primals or of the result.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.verify.arrays import each, filled, scalars
from s2s.verify.calls import Call, tree_map
from s2s.verify.scalar import is_complex, scalar


def adjoint(call: Call, g: Any, result: Any) -> dict[str, Any]:
    """The cotangent of every active parameter, projected onto its shape."""
    if call.rule.kind == "elementwise":
        partials = call.per_parameter(call.body(call.rule.body, result=result))
        raw = {name: None if partial is None else g * partial for name, partial in partials.items()}
    else:
        raw = call.per_parameter(call.body(call.rule.body, g, result=result))
    found = {}
    for name, flags in call.active().items():
        parts = raw[name] if raw[name] is not None else tree_map(lambda flag: None, flags)
        primal = call.values[name]
        found[name] = tree_map(lambda flag, x, part: projected(part, x) if flag else None, flags, primal, parts)
    return found


def projected(g: Any, primal: Any) -> Any:
    """Summed over the axes along which the primal was repeated."""
    shape = np.shape(primal)
    if g is None:
        return np.full(shape, scalar(0), object)
    array = np.asarray(g, object)
    array = array.reshape((1,) * (len(shape) - array.ndim) + array.shape)
    while array.ndim > len(shape):
        array = np.asarray(np.sum(array, axis=0), object)
    for axis, n in enumerate(shape):
        if n == 1 and array.shape[axis] != 1:
            array = np.asarray(np.sum(array, axis=axis, keepdims=True), object)
    if array.shape != shape:
        raise ValueError(f"a cotangent of shape {np.shape(g)} for a primal of shape {shape}")
    return array


def tangent(call: Call, tangents: dict[str, Any], result: Any) -> Any:
    """The tangent of the result, spread to its shape."""
    terms = TANGENTS[call.rule.kind](call, tangents, result)
    total: Any = tree_map(lambda r: np.full(np.shape(r), scalar(0), object), result)
    for term in terms:
        total = tree_map(_plus, total, term)
    return tree_map(lambda r, t: t if _has_complex(r) else np.asarray(each(lambda x: scalar(x).real, t), object), result, total)


def _plus(total: Any, part: Any) -> Any:
    """The sum; None stands for a part of the result that does not move."""
    return total if part is None else total + np.broadcast_to(np.asarray(part, object), np.shape(total))


def _has_complex(x: Any) -> bool:
    return any(is_complex(entry) for entry in scalars(x))


def _by_partials(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    partials = call.per_parameter(call.body(call.rule.body, result=result))
    return [partials[name] * v for name, v in tangents.items() if partials[name] is not None]


def _by_selection(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    terms = [call.per_parameter(call.body(call.rule.body, v, result=result))[name] for name, v in tangents.items()]
    return [term for term in terms if term is not None]


def _by_itself(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    given = [name for name in call.rule.wrt if name in call.values]
    return [call.run({name: tangents.get(name, still(call.values[name])) for name in given})]


def _by_each_operand(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    terms = []
    for name, v in tangents.items():
        if not isinstance(v, tuple):
            terms.append(call.run({name: v}))
            continue
        primal = call.values[name]
        terms += [
            call.run({name: type(primal)(v[k] if k == i else primal[k] for k in range(len(v)))}) for i in range(len(v))
        ]
    return terms


def _by_its_jvp(call: Call, tangents: dict[str, Any], result: Any) -> list[Any]:
    assert call.rule.jvp_body is not None
    defaults = {name: parameter.default for name, parameter in call.rule.parameters.parameters.items()}
    leading = [tangents.get(name, still(call.values.get(name, defaults[name]))) for name in call.rule.wrt]
    terms = call.per_parameter(call.body(call.rule.jvp_body, *leading, result=result))
    return [terms[name] for name in tangents]


TANGENTS = {
    "elementwise": _by_partials, "diagonal": _by_selection, "linear": _by_itself, "multilinear": _by_each_operand,
    "custom": _by_its_jvp,
}  # fmt: skip


def still(tree: Any) -> Any:
    """Zeros like a tree of arrays."""
    if tree is None:
        return None
    if isinstance(tree, (list, tuple)):
        return type(tree)(still(part) for part in tree)
    return filled([scalar(0)] * int(np.size(tree)), np.shape(tree)) if np.shape(tree) else scalar(0)
