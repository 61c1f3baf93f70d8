"""Blocks as text: branches, loops, and the assignments that end them.

In: an If, For, While or Try.  Out: its lines.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING

from s2s import ir
from s2s.primitives import UNARY_SYMBOLS

if TYPE_CHECKING:
    from s2s.emit.text import Writer

INDENT = "    "


class Blocks:
    """What a Writer knows of blocks."""

    def block(self: Writer, block: ir.Block, results: Sequence[str], more: Sequence[str] = ()) -> None:
        """An indented block that ends by assigning its results."""
        self.depth += 1
        before = len(self.lines)
        self.statements(block.statements)
        if not (block.statements and isinstance(block.statements[-1], ir.Raise)):
            self.copies(results, block.yields)
        for line in more:
            self.line(line)
        if len(self.lines) == before:
            self.line("pass")
        self.depth -= 1

    def pending(self: Writer, results: Sequence[str], yields: Sequence[ir.Atom]) -> list[tuple[str, ir.Atom]]:
        """The assignments that are left to do at the end of a block."""
        found = []
        for name, atom in zip(results, yields, strict=True):
            if atom == ir.UNDEFINED:
                continue
            if (
                isinstance(atom, ir.Var)
                and atom.name not in self.nested
                and self.identifier(atom.name) == self.identifier(name)
            ):
                continue
            found.append((name, atom))
        return found

    def copies(self: Writer, results: Sequence[str], yields: Sequence[ir.Atom]) -> None:
        """Assign results: one by one where no assignment is read by a later one, else at once."""
        left = self.pending(results, yields)
        while left:
            for position, (name, atom) in enumerate(left):
                target = self.identifier(name)
                others = [other for k, (_, other) in enumerate(left) if k != position]
                if not any(self.identifier(n) == target for n in self.names.liveness.reads(others)):
                    self.assign(target, name, atom)
                    del left[position]
                    break
            else:
                targets = ", ".join(self.identifier(name) for name, _ in left)
                self.line(f"{targets} = {', '.join(self.expressions.atom(atom) for _, atom in left)}")
                return

    def assign(self: Writer, target: str, name: str, atom: ir.Atom) -> None:
        """`target = atom`, or `target += e`."""
        application = self.nested.get(atom.name) if isinstance(atom, ir.Var) else None
        if application is not None:
            augmented = self.augmented(ir.Let(atom.name, application), target) if isinstance(atom, ir.Var) else None
            if augmented and self.names.is_scalar(name):
                self.line(augmented)
                return
        self.line(f"{target} = {self.expressions.atom(atom)}")

    def branch(self: Writer, stmt: ir.If, word: str = "if") -> None:
        then, other = self.empty(stmt.then, stmt.results), self.empty(stmt.other, stmt.results)
        if then and other:
            return
        trail = self.trailing(stmt)
        if not stmt.then.statements and not stmt.other.statements and word == "if" and self.choice(stmt):
            return
        if then:
            self.line(f"{word} {self.negated(stmt.test)}:{trail}", stmt.origin)
            self.block(stmt.other, stmt.results)
            return
        self.line(f"{word} {self.expressions.atom(stmt.test)}:{trail}", stmt.origin)
        self.block(stmt.then, stmt.results)
        if other:
            return
        visible = [s for s in stmt.other.statements if not (isinstance(s, ir.Let) and s.target in self.nested)]
        if len(visible) == 1 and isinstance(visible[0], ir.If) and not self.pending(stmt.results, stmt.other.yields):
            inner = visible[0]
            if not self.empty(inner.then, inner.results) or self.empty(inner.other, inner.results):
                self.branch(inner, "elif")
                return
        self.line("else:")
        self.block(stmt.other, stmt.results)

    def negated(self: Writer, test: ir.Atom) -> str:
        application = self.nested.get(test.name) if isinstance(test, ir.Var) else None
        if application is not None and application.function is operator.not_:
            return self.expressions.atom(application.args[0])
        return f"not {self.expressions.atom(test, UNARY_SYMBOLS[operator.not_][1])}"

    def choice(self: Writer, stmt: ir.If) -> bool:
        """`x = a if test else b`, where a branch does nothing else."""
        if len(stmt.results) != 1:
            return False
        (name,), (a,), (b,) = stmt.results, stmt.then.yields, stmt.other.yields
        if ir.UNDEFINED in (a, b) or not self.pending([name], [a]) or not self.pending([name], [b]):
            return False
        write = self.expressions.atom
        self.line(f"{self.identifier(name)} = {write(a, 2)} if {write(stmt.test, 2)} else {write(b, 1)}", stmt.origin)
        return True

    def empty(self: Writer, block: ir.Block, results: Sequence[str]) -> bool:
        visible = [s for s in block.statements if not (isinstance(s, ir.Let) and s.target in self.nested)]
        return not visible and not self.pending(results, block.yields)

    def start(self: Writer, stmt: ir.For | ir.While) -> None:
        self.copies(stmt.carried, stmt.inits)

    def for_loop(self: Writer, stmt: ir.For) -> None:
        self.start(stmt)
        start, stop, step = stmt.bounds
        shown = (
            [stop]
            if (start, step) == (ir.Const(0), ir.Const(1))
            else [start, stop]
            if step == ir.Const(1)
            else [start, stop, step]
        )
        bounds = ", ".join(self.expressions.atom(bound) for bound in shown)
        if stmt.parallel:
            self.expressions.imports["prange"] = "from numba import prange"
        way = "prange" if stmt.parallel else "range"
        self.line(f"for {self.identifier(stmt.index)} in {way}({bounds}):{self.trailing(stmt)}", stmt.origin)
        self.loop_body(stmt)

    def loop_body(self: Writer, stmt: ir.For | ir.While) -> None:
        first = 1 if stmt.stops else 0
        body = ir.Block(stmt.body.statements, stmt.body.yields[first:])
        if not first:
            self.block(body, stmt.carried)
            return
        self.block(body, stmt.carried, self.breaks(self.expressions.atom(stmt.body.yields[0])))

    def breaks(self: Writer, test: str) -> tuple[str, ...]:
        return f"if {test}:", f"{INDENT}break"

    def while_loop(self: Writer, stmt: ir.While) -> None:
        self.start(stmt)
        (test,) = stmt.test.yields
        visible = [s for s in stmt.test.statements if not (isinstance(s, ir.Let) and s.target in self.nested)]
        if not visible:
            self.line(f"while {self.expressions.atom(test)}:{self.trailing(stmt)}", stmt.origin)
            self.loop_body(stmt)
            return
        self.line(f"while True:{self.trailing(stmt)}", stmt.origin)
        self.depth += 1
        self.statements(stmt.test.statements)
        for line in self.breaks(self.negated(test)):
            self.line(line)
        self.depth -= 1
        self.loop_body(stmt)

    def attempt(self: Writer, stmt: ir.Try) -> None:
        self.line("try:", stmt.origin)
        self.block(stmt.body, stmt.results)
        for kind, block in stmt.handlers:
            self.line(f"except {self.expressions.atom(kind)}:")
            self.block(block, stmt.results)
