"""Derivatives at given values: the call that a rule is selected for, its cotangents and its tangent.

In: a function, arguments, and which of them are active.  Out: cotangents and tangents.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rules.applying import Call, jvp, selected, vjp
from s2s.rules.cases import A, Case


def call_of(function: Any, *args: Any, active: tuple[int, ...] = (0,), **kwargs: Any) -> Call:
    """The call with the arguments at these positions active, and the rule that it selects."""
    values = [
        np.asarray(arg, float) if i in active and not isinstance(arg, (float, np.ndarray)) else arg
        for i, arg in enumerate(args)
    ]
    specs = Case(tuple(A(*np.shape(v)) if i in active else v for i, v in enumerate(values)), kwargs)
    return Call(selected(function, specs, values, kwargs), function, specs, values, kwargs)


def gradients(function: Any, *args: Any, g: Any = None, **options: Any) -> list[Any]:
    """The cotangents of the active arguments for the cotangent `g` of the result (default: ones)."""
    call = call_of(function, *args, **options)
    with np.errstate(all="ignore"):
        return list(vjp(call, np.ones(np.shape(call.run())) if g is None else np.asarray(g, float)).values())


def gradient(function: Any, *args: Any, **options: Any) -> Any:
    (only,) = gradients(function, *args, **options)
    return only


def push(function: Any, *args: Any, along: Any, **options: Any) -> Any:
    """The tangent of the result for the tangents `along` of the active arguments."""
    call = call_of(function, *args, **options)
    with np.errstate(all="ignore"):
        return jvp(call, {name: np.asarray(t, float) for name, t in zip(call.active(), along, strict=True)})


def same(got: Any, wanted: Any) -> None:
    np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=0.0)
