"""`check_nan=True`: the first statement that made a NaN or an infinity is named, with its line, its iteration, its rule."""

from __future__ import annotations

import inspect
import re
import threading
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest

import s2s
from s2s import NotFinite, differentiable, grad, hessian, hvp, jacfwd, jacrev, jvp, linearize, value_and_grad, vjp

pytestmark = [pytest.mark.core, pytest.mark.filterwarnings("ignore::RuntimeWarning")]


def told(call) -> NotFinite:
    with pytest.raises(NotFinite) as caught:
        call()
    return caught.value


def line_of(function, text: str) -> int:
    """The line of the only statement of a function with this text in it."""
    lines, first = inspect.getsourcelines(inspect.unwrap(function))
    (number,) = [first + k for k, line in enumerate(lines) if text in line]
    return number


def marked(error: NotFinite) -> str:
    """What the marks of a message stand under."""
    _, text, marks = str(error).splitlines()
    return "".join(c for c, mark in zip(text, marks.ljust(len(text)), strict=True) if mark == "^")


# ------------------------------------------------------------------------------------------------- the statement at fault
def logs(x, w):
    s = 0.0
    for i in range(len(x)):
        s += np.log(x[i]) * w[i]
    return s


X, ONES = np.array([1.0, 2.0, 3.0, 0.0, 5.0]), np.ones(5)


def test_log_at_zero_in_a_loop_at_iteration_three():
    error = told(lambda: grad(logs, check_nan=True)(X, ONES))
    assert (error.part, error.rule, error.operation, error.value) == ("adjoint", "np.log", "/", np.inf)
    assert error.iteration == (("i", 3),)
    assert error.file == __file__
    assert error.line == line_of(logs, "np.log")
    assert marked(error) == "np.log(x[i])"
    assert re.search(r"test_check_nan.py:\d+:14: the adjoint of np.log has made inf, for i = 3, of finite numbers", str(error))


def test_log_at_zero_in_forward_mode():
    error = told(lambda: jvp(lambda x: logs(x, ONES), (X,), (ONES,), check_nan=True))
    assert (error.part, error.rule, error.iteration) == ("tangent", "np.log", (("i", 3),))


def test_the_program_itself_made_it_where_the_derivative_reads_that():
    error = told(lambda: vjp(logs, X, ONES, cotangent=1.0, check_nan=True))
    assert (error.part, error.operation, error.value, error.iteration) == ("primal", "np.log", -np.inf, (("i", 3),))
    assert "in the program itself; the adjoint of * in line" in error.reason


def rooted(x):
    y = x * 2.0
    return np.sum(np.sqrt(y) + y)


def test_the_derivative_of_sqrt_at_zero_is_infinite():
    error = told(lambda: grad(rooted, check_nan=True)(np.array([[1.0, 2.0], [0.0, 3.0]])))
    assert (error.part, error.rule, error.entry) == ("adjoint", "np.sqrt", (1, 0))
    assert marked(error) == "np.sqrt(y)"
    assert " at [1, 0]" in error.reason


def overflowing(x, n):
    y = x
    for t in range(n):
        y = np.exp(y) * 2.0
    return y / (1.0 + y)


def test_overflow_of_exp_in_the_program():
    error = told(lambda: grad(overflowing, check_nan=True)(0.5, 10))
    assert (error.part, error.operation, error.iteration) == ("primal", "np.exp", (("t", 3),))
    assert error.line == line_of(overflowing, "np.exp(y)")
    assert "the adjoint of / in line" in error.reason


def steep(x):
    y = np.exp(x)
    for _ in range(3):
        y = y * 1e-120
    return 1e120 * (y * 1e120) * 1e120 * 1e120


def test_overflow_in_an_adjoint_where_all_of_the_program_is_finite():
    assert np.isfinite(steep(10.0))
    error = told(lambda: grad(steep, check_nan=True)(10.0))
    assert (error.part, error.rule) == ("adjoint", "*")


