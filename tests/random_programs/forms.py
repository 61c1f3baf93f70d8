"""A program's compiled derivative against the readable one.

In: a `Program`.  Out: a `Verdict`: passed, refused, discarded, or failed: `crash`, `value`, `reverse`, `forward`, `arguments`.
With NUMBA_DISABLE_JIT=1 the loop nests run as Python: what Numba makes of them takes a second or more each.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

import s2s
from random_programs.checking import SECONDS, Check, Verdict, _Found
from random_programs.program import Program
from random_programs.running import OutOfTime, copied, flat, limited, loaded

ROUNDING = 1e-9


def check_forms(program: Program, seconds: float = SECONDS) -> Verdict:
    """The verdict on both forms of a program's derivatives."""
    with warnings.catch_warnings(), loaded(program.text) as function:
        warnings.simplefilter("ignore")
        try:
            with limited(seconds), np.errstate(all="ignore"):
                Forms(function, program.args).both()
        except _Found as found:
            return found.verdict
        except OutOfTime as late:
            return Verdict("time", str(late))
    return Verdict("passed")


class Forms(Check):
    """Both forms of one function at its arguments."""

    def both(self) -> None:
        plain = self.plain(SECONDS)
        tangents, seed = self.direction(), self.like(plain)
        self.agree("forward", lambda args, jit: s2s.jvp(self.function, args, tangents, jit=jit))
        if isinstance(plain, float):
            self.agree("reverse", lambda args, jit: s2s.value_and_grad(self.function, argnums=self.wrt, jit=jit)(*args))
        else:
            self.agree("reverse", lambda args, jit: s2s.vjp(self.function, *args, cotangent=seed, jit=jit))

    def agree(self, what: str, call: Callable[[tuple[Any, ...], Any], Any]) -> None:
        self.given = copied(self.args)
        expected = self.derived(lambda: call(self.given, False))
        self.given = copied(self.args)
        found = self.derived(lambda: call(self.given, "auto"))
        self.same("arguments", self.given, self.args, "afterwards")
        one, other = flat(found), flat(expected)
        if one.shape != other.shape:
            raise _Found(what, f"{one.size} numbers, not {other.size}")
        size = 1.0 + np.max(np.abs(other), initial=0.0, where=np.isfinite(other))
        wrong = ~((np.abs(one - other) <= ROUNDING * size) | (one == other) | (np.isnan(one) & np.isnan(other)))
        if np.any(wrong):
            raise _Found(what, f"{one[wrong][0]!r} compiled, {other[wrong][0]!r} readable")
