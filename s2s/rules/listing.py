"""Every rule as data: what `s2s rules` prints and the table of docs/coverage.md is made from.

In: the registry, and a part of a name.  Out: one `Listed` per rule and one `Constant` per reason.
"""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from s2s.rules.declare import RULES, Rule
from s2s.rules.names import is_users_to_call, known_names, public_name

LEDGER = Path(__file__).parents[2] / "docs" / "ledger.json"
NOT_PROVED = "tested"


@dataclass(frozen=True)
class Listed:
    """One rule.  `functions` by the names that users have for them; `own` those that derivatives alone are written with.

    `parameters` are all, in order; `wrt` those that have a derivative.  `source` is where the formula stands, `status` what is
    proved of it, `cases` the number of calls that it is tested with (0: inputs are drawn from its domain).
    """

    name: str
    functions: tuple[str, ...]
    own: frozenset[str]
    kind: str
    domain: str
    parameters: tuple[str, ...]
    wrt: tuple[str, ...]
    source: str
    status: str
    cases: int
    real_only: bool
    family: str


def rules(part: str = "") -> list[Listed]:
    """Every rule whose name, or a function of which, has `part` in its name; all if it is empty.  Imports those of all libraries."""
    known_names()
    combinators = [rule for rules in RULES.combinators.values() for rule in rules]
    found = map(listed, [*RULES.all(), *combinators])
    return [one for one in found if part in one.name or any(part in name for name in one.functions)]


def constants(part: str = "") -> dict[str, list[str]]:
    """Functions without a derivative, by the reason for it."""
    known_names()
    by_reason: dict[str, list[str]] = {}
    for function, reason in RULES.constants.items():
        name = public_name(function)
        if part in name and name not in by_reason.setdefault(reason, []):
            by_reason[reason].append(name)
    return {reason: names for reason, names in by_reason.items() if names}


def listed(rule: Rule) -> Listed:
    """A rule as data."""
    functions = rule.known_as or tuple(dict.fromkeys(map(public_name, rule.functions)))
    inner = () if rule.known_as else rule.functions
    own = frozenset(public_name(function) for function in inner if not is_users_to_call(function))
    shown = tuple(map(shown_parameter, rule.parameters.parameters.values()))
    domain = rule.domain if isinstance(rule.domain, str) else ", ".join(rule.domain)
    place = source_of(rule)
    return Listed(rule.name, functions, own, rule.kind, domain, shown, rule.wrt, place, status_of(rule), len(rule.cases),
                  rule.real_only, rule.body.__module__)  # fmt: skip


def shown_parameter(parameter: inspect.Parameter) -> str:
    return str(parameter.replace(default=parameter.empty, annotation=parameter.empty))


def source_of(rule: Rule) -> str:
    """Where the formula stands: `s2s/rules/linalg.py:40`, and the whole path of a user's."""
    code = rule.body.__code__
    file, root = Path(code.co_filename), Path(__file__).parents[2]
    shown = file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)
    return f"{shown}:{code.co_firstlineno}"


def key_of(rule: Rule) -> str:
    """What the ledger of proofs calls a rule: the first function that it is for, and the name of its body."""
    return f"{public_name(rule.functions[0])}: {rule.name}"


def status_of(rule: Rule) -> str:
    """What the ledger says is proved of a rule: `tested` where it says nothing, `declared` of a user's."""
    found = ledger().get(key_of(rule))
    return found or ("declared" if rule.users else NOT_PROVED)


@lru_cache(maxsize=1)
def ledger() -> dict[str, str]:
    """The status of each rule by its key, as the proofs wrote it down last; empty where there is no such file."""
    if not LEDGER.is_file():
        return {}
    written: dict[str, Any] = json.loads(LEDGER.read_text(encoding="utf-8"))
    return {key: value if isinstance(value, str) else str(value["status"]) for key, value in written.get("rules", written).items()}
