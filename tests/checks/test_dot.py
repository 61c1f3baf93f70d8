"""`check="dot"`: rules that are wrong in one mode, planted in programs of every kind, and the statement that is named for it."""

from __future__ import annotations

import inspect
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from s2s import (
    NotAdjoint,
    NotChecked,
    differentiable,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
)
from s2s.errors import S2SError
from s2s.rules.declare import RULES, custom
from s2s.testing.compare import compare_bits

X = np.array([1.0, 2.0, 3.0])


def twice(x):
    """A user's function, whose adjoint has the wrong sign."""
    return x * 2.0


@pytest.fixture
def planted(monkeypatch):
    """Wrong rules: of a user's function, of a linear one of NumPy's, and of a product."""
    rules = dict(RULES.rules)
    monkeypatch.setattr(RULES, "rules", rules)
    custom(twice, jvp=lambda x_dot, x: 2.0 * x_dot)(lambda g, x: -2.0 * g)
    (found,) = [rule for rule in RULES.of(np.cumsum) if rule.kind == "linear"][:1]
    rules[np.cumsum] = [replace(found, body=lambda g, a, axis=None, dtype=None: np.cumsum(g))]
    yield
    RULES.version += 1


# -------------------------------------------------------------------------------------------------- programs, one by kind
def straight(x):
    a = np.sin(x)
    b = twice(a) * a  # here
    return np.sum(b)


def in_a_loop(x):
    s = 0.0
    for i in range(len(x)):
        s = s + x[i] ** 2
        if i > 0:
            s = s * twice(x[i])  # here
    return s


def in_a_branch(x):
    if x[0] > 0.0:
        y = x * twice(x)  # here
    else:
        y = x
    return np.sum(y**2)


def squashed(a):
    b = np.cos(a)
    return b + twice(a)  # here


def in_a_function_that_is_called_twice(x):
    y = squashed(x)
    return np.sum(y * squashed(x**2))


def into_an_array(x):
    a = np.zeros(4)
    a[1:] = np.cos(x)
    a[0] = a[1] * a[2]
    a[1] += twice(a[3])  # here
    a[2] *= 3.0
    return np.sum(a**2)


def while_it_lasts(x):
    n = 0
    while n < 3:
        y = x + np.sin(x)
        x = twice(y)  # here
        n += 1
    return np.sum(x)


def with_an_early_exit(x):
    s = 0.0
    for v in x:
        if v > 2.5:
            break
        s += np.sin(v) * twice(v)  # here
    return s


def in_a_list(x):
    rows = []
    for i in range(3):
        rows.append(np.sin(x) * i)
        rows.append(twice(x * i))  # here
    return np.sum(np.array(rows) ** 2)


def by_a_function_that_calls_itself(x):
    def down(v, n):
        if n == 0:
            return v
        return np.sin(down(v, n - 1)) + twice(v)  # here

    return np.sum(down(x, int(x[2])))


def in_a_context(x):
    with np.errstate(all="ignore"):
        y = np.log(x)
        z = y * twice(y)  # here
    return np.sum(z)


def behind_a_try(x):
    try:
        y = np.linalg.inv(np.outer(x, x) + np.eye(3))
        z = twice(y)  # here
    except np.linalg.LinAlgError:
        z = x
    return np.sum(z)


def a_sum_that_goes_on(x):
    y = x**2
    z = np.cumsum(y)  # here
    return np.sum(np.sin(z))


PROGRAMS = [
    straight, in_a_loop, in_a_branch, in_a_function_that_is_called_twice, into_an_array, while_it_lasts, with_an_early_exit, in_a_list,
    by_a_function_that_calls_itself, in_a_context, behind_a_try, a_sum_that_goes_on,
]  # fmt: skip


def marked(function: Any) -> int:
    """The line of a function, or of the one that it calls, that has a mark."""
    for one in (function, squashed):
        lines, first = inspect.getsourcelines(one)
        for number, line in enumerate(lines, first):
            if "# here" in line:
                return number
    raise AssertionError


