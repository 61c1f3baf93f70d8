"""A program as it stands, with another library in the place of NumPy: what users of that library are told to do.

`loaded` executes the program's file once more; what it imports from `numpy` comes from the library that stands for it.
`leaves` says which numbers of the arguments are differentiated, and puts others in their place.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from s2s_runtime import tree


@cache
def loaded(program: ModuleType, numpy: str, scipy: str) -> ModuleType:
    """`program` once more, with these modules in the place of NumPy and SciPy."""
    path = Path(program.__file__ or "")
    module = ModuleType(f"{program.__name__}_with_{numpy.replace('.', '_')}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    syntax = ast.parse(path.read_text(encoding="utf-8"))
    exec(compile(Exchanged({"numpy": numpy, "scipy": scipy}).visit(syntax), str(path), "exec"), module.__dict__)
    return module


class Exchanged(ast.NodeTransformer):
    """`import numpy as np` => `import autograd.numpy as np`, and so for all imports of a module that is exchanged."""

    def __init__(self, stands_for: dict[str, str]) -> None:
        self.stands_for = stands_for

    def other(self, name: str) -> str:
        root, dot, rest = name.partition(".")
        return self.stands_for.get(root, root) + dot + rest

    def visit_Import(self, node: ast.Import) -> ast.Import:
        for alias in node.names:
            alias.name, alias.asname = self.other(alias.name), alias.asname or alias.name
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        node.module = self.other(node.module or "")
        return node


class Leaves(NamedTuple):
    """The leaves of the arguments, the positions of those by which is differentiated, and the arguments they belong to."""

    all: Sequence[Any]
    structure: tree.Structure
    positions: tuple[int, ...]
    by: tuple[int, ...]

    def chosen(self) -> tuple[Any, ...]:
        return tuple(self.all[k] for k in self.positions)

    def arguments(self, chosen: Sequence[Any]) -> Any:
        """The arguments with others in the place of the chosen leaves."""
        filled = list(self.all)
        for position, leaf in zip(self.positions, chosen, strict=True):
            filled[position] = leaf
        return tree.unflatten(self.structure, filled)

    def gradients(self, chosen: Sequence[Any]) -> tuple[Any, ...]:
        """One tree for each argument by which is differentiated."""
        if len(chosen) == len(self.by):
            return tuple(chosen)
        arguments = self.arguments(chosen)
        return tuple(arguments[k] for k in self.by)


def leaves(args: tuple[Any, ...], by: tuple[int, ...]) -> Leaves:
    """`by`: the positions of the arguments by which is differentiated."""
    every, structure = tree.flatten(args)
    ends = [0]
    for arg in args:
        ends.append(ends[-1] + len(tree.flatten(arg)[0]))
    wanted = [k for argument in by for k in range(ends[argument], ends[argument + 1])]
    return Leaves(every, structure, tuple(k for k in wanted if tree.is_differentiable(every[k])), by)
