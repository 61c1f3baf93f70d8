"""The terminal's door: `s2s show`, `s2s check`, `s2s verify`, `s2s report`, `s2s rules`, `s2s tour` and `s2s cache`.

In: a function's name, `pkg.module:function` or `path/to/file.py:function`, and its arguments as a Python expression.
Out: text; colours and frames only where the output is a terminal.  Exit code 0, 1 if a check fails, 2 for an error.

Everything but typer is imported by the command that needs it, so that `s2s --help` answers at once.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from s2s.errors import S2SError, did_you_mean

if TYPE_CHECKING:
    from rich.console import Console

    from s2s.rules.listing import Listed
    from s2s.testing import Check

app = typer.Typer(
    help="Derivatives of Python functions, as Python.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Mode(StrEnum):
    """Which derivative is shown."""

    grad = "grad"
    vjp = "vjp"
    jvp = "jvp"
    hvp = "hvp"


class BadTarget(S2SError):
    """What was typed names no function, or its arguments cannot be evaluated."""


Target = Annotated[str, typer.Argument(help="The function: pkg.module:name, or path/to/file.py:name.")]
ARGS_HELP = (
    "The positional arguments: a Python expression for a tuple, in which np, math and the names of the function's "
    "module may be used, such as '(np.ones(3), 2.0)'.  What is no tuple is the only argument."
)


@app.command()
def show(
    target: Target,
    mode: Annotated[Mode, typer.Option(help="Which derivative.")] = Mode.grad,
    stage: Annotated[str, typer.Option(help="How far through the pipeline: parsed, normalised, ... final.")] = "final",
    args: Annotated[str | None, typer.Option(help=ARGS_HELP + "  Without them, types are unknown.")] = None,
) -> None:
    """Print the derivative's source, or the program after one stage of the pipeline."""
    with reported():
        from s2s import showing

        stages = list(showing.STAGES)
        if stage not in stages:
            raise BadTarget(f"there is no stage {stage}; the stages are {', '.join(stages)}")
        function, scope = load(target)
        values = None if args is None else evaluate(args, scope)
        write_source(showing.show(function, mode=mode.value, stage=stage, args=values))


@app.command()
def check(
    target: Target,
    args: Annotated[str, typer.Option(help=ARGS_HELP)],
    order: Annotated[int, typer.Option(min=1, help="Up to which order of derivative.")] = 2,
    rtol: Annotated[float | None, typer.Option(help="Relative tolerance; by default from the dtypes.")] = None,
    seed: Annotated[int, typer.Option(help="Of the random directions.")] = 0,
) -> None:
    """Compare the derivatives with central differences and with each other; exit with 1 if they disagree."""
    with reported():
        from s2s.testing import derivative_checks

        function, scope = load(target)
        checks = derivative_checks(function, evaluate(args, scope), order=order, rtol=rtol, seed=seed)
        write_checks(checks)
    if not all(one.passed for one in checks):
        raise typer.Exit(1)


@app.command()
def verify(
    target: Target,
    shapes: Annotated[str, typer.Option(help="A shape or a value for each parameter, such as 'x=(2,), w=(2, 3), k=(), steps=4'.")],
    points: Annotated[int, typer.Option(min=1, help="How many sample points are tried to come to other paths.")] = 24,
) -> None:
    """Prove the derivatives for concrete shapes, path by path; exit with 1 if one is wrong."""
    with reported():
        from s2s.verify import verified

        function, scope = load(target)
        (given,) = evaluate(f"dict({shapes}),", scope)
        found = verified(function, given, points)
        typer.echo(str(found))
        if not found:
            raise typer.Exit(1)


@app.command()
def report(
    target: Target, args: Annotated[str | None, typer.Option(help=ARGS_HELP + "  Without them, types are unknown.")] = None
) -> None:
    """Print what the derivative records for its reverse sweep: how much, where, for which line, and why."""
    with reported():
        from s2s.report import report_of
        from s2s.transforms import Transform

        function, scope = load(target)
        transform = function if isinstance(function, Transform) else Transform(function, None)
        typer.echo(str(report_of(transform, () if args is None else evaluate(args, scope), {})))


