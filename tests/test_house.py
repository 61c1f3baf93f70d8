"""The house: layers, doors, sizes, and that what the README says can be run.

`pytest -s tests/test_house.py` prints the medians.
"""

from __future__ import annotations

import ast
import inspect
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
README = (ROOT / "README.md").read_text(encoding="utf-8")

# Modules that any room may use: data, what is said about it, and the one place where statements are made.
SHARED = {"define", "errors", "facts", "ir", "primitives", "rules", "subroutine", "syntax", "sweep"}
SHARED |= {"axisless", "builder", "differences", "fold", "infer", "lengths", "pieces", "quiet", "rounds", "signatures", "stored"}
SHARED |= {"dtyped", "options", "sums", "twin"}

# Rooms, and the other rooms that each may call.  The pipeline calls rooms; a room that calls another says why here.
ROOMS: dict[str, set[str]] = {
    "parse": {"public names"},  # it asks when the package was imported
    "normalise": set(),
    "unparse": set(),
    "specialise": {"parse", "normalise"},  # a callee is read when it is met
    "differentiate": set(),
    "optimise": set(),
    "emit": set(),
    "load": {"emit"},  # it loads what that room writes
    "lower": {"emit", "kinds", "optimise"},  # who shares memory with whom; definitions are inlined as rules are; parts are swept
    "jit": {"emit", "public names"},  # it compiles what that room writes; the version is part of what is kept
    "aot": set(),
    "watch": set(),
    "testing": {"public names"},  # the oracles see what a user sees
}

# What stands in front of the rooms and may use them all: the pipeline, the transforms that ask it for programs, those
# that stand inside a program (`nesting`, `basis`), and the terminal.
FRONT = {"__init__", "__main__", "api", "arguments", "basis", "cache", "cli", "code", "fitting", "kinds", "nesting", "pipeline", "prepared"}
FRONT |= {"verify"}
FRONT |= {"accounts", "checking", "custom_rule", "direct", "eager", "graph", "session"}
FRONT |= {"entries", "health", "implicit", "inside", "report", "shortcuts", "showing"}
FRONT |= {"model", "tiers", "tour", "transforms"}
FRONT |= {"data", "nn", "optim", "train"}  # the runtime's, given the transforms

# A library, and the only places that may import it.
DOORS: dict[str, tuple[str, ...]] = {
    "libcst": ("s2s/parse",),
    "numba": ("s2s/jit", "s2s/aot", "runtime/s2s_runtime/kernels", "runtime/s2s_runtime/elementary"),
    "llvmlite": ("s2s/jit", "runtime/s2s_runtime/elementary"),
    "sympy": ("s2s/verify",),
    "mpmath": ("s2s/verify",),
    "scipy": ("s2s/verify/special.py", "s2s/verify/scipy_", "s2s/verify/distributions.py",
              "s2s/rules/special/", "s2s/rules/scipy_", "s2s/rules/stats/", "s2s/lower/elementary.py", "s2s/lower/meanings.py",
              "s2s/specialise/sparse.py",
              "runtime/s2s_runtime/kernels",
              "runtime/s2s_runtime/elementary", "runtime/s2s_runtime/systems.py", "runtime/s2s_runtime/implicit.py",
              "runtime/s2s_runtime/trajectories.py", "runtime/s2s_runtime/found.py", "s2s/implicit",
              "runtime/s2s_runtime/nn"),
    "typer": ("s2s/cli.py",),
    "rich": ("s2s/cli.py", "s2s/tour.py", "runtime/s2s_runtime/train/progress.py"),
}

