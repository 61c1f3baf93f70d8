"""The Python in the pages of the documentation runs, block after block."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ["ways.md"]


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says_can_be_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert blocks
    namespace: dict = {"__name__": "page"}
    for number, block in enumerate(blocks):
        file = tmp_path / f"{page.removesuffix('.md')}_{number}.py"
        file.write_text(block, encoding="utf-8")
        exec(compile(block, str(file), "exec"), namespace)
