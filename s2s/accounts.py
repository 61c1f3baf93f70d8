"""What became of each of the user's statements: `f.explain(*args)`, statement by statement.

    model.py:12: y = np.sin(x) * w
        value in loop 1, derivative in loop 4, recorded: y
    model.py:13: z = np.exp(y)
        value in loop 1, derivative in loop 4

In: the functions of a derivative, and the loop nests that are compiled of them, if any are.  Out: lines of text.  Loops over
entries are numbered as they stand in the loop nests: statements that are in the same one are fused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from s2s import facts, ir
from s2s.emit.owners import walk
from s2s_runtime import containers

ROLES = {"primal": "value", "again": "computed again", "adjoint": "derivative", "tangent": "derivative"}
"""What a statement is there for."""

Key = tuple[str, int]
"""A line of a file."""


@dataclass
class Account:
    """One line of the user's: its text, the loops that it is in, by what it is there for, and what is recorded of it."""

    text: str
    loops: dict[str, list[int]] = field(default_factory=dict)
    recorded: list[str] = field(default_factory=list)


def accounts(functions: Iterable[ir.Function], nests: Sequence[ir.Function]) -> list[str]:
    """`functions`: the derivative as NumPy code; `nests`: what is compiled of it."""
    found: dict[Key, Account] = {}
    for function in functions:
        for stmt in walk(function.body):
            if (member := member_of(stmt)) is not None and (origin := stmt.origin) is not None:
                account = found.setdefault(member[0], Account(origin.text))
                account.loops.setdefault(member[1], [])
        for key, text, word in recorded(function):
            account = found.setdefault(key, Account(text))
            if word not in account.recorded:
                account.recorded.append(word)
    loops = (loop for function in nests for loop in outermost(function.body))
    for number, loop in enumerate(loops, 1):
        members = {member_of(stmt) for stmt in walk(ir.Block((loop,)))}
        for key, role in filter(None, members):
            if key in found:
                found[key].loops.setdefault(role, []).append(number)
    legend = ["statements in a loop over entries with the same number are fused:"] if nests else []
    return [*legend, *(line for key in sorted(found) for line in written(key, found[key]))]


def member_of(stmt: ir.Stmt) -> tuple[Key, str] | None:
    """Whose statement this is, and what for; None for loops, and for what is nobody's."""
    origin = getattr(stmt, "origin", None)
    if not isinstance(stmt, ir.Let) or origin is None or heads_a_loop(origin):
        return None
    return (origin.file, origin.span.line), ROLES[origin.role]


def heads_a_loop(origin: ir.Origin) -> bool:
    """Whether this is the user's own loop, which goes over more than entries."""
    return origin.text.startswith(("for ", "while "))


def outermost(block: ir.Block) -> Iterator[ir.For]:
    """The loops over entries that stand in no other such loop."""
    for stmt in block.statements:
        if isinstance(stmt, ir.For) and not (stmt.origin is not None and heads_a_loop(stmt.origin)):
            yield stmt
        else:
            for inner in ir.blocks(stmt):
                yield from outermost(inner)


def recorded(function: ir.Function) -> Iterator[tuple[Key, str, str]]:
    """What is appended to records: the line that made it, or carries it, its text, and the user's word."""
    made = {name: stmt for stmt in walk(function.body) for name in ir.binds(stmt)}
    carried = {name: stmt for stmt in walk(function.body) if isinstance(stmt, (ir.For, ir.While)) for name in stmt.carried}
    for stmt in walk(function.body):
        if not isinstance(stmt, ir.Let) or stmt.value.function is not containers.append or stmt.origin is not None:
            continue
        value = stmt.value.args[1]
        if isinstance(value, ir.Var) and not isinstance(function.types.get(value.name), facts.Listing):
            origin = getattr(made.get(value.name, carried.get(value.name)), "origin", None)
            if origin is not None:
                yield (origin.file, origin.span.line), origin.text, word_of(function, value.name)


def word_of(function: ir.Function, name: str) -> str:
    """The user's word for a value, if there is one."""
    word = function.hints.get(name, "value")
    return "a part of it" if word == "value" else word


def written(key: Key, account: Account) -> list[str]:
    """The line as it stands, and what became of it."""
    parts = [f"{role}{where(account.loops[role])}" for role in dict.fromkeys(ROLES.values()) if role in account.loops]
    if account.recorded:
        parts.append(f"recorded: {', '.join(account.recorded)}")
    return [f"{Path(key[0]).name}:{key[1]}: {account.text}", f"    {'; '.join(parts)}"]


def where(numbers: list[int]) -> str:
    """The loops; nothing for what is done with numbers, or by a library."""
    return f" in loop{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}" if numbers else ""
