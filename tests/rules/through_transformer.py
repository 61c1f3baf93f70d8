"""Every case of every rule as a program for the whole transformer, checked by `s2s.testing.check_grads`.

In: an order, and which share of the cases: `python -m rules.through_transformer 2 0/4` in the folder `tests`.  Out: the
cases that fail, by message.  Not a test of the rules: what fails here and passes in `test_catalogue` is not theirs.
"""

from __future__ import annotations

import collections
import operator
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import linalg

from rules.applying import Call, is_active
from rules.drawing import calls
from rules.written import loaded
from s2s.rules import RULES
from s2s.rules.cases import A
from s2s.rules.names import known_names
from s2s.testing import check_grads

known_names()  # rules for SciPy are tested with the others
WITH_PLACES = {linalg.cho_factor, linalg.lu_factor}
"""Beside a matrix they give a flag or pivots, which have no tangent."""


class Writer:
    """Writes one call as a function of its active leaves; what is not active and cannot be spelled becomes a global."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self.text = ""

    def function(self, name: str, call: Call) -> tuple[Any, ...]:
        """Append `def name(a0, ...)`, and `name_squared`, whose cotangents move; return the values of their parameters."""
        values: list[Any] = []
        parts, omitted = [], False
        for key, parameter in call.rule.parameters.parameters.items():
            if key not in call.specs:
                omitted = True
                continue
            spec, value = call.specs[key], call.values[key]
            if parameter.kind is parameter.VAR_POSITIONAL:
                parts += [self.spelled(s, v, values) for s, v in zip(spec, value, strict=True)]
                continue
            word = self.spelled(spec, value, values)
            parts.append(f"{key}={word}" if omitted or parameter.kind is parameter.KEYWORD_ONLY else word)
        body = f"{self.named(call.function)}({', '.join(parts)})"
        if call.function is operator.getitem:
            body = f"{parts[0]}[{parts[1]}]"
        if call.function in WITH_PLACES:
            body += "[0]"
        names = ", ".join(f"a{k}" for k in range(len(values)))
        self.text += f"def {name}({names}):\n    return {body}\n\n\n"
        found = call.run()
        squared = squares(found[0] if call.function in WITH_PLACES else found, "r")
        self.text += f"def {name}_squared({names}):\n    r = {name}({names})\n    return {squared}\n\n\n"
        return tuple(values)

    def named(self, value: Any) -> str:
        name = f"g{len(self.names)}"
        self.names[name] = value
        return name

    def spelled(self, spec: Any, value: Any, values: list[Any]) -> str:
        if isinstance(spec, (list, tuple)):
            items = [self.spelled(s, v, values) for s, v in zip(spec, value, strict=True)]
            return f"[{', '.join(items)}]" if isinstance(spec, list) else f"({''.join(f'{item}, ' for item in items)})"
        if is_active(spec):
            values.append(np.array(value) if isinstance(value, np.ndarray) else value)
            return f"a{len(values) - 1}"
        if isinstance(spec, (int, str, slice, type(None))) or (isinstance(spec, float) and np.isfinite(spec)):
            return repr(spec)
        return "..." if spec is Ellipsis else self.named(value if isinstance(spec, A) else spec)


def squares(found: Any, name: str) -> str:
    """The parts of a result that are floats, each squared."""
    if isinstance(found, (list, tuple)):
        parts = [squares(part, f"{name}[{k}]") for k, part in enumerate(found)]
        return f"({''.join(f'{part}, ' for part in parts if part)})"
    return f"{name} * {name}" if np.issubdtype(np.result_type(found), np.inexact) else ""


def active_calls() -> Iterator[Call]:
    """Every call of a function of a library once, with the first rule that takes it."""
    for function, rules in RULES.rules.items():
        if str(getattr(function, "__module__", "")).startswith("s2s"):
            continue
        seen: set[str] = set()
        for rule in rules:
            for call in calls(rule, function):
                key = repr(call.specs)
                if call.active() and key not in seen:
                    seen.add(key)
                    yield call


def main(order: int, share: str) -> None:
    part, parts = map(int, share.split("/"))
    writer = Writer()
    jobs = [(f"f{k}", call, writer.function(f"f{k}", call)) for k, call in enumerate(active_calls())]
    failures: dict[str, list[str]] = collections.defaultdict(list)
    module = loaded(writer.text, "programs_of_rules", **writer.names)
    chosen = jobs[part::parts]
    for name, call, values in chosen:
        try:
            check_grads(getattr(module, name if order == 1 else f"{name}_squared"), values, order=order)
        except Exception as error:
            message = " | ".join(f"{type(error).__name__}: {error}".replace(name, "f").split("\n")[:2])
            failures[message[:300]].append(f"{getattr(call.function, '__name__', '')} {call.rule.name} {call.specs}")
    print(f"{len(chosen)} programs, {sum(map(len, failures.values()))} failed")
    for message, where in sorted(failures.items(), key=lambda item: -len(item[1])):
        print(f"{len(where)} {message}", *(f"    {line[:200]}" for line in where[:4]), sep="\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]), sys.argv[2])
