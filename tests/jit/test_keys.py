"""What machine code depends on: nothing that may have changed is taken from disk."""

from __future__ import annotations

import types

import numba
import numpy as np
import pytest

from jit.texts import SQUARE, source
from s2s.jit import Options, compiled
from s2s.jit.content import Unknowable, digest
from s2s.jit.surroundings import constant, own_sources, settings, surroundings

USER = """
import math
from numba import njit

FACTOR = {factor}

@njit
def inner(x):
    return math.sqrt(x) {sign} FACTOR

@njit(error_model="{model}")
def outer(x):
    return inner(x) + 1.0
"""


def user_module(factor=2.0, sign="*", model="python"):
    module = types.ModuleType("user")
    exec(USER.format(factor=factor, sign=sign, model=model), vars(module))
    return module


def of(*values) -> str:
    return digest(values)


def test_a_compiled_function_is_what_it_and_its_callees_are_and_read():
    same = of(user_module().outer)
    assert of(user_module().outer) == same
    others = [of(user_module(**change).outer) for change in ({"factor": 3.0}, {"sign": "+"}, {"model": "numpy"})]
    assert len({same, *others}) == 4
    module = user_module()
    module.FACTOR = 2.5
    assert of(module.outer) != same


def test_values_are_compared_to_the_last_bit():
    near = np.nextafter(1.0, 2.0)
    values = [
        1,
        1.0,
        True,
        near,
        0.0,
        -0.0,
        1 + 0j,
        "1",
        b"1",
        None,
        (1,),
        [1],
        (1, ()),
        ((1,),),
        {1: 1},
        {1},
        slice(1),
        range(1),
    ]
    values += [
        np.float32(1),
        np.float64(1),
        np.int64(1),
        np.dtype("f4"),
        np.dtype("f8"),
        np.sin,
        np.cos,
        len,
        abs,
        np.float64,
    ]
    arrays = [
        np.ones(4),
        np.ones((2, 2)),
        np.ones((2, 2), np.float32),
        np.ones((2, 2), order="F"),
        np.array([1, 1, 1, near]),
    ]
    digests = [of(value) for value in values + arrays]
    assert len(set(digests)) == len(digests)
    assert [of(value) for value in values + arrays] == digests


def test_what_a_function_was_compiled_with_is_what_counts():
    """Numba goes on with the values that it compiled; what is found now would describe other machine code."""
    module = user_module()
    before = of(module.outer)
    module.outer(4.0)
    assert of(module.outer) == before
    module.FACTOR = 3.0
    with pytest.raises(Unknowable, match="inner was compiled while FACTOR was"):
        of(module.outer)


def test_an_array_that_changes_between_is_not_taken_for_what_it_was():
    text = "\ndef scaled(x):\n    return x * table[0]\n"
    table = np.array([2.0])
    function = compiled(source(text, table=table))
    table[0] = 5.0
    assert function(1.0) == 5.0
    other = compiled(source(text, table=np.array([2.0])))
    assert other(1.0) == 2.0
    assert compiled(source(text, table=np.array([5.0])))(1.0) == 5.0


def test_functions_that_call_each_other_have_an_end():
    module = types.ModuleType("user")
    text = "from numba import njit\n@njit\ndef f(x):\n    return g(x)\n@njit\ndef g(x):\n    return f(x) if x > {} else x\n"
    digests = []
    for bound in (1, 1, 2):
        exec(text.format(bound), vars(module))
        digests.append(of(module.f))
    assert digests[0] == digests[1] != digests[2]


def test_what_a_closure_holds_counts():
    def made(k):
        return numba.njit(lambda x: x * k)

    assert of(made(2.0)) == of(made(2.0)) != of(made(3.0))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (lambda x: x, "the function .*lambda.* may change what it does"),
        (object(), "an object of type object"),
        (np.array([None]), "contents that are objects"),
        (np.ma.ones(2), "of the class MaskedArray"),
        (types.ModuleType("user"), "the module user"),
        (numba.vectorize(lambda x: x), "may change"),
    ],
)
def test_what_cannot_be_known_has_no_key(value, reason):
    with pytest.raises(Unknowable, match=reason):
        digest([value])


def test_an_array_from_outside_is_part_of_the_key():
    text = "\ndef scaled(x):\n    return x * table[0]\n"
    for value, hits in ((2.0, 0), (3.0, 0), (2.0, 1)):
        function = compiled(source(text, table=np.array([value])))
        assert function(1.0) == value
        assert sum(function.stats.cache_hits.values()) == hits


def test_a_users_function_is_part_of_the_key():
    text = "\ndef doubled(x):\n    return 2.0 * outer(x)\n"
    for factor, hits in ((2.0, 0), (3.0, 0), (2.0, 1)):
        function = compiled(source(text, outer=user_module(factor).outer))
        assert function(4.0) == 2.0 * (2.0 * factor + 1.0)
        assert sum(function.stats.cache_hits.values()) == hits


def test_what_cannot_be_kept_is_compiled_in_memory_for_a_reason(cache):
    helper = numba.extending.register_jitable(lambda x: x + 1.0)
    function = compiled(source("\ndef more(x):\n    return helper(x)\n", helper=helper))
    assert function(1.0) == 2.0
    assert "may change what it does" in function.reason
    large = compiled(source("\ndef entry(i):\n    return table[i]\n", table=np.ones(200_000)))
    assert large(3) == 1.0
    assert "addresses" in large.reason
    strange = compiled(source("\ndef call(f):\n    return f(1.0)\n"))
    assert strange(numba.njit(lambda x: x)) == 1.0
    assert "another one in each process" in strange.reason
    assert [*cache.rglob("*.code")] == []


def test_options_and_settings_are_part_of_the_key(monkeypatch, tmp_path):
    assert (
        len(
            {
                Options(boundscheck=True).key(),
                Options(fastmath=True).key(),
                Options(parallel=True).key(),
                Options().key(),
            }
        )
        == 4
    )
    assert (
        Options(fastmath=frozenset({"nsz", "contract"})).key() == Options(fastmath=frozenset({"contract", "nsz"})).key()
    )
    before = surroundings()
    monkeypatch.setattr(numba.config, "OPT", type(numba.config.OPT)("1"))
    assert surroundings() != before
    monkeypatch.undo()
    monkeypatch.setattr(numba.config, "CACHE_DIR", "elsewhere")
    assert surroundings() == before
    monkeypatch.setattr(numba.config, "THREADING_LAYER", "threadsafe")  # as the first text with parallel loops does
    assert surroundings() == before
    assert numba.__version__ in constant()
    assert "LOOP_VECTORIZE" in settings()


def test_a_change_of_the_runtime_is_seen(monkeypatch, tmp_path):
    import s2s_runtime

    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "sums.py").write_text("x = 1\n")
    monkeypatch.setattr(s2s_runtime, "__file__", str(tmp_path / "__init__.py"))
    before = own_sources()
    assert own_sources() == before
    (tmp_path / "kernels" / "sums.py").write_text("x = 12\n")
    assert own_sources() != before


def test_the_same_text_for_other_types_is_in_the_same_entry(cache):
    function = compiled(source(SQUARE))
    assert (function(2.0), function(2), function(np.float32(2))) == (4.0, 4, 4.0)
    assert len([*cache.rglob("*.code")]) == 3
    assert len([*(cache / "compiled").iterdir()]) == 1
