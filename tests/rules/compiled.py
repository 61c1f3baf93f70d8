"""Every case of every rule as a program that is compiled: `python -m rules.compiled [--only cross,einsum]`, from `tests/`.

A program calls one function and adds up what it gives, with weights.  Its value and gradient as loop nests, run as Python, are compared
with those of the readable form.  Prints what is not compiled as a whole, by the reason; the exit status is 1 if a value differs.
"""

from __future__ import annotations

import argparse
import collections
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np

from rules.applying import Call
from rules.through_transformer import Writer, active_calls
from rules.written import loaded
from s2s import value_and_grad
from s2s.errors import NotCompiled
from s2s.primitives import name_in_module, owner_of_method, public_module
from s2s_runtime import tree


@dataclass(frozen=True)
class Program:
    """One call of a function of a library, in a function of its active arguments that gives a number."""

    call: Call
    function: Any
    values: tuple[Any, ...]

    @property
    def of(self) -> str:
        return called(self.call.function)


def called(function: Any) -> str:
    """A function by the names that it has in its library."""
    module = getattr(function, "__module__", None) or type(function).__module__
    module = "scipy.special" if isinstance(function, np.ufunc) and getattr(np, function.__name__, None) is not function else module
    if owner_of_method(function):
        return f"{public_module(function)}.{name_in_module(function)}"
    return f"{module}.{getattr(function, '__name__', function)}"


def programs() -> list[Program]:
    """A program for each case whose result holds numbers that may be added."""
    writer = Writer()
    given = [(f"f{k}", call, writer.function(f"f{k}", call)) for k, call in enumerate(active_calls())]
    plain = loaded(writer.text, "calls_of_rules", **writer.names)
    made = []
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, call, values in given:
            terms = list(weighed(writer, getattr(plain, name)(*values), "found"))
            if not terms:
                continue
            words = ", ".join(f"a{k}" for k in range(len(values)))
            writer.text += f"def sum_of_{name}({words}):\n    found = {name}({words})\n    return {' + '.join(terms)}\n\n\n"
            made.append((f"sum_of_{name}", call, tuple(map(number_or_array, values))))
    module = loaded(writer.text, "sums_of_rules", np=np, **writer.names)
    return [Program(call, getattr(module, name), values) for name, call, values in made]


def number_or_array(value: Any) -> Any:
    """An array without axes as the number in it: no compiled program is given such an array."""
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def weighed(writer: Writer, found: Any, word: str) -> Iterator[str]:
    """The terms of a sum of all numbers in a result, each with a weight of its own."""
    if isinstance(found, (tuple, list)):
        for k, item in enumerate(found):
            yield from weighed(writer, item, f"{word}[{k}]")
        return
    dtype = np.result_type(found)
    if dtype.kind not in "fc":
        return
    weights = np.linspace(0.5, 1.5, np.size(found)).reshape(np.shape(found)) * (1 - 0.3j if dtype.kind == "c" else 1)
    name = writer.named(weights.astype(dtype) if weights.ndim else weights.item())
    term = f"np.sum({name} * {word})" if weights.ndim else f"{name} * {word}"
    yield f"np.real({term})" if dtype.kind == "c" else term


def reason_against(program: Program) -> str:
    """Why a program is not compiled as a whole; empty where it is.  Raises AssertionError where it gives something else."""
    wrt = tuple(range(len(program.values)))
    with np.errstate(all="ignore"):
        try:
            found = value_and_grad(program.function, wrt, jit=True)(*program.values)
        except NotCompiled as refused:
            return refused.reason
        expected = value_and_grad(program.function, wrt, jit=False)(*program.values)
    ones, others = (tree.flatten(value)[0] for value in (found, expected))
    assert len(ones) == len(others)
    for one, other in zip(ones, others, strict=True):
        assert np.shape(one) == np.shape(other), program.call.specs
        assert np.result_type(one) == np.result_type(other), program.call.specs
        scale = max(1.0, float(np.max(np.abs(other), initial=0.0))) if np.isfinite(other).all() else 1.0
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11 * scale, err_msg=str(program.call.specs))
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="rules.compiled", description=__doc__)
    parser.add_argument("--only", default="", help="names of functions, with commas between them")
    chosen = set(filter(None, parser.parse_args().only.split(",")))
    warnings.simplefilter("ignore")
    numba.config.DISABLE_JIT = True
    reasons: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    count = wrong = 0
    for program in programs():
        if chosen and program.of.rpartition(".")[2] not in chosen:
            continue
        try:
            reason = reason_against(program)
        except Exception as error:
            wrong += 1
            print(f"{program.of} {program.call.specs}: {type(error).__name__}: {' '.join(str(error).split())[:300]}", flush=True)
            continue
        count += not reason
        if reason:
            reasons[reason][program.of] += 1
    print(f"{count} compiled, {sum(counter.total() for counter in reasons.values())} not, {wrong} failed")
    for reason, counter in sorted(reasons.items(), key=lambda item: -item[1].total()):
        print(f"{counter.total():4d} {reason}: {', '.join(f'{name} {k}' for name, k in counter.most_common())}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
