"""Programs run four ways, transformed source, a tape, a graph, a session on both backends: one derivative.

`python tape/test_four_ways.py`, from `tests/`, compares all programs of the corpus and of the language that a tape records; the tests take
some, and those that once were not the same.
"""

from __future__ import annotations

import collections
import functools
import inspect
import operator
import warnings

import numpy as np
import pytest

import s2s
from language import oracle
from language.corpus import programs_with
from s2s import Session, eager, graph
from s2s_runtime import kernels, tree
from s2s_runtime.tape import Variable
from s2s_runtime.tape.tape import carries
from tape.test_programs_on_a_tape import PROGRAMS, UNCERTAIN, assert_close

pytestmark = [pytest.mark.core, pytest.mark.filterwarnings("ignore::RuntimeWarning")]

MOST = 400
"""How many calls may be recorded for the source of all of them to be differentiated."""


def name_of(program):
    return program.module.__name__.rpartition(".")[2]


def by_graph(made, args, seed):
    return graph.backprop(made, args(), seed)[1]


def by_session(function, args, seed, backend):
    """A session has one result: the numbers of it, each times its seed, are summed."""
    session = Session(backend)
    given = tree.tree_map(lambda leaf: session.input(leaf, requires_grad=True) if carries(leaf) else leaf, list(args()))
    result = session.run(function, *given)
    total = functools.reduce(lambda a, b: a + b, [measured(one, bar) for _, one, bar in tree.pairs(result, seed) if bar is not None], 0.0)
    found = session.backward(total) if type(total) is Variable else {}  # nothing moves
    return [tree.tree_map(lambda one: bar_of(found, one), one) for one in given]


def bar_of(found, one):
    return None if type(one) is not Variable else found[one] if found else tree.zeros_like(one.value)


def measured(one, bar):
    """The real number whose derivative by `one` is `bar`."""
    return np.sum(np.real(one * np.asarray(bar))) if np.ndim(one) else np.real(one * bar)


def compared(function, args, wrt, certain=1e-12, rng=None):
    """How many ways give the cotangents that the transformer gives."""
    value, pullback = s2s.vjp(function, *args())
    seed = 1.0 if rng is None else oracle.random_tangent(value, rng)
    wanted = [pullback(seed)[k] for k in wrt]
    plain = inspect.unwrap(function, stop=lambda one: not hasattr(type(one), "__s2s_call__"))
    _, pull = eager.vjp(plain, *args())
    made = graph.trace_at(plain, *args())
    ways = [pull(seed), by_graph(made, args, seed), by_session(plain, args, seed, "eager")]
    if len(made.nodes) <= MOST:
        ways.append(by_session(plain, args, seed, "compiled"))
    for found in ways:
        assert_close([found[k] for k in wrt], wanted, certain)
    return 1 + len(ways)


def active(program):
    found = program.active()
    return found if isinstance(found, tuple) else (found,)


@pytest.mark.parametrize("program", PROGRAMS[::9], ids=name_of)
def test_a_program_of_the_corpus(program):
    compared(program.loss, program.args, active(program), UNCERTAIN.get(name_of(program), 1e-12))


# -------------------------------------------------------------------------------------------- what once was not the same
X = np.array([[0.3, 0.8, -1.2], [0.5, -0.1, 0.7]])
V = np.array([0.0, 0.25, 4.0])


def it_writes_into_its_argument(x):
    x *= x
    return np.sum(x * x)


def it_stores_through_a_view_of_a_view(x):
    a = x * 2.0
    a[1][::2] = 5.0
    a.T[0] += x[0, 0]
    return np.sum(a * x)


def it_adds_where_it_found(x):
    total = np.zeros(3)
    place = np.argsort(x[0])
    np.add.at(total, place % 2, x[0])
    np.add.at(total, np.abs(place - 1), x[1])
    return np.sum(total**2)


