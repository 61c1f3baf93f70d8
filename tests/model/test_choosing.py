"""`docs/choosing.md`, the tour and `examples/autograd_basics.py`: what they say is what is computed (section 22 of the inventory)."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from s2s import model, tour
from s2s_runtime import tree

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "choosing.md").read_text(encoding="utf-8")

VALUE = 0.99080 / 6
BY_B = [-0.94 / 3, -0.32, 0.14]
BY_W = [[-0.47 / 3, 0.376], [-0.16, 0.384], [0.07, -0.168]]
X = [0.5, -1.2]
SQUARE = [[1.0, 0.0], [0.0, -2.4]]
ROWS = [np.outer(unit, X) for unit in np.eye(3)]


def same(found, expected):
    """Equal to rounding, leaf by leaf; sequences and arrays alike."""
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for name, part in expected.items():
            same(found[name], part)
    elif isinstance(found, tuple):
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            same(one, other)
    elif isinstance(expected, (bool, str)) or (isinstance(found, list) and isinstance(found[0], str)):
        assert found == expected
    else:
        assert np.shape(found) == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


# --------------------------------------------------------------------------------------------------------------------- the page
def test_the_page_computes_what_it_says(tmp_path):
    """Its code, where `expression  # => value` is a check."""
    blocks = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    text = re.sub(r"^(\S.*?)  # => (.*)$", r"same((\1), (\2))", blocks, flags=re.MULTILINE)
    assert text.count("same(") == PAGE.count("# =>") > 20
    place = tmp_path / "choosing.py"
    place.write_text("from model.test_choosing import same\n" + text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("choosing_page", place)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_the_page_names_every_derivative_of_models():
    names = [name for name in model.__all__ if name not in ("Inputs", "ValueAndGrads", "output")]
    missing = [name for name in names if f"model.{name}" not in PAGE]
    assert missing == ["jacfwd_input", "jacrev_input", "jvp_inputs", "value_and_grad_target", "value_and_grad_x", "value_and_jvp_params",
                       "vjp_inputs"]  # fmt: skip


# --------------------------------------------------------------------------------------------------------------------- the tour
OF_THE_TOUR = {
    "the output": [0.23, -0.38, -0.29],
    "by the parameters, along a seed": {"w": [X] * 3, "b": [1.0] * 3},
    "by the parameters, row by row": {"w": ROWS, "b": np.eye(3)},
    "the loss": VALUE,
    "by the parameters": {"w": BY_W, "b": BY_B},
    "by the input and the target": ([-0.356 / 3, -0.152 / 3], [0.94 / 3, 0.32, -0.14]),
    "all of them, in one reverse sweep": (VALUE, {"w": BY_W, "b": BY_B}, [-0.356 / 3, -0.152 / 3], [0.94 / 3, 0.32, -0.14]),
    "with the prediction held constant": (VALUE, {"w": np.zeros((3, 2)), "b": np.zeros(3)}, [0.0, 0.0], [0.94 / 3, 0.32, -0.14]),
    "the slope along a direction": 0.1332,
    "the curvature along it": {"w": [[-0.09, 0.216]] * 3, "b": [-0.18] * 3},
    "a Jacobian, column by column": SQUARE,
    "row by row, the same array": SQUARE,
    "one product with it": ([0.25, 1.44], ([1.0, -2.4],)),
    "a Hessian": np.eye(2),
    "a gradient": X,
    "value first": (0.845, X),
}


def test_the_tour_has_these_stops():
    assert list(tour.BY_NAME | tour.OF_FUNCTIONS) == list(OF_THE_TOUR)


@pytest.fixture(scope="module")
def shown():
    return {stop.title: stop.result["result"] for stop in tour.by_name()}


@pytest.mark.parametrize("title", OF_THE_TOUR)
def test_the_tour_shows_these_numbers(shown, title):
    same(shown[title], OF_THE_TOUR[title])


# ------------------------------------------------------------------------------------------------------------------ the example
OF_THE_EXAMPLE = {
    "vjp_params, seed of ones": {"w": [X] * 3, "b": [1.0] * 3},
    "jacrev_params": {"w": ROWS, "b": np.eye(3)},
    "loss": VALUE,
    "grad_params": {"w": BY_W, "b": BY_B},
    "grad_inputs": ([-0.356 / 3, -0.152 / 3], [0.94 / 3, 0.32, -0.14]),
    "loss, prediction held constant": VALUE,
    "grad_params, prediction held constant": {"w": np.zeros((3, 2)), "b": np.zeros(3)},
    "jvp_params": 0.1332,
    "hvp_params": {"w": [[-0.09, 0.216]] * 3, "b": [-0.18] * 3},
    "jacfwd(square)": SQUARE,
    "hessian(mean_square)": np.eye(2),
    "vjp(square), seed of ones": [1.0, -2.4],
    "jacrev(square)": SQUARE,
    "grad(mean_square)": X,
    "value_and_grad(mean_square)": (0.845, X),
}


@pytest.fixture(scope="module")
def answers():
    spec = importlib.util.spec_from_file_location("autograd_basics", ROOT / "examples" / "autograd_basics.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.derivatives()


def test_the_example_asks_these(answers):
    assert list(answers) == list(OF_THE_EXAMPLE)


@pytest.mark.parametrize("question", OF_THE_EXAMPLE)
def test_the_example_gives_these_numbers(answers, question):
    same(answers[question], OF_THE_EXAMPLE[question])


def test_the_zeros_are_exact(answers):
    assert all(np.all(leaf == 0.0) for leaf in tree.flatten(answers["grad_params, prediction held constant"])[0])


def test_the_example_runs_as_a_program():
    command = [sys.executable, str(ROOT / "examples" / "autograd_basics.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "result['w'] = [[-0.156667  0.376   ]" in done.stdout
    assert "def loss_of_grad(" in done.stdout
