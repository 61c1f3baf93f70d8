"""Find the text of a function object, wherever it was written: a file, a REPL, a notebook cell, a lambda in a call.

In: a Python function.  Out: its `syntax.Function`.  Raises SourceNotFound where there is no text.
"""

from __future__ import annotations

import ast
import inspect
import types
import weakref
from dataclasses import dataclass

from s2s import syntax
from s2s.errors import SourceNotFound
from s2s.parse.current import was_edited

NO_SOURCE_HINT = "write the function in a file or a notebook cell, or give it a rule of its own"


@dataclass(frozen=True)
class Unit:
    """A piece of text to parse: `text` stands in `file` from line `first_line`; `lines` are all lines of the file.

    `placed`: its nodes know their places.
    """

    text: str
    file: str
    first_line: int
    lines: tuple[str, ...]
    wrapped: bool = False
    placed: bool = True


_parsed: weakref.WeakKeyDictionary[types.CodeType, dict[str, syntax.Function]] = weakref.WeakKeyDictionary()


def parse_function(code: types.CodeType, function: types.FunctionType) -> syntax.Function:
    """The syntax of a function.  Functions made from one text share it, and it keeps none of them alive.

    >>> def square(x):
    ...     return x * x
    >>> parse_function(square.__code__, square).name  # doctest: +SKIP
    'square'
    """
    texts = _parsed.setdefault(code, {})  # code that is equal may stand in two files
    if code.co_filename not in texts:
        texts[code.co_filename] = _read(code, function)
    return texts[code.co_filename]


def _read(code: types.CodeType, function: types.FunctionType) -> syntax.Function:
    from s2s.parse.read import read_definition, read_lambda

    if code.co_name == "<lambda>":
        unit, node = lambda_unit(function)
        check_current(code, function, unit)
        return read_lambda(unit, node)
    unit = definition_unit(function)
    check_current(code, function, unit)
    return read_definition(unit)


def check_current(code: types.CodeType, function: types.FunctionType, unit: Unit) -> None:
    """Refuse a text that is not what runs.  Raises SourceNotFound.  What pytest makes of `assert` is no edit."""
    module = function.__globals__
    if "@pytest_ar" not in module and was_edited(code, unit.text, module.get("__loader__")):
        raise SourceNotFound(
            f"the text of {function.__qualname__} is not what runs: its file was changed after it was imported",
            hint="reload the module, or start anew",
            file=code.co_filename,
            line=code.co_firstlineno,
        )


def is_rule(function: object) -> bool:
    """Whether a function is a rule's body or a helper of the runtime: nothing that a user is told stands in its text."""
    return (getattr(function, "__module__", None) or "").startswith(OURS)


OURS = ("s2s.rules", "s2s.implicit.rules", "s2s.implicit.ode_rules", "s2s_runtime")


def definition_unit(function: types.FunctionType) -> Unit:
    """The lines of a `def`; an indented one is put under `if True:` so that its columns stay what they are."""
    lines, first = _find(function)
    block = inspect.getblock(lines[first:])
    text = "".join(block)
    file = function.__code__.co_filename
    all_lines = shared(file, lines)
    if text[:1].isspace():
        return Unit("if True:\n" + text, file, first, all_lines, wrapped=True)
    return Unit(text, file, first + 1, all_lines, placed=not is_rule(function))


def shared(file: str, lines: list[str]) -> tuple[str, ...]:
    """The lines of a file without their ends, the same ones for all its functions."""
    found, stripped = _lines.get(file, (None, ()))
    if found is not lines:  # read anew, mostly with the same text
        now = tuple([line.rstrip("\n") for line in lines])
        stripped = stripped if stripped == now else now
        _lines[file] = lines, stripped
    return stripped


_lines: dict[str, tuple[list[str], tuple[str, ...]]] = {}


def _find(function: types.FunctionType) -> tuple[list[str], int]:
    try:
        return inspect.findsource(function)
    except (OSError, TypeError) as error:
        name = getattr(function, "__qualname__", repr(function))
        code = function.__code__
        raise SourceNotFound(
            f"the source of {name} is not to be had",
            hint=NO_SOURCE_HINT,
            file=code.co_filename,
            line=code.co_firstlineno,
        ) from error


def lambda_unit(function: types.FunctionType) -> tuple[Unit, ast.Lambda]:
    """The text of a lambda, found by the positions of its code, so that several on one line are told apart."""
    lines, _ = _find(function)
    text = "".join(lines)
    file = function.__code__.co_filename
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise SourceNotFound(f"{file} does not parse any more", hint="reload the module", file=file, line=1) from error
    node = _innermost_lambda(tree, function.__code__)
    if node is None:
        raise SourceNotFound(
            "the source of this lambda is not to be had",
            hint=NO_SOURCE_HINT,
            file=file,
            line=function.__code__.co_firstlineno,
        )
    segment = ast.get_source_segment(text, node) or ""
    unit = Unit(f"({segment})", file, node.lineno, tuple(line.rstrip("\n") for line in lines))
    return unit, node


def _innermost_lambda(tree: ast.AST, code: types.CodeType) -> ast.Lambda | None:
    """The lambda with this code: the innermost that covers all its positions, and has its parameters."""
    spans = [p for p in code.co_positions() if p[0] and p[1] and p[2] is not None and p[3] and not p[2] == p[3] == 0]
    if not spans:
        return None
    low = min((p[0] or 0, p[2] or 0) for p in spans)
    high = max((p[1] or 0, p[3] or 0) for p in spans)
    best: ast.Lambda | None = None
    for node in ast.walk(tree):
        if not isinstance(node, ast.Lambda) or (node.lineno, _column(node)) > low:
            continue
        covers = (node.end_lineno or 0, node.end_col_offset or 0) >= high and _parameters(node) == _names(code)
        if covers and (best is None or (node.lineno, node.col_offset) > (best.lineno, best.col_offset)):
            best = node
    return best


def _column(node: ast.Lambda) -> int:
    return node.col_offset


def _parameters(node: ast.Lambda) -> tuple[str, ...]:
    args = node.args
    stars = [arg for arg in (args.vararg, args.kwarg) if arg]
    return tuple(arg.arg for arg in (*args.posonlyargs, *args.args, *args.kwonlyargs, *stars))


def _names(code: types.CodeType) -> tuple[str, ...]:
    stars = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + stars]
