"""Functions by what they mean: written out before loops are made of them, as a user's helper would be.

    np.std(x)   =>   np.sqrt(np.mean((x - np.mean(x)) ** 2))

In: a program.  Out: one that calls none of these.  A definition is an ordinary function of NumPy's; it is put in place of its
call by the machine that inlines helpers and rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from s2s import ir
from s2s.builder import Builder
from s2s.signatures import accepts
from s2s_runtime import kernels


def var(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    centred = a - np.mean(a, axis=axis, keepdims=True)
    return np.sum(centred * centred, axis=axis, keepdims=keepdims) / (kernels.axis_size(a, axis) - ddof)


def std(a: Any, axis: Any = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    return np.sqrt(var(a, axis, ddof=ddof, keepdims=keepdims))


def keep_axes(x: Any, axis: Any, keepdims: bool) -> Any:
    return x if keepdims or axis is None else np.expand_dims(x, axis)


def centre(a: Any, axis: Any) -> Any:
    return a - np.mean(a, axis=axis, keepdims=True)


def degrees_of_freedom(a: Any, axis: Any, ddof: float) -> Any:
    return kernels.axis_size(a, axis) - ddof


def share_ties(g: Any, chosen: Any, axis: Any) -> Any:
    return np.where(chosen, g / np.sum(np.where(chosen, 1.0, 0.0), axis=axis, keepdims=True), 0.0)


def mean_of_ties(v: Any, chosen: Any, axis: Any) -> Any:
    return np.sum(np.where(chosen, v, 0.0), axis=axis) / np.sum(np.where(chosen, 1.0, 0.0), axis=axis)


def vdot(a: Any, b: Any) -> Any:
    return np.sum(a * b)


def clip(a: Any, low: Any, high: Any) -> Any:
    return np.minimum(np.maximum(a, low), high)


def fold_triangle(g: Any, uplo: str) -> Any:
    both = g + np.conj(np.swapaxes(g, -1, -2))
    own = np.where(np.eye(np.shape(g)[-1], dtype=bool), np.real(g), np.zeros_like(g))
    return own + (np.tril(both, -1) if uplo in ("L", "l") else np.triu(both, 1))


def square(x: Any) -> Any:
    return x * x


DEFINITIONS: dict[Any, Callable[..., Any]] = {
    np.var: var, np.std: std, kernels.keep_axes: keep_axes, kernels.centre: centre,
    kernels.degrees_of_freedom: degrees_of_freedom, kernels.share_ties: share_ties, kernels.mean_of_ties: mean_of_ties,
    np.vdot: vdot, np.clip: clip, np.square: square, kernels.fold_triangle: fold_triangle,
}  # fmt: skip


def expanded(function: ir.Function, builder: Builder) -> ir.Function:
    """The function with definitions in the place of calls; new names come from the builder, whose types hold them too."""
    return replace(function, body=Expansion(builder).block(function.body))


class Expansion:
    """Definitions put into one function."""

    def __init__(self, builder: Builder) -> None:
        from s2s.kinds import inliner

        self.builder, self.inline = builder, inliner(builder)
        self.atoms: dict[str, ir.Atom] = {}

    def atom(self, atom: ir.Atom) -> ir.Atom:
        return ir.replace_atom(atom, lambda name: self.atoms.get(name, ir.Var(name)))

    def block(self, block: ir.Block) -> ir.Block:
        with self.builder.block() as statements:
            for stmt in block.statements:
                with self.builder.at(stmt.origin):
                    self.statement(stmt)
        return ir.Block(tuple(statements), tuple([self.atom(atom) for atom in block.yields]))

    def statement(self, stmt: ir.Stmt) -> None:
        match stmt:
            case ir.Let():
                self.let(stmt)
            case ir.If():
                arms = self.block(stmt.then), self.block(stmt.other)
                self.builder.emit(ir.If(self.atom(stmt.test), *arms, stmt.results, stmt.origin))
            case ir.For():
                start, stop, step = (self.atom(bound) for bound in stmt.bounds)
                inits = tuple([self.atom(init) for init in stmt.inits])
                self.builder.emit(replace(stmt, bounds=(start, stop, step), inits=inits, body=self.block(stmt.body)))
            case ir.While():
                inits = tuple([self.atom(init) for init in stmt.inits])
                self.builder.emit(replace(stmt, inits=inits, test=self.block(stmt.test), body=self.block(stmt.body)))
            case _:
                self.builder.emit(stmt)

    def let(self, stmt: ir.Let) -> None:
        apply = ir.replace_apply(stmt.value, lambda name: self.atoms.get(name, ir.Var(name)))
        definition = DEFINITIONS.get(apply.function)
        names = frozenset(name for name, _ in apply.kwargs)
        if definition is None or not accepts(definition, len(apply.args), names):
            self.builder.emit(replace(stmt, value=apply))
            return
        found = self.inline(definition, list(apply.args), dict(apply.kwargs), False)
        self.builder.suggest(found, self.builder.hints.get(stmt.target, ""))
        self.atoms[stmt.target] = found


