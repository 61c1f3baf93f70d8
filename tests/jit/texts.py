"""Texts to compile, and places to keep what was compiled."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from s2s import ir
from s2s.emit import Source
from s2s.syntax import Span

ROOT = Path(__file__).parents[2]

SQUARE = """
def square(x):
    return x * x
"""

SUM_OF_SQUARES = """
import numpy as np


def part(x, i):
    return x[i] * x[i]


def sum_of_squares(x):
    total = 0.0
    for i in range(x.shape[0]):
        total += part(x, i)
    return total
"""


def source(text: str, *, captured: tuple[str, ...] = (), origins: Any = None, **outside: Any) -> Source:
    """A text as a Source; it defines its last function."""
    name = text.rpartition("\ndef ")[2].partition("(")[0]
    return Source(name, text, outside, captured, origins or {})


def written_by_user(text: str, file: Path) -> dict[int, ir.Origin]:
    """Origins for a text that is taken for the user's own, in a file: each line comes from itself."""
    file.write_text(text)
    spans = {
        number: Span(number, len(line) - len(line.lstrip()), number, len(line))
        for number, line in enumerate(text.splitlines(), 1)
        if line.startswith(" ")
    }
    return {number: ir.Origin(str(file), span) for number, span in spans.items()}


def in_new_process(script: str, *arguments: Any) -> str:
    """What a script prints in a process of its own, with the cache directory of this one."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout
