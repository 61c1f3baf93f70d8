"""Every rule, applied by the tape and by a graph: what they say of a call is what the rule says of it, applied directly, in both modes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from rules.applying import Call, jvp, tree_map, vjp
from rules.drawing import calls
from s2s import graph
from s2s.eager import Tape, Variable
from s2s.graph import Builder
from s2s.rules import RULES
from s2s.rules.names import known_names

known_names()
FUNCTIONS = {f"{rule.name}-{k}": (rule, function) for rule in RULES.all() if not rule.users for k, function in enumerate(rule.functions)}
GROUPS = 16


def recorded(tape: Tape, call: Call) -> tuple[dict, object]:
    """The leaves of the active arguments, and the result."""
    flags, given = call.active(), dict(call.values)
    for name, flag in flags.items():
        like = type(call.values[name]) if isinstance(call.values[name], (list, tuple)) else None
        tree = tree_map(lambda active, x: tape.leaf(x) if active else x, flag, call.values[name])
        given[name] = like(tree) if like in (list, tuple) else tree
    bound = call.replaced(given)
    return given, tape.call(call.function, *bound.args, **bound.kwargs)


def seed_of(result: object, rng: np.random.Generator) -> object:
    """A cotangent; None where a result has none."""
    if isinstance(result, (list, tuple)):
        return tuple(seed_of(one, rng) for one in result)
    value = result.value if isinstance(result, Variable) else result
    if np.result_type(value).kind not in "fc":
        return None
    g = rng.standard_normal(np.shape(value))
    return (g + 1j * rng.standard_normal(np.shape(value)) if np.iscomplexobj(value) else g).astype(np.result_type(value))[()]


def check(call: Call) -> None:
    tape, rng = Tape(), np.random.default_rng(7)
    given, result = recorded(tape, call)
    g = seed_of(result, rng)
    pairs = [(one, bar) for one, bar in zip(leaves_of(result), leaves_of(g), strict=True) if isinstance(one, Variable) and bar is not None]
    if not pairs:
        return
    wanted = vjp(call, filled(plain(result), g))
    found = tape.backward_from(dict(pairs), dense=False)
    tangents, moved = {}, {}
    for name, flags in call.active().items():
        for flag, one, bar in zip(leaves_of(flags), leaves_of(given[name]), leaves_of(wanted[name]), strict=True):
            if flag:
                assert_same(found[one], bar, one)
                moved[one] = seed_of(one, rng)
        tangents[name] = tree_map(lambda flag, one: moved[one] if flag else np.zeros(np.shape(one)), flags, as_tuples(given[name]))
    dots = [dot for dot, bar in zip(leaves_of(jvp(call, tangents)), leaves_of(g), strict=True) if bar is not None]
    for (one, _), dot, want in zip(pairs, tape.jvp([one for one, _ in pairs], moved), dots, strict=True):
        assert_same(dot, want, one)


def assert_same(found: object, wanted: object, primal: Variable) -> None:
    scale = np.max(np.abs(wanted), initial=1.0)  # a copy in another order of memory is rounded in another way
    np.testing.assert_allclose(found, wanted, rtol=1e-13, atol=1e-12 * scale)
    assert np.shape(found) == primal.shape
    assert np.result_type(found) == primal.dtype


def filled(result: object, g: object) -> object:
    """A cotangent with zeros in the place of None, which is what rules are given for whole numbers."""
    if isinstance(g, tuple):
        return tree_map(lambda one, bar: np.zeros(np.shape(one)) if bar is None else bar, result, g)
    return g


def leaves_of(tree: object) -> list:
    if isinstance(tree, (list, tuple)):
        return [leaf for part in tree for leaf in leaves_of(part)]
    return [tree]


def as_tuples(tree: object) -> object:
    return tuple(map(as_tuples, tree)) if isinstance(tree, (list, tuple)) else tree


def plain(tree: object) -> object:
    return tuple(map(plain, tree)) if isinstance(tree, (list, tuple)) else getattr(tree, "value", tree)


@pytest.mark.parametrize("group", range(GROUPS))
def test_the_tape_says_what_the_rule_says(group):
    for name, (rule, function) in list(FUNCTIONS.items())[group::GROUPS]:
        for call in calls(rule, function):
            with np.errstate(all="ignore"):
                try:
                    check(call)
                except BaseException as error:
                    error.add_note(f"{name} {function} {call.specs}")
                    raise




# -------------------------------------------------------------------------------------------------------------- graphs
def check_graph(call: Call) -> None:
    """A graph of one call: evaluated, walked back and pushed forward as the tape is, to the last bit."""
    rng, tape, builder = np.random.default_rng(3), Tape(), Builder()
    given, result = recorded(tape, call)
    made = {}
    for name, flags in call.active().items():
        like = type(call.values[name]) if isinstance(call.values[name], (list, tuple)) else None
        tree = tree_map(lambda active, x: builder.arg(x) if active else x, flags, call.values[name])
        made[name] = like(tree) if like in (list, tuple) else tree
    bound = call.replaced({**call.values, **made})
    other = builder.op(call.function, *bound.args, **bound.kwargs)
    seeds = [(one, seed_of(one, rng)) for one in leaves_of(result) if isinstance(one, Variable)]
    roots = [one for one in leaves_of(other) if isinstance(one, Variable) and np.result_type(one.value).kind in "fc"]
    if not seeds or len(roots) != len(seeds):
        return
    of = graph_without_samples(builder, roots)
    trees = [(flags, given[name]) for name, flags in call.active().items()]
    leaves = [one for flags, tree in trees for flag, one in zip(leaves_of(flags), leaves_of(tree), strict=True) if flag]
    values = [one.value for one in leaves]
    found, bars = graph.backprop(of, values, [bar for _, bar in seeds])
    wanted = tape.backward_from(dict(seeds), dense=False)
    for one, bar in zip(leaves, bars, strict=True):
        np.testing.assert_array_equal(bar, wanted[one])
    for value, (one, _) in zip(found, seeds, strict=True):
        np.testing.assert_array_equal(value, one.value)
    moved = {one: seed_of(one, rng) for one in leaves}
    dots = graph.jvp(of, values, list(moved.values()))[1]
    for dot, want in zip(dots, tape.jvp([one for one, _ in seeds], moved), strict=True):
        np.testing.assert_array_equal(dot, want)


def graph_without_samples(builder: Builder, roots: list) -> graph.Graph:
    """The graph, not checked with other numbers: these are in the domain of the function, others may not be."""
    return graph.graph_of(builder, builder.inputs, roots)


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_graph_says_what_the_tape_says(group):
    for name, (rule, function) in list(FUNCTIONS.items())[group::GROUPS]:
        for call in itertools.islice(calls(rule, function), 3):
            with np.errstate(all="ignore"):
                try:
                    check_graph(call)
                except BaseException as error:
                    error.add_note(f"{name} {function} {call.specs}")
                    raise
