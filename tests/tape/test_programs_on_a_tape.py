"""The tape beside the transformer: two derivatives of every program of the language and of the corpus, made in two ways.

`python tape/test_programs_on_a_tape.py`, from `tests/`, compares all of the corpus, and prints how many are equal to the last bit; the
tests take one in three.
"""

from __future__ import annotations

import collections
import warnings

import numpy as np
import pytest

import s2s
from language import oracle
from language.corpus import programs_with
from s2s import eager
from s2s.errors import Refused
from s2s.testing.compare import compare_bits
from s2s_runtime import tree
from test_corpus_of_programs import Program, modules

pytestmark = [pytest.mark.core, pytest.mark.filterwarnings("ignore::RuntimeWarning")]

PROGRAMS = [Program(module) for module in modules() if not getattr(module, "REFUSED", None)]
UNCERTAIN = {"topology_compliance": 1e-11}
"""Programs whose derivative is that much less certain than rounding: they solve with an ill-conditioned matrix."""


def assert_close(found, wanted, tolerance):
    """In each leaf, relative to its largest entry: the orders of two sums may differ."""
    for path, want, have in tree.pairs(wanted, found):
        assert (have is None) == (want is None), path
        if want is not None:
            assert np.shape(have) == np.shape(want), path
            assert np.result_type(have) == np.result_type(want), path
            scale = np.max(np.abs(want), initial=1e-3, where=np.isfinite(want))
            np.testing.assert_allclose(have, want, rtol=tolerance, atol=tolerance * scale, err_msg=path)


def compared(program):
    """The gradient of a program by the transformer and by the tape."""
    wrt = program.active()
    name = program.module.__name__.rpartition(".")[2]
    wanted, found = (way.grad(program.loss, argnums=wrt)(*program.args()) for way in (s2s, eager))
    assert_close(found, wanted, UNCERTAIN.get(name, 1e-12))
    return wanted, found


@pytest.mark.parametrize("program", PROGRAMS[::3], ids=lambda program: program.module.__name__.rpartition(".")[2])
def test_the_gradient_of_a_program(program):
    compared(program)


NOT_RECORDED = {
    "numba_functions": "what Numba made for arrays has no source of the array function",
    "iterators_and_generators": "np.nditer, np.fromiter and np.apply_along_axis take plain arrays",
    "for_iterables": "np.nditer and np.ndenumerate take plain arrays",
    "shared_memory/the_method_view": "an array is seen as one of another kind",
    "names/library_as_an_argument-math": "a module that is an argument is not recorded",
    "math_and_methods/short_forms_of_joining": "np.r_ and np.c_ take plain arrays",
    "options_of_numpy/points_in_brackets": "np.r_ takes plain arrays",
    "options_of_numpy/border_that_leads_somewhere": "np.pad asks np.linspace for steps along an axis",
    **dict.fromkeys(
        (f"options_of_numpy/vectorised_{how}" for how in ("past_an_argument", "with_a_name_past", "to_two", "over_rows")),
        "np.vectorize calls its function with plain numbers",
    ),
    "options_of_numpy/series_of_chebyshev": "an object of NumPy keeps its coefficients in a plain array",
    "options_of_numpy/polynomial_as_an_object": "an object of NumPy keeps its coefficients in a plain array",
    "options_of_numpy/sums_of_pieces": "reduceat is not recorded",
    "options_of_numpy/extremes_of_pieces": "reduceat is not recorded",
    "statements/percent_and_format": "% makes a text of a float",
    "complex_numbers/polar_and_back": "cmath.polar gives two numbers, and has no rule",
    "match_statements/by_class-float": "`case float(x)` needs the class itself",
}  # fmt: skip
"""Rows and programs that a tape may refuse, in which the transformer reads the text."""


@pytest.mark.parametrize("program", programs_with(mode="reverse"))
def test_the_cotangents_of_the_language(program, rng, request):
    value, pullback = s2s.vjp(program.function, *program.fresh_args())
    seed = oracle.random_tangent(value, rng)
    try:
        found, pull = eager.vjp(program.function, *program.fresh_args())
    except (eager.TapeError, Refused, TypeError, ValueError, AttributeError):
        name = request.node.callspec.id
        assert {name, name.partition("/")[0]} & NOT_RECORDED.keys(), name
        return
    assert program.compiled or all(check.passed for check in compare_bits("value", "value", found, value))
    bars, wanted = pull(seed), pullback(seed)
    for k in program.active:
        assert_close(bars[k], wanted[k], 1e-11)


def main() -> None:
    warnings.simplefilter("ignore")
    counts: collections.Counter[str] = collections.Counter()
    for program in PROGRAMS:
        wanted, found = compared(program)
        equal = all(check.passed for check in compare_bits("gradient", "gradient", found, wanted))
        counts["equal to the last bit" if equal else "equal to rounding"] += 1
    print(dict(counts))


if __name__ == "__main__":
    main()
