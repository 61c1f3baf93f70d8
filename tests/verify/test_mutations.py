"""Wrong rules are found: every change of a sign, a factor, an axis or the order of operands, in every rule, is refuted.

`python tests/verify/test_mutations.py` plants all of them in two processes and prints what survives.
"""

from __future__ import annotations

import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from s2s.rules import RULES
from s2s.rules.names import known_names
from s2s.verify.mutations import survivors

known_names()
OURS = [rule for rule in RULES.all() if not rule.users]
PARTS = 24

EQUIVALENT = {
    r"np\.where\(.*(==|equal|constant|safe).*1\.5": "a number that stands where nothing is divided by",
}
"""Changes that change nothing, with the reason."""


def unexplained(number: int) -> tuple[int, list[str]]:
    """How many mutants a rule has, and those that survive without a reason."""
    count, left = survivors(OURS[number])
    name = OURS[number].name
    return count, [f"{name}: {line}" for line in left if not any(re.search(pattern, line) for pattern in EQUIVALENT)]


@pytest.mark.parametrize("part", range(PARTS))
def test_wrong_rules_are_refuted(part):
    for number in range(part, len(OURS), PARTS):
        _, left = unexplained(number)
        assert left == []


def main() -> None:
    start, planted, left = time.perf_counter(), 0, []
    with ProcessPoolExecutor() as pool:
        for count, lines in pool.map(unexplained, range(len(OURS)), chunksize=4):
            planted += count
            left += lines
    print(*left, sep="\n")
    print(f"{planted} planted in {len(OURS)} rules, {len(left)} survive; {time.perf_counter() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
