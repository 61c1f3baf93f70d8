"""How one variable or container is carried by a loop, as data; and the types of what is carried.

In: structures and types.  Out: a Carry; a type that holds for all iterations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from s2s import facts, ir
from s2s.specialise.structures import By, Places, Structure, Window
from s2s.specialise.values import ArrayCell, DynamicCell, State, Value

ATTEMPTS = 12


Key = Any
Arrays = dict[Key, set[int]]


@dataclass
class Carry:
    """How one variable or cell is carried: its structure, what it begins with, and what is known of its atoms.

    `by_content`: it is another container or array in each iteration, with memory of its own in ours; or, if it is a Window, another
    part of one array, or one of these Places.  `frozen`: others hold
    that memory too, so that it must not be changed.  `changed`: an iteration changes it in place; `renewed`: each one
    gives it an array of its own.  `same_as`: the name that
    holds the same array at the end of each iteration; it is carried once.  `twins`: the names that may hold the same array there.
    """

    structure: Structure
    inits: list[ir.Atom]
    types: list[facts.Type | None]
    by_content: By = False
    arguments: list[ir.Var] = field(default_factory=list)
    frozen: str = ""
    changed: bool = False
    others: bool = False
    began: tuple[int, ...] = ()
    renewed: bool = False
    same_as: Key | None = None
    twins: frozenset[Key] = frozenset()

    @property
    def has_copy(self) -> bool:
        """Whether what is carried has memory of its own in ours."""
        return bool(self.by_content) and not isinstance(self.by_content, (Window, Places))


@dataclass
class Loop:
    """A loop while it is found out what it carries: its parts, and the state before it.

    `bounds`: None for a while loop, whose `test` is run instead.  `fact`, `hint`: the type of its index, and a word for it.
    `dead`: the variables that no iteration reads before it binds them, nor what follows the loop.
    """

    before: State
    bounds: tuple[ir.Atom, ir.Atom, ir.Atom] | None
    fact: facts.Type | None
    body: Callable[[ir.Var], Value | None]
    test: Callable[[], Value] | None
    hint: str
    dead: list[Key]
    carries: dict[Key, Carry] = field(default_factory=dict)


class ChangingTest(Exception):
    """The test of a loop changes what the loop carries."""


class Again(Exception):
    """The body showed that something is carried in another way: run it once more."""


def loose(fact: facts.Type | None) -> facts.Type | None:
    """A type without the value of an integer: a loop changes it."""
    if isinstance(fact, facts.Num) and fact.length is not None:
        return replace(fact, length=None)
    return fact


def widened(old: facts.Type | None, new: facts.Type | None) -> facts.Type | None:
    """The type of a carried name that holds the old or the new; stable once lengths that differ vary."""
    joined = facts.join(old, loose(new))
    if (
        isinstance(joined, facts.Num)
        and isinstance(old, facts.Num)
        and joined.shape is not None
        and old.shape is not None
    ):
        pairs = zip(old.shape, joined.shape, strict=True)
        shape = tuple(a if a == b or a.varies else facts.fresh(varies=True) for a, b in pairs)
        return replace(joined, shape=shape, length=None)
    if isinstance(joined, (facts.Listing, facts.Mapped)) and type(old) is type(joined):
        return type(joined)(widened(old.item, joined.item) if old.item is not None else joined.item)
    if isinstance(joined, facts.Record) and isinstance(old, facts.Record) and len(old.items) == len(joined.items):
        items = [widened(was, item) if was is not None else item for was, item in zip(old.items, joined.items, strict=True)]
        return replace(joined, items=tuple(items))
    return joined


def surely_runs(bounds: tuple[ir.Atom, ir.Atom, ir.Atom]) -> bool:
    """Whether a loop over a range surely runs."""
    known = [bound.value for bound in bounds if isinstance(bound, ir.Const)]
    return len(known) == len(bounds) and len(range(*known)) > 0


def marked(content: Any, was: Any) -> Any:
    """What a cell holds in a loop, with what was found out since it was first carried: that it must not change."""
    if isinstance(content, (ArrayCell, DynamicCell)) and type(content) is type(was) and was.frozen and not content.frozen:
        content = replace(content, frozen=was.frozen)
    if isinstance(content, DynamicCell) and isinstance(was, DynamicCell) and was.kept and not content.kept:
        content = replace(content, kept=was.kept)
    return content
