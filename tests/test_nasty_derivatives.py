"""The nasty programs differentiated: value, both modes and second derivatives of each; or refused, for the reason given here."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest

import s2s
from programs.nasty import Nasty, programs
from s2s.errors import Refused
from s2s.testing import check_grads
from s2s_runtime import tree

REFUSED: dict[str, str] = {
    "calls.dict_changed_by_a_function": "changed places",
    "control.first_iteration_differs": "changed places",
    "control.alias_by_choice": "a key that is computed",
    "effects.gathered_with_out": "writes over what it still has to read",
    "unexpected_views.views_by_einsum": "changed in place that einsum",
    "unexpected_views.rows_in_lists": "a list or an object holds",
    "views.list_of_rows": "a list or an object holds",
    "views.ravel_of_a_block": "a view or a copy is not known",
    "views.chained_indices": "not an array that is held",
}
"""Programs whose derivative is refused, with a pattern of the reason."""

NASTY = list(programs())
every_program = pytest.mark.parametrize("program", NASTY, ids=[program.name for program in NASTY])


def reason_of(program: Nasty) -> str | None:
    return REFUSED.get(program.name.partition("-")[0])


@every_program
def test_both_modes_to_the_second_order(program: Nasty):
    reason = reason_of(program)
    if reason is None:
        check_grads(program.function, copy.deepcopy(program.args), order=2)
        return
    tangents = tuple(tree.zeros_like(arg) if tree.is_differentiable(arg) else None for arg in program.args)
    derivatives: list[Any] = [
        lambda: s2s.jvp(program.function, program.args, tangents),
        lambda: s2s.vjp(program.function, *program.args),
    ]
    for derivative in derivatives:
        with pytest.raises(Refused, match=re.compile(reason)):
            derivative()


def test_what_is_refused_is_one_of_them():
    assert REFUSED.keys() <= {program.name for program in NASTY}
