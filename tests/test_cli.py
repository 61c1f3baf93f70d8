"""The command line: finding functions, showing sources, checking derivatives, and what is said when it cannot."""

from __future__ import annotations

import pickle
import subprocess
import sys
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner

import s2s
import s2s.testing
from s2s.cli import BadTarget, app, evaluate, load
from s2s.errors import (
    DtypeError,
    MissingRule,
    NotCompiled,
    NotScalar,
    Refused,
    S2SError,
    ShapeError,
    SourceNotFound,
    UnsupportedConstruct,
    did_you_mean,
    suggest,
)
from s2s.testing import Check

runner = CliRunner()

MODULE = """
import numpy as np
from sibling import scale

START = np.ones(2)

def area(w, h):
    return w * h * scale

class Box:
    @staticmethod
    def volume(a):
        return a ** 3

def broken(x):
    raise ValueError("negative width")

number = 3
"""


@pytest.fixture
def model(tmp_path, monkeypatch):
    """The path of a file with functions, beside a module that it imports."""
    (tmp_path / "sibling.py").write_text("scale = 2.0\n")
    path = tmp_path / "cli_model.py"
    path.write_text(MODULE)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield path
    for name in ("sibling", "cli_model", "cli_model_as_target"):
        sys.modules.pop(name, None)


@pytest.fixture
def shown(monkeypatch) -> list[Any]:
    """A stand-in for what is shown; the list receives what it was asked for."""
    asked: list[Any] = []

    def show(function: Any, *, mode: str, stage: str, args: Any) -> str:
        asked.append((function.__name__, mode, stage, args))
        if function.__name__ == "broken":
            raise MissingRule("f has no rule", hint="write g", file="m.py", line=2, column=4, source="x = f(x)")
        return "def area_grad(w, h):\n    return h, w\n"

    showing = ModuleType("s2s.showing")
    vars(showing).update(STAGES=("parsed", "final"), show=show)
    monkeypatch.setitem(sys.modules, "s2s.showing", showing)
    monkeypatch.setattr(s2s, "showing", showing, raising=False)
    return asked


# ---------------------------------------------------------------------------------------------------- finding functions


def test_functions_are_found_in_files_and_modules(model):
    function, scope = load(f"{model}:area")
    assert function(3.0, 4.0) == 24.0
    assert scope["number"] == 3
    assert load(f"{model}:Box.volume")[0](2.0) == 8.0
    assert load("numpy.linalg:norm")[0] is np.linalg.norm
    sys.path.insert(0, str(model.parent))
    assert load("cli_model:area")[0](1.0, 1.0) == 2.0


def test_a_module_in_the_current_directory_is_found(model, monkeypatch):
    monkeypatch.chdir(model.parent)
    sys.path[:] = [place for place in sys.path if place]
    assert load("cli_model:area")[0](1.0, 1.0) == 2.0


def test_a_file_never_replaces_a_module_in_use(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    path = tmp_path / "json.py"
    path.write_text("def f(x):\n    return x\n")
    import json

    load(f"{path}:f")
    assert sys.modules.pop("json_as_target").__file__ == str(path)
    assert sys.modules["json"] is json


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nothing", "nothing names no function: write pkg.module:name"),
        ("missing.py:f", "there is no file missing.py"),
        ("no_such_package.module:f", "cannot import no_such_package.module: ModuleNotFoundError"),
        ("numpy.linalg:nrom", "numpy.linalg has no nrom; did you mean norm"),
        ("{model}:area.inner", "has no area.inner"),
        ("{model}:number", "is no function but 3"),
    ],
)
def test_bad_targets_are_explained(model, target, message):
    with pytest.raises(BadTarget) as error:
        load(target.format(model=model))
    assert message in str(error.value)


def test_a_file_that_fails_to_import_says_where(tmp_path):
    path = tmp_path / "fails.py"
    path.write_text("x = 1\nraise KeyError('lost')\n")
    with pytest.raises(BadTarget, match=r"cannot import .*fails\.py: KeyError: 'lost' \(fails\.py:2 in <module>\)"):
        load(f"{path}:f")


def test_arguments_are_an_expression_with_np_and_the_module_in_scope():
    assert evaluate("(1.0, 'a')", {}) == (1.0, "a")
    assert evaluate("START, math.pi", {"START": 2.0})[0] == 2.0
    (only,) = evaluate("np.ones(3)", {})
    assert only.shape == (3,)
    assert evaluate("[1.0]", {}) == ([1.0],)
    with pytest.raises(BadTarget, match=r"cannot evaluate --args \(x,\): NameError"):
        evaluate("(x,)", {})
    with pytest.raises(BadTarget, match="SyntaxError"):
        evaluate("(1", {})


