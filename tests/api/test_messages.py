"""Messages of errors: what an f-string says is what a derivative says, as NumPy code and compiled; in its text it is an f-string."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import grad, jvp, value_and_grad, vjp

X = np.array([0.5, -1.2])


def whole_number(x, k):
    if k.size:
        raise ValueError(f"the label {k[0]} is not in range({len(x)})")
    return np.sum(x**2)


def shapes(x, k):
    if np.shape(x) != np.shape(k):
        raise ValueError(f"the prediction has shape {np.shape(x)}, the target {np.shape(k)}")
    return np.sum(x**2)


def some_shape(x, k):
    if k[0] > 1:
        raise ValueError(f"{x[x > 0].shape} of {x.shape}")
    return np.sum(x**2)


def real_number(x, k):
    if x[0] < 1.0:
        raise ValueError(f"{x[0]} is too small, {x[0]:.3f}, {x[0]!r}, {k[0]:>4d}")
    return np.sum(x**2)


def quotes(x, k):
    if k.size:
        raise ValueError(f"it's {k[0]} of {{these}}")
    return np.sum(x**2)


def both_quotes(x, k):
    if k.size:
        raise ValueError(f"""it's "{k[0]}" here""")
    return np.sum(x**2)


def line_break(x, k):
    if k.size:
        raise ValueError(f"{k[0]}\nand \\ more")
    return np.sum(x**2)


def items(x, k):
    table = {"a": len(k)}
    if k.size:
        raise ValueError(f"{ {'b': table['a']} } and {table['a']:{'>'}{5}}")
    return np.sum(x**2)


def truth(x, k):
    if k.size:
        raise ValueError(f"{k[0] > 2} and {None}")
    return np.sum(x**2)


MESSAGES = [whole_number, shapes, some_shape, real_number, quotes, both_quotes, line_break, items, truth]


@pytest.mark.parametrize("jit", [False, "auto", True])
@pytest.mark.parametrize("function", MESSAGES)
def test_an_error_says_what_it_says_without_s2s(function, jit):
    """Numba has text of whole numbers only; a text in three quotes that ended in one was not read."""
    k = np.array([3, 1, 2])
    with pytest.raises(ValueError) as expected:
        function(X, k)
    with pytest.raises(ValueError) as found:
        grad(function, jit=jit)(X, k)
    assert str(found.value) == str(expected.value)


@pytest.mark.parametrize(
    ("function", "line"),
    [
        (whole_number, "raise ValueError(f'the label {k[0]} is not in range({len(x)})')"),
        (real_number, "raise ValueError(f'{t} is too small, {t:.3f}, {repr(t)}, {k[0]:>4d}')"),
        (quotes, """raise ValueError(f"it's {k[0]} of {{these}}")"""),
    ],
)
def test_a_message_is_an_f_string(function, line):
    """It was written as ''.join([..., format(k[0], ''), ...]), which was not compiled, either."""
    assert line in grad(function).source(X, np.array([3, 1]))


def other_ranks(x, k):
    if np.ndim(x) != np.ndim(k) + 1:
        raise ValueError("the ranks do not fit")
    return np.sum(x**2)


def on_both_paths(x, k):
    if x[0] > 0.0:
        raise ValueError("positive")
    else:
        raise ValueError("negative")


TRANSFORMS = [grad, value_and_grad, lambda f: lambda *args: vjp(f, *args), lambda f: lambda x, k: jvp(f, (x, k), (x, None))]


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("function", [other_ranks, on_both_paths])
def test_what_always_fails_for_arguments_like_these_says_why(function, transform):
    """It was refused as no function with a scalar result: "returns a NoneType"."""
    k = np.array([3, 1, 2])
    with pytest.raises(ValueError) as expected:
        function(X, k)
    with pytest.raises(ValueError) as found:
        transform(function)(X, k)
    assert str(found.value) == str(expected.value)
