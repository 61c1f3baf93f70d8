"""A long heat equation: the memory and the time of its gradient, with records of every step and with a few states.

    python benchmarks/checkpointed.py                      # 100,000 steps, 20 states
    python benchmarks/checkpointed.py --steps 10000 --slots 10

A rod is heated at one place, and its conductivity is what the final temperatures are differentiated by, so that every
step's temperatures are needed.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

import s2s
from s2s_runtime.checkpointing import repeated


def cooled(conductivity, u, measured, steps):
    for _ in range(steps):
        flux = conductivity * (u[1:] - u[:-1])
        u = u.copy()
        u[1:-1] += 0.2 * (flux[1:] - flux[:-1])
    return np.sum((u - measured) ** 2)


def cooled_checkpointed(conductivity, u, measured, steps, slots):
    for _ in s2s.checkpointed(range(steps), slots=slots):
        flux = conductivity * (u[1:] - u[:-1])
        u = u.copy()
        u[1:-1] += 0.2 * (flux[1:] - flux[:-1])
    return np.sum((u - measured) ** 2)


def seconds(function: Callable[..., Any], *args: Any) -> float:
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


def peak(function: Callable[..., Any], *args: Any) -> int:
    """The most bytes that are held at a time."""
    tracemalloc.start()
    try:
        function(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--slots", type=int, default=20)
    parser.add_argument("--cells", type=int, default=200)
    given = parser.parse_args()
    cells = np.linspace(0.0, 1.0, given.cells)
    args = np.full(given.cells - 1, 0.7), np.exp(-50.0 * (cells - 0.3) ** 2), np.zeros(given.cells), given.steps
    whole, few = s2s.grad(cooled), s2s.grad(cooled_checkpointed)
    short = (*args[:-1], 2)
    whole(*short), few(*short, given.slots)  # derived once
    primal = seconds(cooled, *args)
    times = seconds(whole, *args), seconds(few, *args, given.slots)
    same = np.array_equal(whole(*args), few(*args, given.slots))
    peaks = peak(whole, *args), peak(few, *args, given.slots)
    state = args[1].nbytes
    print(f"{given.steps:,} steps of {given.cells} cells, a state is {state:,} bytes, gradient by the conductivity")
    print(f"{'':24}{'peak memory':>16}{'states':>12}{'seconds':>10}{'over primal':>13}")
    for name, used, took in zip(("every step recorded", f"{given.slots} slots"), peaks, times, strict=True):
        print(f"{name:24}{used:>16,}{used / state:>12,.1f}{took:>10.2f}{took / primal:>13.1f}")
    again = repeated(given.steps, given.slots) / given.steps
    print(f"memory 1/{peaks[0] / peaks[1]:,.0f}, time {times[1] / times[0]:.2f} times; each step runs {again:.2f} times more")
    print(f"the gradients are {'the same to the last bit' if same else 'DIFFERENT'}")


if __name__ == "__main__":
    main()