@app.command()
def rules(name: Annotated[str, typer.Argument(help="A part of the name of a rule or of a function; all rules without it.")] = "") -> None:
    """List the rules: function, kind, domain, the parameters that have a derivative, where the formula stands, what is proved of it."""
    with reported():
        from s2s.errors import did_you_mean
        from s2s.rules.listing import constants, rules

        found, fixed = rules(name), constants(name)
        if not found and not fixed:
            names = [function for one in rules() for function in one.functions]
            raise BadTarget(f"no function with a rule has {name} in its name; {did_you_mean(name, names)}".rstrip("; "))
        write_rules(found, fixed)


@app.command()
def tour() -> None:
    """Print the derivatives of one small model, each with its source."""
    with reported():
        from s2s.tour import run

        run()


# ----------------------------------------------------------------------------------------------------------- the cache

cache = typer.Typer(help="What is kept on disk of earlier compilations.", no_args_is_help=True)
app.add_typer(cache, name="cache")


@cache.command()
def info() -> None:
    """Print where compiled derivatives are kept, how many there are, and how much room they take."""
    from s2s.jit import cache_info

    found = cache_info()
    if found.directory is None:
        typer.echo(f"nothing is kept: {found.reason}")
        return
    typer.echo(f"{found.directory}: {found.entries} entries, {found.size / 2**20:.1f} MiB")


@cache.command()
def clear() -> None:
    """Remove what is kept; it is made again when it is needed."""
    from s2s.jit import clear_cache

    typer.echo(f"{clear_cache()} entries removed")


# ------------------------------------------------------------------------------------------------- finding the function


def load(target: str) -> tuple[Any, dict[str, Any]]:
    """The function that `module:name` or `file.py:name` names, and the names of its module.

    A name may have dots (`Class.method`).  Raises BadTarget, with the nearest names, if there is no such function.
    """
    place, colon, name = target.rpartition(":")
    if not (place and colon and name):
        raise BadTarget(f"{target} names no function: write pkg.module:name or path/to/file.py:name")
    module = import_file(Path(place)) if place.endswith(".py") else import_name(place)
    value: Any = module
    for part in name.split("."):
        if not hasattr(value, part):
            near = did_you_mean(part, [key for key, item in vars(value).items() if callable(item)])
            raise BadTarget(f"{place} has no {name}" + (f"; {near}" if near else ""))
        value = getattr(value, part)
    if not callable(value):
        raise BadTarget(f"{target} is no function but {value!r}")
    return value, vars(module)


def import_name(name: str) -> ModuleType:
    """The module of this dotted name; the current directory is searched too, as `python -m` does."""
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    with explained(f"cannot import {name}"):
        return importlib.import_module(name)