# ------------------------------------------------------------------------------------------------------------- showing


def test_show_prints_plain_text_when_it_is_piped(model, shown):
    result = runner.invoke(
        app, ["show", f"{model}:area", "--mode", "vjp", "--stage", "parsed", "--args", "(START, 2.0)"]
    )
    assert result.exit_code == 0
    assert result.output == "def area_grad(w, h):\n    return h, w\n"
    name, mode, stage, args = shown[0]
    assert (name, mode, stage) == ("area", "vjp", "parsed")
    assert np.array_equal(args[0], np.ones(2))


def test_show_has_defaults(model, shown):
    assert runner.invoke(app, ["show", f"{model}:area"]).exit_code == 0
    assert shown == [("area", "grad", "final", None)]


def test_errors_are_printed_without_a_traceback(model, shown):
    result = runner.invoke(app, ["show", f"{model}:broken"])
    assert result.exit_code == 2
    assert result.stderr == "m.py:2:5: f has no rule\n    x = f(x)\n        ^^^^\nhint: write g\n"
    assert result.stdout == ""


def test_unknown_stages_and_modes_are_refused(model, shown):
    result = runner.invoke(app, ["show", f"{model}:area", "--stage", "lost"])
    assert (result.exit_code, result.stderr) == (2, "there is no stage lost; the stages are parsed, final\n")
    assert runner.invoke(app, ["show", f"{model}:area", "--mode", "lost"]).exit_code == 2
    assert shown == []


# ------------------------------------------------------------------------------------------------------------ checking


def with_checks(monkeypatch: Any, *checks: Check) -> list[Any]:
    asked: list[Any] = []

    def derivative_checks(function: Any, args: Any, **options: Any) -> list[Check]:
        asked.append((function, args, options))
        function(*args)
        return list(checks)

    monkeypatch.setattr(s2s.testing, "derivative_checks", derivative_checks)
    return asked


PASSED = Check("reverse", "w", True, 1.0, 1.0, 1e-6)
CLOSE = Check("reverse", "h", True, 2.0, 2.0 + 1e-9, 1e-6)
FAILED = Check("forward", "w[1]", False, 3.0, 4.0, 1e-6)


def test_check_prints_a_table_and_succeeds(model, monkeypatch):
    asked = with_checks(monkeypatch, PASSED, CLOSE)
    result = runner.invoke(app, ["check", f"{model}:area", "--args", "(3.0, 4.0)", "--order", "1", "--rtol", "1e-3"])
    assert result.exit_code == 0
    assert asked[0][1:] == ((3.0, 4.0), {"order": 1, "rtol": 1e-3, "seed": 0})
    assert "all 2 checks passed" in result.output
    row = next(line for line in result.output.splitlines() if "reverse" in line)
    assert row.split() == ["reverse", "2", "0", "h", "2", "2.000000001"]


def test_check_fails_with_one(model, monkeypatch):
    with_checks(monkeypatch, PASSED, FAILED)
    result = runner.invoke(app, ["check", f"{model}:area", "--args", "(3.0, 4.0)"])
    assert result.exit_code == 1
    assert "failed: forward, w[1]: got 3, expected 4" in result.output


def test_an_error_in_the_function_says_where(model, monkeypatch):
    with_checks(monkeypatch)
    result = runner.invoke(app, ["check", f"{model}:broken", "--args", "(1.0,)"])
    assert result.exit_code == 2
    assert result.stderr == "ValueError: negative width (cli_model.py:16 in broken)\n"


def test_check_needs_arguments(model):
    assert runner.invoke(app, ["check", f"{model}:area"]).exit_code == 2


@pytest.mark.core
def test_check_and_show_of_a_real_function(model):
    result = runner.invoke(app, ["check", f"{model}:area", "--args", "(3.0, 4.0)"])
    assert result.exit_code == 0, result.output
    result = runner.invoke(app, ["show", f"{model}:area", "--args", "(3.0, 4.0)"])
    assert result.exit_code == 0, result.output
    assert "def area_grad" in result.output


