"""The corpus itself, by the plain functions alone: a bad point is found here, not blamed on a derivative."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from language import oracle
from language.corpus import all_programs, modules

AT_LEAST = 8


@pytest.mark.parametrize("program", all_programs())
def test_corpus_is_sound(program):
    args = program.fresh_args()
    result = program.function(*args)
    assert oracle.same_bits(program.function(*program.fresh_args()), result), "two runs differ"
    assert oracle.same_bits(args, program.args) != program.writes, "the arguments are changed"
    assert any(oracle.has_floats(program.args[i]) for i in program.active), "nothing to differentiate"
    assert all(np.all(np.isfinite(leaf)) for _, leaf in oracle.leaves(result) if oracle.carries(leaf))


@pytest.mark.parametrize("program", all_programs())
def test_central_differences_converge(program):
    rng = np.random.default_rng(0)
    for _ in range(3):
        tangents = program.tangents(rng)
        estimate = oracle.numeric_jvp(program.function, program.args, tangents)
        other = oracle.numeric_jvp(program.function, program.args, tangents, widen=0.6)
        unit = oracle.precision(program.args, program.function(*program.fresh_args()))
        oracle.assert_agrees(other.value, estimate, unit)
        oracle.assert_agrees(estimate.value, other, unit)
        slope, scale = largest(estimate.value), largest(estimate.magnitude)
        assert slope == 0 or slope > 1e-4 * scale, "the derivative is lost in rounding"


def largest(tree: Any) -> float:
    return max(
        (float(np.max(np.abs(leaf), initial=0.0)) for _, leaf in oracle.leaves(tree) if leaf is not None), default=0.0
    )


@pytest.mark.parametrize(("row", "module"), list(modules()))
def test_every_row_has_programs(row, module):
    assert len({id(program.function) for program in module.PROGRAMS}) >= AT_LEAST
    assert module.__doc__


def test_no_program_stands_there_twice():
    params = all_programs()
    assert len({param.id for param in params}) == len(params)
    keys = [(id(p.function), repr(p.args), p.wrt) for (p,) in (param.values for param in params)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(("row", "module"), [(row, module) for row, module in modules() if row != "numba_functions"])
def test_every_line_is_run(row, module):
    """Every line of every function of a row runs in one of its programs, save those that raise."""
    ran = lines_run(module.__file__, module.PROGRAMS)
    text = Path(module.__file__).read_text(encoding="utf-8").splitlines()
    silent = [
        f"{line}: {text[line - 1].strip()}"
        for line in sorted(lines_of(module) - ran)
        if not text[line - 1].strip().startswith(("raise", "except", "def ", "class "))
    ]
    assert not silent, "\n".join(silent)


def lines_run(file: str, programs: list[Any]) -> set[int]:
    """The lines of a file that run while these programs do."""
    ran: set[int] = set()

    def trace(frame: types.FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != file:
            return None
        ran.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for program in programs:
            program.function(*program.fresh_args())
    finally:
        sys.settrace(before)
    return ran


def lines_of(module: types.ModuleType) -> set[int]:
    """Each line of code in the functions that a module defines."""
    pending = [code for value in vars(module).values() for code in codes(value) if code.co_filename == module.__file__]
    found: set[int] = set()
    while pending:
        code = pending.pop()
        found |= {line for _, _, line in code.co_lines() if line and line != code.co_firstlineno}
        pending.extend(constant for constant in code.co_consts if isinstance(constant, types.CodeType))
    return found


def codes(value: Any) -> Iterator[types.CodeType]:
    """The code of a function, or of each method of a class."""
    for member in vars(value).values() if isinstance(value, type) else [value]:
        function = getattr(member, "fget", None) or getattr(member, "__func__", member)
        code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
        if isinstance(code, types.CodeType):
            yield code
