"""Names of a text with parallel loops, such that Numba's names for their versions are no others.

Numba calls the second value of `t` `t.2`, and takes that for `t_2` where it makes a function of a parallel loop: a text that has both
names fails there ("key already in dictionary").

In: a text.  Out: its syntax tree, in which variables that end in a number have another end; lines are where they were.
"""

from __future__ import annotations

import ast
import re

NUMBERED = re.compile(r"_\d+$")


def tree(text: str) -> ast.Module:
    """The syntax tree that is compiled.

    >>> print(ast.unparse(tree("def f(x_1):\\n    t_2 = x_1\\n    return t_2")))
    def f(x_1):
        t_2_ = x_1
        return t_2_
    """
    found = ast.parse(text)
    for function in found.body:
        if isinstance(function, ast.FunctionDef):
            Renaming(function).visit(function)
    return found


class Renaming(ast.NodeTransformer):
    """The variables of one function that are no parameters."""

    def __init__(self, function: ast.FunctionDef) -> None:
        given = {arg.arg for arg in ast.walk(function) if isinstance(arg, ast.arg)}
        names = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        self.names = {name for name in names if NUMBERED.search(name)} - given

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(f"{node.id}_", node.ctx), node) if node.id in self.names else node
