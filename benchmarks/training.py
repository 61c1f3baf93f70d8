"""Time per training step of the digits' models: compiled, as NumPy code, on the eager tape, and by PyTorch, from the same parameters
and batches.

    python benchmarks/training.py [repeats]         # needs PyTorch; prints the table of docs/training.md

Steps are taken in turn, so that all ways see the same machine; the table has medians, and ratios to PyTorch's on one thread.  The
losses of the first steps are compared before anything is timed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "examples"))
import train_digits

from s2s import eager, optim
from s2s.train import stepper
from s2s_runtime import tree

COMPARED = 20


def our_step(name: str, dtype: Any, **options: Any) -> Callable[[Any], float]:
    """A step of ours: batch -> loss."""
    params = tree.tree_map(lambda leaf: leaf.astype(dtype), train_digits.initial(name))
    return stepper(train_digits.MODELS[name][1], params, optim.adamw(2e-3), **options).step


def torch_step(name: str, dtype: Any) -> Callable[[Any], float]:
    """The same model by PyTorch."""
    f = torch.nn.functional
    params = tree.tree_map(
        lambda leaf: torch.tensor(leaf.astype(dtype), requires_grad=True), train_digits.initial(name)
    )
    optimizer = torch.optim.AdamW(tree.flatten(params)[0], lr=2e-3)

    def dense(layers: Any, x: Any) -> Any:
        return f.linear(
            f.relu(f.linear(x, layers[0]["weights"], layers[0]["bias"])), layers[1]["weights"], layers[1]["bias"]
        )

    def lenet(x: Any) -> Any:
        first, second = params["first"], params["second"]
        x = f.max_pool2d(f.relu(f.conv2d(x.reshape(-1, 1, 8, 8), first["weights"], first["bias"])), 2)
        return dense(params["dense"], f.relu(f.conv2d(x, second["weights"], second["bias"])).flatten(1))

    def step(batch: Any) -> float:
        images, labels = batch
        optimizer.zero_grad()
        scores = lenet(torch.from_numpy(images)) if name == "lenet" else dense(params, torch.from_numpy(images))
        loss = f.cross_entropy(scores, torch.from_numpy(labels))
        loss.backward()
        optimizer.step()
        return float(loss.detach())

    return step


def ways(name: str, dtype: Any) -> dict[str, Callable[[Any], float]]:
    """The steps by the names that the table has."""
    return {
        "compiled": our_step(name, dtype, jit=True),
        "NumPy": our_step(name, dtype, jit=False),
        "eager tape": our_step(name, dtype, value_and_grad=eager.value_and_grad),
        "PyTorch": torch_step(name, dtype),
    }


def batches(dtype: Any, count: int) -> list[Any]:
    """Batches of the training images, again and again."""
    images, labels = train_digits.digits()[0].columns
    size = train_digits.BATCH
    rows = [np.arange(k * size, (k + 1) * size) % len(labels) for k in range(count)]
    return [(images[row].astype(dtype), labels[row]) for row in rows]


def measured(name: str, dtype: Any, repeats: int) -> dict[str, float]:
    """Median seconds per step by way; raises AssertionError where losses differ."""
    steps = ways(name, dtype)
    losses = {way: [step(batch) for batch in batches(dtype, COMPARED)] for way, step in steps.items()}
    for way in steps:
        np.testing.assert_allclose(
            losses[way], losses["PyTorch"], rtol=1e-9 if dtype == np.float64 else 2e-4, err_msg=way
        )
    times: dict[str, list[float]] = {way: [] for way in steps}
    for batch in batches(dtype, repeats):
        for way, step in steps.items():
            begun = time.perf_counter()
            step(batch)
            times[way].append(time.perf_counter() - begun)
    return {way: statistics.median(row) for way, row in times.items()}


def main() -> None:
    torch.set_num_threads(1)
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print("| model | dtype | compiled | NumPy | eager tape | PyTorch | PyTorch, ms |\n|---|---|---|---|---|---|---|")
    for name in train_digits.MODELS:
        for dtype in (np.float64, np.float32):
            found = measured(name, dtype, repeats)
            ratios = " | ".join(f"{found[way] / found['PyTorch']:.2f}" for way in found)
            print(f"| {name} | {dtype.__name__} | {ratios} | {1e3 * found['PyTorch']:.2f} |", flush=True)


if __name__ == "__main__":
    main()
