"""Each example runs as a user runs it, saves its plot, and reaches the result that it is about."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("s2s.api", exc_type=ImportError)

EXAMPLES = Path(__file__).parents[2] / "examples"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def run(tmp_path):
    """Run an example by name in its own process and give back what it printed."""

    def run_example(name: str) -> str:
        environment = os.environ | {"COLUMNS": "120", "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, str(EXAMPLES / f"{name}.py"), str(tmp_path)]
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        assert (tmp_path / f"{name}.png").read_bytes().startswith(PNG_SIGNATURE)
        assert "the derivative of" in done.stdout
        return done.stdout

    return run_example


def numbers(pattern: str, text: str) -> list[float]:
    """All numbers in the text at the place of N in the pattern; at least one."""
    found = re.findall(re.escape(pattern).replace("N", r"(-?\d[\d.e+-]*)"), text)
    assert found, f"{pattern!r} is not in:\n{text}"
    return [float(number) for number in found]


def assert_gradients_agree(text: str, checks: int) -> None:
    errors = numbers("max relative error N", text)
    assert len(errors) == checks
    assert max(errors) < 1e-6


def test_digits(run):
    text = run("digits")
    assert_gradients_agree(text, 2)
    assert numbers("logistic: reads N %", text)[0] > 95.0
    assert numbers("network: reads N %", text)[0] > 96.0


def test_orbit(run):
    text = run("orbit")
    assert_gradients_agree(text, 2)
    assert numbers("difference from Hohmann's: N mm/s", text)[0] < 0.5
    assert numbers("misses the target by N m", text)[0] < 1.0
    assert 100.0 < numbers("with Hohmann's burn by N km", text)[0] < 300.0


def test_mixture(run):
    text = run("mixture")
    assert_gradients_agree(text, 1)
    assert numbers("log likelihood: N", text) == pytest.approx(numbers("EM algorithm: N", text), abs=0.01)
    assert numbers("put with their kind: N %", text)[0] > 90.0
    for weight, error in zip(numbers("weight N ±", text), numbers("± N, flavanoids", text), strict=True):
        if_the_kinds_were_known = (weight * (1 - weight) / 178) ** 0.5
        assert if_the_kinds_were_known < error < 2 * if_the_kinds_were_known


def test_inverse(run):
    text = run("inverse")
    assert_gradients_agree(text, 1)
    assert numbers("mean error of the first guess: N %", text)[0] > 30.0
    assert numbers("mean error of what was found: N %", text)[0] < 6.0
