"""A whole program: its text, and the arguments that it is called with."""

from __future__ import annotations

import ast
import random
from dataclasses import dataclass
from typing import Any

import numpy as np

from random_programs import defining, names, sharing, statements
from random_programs.arrays import array
from random_programs.choices import Choices
from random_programs.expressions import expression, number
from random_programs.features import NAMES
from random_programs.kinds import FLOAT, Array, Int, Kind, Pair
from random_programs.scope import Author, Scope

LENGTHS = (3, 2, 4, 5, 1)
HEADER = ["import math", "", "import numpy as np", ""]


@dataclass(frozen=True)
class Program:
    """A text that defines `f`, and arguments for it."""

    text: str
    args: tuple[Any, ...]


def program(choices: Choices, features: frozenset[str]) -> Program:
    """One program of these features."""
    if features & NAMES:
        return Program(printed("\n".join([*HEADER, *sharing.STATE, *names.lines(choices)])), names.arguments(choices))
    author = Author(choices, features)
    long, wide = choices.pick(LENGTHS), choices.pick(LENGTHS)
    author.left = choices.integer(4, 18)
    author.shapes = [(long,), (wide,), (long, wide)] if features & {"matrices", "views"} else [(long,), (wide,)]
    lines = [*(sharing.STATE if author.has("holders", "objects") else [])]
    for _ in range(choices.weighted([(3, 0), (4, 1), (3, 2), (1, 3)]) if author.has("helpers") else 0):
        lines += defining.helper(author)
    kinds = parameters(author)
    scope = Scope(author, kinds, result(author))
    args = tuple(argument(choices, kind) for kind in kinds.values())
    lines += [f"def f({', '.join(kinds)}):", *statements.block(scope, 3, 8)]
    lines += [f"    return {returned(scope)}"]
    head = [*HEADER, *sorted(author.imports), *author.constants]
    return Program(printed("\n".join([*head, *lines])), args)


def printed(text: str) -> str:
    """A text as its tree prints, without parentheses that it does not need."""
    return ast.unparse(ast.parse(text)) + "\n"


def parameters(author: Author) -> dict[str, Kind]:
    """The main function's parameters: an array first, so that there is something to differentiate by."""
    choices = author.choices
    kinds: dict[str, Kind] = {"x": Array(author.shapes[0])}
    if choices.chance(60):
        kinds["y"] = Array(choices.pick(author.shapes))
    if choices.chance(60):
        kinds["r"] = FLOAT
    if choices.chance(25):
        kinds["z"] = Array(choices.pick(author.shapes))
    if choices.chance(50):
        length = choices.pick(author.shapes)[0]
        kinds["n"] = Int(length, length)
    return kinds


def argument(choices: Choices, kind: Kind) -> Any:
    """A value for a parameter: numbers of moderate size that no test in the grammar compares with."""
    if isinstance(kind, Int):
        return kind.low
    source = random.Random(choices.integer(0, 2**30))
    if isinstance(kind, Array):
        return np.array([source.uniform(-1.2, 1.2) for _ in range(int(np.prod(kind.shape)))]).reshape(kind.shape)
    return source.uniform(-1.2, 1.2)


def result(author: Author) -> Kind:
    """What the program gives: a number, or, to be pulled back with a cotangent, an array or a tuple."""
    if not author.has("results") or author.choices.chance(75):
        return FLOAT
    shape = author.choices.pick(author.shapes)
    return author.choices.pick([Array(shape), Pair((FLOAT, Array(shape)))])


def returned(scope: Scope) -> str:
    """A result that most of what is bound at the end takes part in."""
    if isinstance(scope.result, Array):
        return array(scope, scope.result.shape) + f" + {everything(scope)}"
    if isinstance(scope.result, Pair):
        parts = [everything(scope), *(expression(scope, kind) for kind in scope.result.items[1:])]
        return f"({', '.join(parts)})"
    return everything(scope)


def everything(scope: Scope) -> str:
    """A number that depends on numbers and arrays that are bound here, parameters among them: they may have been written."""
    floats = scope.choices.shuffled(scope.floats())[:3]
    found = [name for name, _ in scope.arrays()]
    chosen = scope.choices.shuffled(found)[:3]
    chosen += [name for name in ("x", "y") if name in found and name not in chosen]
    terms = [f"{weight} * {name}" for weight, name in zip(("1.0", "0.7", "1.3"), floats, strict=False)]
    terms += [scope.choices.pick([f"np.sum(np.sin({name}))", f"np.sum({name} * {name})", f"np.sum({name})"]) for name in chosen]
    return " + ".join(terms) or number(scope)