@pytest.mark.core
def test_the_tour_shows_every_derivative_and_passes_its_checks():
    result = runner.invoke(app, ["tour"])
    assert result.exit_code == 0, result.output
    for title in ("Gradient", "VJP", "JVP", "Jacobian", "Hessian", "loop"):
        assert title in result.output
    made = [line.split() for line in result.output.splitlines() if line.endswith("checks passed")]
    assert len(made) == 2
    assert all(words[1] == words[3] for words in made)


# ----------------------------------------------------------------------------------------------------------- the cache


def test_the_cache_is_shown_and_cleared(tmp_path, monkeypatch):
    from s2s.jit import store

    monkeypatch.setenv("S2S_CACHE_DIR", str(tmp_path / "cache"))
    store.entry("compiled", "0" * 64).write("file", bytes(2**20))
    result = runner.invoke(app, ["cache", "info"])
    assert (result.exit_code, result.output) == (0, f"{tmp_path / 'cache'}: 1 entries, 1.0 MiB\n")
    result = runner.invoke(app, ["cache", "clear"])
    assert (result.exit_code, result.output) == (0, "1 entries removed\n")
    assert runner.invoke(app, ["cache", "info"]).output == f"{tmp_path / 'cache'}: 0 entries, 0.0 MiB\n"
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("S2S_CACHE_DIR", str(tmp_path / "file"))
    assert runner.invoke(app, ["cache", "info"]).output.startswith("nothing is kept: ")


# ------------------------------------------------------------------------------------------------- errors, as they read


class Span(NamedTuple):
    line: int
    column: int
    end_line: int
    end_column: int


def test_a_refusal_shows_the_place_the_reason_and_the_hint():
    source = "    y = frobnicate(x)  # odd"
    error = Refused.at(Span(12, 8, 12, 21), "no rule", hint="write g(x)", file="m.py", source=source)
    assert str(error).splitlines() == [
        "m.py:12:9: no rule",
        "    y = frobnicate(x)  # odd",
        "        ^^^^^^^^^^^^^",
        "hint: write g(x)",
    ]


@pytest.mark.parametrize(
    ("place", "source", "lines"),
    [
        ({}, "", ["why"]),
        ({"file": "m.py"}, "", ["m.py: why"]),
        ({"file": "m.py", "line": 3}, "", ["m.py:3: why"]),
        ({"line": 3}, "", ["<source>:3: why"]),
        ({"line": 3, "column": 0}, "f(x)", ["<source>:3:1: why", "    f(x)", "    ^^^^"]),
        (
            {"line": 3, "column": 2, "end_line": 5, "end_column": 1},
            "  f(x,\n",
            ["<source>:3:3: why", "    f(x,", "    ^^^^"],
        ),
        ({"line": 3, "column": 3, "end_column": 4}, "\tx\ty", ["<source>:3:4: why", "    x\ty", "     \t^"]),
        ({"line": 3, "column": 9}, "f(x)", ["<source>:3:10: why", "    f(x)", "        ^"]),
    ],
)
def test_refusals_with_less_known(place, source, lines):
    assert str(Refused("why", source=source, **place)).splitlines() == lines


def test_errors_are_caught_as_what_they_are():
    assert issubclass(ShapeError, ValueError)
    assert issubclass(DtypeError, TypeError)
    assert issubclass(NotScalar, TypeError)
    for kind in (MissingRule, NotCompiled, UnsupportedConstruct, SourceNotFound, ShapeError, DtypeError, NotScalar):
        assert issubclass(kind, Refused)
        assert issubclass(kind, S2SError)
        error = kind("why", hint="how", file="m.py", line=1, column=2, source="x = y")
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is kind
        assert str(again) == str(error)
        assert again.hint == "how"


def test_suggestions_do_not_depend_on_the_order_of_names():
    names = ["np.sin", "np.sinh", "np.asin", "math.sin", "np.dot"]
    assert suggest("np.sinn", names) == suggest("np.sinn", reversed(names))
    assert suggest("np.sin", names) == ["math.sin", "np.asin", "np.sinh"]
    assert suggest("np.frobnicate", names) == []
    assert did_you_mean("np.frobnicate", names) == ""


# ------------------------------------------------------------------------------------------------------------- the door


def test_the_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "s2s", "--help"], capture_output=True, text=True, check=True)
    for command in ("show", "check", "tour", "cache"):
        assert command in done.stdout


def test_the_command_line_loads_nothing_heavy():
    script = (
        "import sys, s2s.cli; print([m for m in ('numpy', 'libcst', 'numba', 'sympy', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