def import_file(path: Path) -> ModuleType:
    """The module in this file, run as an import would; its directory is searched for what it imports."""
    if not path.is_file():
        raise BadTarget(f"there is no file {path}")
    # A file may be called like a module that is in use (random.py): that one must not be replaced.
    name = path.stem if path.stem not in sys.modules else f"{path.stem}_as_target"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise BadTarget(f"{path} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(path.resolve().parent))
    with explained(f"cannot import {path}"):
        spec.loader.exec_module(module)
    return module


def evaluate(text: str, scope: dict[str, Any]) -> tuple[Any, ...]:
    """The arguments that the expression stands for.  Raises BadTarget if it cannot be evaluated."""
    import math

    import numpy as np

    with explained(f"cannot evaluate --args {text}"):
        value = eval(text, {**scope, "np": np, "math": math})
    return value if isinstance(value, tuple) else (value,)


# ------------------------------------------------------------------------------------------------------- saying it


@contextmanager
def explained(what: str) -> Iterator[None]:
    """An exception of the user's own code becomes one line, with the place where it was raised."""
    try:
        yield
    except S2SError:
        raise
    except Exception as error:
        raise BadTarget(f"{what}: {summary(error)}") from error


@contextmanager
def reported() -> Iterator[None]:
    """An error is printed as text, without a traceback, and ends the command with 2."""
    try:
        yield
    except S2SError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except Exception as error:
        typer.echo(summary(error), err=True)
        raise typer.Exit(2) from error


def summary(error: Exception) -> str:
    """`ValueError: negative width (model.py:12 in area)`."""
    text = "".join(traceback.format_exception_only(error)).strip()
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or isinstance(error, (SyntaxError, ImportError)):
        return text
    last = frames[-1]
    return f"{text} ({Path(last.filename).name}:{last.lineno} in {last.name})"


def write_source(text: str, console: Console | None = None) -> None:
    """Python source: highlighted on a terminal, as it is elsewhere."""
    from rich.console import Console
    from rich.syntax import Syntax

    console = console or Console()
    text = text.rstrip("\n")
    if console.is_terminal:
        # This theme leaves plain text in the terminal's own colour, so it can be read on light and dark alike.
        console.print(Syntax(text, "python", theme="ansi_dark", background_color="default", word_wrap=True))
    else:
        console.file.write(text + "\n")


COLUMNS = ("rule", "functions", "kind", "domain", "derivative by", "formula", "status")


def write_rules(found: list[Listed], fixed: dict[str, list[str]], console: Console | None = None) -> None:
    """A table on a terminal; elsewhere a line per rule, its cells parted by tabs."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = console or Console()
    rows = [(one.name, ", ".join(one.functions), one.kind, one.domain, ", ".join(one.wrt), one.source, one.status) for one in found]
    rows += [("", ", ".join(names), "constant", "", "none", reason, "") for reason, names in fixed.items()]
    if not console.is_terminal:
        console.file.writelines("\t".join(row) + "\n" for row in (COLUMNS, *rows))
        return
    table = Table(*COLUMNS, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def closeness(one: Check) -> float:
    """How much of what is allowed was used up; NaN compares as nothing, so a failure with a number is shown first."""
    gap = abs(one.got - one.expected) if one.got is not None else 0.0
    return float(gap / one.tolerance) if gap > 0 and one.tolerance > 0 else 0.0


def write_checks(checks: list[Check]) -> None:
    """A table with one row per kind of check, its closest call in numbers; then each failure in full."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(soft_wrap=True)
    if not console.is_terminal:
        console.width = 120
    table = Table("check", "made", "failed", "at", "got", "expected", box=box.SIMPLE_HEAD)
    for what, group in grouped(checks).items():
        failed = [one for one in group if not one.passed]
        shown = max(failed or group, key=closeness)
        numbers = ("", "") if shown.got is None else (f"{shown.got:.10g}", f"{shown.expected:.10g}")
        cells = (what, str(len(group)), str(len(failed)), "" if what == NO_NUMBER else shown.where, *numbers)
        table.add_row(*map(Text, cells), style="red" if failed else None)
    console.print(table)
    failures = [one for one in checks if not one.passed]
    for one in failures:
        typer.echo(f"failed: {one}")
    if not failures:
        typer.echo(f"all {len(checks)} checks passed")


NO_NUMBER = "values, arguments, memory"


def grouped(checks: list[Check]) -> dict[str, list[Check]]:
    """Checks by kind; those that passed and compare no derivatives are one kind, the last."""
    kinds: dict[str, list[Check]] = {}
    for one in checks:
        kinds.setdefault(one.what, []).append(one)
    plain = [what for what, group in kinds.items() if all(one.passed and one.got is None for one in group)]
    rest = [one for what in plain for one in kinds.pop(what)]
    return {**kinds, NO_NUMBER: rest} if rest else kinds
