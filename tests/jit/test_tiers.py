"""`jit="auto"`: NumPy code until it has run for as long as compiling takes, compiled code from then on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from s2s import code, grad, jacrev, tiers, value_and_grad, vjp

ROOT = Path(__file__).parents[2]
X = np.linspace(0.1, 0.9, 12)


def waves(x):
    total = 0.0
    for i in range(len(x)):
        total += np.sin(x[i]) * x[0]
    return total


def steps(x, count):
    y = x.copy()
    for t in range(count):
        y[t % 3] = np.cos(y[t % 3])
    return np.sum(y)


@pytest.fixture
def patient(monkeypatch):
    """Nothing is compiled because of the time that it took."""
    monkeypatch.setattr(tiers, "scale", 1e9)


@pytest.fixture(autouse=True)
def compiled(monkeypatch):
    """The names of the texts that were given to Numba in a test."""
    names: list[str] = []
    known = code.runnable

    def noted(source, options):
        names.append(source.name)
        return known(source, options)

    monkeypatch.setattr(code, "runnable", noted)
    return names


def test_the_first_calls_run_as_numpy_code(patient, compiled):
    gradient = grad(waves, jit="auto")
    expected = grad(waves, jit=False)(X)
    for _ in range(5):
        assert np.array_equal(gradient(X), expected), "to the last bit"
    assert not compiled


def test_it_is_compiled_when_its_numpy_code_has_run_for_long(patient, monkeypatch, compiled):
    gradient = value_and_grad(waves, jit="auto")
    expected = gradient(X)
    monkeypatch.setattr(tiers, "scale", 0.0)
    for _ in range(3):
        value, found = gradient(X)
        assert np.isclose(value, expected[0], rtol=1e-14)
        assert np.allclose(found, expected[1], rtol=1e-14, atol=0)
    assert compiled == ["waves_value_and_grad"]


def test_what_the_rounds_of_a_loop_say_is_enough(monkeypatch, compiled):
    monkeypatch.setattr(tiers, "scale", 1.0)
    gradient = grad(steps, jit="auto")
    gradient(X, 10)
    assert not compiled, "a short loop"

    def many(x, count):
        return steps(x * 1.0, count)

    grad(many, jit="auto")(X, 4_000_000)
    assert compiled


def test_a_pullback_is_of_one_kind_with_its_forward_sweep(patient, monkeypatch):
    value, pullback = vjp(steps, X, 7, jit="auto")
    expected = pullback(1.0)[0]
    monkeypatch.setattr(tiers, "scale", 0.0)
    assert np.array_equal(pullback(1.0)[0], expected)
    again, other = vjp(steps, X, 7, jit="auto")
    assert np.isclose(value, again)
    assert np.allclose(other(1.0)[0], expected, rtol=1e-14, atol=0)
    assert np.allclose(jacrev(steps, jit="auto")(X, 7), expected, rtol=1e-14, atol=0)


def test_a_word_about_compiled_code_asks_for_it(patient, compiled):
    grad(waves, jit="auto", fastmath=True)(X)
    assert compiled


PROGRAM = """
import sys
import numpy as np
import s2s
from s2s import tiers
sys.path.insert(0, sys.argv[1])
from waves_of_a_file import waves
tiers.scale = float(sys.argv[2])
print(s2s.grad(waves)(np.linspace(0.1, 0.9, 12)).tolist())
print("numba" in sys.modules, "libcst" in sys.modules)
"""


def in_new_process(folder: Path, scale: float) -> list[str]:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(scale)]
    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'runtime'}", "S2S_CACHE_DIR": str(folder / "cache"), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.splitlines()


def test_auto_is_what_runs_if_nothing_is_said_and_what_paid_in_one_process_is_used_at_once_in_the_next(tmp_path):
    text = "import numpy as np\n\n\ndef waves(x):\n    total = 0.0\n    for i in range(len(x)):\n"
    (tmp_path / "waves_of_a_file.py").write_text(text + "        total += np.sin(x[i]) * x[0]\n    return total\n")
    first, modules = in_new_process(tmp_path, 1e9)
    assert modules == "False True"
    assert in_new_process(tmp_path, 1e9) == [first, "False False"], "derived once, compiled never"
    assert in_new_process(tmp_path, 0.0)[1] == "True True"
    assert in_new_process(tmp_path, 1e9)[1] == "True False", "compiled code from disk"