CALLS = {
    "grad": lambda f, **options: grad(f, **options)(X),
    "value_and_grad": lambda f, **options: value_and_grad(f, **options)(X),
    "vjp": lambda f, **options: vjp(f, X, cotangent=1.0, **options),
    "jvp": lambda f, **options: jvp(f, (X,), (np.ones(3),), **options),
    "linearize": lambda f, **options: linearize(f, X, **options)[1](np.ones(3)),
    "jacrev": lambda f, **options: jacrev(f, **options)(X),
    "jacfwd": lambda f, **options: jacfwd(f, **options)(X),
}


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("function", PROGRAMS)
def test_the_statement_is_named(function):
    with pytest.raises(NotAdjoint) as caught:
        grad(function, check="dot", jit=False)(X)
    error = caught.value
    assert error.line == marked(function)
    assert error.file == __file__
    assert error.rule in ("twice", "np.cumsum")
    assert error.source[error.column : error.end_column].startswith(error.rule)
    assert not error.dot.agrees
    assert not error.whole.agrees
    assert f"{error.dot.forward:.10g} by the tangent, {error.dot.reverse:.10g} by the adjoint" in str(error)
    assert "^^^" in str(error)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("kind", CALLS)
def test_every_transform_checks(kind):
    with pytest.raises(NotAdjoint) as caught:
        CALLS[kind](in_a_loop, check="dot", jit=False)
    assert caught.value.line == marked(in_a_loop)
    assert caught.value.iteration == (("i", 1),)
    assert "for i = 1" in str(caught.value)
    assert "hint: its rule is <lambda> at " in str(caught.value)


@pytest.mark.usefixtures("planted")
def test_a_decorated_function_checks():
    @differentiable(check="dot")
    def loss(x):
        return np.sum(twice(x) * x)

    with pytest.raises(NotAdjoint):
        loss.grad(X)
    with pytest.raises(NotAdjoint):
        grad(loss)(X)
    assert np.all(np.isfinite(grad(loss, check=False)(X)))


def test_without_a_check_nothing_runs(monkeypatch):
    monkeypatch.setattr("s2s.checking.checked", None)
    gradient = grad(straight)
    assert np.all(np.isfinite(gradient(X)))


@pytest.mark.usefixtures("planted")
def test_where_no_statement_is_to_blame_by_itself_the_program_is_halved():
    """What a sweep makes of right statements: the first one behind which the derivative of all before does not pass."""
    from s2s.checking.locating import Search
    from s2s.optimise import settled_loops
    from s2s.specialise import specialise

    def f(x):
        a = np.sin(x)
        b = a * x
        c = twice(b)
        d = c + a
        return np.sum(d * b)

    specialised, _ = specialise(f, (X,), {})
    search = Search(settled_loops(specialised.function))
    values = {search.program.parameters[0].name: X}
    found = search.prefix(values)
    assert found.stmt.origin.span.line == f.__code__.co_firstlineno + 3
    assert found.stmt is search.run(values).stmt


# --------------------------------------------------------------------------------------------------- derivatives that are right
def model(p, x, *, scale=1.0):
    hidden = np.tanh(p["w"] @ x + p["b"])
    return scale * np.mean(hidden**2)


def smooth(x):
    return np.sum(np.sin(x[:-1]) * x[1:] ** 2)


def with_aux(x):
    y = np.sin(x)
    return np.sum(y), {"y": y, "n": 3}


PARAMETERS = {"w": np.array([[0.1, 0.2], [0.3, -0.4], [1.0, 0.5]]), "b": np.zeros(3), "name": "layer"}


@pytest.mark.parametrize("jit", [False, True])
def test_results_are_the_same_to_the_last_bit(jit):
    def same(got: Any, expected: Any) -> bool:
        return all(check.passed for check in compare_bits("call", "result", got, expected))

    options: Any = {"check": "dot:1", "jit": jit}
    x, z = np.array([0.3, 0.7]), np.array([1.0 + 2.0j, 0.5j])
    assert same(grad(model, **options)(PARAMETERS, x), grad(model, jit=jit)(PARAMETERS, x))
    both = value_and_grad(model, (0, 1), **options)(PARAMETERS, x, scale=2.0)
    assert same(both, value_and_grad(model, (0, 1), jit=jit)(PARAMETERS, x, scale=2.0))
    assert same(grad(with_aux, has_aux=True, **options)(X), grad(with_aux, has_aux=True, jit=jit)(X))
    assert same(grad(lambda z: np.sum(np.abs(z) ** 2), **options)(z), grad(lambda z: np.sum(np.abs(z) ** 2), jit=jit)(z))
    for call in CALLS.values():
        assert same(call(smooth, check="dot", jit=jit), call(smooth, jit=jit))


