"""What loops record that may run any number of times: in one array that grows, with where each loop's items start.

    for i in range(n):                      for i in range(n):
        xs = []                                 start[i] = count
        while x > 1:               =>           while x > 1:
            xs.append(x)                            if count >= len(saved): saved = grown(saved)
            x = x * 0.5                             saved[count] = x
        xs_saved.append(xs)                         count += 1
                                                    x = x * 0.5
                                                number[i] = count - start[i]

In: a loop that carries a list which begins empty, and to which each iteration appends one item: a number, an array of lengths
that are known before the loop, or such a list of a loop inside it.  Out: the loop with an array, a count, and lists of the starts
and the numbers, which are records of their own.  A read of an item reads the entry behind the start.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from s2s import facts, ir
from s2s.lower.recording import EMPTY, append_of, known
from s2s.lower.values import ONE, ZERO
from s2s.lower.whole import COUNT
from s2s_runtime import containers, kernels, loops

if TYPE_CHECKING:
    from s2s.lower.program import Lowering

Loop = ir.For | ir.While
Kind = TypeVar("Kind", ir.For, ir.While)
FIRST = ir.Const(16)
"""How many items there is room for at first."""


@dataclass(frozen=True)
class Path:
    """A loop and the place of its list; the append; the loop inside that the appended list is of, and the branch that has it."""

    loop: Loop
    place: int
    append: ir.Let
    item: facts.Num
    inner: Path | None = None
    branch: ir.If | None = None

    @property
    def depth(self) -> int:
        return 0 if self.inner is None else 1 + self.inner.depth


@dataclass(frozen=True)
class Ragged:
    """A list in an array that grew: where its items start, how many there are; of lists of lists, lists of these."""

    array: ir.Var
    starts: ir.Atom
    numbers: ir.Atom
    depth: int


# -------------------------------------------------------------------------------------------------------- which lists
def growing(low: Lowering, stmt: Kind) -> Kind:
    """The loop with arrays that grow in the place of lists; they are made here, in front of it."""
    for place, result in enumerate(stmt.results):
        if stmt.inits[place] == EMPTY and low.items_read[result] == low.uses[result] and stmt.slots is None:
            path = found(low, stmt, place)
            if path is not None and all(known(low.builder, dim) for dim in path.item.shape or ()):
                changed: Any = grown(low, path)
                # of a loop over a range, the lists of starts are tried as arrays of a known length first
                again: Any = changed if over_a_range(stmt) else growing(low, changed)
                return again  # type: ignore[no-any-return]
    return stmt


def over_a_range(stmt: Loop) -> bool:
    return isinstance(stmt, ir.For)


def found(low: Lowering, stmt: Loop, place: int) -> Path | None:
    """A list that a loop does nothing with but append one item in each iteration; None for another one."""
    append = append_of(low, stmt, place)
    if append is None or stmt.slots is not None:
        return None
    value = append.value.args[1]
    item = low.builder.type_of(value)
    if isinstance(item, facts.Num) and item.dtype is not None and item.shape is not None:
        return Path(stmt, place, append, item)
    if not isinstance(value, ir.Var) or low.uses[value.name] != 1:
        return None
    return inside(low, Path(stmt, place, append, facts.Num()), value.name)


def inside(low: Lowering, outer: Path, name: str) -> Path | None:
    """The path on to the loop that a list of this name is made by."""
    made = next((one for one in outer.loop.body.statements if name in ir.binds(one)), None)
    if isinstance(made, (ir.For, ir.While)):
        inner, branch = of_loop(low, made, name), None
    elif isinstance(made, ir.If):
        inner, branch = of_branch(low, made, name), made
    else:
        return None
    return None if inner is None else replace(outer, inner=inner, branch=branch, item=inner.item)


def of_loop(low: Lowering, loop: Loop, name: str) -> Path | None:
    own = loop.results.index(name)
    return found(low, loop, own) if loop.inits[own] == EMPTY else None


def of_branch(low: Lowering, branch: ir.If, name: str) -> Path | None:
    """The loop in one arm of a branch; the other arm gives an empty list."""
    own = branch.results.index(name)
    for arm, other in ((branch.then, branch.other), (branch.other, branch.then)):
        end = arm.yields[own]
        if other.yields[own] == EMPTY and isinstance(end, ir.Var) and low.uses[end.name] == 1:
            loop = next((one for one in arm.statements if isinstance(one, (ir.For, ir.While)) and end.name in one.results), None)
            path = of_loop(low, loop, end.name) if loop is not None else None
            if path is not None and path.inner is None:
                return path
    return None


# ------------------------------------------------------------------------------------------------------- how they are kept
def grown(low: Lowering, path: Path) -> Loop:
    """The outermost loop with an array, which is made in front of it, a count, and lists of starts and numbers."""
    builder, result = low.builder, path.loop.results[path.place]
    dim = facts.fresh()
    assert dim.symbol is not None
    builder.recorded.add(dim.symbol)
    fact = facts.Num(path.item.dtype, (dim, *(path.item.shape or ())))
    lengths = [builder.known_length(own) for own in path.item.shape or ()]
    array = builder.array(np.empty, (FIRST, *lengths), fact, builder.hints.get(result, ""))  # type: ignore[arg-type]
    assert isinstance(array, ir.Var)
    del builder.made[array.name]
    writing = Writing(low, fact, builder.hints.get(result, ""), low.uses[result])
    loop, names = writing.loop(path, array, ZERO)
    starts, numbers = (ZERO, names[1]) if path.inner is None else (names[2], names[3])
    low.ragged[result] = Ragged(names[0], starts, numbers, path.depth)
    return loop


class Writing:
    """One list being written as an array that grows."""

    def __init__(self, low: Lowering, fact: facts.Num, word: str, uses: int) -> None:
        self.low, self.fact, self.word, self.uses = low, fact, word, uses

    def name(self, word: str, fact: facts.Type, read_by_item: bool = False) -> ir.Var:
        made = self.low.builder.fresh(f"{self.word}{word}" if self.word else "", fact)
        self.low.uses[made.name] = self.uses if read_by_item else 1
        self.low.items_read[made.name] = self.uses if read_by_item else 0
        return made

    def array(self) -> ir.Var:
        return self.name("", self.fact)

    def count(self) -> ir.Var:
        made = self.name("_count", facts.INT)
        self.low.widths[made.name] = COUNT
        return made

    def lists(self, depth: int, read_by_item: bool = False) -> list[ir.Var]:
        """Lists of starts and of numbers; of such lists, where there are more loops between."""
        fact: facts.Type = facts.INT
        for _ in range(depth):
            fact = facts.Listing(fact)
        return [self.name(word, fact, read_by_item) for word in ("_starts", "_numbers")]

    def loop(self, path: Path, array: ir.Atom, count: ir.Atom, outermost: bool = True) -> tuple[Loop, list[ir.Var]]:
        """A loop of a path that goes on with an array and a count; what it gives: both of these, and its lists."""
        stmt, place = path.loop, path.place
        held, so_far = self.array(), self.count()
        ends: list[ir.Atom]
        if path.inner is None:
            more, ends = self.leaf(path, held, so_far)
            carried: list[ir.Var] = []
            statements = replaced(stmt.body.statements, path.append, more)
        else:
            carried = self.lists(path.depth)
            statements, ends = self.around(path, held, so_far, carried)
        results = [self.array(), self.count(), *(self.lists(path.depth, outermost) if path.inner is not None else [])]
        at = stmt.stops + place
        yields = (*stmt.body.yields[:at], ends[0], *stmt.body.yields[at + 1 :], *ends[1:])
        changed = replace(
            stmt, body=ir.Block(tuple(statements), yields),
            carried=(*stmt.carried[:place], held.name, *stmt.carried[place + 1 :], so_far.name, *(one.name for one in carried)),
            inits=(*stmt.inits[:place], array, *stmt.inits[place + 1 :], count, *(EMPTY for _ in carried)),
            results=(*stmt.results[:place], results[0].name, *stmt.results[place + 1 :], *(one.name for one in results[1:])),
        )  # fmt: skip
        return changed, results

    def leaf(self, path: Path, held: ir.Var, so_far: ir.Var) -> tuple[list[ir.Stmt], list[ir.Atom]]:
        """An item that is stored behind the others."""
        value = path.append.value.args[1]
        room, after, count = self.array(), self.array(), self.count()
        self.low.stored_at_once |= set(ir.variables(value))
        length, full = (self.low.builder.fresh("", fact) for fact in (facts.INT, facts.BOOL))
        longer, origin = self.array(), path.append.origin
        more = ir.Block((ir.Let(longer.name, ir.Apply(loops.grown, (held,)), origin),), (longer,))
        lets: list[ir.Stmt] = [
            ir.Let(length.name, ir.Apply(len, (held,)), origin),
            ir.Let(full.name, ir.Apply(operator.ge, (so_far, length)), origin),
            ir.If(full, more, ir.Block((), (held,)), (room.name,), origin),
            ir.Let(after.name, ir.Apply(kernels.index_set, (room, so_far, value)), origin),
            ir.Let(count.name, ir.Apply(operator.add, (so_far, ONE)), origin),
        ]
        return lets, [after, count]

    def around(
        self, path: Path, held: ir.Var, so_far: ir.Var, carried: list[ir.Var]
    ) -> tuple[list[ir.Stmt], list[ir.Atom]]:
        """The statements of a loop around another one, and what they give."""
        assert path.inner is not None
        inner, results = self.loop(path.inner, held, so_far, outermost=False)
        statements: list[ir.Stmt]
        if path.branch is None:
            statements = replaced(path.loop.body.statements, path.inner.loop, [inner])
        else:
            branch, results = self.branch(path, inner, results, held, so_far)
            statements = replaced(path.loop.body.statements, path.branch, [branch])
        array, count, *lists = results
        after = self.lists(path.depth)
        if path.inner.inner is None:
            number = self.count()
            items: list[ir.Atom] = [so_far, number]
            more: list[ir.Stmt] = [ir.Let(number.name, ir.Apply(operator.sub, (count, so_far)), path.append.origin)]
        else:
            items, more = list(lists), []
        for end, one, item in zip(after, carried, items, strict=True):
            more.append(ir.Let(end.name, ir.Apply(containers.append, (one, item)), path.append.origin))
        return replaced(statements, path.append, more), [array, count, *after]

    def branch(
        self, path: Path, inner: Loop, results: list[ir.Var], held: ir.Var, so_far: ir.Var
    ) -> tuple[ir.If, list[ir.Var]]:
        """A branch of which one arm has the inner loop."""
        assert path.branch is not None
        assert path.inner is not None
        stmt, value = path.branch, path.append.value.args[1]
        assert isinstance(value, ir.Var)
        own = stmt.results.index(value.name)
        arms = []
        for arm in (stmt.then, stmt.other):
            has = any(one is path.inner.loop for one in arm.statements)
            array, count = results if has else (held, so_far)
            statements = replaced(arm.statements, path.inner.loop, [inner]) if has else arm.statements
            arms.append(ir.Block(tuple(statements), (*arm.yields[:own], array, *arm.yields[own + 1 :], count)))
        given = [self.array(), self.count()]
        names = (*stmt.results[:own], given[0].name, *stmt.results[own + 1 :], given[1].name)
        return replace(stmt, then=arms[0], other=arms[1], results=names), given


def replaced(statements: Any, old: ir.Stmt, new: list[ir.Stmt]) -> list[ir.Stmt]:
    """Statements with others in the place of one."""
    return [inner for one in statements for inner in (new if one is old else [one])]


# ---------------------------------------------------------------------------------------------------------------- reads
def read_item(low: Lowering, stmt: ir.Let) -> None:
    """An item, or the length, of a list that became a part of an array."""
    base, *key = stmt.value.args
    assert isinstance(base, ir.Var)
    held, builder = low.ragged[base.name], low.builder
    if stmt.value.function is len:
        low.uses.update(ir.variables(held.numbers))
        if held.depth == 0:
            low.note_same(stmt.target, held.numbers)
        else:
            low.let(replace(stmt, value=ir.Apply(len, (held.starts,))))
    elif held.depth == 0:
        at = builder.fresh("", facts.INT)
        low.let(ir.Let(at.name, ir.Apply(operator.add, (held.starts, key[0])), stmt.origin))
        low.let(replace(stmt, value=ir.Apply(operator.getitem, (held.array, at))))
    else:
        parts = []
        for lists in (held.starts, held.numbers):
            fact: facts.Type = facts.INT
            for _ in range(held.depth - 1):
                fact = facts.Listing(fact)
            part = builder.fresh("", fact)
            low.let(ir.Let(part.name, ir.Apply(operator.getitem, (lists, key[0])), stmt.origin))
            parts.append(part)
        low.ragged[stmt.target] = Ragged(held.array, parts[0], parts[1], held.depth - 1)
