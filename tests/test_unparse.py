"""Parsed and normalised programs as text: run, they give what the user's function gives, to the last bit.

Every program of the corpus is parsed, unparsed and run in its own surroundings; so are its normalised form and, once more
parsed from the text, the text itself.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import linecache
import textwrap
import types
from collections.abc import Callable
from typing import Any

import pytest

from language import oracle
from language.corpus import Program, all_programs
from s2s.normalise import normalise
from s2s.parse import parse_function
from s2s.transforms import unbundle
from s2s.unparse import unparse

STAGES: dict[str, Callable[[Any], Any]] = {"parsed": lambda syntax: syntax, "normalised": normalise}
_serial = itertools.count()


def rebuilt(text: str, function: types.FunctionType) -> types.FunctionType:
    """The function that a text defines, with the surroundings of another: globals, cells, defaults."""
    free = function.__code__.co_freevars
    name = text[4 : text.index("(")]
    given = [f"{word} = None" for word in free] or ["pass"]
    own = [] if name in free else [f"global {name}"]  # a function that calls itself finds itself among its globals
    lines = ["def surroundings():", textwrap.indent("\n".join([*own, *given, text]), "    ")]
    file = f"<unparsed {next(_serial)}>"
    whole = "\n".join(lines) + "\n"
    linecache.cache[file] = (len(whole), None, whole.splitlines(keepends=True), file)
    outer = next(c for c in compile(whole, file, "exec").co_consts if isinstance(c, types.CodeType))
    code = next(c for c in outer.co_consts if isinstance(c, types.CodeType))
    cells = dict(zip(free, function.__closure__ or (), strict=True))
    closure = tuple(cells[name] for name in code.co_freevars)
    made = types.FunctionType(code, function.__globals__, function.__name__, function.__defaults__, closure)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def function_of(program: Program) -> tuple[types.FunctionType, tuple[Any, ...], dict[str, Any]]:
    """The Python function inside a program, and what was bound to it."""
    callee = unbundle(program.function)
    if not isinstance(callee.function, types.FunctionType):
        pytest.skip("a function without a body of its own")
    return callee.function, callee.args, dict(callee.kwargs)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("program", all_programs())
def test_the_text_computes_the_same(program, stage, capsys):
    function, args, kwargs = function_of(program)
    text = unparse(STAGES[stage](parse_function(function.__code__, function)))
    again = rebuilt(text, function)
    expected = function(*args, *program.fresh_args(), **kwargs)
    said = capsys.readouterr().out
    found = again(*args, *program.fresh_args(), **kwargs)
    assert oracle.same_bits(found, expected), f"{found!r} is not {expected!r}:\n{text}"
    assert capsys.readouterr().out == said


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("program", all_programs())
def test_the_text_is_read_again(program, stage):
    function, _, _ = function_of(program)
    text = unparse(STAGES[stage](parse_function(function.__code__, function)))
    again = rebuilt(text, function)
    assert unparse(parse_function(again.__code__, again)) == text


@pytest.mark.parametrize("program", all_programs())
def test_the_parsed_text_means_what_the_user_wrote(program):
    """Python's own parser finds the same tree in both texts, but for annotations and the form of two expressions."""
    function, _, _ = function_of(program)
    if function.__code__.co_name == "<lambda>":
        pytest.skip("a lambda is shown as a function")
    syntax = parse_function(function.__code__, function)
    assert tree_of(unparse(syntax)) == tree_of(users_text(function))


def users_text(function: types.FunctionType) -> str:
    return textwrap.dedent(inspect.getsource(function))


class Bare(ast.NodeTransformer):
    """Takes off what the syntax does not hold: annotations, the outermost decorators, the indent of a docstring."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        doc = ast.get_docstring(node)
        if doc is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        return ast.Assign([node.target], node.value) if node.value else None


def tree_of(text: str) -> str:
    (definition,) = ast.parse(text).body
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    return ast.dump(Bare().visit(definition), indent=1)
