"""The elementary functions measured: the largest error, and the time of a loop.

    cd tests && python -m elementary.report [--points N] [--stride K] [--only NAMES] [--skip-times] [--skip-errors]

Errors are found with a wider format, of NumPy or SciPy: float32 against float64, at every K-th of all bit patterns; float64
against the processor's 80-bit format, where NumPy has it, at N points. The largest are then taken again by mpmath, which
says what is printed; where there is no wider format, mpmath says all, at a fiftieth of the points. Times are the least of
many, of loops over arrays that stay in the cache, in turn.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import scipy.special

from elementary.loops import COUNTS, NAMES, computed, loop
from elementary.oracle import errors
from elementary.points import DTYPES, RANGES, WORDS, inside, points
from s2s_runtime import elementary

CHUNK = 1 << 18
AGAIN = 40  # of each chunk are taken again by mpmath
LENGTH = 20_000
TIMED = RANGES | {
    "exp": (-10, 10), "exp2": (-10, 10), "expm1": (-10, 10), "log": (0, 100), "log2": (0, 100), "log10": (0, 100),
    "log1p": (-0.9, 100), "sin": (-100, 100), "cos": (-100, 100),
    "tan": (-100, 100), "sinh": (-10, 10), "cosh": (-10, 10), "tanh": (-3, 3), "arctan": (-10, 10), "erf": (-3, 3),
}  # fmt: skip
Arguments = tuple[np.ndarray, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=2_000_000, help="for float64, and for both arguments of power")
    parser.add_argument("--stride", type=int, default=257, help="from one float32 to the next that is tried; 1 is all")
    parser.add_argument("--only", default=",".join(NAMES), help="names, separated by commas")
    parser.add_argument("--skip-times", action="store_true")
    parser.add_argument("--skip-errors", action="store_true")
    options = parser.parse_args()
    names = options.only.split(",")
    if not options.skip_errors:
        print("| function | dtype | points | largest error, ulp | at |\n|---|---|---|---|---|", flush=True)
        for name in names:
            for dtype in DTYPES:
                print(row(name, np.dtype(dtype), options), flush=True)
    if not options.skip_times:
        print("\n| function | dtype | loop | loop, libm | NumPy, whole array |\n|---|---|---|---|---|", flush=True)
        for name in names:
            for dtype in DTYPES:
                ours, libm, whole = times(name, np.dtype(dtype))
                print(f"| {name} | {dtype.__name__} | {ours:.2f} | {libm:.2f} | {whole:.2f} |", flush=True)


# -------------------------------------------------------------------------------------------------------------- errors


def row(name: str, dtype: np.dtype[Any], options: argparse.Namespace) -> str:
    wide = wider(name, dtype)
    tried, worst, place = 0, 0.0, ""
    for arguments in chunks(name, dtype, options, wide is not None):
        results = computed(name, *arguments)
        tried += len(results)
        if wide is not None:
            chosen = np.argsort(estimated(wide, arguments, results))[-AGAIN:]
            arguments, results = tuple(one[chosen] for one in arguments), results[chosen]
        found = errors(name, arguments, results)
        if len(found) and found.max() > worst:
            worst = float(found.max())
            place = ", ".join(repr(float(one[int(found.argmax())])) for one in arguments)
    return f"| {name} | {dtype.name} | {tried:,} | {worst:.2f} | {place} |"


def chunks(name: str, dtype: np.dtype[Any], options: argparse.Namespace, many: bool) -> Iterator[Arguments]:
    if dtype == np.float32 and name != "power":
        words = range(0, 2**32, options.stride)
        for start in range(0, len(words), CHUNK):
            x = np.array(words[start : start + CHUNK], WORDS[dtype]).view(dtype)
            yield (x[np.isfinite(x) & inside(name, x)],)
        return
    count = options.points if many else options.points // 50
    for seed in range(-(-count // CHUNK)):
        yield points(name, dtype, min(CHUNK, count), seed=seed + 1)


def wider(name: str, dtype: np.dtype[Any]) -> Callable[..., Any] | None:
    """The function in a format with ten digits more, or None."""
    kind = np.float64 if dtype == np.float32 else np.longdouble
    function = getattr(np, name, None)
    if kind is np.longdouble and (np.finfo(kind).nmant < 63 or function is None):
        return None
    function = function or getattr(scipy.special, name)
    return lambda *arguments: function(*[one.astype(kind) for one in arguments])


def estimated(wide: Callable[..., Any], arguments: Arguments, results: np.ndarray) -> np.ndarray:
    """The errors in ulp, as far as the wider format tells."""
    facts = np.finfo(results.dtype)
    with np.errstate(all="ignore"):
        exact = wide(*arguments)
        beyond = np.ldexp(exact.dtype.type(1), int(facts.maxexp))
        exact, found = (np.clip(one, -beyond, beyond) for one in (exact, results.astype(exact.dtype)))
        last = np.clip(np.frexp(exact)[1] - 1, int(facts.minexp), int(facts.maxexp) - 1) - int(facts.nmant)
        error = np.abs(found - exact) / np.ldexp(exact.dtype.type(1), last)
    return np.where(np.isnan(error), np.inf, error)


# --------------------------------------------------------------------------------------------------------------- times


def times(name: str, dtype: np.dtype[Any]) -> tuple[float, ...]:
    """Milliseconds per million values: our loop, the same loop over what Numba has, NumPy or SciPy on the whole array."""
    rng = np.random.default_rng(0)
    if name == "power":
        arguments: Arguments = (rng.uniform(0, 10, LENGTH).astype(dtype), rng.uniform(-5, 5, LENGTH).astype(dtype))
    else:
        arguments = (rng.uniform(*TIMED[name], LENGTH).astype(dtype),)
    result = np.empty_like(arguments[0])
    whole = getattr(np, name, None) or getattr(scipy.special, name)
    ours = loop(getattr(elementary, name), COUNTS[name])
    libm = loop(getattr(np, name, None) or scalar(name), COUNTS[name])
    calls: list[Callable[[], Any]] = [
        lambda: ours(*arguments, result),
        lambda: libm(*arguments, result),
        lambda: whole(*arguments, out=result),
    ]
    least = [float("inf")] * len(calls)
    for _ in range(200):
        for place, call in enumerate(calls):
            start = time.perf_counter()
            call()
            least[place] = min(least[place], time.perf_counter() - start)
    return tuple(one / LENGTH * 1e9 for one in least)


def scalar(name: str) -> Callable[..., Any]:
    import math

    return getattr(math, name)


if __name__ == "__main__":
    main()