def test_nan_in_an_argument():
    x = X + 1.0
    x[2] = np.nan
    error = told(lambda: grad(logs, check_nan=True)(x, ONES))
    assert (error.part, error.rule, error.entry) == ("argument", "x", (2,))
    assert error.line == line_of(logs, "def logs")
    assert "x, which was given, holds NaN at [2]; the adjoint of np.log in line" in error.reason
    assert "for i = 2" in error.reason


def test_nan_in_a_cotangent_and_an_infinity_in_a_tangent():
    pullback = vjp(logs, X + 1.0, ONES, check_nan=True)[1]
    assert told(lambda: pullback(np.nan)).rule == "logs_bar"
    pullback(1.0)
    error = told(lambda: jvp(logs, (X + 1.0, ONES), (X * np.inf, ONES), check_nan=True))
    assert (error.part, error.rule) == ("argument", "x_dot")


class Scale(NamedTuple):
    factor: float
    shifts: list


@dataclass
class Layer:
    weight: np.ndarray
    scale: Scale


def layered(layer, x):
    return np.sum(layer.weight * x ** layer.scale.factor + layer.scale.shifts[1])


def test_nan_deep_in_an_argument():
    layer = Layer(np.array([1.0, np.inf]), Scale(2.0, [0.0, 1.0]))
    assert told(lambda: grad(layered, 1, check_nan=True)(layer, np.ones(2))).rule == "layer.weight"
    layer = Layer(np.ones(2), Scale(np.nan, [0.0, 1.0]))
    assert told(lambda: grad(layered, check_nan=True)(layer, X[1:3])).rule == "layer.scale.factor"


# ------------------------------------------------------------------------------------------------------------ constructs
def logarithm(v):
    return np.log(v) * 2.0


def over_rows(x):
    def inner(v):
        return logarithm(v) + 1.0

    total = 0.0
    for row in range(x.shape[0]):
        for column in range(x.shape[1]):
            total += inner(x[row, column])
    return total


def test_nested_functions_and_nested_loops():
    x = np.ones((3, 4))
    x[1, 2] = 0.0
    for call in (lambda: grad(over_rows, check_nan=True)(x), lambda: jvp(over_rows, (x,), (x + 1.0,), check_nan=True)):
        error = told(call)
        assert (error.rule, error.iteration) == ("np.log", (("row", 1), ("column", 2)))
        assert error.line == line_of(logarithm, "np.log")


def halved(x):
    y, steps = x, 0.0
    while y > 1e-3:
        y = y * 0.5 - 0.25
        steps = steps + np.sqrt(y)
    return steps


def test_a_while_loop_counts_its_iterations_from_zero():
    error = told(lambda: grad(halved, check_nan=True)(3.5))  # 1.5, 0.5, 0.0
    assert (error.rule, error.iteration) == ("np.sqrt", (("iteration", 2),))
    error = told(lambda: jvp(halved, (3.5,), (1.0,), check_nan=True))
    assert (error.rule, error.iteration) == ("np.sqrt", (("iteration", 2),))


def downwards(x):
    s = 1.0
    for i in range(10, 0, -2):
        s = np.sin(s) + np.log(x[i])
    return s


def by_steps(x):
    s = 0.0
    for i in range(10, 0, -2):
        s = s * 0.5 + np.log(x[i])
    return s


def until_large(x):
    s = 1.0
    for i in range(2, len(x)):
        s = np.sin(s) + np.sqrt(x[i])
        if s > 6.0:
            break
    return s


def over_items(x):
    s = 0.0
    for k in x:
        s += np.sqrt(k)
    return s


def counted_from_one(x):
    s = 0.0
    for k, v in enumerate(x, 1):
        s += np.sqrt(v) * k
    return s


def listed(x):
    return np.sum(np.array([np.sqrt(x[row]) for row in range(2, len(x))]))


