"""Every rule, asked on all of its cases: none is refuted, and the ledger in the docs says what is known of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from s2s.rules import RULES, Rule
from s2s.rules.listing import key_of
from s2s.rules.names import known_names
from s2s.verify.ledger import Entry, entry_of

LEDGER = Path(__file__).parents[2] / "docs" / "ledger.json"

known_names()
OURS = [rule for rule in RULES.all() if not rule.users]
PARTS = 24


@pytest.mark.share(3)
@pytest.mark.parametrize("part", range(PARTS))
def test_rules_are_what_the_ledger_says(part):
    """A part of the rules: their status is that of docs/ledger.json; `python docs/make_ledger.py` asks all."""
    written = json.loads(LEDGER.read_text(encoding="utf-8"))["rules"]
    for rule in OURS[part::PARTS]:
        found = entry_of(rule)
        assert found.status != "refuted", (found.key, found.reason)
        assert found.status == written[found.key]["status"], (found.key, found.reason)


def test_every_rule_has_a_name_of_its_own():
    keys = [key_of(rule) for rule in OURS]
    assert len(keys) == len(set(keys))


def planted(rule: Rule, **changes) -> Entry:
    from dataclasses import replace

    return entry_of(replace(rule, **changes))


def test_a_wrong_rule_is_refuted():
    import numpy as np

    (rule,) = RULES.of(np.tanh)
    assert planted(rule, body=lambda x, *, result: 1.0 + result * result).status == "refuted"
    assert planted(rule, body=lambda x, *, result: 1.0 - result * result).status == "proved"