def test_second_derivatives_are_checked_too():
    f = with_an_early_exit
    assert np.array_equal(hessian(f, check="dot", jit=False)(X), hessian(f, jit=False)(X))
    assert np.array_equal(grad(lambda x: np.sum(grad(f)(x) ** 2), check="dot")(X), grad(lambda x: np.sum(grad(f)(x) ** 2))(X))
    assert np.array_equal(hvp(f, (X,), (X,), check="dot"), hvp(f, (X,), (X,)))


def test_ill_conditioned_systems_are_no_fault():
    def solved(a, b):
        return np.sum(np.linalg.solve(a, b) ** 2)

    hilbert = 1.0 / (1.0 + np.add.outer(np.arange(9), np.arange(9)))
    assert np.all(np.isfinite(grad(solved, check="dot")(hilbert, np.ones(9))))


# -------------------------------------------------------------------------------------------------------------------- how often
def counting(monkeypatch: Any) -> list[int]:
    """The numbers of the calls that are checked."""
    from s2s.checking import held

    seen: list[int] = []
    whole = held.Held.__init__

    def noted(self, program, callee, call, given, number):
        seen.append(number)
        whole(self, program, callee, call, given, number)

    monkeypatch.setattr(held.Held, "__init__", noted)
    return seen


@pytest.mark.parametrize(
    ("option", "expected"), [("dot", [0]), ("dot:3", [0, 3, 6]), (("dot", 4), [0, 4]), ("dot:1", [0, 1, 2, 3, 4, 5, 6])]
)
def test_one_call_in_so_many(monkeypatch, option, expected):
    seen = counting(monkeypatch)

    def loss(x):
        return np.sum(x * x)

    gradient = grad(loss, check=option)
    for _ in range(7):
        gradient(X)
    assert seen == expected
    gradient(np.ones((2, 2)))  # arguments of another kind have another derivative
    assert seen == [*expected, 0]


@pytest.mark.parametrize("value", ["dots", "dot:0", "dot:-1", "dot:x", True, 3, ("dot", 0), ("dot",), ("dot", 1.5)])
def test_what_the_option_may_be(value):
    with pytest.raises(S2SError, match='it may be "dot", "dot:n" for one call in n'):
        grad(straight, check=value)


# ------------------------------------------------------------------------------------------------------------ what is only said
def test_what_is_not_finite_is_said_and_is_no_failure():
    def f(x):
        return np.sum(np.sqrt(x))

    said = r'check="dot" of f: it is not finite here, so nothing was compared: -?inf by the tangent'
    with np.errstate(divide="ignore"), pytest.warns(NotChecked, match=said):
        assert grad(f, check="dot")(np.array([0.0, 1.0]))[0] == np.inf


def test_programs_that_draw_numbers_are_not_compared():
    rng = np.random.default_rng(0)

    def f(x):
        return np.sum(x * rng.normal(size=3))

    with pytest.warns(NotChecked, match="it draws random numbers"):
        grad(f, check="dot")(X)


def test_nothing_is_printed_twice(capsys):
    def f(x):
        print("running")
        return np.sum(x * x)

    value_and_grad(f, check="dot")(X)
    assert capsys.readouterr().out == "running\n"


def test_no_warnings_of_what_is_run_again():
    def f(x):
        return np.sum(np.where(x > 1.5, np.log(x - 1.5), 0.0))

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        grad(f, check="dot")(X)


def test_compiled_code_does_not_call_it():
    numba = pytest.importorskip("numba")
    gradient = grad(smooth, check="dot")

    @numba.njit
    def stepped(x):
        return x - 0.1 * gradient(x)

    with pytest.raises(Exception, match="a derivative with a check cannot be called from compiled code"):
        stepped(X)
