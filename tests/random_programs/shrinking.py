"""A failing program made smaller: statements and expressions taken away for as long as it fails in the same way.

In: a program and its verdict.  Out: the smallest found.  A step that makes a program which plain Python does not run is
no step, since such a program is discarded, not failed.
"""

from __future__ import annotations

import ast
import copy
import itertools
import time
from collections.abc import Iterator

from random_programs.checking import Verdict, check
from random_programs.program import Program


def shrunk(program: Program, verdict: Verdict, order: int = 1, seconds: float = 60.0) -> Program:
    """A smaller program with the same outcome, found within about so many seconds."""
    end = time.monotonic() + seconds
    text, start = program.text, 0
    while True:
        taken = _step(text, start, program, verdict, order, end)
        if taken is not None:
            start, text = taken
        elif start and time.monotonic() < end:
            start = 0
        else:
            return Program(text, program.args)


def _step(text: str, start: int, program: Program, verdict: Verdict, order: int, end: float) -> tuple[int, str] | None:
    """The first smaller text from a place on that fails alike, and its place: what did not help before is tried later."""
    for at, smaller in enumerate(itertools.islice(candidates(text), start, None), start):
        if time.monotonic() > end:
            return None
        if len(smaller) < len(text) and alike(Program(smaller, program.args), verdict, order):
            return at, smaller
    return None


def alike(program: Program, verdict: Verdict, order: int) -> bool:
    """Whether a program fails as another did: in the same way, a crash or refusal for the same reason."""
    try:
        other = check(program, order, 10.0)
    except (SyntaxError, LookupError):  # not a program any more
        return False
    kind = verdict.why.partition(":")[0] if verdict.outcome in ("crash", "refused") else ""
    return other.outcome == verdict.outcome and other.why.startswith(kind)


def candidates(text: str) -> Iterator[str]:
    """Texts with one thing less, the largest things first."""
    tree = ast.parse(text)
    blocks = [(node, field) for node in ast.walk(tree) for field in ("body", "orelse") if isinstance(getattr(node, field, None), list)]
    for size in (4, 2, 1):
        for at, (node, field) in enumerate(blocks):
            for first in range(0, len(getattr(node, field)) - size + 1):
                yield from _edited(tree, at, field, first, size)
    yield from expressions(tree)


def _edited(tree: ast.Module, at: int, field: str, first: int, size: int) -> Iterator[str]:
    """Without some statements; or with a compound statement's block in its place."""
    other = copy.deepcopy(tree)
    blocks = [(node, name) for node in ast.walk(other) for name in ("body", "orelse") if isinstance(getattr(node, name, None), list)]
    node, _ = blocks[at]
    statements = getattr(node, field)
    taken = statements[first : first + size]
    statements[first : first + size] = []
    if statements or field == "orelse":
        yield ast.unparse(other) + "\n"
    if size == 1 and isinstance(taken[0], (ast.For, ast.While, ast.If)):
        for part in (taken[0].body, taken[0].orelse):
            if part:
                statements[first:first] = part
                yield ast.unparse(other) + "\n"
                del statements[first : first + len(part)]


COMPUTED = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Subscript, ast.IfExp, ast.BoolOp, ast.Compare, ast.ListComp)
"""What is replaced: by a part of it, or by a number."""


class _Replace(ast.NodeTransformer):
    """Puts another expression into the place of the one of a number."""

    def __init__(self, number: int, part: int) -> None:
        self.number, self.part, self.seen = number, part, -1

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, COMPUTED):
            self.seen += 1
            if self.seen == self.number:
                parts = operands(node)
                return parts[self.part] if self.part < len(parts) else ast.Constant(1.0)
        return self.generic_visit(node)


def operands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Call):
        return [*node.args, *([node.func.value] if isinstance(node.func, ast.Attribute) else [])]
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr) and not isinstance(child, ast.Slice)]


def expressions(tree: ast.Module) -> Iterator[str]:
    """With an expression replaced by a part of it, or by a number."""
    for number in range(sum(isinstance(node, COMPUTED) for node in ast.walk(tree))):
        for part in range(4):
            yield ast.unparse(ast.fix_missing_locations(_Replace(number, part).visit(copy.deepcopy(tree)))) + "\n"
