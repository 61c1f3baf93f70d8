"""`reuse_memory=True`: a compiled derivative computes in the memory of its last call, and gives what it gives without."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import s2s
from s2s.code import Piece
from s2s_runtime import tree
from s2s_runtime.arena import Arena, empty_in, entered, left

RNG = np.random.default_rng(3)
X, W = RNG.standard_normal((5, 4)), RNG.standard_normal((4, 3))


def layers(x, w):
    h = np.tanh(x @ w)
    mask = h > 0.0
    return np.sum((np.where(mask, h, 0.0) @ w.T) ** 2) + np.sum(h[np.arange(5) % 3] ** 2)


def loop_that_keeps_nothing(x, w):
    total = 0.0
    for i in range(x.shape[0]):
        row = np.exp(x[i] @ w)
        total += np.sum(row * row[::-1])
    return total


def layers_of_rows(x, w):
    h = np.tanh(x @ w)
    return np.sum((np.where(h > 0.0, h, 0.0) @ w.T) ** 2)


def loop_that_carries_what_it_makes(x, w):
    u = x[0]
    for i in range(1, x.shape[0]):
        v = np.zeros(4)
        for j in range(3):
            v[j + 1] = u[j] * w[j, 0]
        u = v + np.sin(x[i])
    return np.sum(u**2)


def arrays_that_change_places(x, w):
    old, new = x[0] * 1.0, x[1] * 1.0
    for i in range(4):
        fresh = np.empty(4)
        for j in range(4):
            fresh[j] = old[j] * new[3 - j] + w[j, 1]
        old, new = new, fresh
    return np.sum(new * old)


def recorded_in_each_iteration(x, w):
    h = np.zeros(3)
    for t in range(x.shape[0]):
        h = np.tanh(x[t] @ w + h)
    return np.sum(h**2)


def while_loop(x, w):
    y, count = x[0] * 1.0, 0
    while np.sum(y * y) > 0.01 and count < 20:
        z = y * 0.5
        y = z + 0.01 * np.sin(z)
        count += 1
    return np.sum(y) * count + np.sum(w)


def copies(x, w):
    a = np.reshape(x.T, (10, 2))
    b = a.copy()
    b[0] = 2.0
    return np.sum(a[:, 0] * b[:, 1]) + np.sum(w)


def complex_numbers(x, w):
    z = x + 1j * x[::-1]
    return np.sum(np.abs(z @ w) ** 2)


def single(x, w):
    return np.sum((x.astype(np.float32) @ w.astype(np.float32)) ** 2)


def rows_of_other_lengths(x, w):
    total = 0.0
    for i in range(1, x.shape[0]):
        part = np.cumsum(x[:i, 0]) * w[0, 0]
        total += np.sum(part * part[::-1])
    return total


PROGRAMS = [
    layers, loop_that_keeps_nothing, loop_that_carries_what_it_makes, arrays_that_change_places, recorded_in_each_iteration, while_loop,
    copies, complex_numbers, single, rows_of_other_lengths,
]  # fmt: skip


def assert_close(found, wanted):
    """Sums may be taken in another order."""
    for one, other in zip(tree.flatten(found)[0], tree.flatten(wanted)[0], strict=True):
        assert np.result_type(one) == np.result_type(other)
        precision = 1e-5 if np.result_type(other) == np.float32 else 1e-12
        np.testing.assert_allclose(one, other, rtol=precision, atol=precision * np.max(np.abs(other), initial=0.0))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_the_same_call_after_call(program):
    plain = s2s.value_and_grad(program, argnums=(0, 1), jit=False)
    reusing = s2s.value_and_grad(program, argnums=(0, 1), jit=True, reuse_memory=True)
    for k in range(4):
        x, w = X * (1.0 + k), W - 0.1 * k
        wanted, found = plain(x, w), reusing(x, w)
        assert_close(found, wanted)


@pytest.mark.parametrize("program", [loop_that_keeps_nothing, layers_of_rows], ids=lambda program: program.__name__)
def test_other_lengths_in_turn(program):
    plain, reusing = (s2s.value_and_grad(program, argnums=(0, 1), **how) for how in ({"jit": False}, {"jit": True, "reuse_memory": True}))
    for n in (5, 9, 2, 0, 9, 5):
        x = RNG.standard_normal((n, 4))
        assert_close(reusing(x, W), plain(x, W))


def test_what_a_call_gave_lasts_until_the_next():
    reusing = s2s.grad(layers, argnums=(0, 1), jit=True, reuse_memory=True)
    reusing(X, W)
    first = reusing(X, W)
    kept = first[0].copy()
    second = reusing(2.0 * X, W)
    assert first[0].ctypes.data == second[0].ctypes.data
    assert not np.array_equal(first[0], kept)


def test_threads_have_memory_of_their_own():
    reusing = s2s.grad(layers, argnums=(0, 1), jit=True, reuse_memory=True)
    plain = s2s.grad(layers, argnums=(0, 1), jit=False)
    wrong = []

    def work(scale):
        wanted = plain(scale * X, W)
        for _ in range(200):
            found = reusing(scale * X, W)
            if not all(np.allclose(a, b, rtol=1e-12) for a, b in zip(found, wanted, strict=True)):
                wrong.append(scale)

    threads = [threading.Thread(target=work, args=(1.0 + k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("program", [loop_that_keeps_nothing, rows_of_other_lengths], ids=lambda program: program.__name__)
def test_iterations_take_no_more_than_one(program, monkeypatch):
    """Twice as many iterations take twice the memory for what is recorded, and not for what each of them makes."""
    arenas, begin = [], Arena.begin
    monkeypatch.setattr(Arena, "begin", lambda self: (arenas.append(self), begin(self))[1])
    reusing = s2s.value_and_grad(program, argnums=(0, 1), jit=True, reuse_memory=True)
    sizes = []
    for n in (100, 200):
        x = RNG.standard_normal((n, 4))
        reusing(x, W)
        reusing(x, W)
        sizes.append(arenas[-1].held.room.size)
    assert sizes[1] < 2.2 * sizes[0]


def test_the_text_gives_back_what_an_iteration_took():
    text = str(s2s.value_and_grad(rows_of_other_lengths, jit=True, reuse_memory=True).source(X, W, lowered=True))
    assert "entered(mark, 0)" in text
    assert text.count("left(mark, 0)") == text.count("entered(mark, 0)")


def test_an_arena_as_python():
    arena = Arena()
    for _ in range(2):
        room, mark = arena.begin()
        a = empty_in(room, mark, (2, 3))
        entered(mark, 0)
        b = empty_in(room, mark, 5, np.bool_)
        left(mark, 0)
        c = empty_in(room, mark, (4,), np.float32)
    assert (a.shape, b.shape, c.shape) == ((2, 3), (5,), (4,))
    assert (a.dtype, b.dtype, c.dtype) == (np.float64, np.bool_, np.float32)
    assert all(one.base is not None and np.shares_memory(one, room) for one in (a, b, c))
    assert np.shares_memory(b, c)
    assert not np.shares_memory(a, b)


def shorter_by(x, k):
    y = np.empty(x.shape[0] - k)
    for i in range(x.shape[0] - k):
        y[i] = x[i] ** 2
    return np.sum(y * y)


def test_a_length_below_zero_is_an_error_as_in_numpy():
    reusing = s2s.grad(shorter_by, jit=True, reuse_memory=True)
    assert reusing(np.ones(5), 2).tolist() == [4.0, 4.0, 4.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="negative dimensions"):
        reusing(np.ones(5), 6)
    room, mark = Arena().begin()
    with pytest.raises(ValueError, match="negative dimensions"):
        empty_in(room, mark, (3, -1))
    with pytest.raises(ValueError, match="negative dimensions"):
        empty_in(room, mark, (-3, -1))


COUNTED = """
import numpy as np, s2s
from numba.core.runtime import rtsys
def step(params, x, y):
    h = np.maximum(x @ params["w"] + params["b"], 0.0)
    s = h @ params["v"]
    return np.mean((s - y) ** 2)
