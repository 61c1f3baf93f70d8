"""Files that are edited after they were imported: what runs is differentiated, or nothing is."""

from __future__ import annotations

import importlib
import sys

import pytest

from s2s import grad
from s2s.errors import SourceNotFound

TEXT = """
import math

def f(x):
    return x * 2.0

class Model:
    def __init__(self, k):
        self._k = k

    def value(self, x):
        return self._k * math.sin(x)

def around(k):
    return lambda x: k * x
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module, and a function that edits its file."""
    path = tmp_path / "edited_module.py"
    path.write_text(TEXT)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("edited_module"), lambda old, new: path.write_text(TEXT.replace(old, new))
    del sys.modules["edited_module"]


@pytest.mark.parametrize("new", ["x * 30.0", "x + 2.0", "2.0 * x", "abs(x) * 2.0"])
def test_a_function_that_was_edited_is_refused(module, new):
    loaded, edit = module
    edit("x * 2.0", new)
    assert loaded.f(1.0) == 2.0
    with pytest.raises(SourceNotFound, match="changed after it was imported"):
        grad(loaded.f)(1.0)


def test_a_function_that_moved_is_refused(module):
    loaded, edit = module
    edit("def f(x)", "def g(x):\n    return x\n\ndef f(x)")
    with pytest.raises(SourceNotFound):
        grad(loaded.f)(1.0)


def test_another_function_may_be_edited(module):
    loaded, edit = module
    edit("self._k * math", "2.0 * self._k * math")
    assert grad(loaded.f)(1.0) == 2.0
    with pytest.raises(SourceNotFound):
        grad(loaded.Model(3.0).value)(0.0)


def test_what_was_not_edited_goes(module):
    loaded, _ = module
    assert grad(loaded.f)(1.0) == 2.0
    assert grad(loaded.Model(3.0).value)(0.0) == 3.0
    assert grad(loaded.around(5.0))(1.0) == 5.0


def test_a_module_that_was_loaded_again(module):
    loaded, edit = module
    edit("x * 2.0", "x * 30.0")
    assert grad(importlib.reload(loaded).f)(1.0) == 30.0
