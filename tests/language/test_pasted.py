"""The derivative's source, pasted into a file: it runs, and gives the same numbers, for every program of the corpus."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import s2s
from language import oracle
from language.corpus import all_programs
from s2s.arguments import unbundle
from s2s.fitting import fit
from s2s.kinds import Request
from s2s.pipeline import derive
from s2s.specialise.outside import Environment

pytestmark = pytest.mark.core
PROGRAMS = all_programs()[::2]
"""Every other program: what is pasted is written in the same way for all."""


def derived(program):
    """Its derivative in one function, and what it captures from the program's surroundings, by name."""
    callee = unbundle(program.function)
    args = (*callee.args, *program.fresh_args())
    wrt = tuple(len(callee.args) + k for k in program.active)
    kwargs = dict(callee.kwargs)
    made = derive(callee.function, Request("vjp", wrt), args, kwargs)
    environment = Environment(callee.function, (*args, *kwargs.values()))
    names = zip(made.sources[0].captured, made.specialised.captures, strict=True)
    return made, args, kwargs, {name: capture.get(environment) for name, capture in names}


def pasted(text, name, path, outside):
    """The function of this name in a file with this text, where objects that no import gives are defined already."""
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    vars(module).update(outside)
    spec.loader.exec_module(module)
    return getattr(module, name)


@pytest.mark.parametrize("program", PROGRAMS)
def test_it_runs_where_it_is_pasted(program, rng, tmp_path):
    made, args, kwargs, captured = derived(program)
    (source,) = made.sources
    function = pasted(source.text, made.functions[0].name, tmp_path / "pasted.py", source.outside)
    result, pullback = s2s.vjp(program.function, *program.fresh_args())
    cotangent = oracle.random_cotangent(result, rng)
    value, bars = function(*args, *kwargs.values(), cotangent, **captured)
    assert oracle.same_bits(value, result)
    wanted = pullback(cotangent)
    for position, bar in zip(program.active, bars, strict=True):
        oracle.assert_same_derivative(fit(bar, program.args[position]), wanted[position], np.finfo(float).eps)


# ----------------------------------------------------------------------------------------------------- one text, always
SHOW = """
from language.test_pasted import fingerprint
print(fingerprint())
"""


def fingerprint():
    """Of the texts of every eleventh program."""
    texts = [source.text for (program,) in (p.values for p in PROGRAMS[::11]) for source in derived(program)[0].sources]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def test_it_is_the_same_text_in_every_process():
    found = set()
    for seed in ("0", "7"):
        path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
        done = subprocess.run([sys.executable, "-c", SHOW], env=environment, capture_output=True, text=True, check=True)
        found.add(done.stdout)
    assert len(found) == 1
