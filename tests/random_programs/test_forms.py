"""Random programs: compiled derivatives against readable ones.  The loop nests run as Python; Numba would take seconds for each.

`python -m random_programs --forms --count 1000 --seed 0`, from `tests/`, tries more.
"""

from __future__ import annotations

import numba
import pytest

from random_programs.features import ALL
from random_programs.forms import check_forms
from random_programs.tally import numbered

SEED, COUNT, CHUNK = 1, 40, 10


@pytest.mark.parametrize("first", range(0, COUNT, CHUNK))
def test_loop_nests_of_random_programs(first, monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    for number in range(first, first + CHUNK):
        program = numbered(SEED, number, ALL)
        verdict = check_forms(program)
        assert not verdict.failed, f"{number}: {verdict.outcome}: {verdict.why}\n{program.text}"
