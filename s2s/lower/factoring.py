"""A matrix that several linear systems share is factorised once; a system of a triangular factor is solved by substitution.

    x = np.linalg.solve(K, f)                     K_lu = lu_factor(K)
    ...                                    =>     x = lu_solve(K_lu, f)
    f_bar = np.linalg.solve(K.T, x_bar)           ...
                                                  f_bar = lu_solve_transposed(K_lu, x_bar)

    L = np.linalg.cholesky(K)              =>     L = np.linalg.cholesky(K)
    y = np.linalg.solve(L, r)                     y = solve_lower(L, r)

In: a program of loop nests.  Out: one that computes the same, to rounding.  A matrix that stays the same in a loop is factorised in
front of it, if it is surely square; that it is singular is found where a system is solved, as before.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import bound_in_order, walk
from s2s.lower.assuming import Assumption
from s2s.lower.counting import newest
from s2s.lower.writing import LoopBuilder
from s2s_runtime import systems

REAL = (np.float64, np.float32)
SHARING: dict[Any, tuple[Any, Any]] = {
    np.linalg.solve: (systems.lu_solve, systems.lu_solve_transposed), np.linalg.det: (systems.lu_det, systems.lu_det),
    np.linalg.slogdet: (systems.lu_slogdet, systems.lu_slogdet), np.linalg.inv: (systems.lu_inv, None),
}  # fmt: skip
"""What is computed of a factorised matrix, and of the transpose of one."""

SUBSTITUTING = {False: systems.solve_lower, True: systems.solve_upper}


def factored(function: ir.Function, assumption: Assumption) -> ir.Function:
    """The function with matrices factorised once."""
    return Factoring(function, assumption).run()


@dataclass(frozen=True)
class Site:
    """A place where a matrix is used."""

    root: str
    is_turned: bool
    is_sure: bool = True
    """Whether each run of the statement that it is part of comes to it."""
    in_loop: bool = False


class Factoring:
    """One function's matrices being factorised."""

    def __init__(self, function: ir.Function, assumption: Assumption) -> None:
        self.function = function
        self.builder = LoopBuilder(function.types, function.hints, newest(function), {}, assumption)
        self.lets = {stmt.target: stmt.value for stmt in walk(function.body) if isinstance(stmt, ir.Let)}
        self.factors: dict[str, ir.Var] = {}

    def run(self) -> ir.Function:
        if not any(apply.function in SHARING for apply in self.lets.values()):
            return self.function
        body = self.block(self.function.body)
        return replace(self.function, body=body, types=self.builder.types, hints=self.builder.hints)

    def block(self, block: ir.Block) -> ir.Block:
        before = dict(self.factors)
        makers = self.makers(block)
        statements: list[ir.Stmt] = []
        for k, stmt in enumerate(block.statements):
            statements += makers.get(k, [])
            statements.append(self.rewritten(stmt) if isinstance(stmt, ir.Let) else ir.map_blocks(stmt, self.block))
        self.factors = before
        return ir.Block(tuple(statements), block.yields)

    def makers(self, block: ir.Block) -> dict[int, list[ir.Stmt]]:
        """Where in a block which matrices are factorised."""
        found: dict[str, list[tuple[int, Site]]] = {}
        for k, stmt in enumerate(block.statements):
            for site in self.sites(stmt):
                found.setdefault(site.root, []).append((k, site))
        made: dict[int, list[ir.Stmt]] = {}
        for root, places in found.items():
            sure = [(k, site) for k, site in places if site.is_sure]
            if root in self.factors or not (len(sure) > 1 or any(site.in_loop for _, site in sure)):
                continue
            first, stmt = places[0][0], block.statements[places[0][0]]
            if sure[0][0] == first and (isinstance(stmt, ir.Let) or self.is_square(root)):
                made.setdefault(first, []).append(self.maker(root, stmt))
        return made

    def maker(self, root: str, stmt: ir.Stmt) -> ir.Let:
        fact = self.builder.types[root]
        assert isinstance(fact, facts.Num)
        assert fact.shape is not None
        kind = facts.Record(tuple, (replace(fact, weak=False), facts.Num(np.dtype(np.int32), fact.shape[:1])))
        word = self.builder.hints.get(root, "")
        name = self.builder.fresh(f"{word}_lu" if word else "lu", kind)
        self.factors[root] = name
        return ir.Let(name.name, ir.Apply(systems.lu_factor, (ir.Var(root),)), getattr(stmt, "origin", None))

    def rewritten(self, stmt: ir.Let) -> ir.Let:
        """A statement as a use of factors, if there are any."""
        known = self.use(stmt)
        if known is None:
            return stmt
        root, is_turned = known
        function, rest = stmt.value.function, stmt.value.args[1:]
        upper = self.triangle(root)
        if upper is not None and function is np.linalg.solve:
            return replace(stmt, value=ir.Apply(SUBSTITUTING[upper != is_turned], stmt.value.args))
        other = SHARING[function][is_turned]
        if root not in self.factors or other is None:
            return stmt
        return replace(stmt, value=ir.Apply(other, (self.factors[root], *rest)))

    # ----------------------------------------------------------------------------------------------------------- uses
    def sites(self, stmt: ir.Stmt) -> Iterator[Site]:
        """Where a statement uses matrices that it does not make itself."""
        if isinstance(stmt, ir.Let):
            known = self.use(stmt)
            if known is not None and self.triangle(known[0]) is None and SHARING[stmt.value.function][known[1]] is not None:
                yield Site(*known)
            return
        own = {name for inner in ir.blocks(stmt) for name in bound_in_order(inner)}
        own.update([stmt.index] if isinstance(stmt, ir.For) else [], stmt.carried if isinstance(stmt, (ir.For, ir.While)) else [])
        is_loop = isinstance(stmt, (ir.For, ir.While))
        for inner in ir.blocks(stmt):
            for site in (one for nested in inner.statements for one in self.sites(nested)):
                if site.root not in own:
                    yield replace(site, is_sure=site.is_sure and is_loop, in_loop=site.in_loop or is_loop)

    def use(self, stmt: ir.Let) -> tuple[str, bool] | None:
        """The matrix that a statement uses, and whether it is transposed."""
        if stmt.value.function not in SHARING or stmt.value.kwargs:
            return None
        atom, is_turned = stmt.value.args[0], False
        while isinstance(atom, ir.Var) and (value := self.lets.get(atom.name)) is not None and turns(value):
            atom, is_turned = value.args[0], not is_turned
        fact = self.builder.types.get(atom.name) if isinstance(atom, ir.Var) else None
        if not (isinstance(fact, facts.Num) and fact.dtype in REAL and len(fact.shape or ()) == 2):
            return None
        right = [self.builder.type_of(arg) for arg in stmt.value.args[1:]]
        alike = all(isinstance(one, facts.Num) and one.dtype == fact.dtype and len(one.shape or ()) in (1, 2) for one in right)
        return (atom.name, is_turned) if alike else None  # type: ignore[union-attr]

    def triangle(self, root: str) -> bool | None:
        """Whether a matrix is 0 below its diagonal, or above it; None where neither is known."""
        value = self.lets.get(root)
        if value is None:
            return None
        if value.function is np.linalg.cholesky and not value.kwargs:
            return False
        if value.function is not operator.getitem or value.args[1] != ir.Const(1) or not isinstance(value.args[0], ir.Var):
            return None
        made = self.lets.get(value.args[0].name)
        return True if made is not None and made.function is np.linalg.qr and self.is_square(root) else None

    def is_square(self, root: str) -> bool:
        shape = getattr(self.builder.types[root], "shape", None)
        return shape is not None and bool(shape[0] == shape[1])


def turns(value: ir.Apply) -> bool:
    """Whether an application transposes a matrix."""
    return value.function is np.transpose and value.args[1:] == (ir.Const((1, 0)),) and not value.kwargs
