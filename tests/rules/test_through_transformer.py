"""Every case of every rule as a program: both modes through the whole transformer, and order 2 for one case of each rule.

`rules.through_transformer` says how a case is written as a program, and runs all of them up to any order: `python -m
rules.through_transformer 2 0/1`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from rules.applying import Call
from rules.through_transformer import Writer, active_calls
from rules.written import loaded
from s2s.testing import check_grads

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

LARGEST = 12
"""Entries of the arguments of the case that is differentiated twice: each costs two more runs."""


def programs() -> Iterator[tuple[Any, str, Call, tuple[Any, ...]]]:
    """(function of the library, name, call, arguments), all written into one module."""
    writer = Writer()
    for number, call in enumerate(active_calls()):
        yield call.function, f"f{number}", call, writer.function(f"f{number}", call)
    MODULES.append(loaded(writer.text, "cases_of_rules", **writer.names))


MODULES: list[Any] = []
PROGRAMS = list(programs())
BY_FUNCTION = [(name, list(group)) for name, group in itertools.groupby(PROGRAMS, key=lambda program: program[0])]


def one_of_each_rule() -> list[tuple[str, Call, tuple[Any, ...]]]:
    """The largest case of each rule that is not too large."""
    chosen: dict[str, tuple[int, str, Call, tuple[Any, ...]]] = {}
    for _, name, call, values in PROGRAMS:
        size = sum(np.size(value) for value in values)
        key = f"{call.rule.body.__module__}.{call.rule.name}"
        if size <= LARGEST and size > chosen.get(key, (-1,))[0]:
            chosen[key] = size, name, call, values
    return [found[1:] for found in chosen.values()]


def check(name: str, call: Call, values: tuple[Any, ...], order: int) -> None:
    """Of order two the square is differentiated: of a function alone no cotangent would move with the arguments."""
    try:
        check_grads(getattr(MODULES[0], name if order == 1 else f"{name}_squared"), values, order=order, directions=1)
    except Exception as error:
        error.add_note(f"the case {call.specs} of the rule {call.rule.name}")
        raise


@pytest.mark.parametrize("group", [group for _, group in BY_FUNCTION], ids=[f"{f.__name__}" for f, _ in BY_FUNCTION])
def test_both_modes(group, whole):
    """Of a distribution's functions, which differ in shapes only from case to case, every second case."""
    of_distribution = (getattr(group[0][0], "__module__", None) or "").startswith("scipy.stats")
    for _, name, call, values in group[:: 2 if of_distribution and not whole else 1]:
        check(name, call, values, order=1)


OTHER_BITS = {"logm"}
"""SciPy's function gives other last bits from call to call, so that a pullback that is called again does, too."""
ONE_OF_EACH = [found for found in one_of_each_rule() if found[1].rule.name not in OTHER_BITS]


@pytest.mark.share(6)
@pytest.mark.parametrize(("name", "call", "values"), ONE_OF_EACH, ids=[call.rule.name for _, call, _ in ONE_OF_EACH])
def test_second_order(name, call, values):
    check(name, call, values, order=2)
