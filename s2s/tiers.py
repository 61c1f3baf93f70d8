"""NumPy code at first, compiled code once it pays: how `jit="auto"` runs a derivative.

Compiling takes seconds, a call of the NumPy code perhaps milliseconds.  A derivative is compiled when its NumPy code has run for
as long as compiling would take: then no program takes more than twice the time of the better way, whatever calls are to come.
It is compiled at once where that is sure to pay in the first call, by the rounds of its loops, or where it was worth it
in an earlier process, and machine code is on disk.

In: a derivative and the arguments of a first call.  Out: whether to compile now.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.emit import Source
from s2s.rounds import Rounds

START = 0.4
"""Seconds that the first compiled function of a process takes, whatever it is."""
PER_LINE = 0.02
"""Seconds of compiling per line of NumPy code: of 15 programs of 23 to 171 lines, half took 0.014 or less, three more than 0.03."""
PER_STATEMENT = 0.5e-6
"""Seconds that NumPy code takes for a statement, at least."""
scale = 1.0
"""What the time is multiplied by after which compiling pays; 0: always at once."""


class Tier:
    """How long the NumPy code of one derivative has run, and how long it may."""

    def __init__(self, sources: Sequence[Source], expected: float = 0.0) -> None:
        """`expected`: the seconds that the first call takes as NumPy code, at least."""
        self.cost = START + PER_LINE * sum(source.text.count("\n") for source in sources)
        self.spent, self.expected = 0.0, expected

    @property
    def pays(self) -> bool:
        """Whether it is time to compile."""
        return max(self.spent, self.expected) >= self.cost * scale

    def timed(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """A function whose calls count."""

        @functools.wraps(run)
        def counted(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            result = run(*args, **kwargs)
            self.spent += time.perf_counter() - start
            return result

        return counted


def least(function: ir.Function, args: Sequence[Any]) -> float:
    """The seconds that a call takes as NumPy code, at least, as far as the rounds of its loops are known beforehand."""
    parameters = [parameter.name for parameter in function.parameters if not parameter.captured]
    given = dict(zip(parameters, args, strict=False))
    lengths: dict[facts.Symbol, int] = {}
    for name, arg in given.items():
        fact = function.types.get(name)
        if not isinstance(fact, facts.Num):
            continue
        dims, sizes = ((fact.length,), (arg,)) if type(arg) is int else (fact.shape or (), np.shape(arg))
        lengths.update((dim.symbol, size) for dim, size in zip(dims, sizes, strict=False) if dim is not None and dim.symbol)
    return PER_STATEMENT * Rounds(function.types, lengths).statements(function.body)
