"""Rules made wrong on purpose: a proof that does not notice one of them proves nothing.

In: a rule.  Out: its mutants, each with a body in which one thing is changed: a sign, a factor, an axis, the order of two operands.
"""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from s2s.rules import Rule
from s2s.verify.calls import NotTaken
from s2s.verify.cases import cases_of
from s2s.verify.deciding import Verdict
from s2s.verify.ledger import UNDEFINED
from s2s.verify.rules import answered
from s2s.verify.wanted import Question, question

Change = Callable[[ast.AST], bool]
"""What is done to a node; False where it is not done."""


@dataclass(frozen=True)
class Mutant:
    """A rule with one thing changed: which body, and what."""

    rule: Rule
    change: str


def mutants(rule: Rule, changes: Sequence[Change]) -> Iterator[Mutant]:
    """Every mutant of both bodies."""
    for name in ("body", "jvp_body"):
        body = getattr(rule, name)
        if body is None or (name == "jvp_body" and body is rule.body):
            continue
        for change, function in changed(body, changes):
            options: Any = {name: function}
            yield Mutant(replace(rule, **options), f"{body.__name__}: {change}")


def changed(body: Callable[..., Any], changes: Sequence[Change]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The body with each change, and what was changed."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(body)))
    except (OSError, SyntaxError):
        return
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef):
        return
    definition.decorator_list = []
    for number in range(sum(1 for _ in ast.walk(definition))):
        for change in changes:
            fresh = copy.deepcopy(definition)
            place = next(found for k, found in enumerate(ast.walk(fresh)) if k == number)
            if change(place) and ast.unparse(fresh) != ast.unparse(definition):
                yield differing(definition, fresh), compiled(fresh, body)


def differing(before: ast.FunctionDef, after: ast.FunctionDef) -> str:
    """The line that was changed, as it is now."""
    pairs = zip(ast.unparse(before).splitlines(), ast.unparse(after).splitlines(), strict=True)
    return next(new.strip() for old, new in pairs if old != new)


def compiled(definition: ast.FunctionDef, body: Callable[..., Any]) -> Callable[..., Any]:
    """The changed definition as a function with the names of the original one."""
    names = dict(body.__globals__)
    names.update({name: cell.cell_contents for name, cell in zip(body.__code__.co_freevars, body.__closure__ or (), strict=True)})
    module = ast.fix_missing_locations(ast.Module([definition], []))
    exec(compile(module, f"<a mutant of {body.__name__}>", "exec"), names)
    made = names[definition.name]
    made.__module__ = body.__module__
    return made  # type: ignore[no-any-return]


# ---------------------------------------------------------------------------------------------- changes: True if one was made
def sign_of_result(node: ast.AST) -> bool:
    return isinstance(node, ast.Return) and _each_result(node, lambda x: ast.UnaryOp(ast.USub(), x), first=True)


def factor_of_result(node: ast.AST) -> bool:
    return isinstance(node, ast.Return) and _each_result(node, lambda x: ast.BinOp(ast.Constant(3), ast.Mult(), x), first=False)


def _each_result(node: ast.Return, change: Callable[[ast.expr], ast.expr], first: bool) -> bool:
    """The first, or the last, of the results that are returned."""
    value = node.value
    if isinstance(value, ast.Tuple):
        places = [k for k, part in enumerate(value.elts) if not _is_nothing(part)]
        if not places:
            return False
        place = places[0 if first else -1]
        value.elts[place] = change(value.elts[place])
        return True
    if value is None or _is_nothing(value):
        return False
    node.value = change(value)
    return True


def _is_nothing(node: ast.expr) -> bool:
    return (isinstance(node, ast.Constant) and not node.value) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("zeros", "zeros_like")
    )


def sign_of_term(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        node.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        return True
    return False


def sign_dropped(node: ast.AST) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        node.op = ast.UAdd()
        return True
    return False


def number(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, float) and node.value:
        node.value = node.value + 0.5
        return True
    return False


def axis(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword) and node.arg == "axis" and isinstance(node.value, (ast.Constant, ast.UnaryOp)):
        node.value = ast.Constant(0)
        return True
    return False


def operands(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Sub, ast.Div, ast.MatMult, ast.Pow)):
        node.left, node.right = node.right, node.left
        return True
    return False


def product(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        node.op = ast.Div() if isinstance(node.op, ast.Mult) else ast.Mult()
        return True
    return False


CHANGES = (sign_of_result, factor_of_result, sign_of_term, sign_dropped, number, axis, operands, product)


# ------------------------------------------------------------------------------------------------------------ the test
POINTS = 4
"""How many sample points are tried on each case of a rule that compares, to come to its other branches."""


def questions(rule: Rule) -> Iterator[Question]:
    """A rule's cases with their right answers."""
    for number, case in enumerate(cases_of(rule)):
        seen = set()
        for seed in range(number, number + POINTS):
            try:
                asked = question(rule, rule.functions[0], case, seed)
            except (NotTaken, *UNDEFINED):
                break
            if asked.path.key() in seen:
                break
            seen.add(asked.path.key())
            yield asked


def is_killed(mutant: Mutant, asked: Question) -> bool:
    """Whether a case shows that the rule is wrong, or cannot be computed by it."""
    original, asked.call.rule = asked.call.rule, mutant.rule
    try:
        return answered(asked, decided=False).verdict is Verdict.refuted
    except Exception:  # whatever a wrong body raises, it is noticed
        return True
    finally:
        asked.call.rule = original


def survivors(rule: Rule, changes: Sequence[Change] = ()) -> tuple[int, list[str]]:
    """How many mutants a rule has, by all changes or some, and those that no case notices, as the line that was changed.

    A rule for which no case can be asked has none.
    """
    planted = list(mutants(rule, changes or CHANGES))
    left, count = planted, 0
    for asked in questions(rule):
        count = len(planted)
        left = [mutant for mutant in left if not is_killed(mutant, asked)]
        if not left:
            break
    return count, [mutant.change for mutant in left] if count else []
