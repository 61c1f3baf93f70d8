"""The nasty programs alone: they run, they are smooth where they are differentiated, and every input matters."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from programs.nasty import Nasty, programs
from s2s.testing.compare import compare_bits
from s2s.testing.directions import argument_names, random_tangent
from s2s.testing.numeric import numeric_jvp
from s2s_runtime import tree

NASTY = list(programs())
every_program = pytest.mark.parametrize("program", NASTY, ids=[program.name for program in NASTY])


def leaves(found: Any) -> list[Any]:
    return list(tree.flatten(found)[0])


def differ(one: Any, other: Any) -> bool:
    return not all(check.passed for check in compare_bits("value", "value", one, other))


def test_there_are_enough_and_each_has_its_own_name():
    names = [program.name.rpartition(".")[2] for program in NASTY]
    assert len(names) == len(set(names)) >= 25


@every_program
def test_the_results_are_finite_and_always_the_same(program: Nasty):
    one, other = (program.function(*copy.deepcopy(program.args)) for _ in range(2))
    assert not differ(one, other)
    for leaf in leaves(one):
        assert np.all(np.isfinite(leaf))
        assert np.all(np.abs(leaf) < 1e4), "too large for differences to be exact"


@every_program
def test_differences_converge_in_every_direction_of_an_input(program: Nasty):
    rng = np.random.default_rng(1)
    for position, name in enumerate(argument_names(program.function, len(program.args))):
        if not tree.is_differentiable(program.args[position]):
            continue
        tangents = [tree.zeros_like(arg) if tree.is_differentiable(arg) else None for arg in program.args]
        tangents[position] = random_tangent(program.args[position], rng)
        estimate = numeric_jvp(program.function, copy.deepcopy(program.args), tuple(tangents))
        values = [np.asarray(leaf) for leaf in leaves(estimate.value) if leaf is not None]
        errors = [np.asarray(leaf) for leaf in leaves(estimate.error) if leaf is not None]
        scale = max(np.abs(value).max() for value in values)
        assert scale > 1e-3, f"{name} does not matter"
        assert max(error.max() for error in errors) <= 1e-7 * max(scale, 1.0), f"not smooth along {name}"
