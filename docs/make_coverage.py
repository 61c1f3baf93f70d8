"""Writes coverage.md: what the tests cover, from the tests' own corpus and from the registry of rules.

python docs/make_coverage.py
"""

from __future__ import annotations

import cmath
import importlib
import inspect
import math
import operator
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "coverage.md"

HEAD = """\
# Coverage

What is tested, counted. This page is written by `python docs/make_coverage.py`, from the programs in `tests/language`
and `tests/refused` and from the registry of rules; a test says when it is out of date.
"""
LANGUAGE = """
## The language

Each program is differentiated in both modes, up to second order where that is defined, and compared with central
differences; its value is compared bit for bit.
"""
RULES = """
## Rules

Each rule is tested on its cases in several layouts and dtypes, against differences and the complex step, and its two
modes against each other. A derivative is defined for the parameters in bold. Where a function has several rules, the
first that applies to the arguments is taken. *Cases* counts the calls that stand beside a rule; where there is none,
inputs are drawn from its domain. A rule holds for complex operands too, and is tested with them where NumPy takes them,
unless its kind is marked *real*: then complex operands are refused. Functions in italics are our own: derivatives are
written with them where NumPy has no function for what is needed.
"""
CONSTANTS = """
## Without a derivative

Functions whose result is constant to every derivative.
"""


def text() -> str:
    """The whole page."""
    lines = [HEAD, LANGUAGE, *language(), RULES, *rules(), CONSTANTS, *constants()]
    return "\n".join(lines).replace("\n\n\n", "\n\n") + "\n"


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    columns = list(header)
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |"


# ------------------------------------------------------------------------------------------------------------ language
def language() -> Iterator[str]:
    """One line per row of the language, and the number of refused constructs."""
    if str(ROOT / "tests") not in sys.path:
        sys.path.insert(0, str(ROOT / "tests"))
    from language.corpus import modules
    from refused import programs as refused
    from refused import structures

    rows = []
    for name, module in modules():
        programs = module.PROGRAMS
        functions = len({id(program.function) for program in programs})
        second = sum(program.order >= 2 for program in programs)
        rows.append((name.replace("_", " "), first_line(module), functions, len(programs), second))
    totals = [sum(row[k] for row in rows) for k in (2, 3, 4)]
    yield from table(("row", "what", "functions", "programs", "second order"), [*rows, ("all", "", *totals)])
    count = len(refused.REFUSED) + len(structures.REFUSED)
    yield f"\n{count} programs are refused before they run, each for one construct, with its place and a hint."


def first_line(module: Any) -> str:
    return (module.__doc__ or "").strip().splitlines()[0]


# --------------------------------------------------------------------------------------------------------------- rules
def rules() -> Iterator[str]:
    """A table per family of rules."""
    from s2s.rules import FAMILIES, RULES, scipy_linalg, special, stats

    every = RULES.all()
    yield f"{len(every)} rules for {len(RULES.rules)} functions."
    for family in sorted({*FAMILIES, *special.FAMILIES, *stats.FAMILIES, scipy_linalg}, key=lambda module: module.__name__):
        own = [rule for rule in every if rule.body.__module__ == family.__name__]
        if own:
            yield f"\n### {family.__name__.rpartition('.')[2].capitalize()}\n\n{about(family)}\n"
            yield from table(("rule", "functions", "kind", "parameters", "cases"), (rule_row(rule) for rule in own))


def about(family: Any) -> str:
    """What a file of rules says of itself."""
    text = first_line(family).removeprefix("Derivative rules: ")
    return text[:1].upper() + text[1:]


def rule_row(rule: Any) -> tuple[str, ...]:
    names = ", ".join(dict.fromkeys(name_of(function) for function in rule.functions))
    parameters = ", ".join(parameter(p, rule.wrt) for p in rule.parameters.parameters.values())
    kind = f"{rule.kind}, *real*" if rule.real_only else rule.kind
    return rule.name.replace("_", " "), names, kind, parameters, str(len(rule.cases) or "drawn")


def parameter(one: inspect.Parameter, wrt: tuple[str, ...]) -> str:
    stars = {one.VAR_POSITIONAL: "\\*", one.VAR_KEYWORD: "\\*\\*"}.get(one.kind, "")
    return f"**{stars}{one.name}**" if one.name in wrt else stars + one.name.replace("_", "\\_")


SPACES = {"np": np, "np.linalg": np.linalg, "np.fft": np.fft, "math": math, "cmath": cmath, "operator": operator}


def name_of(function: Any) -> str:
    """What a user calls a function, `np.linalg.norm` or `math.sin`; in italics if no user calls it."""
    from s2s.primitives import name_in_module, owner_of_method, public_module

    if owner_of_method(function):
        return f"`{public_module(function)}.{name_in_module(function)}`"
    name = getattr(function, "__name__", type(function).__name__)
    for prefix, space in SPACES.items():
        if vars(space).get(name) is function:
            return f"`{prefix}.{name}`"
    fallback = "scipy.special" if isinstance(function, np.ufunc) else "builtins"
    module = getattr(function, "__module__", None) or fallback
    package = module.partition(".")[0]
    if package in ("s2s", "s2s_runtime"):
        return f"*{name}*".replace("_", "\\_")
    return f"`{name}`" if module == "builtins" else f"`{public(module, name, function)}.{name}`"


def public(module: str, name: str, function: Any) -> str:
    """The shortest package that gives this function under its name."""
    parts = module.split(".")
    for count in range(1, len(parts)):
        package = importlib.import_module(".".join(parts[:count]))
        if getattr(package, name, None) is function:
            return ".".join(parts[:count])
    return module


def constants() -> Iterator[str]:
    """Functions by the reason for which they have no derivative."""
    from s2s.rules import RULES

    by_reason: dict[str, list[str]] = {}
    for function, reason in RULES.constants.items():
        by_reason.setdefault(reason, []).append(name_of(function))
    rows = ((reason, ", ".join(dict.fromkeys(names))) for reason, names in by_reason.items())
    yield from table(("reason", "functions"), rows)


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
