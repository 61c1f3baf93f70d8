"""What a form says about itself (`jax_forms` and `torch_forms` list the marks), read from its text: nothing is imported."""

from __future__ import annotations

import ast
from pathlib import Path

HERE = Path(__file__).parent
FORMS = {"jax": HERE / "jax_forms", "torch": HERE / "torch_forms"}
MARKS = ("SCALAR_LOOPS", "IMPLICIT")


def marks(who: str, name: str) -> list[str]:
    """Which of `MARKS` the peer's form of a program has."""
    path = FORMS[who] / f"{name}.py"
    if not path.is_file():
        return []
    nodes = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.Assign)]
    names = {target.id for node in nodes for target in node.targets if isinstance(target, ast.Name)}
    return [mark for mark in MARKS if mark in names]
