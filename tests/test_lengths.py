"""Lengths of slices: what is said of them holds for every length, as Python cuts it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from s2s import facts, grad, ir, lengths
from s2s.builder import constant_type
from s2s.infer import infer

ENDS = (None, 0, 1, 2, 3, -1, -2, -3)
LONG = 12


def lengths_of(symbol):
    """The lengths that a symbol may stand for, far enough."""
    return [n for n in range(LONG) if not (symbol.never_one and n == 1)]


@pytest.mark.parametrize("never_one", [False, True])
@pytest.mark.parametrize(("start", "stop"), list(itertools.product(ENDS, ENDS)))
def test_a_slice_is_as_long_as_python_makes_it(start, stop, never_one):
    n = facts.fresh("n", never_one=never_one)
    for axis in (n, n + 2, lengths.clamp(n - 2), facts.as_dim(4)):
        found = lengths.between(axis, start, stop)
        if found is None:
            assert (start or 0) < 0 <= (stop or 0), "only ends of which one is counted from behind are not known"
            continue
        for length in lengths_of(n.symbol):
            whole = lengths.value(axis, {n.symbol: length})
            assert lengths.value(found, {n.symbol: length}) == len(range(whole)[start:stop])
            assert lengths.value(lengths.plain(found), {n.symbol: length}) == len(range(whole)[start:stop])


@pytest.mark.parametrize("never_one", [False, True])
@pytest.mark.parametrize(("start", "stop"), list(itertools.product((0, 1, 2), (0, 1, 2))))
def test_ends_that_are_lengths_name_the_same_entries(start, stop, never_one):
    n = facts.fresh("n", never_one=never_one)
    for first, last in itertools.product((lengths.head(n, start), lengths.clamp(n - start)), (n - stop, n, None)):
        found = lengths.ends(n, first, last)
        for length in lengths_of(n.symbol) if found is not None else ():
            at = [end if end is None else lengths.value(end, {n.symbol: length}) for end in (first, last)]
            assert list(range(length)[slice(*at)]) == list(range(length)[slice(*found)])


def test_what_is_joined_again_is_as_long_as_before():
    n, m = facts.fresh("n", never_one=True), facts.fresh("m")
    assert lengths.plain(lengths.head(n, 1) + lengths.clamp(n - 2) + lengths.head(n, 1)) == n
    edges = lengths.head(m, 1) + lengths.clamp(m - 2) + lengths.head(m, 1)
    assert lengths.plain(edges) == edges, "two for a length of 1"
    assert lengths.ends(n, lengths.head(n, 1), n - lengths.head(n, 1)) == (1, -1)
    assert lengths.ends(n + 1, n, None) == (-1, None)
    assert lengths.ends(n + m, n, None) is None


def test_a_length_that_may_be_negative_is_left_alone():
    k = facts.fresh("k", counts=False)
    assert lengths.plain(lengths.head(k, 1) + k) != k + 1
    assert lengths.ends(k, lengths.head(k, 1), None) is None


# ---------------------------------------------------------------------------------------------------------- pieces
def rim_kept(u):
    for _ in range(3):
        u = np.concatenate((u[:1], u[1:-1] + 0.1 * (u[2:] - 2.0 * u[1:-1] + u[:-2]), u[-1:]))
    return np.sum(u**2)


def ends_repeated(u):
    return np.sum(np.concatenate([u[:1], np.sin(u), u[len(u) - 1 :]]) ** 3)


def columns_joined(a, b):
    return np.sum(np.sin(np.concatenate((a, b, a * b), axis=1)))


def rows_listed(x):
    return np.sum(np.array([x * x, np.sin(x), x]) ** 3)


def turned(y, h):
    # the length of y is known to be 2 in the loop only
    for _ in range(3):
        y = y + h * np.array([y[1], -y[0]])
    return np.sum(y**2)


def mixed_back(y, angle):
    c, s = np.cos(angle), np.sin(angle)
    return np.sum((np.array([[c, -s], [s, c]]) @ y) ** 3)


def back_from_the_first(x, w):
    # one entry, whatever the length of x
    return np.sum(x[0::-1] * w)


PLACES = [
    (rim_kept, (np.arange(1.0, 6.0),)),
    (rim_kept, (np.arange(1.0, 3.0),)),
    (ends_repeated, (np.arange(1.0, 5.0),)),
    (columns_joined, (np.ones((2, 3)), np.full((2, 3), 0.5))),
    (rows_listed, (np.arange(1.0, 4.0),)),
    (turned, (np.array([0.5, 1.0]), 0.1)),
    (mixed_back, (np.array([0.5, 1.0]), 0.3)),
]
HELPED = [(back_from_the_first, (np.arange(1.0, 4.0), np.arange(3.0)))]


@pytest.mark.parametrize(("function", "args"), PLACES, ids=[f"{f.__name__}-{k}" for k, (f, _) in enumerate(PLACES)])
def test_pieces_are_slices_and_items(function, args):
    from s2s.testing import check_grads

    text = grad(function).source(*args)
    assert "s2s_runtime" not in text
    assert ".copy()" not in text
    check_grads(function, args)


@pytest.mark.parametrize(("function", "args"), HELPED, ids=[f.__name__ for f, _ in HELPED])
def test_slices_with_steps(function, args):
    from s2s.testing import check_grads

    check_grads(function, args)


def test_pieces_of_a_rim_have_the_ends_that_the_user_wrote():
    text = grad(rim_kept).source(np.arange(1.0, 6.0))
    assert "[1:-1]" in text
    assert "u_bar[:1]" in text
    assert "u_bar[-1:]" in text


@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_short_arrays_have_programs_of_their_own(length):
    u = np.arange(1.0, length + 1.0)
    found = grad(rim_kept)(u)
    step = 1e-6
    steps = [rim_kept(u + step * e) - rim_kept(u - step * e) for e in np.eye(length)]
    np.testing.assert_allclose(found, np.array(steps).reshape(length) / (2 * step), rtol=1e-7)


def filled_inside(u):
    out = np.zeros(len(u) - 2)
    out += u[1:-1] ** 2
    for k in range(2):
        out += u[k : k + len(out)]
    return np.sum(out)


def test_what_an_array_was_made_with_is_not_negative():
    """`np.zeros(n - 2)` fails for n = 1, so it is as long as `u[1:-1]` in every run that comes so far."""
    text = grad(filled_inside).source(np.arange(1.0, 6.0))
    assert "check_scalar" not in text
    assert "out_saved" not in text
    assert "u_bar[1:-1] += out_bar * (2.0 * u[1:-1])" in text


RESULTS = [
    (np.diff, {}), (np.diff, {"n": 2}), (np.diff, {"n": 0}), (np.diff, {"axis": 0}), (np.diff, {"n": 3, "axis": 0}),
    (np.argmin, {"axis": 0}), (np.argmax, {"axis": 1, "keepdims": True}), (np.argmax, {}),
    (np.cumsum, {}), (np.cumsum, {"axis": 1}), (np.cumprod, {"axis": 0}),
    (np.diagonal, {}), (np.diag, {}), (np.diag, {"k": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("function", "named"), RESULTS)
@pytest.mark.parametrize("square", [False, True])
def test_a_result_is_as_long_as_numpy_makes_it(function, named, square):
    n, m = facts.fresh("n", never_one=True), facts.fresh("m", never_one=True)
    shape = (n, n) if square else (n, m)
    found = infer(ir.Apply(function, (ir.Var("x"),), tuple((key, ir.Const(value)) for key, value in named.items())), {
        ir.Var("x"): facts.Num(np.dtype(float), shape)}.get)  # fmt: skip
    known = function not in (np.diagonal, np.diag) or (square and not named)
    for length, other in itertools.product((2, 3, 5), (2, 4)):
        lengths_now = {n.symbol: length, m.symbol: other}
        expected = function(np.ones([lengths.value(dim, lengths_now) for dim in shape]), **named).shape
        assert len(found.shape) == len(expected)
        if known:
            assert tuple(lengths.value(dim, lengths_now) for dim in found.shape) == expected


MADE = [(np.eye, ir.Var("n")), (np.linspace, ir.Const(0.0), ir.Const(1.0), ir.Var("n")), (np.diag, ir.Var("v"))]


@pytest.mark.parametrize("length", [0, 2, 5])
@pytest.mark.parametrize("made", MADE)
def test_what_is_made_is_as_long_as_numpy_makes_it(made, length):
    n = facts.fresh("n", never_one=True)
    types = {ir.Var("n"): facts.Num(np.dtype(int), (), weak=True, length=n), ir.Var("v"): facts.Num(np.dtype(float), (n,))}
    function, *args = made
    found = infer(ir.Apply(function, tuple(args)), lambda atom: types.get(atom) or constant_type(atom.value))
    given = {ir.Var("n"): length, ir.Var("v"): np.ones(length)}
    expected = function(*[given[arg] if arg in given else arg.value for arg in args]).shape
    assert tuple(lengths.value(dim, {n.symbol: length}) for dim in found.shape) == expected
