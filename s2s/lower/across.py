"""Loops whose iterations may run in any order: an adjoint loop meets its primal loop, also where other loops stand in between.

    for i in range(n):                        total, x_bar = 0.0, np.empty(n)
        t[i] = np.exp(x[i])                   for i in range(n):
        total += t[i]                             t = np.exp(x[i])
    ...                               =>          total += t
    for i in range(n - 1, -1, -1):                x_bar[i] = seed * t
        x_bar[i] = seed * t[i]                ...

In: a loop of a derivative, and an earlier one.  Out: the loop in the direction of the earlier one, with what it adds to numbers
counted from zero, so that it needs nothing of what these were before.  Nothing of the program's own loops changes its order.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s.lower.counting import changes, count_uses
from s2s.lower.elementary import KERNELS
from s2s.lower.using import SIZES, Lets, based, lets_of, names_of, offset_of, uses
from s2s.primitives import MAKERS, STORES, is_pure
from s2s_runtime import loops

DERIVED = {"adjoint", "tangent", "again"}
ADDING = {operator.add, operator.sub, loops.plus}
FAILING = {loops.place, loops.common_length}
ELEMENTARY = {*KERNELS, *KERNELS.values()}
FLOAT = np.dtype(float)
ONE, MINUS = ir.Const(1), ir.Const(-1)
Types = Mapping[str, facts.Type]


def is_derived(stmt: ir.For | ir.If | ir.Let) -> bool:
    """Whether a statement belongs to a derivative, and not to the program that is differentiated."""
    return stmt.origin is not None and stmt.origin.role in DERIVED


# ------------------------------------------------------------------------------------------------------------ direction
def turned(second: ir.For, first: ir.For, lets: Lets) -> ir.For | None:
    """A loop whose order does not matter, in the direction of one over the same indices; None if that has other ones."""
    if second.bounds == first.bounds:
        return second
    if {second.bounds[2], first.bounds[2]} != {ONE, MINUS}:
        return None
    start, stop = (based(bound, lets) for bound in second.bounds[:2])
    step = 1 if second.bounds[2] == ONE else -1
    ends = (stop[0], stop[1] - step), (start[0], start[1] - step)
    return replace(second, bounds=first.bounds) if ends == tuple(based(bound, lets) for bound in first.bounds[:2]) else None


def in_any_order(loop: ir.For, types: Types) -> bool:
    """Whether no iteration needs another one: each uses entries of its own, or only adds to arrays and numbers."""
    if loop.stops or loop.slots or loop.bounds[2] not in (ONE, MINUS):
        return False
    lets = lets_of(loop.body)
    for place, name in enumerate(loop.carried):
        fact = types.get(name)
        if not isinstance(fact, facts.Num) or fact.shape is None:
            return False
        found = uses(loop.body, {name}) if fact.shape else None
        if not is_sum(loop, place) if found is None else not (found.adds or found.axes(loop.index, lets)):
            return False
    return True


def is_sum(loop: ir.For, place: int, functions: Collection[Callable[..., object]] = ADDING) -> bool:
    """Whether a loop does nothing with a number but add to it, by these functions."""
    made = {name: stmt for stmt in walk(loop.body) for name in ir.binds(stmt)}
    used: Counter[str] = Counter()

    def leads(atom: ir.Atom, name: str, note: Counter[str]) -> bool:
        """Whether something is a number and what was added to that; notes each use of a sum."""
        if not isinstance(atom, ir.Var):
            return False
        note[atom.name] += 1
        stmt = made.get(atom.name)
        if atom.name == name or note[atom.name] > 1:
            return True
        if isinstance(stmt, ir.Let):
            function, args = stmt.value.function, stmt.value.args
            terms = args[: 1 if function is operator.sub else 2] if function in functions else ()
            sums = [term for term in terms if leads(term, name, Counter())]
            return len(sums) == 1 and leads(sums[0], name, note)
        if isinstance(stmt, ir.If):
            at = stmt.results.index(atom.name)
            return not [arm for arm in ir.blocks(stmt) if not leads(arm.yields[at], name, note)]
        if isinstance(stmt, ir.For) and not stmt.stops:
            at = stmt.results.index(atom.name)
            return leads(stmt.inits[at], name, note) and leads(stmt.body.yields[at], stmt.carried[at], note)
        return False

    found = leads(loop.body.yields[place], loop.carried[place], used)
    counts = count_uses(loop.body)
    return found and all(counts[name] == number for name, number in used.items())


# ------------------------------------------------------------------------------------------------------ what may move
def failures(statements: Sequence[ir.Stmt]) -> set[str]:
    """What statements may raise: nothing, an error for a length below zero, or another one."""
    found: set[str] = set()
    for stmt in statements:
        if isinstance(stmt, ir.Let):
            function = stmt.value.function
            found |= {"length"} if function in MAKERS else {"other"} if function in FAILING or not is_pure(function) else set()
        elif isinstance(stmt, (ir.For, ir.If)):
            found |= failures([one for block in ir.blocks(stmt) for one in block.statements])
        else:
            found.add("other")
    return found


def computes_numbers(loop: ir.For, types: Types) -> bool:
    """Whether a loop only computes numbers from entries, and stores them."""

    def is_array(atom: ir.Atom) -> bool:
        return any(not isinstance(fact := types.get(name), facts.Num) or fact.shape != () for name in ir.variables(atom))

    def is_plain(stmt: ir.Stmt) -> bool:
        if not isinstance(stmt, ir.Let):
            return isinstance(stmt, (ir.For, ir.If))
        function, args = stmt.value.function, stmt.value.args
        if not is_pure(function) or function in FAILING:
            return False
        if function is operator.getitem:
            return not is_array(ir.Var(stmt.target))
        return function in STORES or function in SIZES or function in MAKERS or not any(map(is_array, args))

    return not loop.stops and not loop.slots and all(map(is_plain, walk(loop.body)))


def in_order(before: Sequence[ir.Stmt], others: Sequence[ir.Stmt]) -> bool:
    """Whether the same error is raised, if any is, where these statements stand before the others."""
    one, other = failures(before), failures(others)
    return not one or not other or one | other == {"length"}


def may_pass(stmt: ir.Stmt, first: ir.For) -> bool:
    """Whether a statement may stand in front of a loop instead of behind it, if that cannot fail."""
    own = ir.free(ir.Block((stmt,)))
    if not isinstance(stmt, (ir.Let, ir.For, ir.If)) or (isinstance(stmt, ir.Let) and not is_pure(stmt.value.function)):
        return False
    return own.isdisjoint(first.results) and changes(stmt).isdisjoint(ir.free(ir.Block((first,))))


# --------------------------------------------------------------------------------------------------------------- sums
def from_zero(loop: ir.For, types: dict[str, facts.Type], fresh: Callable[[facts.Type], str]) -> tuple[ir.For, list[ir.Let]]:
    """A loop whose sums begin with zero, and the statements behind it that add what there was before."""
    behind: list[ir.Let] = []
    inits, results = list(loop.inits), list(loop.results)
    for place, (init, name) in enumerate(zip(loop.inits, loop.carried, strict=True)):
        fact = types.get(name)
        if isinstance(init, ir.Var) and isinstance(fact, facts.Num) and fact.shape == () and fact.dtype == FLOAT:
            sums = fresh(fact)
            behind.append(ir.Let(results[place], ir.Apply(operator.add, (init, ir.Var(sums))), loop.origin))
            inits[place], results[place] = ir.Const(0.0), sums
    return replace(loop, inits=tuple(inits), results=tuple(results)), behind


def has_kernels(loop: ir.For) -> bool:
    """Whether a loop computes elementary functions."""
    return any(isinstance(stmt, ir.Let) and stmt.value.function in ELEMENTARY for stmt in walk(loop.body))


def by_columns(loop: ir.For) -> bool:
    """Whether a loop in a loop goes through an array by columns: the two may change places, if they are alone."""
    lets = lets_of(loop.body)
    for inner in walk(loop.body):
        if isinstance(inner, ir.For):
            for stmt in walk(inner.body):
                if isinstance(stmt, ir.Let) and (stmt.value.function is operator.getitem or stmt.value.function in STORES):
                    *front, last = ir.index_parts(stmt.value.args[1])
                    down = any(offset_of(part, inner.index, lets) is not None for part in front)
                    if down and offset_of(last, loop.index, lets) is not None:
                        return True
    return False


def shares(second: ir.For, arrays: Sequence[str]) -> bool:
    """Whether a loop reads what an earlier one stored into these arrays."""
    return not ir.free(second.body).union(names_of(second.inits)).isdisjoint(arrays)
