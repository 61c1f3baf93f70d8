"""What a tape costs per operation: the same chain of small operations on the tape of s2s, Autograd's and PyTorch's.

    python benchmarks/tape.py [--operations 2000] [--repeats 15]

Prints the time per operation of one gradient (the value, recorded, and the walk back), as ratios to the tape of s2s: medians of repeats
that take turns.  `plain` is the function alone.  It needs the extra `bench`.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s import eager

PER_ROUND = 5


def chain(rounds: int, sin: Callable[..., Any], total: Callable[..., Any]) -> Callable[..., Any]:
    """Five operations a round: sin, two products with numbers, a product, a sum."""

    def run(x: Any) -> Any:
        for _ in range(rounds):
            x = sin(x) * 0.9 + x * x * 0.1
        return total(x)

    return run


def with_tape(run: Callable[..., Any]) -> Callable[..., Any]:
    def gradient(x: Any) -> Any:
        with eager.Tape() as tape:
            leaf = tape.leaf(x)
            result = run(leaf)
        return tape.backward(result)[leaf]

    return gradient


def ways(rounds: int) -> dict[str, Callable[[Any], Any]]:
    """The gradient by each tape that is installed."""
    plain = chain(rounds, np.sin, np.sum)
    found: dict[str, Callable[[Any], Any]] = {"plain": plain, "s2s": with_tape(plain), "s2s eager.grad": eager.grad(plain)}
    try:
        import autograd
        import autograd.numpy as anp
    except ImportError:
        pass
    else:
        found["Autograd"] = autograd.grad(chain(rounds, anp.sin, anp.sum))
    try:
        import torch
    except ImportError:
        return found
    torch.set_num_threads(1)
    run = chain(rounds, torch.sin, torch.sum)

    def by_torch(x: Any) -> Any:
        leaf = torch.tensor(x, requires_grad=True)
        run(leaf).backward()
        return leaf.grad.numpy()

    found["PyTorch"] = by_torch
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operations", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=15)
    given = parser.parse_args()
    rounds, x = given.operations // PER_ROUND, np.array([0.3, 0.2, 0.1])
    functions = ways(rounds)
    wanted = functions["s2s"](x)
    for name, function in functions.items():
        if name != "plain":
            np.testing.assert_allclose(function(x), wanted, rtol=1e-10)
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(given.repeats):
        for name, function in functions.items():
            start = time.perf_counter()
            function(x)
            times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(values) for name, values in times.items()}
    print(f"{rounds * PER_ROUND} operations on 3 numbers; microseconds per operation, ratio to s2s")
    for name, value in medians.items():
        print(f"{name:<16}{value / (rounds * PER_ROUND) * 1e6:8.2f}{value / medians['s2s']:8.2f}")


if __name__ == "__main__":
    main()
