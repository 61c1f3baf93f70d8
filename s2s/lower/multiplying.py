"""Loops that are a product of matrices call a library for it.

    for i in range(n):                                  t = tmp_bar @ np.transpose(B, (1, 0))
        for j in range(m):                              for i in range(n):
            for k in range(l):                   =>         for k in range(l):
                A_bar[i, k] += tmp_bar[i, j] * B[k, j]          A_bar[i, k] += t[i, k]

In: a program of loop nests.  Out: one that computes the same, sums in another order, where nothing is left to do for the innermost
of three loops.  What is added to something that its loops do nothing but add to is added behind them; a product of what is there
before the loops is made before them.  An operand that is not a matrix in memory, or is one that changes, is kept in one.  Where an
operand is a triangle, its matrix has zeros beyond that: then the product is made if all of the other one is finite.

What the program itself computes has its factors in the sum, as they were; in a derivative a factor that is the same for all of a sum
is multiplied with that.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.lower.across import is_derived
from s2s.lower.assuming import Assumption
from s2s.lower.chains import Addition, Chain, Term
from s2s.lower.fusing import renamed
from s2s.lower.matrices import At, Body, Kept, Made, Matrices, Matrix, Unproved
from s2s.lower.passing import Pass
from s2s.lower.straightening import Straightening, Three
from s2s.lower.using import uses
from s2s.primitives import MAKERS, STORES
from s2s_runtime import kernels, loops


def multiplied(function: ir.Function, assumption: Assumption, apart: set[str]) -> ir.Function:
    """The function with products of matrices as such; the same function if there are none.

    `apart` has the indices of loops that stay: those that stand for a product where an operand is not finite, which are added to it.
    """
    multiplying = Multiplying(function, assumption, apart)
    found = multiplying.run()
    return found if multiplying.found else function


class Multiplying(Pass):
    """One function's loops being looked at; `lengths` has what arrays were made with."""

    def __init__(self, function: ir.Function, assumption: Assumption, apart: set[str]) -> None:
        super().__init__(function, assumption)
        self.found, self.apart = False, apart
        self.lengths: dict[str, tuple[ir.Atom, ...]] = {}
        for parameter in function.parameters:
            self.builder.note_lengths(parameter.name)

    def statement(self, stmt: ir.Stmt) -> Sequence[ir.Stmt]:
        if isinstance(stmt, ir.Let) and stmt.value.args:
            self.note(stmt.target, stmt.value)
        if isinstance(stmt, ir.For):
            for name, init, result in zip(stmt.carried, stmt.inits, stmt.results, strict=True):
                if isinstance(init, ir.Var) and init.name in self.lengths:
                    self.lengths[name] = self.lengths[result] = self.lengths[init.name]
        return super().statement(stmt)

    def note(self, name: str, value: ir.Apply) -> None:
        """The lengths of an array that is made, or stored into."""
        first = value.args[0]
        if value.function in MAKERS:
            self.lengths[name] = first.items if isinstance(first, ir.Pack) else (first,)
        elif value.function in STORES and isinstance(first, ir.Var) and first.name in self.lengths:
            self.lengths[name] = self.lengths[first.name]

    def loop(self, stmt: ir.For) -> Sequence[ir.Stmt]:
        """A loop, or what stands for it and two in it that are a product of matrices."""
        if stmt.index in self.apart:
            return [stmt]
        for at, middle in enumerate(stmt.body.statements):
            for within, inner in enumerate(middle.body.statements) if isinstance(middle, ir.For) else ():
                if isinstance(middle, ir.For) and isinstance(inner, ir.For) and all(map(is_plain, (stmt, middle, inner))):
                    done = self.once(Three((stmt, middle, inner), at, within))
                    if done is not None:
                        self.found = True
                        rest = [self.loop(new) if isinstance(new, ir.For) and new.index == stmt.index else [new] for new in done]
                        return [one for group in rest for one in group]
        return [stmt]

    def once(self, three: Three) -> Sequence[ir.Stmt] | None:
        """What stands for three loops; None if they stay."""
        with self.builder.scope(), self.builder.block() as statements:
            straightening = Straightening(self.builder, self.around, three)
            three = straightening.run()
            chain = Chain(three.loops, self.builder.types, straightening.may_wait, straightening.counts)
            plans = planned(chain, three.is_from_before)
            try:
                writing = Writing(self, chain, plans, three)
                writing.write()
            except Unproved:
                return None
        self.apart |= writing.matrices.apart
        return statements if plans else None


