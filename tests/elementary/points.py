"""Arguments at which elementary functions are tried: of every size, and where they are hard to compute.

In: a function's name, a dtype, how many, a seed.  Out: arrays of finite arguments, as many as the function has.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Generator = np.random.Generator
DTYPES = (np.float64, np.float32)
WORDS = {np.dtype(np.float64): np.uint64, np.dtype(np.float32): np.uint32}


def points(name: str, dtype: Any, count: int, seed: int = 0) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    if name == "power":
        return powers(np.dtype(dtype), count, rng)
    if name == "hypot":
        return legs(np.dtype(dtype), count, rng)
    with np.errstate(over="ignore"):
        tried = [one.astype(dtype) for one in (spread(name, rng, count // 3), hard(name, rng, count // 3))]
    x = np.concatenate([everywhere(np.dtype(dtype), count // 3, rng), tried[0], beside(tried[1], rng)])
    return (x[inside(name, x) & np.isfinite(x)],)


def everywhere(dtype: np.dtype[Any], count: int, rng: Generator) -> np.ndarray:
    """Any bits: every exponent is as likely, denormals and both signs among them."""
    size = dtype.itemsize * 8
    words = rng.integers(0, 2**size, count, dtype=WORDS[dtype])
    x = words.view(dtype)
    return x[np.isfinite(x)]


def beside(x: np.ndarray, rng: Generator) -> np.ndarray:
    """Numbers up to three places from x, either way."""
    with np.errstate(all="ignore"):
        moved = (x.view(WORDS[x.dtype]) + rng.integers(0, 7, x.shape).astype(WORDS[x.dtype]) - 3).view(x.dtype)
    return np.where(np.isfinite(moved), moved, x)


def spread(name: str, rng: Generator, count: int) -> np.ndarray:
    """Evenly over where the function changes, and around 1."""
    low, high = RANGES[name]
    half = count // 2
    return np.concatenate([rng.uniform(low, high, half), rng.uniform(max(low, -3.0), min(high, 3.0), count - half)])


RANGES: dict[str, tuple[float, float]] = {
    "exp": (-746, 710), "exp2": (-1076, 1025), "expm1": (-40, 710), "log": (0, 10), "log2": (0, 10), "log10": (0, 10),
    "log1p": (-1, 10), "sin": (-1e4, 1e4), "cos": (-1e4, 1e4),
    "tan": (-1e4, 1e4), "sinh": (-711, 711), "cosh": (-711, 711), "tanh": (-23, 23), "arctan": (-50, 50), "erf": (-6, 6),
}  # fmt: skip


def hard(name: str, rng: Generator, count: int) -> np.ndarray:
    """Where a result overflows, underflows, vanishes or changes its formula, each again and again."""
    found = HARD[name](rng, count)
    return np.resize(found, max(count, len(found)))


def turns(rng: Generator, count: int) -> np.ndarray:
    """Next to multiples of pi/4, small and large, and the double that is nearest to a multiple of pi/2, relative to it."""
    n = np.concatenate([np.arange(-40.0, 40.0), np.rint(2.0 ** rng.uniform(0, 45, count))])
    return np.concatenate([n * (np.pi / 4), [6381956970095103.0 * 2.0**797, 16367173.0 * 2.0**72]])


def near_one(rng: Generator, count: int) -> np.ndarray:
    return np.concatenate([1 + 2.0 ** rng.uniform(-53, 0, count), 1 - 2.0 ** rng.uniform(-53, -1, count)])


HARD: dict[str, Callable[[Generator, int], np.ndarray]] = {
    "exp": lambda rng, count: np.concatenate([
        np.log(2.0) * (np.arange(-1080, 1030) + 0.5), [709.78271289, -745.1332191, -708.396418, 88.72284, -103.97208, -87.33655],
    ]),
    "expm1": lambda rng, count: np.concatenate([
        np.log(2.0) * (np.arange(-60, 60) + 0.5), 2.0 ** rng.uniform(-60, 2, count), -(2.0 ** rng.uniform(-60, 2, count)),
        [709.78271289, 88.72284],
    ]),
    "exp2": lambda rng, count: np.concatenate([np.arange(-1076, 1025) + 0.5, np.arange(-1076.0, 1025.0)]),
    "log": near_one, "log2": near_one, "log10": near_one,
    "log1p": lambda rng, count: np.concatenate([
        2.0 ** rng.uniform(-60, 2, count), -(2.0 ** rng.uniform(-60, 0, count)), [2.0**52, 2.0**53, 2.0**54, 2.0**23, 2.0**24],
        2.0 ** rng.uniform(-1, 60, count) - 1, -1 + 2.0 ** rng.uniform(-53, 0, count),
    ]),
    "sin": turns, "cos": turns, "tan": turns,
    "sinh": lambda rng, count: np.concatenate([2.0 ** rng.uniform(-30, 2, count), [710.4758600739, -710.4758600739, 89.41598]]),
    "cosh": lambda rng, count: np.concatenate([2.0 ** rng.uniform(-30, 2, count), [710.4758600739, -710.4758600739, 89.41598]]),
    "tanh": lambda rng, count: np.concatenate([2.0 ** rng.uniform(-30, 2, count), rng.uniform(0.5, 0.6, count)]),
    "arctan": lambda rng, count: np.concatenate([2.0 ** rng.uniform(-30, 60, count), rng.uniform(0.45, 0.55, count), [0.5, 1, 2]]),
    "erf": lambda rng, count: np.concatenate([2.0 ** rng.uniform(-40, 2, count), [5.93, 3.93, 5.864, 3.832]]),
}  # fmt: skip


def inside(name: str, x: np.ndarray) -> np.ndarray:
    """Where the function is real and finite."""
    if name in ("log", "log2", "log10"):
        return x > 0
    return x > -1 if name == "log1p" else np.ones(x.shape, bool)


def powers(dtype: np.dtype[Any], count: int, rng: Generator) -> tuple[np.ndarray, ...]:
    """Any bases with exponents that keep the result in range; bases beside 1; denormal results; negative bases; roots."""
    part = count // 5
    facts = np.finfo(dtype)
    any_base = np.abs(everywhere(dtype, part, rng))
    any_base = any_base[any_base > 0]
    near_one = (1 + rng.choice([-1, 1], part) * 2.0 ** rng.uniform(-float(facts.nmant), -1, part)).astype(dtype)
    usual = rng.uniform(0, 20, part).astype(dtype)
    low, high = float(facts.minexp - facts.nmant - 1) * np.log(2), float(facts.maxexp) * np.log(2)
    pairs = [(usual, rng.uniform(-20, 20, part).astype(dtype))]
    for base, least in ((any_base, low), (near_one, low), (usual, low), (usual, high)):
        base = base[(base != 1) & (base > 0)]
        with np.errstate(all="ignore"):
            wanted = (
                rng.uniform(least, high, len(base))
                if least != high
                else high * (1 - 2.0 ** rng.uniform(-20, 0, len(base)))
            )
            pairs.append((base, (wanted / np.log(base.astype(np.float64))).astype(dtype)))
    negative = (-usual, rng.integers(-30, 30, part).astype(dtype))
    pairs.append(negative)
    x = np.concatenate([pair[0] for pair in pairs])
    y = np.concatenate([pair[1] for pair in pairs])
    kept = np.isfinite(y) & (x != 0)
    return x[kept], y[kept]


def legs(dtype: np.dtype[Any], count: int, rng: Generator) -> tuple[np.ndarray, ...]:
    """Any two numbers; two of about one size, whatever that is; two around 1; the limits of what is squared as it is."""
    part = count // 4
    any_x, any_y = everywhere(dtype, part, rng), everywhere(dtype, part, rng)
    alike = everywhere(dtype, part, rng)
    low, high = float(np.finfo(dtype).minexp), float(np.finfo(dtype).maxexp)
    limits = np.array([-500.0, 500.0] if dtype == np.float64 else [-60.0, 60.0])
    with np.errstate(all="ignore"):
        pairs = [
            (any_x[: min(len(any_x), len(any_y))], any_y[: min(len(any_x), len(any_y))]),
            (alike, (alike * rng.uniform(-1, 1, len(alike))).astype(dtype)),
            (rng.normal(size=part).astype(dtype), rng.normal(size=part).astype(dtype)),
            (beside((2.0 ** rng.choice(limits, part)).astype(dtype), rng), (2.0 ** rng.uniform(low, high, part)).astype(dtype)),
        ]
    return np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs])
