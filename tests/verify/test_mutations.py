"""Wrong rules are found: changes of a sign, a factor, an axis or the order of operands, in every rule, are refuted.

In the tests each rule has a wrong factor.  `python verify/test_mutations.py`, from `tests/`,
plants every change that `s2s.verify.mutations` knows, on all cases, and prints those that no case notices; with words behind it, in the
rules whose names in the ledger have one of them.  `equivalent.json` has those that change nothing, with a reason each; the command fails
for one that is noticed, and for one that is neither noticed nor there.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from s2s.rules import RULES
from s2s.rules.listing import key_of
from s2s.rules.names import known_names
from s2s.verify.mutations import CHANGES, factor_of_result, mutants, survivors

known_names()
OURS = [rule for rule in RULES.all() if not rule.users]
PARTS = 24
REASONS: dict[str, dict[str, list[str]]] = json.loads((Path(__file__).parent / "equivalent.json").read_text(encoding="utf-8"))
"""By reason and by rule: the lines that may be changed."""
EQUIVALENT = {(key, line): reason for reason, rules in REASONS.items() for key, lines in rules.items() for line in lines}


@pytest.mark.share(2)
@pytest.mark.parametrize("part", range(PARTS))
def test_wrong_rules_are_refuted(part):
    for rule in OURS[part::PARTS]:
        _, left = survivors(rule, (factor_of_result,))
        assert [line for line in left if (key_of(rule), line) not in EQUIVALENT] == [], rule.name


def test_what_is_said_to_change_nothing_is_a_change_of_a_rule():
    """No line of the table is of a rule, or of a text, that is no more."""
    rules = {key_of(rule): rule for rule in OURS}
    for key in {key for key, _ in EQUIVALENT}:
        changes = {mutant.change for mutant in mutants(rules[key], CHANGES)}
        assert {line for other, line in EQUIVALENT if other == key} <= changes, key


def planted(number: int) -> tuple[str, int, list[str]]:
    return key_of(OURS[number]), *survivors(OURS[number])


def main(words: list[str]) -> int:
    """Plant all, or those in rules with such names; the number of those that are not as the table says."""
    start, count, left = time.perf_counter(), 0, set()
    chosen = [k for k, rule in enumerate(OURS) if not words or any(word in key_of(rule) for word in words)]
    keys = {key_of(OURS[k]) for k in chosen}
    with ProcessPoolExecutor() as pool:
        for key, more, lines in pool.map(planted, chosen, chunksize=4):
            count += more
            left |= {(key, line) for line in lines}
    for reason, rules in REASONS.items():
        print(f"{sum(len(lines) for key, lines in rules.items() if key in keys):4} {reason}")
    said = {(key, line) for key, line in EQUIVALENT if key in keys}
    wrong = [f"not noticed: {key}: {line}" for key, line in sorted(left - said)]
    wrong += [f"noticed, though it is said to change nothing: {key}: {line}" for key, line in sorted(said - left)]
    print(*wrong, sep="\n")
    noticed = count - len(left)
    print(f"{count} planted in {len(keys)} rules, {noticed} noticed, {len(left)} not; {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return len(wrong)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
