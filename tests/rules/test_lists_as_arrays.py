"""Lists and tuples where NumPy takes an array: of numbers that vary, of constants, nested, as an operator's operand."""

from __future__ import annotations

import numpy as np
import pytest

from rules.written import functions_of
from s2s import grad
from s2s.errors import UnsupportedConstruct
from s2s.showing import source_of
from s2s.testing import check_grads
from s2s.transforms import Transform

X = np.random.default_rng(4).uniform(0.2, 0.9, (2, 3))
BINARY = ("add", "subtract", "multiply", "divide", "power", "arctan2", "hypot", "logaddexp", "fmod", "float_power")
UNARY = ("sin", "log", "square", "negative", "tanh", "degrees", "abs")
REDUCING = ("sum", "mean", "prod", "max", "min", "var", "cumsum", "cumprod", "linalg.norm")

EXPRESSIONS = [
    *(f"np.{f}([x[0, 0], x[1, 1]], [x[0, 1], 0.7])" for f in BINARY),
    *(f"np.{f}((1.0, 0.8, 0.6), x)" for f in BINARY),
    *(f"np.{f}([x[0, 0], 0.5, x[0, 1]])" for f in (*UNARY, *REDUCING)),
    "np.sum([x, 2 * x], axis=0)", "np.sum(np.multiply(2, [x[0, 0], x[0, 1]]))", "np.max([row[0] * k for k, row in enumerate(x)])",
    "np.concatenate([[x[0, 0]], x[0]])", "np.concatenate(([0.0], x[0], [x[1, 1], 2.0]))", "np.hstack((x[0], [1.0]))",
    "np.vstack([x, [1.0, 2.0, x[0, 0]]])", "np.column_stack((x[0], [1.0, 2.0, 3.0]))", "np.append(x[0], [x[1, 1], 2.0])",
    "np.stack([[x[0, 0], 1.0], (2.0, x[1, 1])])", "np.meshgrid(x[0], [1.0, x[0, 0]])", "np.where(x > 0.5, x, [1.0, 2.0, x[0, 0]])",
    "x * [1.0, 2.0, 3.0]", "[1.0, 2.0, x[0, 0]] * x", "x + [x[0, 0], 1.0, 2.0]", "[x[0, 0], 1.0, 2.0] - x", "x / (1, 2, 3)",
    "x ** [1, 2, 3]", "x @ [1.0, x[0, 0], 2.0]", "[1.0, x[1, 1]] @ x", "x[0, 0] * x - (x[0, 0], 1.0, 2.0)",
    "np.float64(2.0) + [x[0, 0], 1.0]", "np.dot(x, [x[0, 0], 1.0, 2.0])", "np.outer([1.0, 2.0], x)", "np.clip(x, [0.0, 0.5, x[0, 0]], 1)",
    "np.linalg.solve([[2.0, x[0, 0]], [1.0, 3.0]], x)", "np.linalg.inv([[x[0, 0], 1.0], [2.0, x[0, 1]]])",
    "np.linalg.multi_dot([x, x.T, [1.0, x[0, 0]]])", "np.einsum('ij,j->i', x, [1.0, 2.0, x[0, 0]])", "np.reshape([x[0, 0], 1.0], (2, 1))",
    "np.take([x[0, 0], 1.0, 2.0], [0, 0])", "np.diag([x[0, 0], 1.0])", "np.full(2, [x[0, 0], 1.0])",
    "special.logsumexp([x[0, 0], x[0, 1]])",
    "np.sum(x[0].tolist())", "x[0].tolist()[1] * 2.0", "np.sqrt(sum([v ** 2 for v in x[0]]))",
]  # fmt: skip
FUNCTIONS = functions_of(EXPRESSIONS, "lists_as_arrays")


@pytest.mark.parametrize("function", FUNCTIONS, ids=EXPRESSIONS)
def test_both_modes_up_to_order_2(function):
    check_grads(function, (X,), directions=1)


def test_a_list_that_grows():
    def largest_square(x):
        squares = []
        for value in x:
            if value > 0.3:
                squares.append(value * value)
        return np.max(squares) + np.mean(squares)

    check_grads(largest_square, (np.array([0.1, 0.9, 0.5, 0.4]),))


def test_a_list_that_the_caller_gives():
    def weighted(x, w):
        return np.dot(x, w) + np.linalg.norm(x) * np.sum(np.sin(x) * w)

    check_grads(weighted, ([1.0, 2.0], (0.5, 0.25)))


def weighted_by_a_list(x):
    return np.sum(x * [1.0, 2.0, 3.0])


def test_the_list_of_an_operator_is_written_as_an_array():
    assert "np.array([1.0, 2.0, 3.0])" in source_of(Transform(weighted_by_a_list, None), (np.ones(3),), {})
    assert grad(weighted_by_a_list)(np.zeros(3)).tolist() == [1.0, 2.0, 3.0]


def test_beside_a_value_of_unknown_type_it_is_refused():
    with pytest.raises(UnsupportedConstruct, match="unknown type"):
        source_of(Transform(weighted_by_a_list, None), (), {})
