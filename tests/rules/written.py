"""Text as a module with a file, so that the source of its functions is to be had.

In: expressions of `x`, `y` and `z`.  Out: functions of these, in the order of the expressions.
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

HEAD = "import math\nimport operator\n\nimport numpy as np\nfrom scipy import special\n\n\n"


def loaded(text: str, name: str, **names: Any) -> Any:
    """A module of this text; `names` are its globals before it runs."""
    path = Path(tempfile.mkdtemp()) / f"{name}.py"
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    vars(module).update(names)
    spec.loader.exec_module(module)
    return module


def functions_of(expressions: Sequence[str], name: str, parameters: str = "x, y, z") -> list[Callable[..., Any]]:
    """A function for each expression, of as many leading parameters as it reads."""
    words = parameters.split(", ")
    text = HEAD
    for k, expression in enumerate(expressions):
        read = compile(expression, name, "eval").co_names
        count = max((words.index(word) + 1 for word in words if word in read), default=0)
        text += f"def f{k}({', '.join(words[:count])}):\n    return {expression}\n\n\n"
    module = loaded(text, name)
    return [getattr(module, f"f{k}") for k in range(len(expressions))]
