"""Parsed and normalised programs as text: run, they give what the user's function gives, to the last bit.

Every program of the corpus is parsed, unparsed and run in its own surroundings; so are its normalised form and, once
more parsed from the text, the text itself.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import linecache
import random
import textwrap
import types
from collections.abc import Callable
from typing import Any

import pytest

from language import oracle
from language.corpus import Program, all_programs
from s2s.arguments import unbundle
from s2s.normalise import normalise
from s2s.parse import parse_function
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


def as_written() -> list[Any]:
    """The programs but those with a match, which is read as the branches that it stands for."""
    return [param for param in all_programs() if not param.id.startswith("match_statements/")]


@pytest.mark.parametrize("program", as_written())
def test_the_parsed_text_means_what_the_user_wrote(program):
    """Python's own parser finds the same tree in both texts, but for annotations and the form of two expressions."""
    function, _, _ = function_of(program)
    if function.__code__.co_name == "<lambda>":
        pytest.skip("a lambda is shown as a function")
    syntax = parse_function(function.__code__, function)
    assert tree_of(unparse(syntax)) == tree_of(users_text(function))


def users_text(function: types.FunctionType) -> str:
    return textwrap.dedent(inspect.getsource(function.__code__))


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


# ------------------------------------------------------------------------------------------------- texts of our own
EXPRESSIONS = r"""
-x ** 2
(-x) ** 2
(-1) ** x
2 ** -x ** -1
(a ** b) ** c
a - (b - c) - d
a / (b * c) / d
-(-x)
~x & y | z ^ w << 2 >> 1
a @ b @ c
a % b // c
not a and b or c
(a or b) and not (c and d)
a and (b and c)
not (not a)
a < b <= c != d
(a < b) < c
a < (b < c)
a is not b
a not in b
not a in b
(a if b else c) if d else (e if f else g)
a if (b if c else d) else e
(lambda x: x)(1)
lambda: (yes if x else no)
lambda x, /, y, *z, k=1, **w: x
lambda *, k: k
lambda x: lambda y: (x, y)
(lambda: x) if a else (lambda: y)
f(*a, *b, k=1, **c)
f(x for x in y)
f((x for x in y), 1)
f(k=(x for x in y))
[x for x in (a if b else c)]
[x for x in y if (a if b else c) if (lambda: x)]
[(x, y) for x, y in z for (w, *r) in x]
{k: v for k, v in z}
{x for x in y}
{**a, "b": c, **d}
{1, *a}
(*a, b)
()
(a,)
[*a]
a[b]
a[b,]
a[b, c]
a[()]
a[b:c, ::d, ..., None]
a[:, b:c:d]
a[-1:]
a[(b, c), d]
a[lambda x: x]
a[b if c else d:]
a.b.c(d).e[f](g)
(1).real
1.0.real
(-1).real
(-x).y
(a + b).y
x[0] ** y[0] ** z.w
1e999 - -1e999
1j * -2j + 1e-300
1_000 + 0x1F
"a" 'b' "c\n" '"'
b"a\x00"
"\u00e9\t'\""
...
None is True
(n := f(x)) > 3
[y := 1, y ** 2]
f(x, (y := 2))
f"{x}"
f"{x!r:>{w}.{p}}"
f"{{{x}}} '{y}' \"z\" {z:.3f}"
f"{a['k']} {b}"
f"{ {1: 2}[1] } {(lambda: 1)()}"
f"{x:{'>'}{w}}"
f"{x}" "tail {not} a field" f"{y}"
f"line\n{x}\ttab"
f'''{a["k"]} "{b}" it's'''
rf"\n{x}\t"
f"{x=}"
f"{x = :.2f}"
f"\N{BULLET}{x}"
"""

STATEMENTS = r"""
a = b = c, d
(a, b), *c = d
[a, *b] = c
a[i], b.c = b.c, a[i]
x = *a, b
(a,) = b
a.b @= c
a[i] **= -b
a //= b, c
a <<= b
del a, b[c], d.e
raise
raise a
raise a from b
assert a, (b, c)
assert (a, b)[0]
import numpy
import numpy as xp
import numpy.linalg as la
from numpy import sin
from numpy import cos as c
return
return *a, b
a = 1; b = 2
for a, *b in c, d: pass
for x in a if b else c: continue
while (n := a) > b: break
with a: pass
with a as b, c as (d, e): pass
if a: b
x: float = 1.0
global a
pass
yield a
"""


def defined(text: str) -> types.FunctionType:
    """The function `f` that a text defines; its text can be found."""
    whole = f"{text}\n"
    file = f"<written {next(_serial)}>"
    linecache.cache[file] = (len(whole), None, whole.splitlines(keepends=True), file)
    space: dict[str, Any] = {}
    exec(compile(whole, file, "exec"), space)
    return space["f"]


