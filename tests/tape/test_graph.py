"""The typed graph: made, checked, printed, run, differentiated, compiled to a tape and to source."""

from __future__ import annotations

import numpy as np
import pytest

import s2s
from s2s import graph
from s2s.errors import MissingRule, ShapeError, UnsupportedConstruct
from s2s.graph import Builder, Graph, Node, Ref, Spec, spec, trace
from s2s_runtime.tape import TapeError

RNG = np.random.default_rng(5)
W, X = RNG.standard_normal((4, 3)), RNG.standard_normal(3)


def model(w, x):
    h = np.tanh(w @ x)
    u, v = np.split(h, 2)
    for _ in range(2):
        u = u * v
    return np.sum(u) + np.sum(np.where(x[1:] > 0.0, x[1:] ** 2, 0.0))


def test_it_computes_what_the_function_does():
    made = trace(model, (4, 3), (3,))
    assert graph.evaluated(made, W, X) == model(W, X)
    assert graph.function(made)(W, X) == model(W, X)


def test_its_derivatives_are_those_of_the_function():
    made = trace(model, (4, 3), (3,))
    value, bars = graph.backprop(made, (W, X))
    wanted = s2s.grad(model, argnums=(0, 1))(W, X)
    assert value == model(W, X)
    for found, want, through in zip(bars, wanted, s2s.grad(graph.function(made), argnums=(0, 1))(W, X), strict=True):
        np.testing.assert_allclose(found, want, rtol=1e-14)
        np.testing.assert_allclose(through, want, rtol=1e-14)
    directions = RNG.standard_normal((4, 3)), RNG.standard_normal(3)
    np.testing.assert_allclose(graph.jvp(made, (W, X), directions)[1], s2s.jvp(model, (W, X), directions)[1], rtol=1e-14)


def test_it_prints_itself():
    made = trace(lambda w, x: np.sum(np.exp(w @ x[1:]) * -2.0), (2, 2), (3,))
    here = test_it_prints_itself.__code__.co_firstlineno + 1
    assert str(made).splitlines() == [
        "<lambda>:",
        f"  %0   x0: arg           float64[2, 2]  test_graph.py:{here}",
        f"  %1   x1: arg           float64[3]     test_graph.py:{here}",
        f"  %2   t2 = x1[1:]       float64[2]     test_graph.py:{here}",
        f"  %3   t3 = x0 @ t2      float64[2]     test_graph.py:{here}",
        f"  %4   t4 = np.exp(t3)   float64[2]     test_graph.py:{here}",
        f"  %5   t5 = t4 * (-2.0)  float64[2]     test_graph.py:{here}",
        f"  %6   t6 = np.sum(t5)   float64[]      test_graph.py:{here}",
        "  return t6",
    ]


def test_a_drawing():
    text = graph.dot(trace(lambda x: np.sum(x * x), (3,)))
    assert 'n1 [shape=box, label="*\\nfloat64[3]"];' in text
    assert text.count("n0 -> n1;") == 2


def test_a_builder():
    b = Builder()
    w, x = b.arg((2, 3), name="w"), b.arg((3,), np.float32, name="x")
    y = b.op(np.matmul, w, x) + b.const(np.ones(2))
    made = b.graph({"y": y, "w": w})
    assert [node.kind for node in made.nodes] == ["arg", "arg", "op", "const", "op"]
    assert made.nodes[4].spec == spec((2,))
    found = graph.evaluated(made, np.ones((2, 3)), np.ones(3, np.float32))
    np.testing.assert_array_equal(found["y"], [4.0, 4.0])
    np.testing.assert_array_equal(found["w"], np.ones((2, 3)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, complex])
def test_dtypes_are_inferred(dtype):
    made = trace(lambda x: x * 2.0 + 1, spec((3,), dtype))
    assert made.nodes[-1].spec == Spec((3,), dtype)


# ------------------------------------------------------------------------------------- what other compilers refuse: D7
def test_identity_constant_repeated_and_early_results():
    for function, wanted in (
        (lambda x: x, [1.0, 1.0]),
        (lambda x: np.ones(2), [0.0, 0.0]),
        (lambda x: (x, x), [2.0, 2.0]),
        (lambda x: (np.sin(x), x)[1], [1.0, 1.0]),
    ):
        made = trace(function, (2,))
        result = graph.evaluated(made, np.zeros(2))
        seed = tuple(np.ones(2) for _ in result) if isinstance(result, tuple) else np.ones(2)
        np.testing.assert_array_equal(graph.backprop(made, (np.zeros(2),), seed)[1][0], wanted)


