"""Writes coverage.md: what the tests cover, from the tests' own corpus and from the registry of rules.

python docs/make_coverage.py
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

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
inputs are drawn from its domain; rules of functions that are given functions are tested in programs. *Status* is what the
proofs say of a rule. A rule holds for complex operands too, and is tested with them where NumPy takes them, unless its kind is
marked *real*: then complex operands are refused. Functions in italics are our own: derivatives are written with them where
NumPy has no function for what is needed. `s2s rules` prints the same list, with the place of each formula.
"""
PROGRAMS = """
## Written out

Functions that need no rule: they are put together of functions that have rules, and read as a user's own program is. Their value stays
NumPy's to the last bit. `tests/rules/test_calls_of_numpy.py` has calls of each. Where a name has a rule as well, some calls are
written out, and the others have the rule.
"""
CONSTANTS = """
## Without a derivative

Functions whose result is constant to every derivative.
"""


def text() -> str:
    """The whole page."""
    lines = [HEAD, LANGUAGE, *language(), RULES, *rules(), PROGRAMS, *programs(), CONSTANTS, *constants()]
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
    from s2s.rules.declare import RULES
    from s2s.rules.listing import rules as listed

    every = listed()
    yield f"{len(every)} rules for {len(RULES.rules)} functions."
    for family in sorted({one.family for one in every}, key=lambda name: (not name.startswith("s2s.rules"), name)):
        yield f"\n### {NAMED.get(family) or family.rpartition('.')[2].capitalize()}\n\n{about(importlib.import_module(family))}\n"
        rows = (rule_row(one) for one in every if one.family == family)
        yield from table(("rule", "functions", "kind", "parameters", "cases", "status"), rows)


NAMED = {"s2s.implicit.rules": "Solutions of equations", "s2s.implicit.ode_rules": "Differential equations"}


def about(family: Any) -> str:
    """What a file of rules says of itself."""
    text = first_line(family).removeprefix("Derivative rules: ")
    return text[:1].upper() + text[1:]


def rule_row(one: Any) -> tuple[str, ...]:
    names = ", ".join(called(name, name in one.own) for name in one.functions)
    parameters = ", ".join(parameter(name, one.wrt) for name in one.parameters)
    kind = f"{one.kind}, *real*" if one.real_only else one.kind
    cases = one.cases or ("programs" if one.family in NAMED else "drawn")
    return one.name.replace("_", " "), names, kind, parameters, str(cases), one.status


def parameter(shown: str, wrt: tuple[str, ...]) -> str:
    bold = shown.lstrip("*") in wrt
    text = shown.replace("*", "\\*")
    return f"**{text}**" if bold else text.replace("_", "\\_")


def called(name: str, own: bool) -> str:
    """What a user calls a function, as code; in italics if no user calls it."""
    return f"*{name.rpartition('.')[2]}*".replace("_", "\\_") if own else f"`{name}`"


def programs() -> Iterator[str]:
    """Functions that are written out, by the file that does it."""
    from s2s.rules.declare import RULES
    from s2s.rules.names import known_names, public_name

    known_names()  # those of SciPy
    rows, families = [], {definition.body.__module__ for definition in RULES.definitions.values()}
    for family in sorted(families, key=lambda name: ("scipy" in name, name)):
        own = [f for f, definition in RULES.definitions.items() if definition.body.__module__ == family]
        what = first_line(sys.modules[family]).removeprefix("Definitions: ")
        rows.append((what, ", ".join(f"`{public_name(f)}`" for f in own)))
    yield from table(("what", "functions"), rows)


def constants() -> Iterator[str]:
    """Functions by the reason for which they have no derivative."""
    from s2s.rules.listing import constants as listed
    from s2s.rules.names import OURS

    rows = (
        (reason, ", ".join(called(name, name.partition(".")[0] in OURS) for name in sorted(names)))
        for reason, names in sorted(listed().items())  # rules for a library come when it is imported, in any order
    )
    yield from table(("reason", "functions"), rows)


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
