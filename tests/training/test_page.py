"""The programs in docs/training.md run as they stand, and the example reaches its accuracy."""

from __future__ import annotations

import linecache
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_programs_of_the_page():
    text = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    scope: dict = {"__name__": "training_page"}
    for number, code in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL)):
        name = f"<training {number}>"
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        exec(compile(code, name, "exec"), scope)


@pytest.mark.parametrize(("name", "epochs", "least"), [("mlp", 25, 0.96), ("lenet", 6, 0.94)])
def test_the_example_reads_digits(name, epochs, least, monkeypatch):
    pytest.importorskip("sklearn")
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    import train_digits

    fitted, accuracy = train_digits.train(name, epochs, *train_digits.digits(), jit=False)
    assert accuracy > least
    assert fitted.history.of("loss")[-1] < 0.1 * fitted.history.of("loss")[0]
    sys.modules.pop("train_digits")
