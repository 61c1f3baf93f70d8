"""The refused programs themselves: each has one marked line, and the text that the caret must point at is in it."""

from __future__ import annotations

import pytest

from refused.case import MARK
from refused.programs import REFUSED


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.label)
def test_the_marked_line_is_found(case):
    file, number, line = case.place()
    assert number > 0
    assert file.endswith(".py")
    assert all(column >= 0 for column in case.columns())
    assert line.count(MARK) == 1