@pytest.mark.parametrize(
    ("function", "forwards", "backwards"),
    [(downwards, ("i", 6), ("i", 6)), (by_steps, ("i", 6), ("i", 6)), (until_large, ("i", 6), ("iteration", 4)),
     (over_items, ("iteration", 6), ("iteration", 6)), (counted_from_one, ("iteration", 6), ("iteration", 6)),
     (listed, ("row", 6), ("row", 6))],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_the_iteration_is_the_users_index_or_the_number_of_the_iteration(function, forwards, backwards):
    x = np.ones(12)
    x[6] = 0.0
    assert told(lambda: grad(function, check_nan=True)(x)).iteration == (backwards,)
    assert told(lambda: jvp(function, (x,), (x + 1.0,), check_nan=True)).iteration == (forwards,)


def network(layers, x):
    for weight in layers:
        x = np.sqrt(weight @ x)
    return np.sum(x)


def test_a_loop_that_is_written_out_is_counted_too():
    layers = [np.eye(2), np.eye(2), np.array([[1.0, 0.0], [1.0, -1.0]])]
    error = told(lambda: grad(network, check_nan=True)(layers, np.ones(2)))
    assert (error.rule, error.iteration, error.entry) == ("np.sqrt", (("iteration", 2),), (1,))


def recursive(n, x):
    if n <= 0:
        return np.sqrt(x)
    return recursive(n - 1, x - 1.0) * 2.0


def many(x, depths):
    s = 0.0
    for k in range(len(depths)):
        s += recursive(depths[k], x)
    return s


def test_a_function_that_calls_itself():
    depths = np.array([1, 2, 3, 2])
    assert told(lambda: grad(many, check_nan=True)(3.0, depths)).iteration == (("k", 2),)
    error = told(lambda: jvp(many, (3.0, depths), (1.0, None), check_nan=True))
    assert (error.part, error.rule, error.iteration) == ("tangent", "np.sqrt", (("k", 2),))
    assert error.line == line_of(recursive, "np.sqrt")


def tried(x):
    try:
        if x < 0.0:
            raise ValueError("negative")
        y = np.sqrt(x)
    except ValueError:
        y = 3.0 * x
    return y


def test_try():
    assert told(lambda: grad(tried, check_nan=True)(0.0)).rule == "np.sqrt"
    assert grad(tried, check_nan=True)(-1.0) == 3.0


def collected(x):
    ys = []
    for i in range(len(x)):
        ys.append(np.exp(x[i]))
    table = {"sum": 0.0}
    for i in range(len(ys)):
        table["sum"] += ys[i] * ys[i]
    return table["sum"]


def test_lists_and_dicts_keep_apart_what_is_in_them():
    error = told(lambda: grad(collected, check_nan=True)(np.array([1.0, 800.0, 2.0, 400.0])))
    assert (error.part, error.operation, error.iteration) == ("primal", "np.exp", (("i", 1),))


def stored(x):
    a = np.zeros((2, len(x)))
    for i in range(len(x)):
        a[1, i] = np.exp(x[i])
    b = a.T
    b[0, 1] = 1.0
    return np.sum(1.0 / a[1])


def test_what_was_overwritten_is_no_cause():
    x = np.array([900.0, 1.0, 800.0, 2.0])
    error = told(lambda: grad(stored, check_nan=True)(x))
    assert (error.part, error.iteration) == ("primal", (("i", 0),))
    x[0] = 0.0
    assert told(lambda: grad(stored, check_nan=True)(x)).iteration == (("i", 2),)


def overwritten(x):
    a = np.zeros(len(x))
    for i in range(len(x)):
        a[i] = x[i] / (i - 1.0)
    a[1] = x[0]
    return np.sum(a)


def test_an_infinity_that_is_overwritten_is_none_of_the_derivatives():
    np.testing.assert_allclose(grad(lambda x: np.sum(x[1:]) + x[0] * 0.0, check_nan=True)(ONES), [0, 1, 1, 1, 1])
    with np.errstate(all="ignore"):
        expected = grad(overwritten)(ONES)
    if np.all(np.isfinite(expected)):
        np.testing.assert_array_equal(grad(overwritten, check_nan=True)(ONES), expected)


def masked(x):
    return np.sum(np.where(x > 0.0, np.log(x), 0.0))


def infinite_start(x):
    best = -np.inf
    for i in range(len(x)):
        best = max(best, x[i])
    return best + np.sum(np.exp(np.full(len(x), -np.inf) + x))


def test_what_does_not_reach_the_derivative_is_no_error():
    np.testing.assert_allclose(grad(masked, check_nan=True)(X), [1.0, 1 / 2, 1 / 3, 0.0, 1 / 5])
    np.testing.assert_allclose(grad(infinite_start, check_nan=True)(X), [0.0, 0.0, 0.0, 0.0, 1.0])


def chosen_constant(x):
    return np.sum(np.where(x > 0.0, np.log(x), -np.inf) * x)


def test_a_constant_of_the_program():
    error = told(lambda: grad(chosen_constant, check_nan=True)(X))
    assert error.part == "constant"
    assert error.value == -np.inf
    assert error.line == line_of(chosen_constant, "np.where")


def repeated(x):
    y = x
    for _ in s2s.checkpointed(range(20), slots=3):
        y = np.exp(y) * 0.9
    return y


def sections(x):
    @s2s.checkpoint
    def section(v):
        return np.sqrt(v) + v

    return section(x * 2.0)


def test_what_is_run_again_in_the_reverse_sweep():
    error = told(lambda: grad(repeated, check_nan=True)(1.0))
    assert (error.part, error.operation, error.iteration) == ("primal", "np.exp", (("iteration", 3),))
    assert told(lambda: grad(sections, check_nan=True)(0.0)).rule == "np.sqrt"


def added_up(x):
    y = np.zeros(3)
    for i in range(len(x)):
        y[i % 3] += np.exp(x[i])
    return np.sum(y * y)


def test_a_sum_of_finite_numbers_in_an_array_overflows():
    error = told(lambda: grad(added_up, check_nan=True)(np.array([1.0, 709.0, 2.0, 3.0, 709.5, 5.0])))
    assert (error.part, error.iteration) == ("primal", (("i", 4),))
    assert error.line == line_of(added_up, "+=")


def test_float32_and_complex_numbers():
    error = told(lambda: grad(lambda x: np.sum(np.exp(x)), check_nan=True)(np.array([1.0, 100.0], np.float32)))
    assert (error.part, error.entry) == ("primal", (1,))
    assert told(lambda: grad(lambda x: np.abs(np.log(x * 1j)), check_nan=True)(0.0)).rule == "np.log"


# --------------------------------------------------------------------------------------------- orders, modes, transforms
def powers(x):
    return np.sum(x**1.5)


def test_second_order():
    x = np.array([1.0, 0.0])
    np.testing.assert_allclose(grad(powers, check_nan=True)(x), [1.5, 0.0])
    for call in (
        lambda: hessian(powers, check_nan=True)(x),
        lambda: hvp(powers, (x,), (x + 1.0,), check_nan=True),
        lambda: grad(lambda v: np.sum(grad(powers)(v)), check_nan=True)(x),
        lambda: jacrev(grad(powers), check_nan=True)(x),
    ):
        error = told(call)
        assert error.rule == "**"
        assert "the second derivative of **" in error.reason
        assert marked(error) == "x**1.5"


def vectors(x):
    return np.sqrt(x) * x


@pytest.mark.parametrize(
    "call",
    [
        lambda x: jacfwd(vectors, check_nan=True)(x),
        lambda x: jacrev(vectors, check_nan=True)(x),
        lambda x: jvp(vectors, (x,), (x,), check_nan=True),
        lambda x: vjp(vectors, x, cotangent=x, check_nan=True),
        lambda x: vjp(vectors, x, check_nan=True)[1](x),
        lambda x: linearize(vectors, x, check_nan=True)[1](x),
        lambda x: value_and_grad(lambda x: np.sum(vectors(x)), check_nan=True)(x),
        lambda x: differentiable(vectors, check_nan=True).vjp(x)[1](x),
        lambda x: differentiable(vectors, check_nan=True).jvp((x,), (x,)),
        lambda x: differentiable(check_nan=True)(lambda x: np.sum(vectors(x))).grad(x),
        lambda x: grad(differentiable(lambda x: np.sum(vectors(x)), check_nan=True))(x),
        lambda x: jacfwd(grad(differentiable(lambda x: np.sum(vectors(x)), check_nan=True)))(x),
        lambda x: grad(lambda x: (np.sum(vectors(x)), np.inf * x), has_aux=True, check_nan=True)(x),
        lambda x: grad(lambda x: np.sum(vectors(x)), jit=True, check_nan=True)(x),
        lambda x: grad(lambda x: np.sum(vectors(x)), jit="auto", check_nan=True)(x),
    ],
)
def test_all_transforms_take_it(call):
    assert told(lambda: call(np.array([1.0, 0.0]))).rule in ("np.sqrt", "*")
    call(np.array([1.0, 2.0]))


def test_what_the_call_says_counts_before_what_the_decorator_says():
    watched = differentiable(rooted, check_nan=True)
    assert np.isinf(grad(watched, check_nan=False)(np.zeros(1)))
    assert told(lambda: grad(watched)(np.zeros(1))).rule == "np.sqrt"


def test_inside_a_program_the_derivative_around_it_decides():
    assert np.isnan(grad(lambda x: grad(lambda y: np.sqrt(y), check_nan=True)(x) * 0.0)(0.0))
    assert told(lambda: grad(lambda x: grad(lambda y: np.sqrt(y))(x), check_nan=True)(0.0)).rule == "np.sqrt"
    with pytest.raises(s2s.S2SError, match="check_nan is 2: it may be True or False"):
        grad(lambda x: grad(lambda y: np.sqrt(y), check_nan=2)(x))(0.0)


def test_numbers_are_the_same_as_without():
    x = np.linspace(0.5, 2.0, 5)
    for function in (logs, added_up, collected, stored):
        args = (x, ONES) if function is logs else (x,)
        np.testing.assert_array_equal(grad(function, check_nan=True)(*args), grad(function)(*args))


def test_a_pullback_is_used_many_times_and_by_threads():
    pullback = vjp(vectors, np.array([1.0, 0.0]), check_nan=True)[1]
    found = []

    def use(cotangent):
        for _ in range(50):
            try:
                pullback(cotangent)
            except NotFinite as error:
                found.append(error.rule)

    threads = [threading.Thread(target=use, args=(np.array([1.0, seed]),)) for seed in (1.0, np.nan)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(found)) == ["np.sqrt", "vectors_bar"]
    assert len(found) == 100


def solved(a, b):
    return np.sum(np.linalg.svd(a * np.log(b), full_matrices=False)[1])


def test_another_error_is_told_what_was_before_it():
    with pytest.raises(np.linalg.LinAlgError) as caught:
        grad(solved, check_nan=True)(np.eye(2), np.array([1.0, 0.0]))
    (note,) = caught.value.__notes__
    assert note.startswith("check_nan: before this, ")
    assert "np.log has made -inf at [1]" in note


def test_it_is_shown():
    text = grad(logs).source(X, ONES, check_nan=True)
    assert "from s2s_runtime.watching import" in text
    assert "seen(watch, " in text
    assert "watch" not in grad(logs, check_nan=True).source(X, ONES)
    assert "NumPy code that watches itself (check_nan=True)" in grad(logs, check_nan=True, jit="auto").explain(X, ONES)


def test_words_that_are_no_option_are_refused():
    with pytest.raises(s2s.S2SError, match="check_nan is 'yes': it may be True or False"):
        grad(logs, check_nan="yes")
    with pytest.raises(TypeError, match="no keyword argument 'checknan' here: did you mean check_nan"):
        grad(logs, checknan=True)
    with pytest.raises(s2s.S2SError, match="check_nan is 1"):
        vjp(logs, X, ONES, check_nan=1)


def logged(x):
    y = x * 2.0
    s = 0.0
    for k in range(3):
        s = s + np.log(y) * (k + 1.0)
    return s + y**0.5


def test_where_the_derivative_divides_pythons_numbers_by_zero():
    with pytest.raises(ZeroDivisionError):
        grad(logged)(0.0)
    for call in (lambda: grad(logged, check_nan=True)(0.0), lambda: jvp(logged, (0.0,), (1.0,), check_nan=True)):
        error = told(call)
        assert error.part in ("adjoint", "tangent")
        assert error.rule in ("np.log", "**")
        assert error.value == np.inf
    error = told(lambda: jvp(logged, (0.0,), (1.0,), check_nan=True))
    assert (error.rule, error.iteration) == ("np.log", (("k", 0),))
    assert told(lambda: grad(lambda x: x**0.5, check_nan=True)(0.0)).rule == "**"
    with pytest.raises(ZeroDivisionError):  # so does the program
        grad(lambda x: 1.0 / x, check_nan=True)(0.0)


class Grown:
    def __init__(self, rate):
        self.rate = rate

    def __call__(self, x):
        u = x
        for _ in range(3):
            u = u * (self.rate + u)
        return np.sum(u)


def test_nan_in_an_object_that_the_function_belongs_to():
    error = told(lambda: grad(Grown(np.array([1.0, np.nan])), check_nan=True)(np.ones(2)))
    assert (error.part, error.rule, error.entry) == ("argument", "self.rate", (1,))


TABLE = np.array([1.0, np.inf])


def test_nan_in_a_global_array():
    error = told(lambda: grad(lambda x: np.sum(x * TABLE), check_nan=True)(np.ones(2)))
    assert (error.part, error.rule, error.entry) == ("argument", "TABLE", (1,))


def entropy(x):
    p = np.exp(x - np.max(x))
    p = p / np.sum(p)
    return -np.sum(p * np.log(p))


def test_a_mask_of_infinities_is_followed_entry_by_entry():
    mask = np.array([0.0, -np.inf, 0.0])
    np.testing.assert_allclose(grad(lambda x: np.sum(np.exp(x + mask)), check_nan=True)(np.zeros(3)), [1.0, 0.0, 1.0])
    error = told(lambda: grad(lambda x: entropy(x + mask), check_nan=True)(np.zeros(3)))
    assert (error.part, error.operation, error.entry) == ("primal", "np.log", (1,))


def test_an_entry_of_a_jacobian_inside_a_program():
    def program(x):
        return np.sum(jacfwd(lambda v: np.sqrt(v) * v)(x))

    error = told(lambda: grad(program, check_nan=True)(np.array([1.0, 0.0])))
    assert error.iteration[0][0] == "entry"


def picked_twice(x):
    return np.sum(x[[0, 1, 1, 0, 2]] * np.sqrt(x[[1, 1, 2, 2, 2]]))


def test_a_subscript_that_names_an_entry_twice():
    error = told(lambda: grad(picked_twice, check_nan=True)(np.array([1.0, 2.0, 0.0])))
    assert (error.part, error.rule, error.entry) == ("adjoint", "np.sqrt", (2,))
    error = told(lambda: grad(picked_twice, check_nan=True)(np.array([np.nan, 2.0, 1.0])))
    assert (error.part, error.rule) == ("argument", "x")
