"""Which whole numbers of a text are known not to be negative, as it stands there: indices that count from the start.

In: the syntax tree of a function.  Out: names; a test for expressions.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable

TRUSTED = {"range", "len", "place", "max", "min"}
"""Functions of Python's and the runtime's, by the names that texts have for them."""

Test = Callable[[frozenset[str] | set[str]], bool]
"""Whether a value is not negative, if these names are not."""


def counts_from_start(node: ast.expr, names: frozenset[str] | set[str]) -> bool:
    """Whether a whole number is not negative, if these names are not.

    >>> counts_from_start(ast.parse("2 * i + x.shape[0] % 3", mode="eval").body, {"i"})
    True
    >>> counts_from_start(ast.parse("i - 1", mode="eval").body, {"i"})
    False
    """
    match node:
        case ast.Constant(int(value)):
            return value >= 0
        case ast.Name(name):
            return name in names
        case ast.BinOp(left, ast.Add() | ast.Mult() | ast.FloorDiv() | ast.Mod(), right):
            return counts_from_start(left, names) and counts_from_start(right, names)
        case ast.Subscript(ast.Attribute(_, "shape"), ast.Constant(int(axis))):
            return axis >= 0
        case ast.Call(ast.Name("len" | "place")):
            return True
        case ast.Call(ast.Name("max"), [*given], []):
            return any(counts_from_start(one, names) for one in given)
        case ast.Call(ast.Name("min"), [*given], []):
            return bool(given) and all(counts_from_start(one, names) for one in given)
    return False


def of_range(call: ast.expr, names: frozenset[str] | set[str]) -> bool:
    """Whether no index of a loop is negative."""
    match call:
        case ast.Call(ast.Name("range"), [_], []):
            return True
        case ast.Call(ast.Name("range"), [start, _], []):
            return counts_from_start(start, names)
        case ast.Call(ast.Name("range"), [start, _, ast.Constant(int(step))], []):
            return step > 0 and counts_from_start(start, names)
        case ast.Call(ast.Name("range"), [_, stop, ast.UnaryOp(ast.USub(), ast.Constant(int()))], []):
            return counts_from_start(stop, names) or ast.unparse(stop) == "-1"
    return False


def from_start(function: ast.FunctionDef) -> frozenset[str]:
    """The variables that are never negative: all that each is given is not, if they are not.

    >>> text = "def f(x, k):\\n    for i in range(3):\\n        j = i + 1\\n        m = j - k\\n        x[j] = m"
    >>> sorted(from_start(ast.parse(text).body[0]))
    ['i', 'j']
    """
    given: dict[str, list[Test]] = defaultdict(list)
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets, value):
                for target in targets:
                    assigned(target, value, given)
            case ast.AugAssign(ast.Name(name) as target, operation, value):
                assigned(target, ast.BinOp(ast.Name(name, ast.Load()), operation, value), given)
            case ast.For(ast.Name(name), call):
                given[name].append(lambda names, call=call: of_range(call, names))  # type: ignore[misc]
            case ast.arg(name):
                given[name].append(lambda names: False)
    if TRUSTED & given.keys():
        return frozenset()
    found = {name for name, tests in given.items() if tests} - otherwise_bound(function)
    while wrong := {name for name in found if not all(test(found) for test in given[name])}:
        found -= wrong
    return frozenset(found)


def assigned(target: ast.expr, value: ast.expr, given: dict[str, list[Test]]) -> None:
    """Note what a target of an assignment is given."""
    match target, value:
        case ast.Name(name), _:
            given[name].append(lambda names: counts_from_start(value, names))
        case (ast.Tuple(targets) | ast.List(targets)), (ast.Tuple(values) | ast.List(values)) if len(targets) == len(values):
            for one, own in zip(targets, values, strict=True):
                assigned(one, own, given)
        case (ast.Tuple(targets) | ast.List(targets)), _:
            for one in targets:
                if isinstance(one, ast.Name):
                    is_shape = isinstance(value, ast.Attribute) and value.attr == "shape"
                    given[one.id].append(lambda names, known=is_shape: known)  # type: ignore[misc]
                else:
                    assigned(one, ast.Constant(-1), given)


def otherwise_bound(function: ast.FunctionDef) -> set[str]:
    """Names that are bound by more than assignments and loops over numbers."""
    known = set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets) :
                known |= {id(one) for target in targets for one in ast.walk(target)}
            case ast.AugAssign(target) | ast.For(ast.Name() as target):
                known.add(id(target))
    every = [one for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, (ast.Store, ast.Del))]
    return {one.id for one in every if id(one) not in known}
