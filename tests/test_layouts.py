"""What the compiler takes for known of how arrays lie in memory, against how NumPy lays them out."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

from s2s.specialise import specialise
from s2s.specialise.arrays import Arrays

RNG = np.random.default_rng(0)
A, B, S, V = (RNG.normal(size=shape) for shape in ((3, 4), (3, 4), (4, 4), (4,)))

RESULTS = [
    "A + B", "A.T + B.T", "A + V", "A.T * 2", "A.T + A.T * B.T", "A @ S", "A.T @ B", "S.T @ S", "np.sin(A.T)", "np.where(A > 0, A, B)",
    "np.where(A.T > 0, A.T, B.T)", "np.concatenate([A, B])", "np.concatenate([A.T, B.T])", "np.stack([A, B])",
    "np.stack([A, B], axis=2)", "np.stack([V, V], axis=1)", "np.outer(V, V)", "V[:, None] * V", "V[:, None] + A.T", "np.linalg.inv(S)",
    "np.linalg.inv(S.T)", "np.cumsum(A, axis=0)", "np.sort(A.T, axis=0)", "np.einsum('ij,kj->ki', A, B)", "np.tile(A, (2, 1))",
    "np.roll(A.T, 1, axis=0)", "np.pad(A, 1)", "A[[0, 2]]", "A[:, [0, 2]]", "A.T[[0, 2]]", "np.diff(A, axis=0)", "np.triu(S)",
    "np.maximum(A.T, B.T)", "np.clip(A.T, 0, 1)", "A.sum(axis=0, keepdims=True)", "np.mean(np.stack([A, B]), axis=2)",
    "np.array(A.T)", "np.array([V, V])", "-A.T", "A.T ** 2", "np.diag(V)", "np.linalg.qr(S)[0]", "A.T.copy()", "np.copy(A.T)",
    "np.zeros_like(A.T)", "np.empty_like(A)", "A.T.astype(np.float32)", "np.dot(A.T, B)", "A.T / A.T.sum(axis=0)", "A - A.mean(axis=0)",
    "A.T - A.T.mean(axis=0)", "np.broadcast_to(V, (3, 4)) * 1.0", "np.rot90(A) * 1.0", "np.reshape(A.T, (3, 4)) * 2",
    "np.swapaxes(A, 0, 1) * 2", "np.zeros((3, 4), float, 'F')", "np.copy(A.T, 'C')", "np.empty_like(A, float, 'F')",
    "np.eye(4, 4, 0, float, 'F')",
    "np.full((3, 4), 2.0, float, 'F')", "np.array(A, order='F')", "A.copy('F')", "np.linalg.eigh(S + S.T)[1] * 1.0",
]  # fmt: skip


def compiled(text: str) -> Any:
    source = f"def f(A, B, S, V):\n    result = {text}\n    z = np.zeros(2)\n    z[0] = 1.0\n    return np.sum(result) * z[0]\n"
    name = f"<layout of {text}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    namespace: dict[str, Any] = {"np": np}
    exec(compile(source, name, "exec"), namespace)
    return namespace["f"]


@pytest.mark.core
@pytest.mark.parametrize("order", [np.ascontiguousarray, np.asfortranarray])
@pytest.mark.parametrize("text", RESULTS)
def test_what_is_known_of_a_layout_is_so(text, order, monkeypatch):
    args = (order(A), order(B), order(S), V)
    held: list[Any] = []
    allocate = Arrays.hold

    def hold(machine: Any, value: Any) -> Any:
        found = allocate(machine, value)
        held.append((machine, found))
        return found

    monkeypatch.setattr(Arrays, "hold", hold)
    specialise(compiled(text), args, {})
    real = eval(text, {"np": np, "A": args[0], "B": args[1], "S": args[2], "V": V})
    truth = True if real.flags.c_contiguous else False if real.flags.f_contiguous else None
    machine, found = next((m, value) for m, value in held if m.stores and named(m, value) == "result")
    assert machine.layout_of_view(found) in (truth, None)


def named(machine: Any, value: Any) -> str:
    cell = machine.state.heap.get(getattr(value, "cell", None))
    return machine.builder.hint(cell.atom) if cell is not None and hasattr(cell, "atom") else ""
