"""`.source()`: the derivative as text that stands on its own."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import os
import re
import subprocess
import sys
import traceback
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from api.trees import Layer
from language import oracle
from s2s import differentiable, grad, value_and_grad
from s2s.testing import check_grads

X = np.array([0.0, 1.5, 2.0, 4.0])


@differentiable
def energy(x, k):
    e = 0.0
    for i in range(len(x) - 1):
        d = x[i + 1] - x[i]
        if d > 1.0:  # slack springs pull only
            # the pull
            e += 0.5 * k * (d - 1.0) ** 2
    return e


def loss(w, b, x, y):
    h = np.tanh(x @ w + b)  # hidden layer
    r = h.sum(axis=1) - y
    return np.mean(r**2)


def decay(x, rate):
    while x > 1.0:
        x = x * np.exp(-rate * x)
    return x


def net(params, x):
    for layer in params["layers"]:
        x = np.tanh(layer.w @ x + layer.b)
    return np.sum(x) * params["scale"]


LOSS_ARGS = (
    np.array([[0.5, -0.3], [0.1, 0.8]]),
    np.array([0.1, -0.2]),
    np.array([[1.0, 0.3], [-0.4, 2.0], [0.2, 0.1]]),
    np.array([1.0, -0.5, 0.2]),
)
NET_ARGS = (
    {"layers": [Layer(np.array([[0.4, -0.2], [0.9, 0.3]]), np.array([0.1, -0.5]))], "scale": 2.0},
    np.array([0.6, -0.8]),
)

CASES = {
    "energy": (energy, (X, 2.0), (0, 1)),
    "loss": (loss, LOSS_ARGS, (0, 1)),
    "decay": (decay, (3.0, 0.2), (0, 1)),
    "net": (net, NET_ARGS, 0),
}


def pasted(text, path):
    """The derivative that a file with this text defines: its last public function."""
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    functions = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    public = [name for name in functions if not name.startswith("_")]
    return getattr(module, public[-1])


def assert_same_numbers(found, expected):
    """Bit for bit; a number may be Python's or NumPy's."""
    for path, want, got in oracle.pairs(expected, found):
        assert oracle.same_bits(np.asarray(got), np.asarray(want)), f"{path}: {got!r} is not {want!r}"


def imports(text):
    """The packages that a text imports."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("name", CASES)
def test_the_specialised_source_runs_where_it_is_pasted(name, tmp_path):
    f, args, argnums = CASES[name]
    derivative = grad(f, argnums=argnums)
    function = pasted(str(derivative.source(*args)), tmp_path / f"pasted_{name}.py")
    assert_same_numbers(function(*oracle.copied(args)), derivative(*args))


@pytest.mark.parametrize("name", CASES)
def test_the_source_before_any_call_runs_where_it_is_pasted(name, tmp_path):
    f, args, argnums = CASES[name]
    derivative = grad(f, argnums=argnums)
    found = pasted(str(derivative.source()), tmp_path / f"general_{name}.py")(*oracle.copied(args))
    oracle.assert_same_derivative(found, derivative(*args), oracle.precision(args))


@pytest.mark.parametrize("name", ["energy", "loss", "decay"])
def test_only_numpy_is_needed_where_facts_allow(name):
    f, args, argnums = CASES[name]
    assert imports(str(grad(f, argnums=argnums).source(*args))) <= {"numpy"}


def test_value_and_gradient_in_one_source(tmp_path):
    derivative = value_and_grad(loss, argnums=(0, 1))
    found = pasted(str(derivative.source(*LOSS_ARGS)), tmp_path / "pasted_value.py")(*LOSS_ARGS)
    assert_same_numbers(found, derivative(*LOSS_ARGS))


def test_it_names_its_origin():
    text = str(grad(energy).source(X, 2.0))
    assert "energy" in text
    assert "test_source" in text, "neither the module nor the file"


def test_it_keeps_the_users_words():
    text = str(grad(energy, argnums=(0, 1)).source(X, 2.0))
    assert re.search(r"\bx_bar\b", text)
    assert re.search(r"\bk_bar\b", text)
    assert re.search(r"\bd = ", text)
    assert "# slack springs pull only" in text
    assert "# the pull\n" in str(value_and_grad(energy).source(X, 2.0)), "a comment above a statement that runs"


