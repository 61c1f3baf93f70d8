"""Every refused program: nothing runs, the error stands at the right place, and says what to do."""

from __future__ import annotations

import importlib
import re
from typing import Any

import pytest

from language import oracle
from refused import norules, structures
from refused.case import Refusal
from refused.programs import REFUSED

pytestmark = pytest.mark.core


@pytest.fixture
def s2s() -> Any:
    return importlib.import_module("s2s")


def error_of(s2s: Any, case: Refusal, mode: str) -> Any:
    """The refusal that asking for a derivative gives."""
    from s2s.errors import Refused

    args = oracle.copied(case.args)
    ask = {
        "vjp": lambda: s2s.vjp(case.function, *args),
        "jvp": lambda: s2s.jvp(case.function, args, oracle.mapped(tangent, args)),
    }
    with pytest.raises(Refused) as caught:
        ask[mode]()
    assert oracle.same_bits(plain(args), plain(case.args)), "the arguments are changed"
    return caught.value


def tangent(leaf: Any) -> Any:
    return leaf * 0 + 1 if oracle.carries(leaf) else None


def plain(args: Any) -> Any:
    """The arguments without a user's objects, of which a copy is the object itself."""
    return oracle.mapped(lambda leaf: vars(leaf) if hasattr(leaf, "__dict__") else leaf, args)


def cases() -> list[Any]:
    return [pytest.param(case, id=case.label) for case in [*REFUSED, *structures.REFUSED, *norules.REFUSED]]


@pytest.mark.parametrize("mode", ["vjp", "jvp"])
@pytest.mark.parametrize("case", cases())
def test_refused_before_it_runs(s2s, case, mode, capsys):
    error = error_of(s2s, case, mode)
    assert capsys.readouterr().out == "", "the program ran"
    assert re.search(case.reason, error.reason), error.reason
    assert "\n" not in error.reason
    assert error.hint, "no word of what to write instead"


@pytest.mark.parametrize("case", cases())
def test_refused_at_its_place(s2s, case):
    error = error_of(s2s, case, "vjp")
    places = case.places()
    (line,) = [p.line for p in places if (p.file, p.number, p.column) == (error.file, error.line, error.column)] or [
        None
    ]
    assert line is not None, f"{error}\nshould be at {[place[1:] for place in places]}"

    text = str(error).splitlines()
    assert text[0].startswith(f"{error.file}:{error.line}:{error.column + 1}: ")
    assert text[1].strip() == line.strip()
    # the carets begin under the text at fault
    carets = text[2]
    assert set(carets.strip()) == {"^"}
    shift = text[1].index(line.strip()) - line.index(line.strip())
    assert carets.index("^") == error.column + shift
    assert len(carets) <= len(text[1])
    assert any(part.startswith("hint: ") for part in text[3:])


def test_a_refusal_is_the_same_every_time(s2s):
    first, second = (str(error_of(s2s, REFUSED[0], "vjp")) for _ in range(2))
    assert first == second


def test_refused_in_the_middle_of_a_transform(s2s):
    from s2s.errors import Refused

    refused = next(case for case in REFUSED if case.label == "evaluates_text")

    def outer(x):
        return s2s.grad(refused.function)(x) * x

    with pytest.raises(Refused) as caught:
        s2s.grad(outer)(1.2)
    assert caught.value.line == refused.places()[0].number


def test_source_and_explain_refuse_too(s2s):
    from s2s.errors import Refused

    refused = next(case for case in REFUSED if case.label == "stores_into_a_global_array")
    with pytest.raises(Refused):
        s2s.grad(refused.function).source(*refused.args)
    with pytest.raises(Refused):
        s2s.grad(refused.function).source()


def test_a_refused_function_still_runs_undecorated_and_decorated(s2s, capsys):
    refused = next(case for case in REFUSED if case.label == "stores_into_a_global_array")
    assert s2s.differentiable(refused.function)(1.2) == refused.function(1.2) == 1.2


def test_source_that_is_not_to_be_had(s2s):
    from s2s.errors import Refused

    namespace: dict[str, Any] = {}
    exec("def f(x):\n    return x * x\n", namespace)
    with pytest.raises(Refused) as caught:
        s2s.grad(namespace["f"])(1.2)
    assert "source" in caught.value.reason
    assert caught.value.hint


def test_a_builtin_without_a_rule(s2s):
    from s2s.errors import Refused

    with pytest.raises(Refused, match="rule"):
        s2s.grad(norules.WITHOUT_RULE[0])(0.7)