def assert_same_tree(body: str) -> None:
    function = defined(f"def f():\n{textwrap.indent(body, '    ')}")
    text = unparse(parse_function(function.__code__, function))
    assert tree_of(text) == tree_of(users_text(function)), text


@pytest.mark.parametrize("text", EXPRESSIONS.strip().splitlines())
def test_an_expression(text):
    assert_same_tree(f"return {text}")


@pytest.mark.parametrize("text", STATEMENTS.strip().splitlines())
def test_a_statement(text):
    assert_same_tree(text)


# -------------------------------------------------------------------------------------------- random control flow
class Author:
    """Writes functions out of every statement that steers control; `mark` leaves a trace, `flip` decides."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.marks = itertools.count()

    def function(self) -> str:
        return "\n".join(["def f(mark, flip):", *self.block(1, False)])

    def block(self, depth: int, loop: bool) -> list[str]:
        lines = [line for _ in range(self.random.randint(1, 3)) for line in self.statement(depth, loop)]
        return [f"    {line}" for line in lines]

    def statement(self, depth: int, loop: bool) -> list[str]:
        kinds = ["mark", "if", "if"]
        if depth < 5:
            kinds += ["for", "while", "ifelse", "try", "with"]
        if depth > 1:
            kinds += ["return", "raise"] + ["break", "continue"] * 2 * loop
        return getattr(self, f"write_{self.random.choice(kinds)}")(depth + 1, loop)

    def write_mark(self, depth: int, loop: bool) -> list[str]:
        return [f"mark({next(self.marks)})"]

    def write_return(self, depth: int, loop: bool) -> list[str]:
        return [self.random.choice([f"return mark({next(self.marks)})", "return"])]

    def write_raise(self, depth: int, loop: bool) -> list[str]:
        return [f"raise {self.random.choice(['KeyError', 'ValueError'])}({next(self.marks)})"]

    def write_break(self, depth: int, loop: bool) -> list[str]:
        return ["break"]

    def write_continue(self, depth: int, loop: bool) -> list[str]:
        return ["continue"]

    def write_if(self, depth: int, loop: bool) -> list[str]:
        return ["if flip():", *self.block(depth, loop)]

    def write_ifelse(self, depth: int, loop: bool) -> list[str]:
        return [*self.write_if(depth, loop), "else:", *self.block(depth, loop)]

    def otherwise(self, depth: int, loop: bool) -> list[str]:
        return ["else:", *self.block(depth, loop)] if self.random.random() < 0.4 else []

    def write_for(self, depth: int, loop: bool) -> list[str]:
        return [f"for i in range({self.random.randint(0, 3)}):", *self.block(depth, True), *self.otherwise(depth, loop)]

    def write_while(self, depth: int, loop: bool) -> list[str]:
        return ["while flip():", *self.block(depth, True), *self.otherwise(depth, loop)]

    def write_with(self, depth: int, loop: bool) -> list[str]:
        return ["with mark:", *self.block(depth, loop)]

    def write_try(self, depth: int, loop: bool) -> list[str]:
        body, handler = self.block(depth, loop), self.block(depth, loop)
        lines = ["try:", *body, "except KeyError:", *handler, *self.otherwise(depth, loop)]
        return lines  # no `finally`: it is refused


class Mark:
    """Leaves a trace of what ran, in which order."""

    def __init__(self) -> None:
        self.trace: list[Any] = []

    def __call__(self, what: Any) -> Any:
        self.trace.append(what)
        return what

    def __enter__(self) -> None:
        self.trace.append("enter")

    def __exit__(self, *_: object) -> None:
        self.trace.append("exit")


def run(function: Callable[..., Any], bits: int) -> tuple[Any, list[Any]]:
    """What a function gives or raises when its decisions are the bits of a number, and the trace that it leaves."""
    mark, decisions = Mark(), iter(f"{bits:016b}")
    try:
        result = function(mark, lambda: next(decisions, "0") == "1")
    except (KeyError, ValueError) as error:
        result = repr(error)
    return result, mark.trace


@pytest.mark.parametrize("seed", range(200))
def test_normalising_keeps_every_path(seed):
    text = Author(seed).function()
    function = defined(text)
    syntax = parse_function(function.__code__, function)
    for stage in STAGES:
        again = rebuilt(unparse(STAGES[stage](syntax)), function)
        for bits in random.Random(seed).choices(range(2**16), k=100):
            assert run(again, bits) == run(function, bits), f"{text}\n{unparse(STAGES[stage](syntax))}"
