"""Functions inside a program: closures where statements stand, and helpers beside the main function."""

from __future__ import annotations

from random_programs import statements, storing
from random_programs.arrays import array
from random_programs.expressions import expression, number
from random_programs.kinds import FLOAT, Array, Function, Int, Kind
from random_programs.scope import Author, Scope

Lines = list[str]


def closure(scope: Scope) -> Lines:
    """A function that reads what surrounds it; it may write into an array there."""
    kind = scope.some_kind()
    inner = scope.inner()
    name, parameter = scope.author.fresh("inner"), inner.bind("p", kind)
    if scope.has("mutating_closures") and scope.arrays() and scope.choices.chance(40):
        return writing_closure(scope, inner, name, parameter, kind)
    result = scope.some_kind()
    text = expression(inner, result)
    scope.kinds[name] = Function((kind,), result, 5)
    if scope.choices.chance(30):
        return [f"{name} = lambda {parameter}: {text}"]
    return [f"def {name}({parameter}):", f"    return {text}"]


def writing_closure(scope: Scope, inner: Scope, name: str, parameter: str, kind: Kind) -> Lines:
    inner.result, inner.loop, inner.depth = None, False, 3
    lines = statements.indented(storing.store(inner, rebinds=False))
    scope.kinds[name] = Function((kind,), None, 6)
    return [f"def {name}({parameter}):", *lines]


def helper(author: Author) -> Lines:
    """A function beside the main one.  It gives a number, an array, or nothing where it only writes."""
    choices = author.choices
    kinds = [parameter(author) for _ in range(choices.integer(1, 3))]
    options: list[tuple[int, Kind | None]] = [(4, FLOAT)]
    options += [(4, Array(choices.pick(author.shapes)))] if author.has("arrays_back") else []
    if author.has("mutating_helpers"):
        options += [(4, None)]
        kinds[0] = Array(choices.pick(author.shapes))
    result = choices.weighted(options)
    visible = dict(author.helpers)
    if not author.has("deep"):
        author.helpers.clear()
    scope = Scope(author, {author.fresh("p"): kind for kind in kinds}, result, runs=8, depth=1)
    header = f"({', '.join(scope.kinds)})"
    lines = body(scope, result)
    name = author.fresh("helper")
    author.helpers = {**visible, name: Function(tuple(kinds), result, 12 if visible else 6)}
    return [f"def {name}{header}:", *lines, ""]


def parameter(author: Author) -> Kind:
    options: list[tuple[int, Kind]] = [(4, Array(author.choices.pick(author.shapes))), (3, FLOAT), (1, Int(0, 2))]
    return author.choices.weighted(options)


def body(scope: Scope, result: Kind | None) -> Lines:
    lines = statements.block(scope, 1, 3)
    if result is None:
        return [*lines, *statements.indented(storing.store(scope))]
    if isinstance(result, Array):
        return [*lines, f"    return {array(scope, result.shape)}"]
    return [*lines, f"    return {number(scope)}"]
