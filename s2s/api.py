"""The public transforms.  Each takes an ordinary Python function and gives values: there is no hidden state."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Unpack

import numpy as np

from s2s.arguments import Argnums, arranged, unbundle
from s2s.errors import DtypeError, S2SError
from s2s.fitting import check_like, fit, owned
from s2s.jit.choice import Choice, Options, said, settled, taken
from s2s.prepared import Prepared, Program, prepared
from s2s.shortcuts import Met, calls_of, known
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
    - `parallel=True`: compiled code runs independent loops in threads where there is enough to do.
    - `reuse_memory=True`: compiled code computes in the memory of its last call, and overwrites what that gave.
    - `check="dot"`: the first call for arguments of a kind is held against the other mode: NotAdjoint if <y_bar, J v> is not <J' y_bar, v>
      up to rounding, at the statement that is to blame.  "dot:100" or ("dot", 100) checks one call in 100.
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
def _moving(primals: Sequence[Any]) -> tuple[int, ...]:
    """The positions of primals that have a derivative."""
    return tuple([k for k, value in enumerate(primals) if any(map(tree.is_differentiable, tree.flatten(value)[0]))])


def _prepared(function: Callable[..., Any], kind: str, primals: Sequence[Any], kwargs: dict[str, Any], options: Choice) -> Prepared:
    """A call made ready to run, to be differentiated by all positional primals that have a derivative."""
    warm, held = calls_of(function, kind, options)
    found: Prepared | None = warm.find((*held, *primals), kwargs)
    if found is None:
        callee = unbundle(function)
        call = arranged(callee, tuple(primals), kwargs, _moving(primals), None)
        found = prepared(callee, call, kind, settled(options, function))
        warm.met(Met(function, options, callee, call, tuple(kwargs), found, len(held)))
    return found


def _spread(program: Program, parts: Sequence[Any], count: int) -> tuple[Any, ...]:
    """One entry per primal: None where a primal carries no derivative."""
    entries: list[Any] = [None] * count
    for position, part in zip(program.wrt, parts, strict=True):
        entries[position - program.bound] = part
    return tuple(entries)


class Pullback:
    """The cotangents of the primals as a function of the cotangent of the result.  May be called any number of times."""

    def __init__(self, program: Program, every: tuple[Any, ...], count: int, result: Any, residuals: tuple[Any, ...]) -> None:
        self.program, self.every, self.count = program, every, count
        self.result, self.residuals = result, residuals

    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        program, every = self.program, self.every
        check_like(cotangent, self.result, "cotangent")
        bars = program.functions[1](*self.residuals, tree.copy(fit(cotangent, self.result)))
        fitted = [fit(bar, every[position]) for bar, position in zip(bars, program.wrt, strict=True)]
        if not program.apart(1):
            fitted = owned(fitted, (cotangent, self.residuals))
        return _spread(program, fitted, self.count)

    def source(self) -> str:
        """The text of the reverse sweep."""
        return str(self.program.made.derived.sources[1].text)


_NONE: Any = object()


def vjp(function: Callable[..., Any], *primals: Any, cotangent: Any = _NONE, **kwargs: Any) -> Any:
    """The result and the pullback: `pullback(cotangent)` is a tuple with one entry per primal.

    With `cotangent=`, the cotangents themselves: `(result, (x_bar, ...))`.  A cotangent has the tree, shapes and dtypes of
    the result; ShapeError and DtypeError say where it has not.
    """
    options, kwargs = taken(kwargs)
    program, every, outside = _prepared(function, "split", primals, kwargs, options)
    result, residuals = program.functions[0](*every, **outside)
    apart, held = program.apart(), (every, outside)
    if cotangent is _NONE and not apart:
        residuals = owned(residuals, (held, result), apart=False)
    pullback = Pullback(program, every, len(primals), result, residuals)
    result = result if apart else owned(result, held)
    return (result, pullback) if cotangent is _NONE else (result, pullback(cotangent))


def _tangents_for(program: Program, every: tuple[Any, ...], tangents: Sequence[Any]) -> list[Any]:
    """The tangents of the primals that have a derivative; each tangent is checked."""
    bound = program.bound
    for position, given in enumerate(tangents, bound):
        check_like(given, every[position], "tangent")
    return [fit(tangents[position - bound], every[position]) for position in program.wrt]


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
    program, every, outside = _prepared(function, "jvp", primals, kwargs, options)
    moving = _tangents_for(program, every, tangents)
    result, tangent = program.functions[0](*every, *moving, **outside)
    if program.apart():
        return result, _fit_tangent(tangent, result)
    held = (every, moving, outside)
    return owned(result, held), owned(_fit_tangent(tangent, result), (held, result))


def _fit_tangent(tangent: Any, result: Any) -> Any:
    return fit(tangent, result) if tangent is not None else tree.zeros_like(result)


def linearize(function: Callable[..., Any], *primals: Any, **kwargs: Any) -> tuple[Any, Callable[..., Any]]:
    """The result and the pushforward: `pushforward(*tangents)` is the tangent of the result, with the forward sweep run once."""
    options, kwargs = taken(kwargs)
    program, every, outside = _prepared(function, "linearize", primals, kwargs, options)
    result, residuals = program.functions[0](*every, **outside)
    if not program.apart():
        residuals = owned(residuals, (every, outside, result), apart=False)

    def pushforward(*tangents: Any) -> Any:
        _check_counts(primals, tangents)
        moving = _tangents_for(program, every, tangents)
        tangent = _fit_tangent(program.functions[1](*residuals, *moving), result)
        return tangent if program.apart(1) else owned(tangent, (*moving, *every, *residuals))

    return result if program.apart() else owned(result, (every, outside)), pushforward


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


def _blocks(result: Any, primal: Any) -> list[list[Any]]:
    rows, _ = tree.flatten(result)
    columns, _ = tree.flatten(primal)
    return [
        [_blank(r, c) if tree.is_differentiable(r) and tree.is_differentiable(c) else None for c in columns]
        for r in rows
    ]


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

    way = ""

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        warm = self.calls
        found = warm.find(args, kwargs)
        if found is None:
            found, met = self.prepared(self.way, args, kwargs)
            warm.met(met)
        parts, aux = self.parts(*found)
        jacobians = parts[0] if self.single else parts
        return (jacobians, aux) if self.has_aux else jacobians

    def parts(self, program: Program, every: tuple[Any, ...], outside: dict[str, Any]) -> tuple[tuple[Any, ...], Any]:
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

    way = "linearize"

    def parts(self, program: Program, every: tuple[Any, ...], outside: dict[str, Any]) -> tuple[tuple[Any, ...], Any]:
        forward, pushforward = program.functions
        whole, residuals = forward(*every, **outside)
        result, aux = self.split_aux(whole)
        chosen = program.chosen(every)
        refuse_complex(chosen, "jacfwd of complex arguments", "use jvp, along 1 and along 1j")
        zeros = [tree.zeros_like(primal) for primal in chosen]
        parts = []
        for number, primal in enumerate(chosen):
            blocks = _blocks(result, primal)
            for column, index, unit in _basis(primal):
                moving = [unit if k == number else zero for k, zero in enumerate(zeros)]
                tangent = self.split_aux(pushforward(*residuals, *moving))[0]
                _fill_columns(blocks, column, index, _fit_tangent(tangent, result))
            parts.append(_assemble(result, primal, blocks))
        return tuple(parts), owned(aux, (every, outside))


def _fill_columns(blocks: list[list[Any]], column: int, index: tuple[int, ...], tangent: Any) -> None:
    leaves, _ = tree.flatten(tangent)
    for row, leaf in zip(blocks, leaves, strict=True):
        if row[column] is not None:
            row[column][(..., *index)] = leaf


class ReverseJacobian(Jacobian):
    """One pullback per entry of the result; the forward sweep runs once."""

    kind = "jacrev"

    way = "split"

    def parts(self, program: Program, every: tuple[Any, ...], outside: dict[str, Any]) -> tuple[tuple[Any, ...], Any]:
        forward, reverse = program.functions
        whole, residuals = forward(*every, **outside)
        result, aux = self.split_aux(whole)
        chosen = program.chosen(every)
        refuse_complex(result, "jacrev of a complex result", "use jacfwd, or vjp with 1 and with 1j")
        blocks = [_blocks(result, primal) for primal in chosen]
        for row, index, unit in _basis(result):
            seed = (unit, tree.zeros_like(aux)) if self.has_aux else unit
            for block, bar, primal in zip(blocks, reverse(*residuals, seed), chosen, strict=True):
                leaves, _ = tree.flatten(fit(bar, primal))
                for column, leaf in enumerate(leaves):
                    if block[row][column] is not None:
                        block[row][column][index] = leaf
        return tuple(_assemble(result, p, b) for p, b in zip(chosen, blocks, strict=True)), owned(aux, (every, outside))


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
    wrt = _moving(primals)
    gradient = known(function, ("hvp", wrt, options), lambda: Gradient(function, wrt, options=options))
    _, products = jvp(gradient, primals, tangents, **options.given(), **kwargs)
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