LONGEST_FUNCTION = 60
LONGEST_FILE = 400
# Files that have outgrown their job and are to be split; none may grow beyond this, and no other may join them.
OUTGROWN = {
    "s2s/specialise/loops.py": 760, "s2s/specialise/expressions.py": 580, "s2s/differentiate/reverse.py": 540,
    "s2s/emit/text.py": 530, "s2s/specialise/statements.py": 490, "s2s/specialise/calls.py": 440,
}  # fmt: skip


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> list[tuple[str, int]]:
    """(`package.module`, line) for everything a file imports, inside functions too.  `from a import b` gives `a.b`."""
    found = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def room_of(path: Path) -> str:
    """`parse` for s2s/parse/read.py, `ir` for s2s/ir.py."""
    return path.relative_to(ROOT / "s2s").parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> Iterator[tuple[str, int]]:
    known = SHARED | set(ROOMS) | FRONT
    for name, line in imports(path):
        parts = name.split(".")
        if parts[0] == "s2s":
            yield (parts[1] if len(parts) > 1 and parts[1] in known else "public names"), line


# -------------------------------------------------------------------------------------------------------------- layers


def test_every_module_has_its_place_in_the_tables():
    found = {room_of(path) for path in sources("s2s")}
    assert found <= SHARED | set(ROOMS) | FRONT
    assert not SHARED & set(ROOMS)
    assert not FRONT & (SHARED | set(ROOMS))


def test_the_runtime_never_imports_the_compiler():
    found = [(relative(path), name) for path in sources("runtime") for name, _ in imports(path)]
    assert [where for where, name in found if name.split(".")[0] == "s2s"] == []


def test_rooms_do_not_import_one_another():
    wrong = []
    for path in sources("s2s"):
        room = room_of(path)
        allowed = SHARED | {room} | ROOMS.get(room, set())
        strangers = [(line, other) for other, line in imported_rooms(path) if other not in allowed]
        if room not in FRONT:
            wrong += [f"{relative(path)}:{line} imports {other}" for line, other in strangers]
    assert wrong == []


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library):
    wrong = [
        f"{relative(path)}:{line}"
        for path in sources("s2s", "runtime")
        for name, line in imports(path)
        if name.split(".")[0] == library and not relative(path).startswith(DOORS[library])
    ]
    assert wrong == []


HEAVY = ("libcst", "numba", "llvmlite", "sympy", "scipy", "typer", "rich")


def loaded_by(statement: str) -> list[str]:
    script = f"import sys; {statement}; print(*[name for name in {HEAVY} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_by("import s2s, s2s_runtime") == []


@pytest.mark.core
def test_importing_the_public_names_loads_nothing_heavy():
    assert loaded_by("from s2s import *") == []


# --------------------------------------------------------------------------------------------------------------- sizes


def functions() -> list[tuple[int, str]]:
    """(lines, where) of every function."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        ((node.end_lineno or node.lineno) - node.lineno + 1, f"{relative(path)}:{node.lineno} {node.name}")
        for path in sources("s2s", "runtime")
        for node in ast.walk(parsed(path))
        if isinstance(node, kinds)
    ]


def files() -> list[tuple[int, str]]:
    """(lines, where) of every file."""
    return [(len(path.read_text(encoding="utf-8").splitlines()), relative(path)) for path in sources("s2s", "runtime")]


@pytest.mark.parametrize(("sizes", "limit"), [(functions, LONGEST_FUNCTION), (files, LONGEST_FILE)])
def test_nothing_is_long(sizes, limit):
    found = sizes()
    median = statistics.median(lines for lines, _ in found)
    print(f"\n{len(found)} {sizes.__name__}, median {median:g} lines, longest {max(found)}")
    assert [f"{where}: {lines} lines" for lines, where in found if lines > OUTGROWN.get(where, limit)] == []


def test_names_say_the_job():
    paths = sources("s2s", "runtime", "tests", "examples")
    assert [path.stem for path in paths if path.stem in ("utils", "util", "helpers", "common", "misc")] == []
    nodes = [node for path in sources("s2s", "runtime") for node in ast.walk(parsed(path))]
    classes = [node.name for node in nodes if isinstance(node, ast.ClassDef)]
    assert [name for name in classes if name.endswith(("Manager", "Helper", "Utils"))] == []


def test_every_module_says_what_it_is_for():
    folders = ("s2s", "runtime", "tests", "examples", "benchmarks", "docs")
    paths = [path for path in sources(*folders) if path.stat().st_size]
    written = [path for path in paths if not path.read_text(encoding="utf-8").startswith("# Derivative of")]
    assert [relative(path) for path in written if not ast.get_docstring(parsed(path))] == []


# ------------------------------------------------------------------------------------------------------ what is shipped


def test_the_packages_are_there_and_typed():
    for package in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]:
        assert (ROOT / package / "py.typed").is_file()
    assert PROJECT["project"]["name"] == "s2s-autodiff"
    assert (ROOT / PROJECT["project"]["license-files"][0]).is_file()


def command(name: str) -> str:
    """The README's command with this mark: one line of shell."""
    match = re.search(rf"<!-- command:{name} -->\n```sh\n(.*?)\n```", README, re.DOTALL)
    assert match, f"the README has no block for the command {name}"
    (line,) = match[1].splitlines()
    return line


