"""Which variables are dead when a loop begins an iteration: it binds them before it reads them, and nobody reads them behind it.

    for t in range(n):
        pair = [u, v]            # dead at the start of each iteration, so that it holds neither array for the next one
        pair[1][0] = pair[0][1]
        u, v = v, u

In: a function's normalised syntax.  Out: for each of its loops, the names.  What an inner function reads is never dead.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from s2s import syntax as sx
from s2s.normalise import RESULT
from s2s.specialise.scope import assigned, bound, nodes, places, scope

Names = frozenset[str]
NONE: Names = frozenset()


def dead_in(function: sx.Function, loop: sx.For | sx.While) -> Names:
    """The variables that are dead at the start of each iteration of a loop of a function, and behind it."""
    return NONE if function.generator or function.coroutine else _lifetimes(function).get(id(loop), NONE)


@lru_cache(maxsize=4096)
def _lifetimes(function: sx.Function) -> Mapping[int, Names]:
    work = Lifetimes(function)
    work.block(function.body, work.always)
    return work.dead


class Lifetimes:
    """One walk from the end of a function to its start: what is read later on."""

    def __init__(self, function: sx.Function) -> None:
        inner = [node.function for node in nodes(function) if isinstance(node, (sx.Define, sx.Lambda))]
        _, outer = scope(function)
        self.always: Names = frozenset().union({RESULT}, outer, *(read(one) for one in inner))
        self.dead: dict[int, Names] = {}

    def block(self, body: sx.Body, live: Names) -> Names:
        """What is alive before some statements, given what is behind them."""
        for stmt in reversed(body):
            live = self.statement(stmt, live) | self.always
        return live

    def statement(self, stmt: sx.Statement, live: Names) -> Names:
        match stmt:
            case sx.Assign():
                return live - {name for target in stmt.targets for name in bound(target)} | self.used(stmt)
            case sx.If():
                return read(stmt.test) | self.block(stmt.then, live) | self.block(stmt.other, live)
            case sx.For() | sx.While():
                return self.loop(stmt, live)
            case sx.With():
                return self.block(stmt.body, live).union(*(read(part) for item in stmt.items for part in item if part is not None))
            case sx.Try():
                live = live | read(stmt)
                for body in (stmt.body, *(handler.body for handler in stmt.handlers), stmt.other, stmt.final):
                    self.block(body, live)
                return live
        return live | read(stmt)

    def used(self, stmt: sx.Assign) -> Names:
        """What an assignment reads: its value, and the array and the index of an item that it sets."""
        set_inside = [place for target in stmt.targets for place in places(target) if not isinstance(place, sx.Name)]
        return read(stmt.value).union(*(read(place) for place in set_inside))

    def loop(self, stmt: sx.For | sx.While, live: Names) -> Names:
        """What is alive at the start of an iteration is what it reads, what the next one does, and what is read behind the loop."""
        tested = read(stmt.test) if isinstance(stmt, sx.While) else NONE
        targets = frozenset(bound(stmt.target)) if isinstance(stmt, sx.For) else NONE
        head = live | tested | self.block(stmt.other, live)
        while more := (self.block(stmt.body, head) - targets) - head:
            head |= more
        dead = (frozenset(assigned(stmt.body)) | targets) - head
        self.dead[id(stmt)] = dead & self.dead.get(id(stmt), dead)  # a statement that stands in two places is one object
        return head | (read(stmt.iterable) if isinstance(stmt, sx.For) else NONE)


def read(tree: Any) -> Names:
    """All names that stand in a piece of syntax."""
    parts = tree if isinstance(tree, tuple) else (tree,)
    return frozenset(node.id for part in parts for node in nodes(part) if isinstance(node, sx.Name))
