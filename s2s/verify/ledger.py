"""The ledger: what is known of every rule, and on which inputs.

In: the registry.  Out: an `Entry` per rule.  Its status is the weakest thing that holds on all of its cases:

| status | what holds |
|---|---|
| proved | the adjoint, the tangent and their adjointness are identities of expressions |
| digits | they hold at sample points, to fifty digits: sympy cannot decide, or has no name for the function |
| tested | the function has no definition here: the rule is held against differences of machine numbers, by the tests only |
| refuted | an answer is wrong |

A case that sympy cannot decide is asked once more with no axis longer than 2; if it is proved then, the case counts as proved, and the
ledger says on which shapes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import sympy as sp

from s2s.rules import RULES, Rule
from s2s.rules.cases import Case
from s2s.rules.listing import key_of
from s2s.rules.names import known_names, public_name
from s2s.verify.calls import NotTaken
from s2s.verify.cases import cases_of, cut, spelled
from s2s.verify.deciding import Verdict
from s2s.verify.rules import Proof, answered
from s2s.verify.wanted import WrongMeaning, question

POINTS = 6
"""How many sample points are tried to come to every branch of a rule that compares."""

KINKS_SHOWN = 4
SHORT = 2
"""The longest axis of a case that is asked once more."""
UNDEFINED = (TypeError, RuntimeError, ValueError, AttributeError, IndexError)  # among them: NotImplementedError
"""What a function raises that has no definition for numbers with expressions."""


@dataclass
class Entry:
    """What is known of a rule: on which calls it is proved and on which to fifty digits, over how many paths through its branches and
    where these meet.  `left` are calls that have no definition here."""

    key: str
    functions: list[str]
    kind: str
    status: str = "tested"
    proved: list[str] = field(default_factory=list)
    digits: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    paths: int = 0
    kinks: list[str] = field(default_factory=list)
    reason: str = ""


def entry_of(rule: Rule) -> Entry:
    """Every case of a rule, asked."""
    found = Entry(key_of(rule), list(dict.fromkeys(map(public_name, rule.functions))), rule.kind)
    paths: dict[Any, None] = {}
    kinks: dict[str, None] = {}
    for number, case in enumerate(cases_of(rule)):
        try:
            for proof in proofs(rule, case, number):
                paths[proof.path.key()] = None
                kinks.update((relation, None) for relation in relations(proof))
                note(found, case, proof)
        except NotTaken:
            continue
        except UNDEFINED as error:
            found.left.append(spelled(case))
            found.reason = found.reason or f"{type(error).__name__}: {str(error)[:120]}"
    found.paths, found.kinks = len(paths), list(kinks)[:KINKS_SHOWN]
    if found.status != "refuted" and (found.proved or found.digits):
        found.status = "digits" if found.digits else "proved"
    return found


def note(found: Entry, case: Case, proof: Proof) -> None:
    """Write an answer down."""
    if proof.verdict is Verdict.refuted:
        found.status, found.reason = "refuted", f"{spelled(case)}: {proof.about}"
    where = found.proved if proof.verdict is Verdict.proved else found.digits
    if spelled(proof.case) not in where:
        where.append(spelled(proof.case))


def proofs(rule: Rule, case: Case, number: int) -> Iterator[Proof]:
    """The answers on a case: at further points where it compares, until no new path is met; on shorter axes where sympy cannot decide.

    Raises:
        NotTaken: another rule takes this call.
    """
    seen: set[Any] = set()
    for seed in range(number, number + POINTS):
        proof = answered(question(rule, rule.functions[0], case, seed))
        if proof.path.key() in seen:
            return
        seen.add(proof.path.key())
        yield on_shorter_axes(rule, case, seed) or proof if proof.verdict is Verdict.digits else proof
        if not proof.path.steps:
            return


def on_shorter_axes(rule: Rule, case: Case, seed: int) -> Proof | None:
    """A proof of the same call with shorter axes; None where there is none, or the call does not exist."""
    short = cut(case, SHORT)
    if short == case:
        return None
    try:
        proof = answered(question(rule, rule.functions[0], short, seed))
    except (NotTaken, WrongMeaning, *UNDEFINED):
        return None
    return proof if proof.verdict is not Verdict.digits else None


def relations(proof: Proof) -> Iterator[str]:
    """Where the branches of a path meet: `x_0 = y_0`."""
    for difference, _, _ in proof.path.steps:
        if len(difference.free_symbols) <= 2 and sp.count_ops(difference) < 8:
            yield f"{sp.expand(difference)} = 0"


# ----------------------------------------------------------------------------------------------------------- all of them
def entries(keys: list[str] | None = None, workers: int | None = None) -> list[Entry]:
    """The ledger of all rules, or of those with these keys, in the order of declaration; with `workers` processes (default: all cores)."""
    known_names()
    wanted = [number for number, rule in enumerate(RULES.all()) if not rule.users and (keys is None or key_of(rule) in keys)]
    workers = workers or os.cpu_count() or 1
    if workers == 1:
        return [_numbered(number) for number in wanted]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(_numbered, wanted, chunksize=4))


def _numbered(number: int) -> Entry:
    known_names()
    return entry_of(RULES.all()[number])


def written(found: list[Entry], path: Path) -> None:
    """The ledger as a file."""
    rules = {entry.key: {k: v for k, v in asdict(entry).items() if k != "key" and v} for entry in found}
    path.write_text(json.dumps({"rules": rules}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
