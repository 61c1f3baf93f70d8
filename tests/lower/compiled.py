"""`python -m lower.compiled [--size 12] [--only lu,lstm]`, from `tests/`: the whole corpus, compiled, against NumPy.

Prints a line per program: what became of it, the seconds of the first call, and how much faster the second is than NumPy code.
The exit status is 1 if a derivative differs, or a call fails.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from types import ModuleType
from typing import Any

import numpy as np

from lower.corpus import IN_PARTS, active, arguments, modules
from s2s import value_and_grad
from s2s_runtime import tree

REPEATS = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="lower.compiled", description=__doc__)
    parser.add_argument("--size", type=int, default=12)
    parser.add_argument("--only", default="", help="names of programs, with commas between them")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    chosen = set(filter(None, given.only.split(",")))
    failed = 0
    for module in modules():
        name = module.__name__.rpartition(".")[2]
        if chosen and name not in chosen:
            continue
        verdict, line = one(module, given.size)
        failed += not verdict
        print(f"{name:28s} {'ok' if verdict else 'FAILED':7s} {line}", flush=True)
    return bool(failed)


def one(module: ModuleType, size: int) -> tuple[bool, str]:
    """Whether a program's compiled derivative is what the readable one gives, and what it cost."""
    readable = value_and_grad(module.loss, active(module), jit=False)
    strict = module.__name__.rpartition(".")[2] not in IN_PARTS
    compiled = value_and_grad(module.loss, active(module), jit=True if strict else "auto")
    try:
        expected = readable(*arguments(module, size))
        start = time.perf_counter()
        found = compiled(*arguments(module, size))
        first = time.perf_counter() - start
    except Exception as error:  # the report goes on with the next program
        return False, f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
    slow, fast = seconds(readable, module, size), seconds(compiled, module, size)
    return alike(found, expected), f"first call {first:6.2f} s, then {slow / fast:8.1f} times as fast as NumPy code"


def seconds(gradient: Any, module: ModuleType, size: int) -> float:
    """The median time of a call."""
    times = []
    for _ in range(REPEATS):
        args = arguments(module, size)
        start = time.perf_counter()
        gradient(*args)
        times.append(time.perf_counter() - start)
    return float(np.median(times))


def alike(found: Any, expected: Any) -> bool:
    ones, others = (tree.flatten(value)[0] for value in (found, expected))
    return len(ones) == len(others) and all(map(close, ones, others))


def close(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is other
    size = max(1.0, float(np.max(np.abs(other), initial=0.0)))
    return np.shape(one) == np.shape(other) and bool(np.allclose(one, other, rtol=1e-8, atol=1e-10 * size))


if __name__ == "__main__":
    sys.exit(main())
