"""Rules in compiled programs: cases of every function that has one, value and gradient, as loop nests and as they are read.

`python -m rules.compiled`, from `tests/`, has all cases of each function; here it is a few.
"""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numba
import pytest

from lower.uncompiled import IN_PART, NOT_YET, OF_SCIPY
from rules.compiled import programs, reason_against

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

CASES = 3
BY_FUNCTION = {name: list(group)[:CASES] for name, group in itertools.groupby(programs(), key=lambda program: program.of)}


@pytest.fixture(autouse=True)
def loops_in_python(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)


def compared(name: str) -> list[str]:
    """Why cases of a function are not compiled."""
    return [reason for program in BY_FUNCTION[name] if (reason := reason_against(program))]


@pytest.mark.parametrize("name", [name for name in BY_FUNCTION if name not in OF_SCIPY])
def test_compiled_rules_give_what_readable_ones_give(name: str) -> None:
    refused = compared(name)
    assert bool(refused) == (name in NOT_YET or name in IN_PART), refused
    assert (len(refused) == len(BY_FUNCTION[name])) == (name in NOT_YET)


@pytest.mark.share(6)
@pytest.mark.parametrize("name", [name for name in BY_FUNCTION if name in OF_SCIPY])
def test_functions_of_scipy_without_a_kernel_give_it_too(name: str) -> None:
    """`python -m rules.compiled`, from `tests/`, asks all."""
    assert compared(name)


def test_the_design_names_what_is_never_compiled() -> None:
    page = (Path(__file__).parents[2] / "docs" / "design.md").read_text(encoding="utf-8")
    listed = page.partition("<!-- not compiled -->")[2].partition("<!-- -->")[0]
    assert {f"numpy.{name}" for name in re.findall(r"`np\.([\w.]+)`", listed)} == set(NOT_YET)


def test_what_is_listed_has_a_rule() -> None:
    assert set(BY_FUNCTION) >= {*NOT_YET, *IN_PART, *OF_SCIPY}
