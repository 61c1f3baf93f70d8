"""The refused programs themselves: each has a marked line, and the text that the caret must point at is in it."""

from __future__ import annotations

import pytest

from refused.programs import REFUSED


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.label)
def test_the_marked_line_is_found(case):
    places = case.places()
    assert places
    assert len({place.number for place in places}) <= 2
    assert all(place.file.endswith(".py") for place in places)


def test_no_construct_stands_there_twice():
    assert len({case.label for case in REFUSED}) == len(REFUSED)
