"""The inputs that a rule is proved on: those that it declares, and for an elementwise rule every way its operands may broadcast.

In: a rule.  Out: `Case`s.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from s2s.rules import RULES, Rule
from s2s.rules.cases import A, Case
from s2s.verify.distributions import OF_DISCRETE, beyond_support
from s2s.verify.quantiles import PLACES
from s2s.verify.scipy_parameters import OF_COUNTS

SHAPES: dict[int, list[tuple[tuple[int, ...], ...]]] = {
    1: [((),), ((2,),), ((2, 3),), ((0,),)],
    2: [((), ()), ((2,), (2,)), ((), (2,)), ((2,), ()), ((1,), (2,)), ((2, 1), (1, 2)), ((2,), (3, 2))],
    3: [((), (), ()), ((2,), (2,), (2,)), ((2,), (), (1,)), ((), (2,), (2, 1))],
}
"""Shapes of the operands of an elementwise rule, by their number."""


MORE: dict[Any, list[Case]] = {
    np.heaviside: [Case((0.0, A(2)))],
    np.linalg.eigvals: [Case((np.array([[[1.0, 0.5], [0.25, -1.0]], [[-2.0, 0.5], [0.75, 3.0]]]),))],
    np.quantile: [Case((A(4), A(domain="probability")), {"method": method}) for method in PLACES],
    **OF_DISCRETE,
    **OF_COUNTS,
}
"""Cases that only exact numbers are asked: at points beside which there is no derivative, or whose value is no finite number."""

def cases_of(rule: Rule) -> list[Case]:
    """The cases that a rule declares, or that its kind gives, and more."""
    return [*_cases_of(rule), *beyond_support(rule), *MORE.get(rule.functions[0], [])]


def _cases_of(rule: Rule) -> list[Case]:
    """The declared cases, with one entry in each array where entries do not meet; or every way to broadcast."""
    declared = {id(case): case for function in rule.functions[:1] for other in RULES.of(function) for case in other.cases}
    if rule.kind not in ("elementwise", "diagonal"):
        return list(rule.cases) or list(declared.values())
    if rule.cases:
        return [cut(case, 1) for case in rule.cases]
    count = len(rule.parameters.parameters)
    domains = (rule.domain,) * count if isinstance(rule.domain, str) else rule.domain
    every = [zip(shapes, domains, strict=True) for shapes in SHAPES.get(count, [])]
    return [Case(tuple(A(*shape, domain=domain) for shape, domain in operands)) for operands in every]


def cut(case: Case, longest: int) -> Case:
    """The case with no axis longer than that."""
    return replace(
        case, args=tuple(_cut(spec, longest) for spec in case.args), kwargs={key: _cut(spec, longest) for key, spec in case.kwargs.items()}
    )


def _cut(spec: Any, longest: int) -> Any:
    if isinstance(spec, A):
        return A(*(min(n, longest) for n in spec.shape), domain=spec.domain)
    if isinstance(spec, (list, tuple)) and any(isinstance(part, A) for part in spec):
        return type(spec)(_cut(part, longest) for part in spec)
    return spec


def spelled(case: Case) -> str:
    """A case as the shapes and the other arguments of the call: `(2, 3), axis=0`."""
    given = [*map(_spelled, case.args), *(f"{key}={_spelled(value)}" for key, value in case.kwargs.items())]
    return ", ".join(given)


def _spelled(spec: Any) -> str:
    if isinstance(spec, A):
        return "x".join(map(str, spec.shape)) or "number"
    if isinstance(spec, (list, tuple)):
        return f"[{', '.join(map(_spelled, spec))}]"
    text = getattr(spec, "__name__", None) or repr(spec).replace("\n", "")
    return text if len(text) < 30 else type(spec).__name__