rng = np.random.default_rng(0)
params = {"w": rng.standard_normal((8, 16)), "b": np.zeros(16), "v": rng.standard_normal((16, 3))}
x, y = rng.standard_normal((32, 8)), rng.standard_normal((32, 3))
run = s2s.value_and_grad(step, jit=True, reuse_memory=True)
for _ in range(3):
    run(params, x, y)
before = rtsys.get_allocation_stats().alloc
run(params, x, y)
print(rtsys.get_allocation_stats().alloc - before)
"""


def test_a_step_makes_no_arrays(tmp_path):
    """Numba counts what it allocates: one header for each array that it is given, the five arguments, the block and its marks."""
    path = tmp_path / "counted.py"
    path.write_text(COUNTED)
    counting = {**os.environ, "NUMBA_NRT_STATS": "1"}
    found = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, env=counting, check=True)
    assert int(found.stdout) == 7


def test_with_threads_memory_is_not_reused():
    run = s2s.value_and_grad(layers, jit=True, reuse_memory=True, parallel=True)
    plain = s2s.value_and_grad(layers, jit=False)
    np.testing.assert_allclose(run(X, W)[1], plain(X, W)[1], rtol=1e-13)


def test_a_program_in_several_parts_is_not_given_memory():
    assert Piece.machine_code.fget is not None

    def parts(x, w):
        total = 0.0
        for k in range(3):
            total += np.sum(np.exp(x @ w)) * len(str(k))
        return total

    reusing, plain = (s2s.grad(parts, **how) for how in ({"reuse_memory": True}, {}))
    np.testing.assert_allclose(reusing(X, W), plain(X, W), rtol=1e-13)
