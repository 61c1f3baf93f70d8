"""Rules that are not of real numbers only, asked on complex ones: a case of each, with complex entries in the place of real ones."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace

import pytest

from s2s.rules import RULES, Rule
from s2s.rules.cases import A, Case
from s2s.rules.listing import key_of
from s2s.rules.names import known_names
from s2s.verify.calls import Call
from s2s.verify.cases import cases_of, spelled
from s2s.verify.deciding import Verdict
from s2s.verify.rules import answered
from s2s.verify.wanted import question

known_names()
OURS = [rule for rule in RULES.all() if not rule.users and not rule.real_only]
PARTS = 12


def turned(spec):
    """With complex entries."""
    if isinstance(spec, A):
        return spec if spec.domain in ("boolean", "spd") else A(*spec.shape, domain="complex")
    return type(spec)(map(turned, spec)) if isinstance(spec, (list, tuple)) and any(isinstance(part, A) for part in spec) else spec


def in_complex_numbers(rule: Rule) -> Iterator[Case]:
    """The cases that become others, and that the rule and its function take as such."""
    for case in cases_of(rule):
        found = replace(case, args=tuple(map(turned, case.args)), kwargs={name: turned(spec) for name, spec in case.kwargs.items()})
        if found != case and is_taken(rule, found):
            yield found


def is_taken(rule: Rule, case: Case) -> bool:
    """Whether it is this rule's case, and the library neither refuses complex numbers, in whatever way, nor drops their imaginary parts."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            Call(rule, rule.functions[0], case, 0).plainly()
        except Exception:
            return False
    return True


@pytest.mark.parametrize("part", range(PARTS))
def test_rules_are_right_for_complex_numbers(part):
    for rule in OURS[part::PARTS]:
        case = next(in_complex_numbers(rule), None)
        if case is not None:
            proof = answered(question(rule, rule.functions[0], case))
            assert proof.verdict is not Verdict.refuted, (key_of(rule), spelled(case), proof.about)
