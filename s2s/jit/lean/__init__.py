"""What Numba is given in the place of functions that it takes long to compile: the same functions, as a few instructions each.

For `np.empty` Numba compiles three functions, for each rank and dtype, in each process; for `np.transpose` forty.  A text that
calls them is given *intrinsics* of the same meaning: `np` stands for a module like NumPy in which these are other functions, and
so do names that the text imports from the runtime.  The text itself stays as it is.

In: the names that a text is run with, and its syntax tree.  Out: the names, and the tree, as Numba is given them.
"""

from __future__ import annotations

import ast
import functools
import types
from collections.abc import Iterable
from typing import Any

import numpy as np

from s2s.jit.lean import arrays, factorisations, numbers, products, subscripts, systems
from s2s_runtime import loops
from s2s_runtime import systems as factorised

PRODUCT = "s2s_matrix_product"
"""The name that stands for `@`."""


@functools.cache
def numpy_module() -> types.ModuleType:
    """NumPy for compiled texts."""
    linear = like(
        np.linalg, solve=systems.solve, inv=systems.inv, det=systems.det, slogdet=systems.slogdet, cholesky=factorisations.cholesky,
        eigh=factorisations.eigh, eigvalsh=factorisations.eigvalsh, svd=factorisations.svd, qr=factorisations.qr,
    )  # fmt: skip
    return like(
        np, empty=arrays.empty, zeros=arrays.zeros, copy=arrays.copy, dot=products.dot, linalg=linear,
        ascontiguousarray=arrays.ascontiguousarray, reshape=arrays.reshape,
    )  # fmt: skip


def like(module: types.ModuleType, **others: Any) -> types.ModuleType:
    """A module in which some names stand for other things."""
    found = types.ModuleType(module.__name__)
    vars(found).update({name: value for name, value in vars(module).items() if not name.startswith("__")})
    vars(found).update(others)
    return found


FUNCTIONS: dict[Any, Any] = {
    loops.plus: numbers.plus, loops.reciprocal: numbers.reciprocal, loops.place: numbers.place, loops.grown: arrays.grown,
    factorised.lu_factor: systems.lu_factor, factorised.lu_solve: systems.lu_solve, factorised.lu_inv: systems.lu_inv,
    factorised.lu_solve_transposed: systems.lu_solve_transposed, factorised.lu_det: systems.lu_det,
    factorised.lu_slogdet: systems.lu_slogdet, factorised.solve_lower: systems.solve_lower,
    factorised.solve_upper: systems.solve_upper, factorised.eigh_upper: factorisations.eigh_upper,
}  # fmt: skip
OF_TWO = {"min": "s2s_least", "max": "s2s_greatest"}
NAMES: dict[str, Any] = {PRODUCT: products.matmul, "s2s_least": numbers.least, "s2s_greatest": numbers.greatest}


def names(outside: dict[str, Any], read: Iterable[str]) -> dict[str, Any]:
    """What replaces names of a text, by what they stand for; and what stands for the subscripts among the names that it reads."""
    found = {**NAMES, **{name: made for name in read if (made := subscripts.named(name)) is not None}}
    for name, value in outside.items():
        if value is np:
            found[name] = numpy_module()
        elif type(value) is types.FunctionType and value in FUNCTIONS:
            found[name] = FUNCTIONS[value]
    return found


class Operators(ast.NodeTransformer):
    """`a @ b`, and `min` and `max` of two, as calls; `np.transpose(a, (1, 0))` as `a.T`, which Numba has an instruction for."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        if not isinstance(node.op, ast.MatMult):
            return node
        return ast.copy_location(ast.Call(ast.Name(PRODUCT, ast.Load()), [node.left, node.right], []), node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("np"), attr="transpose"), args=[array, axes], keywords=[]):
                if ast.unparse(axes) == "(1, 0)":
                    return ast.copy_location(ast.Attribute(array, "T", ast.Load()), node)
            case ast.Call(func=ast.Name("min" | "max" as name), args=[first, second], keywords=[]):
                if not isinstance(first, ast.Starred) and not isinstance(second, ast.Starred):
                    return ast.copy_location(ast.Call(ast.Name(OF_TWO[name], ast.Load()), [first, second], []), node)
        return node


class Subscripts(ast.NodeTransformer):
    """Reading, writing and changing an entry of an array, as calls."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        indices = entry(node)
        return self.call("at", node, [node.value, *indices]) if indices and isinstance(node.ctx, ast.Load) else node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self.generic_visit(node)
        match node.targets:
            case [ast.Subscript() as target] if indices := entry(target):
                return ast.copy_location(ast.Expr(self.call("put", target, [target.value, node.value, *indices])), node)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        self.generic_visit(node)
        word = WORDS.get(type(node.op))
        match node.target:
            case ast.Subscript() as target if word and (indices := entry(target)):
                return ast.copy_location(ast.Expr(self.call(word, target, [target.value, node.value, *indices])), node)
        return node

    def call(self, word: str, node: ast.Subscript, given: list[ast.expr]) -> ast.expr:
        indices = given[1:] if word == "at" else given[2:]
        name = subscripts.name_of(word, tuple(not is_from_start(one) for one in indices))
        return ast.copy_location(ast.Call(ast.Name(name, ast.Load()), given, []), node)


def is_from_start(index: ast.expr) -> bool:
    """Whether an index is a number that is not negative.

    Of other indices LLVM may prove it, too.  It is not told so: what it then knows of their distances can keep it from looking at
    places when the program runs, and a loop over two rows of one array is left without vectors.
    """
    return isinstance(index, ast.Constant) and isinstance(index.value, int) and index.value >= 0


WORDS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}


def entry(node: ast.Subscript) -> list[ast.expr]:
    """The indices of a subscript that may mean an entry of an array; none where it does not, or may be an item of a tuple."""
    several = isinstance(node.slice, ast.Tuple)
    indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if len(indices) > subscripts.MOST or not indices:
        return []
    for one in indices:
        match one:
            case ast.Slice() | ast.Starred() | ast.Tuple() | ast.List() | ast.Compare():
                return []
            case ast.Constant(value) if not several or type(value) is not int:
                return []
            case ast.UnaryOp(ast.USub(), ast.Constant()) if not several:
                return []
    return indices


def tree(text: str, entries: bool = True) -> ast.Module:
    """The syntax tree of a text as Numba is given it; lines are where they were.  `entries`: whether subscripts are exchanged, too.

    >>> print(ast.unparse(tree("c = np.transpose(a, (1, 0)) @ b")))
    c = s2s_matrix_product(a.T, b)
    """
    found: ast.Module = Operators().visit(ast.parse(text))
    for function in found.body:
        if isinstance(function, ast.FunctionDef) and entries:
            Subscripts().visit(function)
    return ast.fix_missing_locations(found)
