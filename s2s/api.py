"""The public transforms.  Each takes an ordinary Python function and gives values: there is no hidden state."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Unpack

import numpy as np

from s2s.arguments import Argnums, Call, Callee, arranged, check_differentiable, unbundle
from s2s.cache import Ready, ready
from s2s.errors import DtypeError, S2SError
from s2s.fitting import check_like, fit, owned
from s2s.jit.choice import Options, said, settled, taken
from s2s.transforms import Differentiable, Gradient, Transform, ValueAndGradient  # fmt: skip
from s2s_runtime import tree
from s2s_runtime.checkpointing import checkpoint, checkpointed
from s2s_runtime.stopping import stop_gradient


def differentiable(function: Callable[..., Any] | None = None, **options: Unpack[Options]) -> Any:
    """Give a function its derivatives: `.grad`, `.value_and_grad`, `.vjp`, `.jvp`, `.source`, `.explain`.

    It still runs as before: the same signature, docstring and pickle, usable as a method.

    The options say how derivatives run.  All transforms take them, too, and there they count before these.  A transform inside
    a function that is differentiated runs as the derivative around it does.

    - `jit`: whether derivatives are compiled: "auto" (when their NumPy code has run for as long as compiling takes, or at once
      where the rounds of loops say that it will; as far as that is possible, what is not stays NumPy code, and `.explain()`
      names it), True (at once; NotCompiled with the user's line where that is not possible), False (never).  Not given: what
      the environment variable S2S_JIT says ("auto", 1 or 0), "auto" if it is not set.
    - `check_nan=True`: a call whose derivative has a NaN or an infinity in it raises NotFinite, with the statement that made
      the first that reached it: the line, the iterations of the loops around it, the rule.  It runs as NumPy code.
    - `boundscheck=True`: compiled code looks at every index before it is used, also at those that are proved to be right.
    - `fastmath`: what compiled code may change in arithmetic.  False: nothing that changes a result by more than rounding,
      and NaN and infinities are as in NumPy.  True: all that LLVM can; a set of its flags: those.

    Raises S2SError for an option with a value that it may not have.
    """
    choice = said(options)
    if function is None:
        return functools.partial(Differentiable, options=choice)
    return Differentiable(function, choice)


def grad(
    function: Callable[..., Any], argnums: Argnums = 0, *, argnames: Any = None, has_aux: bool = False, **options: Unpack[Options]
) -> Gradient:
    """The gradient of a function with a scalar result, as a function of the same arguments.

    `argnums` (an int, or a tuple for a tuple of gradients) or `argnames` choose the arguments.  A gradient has the tree,
    shapes and dtypes of its argument; leaves without a derivative (int, bool, str, None, callables) are None in it.  With
    `has_aux`, the function returns (value, aux) and the result is (gradient, aux).  The options are those of `differentiable`.

    Raises Refused for a program that has no derivative here, NotScalar for a result that is not scalar, DtypeError for an
    argument that has none.
    """
    return Gradient(function, argnums, argnames, has_aux, said(options))


def value_and_grad(
    function: Callable[..., Any], argnums: Argnums = 0, *, argnames: Any = None, has_aux: bool = False, **options: Unpack[Options]
) -> ValueAndGradient:
    """As `grad`, but gives (value, gradient), or ((value, aux), gradient)."""
    return ValueAndGradient(function, argnums, argnames, has_aux, said(options))


# ---------------------------------------------------------------------------------------------------------- products
def _primals(function: Callable[..., Any], primals: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Callee, Call]:
    """A call differentiated by all positional primals that have a derivative."""
    callee = unbundle(function)
    bound = len(callee.args)
    wrt = [k for k, value in enumerate(primals) if any(tree.is_differentiable(leaf) for leaf in tree.flatten(value)[0])]
    call = arranged(callee, tuple(primals), kwargs, wrt, None)
    assert all(position >= bound for position in call.wrt)
    return callee, call


def _spread(call: Call, callee: Callee, parts: Sequence[Any], count: int) -> tuple[Any, ...]:
    """One entry per primal: None where a primal carries no derivative."""
    entries: list[Any] = [None] * count
    for position, part in zip(call.wrt, parts, strict=True):
        entries[position - len(callee.args)] = part
    return tuple(entries)


class Pullback:
    """The cotangents of the primals as a function of the cotangent of the result.  May be called any number of times."""

    def __init__(
        self, made: Ready, reverse: Callable[..., Any], callee: Callee, call: Call, count: int, result: Any, residuals: tuple[Any, ...]
    ) -> None:
        self.reverse = reverse
        self.made, self.callee, self.call, self.count = made, callee, call, count
        self.result, self.residuals = result, residuals

    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        check_like(cotangent, self.result, "cotangent")
        bars = self.reverse(*self.residuals, tree.copy(fit(cotangent, self.result)))
        fitted = [fit(bar, primal) for bar, primal in zip(bars, self.call.chosen, strict=True)]
        return _spread(self.call, self.callee, owned(fitted, (cotangent, self.residuals)), self.count)

    def source(self) -> str:
        """The text of the reverse sweep."""
        return str(self.made.derived.sources[1].text)


_NONE: Any = object()


def vjp(function: Callable[..., Any], *primals: Any, cotangent: Any = _NONE, **kwargs: Any) -> Any:
    """The result and the pullback: `pullback(cotangent)` is a tuple with one entry per primal.

    With `cotangent=`, the cotangents themselves: `(result, (x_bar, ...))`.  A cotangent has the tree, shapes and dtypes of
    the result; ShapeError and DtypeError say where it has not.
    """
    options, kwargs = taken(kwargs)
    callee, call = _primals(function, primals, kwargs)
    choice = settled(options, function)
    made = ready(callee, "split", call, choice=choice)
    outside = made.captured(callee, call)
    forward, reverse = made.functions(choice)
    result, residuals = forward(*call.all, **outside)
    held = (call.all, outside)
    if cotangent is _NONE:
        residuals = owned(residuals, (held, result), apart=False)
    pullback = Pullback(made, reverse, callee, call, len(primals), result, residuals)
    result = owned(result, held)
    return (result, pullback) if cotangent is _NONE else (result, pullback(cotangent))


def _tangents_for(call: Call, callee: Callee, tangents: Sequence[Any]) -> list[Any]:
    """The tangents of the primals that have a derivative; each tangent is checked."""
    bound = len(callee.args)
    for primal, given in zip(call.args[bound:], tangents, strict=True):
        check_like(given, primal, "tangent")
    return [fit(tangents[position - bound], call.args[position]) for position in call.wrt]


def _check_counts(primals: Any, tangents: Any) -> None:
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise S2SError("primals and tangents are tuples: jvp(f, (x,), (x_dot,))")
    if len(primals) != len(tangents):
        raise S2SError(f"there are {len(primals)} primals and {len(tangents)} tangents")


def jvp(
    function: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], **kwargs: Any
) -> tuple[Any, Any]:
    """The result and its tangent.  A primal without a derivative (an int, say) has the tangent None."""
    options, kwargs = taken(kwargs)
    _check_counts(primals, tangents)
    callee, call = _primals(function, primals, kwargs)
    moving = _tangents_for(call, callee, tangents)
    choice = settled(options, function)
    made = ready(callee, "jvp", call, choice=choice)
    outside = made.captured(callee, call)
    result, tangent = made.functions(choice)[0](*call.all, *moving, **outside)
    held = (call.all, moving, outside)
    return owned(result, held), owned(_fit_tangent(tangent, result), (held, result))


def _fit_tangent(tangent: Any, result: Any) -> Any:
    return tree.tree_map(lambda x, t: fit(t, x), result, tangent) if tangent is not None else tree.zeros_like(result)


def linearize(function: Callable[..., Any], *primals: Any, **kwargs: Any) -> tuple[Any, Callable[..., Any]]:
    """The result and the pushforward: `pushforward(*tangents)` is the tangent of the result, with the forward sweep run once."""
    options, kwargs = taken(kwargs)
    callee, call = _primals(function, primals, kwargs)
    choice = settled(options, function)
    made = ready(callee, "linearize", call, choice=choice)
    outside = made.captured(callee, call)
    forward, pushed = made.functions(choice)
    result, residuals = forward(*call.all, **outside)
    residuals = owned(residuals, (call.all, outside, result), apart=False)

    def pushforward(*tangents: Any) -> Any:
        _check_counts(primals, tangents)
        moving = _tangents_for(call, callee, tangents)
        return owned(_fit_tangent(pushed(*residuals, *moving), result), (*moving, *call.all, *residuals))

    return owned(result, (call.all, outside)), pushforward


# ---------------------------------------------------------------------------------------------------------- jacobians
def _basis(primal: Any) -> Iterator[tuple[int, tuple[int, ...], Any]]:
    """(leaf number, index, unit tangent) for every entry of every leaf that has a derivative."""
    leaves, structure = tree.flatten(primal)
    zeros = [tree.zeros_like(leaf) for leaf in leaves]
    for number, leaf in enumerate(leaves):
        if not tree.is_differentiable(leaf):
            continue
        for index in np.ndindex(*np.shape(leaf)):
            unit = list(zeros)
            unit[number] = _unit(leaf, index)
            yield number, index, tree.unflatten(structure, unit)


def _unit(leaf: Any, index: tuple[int, ...]) -> Any:
    if not isinstance(leaf, np.ndarray):
        return type(leaf)(1)
    unit = np.zeros_like(leaf)
    unit[index] = 1
    return unit


def _blank(outer: Any, inner: Any) -> Any:
    """A Jacobian block of zeros: the shape of `outer` followed by that of `inner`."""
    dtype = np.result_type(*(x.dtype if isinstance(x, (np.ndarray, np.generic)) else type(x) for x in (outer, inner)))
    return np.zeros((*np.shape(outer), *np.shape(inner)), dtype)


def _blocks(result: Any, primal: Any) -> tuple[Any, list[list[Any]]]:
    rows, _ = tree.flatten(result)
    columns, _ = tree.flatten(primal)
    blocks = [
        [_blank(r, c) if tree.is_differentiable(r) and tree.is_differentiable(c) else None for c in columns]
        for r in rows
    ]
    return None, blocks


def _assemble(result: Any, primal: Any, blocks: list[list[Any]]) -> Any:
    """A tree like the result, of trees like the primal, of blocks."""
    _, outer = tree.flatten(result)
    _, inner = tree.flatten(primal)
    rows = [
        tree.unflatten(inner, [block[()] if block is not None and block.ndim == 0 else block for block in row])
        for row in blocks
    ]
    return tree.unflatten(outer, rows)


class Jacobian(Transform):
    """`jacfwd(f)` or `jacrev(f)`: arrays of shape `result.shape + x.shape`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        callee, call = self.arranged(args, kwargs)
        parts, aux = self.parts(callee, call)
        jacobians = parts[0] if self.single else parts
        return (jacobians, aux) if self.has_aux else jacobians

    def parts(self, callee: Callee, call: Call) -> tuple[tuple[Any, ...], Any]:
        raise NotImplementedError

    def split_aux(self, result: Any) -> tuple[Any, Any]:
        return result if self.has_aux else (result, None)

    def __s2s_call__(self, machine: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        from s2s.nesting import nested_jacobian

        return nested_jacobian(machine, self, args, kwargs)


def refuse_complex(values: Any, what: str, hint: str) -> None:
    """Unit tangents and cotangents are real: those along 1j would be missing in a Jacobian."""
    if any(np.iscomplexobj(leaf) for leaf in tree.flatten(values)[0] if tree.is_differentiable(leaf)):
        raise DtypeError(f"{what} would lack the derivatives along 1j", hint=hint)


class ForwardJacobian(Jacobian):
    """One pushforward per entry of the arguments; the forward sweep runs once."""

    kind = "jacfwd"

    def parts(self, callee: Callee, call: Call) -> tuple[tuple[Any, ...], Any]:
        choice = settled(self.options, self.function)
        made = ready(callee, "linearize", call, choice=choice)
        outside = made.captured(callee, call)
        forward, pushed = made.functions(choice)
        whole, residuals = forward(*call.all, **outside)
        result, aux = self.split_aux(whole)
        refuse_complex(call.chosen, "jacfwd of complex arguments", "use jvp, along 1 and along 1j")
        zeros = [tree.zeros_like(primal) for primal in call.chosen]
        parts = []
        for number, primal in enumerate(call.chosen):
            _, blocks = _blocks(result, primal)
            for column, index, unit in _basis(primal):
                moving = [unit if k == number else zero for k, zero in enumerate(zeros)]
                tangent = self.split_aux(pushed(*residuals, *moving))[0]
                _fill_columns(blocks, column, index, _fit_tangent(tangent, result))
            parts.append(_assemble(result, primal, blocks))
        return tuple(parts), owned(aux, (call.all, outside))


def _fill_columns(blocks: list[list[Any]], column: int, index: tuple[int, ...], tangent: Any) -> None:
    leaves, _ = tree.flatten(tangent)
    for row, leaf in zip(blocks, leaves, strict=True):
        if row[column] is not None:
            row[column][(..., *index)] = leaf


class ReverseJacobian(Jacobian):
    """One pullback per entry of the result; the forward sweep runs once."""

    kind = "jacrev"

    def parts(self, callee: Callee, call: Call) -> tuple[tuple[Any, ...], Any]:
        choice = settled(self.options, self.function)
        made = ready(callee, "split", call, choice=choice)
        outside = made.captured(callee, call)
        forward, reverse = made.functions(choice)
        whole, residuals = forward(*call.all, **outside)
        result, aux = self.split_aux(whole)
        refuse_complex(result, "jacrev of a complex result", "use jacfwd, or vjp with 1 and with 1j")
        blocks = [_blocks(result, primal)[1] for primal in call.chosen]
        for row, index, unit in _basis(result):
            seed = (unit, tree.zeros_like(aux)) if self.has_aux else unit
            bars = reverse(*residuals, seed)
            for block, bar, primal in zip(blocks, bars, call.chosen, strict=True):
                leaves, _ = tree.flatten(fit(bar, primal))
                for column, leaf in enumerate(leaves):
                    if block[row][column] is not None:
                        block[row][column][index] = leaf
        return tuple(_assemble(result, p, b) for p, b in zip(call.chosen, blocks, strict=True)), owned(aux, (call.all, outside))


def jacfwd(
    function: Callable[..., Any], argnums: Argnums = 0, *, argnames: Any = None, has_aux: bool = False, **options: Unpack[Options]
) -> ForwardJacobian:
    """The Jacobian by forward mode: an array of shape `result.shape + x.shape`, trees of them for trees."""
    return ForwardJacobian(function, argnums, argnames, has_aux, said(options))


def jacrev(
    function: Callable[..., Any], argnums: Argnums = 0, *, argnames: Any = None, has_aux: bool = False, **options: Unpack[Options]
) -> ReverseJacobian:
    """The Jacobian by reverse mode: an array of shape `result.shape + x.shape`, trees of them for trees."""
    return ReverseJacobian(function, argnums, argnames, has_aux, said(options))


def hessian(
    function: Callable[..., Any], argnums: Argnums = 0, *, argnames: Any = None, has_aux: bool = False, **options: Unpack[Options]
) -> ForwardJacobian:
    """The Hessian of a function with a scalar result, forward over reverse: shape `x.shape + x.shape`."""
    choice = said(options)
    return ForwardJacobian(Gradient(function, argnums, argnames, has_aux, choice), argnums, argnames, has_aux, choice)


def hvp(
    function: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], **kwargs: Any
) -> Any:
    """The Hessian of a scalar function times a vector, without the Hessian: forward over reverse.

    One primal: its product; several: a tuple with one product per primal (None where a primal has no derivative).
    """
    options, kwargs = taken(kwargs)
    _check_counts(primals, tangents)
    callee, call = _primals(function, primals, kwargs)
    check_differentiable(call)
    wrt = tuple(position - len(callee.args) for position in call.wrt)
    _, products = jvp(Gradient(function, wrt, options=options), primals, tangents, **options.given(), **kwargs)
    entries: list[Any] = [None] * len(primals)
    for position, product in zip(wrt, products, strict=True):
        entries[position] = product
    return entries[0] if len(primals) == 1 else tuple(entries)


__all__ = [
    "checkpoint", "checkpointed", "differentiable", "grad", "hessian", "hvp", "jacfwd", "jacrev", "jvp", "linearize",
    "stop_gradient", "value_and_grad", "vjp",
]  # fmt: skip


def _register() -> None:
    from s2s.nesting import register
    from s2s.specialise.handlers import BUILTINS

    BUILTINS.update(register())


_register()
