"""Entries of arrays in compiled text, read, written and changed by a few instructions: as Python has them."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from jit.texts import source
from s2s.jit import Options, compiled, lean

IN_MEMORY = Options(cache=False)

TEXTS = {
    "entries": """
def f(a, b):
    t = 0.0
    for i in range(len(a)):
        a[i] += b[i, i + 1] * a[i - 1]
        b[i, 0] = 3
        b[-1 - i, -1] /= 4
        t += b[i, -2] - a[-1 - i]
    a[-1] -= 2
    return t + a[len(a) - 1]
""",
    "rows": """
def f(a, b):
    for i in range(len(b)):
        b[i] += a[i]
        b[i, 1:3] *= 2.0
        row = b[i]
        row[2] -= b[i][1]
    return b[0][1]
""",
    "items": """
def f(a, b):
    pair, items = (1.0, 2.0), [1.0, 2.0, 3.0]
    n = len(a)
    k = n - n
    items[k] += a[1]
    items[k - 1] = 7.0
    return pair[k] + pair[-1] + items[k] + items[k + 2] + b.shape[1]
""",
    "going down": """
def f(a, b):
    t, i = 0.0, len(a) - 1
    while i >= -2:
        t = 2.0 * t + a[i]
        i -= 1
    for i in range(len(a) - 1, -1, -1):
        a[i] *= t
    return t
""",
    "dtypes": """
def f(a, b):
    whole, small, both = np.zeros(3, np.int64), np.ones(3, np.float32), np.zeros((3, 2), np.complex128)
    for i in range(3):
        whole[i] += i
        small[i] *= a[i]
        both[i, 1] += small[i]
        both[i, 0] = whole[i]
    return whole[2] + small[1] + both[2, 0].real + both[1, 1].real
""",
    "many axes": """
def f(a, b):
    w = np.zeros((2, 3, 4, 2))
    for i in range(2):
        for j in range(3):
            for k in range(4):
                w[i, j, k, i - 1] = w[i, j - 1, k, i] + b[i, j] + k
                w[i, j, k, i] -= w[i - 1, j, k - 1, i]
    return w[1, 2, 3, 0] + w[0, 0, 0, 1]
""",
}  # fmt: skip


def layouts():
    """The same arrays: in order, by columns, and with gaps."""
    a, b = np.arange(1.0, 6.0), np.arange(30.0).reshape(5, 6)
    wide = np.zeros((10, 12))
    wide[::2, ::2] = b
    return [(a, b), (a.copy(), np.asfortranarray(b)), (np.repeat(a, 2)[::2], wide[::2, ::2])]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_entries_are_those_of_python(text):
    run = compiled(source(text, np=np), options=IN_MEMORY)
    names = {"np": np}
    exec(text, names)
    for (a, b), (own_a, own_b) in zip(layouts(), layouts(), strict=True):
        assert np.allclose(run(a, b), names["f"](own_a, own_b), rtol=1e-6)
        assert np.array_equal(a, own_a)
        assert np.array_equal(b, own_b)


def test_bounds_are_looked_at_where_that_is_asked_for():
    run = compiled(source("\ndef f(a, k):\n    return a[k]\n", np=np), options=Options(cache=False, boundscheck=True))
    assert run(np.arange(3.0), 2) == 2.0
    with pytest.raises(IndexError):
        run(np.arange(3.0), 3)


def test_only_constants_are_known_to_count_from_the_start():
    text = "def f(x, n):\n    for i in range(n):\n        x[i, 0] += x[i + 1, -1]"
    assert ast.unparse(lean.tree(text)).splitlines()[-1].strip() == "s2s_add_10(x, s2s_at_11(x, i + 1, -1), i, 0)"
