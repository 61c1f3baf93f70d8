"""540 random programs, always the same ones; some that hypothesis draws; and every program that failed once."""

from __future__ import annotations

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from random_programs import (
    catalogue,
    checking,
    features,
    found,
    found_last,
    found_later,
    found_sharing,
    program,
    shrinking,
    tally,
)
from random_programs.choices import Drawn, Seeded

pytestmark = pytest.mark.core

SEED = 1
CASES, EACH = 10, 30
CATALOGUE_SEED, CATALOGUE_CASES = 3, 4
NAMES_SEED, NAMES_CASES = 1, 4
DRAWN = 30
MOST_DISCARDED = 5
"""Per hundred: programs for which differences say nothing are wasted."""


@pytest.mark.parametrize("case", range(CASES))
def test_random_programs(case):
    many(SEED, case, features.TESTED)


@pytest.mark.parametrize("case", range(CATALOGUE_CASES))
def test_random_programs_with_all_functions_of_the_catalogue(case):
    many(CATALOGUE_SEED, case, features.ALL)


@pytest.mark.parametrize("case", range(NAMES_CASES))
def test_random_programs_of_names_that_pass_arrays_on(case):
    many(NAMES_SEED, case, features.NAMES, refused=features.MOST_REFUSED_OF_NAMES)


def test_the_catalogue_is_wide():
    found = catalogue.entries()
    assert len({one.path for one in found}) > 340
    assert len(found) > 1800
    for path in ("np.linalg.solve", "np.fft.rfft", "np.interp", "scipy.special.betainc", "scipy.linalg.expm", "np.median", "math.atan2"):
        assert path in {one.path for one in found}


def many(seed, case, chosen, refused=features.MOST_REFUSED):
    """So many programs: none fails, few are refused or say nothing."""
    one = tally.counted((seed, range(case * EACH, (case + 1) * EACH), chosen, False))
    print("\n".join(one.lines()))
    failures = one.failures
    if failures:
        failure = min(failures, key=lambda failure: len(failure.program.text))
        smallest = shrinking.shrunk(failure.program, failure.verdict, tally.order(failure.number), seconds=30.0)
        numbers = [failure.number for failure in failures]
        pytest.fail(f"numbers {numbers} of seed {seed}; {failure.verdict}:\n{smallest.text}\nargs = {smallest.args}")
    assert one.outcomes["discarded"] <= MOST_DISCARDED
    assert one.outcomes["refused"] <= refused


@st.composite
def programs(draw):
    return program.program(Drawn(draw), features.TESTED)


@hypothesis.settings(
    max_examples=DRAWN,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    print_blob=False,
)
@hypothesis.given(programs())
def test_drawn_programs(drawn):
    verdict = checking.check(drawn)
    assert not verdict.failed, f"{verdict}:\n{drawn.text}\nargs = {drawn.args}"


# ------------------------------------------------------------------------------------------------ what failed once
FAILED = [*found.FOUND, *found_later.FOUND, *found_last.FOUND, *found_sharing.FOUND]


@pytest.mark.parametrize("one", FAILED, ids=lambda one: one.function.__name__)
def test_what_failed_once(one, request):
    if one.still:
        request.applymarker(pytest.mark.xfail(strict=True, reason=f"still fails: {one.still}"))
    verdict = checking.check_function(one.function, one.args, one.order)
    if one.still:
        assert verdict.outcome in (one.still, "passed"), "it fails in another way than it did"
    assert verdict.outcome in ("passed", "refused"), verdict


# ------------------------------------------------------------------------------------------ the generator and the check
def test_the_same_seed_gives_the_same_program():
    first, second = (program.program(Seeded("0/3"), features.ALL) for _ in range(2))
    assert first.text == second.text
    assert all(np.array_equal(a, b) for a, b in zip(first.args, second.args, strict=True))


def test_every_program_runs():
    for number in range(300):
        one = tally.numbered(0, number, features.ALL)
        space = {}
        with np.errstate(all="ignore"):
            exec(one.text, space)
            space["f"](*(np.copy(arg) if isinstance(arg, np.ndarray) else arg for arg in one.args))


