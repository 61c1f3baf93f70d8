"""docs/coverage.md is what its script writes now."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "docs" / "make_coverage.py"


def test_the_page_is_up_to_date(updating):
    spec = importlib.util.spec_from_file_location("make_coverage", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    if updating:
        script.PAGE.write_text(script.text(), encoding="utf-8")
    assert script.PAGE.read_text(encoding="utf-8") == script.text(), "run python docs/make_coverage.py"
