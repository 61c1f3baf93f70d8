"""Texts become dispatchers: they compute, call each other, run in threads, and are ordinary Numba functions."""

from __future__ import annotations

import gc
import pickle
import threading
import time
import traceback

import numba
import numpy as np
import pytest

from jit.texts import SQUARE, SUM_OF_SQUARES, in_new_process, source
from s2s.errors import NotCompiled
from s2s.jit import Options, compiled


def test_a_text_with_a_helper_is_compiled_and_called_from_compiled_code():
    function = compiled(source(SUM_OF_SQUARES))
    assert function(np.array([1.0, 2.0])) == 5.0
    assert isinstance(function, numba.core.dispatcher.Dispatcher)

    @numba.njit
    def mean(x):
        return function(x) / x.shape[0]

    assert mean(np.array([1.0, 3.0])) == 5.0
    again = pickle.loads(pickle.dumps(function))
    assert again(np.array([3.0])) == 9.0
    assert again.stats.cache_hits


def test_the_garbage_collector_is_left_as_it_was():
    before = gc.get_threshold()
    seen = []

    function = compiled(source("\ndef f(x):\n    return x + 1\n"), options=Options(cache=False))
    original = numba.core.registry.CPUDispatcher._compile_for_args

    def noted(*args, **kwargs):
        seen.append(gc.get_threshold())
        return original(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numba.core.registry.CPUDispatcher, "_compile_for_args", noted)
        assert function(1) == 2
    assert seen[0][0] > before[0]
    with pytest.raises(NotCompiled):
        function("a")
    assert gc.get_threshold() == before


def test_captured_values_are_keywords_and_outside_objects_are_there():
    text = "\ndef scaled(x, *, k):\n    return x * k + table[1]\n"
    function = compiled(source(text, captured=("k",), table=np.array([1.0, 2.0])))
    assert function(3.0, k=4.0) == 14.0
    assert function(3.0, 4.0) == 14.0
    after = compiled(
        source("\ndef scaled(x, bar=1.0, *, k, n):\n    return x * bar + 10 * k + n\n", captured=("k", "n"))
    )
    assert after(3.0, k=4.0, n=5) == 48.0
    assert numba.njit(lambda x: after(x, k=4.0, n=5))(3.0) == 48.0


def test_a_function_that_calls_itself():
    text = "\ndef product(n):\n    if n < 2:\n        return 1\n    return n * product(n - 1)\n"
    assert compiled(source(text))(5) == 120


def test_division_by_zero_is_as_in_numpy_and_options_reach_numba(cache):
    text = "\ndef ratio(x, i):\n    return 1.0 / x[i]\n"
    assert compiled(source(text))(np.zeros(1), 0) == np.inf
    checked = compiled(source(text), options=Options(boundscheck=True))
    with pytest.raises(IndexError):
        checked(np.zeros(1), 1)
    assert len([*(cache / "compiled").iterdir()]) == 2
    flags = compiled(source(text), options=Options(fastmath=frozenset({"contract"}), parallel=True)).targetoptions
    assert flags["fastmath"] == {"contract"}
    assert flags["parallel"]["prange"] is True


def test_prepare_compiles_without_a_call():
    text = "\ndef change(x, bar=1.0, *, k):\n    x[0] = bar * k\n    return x\n"
    function, x = compiled(source(text, captured=("k",))), np.zeros(2)
    function.prepare(x, k=2.0)
    assert len(function.signatures) == 1
    assert x[0] == 0.0
    assert function(x, k=2.0)[0] == 2.0
    assert len(function.signatures) == 1


def test_an_exception_shows_the_line_of_the_generated_text():
    text = "\ndef positive(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x\n"
    function = compiled(source(text), options=Options(cache=False))
    with pytest.raises(ValueError, match="negative") as error:
        function(-1.0)
    assert "raise ValueError('negative')" in "".join(traceback.format_tb(error.value.__traceback__))


def test_two_threads_run_at_once():
    """While both are under way, Python code sees it: with a lock held, it would run before or after them only."""
    text = """
def count(state, turns):
    state[0] = 1
    x = 1
    for turn in range(turns):
        x = (x * 1103515245 + turn) % 2147483648
    state[1] = x + 1
    return x
"""
    function, states, results = compiled(source(text)), [np.zeros(2, int) for _ in range(2)], []
    function.prepare(states[0], 1)
    threads = [threading.Thread(target=lambda s=state: results.append(function(s, 200_000_000))) for state in states]
    for thread in threads:
        thread.start()
    both = False
    while any(thread.is_alive() for thread in threads):
        both = both or all(state[0] and not state[1] for state in states)
        time.sleep(0.001)
    assert both
    assert len(set(results)) == 1


def test_numba_is_imported_when_something_is_compiled():
    script = "import sys, s2s.jit; s2s.jit.cache_info(); print([m for m in ('numba', 'llvmlite') if m in sys.modules])"
    assert in_new_process(script).strip() == "[]"


def test_scipy_is_imported_where_linear_algebra_is_compiled():
    script = """
import sys
import numpy as np
from s2s.emit import Source
from s2s.jit import compiled
total = compiled(Source("total", "def total(x):\\n    return x.sum()\\n", {}))
print(total(np.ones(2)), "scipy.linalg" in sys.modules)
text = "import numpy as np\\ndef solved(a, b):\\n    return np.linalg.solve(a, b) + np.dot(a, b)\\n"
print(compiled(Source("solved", text, {}))(2 * np.eye(2), np.ones(2)), "scipy.linalg" in sys.modules)
"""
    assert in_new_process(script).splitlines() == ["2.0 False", "[2.5 2.5] True"]


def test_numba_switched_off_is_said(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    with pytest.raises(NotCompiled, match="NUMBA_DISABLE_JIT"):
        compiled(source(SQUARE))
