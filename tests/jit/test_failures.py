"""What Numba cannot compile is said of the user's line, in one sentence, with Numba's own account behind it."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from jit.texts import source, written_by_user
from s2s.errors import NotCompiled, Refused
from s2s.jit import Options, compiled
from s2s.jit.failures import gist, nearest

IN_MEMORY = Options(cache=False)


class Box:
    pass


def plain(x):
    return x


CASES = {
    "attribute": ("return x.frobnicate()", "Numba knows no attribute frobnicate of array(float64, 1d, C)"),
    "of a module": (
        "return np.frobnicate(x)",
        "Numba cannot compile this: module 'numpy' has no attribute 'frobnicate'",
    ),
    "of NumPy": ('return np.einsum("i->", x)', "Numba does not support numpy.einsum, or not in this way"),
    "argument": (
        "return np.sum(x, keepdims=True)",
        "Numba has no sum(array(float64, 1d, C), keepdims=bool): got an unexpected keyword argument 'keepdims'",
    ),
    "types": ('return x + "a"', "Numba has no add(array(float64, 1d, C), str)"),
    "inside Numba": (
        "return x.reshape((1, 1, 2)) @ x.reshape((1, 1, 2))",
        "Numba has no matmul(array(float64, 3d, C), array(float64, 3d, C)): '@': inputs must have compatible dimensions",
    ),
    "function": ("return plain(x)", "Numba cannot take plain from outside: its type is function"),
    "object": ("return box.size", "Numba cannot take box from outside: its type is Box"),
    "name": ("return nothing(x)", "the name nothing is not defined"),
    "construct": ("class Local: pass", "Numba does not support this construct (bytecode LOAD_BUILD_CLASS)"),
    "with": ('with np.errstate(all="ignore"): x = x + 1.0', "Numba does not support this `with`"),
    "method": ("y = [1.0]; y.append(x)", "Numba does not support list.append(array(float64, 1d, C))"),
    "empty": ("y = []", "Numba cannot infer the type of y"),
    "iteration": ("return [a for a in (1, 'a')]", "Numba cannot iterate over Tuple(int, str)"),
    "no place": ("raise KeyError from x", "Numba cannot compile this: Multiple argument raise is not supported"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_failure_is_one_sentence_at_the_users_line(case, tmp_path):
    line, reason = CASES[case]
    text = f"\ndef f(x):\n    y = 2.0 * x[0]\n    {line}\n"
    origins = written_by_user(text, tmp_path / "user.py")
    function = compiled(source(text, np=np, plain=plain, box=Box(), origins=origins), options=IN_MEMORY)
    with pytest.raises(NotCompiled) as error:
        function(np.ones(2))
    first, shown, marks, hint = str(error.value).splitlines()
    place, _, said = first.partition(": ")
    assert said.startswith(reason)
    if case != "no place":
        assert place == f"{tmp_path / 'user.py'}:4:5"
        assert (shown, marks) == (f"    {line}", f"    {'^' * len(line)}")
    assert hint == "hint: jit=False runs it as it is, with NumPy"
    assert error.value.__cause__ is not None
    assert not isinstance(error.value.__cause__, Refused)


def test_two_types_of_one_variable(tmp_path):
    text = "\ndef f(x):\n    if x[0] > 0.0:\n        y = x\n    else:\n        y = 1.0\n    return y\n"
    with pytest.raises(NotCompiled, match=r"y is float64 on one way, array.* on another: Numba needs one type"):
        compiled(source(text), options=IN_MEMORY)(np.ones(1))


def test_an_argument_that_numba_does_not_know(tmp_path):
    text = "\ndef f(x, held):\n    return x\n"
    function = compiled(source(text, origins=written_by_user(text, tmp_path / "user.py")), options=IN_MEMORY)
    with pytest.raises(NotCompiled, match="held is of type Box, which Numba does not know"):
        function(1.0, Box())
    with pytest.raises(NotCompiled, match="x is of type Box"):
        function.prepare(Box(), 1.0)


def test_a_failure_in_a_helper_is_at_the_helpers_line(tmp_path):
    text = "\ndef part(x):\n    return x.lost\n\n\ndef f(x):\n    return part(x)\n"
    with pytest.raises(NotCompiled, match=r"user\.py:3:5: Numba knows no attribute lost of float64"):
        compiled(source(text, origins=written_by_user(text, tmp_path / "user.py")), options=IN_MEMORY)(1.0)


def test_the_nearest_line_that_a_user_wrote(tmp_path):
    text = "\ndef f(x):\n    y = x\n    z = y\n    return z\n"
    origins = written_by_user(text, tmp_path / "user.py")
    known = source(text, origins={3: origins[3], 5: origins[5]})
    assert [nearest(known, line) for line in (1, 3, 4, 5, 9)] == [
        origins[3],
        origins[3],
        origins[3],
        origins[5],
        origins[5],
    ]
    assert nearest(source(text), 3) is None
    with pytest.raises(NotCompiled) as error:
        compiled(source(text.replace("y = x", "y = x.lost")), options=IN_MEMORY)(1.0)
    assert str(error.value).startswith("Numba knows no attribute lost of float64")


def test_inside_a_users_compiled_function_numbas_own_error_is_seen():
    function = compiled(source("\ndef f(x):\n    return x.lost\n"), options=IN_MEMORY)
    with pytest.raises(numba.core.errors.TypingError):
        numba.njit(lambda x: function(x))(1.0)


def test_an_error_without_words_is_named():
    assert gist("") == ""
    assert gist("Failed in nopython mode pipeline (step: x)\n\nodd.\nmore") == "Numba cannot compile this: odd"
