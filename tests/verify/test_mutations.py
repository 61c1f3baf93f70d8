"""Wrong rules are found: changes of a sign, a factor, an axis or the order of operands, in every rule, are refuted.

In the tests each rule has the wrong sign and a wrong factor.  `python verify/test_mutations.py`, from `tests/`,
plants every change that `s2s.verify.mutations` knows, on all cases, and prints those that no case notices.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor

import pytest

from s2s.rules import RULES
from s2s.rules.names import known_names
from s2s.verify.mutations import factor_of_result, sign_of_result, survivors

known_names()
OURS = [rule for rule in RULES.all() if not rule.users]
PARTS = 24
NO_SLOPE = {
    "heaviside": "its slope by the value at 0 is 0 elsewhere",
    "uniform_logpdf": "a constant density has no slope by x and loc",
    "uniform_pdf": "the same",
}
"""Rules of which a result is 0 wherever there is a derivative."""


@pytest.mark.parametrize("part", range(PARTS))
def test_wrong_rules_are_refuted(part):
    for rule in OURS[part::PARTS]:
        _, left = survivors(rule, (sign_of_result, factor_of_result))
        assert left == [] or rule.name in NO_SLOPE, rule.name


def planted(number: int) -> tuple[int, list[str]]:
    count, left = survivors(OURS[number])
    return count, [f"{OURS[number].name}: {line}" for line in left]


def main() -> None:
    start, count, left = time.perf_counter(), 0, []
    with ProcessPoolExecutor() as pool:
        for more, lines in pool.map(planted, range(len(OURS)), chunksize=4):
            count += more
            left += lines
    print(*left, sep="\n")
    print(f"{count} planted in {len(OURS)} rules, {len(left)} survive; {time.perf_counter() - start:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
