"""Generated derivatives made wrong, statement by statement: each that makes a difference is noticed by `verify`.

`python verify/test_planted.py`, from `tests/`, plants them in all programs of `test_programs`.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pytest

from s2s.verify.planted import planted
from verify.test_programs import PROGRAMS


def recorded(x, w):
    """A loop whose values are overwritten, stores at an index, a branch, a view."""
    u = x.copy()
    for i in range(len(x) - 1):
        u[i + 1] += w[i] * np.sin(u[i])
        u[:2] *= w[i]
    return u[-1] * u[0] if u[0] > 0.5 else u @ u


CHECKED = {
    "springs": PROGRAMS["springs"][:2],
    "overwritten": PROGRAMS["overwritten"][:2],
    "halves": PROGRAMS["halves"][:2],
    "recorded": (recorded, {"x": (3,), "w": (2,)}),
}


@pytest.mark.parametrize("name", CHECKED)
def test_a_wrong_statement_is_noticed(name):
    plants = list(planted(*CHECKED[name]))
    missed = [plant.change for plant in plants if plant.differs and not plant.noticed]
    assert len(plants) > 10
    assert missed == []


def test_a_gradient_that_is_wrong_without_a_seed_is_noticed():
    """The default of the seed is read by who asks for a gradient, and by no claim with a seed of its own."""
    noticed = [plant.noticed for plant in planted(*CHECKED["springs"]) if "springs_bar=1.5" in plant.change]
    assert noticed == [True]


def main() -> None:
    start, count, noticed, same = time.process_time(), 0, 0, []
    for name, (function, specs) in {**{name: program[:2] for name, program in PROGRAMS.items()}, **CHECKED}.items():
        plants = list(planted(function, specs))
        count, noticed = count + len(plants), noticed + sum(plant.noticed for plant in plants)
        for plant in plants:
            if not plant.noticed:
                print(f"{name}: {'MISSED' if plant.differs else 'no difference'}: {plant.change}", flush=True)
                same += [plant] if not plant.differs else []
    missed = count - noticed - len(same)
    seconds = time.process_time() - start
    print(f"{count} planted, {noticed} noticed, {len(same)} make no difference, {missed} missed; {seconds:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