FORMS = {
    "nested": "            for ", "while": "while ", "exits": "continue", "branches": "elif ", "helpers": "def helper",
    "closures": "lambda ", "fancy": "[[", "masks": "np.where(", "lists": ".append(", "slice_stores": "[:] = ",
    "element_stores": "] += ", "array_swaps": "]]", "ufunc_writes": "np.add.at", "filling": "np.empty(",
    "augmented_arrays": " /= ", "zero_d": "np.squeeze(", "returns": "    return",
    "holders": "['u']", "objects": "State(", "array_aliases": " if ", "kept_arrays": "item",
}  # fmt: skip


@pytest.mark.parametrize("feature", FORMS)
def test_every_feature_is_drawn(feature):
    assert any(FORMS[feature] in tally.numbered(0, number, features.ALL).text for number in range(200))


def doubled(x):
    """The square of x, with twice the derivative that it says it has."""
    return x * x


@pytest.mark.parametrize(
    ("name", "wrong", "outcome"),
    [
        ("jvp", lambda f, primals, tangents: (f(*primals), 4.0 * primals[0] * tangents[0]), "identity"),
        ("value_and_grad", lambda f, argnums: lambda x: (f(x), (4.0 * x,)), "identity"),
        ("value_and_grad", lambda f, argnums: lambda x: (f(x) + 1.0, (2.0 * x,)), "value"),
    ],
)
def test_a_wrong_derivative_is_found(monkeypatch, name, wrong, outcome):
    monkeypatch.setattr(checking.s2s, name, wrong)
    assert checking.check_function(doubled, (0.7,), 1).outcome == outcome


def test_both_modes_wrong_alike_are_found(monkeypatch):
    monkeypatch.setattr(checking.s2s, "jvp", lambda f, primals, tangents: (f(*primals), 4.0 * primals[0] * tangents[0]))
    monkeypatch.setattr(checking.s2s, "value_and_grad", lambda f, argnums: lambda x: (f(x), (4.0 * x,)))
    assert checking.check_function(doubled, (0.7,), 1).outcome == "forward"


def test_a_kink_is_discarded_and_a_step_near_it_is_not():
    assert checking.check_function(lambda x: x if x > 0.5 else -x, (0.5,), 1).outcome == "discarded"
    assert checking.check_function(lambda x: x if x > 0.5 else -x, (0.51,), 1).outcome == "passed"


def test_a_program_that_does_not_end_is_discarded():
    def endless(x):
        while True:
            x = x * 1.0

    verdict = checking.check_function(endless, (0.5,), 1, seconds=0.2)
    assert verdict == checking.Verdict("discarded", "plain Python takes more than 0.2 s")


def decided_by_a_rounding_error(x):
    return x[np.argmax(x @ np.full((5, 5), 0.3))] ** 2


@pytest.mark.parametrize(("function", "jumps"), [(decided_by_a_rounding_error, True), (lambda x: np.sum(np.exp(x)), False)])
def test_a_program_that_jumps_is_told_from_one_that_does_not(function, jumps):
    args = (np.array([0.14, 0.47, 0.06, -0.44, -0.26]),)
    assert checking.Check(function, args).jumps(function(*args)) is jumps


def test_what_a_rounding_error_decides_is_discarded_only_if_differences_disagree(monkeypatch):
    def disagreeing(*_):
        raise checking._Found("forward", "0.1, differences say 0.2")

    monkeypatch.setattr(checking.Check, "checked", disagreeing)
    args = (np.array([0.14, 0.47, 0.06, -0.44, -0.26]),)
    assert checking.check_function(decided_by_a_rounding_error, args, 1).outcome == "discarded"
    assert checking.check_function(lambda x: np.sum(np.exp(x)), args, 1).outcome == "forward"


def test_a_failing_program_is_made_smaller(monkeypatch):
    text = "import numpy as np\ndef f(x):\n    s = 0.0\n    for i in range(3):\n        s = s + np.sin(x[i])\n    return s * 2.0\n"
    monkeypatch.setattr(checking, "check_function", lambda function, *_: checking.Verdict("value" if "np.sin" in current[0] else "passed"))
    current = [text]
    load = checking.loaded
    monkeypatch.setattr(checking, "loaded", lambda text: current.__setitem__(0, text) or load(text))
    smaller = shrinking.shrunk(program.Program(text, (np.ones(3),)), checking.Verdict("value"))
    assert "np.sin" in smaller.text
    assert "for" not in smaller.text
