"""docs/comparison.md is well-formed, and what it says of s2s is true today; the peers need not be installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "docs" / "make_comparison.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_comparison", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def page(script: ModuleType, updating: bool) -> str:
    if updating:
        script.PAGE.write_text(script.renewed(script.PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return script.PAGE.read_text(encoding="utf-8")


def test_what_it_says_of_ours(script, page):
    wrong = {row.name: script.ours(row.name) for row in script.read(page) if row.ours != script.ours(row.name)}
    assert wrong == {}, "run python docs/make_comparison.py --ours"


def test_each_function_is_listed_once_for_a_peer_that_has_it(script, page):
    listed = script.read(page)
    assert len({row.name for row in listed}) == len(listed) > 500
    assert all(row.autograd or row.jax for row in listed)
    assert all(callable(script.found(row.name)) for row in listed)


def test_it_says_what_was_read(script, page):
    assert page.startswith(script.HEAD)
    for name in ("autograd", "jax", "numpy", "scipy"):
        assert f"{name} " in page.split("Versions read: ")[1].split("\n")[0]


def test_counts_are_those_of_the_rows(script, page):
    assert "\n".join(script.counts(script.read(page))) in page


def test_what_is_missing_has_a_reason(script, page):
    missing = {row.name for row in script.read(page) if row.ours.startswith("missing")}
    assert missing <= set(script.REASONS)
