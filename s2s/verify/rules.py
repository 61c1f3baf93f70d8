"""A rule is proved on one of its cases: what its bodies say, run on symbols, is the derivative of the function, run on symbols.

In: a `Question`.  Out: a `Proof`: (a) the adjoint is the transposed Jacobian applied to a cotangent, (b) the tangent is the Jacobian
applied to a tangent, (c) <g, J v> is <J^T g, v>.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from s2s.rules.cases import Case
from s2s.verify.arrays import scalars
from s2s.verify.calls import leaves
from s2s.verify.deciding import Verdict, same
from s2s.verify.said import adjoint, tangent
from s2s.verify.scalar import Path, Scalar, mp, scalar
from s2s.verify.wanted import Question, directions, total


@dataclass
class Proof:
    """What was found of a rule on one case."""

    case: Case
    verdict: Verdict
    about: str = ""
    path: Path = field(default_factory=Path)


ADJOINTNESS = "adjointness"
"""It follows from the other two, where these are proved."""


def answered(asked: Question, decided: bool = True) -> Proof:
    """Whether the rule's bodies give the right answers; if not `decided`, only at the sample point."""
    call = asked.call
    cotangents = adjoint(call, asked.seed, asked.result)
    tangents = tangent(call, asked.tangents, asked.result)
    verdict, about = Verdict.proved, ""
    for what, got, wanted in _pairs(asked, cotangents, tangents):
        follows = verdict is not Verdict.proved or what == ADJOINTNESS
        found = same(got, wanted, follows or not decided)
        found = Verdict.refuted if found is Verdict.rounded else found
        if found < verdict:
            verdict, about = found, f"{what}: {mp.nstr(got.value, 17)} for {mp.nstr(wanted.value, 17)}"
        if found is Verdict.refuted:
            break
    return Proof(call.case, verdict, about, asked.path)


def _pairs(asked: Question, cotangents: dict[str, Any], tangents: Any) -> Iterator[tuple[str, Scalar, Scalar]]:
    for name, flags in asked.call.active().items():
        got = []
        for flag, x, part in zip(leaves(flags), leaves(asked.call.values[name]), leaves_or_none(flags, cotangents[name]), strict=True):
            if flag:
                got += list(_components(scalars(x), scalars(part)))
        yield from ((f"adjoint of {name}", a, b) for a, b in zip(got, asked.cotangents[name], strict=True))
    entries = [entry for leaf in leaves(tangents) for entry in scalars(leaf)]
    yield from (("tangent", a, b) for a, b in zip(entries, asked.moved, strict=True))
    yield ADJOINTNESS, total(tangents, asked.seed), paired(asked, cotangents)


def leaves_or_none(flags: Any, tree: Any) -> list[Any]:
    return [part for part, _ in _both(tree, flags)]


def _both(tree: Any, flags: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(flags, tuple):
        for part, flag in zip(tree, flags, strict=True):
            yield from _both(part, flag)
    else:
        yield tree, flags


def _components(primals: list[Scalar], cotangents: list[Scalar]) -> Iterator[Scalar]:
    """A cotangent g by the real symbols of its primal: the real part of g times the direction."""
    for x, g in zip(primals, cotangents, strict=True):
        for _, unit in directions(x):
            yield g.real if unit == 1 else -g.imag


def paired(asked: Question, cotangents: dict[str, Any]) -> Any:
    found = scalar(0)
    for name, flags in asked.call.active().items():
        parts = zip(leaves(flags), leaves_or_none(flags, cotangents[name]), leaves(asked.tangents[name]), strict=True)
        for flag, g, v in parts:
            if flag:
                found = found + sum(((a * b).real for a, b in zip(scalars(g), scalars(v), strict=True)), scalar(0))
    return found
