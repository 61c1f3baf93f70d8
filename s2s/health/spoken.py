"""Entries, iterations and numbers as they are written in a report."""

from __future__ import annotations

from typing import Any

import numpy as np


def number(value: Any) -> str:
    """A number in a few digits."""
    return f"{value:.6g}" if isinstance(value, (float, complex, np.inexact)) else str(value)


def place_text(entry: tuple[int, ...]) -> str:
    """` at [2, 0]`; nothing for a number."""
    return f" at [{', '.join(map(str, entry))}]" if entry else ""


def rounds_text(rounds: tuple[tuple[str, int], ...]) -> str:
    """`, for i = 3`; nothing outside of loops."""
    loops = ", ".join(f"{word} = {count}" if word != "iteration" else f"iteration {count}" for word, count in rounds)
    return f", for {loops}" if loops else ""