def is_plain(loop: ir.For) -> bool:
    """Whether a loop goes up or down one by one, as often as the lengths in a call say."""
    fixed = all(isinstance(bound, ir.Const) for bound in loop.bounds)
    return not loop.stops and not loop.slots and not fixed and loop.bounds[2] in (ir.Const(1), ir.Const(-1))


def pick(items: Sequence[Any], places: Sequence[int]) -> tuple[Any, ...]:
    return tuple([items[k] for k in places])


# --------------------------------------------------------------------------------------------------------------- plans
@dataclass(frozen=True)
class Split:
    """A term as a product of two matrices, summed over the indices of the level `inner`, and what the sum is multiplied with."""

    term: Term
    inner: int
    left: tuple[ir.Atom, ...]
    right: tuple[ir.Atom, ...]
    other: tuple[ir.Atom, ...]


@dataclass(frozen=True)
class Plan:
    """An addition as sums that are made elsewhere, and added behind the loop of a level, where this has the place `target`."""

    addition: Addition
    splits: tuple[Split, ...]
    level: int
    target: int

    @property
    def is_of_outer_products(self) -> bool:
        """Whether each iteration of the outermost loop adds an outer product."""
        return self.level == 0 and all(split.inner == 0 and not split.other for split in self.splits)


def planned(chain: Chain, all_or_none: bool) -> list[Plan]:
    """What becomes of all that the innermost loop adds; nothing where one addition stays, and nothing is worth it beside that.

    One outer product after the other, added to a matrix, is worth it: the matrix is not read and written again and again.
    """
    additions = chain.additions()
    if not additions:
        return []
    found: list[Plan] = []
    for addition in sorted(additions, key=lambda one: one.index is None):
        made = plan_of(chain, addition, {(split.left, split.right) for plan in found for split in plan.splits})
        if made is not None:
            found.append(made)
    if len(found) < len(additions):
        left = {id(addition) for addition in additions} - {id(plan.addition) for plan in found}
        places = {addition.place for addition in additions if id(addition) in left}
        found = [plan for plan in found if plan.is_of_outer_products and plan.addition.place not in places and not all_or_none]
    return found


def plan_of(chain: Chain, addition: Addition, known: set[tuple[tuple[ir.Atom, ...], ...]]) -> Plan | None:
    """One addition's: behind the outermost of the loops that it can be behind; `known` are the products that there are."""
    index = addition.index or ()
    own = [chain.depends(part) for part in index]
    outer = frozenset().union(*own)
    if dtype_of(chain, addition) is None or not all(map(chain.is_static, index)) or sum(map(len, own)) > len(outer):
        return None
    for level in range(3):
        target = addition.place if level == 2 else chain.growing(addition, level)
        inners = [inner for inner in range(3) if inner not in outer and (level == 0 or inner == level)]
        splits = [best(chain, addition, term, inners, level, known) for term in addition.terms] if target is not None else [None]
        if None not in splits:
            return Plan(addition, tuple([split for split in splits if split is not None]), level, target or 0)
    return None


def best(
    chain: Chain, addition: Addition, term: Term, inners: Sequence[int], level: int, known: set[tuple[tuple[ir.Atom, ...], ...]]
) -> Split | None:
    """A term as a product that there is, or else as one that can be made."""
    found = [split_of(chain, term, inner, is_derived(addition.let)) for inner in inners]
    fine = [split for split in found if split is not None and (level == 0 or is_static(chain, split))]
    return next((split for split in fine if (split.left, split.right) in known), fine[0] if fine else None)


def is_static(chain: Chain, split: Split) -> bool:
    """Whether both operands are there before the loops."""
    return all(map(chain.is_static, (*split.left, *split.right)))


def split_of(chain: Chain, term: Term, inner: int, is_free: bool) -> Split | None:
    """A term by what its factors depend on; `is_free`: the sum may be multiplied with what is the same for all of it."""
    first, second = (level for level in range(3) if level != inner)
    left, right, other = list[ir.Atom](), list[ir.Atom](), list[ir.Atom]()
    for factor in term.factors:
        levels = chain.depends(factor)
        if inner not in levels and is_free:
            other.append(factor)
        elif levels <= {first, inner}:
            left.append(factor)
        elif levels <= {second, inner}:
            right.append(factor)
        else:
            return None
    sides = ((left, {first, inner}), (right, {second, inner}))
    if any(frozenset().union(*map(chain.depends, side)) != levels for side, levels in sides):
        return None
    return Split(term, inner, tuple(left), tuple(right), tuple(other))


def dtype_of(chain: Chain, addition: Addition) -> np.dtype | None:
    """The dtype of all that is multiplied and added; None where that is not one that a library has products for."""
    factors = [one for term in addition.terms for one in term.factors]
    names = [chain.loops[2].carried[addition.place], *(name for one in factors for name in ir.variables(one))]
    known = [chain.types.get(name) for name in names]
    dtypes = {fact.dtype if isinstance(fact, facts.Num) else None for fact in known}
    constants = {type(one.value) for one in factors if isinstance(one, ir.Const)}
    if len(dtypes) != 1 or not dtypes <= {np.dtype(np.float64), np.dtype(np.float32)} or not constants <= {int, float}:
        return None
    return dtypes.pop()


# -------------------------------------------------------------------------------------------------------------- writing
class Writing:
    """What stands for three loops."""

    def __init__(self, owner: Multiplying, chain: Chain, plans: Sequence[Plan], three: Three) -> None:
        self.builder, self.chain, self.plans, self.at, self.within = owner.builder, chain, plans, three.at, three.within
        dtypes = {dtype_of(chain, plan.addition) for plan in plans}
        dtype = dtypes.pop() if dtypes else None
        if dtypes or dtype is None:
            raise Unproved
        self.matrices = Matrices(owner.builder, chain, owner.lengths, dtype)
        self.alone = [plan for plan in plans if self.is_alone(plan)]

    def write(self) -> None:
        """Products and matrices before the loops, the loops that stay, and what is added behind them."""
        for plan in self.plans:
            with self.builder.at(plan.addition.let.origin):
                self.prepare(plan)
        moved = [kept for kept in self.matrices.kept.values() if kept.depth > 0]
        self.carrying(0, moved, lambda: self.middle([kept for kept in moved if kept.depth == 2]))

    def prepare(self, plan: Plan) -> None:
        """The operands of a plan, and its products as far as they can be made before the loops."""
        for split in plan.splits:
            if all(matrix.is_there for matrix in self.operands(split)):
                self.product(plan, split)
            elif plan.level > 0:
                raise Unproved
            for factor in split.other:
                if plan.level == 0 and not self.chain.is_static(factor):
                    self.matrices.keep((factor,))

    def operands(self, split: Split) -> tuple[Matrix, Matrix]:
        first, second = (level for level in range(3) if level != split.inner)
        return self.matrices.operand(split.left, (first, split.inner)), self.matrices.operand(split.right, (second, split.inner))

    def product(self, plan: Plan, split: Split) -> Made:
        """A product, with axes as those of the array that it is added to.  Where that has nothing else in it, it is the product."""
        axes = [level for part in plan.addition.index or () for level in self.chain.depends(part)]
        rows = next((level for level in axes if level != split.inner), 0 if split.inner else 1)
        name = self.chain.loops[0].results[plan.target] if plan in self.alone else ""
        return self.matrices.product(*self.operands(split), split.inner, rows, name)

    def is_alone(self, plan: Plan) -> bool:
        """Whether a plan's one product is all that there is in an array of zeros."""
        chain, outer = self.chain, self.chain.loops[0]
        if plan.level or len(plan.splits) != 1 or plan.splits[0].other or plan.splits[0].term.sign < 0:
            return False
        init, parts = outer.inits[plan.target], plan.addition.index or ()
        zeros, levels = self.builder.definition(init), [chain.indices.get(one.name, -1) for one in parts if isinstance(one, ir.Var)]
        if zeros is None or zeros.function is not np.zeros or len(uses(outer.body, {outer.carried[plan.target]}).writes) != 1:
            return False
        return len(parts) == len(levels) == 2 and self.matrices.is_whole(init, levels)

    # ------------------------------------------------------------------------------------------------------ the loops
    def carrying(self, level: int, moved: Sequence[Kept], body: Callable[[], dict[str, ir.Atom]]) -> None:
        """A loop that carries matrices, too; `body` writes what stands for the loop in it, and says what names stand for now."""
        builder, loop = self.builder, self.chain.loops[level]
        place = (self.at, self.within)[level]
        inits = [kept.name for kept in moved]
        carried = [self.start(kept) for kept in moved]
        with builder.scope(), builder.block() as statements:
            change = body()
        rest = renamed(ir.Block(loop.body.statements[place + 1 :], loop.body.yields), change)
        block = ir.Block(
            (*loop.body.statements[:place], *statements, *rest.statements), (*rest.yields, *(kept.name for kept in moved))
        )
        targets = {plan.target: loop.results[plan.target] for plan in self.plans if plan.level == level}
        begun = {k: builder.fresh(builder.hints.get(name, ""), builder.types.get(name)) for k, name in targets.items()}
        results = [begun[k].name if k in begun else name for k, name in enumerate(loop.results)]
        given = [self.start(kept) for kept in moved]
        builder.emit(replace(
            loop, carried=(*loop.carried, *carried), inits=(*loop.inits, *inits), body=block, results=(*results, *given),
        ))  # fmt: skip
        for target, start in begun.items():
            self.added([plan for plan in self.plans if (plan.level, plan.target) == (level, target)], start, targets[target])

    def start(self, kept: Kept) -> str:
        """Another name for a matrix, which it has from here on."""
        name = self.matrices.like(kept.name)
        kept.name = name
        return name.name

    def middle(self, deep: Sequence[Kept]) -> dict[str, ir.Atom]:
        """The second loop, in the first one, and the matrices that are kept there."""
        for kept in self.matrices.kept.values():
            if kept.depth == 1:
                kept.name = self.matrices.store(kept, kept.name)
        self.carrying(1, deep, lambda: self.innermost(deep))
        return {}

    def innermost(self, deep: Sequence[Kept]) -> dict[str, ir.Atom]:
        """What stands for the innermost loop."""
        inner = self.chain.loops[2]
        for kept in deep:
            kept.name = self.matrices.store(kept, kept.name)
        change: dict[str, ir.Atom] = dict(zip(inner.results, inner.inits, strict=True))
        places = {plan.addition.place for plan in self.plans}
        if len(places) < len(inner.carried):
            change = {inner.results[place]: change[inner.results[place]] for place in places}
            self.builder.emit(self.without(inner, places))
        for place, result in enumerate(inner.results):
            own = [plan for plan in self.plans if (plan.level, plan.target) == (2, place)]
            if own:
                change[result] = self.added(own, change[result])
        return change

    def without(self, loop: ir.For, places: set[int]) -> ir.For:
        """An innermost loop that carries nothing at these places."""
        stay = [k for k in range(len(loop.carried)) if k not in places]
        gone = {plan.addition.let.target for plan in self.plans}
        body = ir.Block(tuple([stmt for stmt in loop.body.statements if gone.isdisjoint(ir.binds(stmt))]), pick(loop.body.yields, stay))
        return replace(
            loop, carried=pick(loop.carried, stay), inits=pick(loop.inits, stay), body=body, results=pick(loop.results, stay)
        )

    # ------------------------------------------------------------------------------------------------------ additions
    def added(self, plans: Sequence[Plan], start: ir.Atom, result: str = "") -> ir.Atom:
        """A number or an array with sums added to it, in loops that give this name in the end."""
        splits = [(plan, split) for plan in plans for split in plan.splits]
        for k, (plan, split) in enumerate(splits):
            with self.builder.at(plan.addition.let.origin):
                product = self.product(plan, split)
                if product.array == ir.Var(result):
                    return product.array
                levels = [level for level in self.matrices.in_order(product.axes) if level >= plan.level]
                body = self.adding(plan, split, product)
                (start,) = self.matrices.over(levels, plan.level, [start], body, [result] if k == len(splits) - 1 and result else ())
        return start

    def adding(self, plan: Plan, split: Split, product: Made) -> Body:
        """What is added for one place of a product."""
        builder, index = self.builder, plan.addition.index

        def body(at: At, so_far: Sequence[ir.Atom]) -> Sequence[ir.Atom]:
            value = builder.apply(operator.getitem, product.array, self.matrices.places(product.axes, at))
            for factor in split.other:
                value = builder.apply(operator.mul, value, self.factor(factor, at, plan.level))
            value = value if split.term.sign > 0 else builder.apply(operator.neg, value)
            if index is None:
                function = loops.plus if plan.addition.let.value.function is loops.plus else operator.add
                return [builder.apply(function, so_far[0], value)]
            parts = tuple([self.matrices.again(part, at, plan.level) for part in index])
            return [builder.apply(kernels.index_add, so_far[0], parts[0] if len(parts) == 1 else ir.Pack(tuple, parts), value)]

        return body

    def factor(self, factor: ir.Atom, at: At, level: int) -> ir.Atom:
        """What a sum is multiplied with, at a place of the product."""
        kept = self.matrices.kept.get(((factor,), False))
        if kept is None or level > 0:
            return self.matrices.again(factor, at, level)
        return self.builder.apply(operator.getitem, kept.name, self.matrices.places(kept.levels, at))