def test_it_may_be_used_for_other_numbers_and_again():
    made = trace(lambda x: np.sum(x**3), (2,))
    for x in (np.array([1.0, 2.0]), np.array([-3.0, 0.5])):
        np.testing.assert_array_equal(graph.backprop(made, (x,))[1][0], 3.0 * x**2)


def test_the_cost_is_linear():
    def nodes(n):
        def chain(x):
            for _ in range(n):
                x = np.sin(x) + x
            return x

        return len(trace(chain, ()))

    assert nodes(20) - nodes(10) == 20


# ---------------------------------------------------------------------------------------------------------------- tape
def test_the_tape_has_a_node_for_each_node():
    made = trace(model, (4, 3), (3,))
    tape = graph.compiled(made, W, X)
    values = [node.value for node in tape.record.nodes]
    assert len(tape) == len(made)
    assert all(node.requires_grad for node in tape.record.nodes)
    assert all(parent < number for number, node in enumerate(tape.record.nodes) for parent in node.parents)
    assert values[-1] == model(W, X)


# ------------------------------------------------------------------------------------------------------------- refusals
def test_refusals_name_the_node_and_the_line():
    with pytest.raises(UnsupportedConstruct, match=r"test_graph.py:\d+:\d+: a branch of a value that is not there yet") as caught:
        trace(lambda x: x if x[0] > 0.0 else -x, (3,))
    assert "hint: write np.where" in str(caught.value)
    with pytest.raises(ShapeError, match=r"@ of float64\[3\], float64\[4\]: matmul"):
        trace(lambda x: x @ np.ones(4), (3,))
    some = r"node 2 \(subscript, test_graph.py:\d+\) is float64\[1\] for some numbers and float64\[2\]"
    with pytest.raises(UnsupportedConstruct, match=some):
        trace(lambda x: x[x > 1.0], (3,))
    with pytest.raises(MissingRule, match=r"np\.nextafter has no derivative rule"):
        trace(lambda x: np.nextafter(x, 1.0), (3,))
    made = trace(np.sin, (3,))
    with pytest.raises(ShapeError, match=r"argument 0: the graph is for float64\[3\], got shape \(2,\)"):
        graph.evaluated(made, np.zeros(2))
    with pytest.raises(ShapeError, match=r"the graph is for float64\[3\], got float32\[3\]"):
        graph.evaluated(made, np.zeros(3, np.float32))
    with pytest.raises(ShapeError, match="sin has 1 arguments, got 2"):
        graph.evaluated(made, X, X)
    with pytest.raises(TapeError, match=r"node 1: expected shape \(3,\) and dtype float64, got shape \(2,\)"):
        graph.backprop(made, (X,), np.ones(2))
    with pytest.raises(ShapeError, match="a cotangent for each of the 2 nodes of sin, got 1"):
        graph.backprop_all(made, (X,), [None])


def test_graphs_that_are_not_well_formed():
    made = trace(np.sin, (3,))
    late = Graph((made.nodes[1], made.nodes[0]), (Ref(1),), Ref(0))
    with pytest.raises(ShapeError, match=r"node 0 \(np.sin.*\) is computed of node 0, which does not stand before it"):
        late.check()
    with pytest.raises(ShapeError, match="there is no node 5: the graph has 2"):
        Graph(made.nodes, made.inputs, Ref(5)).check()
    wrong = Node(spec((2,)), (0,), made.nodes[1].application)
    with pytest.raises(UnsupportedConstruct, match=r"is float64\[2\] for some numbers and float64\[3\] for others"):
        Graph((made.nodes[0], wrong), made.inputs, Ref(1)).check()


def test_preflight():
    assert graph.supported(model, (4, 3), (3,)) == []
    assert "no derivative rule" in graph.supported(lambda x: np.nextafter(x, 1.0), (3,))[0]
    for function, answer in ((np.sin, "rule"), (np.vander, "written"), (np.argmax, "constant"), (np.nextafter, "missing")):
        assert graph.jvp_availability(function) == answer