def it_stores_at_a_list_with_what_it_found(x):
    k = np.argmax(x[0])
    a = x[0] * 1.0
    a[[0, k]] = a[[k, 0]]
    return np.sum(a * x[1])


def it_gathers_with_what_it_found(x):
    order = np.argsort(x[1])
    return np.sum(x[0, order] * x[1]) + np.sum(x[x > 0.2] ** 2) + x[0, np.where(x[0] > 0.0)[0]] @ np.ones(2)


def it_chooses_at_a_kink(v):
    return np.sum(np.where(v > 0.0, np.sqrt(v), 0.0))


def it_has_no_end(x):
    best = np.full(3, np.inf)
    return np.sum(np.minimum(best, x[0]))


def it_is_complex(x):
    z = x.astype(complex) * complex(-0.0, 1.0)
    return np.sum(np.abs(z * z + 1.0))


def it_has_none_of_something(x):
    return np.sum(np.concatenate([np.zeros((2, 0)), x], axis=1) ** 2)


FOUND = [(it_chooses_at_a_kink, V)] + [
    (function, X)
    for function in (
        it_writes_into_its_argument, it_stores_through_a_view_of_a_view, it_adds_where_it_found, it_stores_at_a_list_with_what_it_found,
        it_gathers_with_what_it_found, it_has_no_end, it_is_complex, it_has_none_of_something,
    )
]  # fmt: skip


@pytest.mark.parametrize(("function", "x"), FOUND, ids=[function.__name__ for function, _ in FOUND])
def test_what_was_found(function, x):
    assert compared(function, lambda: (x.copy(),), (0,)) == 5


def test_a_graph_that_is_traced_of_what_writes_into_its_argument():
    made = graph.trace(it_writes_into_its_argument, (2, 3))
    np.testing.assert_allclose(graph.backprop(made, (X,))[1][0], 4.0 * X**3, rtol=1e-15)
    np.testing.assert_allclose(s2s.grad(graph.function(made))(X), 4.0 * X**3, rtol=1e-15)


def test_what_is_no_array_has_no_cotangent_and_what_is_constant_a_tangent_of_zero():
    made = graph.trace_at(lambda x, p: (x * p["k"], 3.0, p["k"]), X, {"k": 2, "op": "add"})
    _, bars = graph.backprop(made, (X, {"k": 2, "op": "add"}), (np.ones_like(X), None, None))
    assert bars[0].tolist() == np.full_like(X, 2.0).tolist()
    assert bars[1] == {"k": None, "op": None}
    _, dots = graph.jvp(made, (X, {"k": 2, "op": "add"}), (X, {"k": None, "op": None}))
    assert dots[1:] == (0.0, None)


def test_a_kernel_that_is_called_with_the_way_to_a_view():
    """As a graph's source once did: the way is not lost."""

    def through(x):
        stored = kernels.index_set(x * 2.0, Ellipsis, 5.0, ((operator.getitem, 1), (operator.getitem, slice(None, None, 2))))
        return np.sum(stored * x)

    assert s2s.grad(through)(X).tolist() == [[1.2, 3.2, -4.8], [5.0, -0.4, 5.0]]


# ---------------------------------------------------------------------------------------------------------- all of them
def main() -> None:
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(0)
    jobs = [(name_of(one), one.loss, one.args, active(one), UNCERTAIN.get(name_of(one), 1e-12), None) for one in PROGRAMS]
    for param in programs_with(mode="reverse"):
        (one,) = param.values
        jobs.append((param.id, one.function, one.fresh_args, one.active, 1e-11, rng))
    counts: collections.Counter[str] = collections.Counter()
    for name, *job in jobs:
        try:
            counts[f"{compared(*job)} ways equal"] += 1
        except Exception as error:
            counts[type(error).__name__] += 1
            print(name, type(error).__name__, str(error)[:300], flush=True)
    print(dict(counts))


if __name__ == "__main__":
    main()
