"""The type of an application from the types of its operands.

In: an Apply and what is known of its atoms.  Out: a fact, or None.  Symbolic shapes come from the functions in `shapes`; dtype,
rank and structure of everything else come from calling the primitive itself on a small sample, so that NumPy's own
promotion rules decide and no table can be out of date.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from itertools import zip_longest
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.facts import Dim, Num, renewed
from s2s.infer.atoms import TypeOf, dims_of, shape_of
from s2s.infer.broadcasting import is_spread_of
from s2s.infer.contracting import summed_alike
from s2s.infer.elementwise import ELEMENTWISE, elementwise
from s2s.infer.results import RESULTS
from s2s.infer.samples import is_library, lies_in_order, sample, shares_memory
from s2s.infer.scipy import equal_axes, result_rule, shape_rule
from s2s.infer.shapes import SHAPES, reduced
from s2s.lengths import clamp
from s2s.primitives import MAKERS
from s2s.signatures import accepts
from s2s.subroutine import Subroutine

__all__ = ["ELEMENTWISE", "equal_lengths", "infer", "is_library", "lies_in_order", "shares_memory"]


def infer(application: ir.Apply, type_of: TypeOf) -> facts.Type | None:
    """What is known of the result."""
    function, args, kwargs = application.function, application.args, dict(application.kwargs)
    if isinstance(function, Subroutine):
        return renewed(function.fact)
    special = RESULTS.get(function) or result_rule(function)
    if special is not None:
        return special(type_of, *args, **kwargs) if _takes(special, application) else None
    types = [type_of(arg) for arg in args]
    if function in ELEMENTWISE:
        found = elementwise(function, types) if not kwargs else None
        return replace(found, doubtful=True) if isinstance(found, Num) and _leaves_reals(application, types) else found
    sampled = sample(function, args, kwargs, type_of)
    if sampled is None and function in TO_COMPLEX and isinstance(types[0], Num) and types[0].dtype is not None:
        return Num(np.result_type(types[0].dtype, np.complex64))
    rule = shape_rule(function)
    if isinstance(sampled, Num) and sampled.shape is not None and rule and _takes(rule, application):
        shape = rule(type_of, *args, **kwargs)
        if shape is not None and len(shape) == len(sampled.shape):
            return Num(sampled.dtype, shape, sampled.weak)
    return sampled if sampled is not None or function not in MAKERS else _made(kwargs)


def _made(kwargs: dict[str, ir.Atom]) -> facts.Type | None:
    """A new array of which nothing is known but the dtype that it is asked to have."""
    dtype = kwargs.get("dtype")
    known = isinstance(dtype, ir.Const) and dtype.value is not None
    return Num(np.dtype(dtype.value), None) if known else None  # type: ignore[union-attr]


def _leaves_reals(application: ir.Apply, types: list[facts.Type | None]) -> bool:
    """A negative Python number to a power that is no whole number is complex; one of NumPy's is NaN."""
    if application.function is not operator.pow or len(types) != 2:
        return False
    if any(not isinstance(fact, Num) or fact.weak is False or fact.shape != () or not fact.is_real for fact in types):
        return False
    base, exponent = application.args
    if isinstance(base, ir.Const) and base.value >= 0:
        return False
    if isinstance(exponent, ir.Const):
        return bool(exponent.value != int(exponent.value))
    return getattr(types[1], "dtype", None) is None or types[1].dtype.kind == "f"  # type: ignore[union-attr]


def _takes(inference: Callable[..., Any], application: ir.Apply) -> bool:
    """Whether what is known of a function covers this way to call it."""
    return accepts(inference, 1 + len(application.args), frozenset(name for name, _ in application.kwargs))


def equal_lengths(application: ir.Apply, type_of: TypeOf) -> list[tuple[Dim, Dim]]:
    """Pairs of lengths that must be equal if the application does not fail."""
    function, args = application.function, application.args
    if function in CONTRACTING and len(args) == 2:
        left, right = shape_of(type_of, args[0]), shape_of(type_of, args[1])
        if left and right:
            return [(left[-1], right[-2] if len(right) > 1 else right[0])]
        return []
    if function in ELEMENTWISE and len(args) > 1:
        shapes = [shape for shape in (shape_of(type_of, arg) for arg in args) if shape]
        if len(shapes) < 2:
            return []
        columns = zip_longest(*(reversed(shape) for shape in shapes))
        return [pair for column in columns for pair in _equal_in_column([dim for dim in column if dim is not None])]
    if function is np.broadcast_to and len(args) == 2:
        found, given = shape_of(type_of, args[0]) or (), dims_of(type_of, args[1]) or ()
        pairs = zip(reversed(found), reversed(given), strict=False)
        return [(dim, spread) for spread, dim in pairs if is_spread_of(spread, dim)]  # it cannot have become longer
    if function in SIZED and args:
        return [(dim, clamp(dim)) for dim in dims_of(type_of, args[0]) or () if dim.symbol is None]
    if not args:
        return []
    return [*summed_alike(application, type_of), *equal_axes(function, args, type_of), *_as_the_mask(application, type_of)]


def _as_the_mask(application: ir.Apply, type_of: TypeOf) -> list[tuple[Dim, Dim]]:
    """Lengths of what is reduced and of the mask that says which entries: a mask is spread to the array, never the array."""
    where = dict(application.kwargs).get("where")
    if where is None or SHAPES.get(application.function) is not reduced:
        return []
    pairs = zip(reversed(shape_of(type_of, application.args[0]) or ()), reversed(shape_of(type_of, where) or ()), strict=False)
    return [(dim, mask) for dim, mask in pairs if mask.never_one]


def _equal_in_column(dims: list[Dim]) -> list[tuple[Dim, Dim]]:
    """Lengths of one axis that are broadcast: those that cannot be 1 are equal."""
    fixed = [dim for dim in dict.fromkeys(dims) if dim.never_one]
    return [(fixed[0], other) for other in fixed[1:]]


SIZED = {np.zeros, np.ones, np.empty, np.full}
"""Functions that fail for a negative length: `n - 2` is then `max(n - 2, 0)`, which is how long `x[1:-1]` is."""

TO_COMPLEX = {
    np.fft.fft, np.fft.ifft, np.fft.rfft, np.fft.ihfft, np.fft.fft2, np.fft.ifft2, np.fft.fftn, np.fft.ifftn, np.fft.rfft2, np.fft.rfftn,
}  # fmt: skip
"""Functions with a complex result, whatever they are given."""

CONTRACTING = {operator.matmul, np.matmul, np.dot}
