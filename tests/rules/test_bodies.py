"""Rule bodies as programs: straight, pure, and calling only what can be differentiated again."""

from __future__ import annotations

import ast
import builtins
import inspect
import operator
import textwrap
import types
from collections.abc import Iterator

import pytest

from s2s.rules import RULES
from s2s.rules.names import known_names
from s2s_runtime import kernels

known_names()  # rules for SciPy are tested with the others
OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Pow: operator.pow, ast.MatMult: operator.matmul, ast.USub: operator.neg,
    ast.BitAnd: operator.and_, ast.Invert: operator.invert, ast.Eq: operator.eq, ast.Lt: operator.lt,
    ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Mod: operator.mod,
    ast.Is: operator.is_, ast.IsNot: operator.is_not,
}  # fmt: skip
PLAIN = (
    ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.If, ast.IfExp, ast.Expr, ast.Name,
    ast.Attribute,
    ast.Constant, ast.Call, ast.keyword, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.And, ast.Or, ast.Tuple,
    ast.Subscript, ast.Slice, ast.Load, ast.Store, *OPERATORS,
)  # fmt: skip

LAST_OF_THEIR_FAMILY = {
    kernels.einsum_adjoints_slope, kernels.einsum_second, kernels.cofactors_tangent, kernels.norm_gradient_tangent,
    kernels.betainc_twice, kernels.grid_slopes,
}  # fmt: skip
"""Second derivatives of contractions of three and more operands, determinants, norms, incomplete beta functions: a third one is refused; of
interpolation on a grid a second one."""


def syntax_of(body) -> ast.FunctionDef:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(body))).body
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    return definition


def resolve(node: ast.expr, names: dict) -> object:
    if isinstance(node, ast.Name):
        return names.get(node.id, getattr(builtins, node.id, None))
    assert isinstance(node, ast.Attribute), ast.dump(node)
    return getattr(resolve(node.value, names), node.attr)


def applied(body) -> Iterator[object]:
    """Every function that a body applies."""
    for node in ast.walk(syntax_of(body)):
        if isinstance(node, ast.Call):
            yield resolve(node.func, {**body.__globals__, **inspect.getclosurevars(body).nonlocals})
        elif isinstance(node, ast.Subscript):
            yield operator.getitem
        elif type(node) in OPERATORS:
            yield OPERATORS[type(node)]


def is_shared(function: object) -> bool:
    """Whether a function is one that several bodies are written with, inlined as they are."""
    return isinstance(function, types.FunctionType) and function.__module__.startswith("s2s.rules.")


def with_shared(bodies) -> set[types.FunctionType]:
    """Bodies, and what they are written with."""
    found, pending = set(), list(bodies)
    while pending:
        body = pending.pop()
        if body not in found:
            found.add(body)
            pending.extend(filter(is_shared, applied(body)))
    return found


BODIES = with_shared(body for rule in RULES.all() for body in (rule.body, rule.jvp_body) if body is not None)
every_body = pytest.mark.parametrize(
    "body", sorted(BODIES, key=lambda b: (b.__module__, b.__name__)), ids=lambda b: b.__name__
)


@every_body
def test_it_is_plain_syntax(body):
    odd = [type(node).__name__ for node in ast.walk(syntax_of(body)) if not isinstance(node, PLAIN)]
    assert odd == []


@every_body
def test_it_calls_only_what_has_a_rule(body):
    known = {*RULES.rules, *RULES.constants, *LAST_OF_THEIR_FAMILY}
    assert [function for function in applied(body) if function not in known and not is_shared(function)] == []


@every_body
def test_it_writes_to_nothing(body):
    stores = [target for node in ast.walk(syntax_of(body)) if isinstance(node, ast.Assign) for target in node.targets]
    assert all(isinstance(target, (ast.Name, ast.Tuple)) for target in stores)


@every_body
def test_it_branches_on_static_facts_only(body):
    """On whether an argument is None or the flag that it is by default, on a flag, a word or a rank."""
    flags = {
        name
        for name, p in inspect.signature(body).parameters.items()
        if isinstance(p.default, bool) or name == "keepdims"
    }
    for node in ast.walk(syntax_of(body)):
        if isinstance(node, ast.If):
            tests = node.test.values if isinstance(node.test, ast.BoolOp) else [node.test]
            assert all(is_static(test, flags) for test in tests), ast.unparse(node.test)


def is_static(test: ast.expr, flags: set[str]) -> bool:
    if isinstance(test, ast.Name):
        return test.id in flags
    assert isinstance(test, ast.Compare)
    (compared,) = test.comparators
    if isinstance(compared, ast.Constant) and isinstance(compared.value, str):
        return isinstance(test.left, ast.Name)
    if isinstance(test.ops[0], (ast.Is, ast.IsNot)):
        return isinstance(compared, ast.Constant) and compared.value in (None, True)
    of_shape = ("np.ndim(", "np.shape(")
    return ast.unparse(test.left).startswith(of_shape) and ast.unparse(compared).startswith((*of_shape, "len(", "0"))


def test_every_kernel_has_a_rule():
    missing = [
        name
        for name in kernels.__all__
        if not RULES.of(getattr(kernels, name)) and getattr(kernels, name) not in {*RULES.constants, *RULES.refused}
    ]
    assert {getattr(kernels, name) for name in missing} == LAST_OF_THEIR_FAMILY