@pytest.mark.parametrize("name", ["tour", "test"])
def test_the_commands_of_the_readme_use_what_exists(name):
    from s2s.cli import app

    steps = command(name).split(" && ")
    assert steps[0] == "python3 -m venv .venv"
    extras = re.findall(r"\[(\w+)\]", command(name))
    assert set(extras) <= set(PROJECT["project"]["optional-dependencies"])
    for step in steps[1:]:
        program = step.split()[0].removeprefix(".venv/bin/")
        assert program in {"pip", "python", *PROJECT["project"]["scripts"]}
    if name == "tour":
        assert steps[-1] == ".venv/bin/s2s tour"
        assert "tour" in [one.callback.__name__ for one in app.registered_commands if one.callback]


def test_ci_runs_the_readmes_test_command():
    script = (ROOT / ".ci" / "run").read_text()
    assert "command:test" in script
    assert "pip install" not in script, "the command is the README's; a second one would drift"


def test_the_function_in_the_readme_is_the_tours():
    from s2s import tour

    assert block("function") == inspect.getsource(tour.energy)


@pytest.mark.core
def test_the_gradient_in_the_readme_is_the_one_that_is_generated(updating):
    from s2s import grad, tour

    source = grad(tour.energy).source(tour.POSITIONS, 2.0).rstrip("\n") + "\n"
    if updating:
        filled = f"<!-- gradient:begin -->\n```python\n{source}```\n<!-- gradient:end -->"
        text = re.sub(r"<!-- gradient:begin -->.*<!-- gradient:end -->", lambda _: filled, README, flags=re.DOTALL)
        (ROOT / "README.md").write_text(text, encoding="utf-8")
        return
    assert block("gradient") == source


def block(name: str) -> str:
    """What stands between the README's marks of this name."""
    match = re.search(rf"<!-- {name}:begin -->\n```python\n(.*?)```\n<!-- {name}:end -->", README, re.DOTALL)
    assert match
    return match[1]


# --------------------------------------------------------------------------------------------------------------- words

FORBIDDEN = {
    "a place on one machine": r"(?<![\w.])/(?:home|root|Users|tmp|work|mnt)/\w",
    "a package registry": r"\b(?:pypi|pythonhosted|anaconda|conda-forge)\.(?:org|com|io)\b",
    "unfinished work": r"\b(?:TODO|FIXME|XXX|HACK)\b",
}
PRAISE = (
    r"(?i)\b(?:blazing|seamless|effortless|powerful|state-of-the-art|world-class|cutting-edge|revolutionary|simply)\b"
)


def texts() -> Iterator[Path]:
    folders = ("s2s", "runtime", "tests", "examples", "docs", "benchmarks", ".ci")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    found += [path for path in ROOT.iterdir() if path.suffix in (".md", ".toml")]
    skipped = {Path(__file__).resolve()}
    yield from sorted(
        p for p in found if p.suffix in ("", ".md", ".py", ".toml", ".txt") and p.resolve() not in skipped
    )


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_text_names(what):
    pattern = re.compile(FORBIDDEN[what])
    wrong = [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert wrong == []


def test_the_prose_does_not_praise():
    prose = [path for path in texts() if path.suffix == ".md"]
    assert [f"{relative(path)}: {word}" for path in prose for word in re.findall(PRAISE, path.read_text())] == []