def test_the_primal_line_stands_above_its_adjoint():
    lines = str(grad(energy, argnums=(0, 1)).source(X, 2.0)).splitlines()
    (above,) = [k for k, line in enumerate(lines) if line.strip() == "# e += 0.5 * k * (d - 1.0) ** 2"]
    assert "k_bar" in "\n".join(lines[above + 1 : above + 4])
    text = str(grad(loss, argnums=(0, 1)).source(*LOSS_ARGS))
    for line in ("# return np.mean(r**2)", "# h = np.tanh(x @ w + b)"):
        assert line in text


def test_it_is_python_that_one_could_have_written():
    for f, args, argnums in CASES.values():
        text = str(grad(f, argnums=argnums).source(*args))
        tree = ast.parse(text)
        assert text.endswith("\n")
        assert not any(line != line.rstrip() for line in text.splitlines())
        assert "#1" not in text
        assert not any(isinstance(node, (ast.Lambda, ast.Try, ast.Global)) for node in ast.walk(tree))


def test_it_is_the_same_before_and_after_a_call():
    derivative = grad(loss, argnums=(0, 1))
    before = str(derivative.source(*LOSS_ARGS)), str(derivative.source())
    derivative(*LOSS_ARGS)
    assert (str(derivative.source(*LOSS_ARGS)), str(derivative.source())) == before


SHOW = """
from api.test_source import CASES, decay
from s2s import grad
for f, args, argnums in CASES.values():
    print(grad(f, argnums=argnums).source())
    print(grad(f, argnums=argnums).source(*args))
print(grad(grad(decay)).source(3.0, 0.2))
"""


def test_it_is_the_same_in_every_process():
    texts = []
    for seed in ("0", "1"):
        path = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), *sys.path]))
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        done = subprocess.run([sys.executable, "-c", SHOW], env=environment, capture_output=True, text=True, check=True)
        texts.append(done.stdout)
    assert texts[0] == texts[1]
    assert "x_bar" in texts[0]


def test_a_lambda_and_a_second_derivative_have_sources(tmp_path):
    f = grad(lambda x: x**3)
    assert pasted(str(f.source(1.5)), tmp_path / "pasted_lambda.py")(1.5) == f(1.5)
    g = grad(grad(lambda x: x**3))
    assert pasted(str(g.source(1.5)), tmp_path / "pasted_second.py")(1.5) == g(1.5)


def test_a_derivative_looks_like_a_function():
    derivative = grad(energy)
    assert "energy" in derivative.__name__
    assert list(inspect.signature(derivative).parameters) == ["x", "k"]


# -------------------------------------------------------------------------------------------------------- tracebacks
MODEL = """\
import math


def inner(x):
    y = x - 5.0
    return math.log(y)


def model(x):
    return inner(x) * x
"""


def test_a_traceback_shows_the_generated_line_and_the_users(tmp_path):
    path = tmp_path / "model_of_a_user.py"
    path.write_text(MODEL)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(ValueError, match=r"math domain error|expected a positive") as caught:
        grad(module.model)(1.5)
    text = "".join(traceback.format_exception(caught.value))
    # a frame of the generated code with its text
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert "math.log(" in (frames[-1].line or "")
    # and the place in the user's file
    assert re.search(r"model_of_a_user\.py\D+6\b", text), text


# --------------------------------------------------------------------------------- words that helpers have, too
def squashed(x):
    expit = special.expit(x)
    sum_to = np.max(expit)
    return np.sum(expit * x) * sum_to


def logsumexp(like):
    return special.logsumexp(like)


@pytest.mark.parametrize("f", [squashed, logsumexp])
def test_a_variable_may_be_called_like_a_function(f, tmp_path):
    check_grads(f, (X,), order=2)
    function = pasted(str(grad(f).source()), tmp_path / f"named_{f.__name__}.py")
    assert np.allclose(function(X), grad(f)(X))
