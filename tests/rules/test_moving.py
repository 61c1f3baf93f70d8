"""Rules that only move entries: the adjoint of a condition says where the adjoint of what it leaves may be other than zero."""

from __future__ import annotations

import numpy as np
import pytest

from rules.applying import leaves
from rules.drawing import calls
from s2s.rules import RULES

MOVING = [(rule, function) for rule in RULES.all() if rule.moves for function in rule.functions]


def test_they_are_linear():
    assert {rule.kind for rule, _ in MOVING} == {"linear"}


@pytest.mark.parametrize(("rule", "function"), MOVING, ids=[f"{rule.name}-{f.__name__}" for rule, f in MOVING])
def test_what_is_zero_stays_where_the_condition_says(rule, function, rng):
    seen = 0
    for call in calls(rule, function):
        result = call.run()
        if not isinstance(result, (np.ndarray, np.generic)):
            continue
        mask = rng.random(np.shape(result)) < 0.5
        g = np.where(mask, rng.normal(size=np.shape(result)), 0.0)
        moved, masks = ([*call.per_parameter(call.body(rule.body, x, result=result)).values()] for x in (g, mask))
        for part, where in zip(leaves(moved), leaves(masks)):
            assert np.shape(part) == np.shape(where)
            assert not np.any(np.where(where, 0.0, part))
        seen += 1
    assert seen
