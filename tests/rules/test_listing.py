"""The list of all rules: as data, in the terminal, and what is said of functions that have none."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
import scipy.linalg
import scipy.special
from rich.console import Console
from typer.testing import CliRunner

from s2s import custom_rule, grad
from s2s.cli import app, write_rules
from s2s.errors import MissingRule
from s2s.rules import RULES, listing
from s2s.rules.listing import constants, key_of, rules, status_of
from s2s.rules.names import WRITTEN_WITH, hint_for, known_names, public_name


def test_every_rule_is_listed_once():
    found = rules()
    assert len(found) == len(RULES.all()) + len(RULES.combinators)
    assert all(one.functions and one.wrt and one.kind and one.domain for one in found)
    assert all(one.source.startswith(("s2s/rules/", "s2s/implicit/")) for one in found)


def test_a_rule_is_found_by_its_function_and_by_its_name():
    assert {name for one in rules("np.linalg.solve") for name in one.functions} >= {"np.linalg.solve"}
    assert "solve_vector" in [one.name for one in rules("solve_vector")]
    assert rules("there is none") == []


def test_functions_without_a_derivative():
    assert "np.argmax" in [name for names in constants().values() for name in names]
    assert list(constants("np.argmax").values()) == [["np.argmax"]]


def test_names_of_users():
    assert public_name(np.linalg.solve) == "np.linalg.solve"
    assert public_name(scipy.linalg.expm) == "scipy.linalg.expm"
    assert public_name(scipy.special.erf) == "scipy.special.erf"


def test_the_status_is_what_the_ledger_says(tmp_path, monkeypatch):
    rule = RULES.of(np.sin)[0]
    assert status_of(rule) in ("tested", "proved", "high-precision", "trusted")
    ledger = tmp_path / "ledger.json"
    ledger.write_text(json.dumps({"rules": {key_of(rule): {"status": "proved", "shapes": []}}}))
    monkeypatch.setattr(listing, "LEDGER", ledger)
    listing.ledger.cache_clear()
    try:
        assert status_of(rule) == "proved"
        assert status_of(RULES.of(np.cos)[0]) == "tested"
    finally:
        listing.ledger.cache_clear()


def test_a_rule_of_a_user():
    def own(x):
        return x

    @custom_rule.elementwise(own)
    def own_partial(x):
        return 1.0

    try:
        (one,) = rules("own_partial")
        assert one.status == "declared"
        assert "test_listing.py:" in one.source
    finally:
        del RULES.rules[own]


# ----------------------------------------------------------------------------------------------------------- terminal
def test_lines_where_there_is_no_terminal():
    result = CliRunner().invoke(app, ["rules", "np.linalg.solve"])
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    assert lines[0] == ["rule", "functions", "kind", "domain", "derivative by", "formula", "status"]
    assert all(len(line) == 7 for line in lines)
    assert any(line[0] == "solve_vector" and line[4] == "a, b" for line in lines)


def test_a_table_on_a_terminal():
    console = Console(file=io.StringIO(), force_terminal=True, width=200)
    write_rules(rules("solve_vector"), {}, console)
    text = console.file.getvalue()
    assert "solve_vector" in text
    assert "\t" not in text
    assert "\x1b[" in text


def test_a_name_that_there_is_not():
    result = CliRunner().invoke(app, ["rules", "np.linalg.sovle"])
    assert result.exit_code == 2
    assert "did you mean np.linalg.solve" in result.stderr


# ------------------------------------------------------------------------------------------------------ what has none
def test_the_same_name_in_another_module():
    if RULES.of(np.i0):
        pytest.skip("it has a rule of its own")
    with pytest.raises(MissingRule) as caught:
        grad(lambda x: np.i0(x) * 2.0)(0.5)
    assert caught.value.hint == "scipy.special.i0 has one"


def test_near_names():
    def lokg1p(x):
        return x

    lokg1p.__module__ = "scipy.special"
    assert "did you mean" in hint_for(lokg1p)
    assert "log1p" in hint_for(lokg1p)
    assert "s2s.custom_rule" in hint_for(lokg1p)


def test_nothing_near():
    def qqqqqqqq(x):
        return x

    assert hint_for(qqqqqqqq).startswith("write it with functions that have one")


def test_what_is_named_in_the_place_of_others_has_a_rule():
    known = known_names()
    for names in WRITTEN_WITH.values():
        for name in names:
            assert name.partition("(")[0] in known
