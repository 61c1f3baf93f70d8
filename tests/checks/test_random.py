"""Random programs with numbers in their arguments that make others infinite: what `check_nan` names is what made them.

The statements that made a NaN or an infinity of finite numbers are found by running the program value by value, in another way.
"""

from __future__ import annotations

import warnings
from collections import Counter

import numpy as np
import pytest

import s2s
from checks.interpreter import Interpreter
from random_programs.features import TESTED
from random_programs.forms import Forms
from random_programs.running import OutOfTime, copied, flat, limited, loaded
from random_programs.tally import numbered
from s2s.kinds import Request
from s2s.pipeline import derive

pytestmark = pytest.mark.core

SEED, COUNT, CHUNK = 3, 40, 20
STRANGE = (0.0, 1e308, -1e200, 1e160, 800.0)
STOPPED = (ValueError, ZeroDivisionError, OverflowError, IndexError, AssertionError, s2s.Refused, OutOfTime)


def strange(args, random: np.random.Generator):
    """Arguments with a few numbers from which infinities are made."""
    args = copied(args)
    arrays = [a for a in args if isinstance(a, np.ndarray) and a.dtype.kind == "f" and a.size]
    for _ in range(3 if arrays else 0):
        array = arrays[random.integers(len(arrays))]
        array.flat[random.integers(array.size)] = random.choice(STRANGE)
    return args


def outcomes(function, args):
    """What `check_nan` did in both modes, beside what it should have done."""
    form = Forms(function, args)
    tangents, seed = form.direction(), form.like(function(*copied(args)))
    seeds = {"jvp": [t for k, t in enumerate(tangents) if k in form.wrt], "vjp": [seed]}
    for kind in seeds:
        derived = derive(function, Request(kind, tuple(form.wrt), False), args, {})
        if derived.sources[0].captured:
            continue
        plain = flat(derived.callables()[0](*copied(args), *seeds[kind])[1])
        try:
            found = flat(derived.checked()[0](*copied(args), *seeds[kind])[1])
            same = np.array_equal(found, plain) and np.all(np.isfinite(plain))
            yield "finite" if same else f"{kind}: {plain} was not told"
        except s2s.NotFinite as error:
            yield told(derived.functions[0], args, seeds[kind], error)


def told(function, args, seeds, error) -> str:
    run = Interpreter()
    run.run(function, *copied(args), *seeds)
    place = error.line, error.column, error.operation, tuple(number for _, number in error.iteration)
    if error.part in ("adjoint", "tangent", "primal") and place not in run.made:
        return f"{error}\nis none of {run.made[:5]}"
    return error.part


@pytest.mark.parametrize("first", range(0, COUNT, CHUNK))
def test_what_is_named_made_it(first):
    random, tally = np.random.default_rng(first), Counter()
    for number in range(first, first + CHUNK):
        program = numbered(SEED, number, TESTED)
        with warnings.catch_warnings(), loaded(program.text) as function, np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for _ in range(3):
                args = strange(program.args, random)
                try:
                    with limited(30):
                        found = list(outcomes(function, args))
                except STOPPED:
                    continue
                wrong = [one for one in found if one not in ("finite", "adjoint", "tangent", "primal", "constant", "argument")]
                assert not wrong, f"{number}: {wrong[0]}\n{args}\n{program.text}"
                tally.update(found)
    assert tally["finite"] > CHUNK
    assert sum(tally[part] for part in ("adjoint", "tangent", "primal")) > CHUNK / 4
