"""The programs in docs/implicit.md and docs/rules.md run as they stand."""

from __future__ import annotations

import linecache
import re
from pathlib import Path

import pytest

import s2s
from s2s.errors import BadRule
from s2s.rules.declare import RULES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def forgotten():
    rules, constants = {key: list(held) for key, held in RULES.rules.items()}, dict(RULES.constants)
    yield
    RULES.rules, RULES.constants = rules, constants
    RULES.version += 1


@pytest.mark.parametrize("page", ["implicit", "rules"])
def test_the_programs_of_a_page(page, capsys):
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    scope: dict = {"s2s": s2s, "__name__": page}
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL)):
        name = f"<{page} {number}>"
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        if "never" in code:
            with pytest.raises(BadRule):
                exec(compile(code, name, "exec"), scope)
        else:
            exec(compile(code, name, "exec"), scope)
    printed = capsys.readouterr().out
    shown = re.findall(r"^    (t = .*|x = root.*|p_bar.*)$", text, re.MULTILINE)
    assert all(line in printed for line in shown)
