"""What the caller holds is never changed: a program that would change it is refused, a copy of it may be changed."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from s2s import grad, value_and_grad
from s2s.errors import Refused


class Holder:
    def __init__(self):
        self.history, self.cache, self.count = [1.0], {"a": 1.0}, 0

    def appends(self, x):
        self.history.append(x)
        return x * x

    def puts(self, x):
        self.cache["x"] = x
        return x * x

    def counts(self, x):
        self.count += 1
        return x * x

    def appends_under_another_name(self, x):
        history = self.history
        history.append(x)
        return sum(history)

    def extends(self, x):
        history = self.history
        history += [x]
        return sum(history)

    def updates(self, x):
        cache = self.cache
        cache.update(b=x)
        return cache["b"]

    def copies_the_list(self, x):
        history = list(self.history)
        history.append(x)
        return sum(history)

    def joins_the_list(self, x):
        history = [*self.history, x]
        return sum(history) * len(history)

    def copies_by_method(self, x):
        history = self.history.copy()
        history += [x]
        return sum(history)

    def copies_the_dict(self, x):
        cache = {**self.cache}
        cache.update(b=x)
        cache["a"] *= x
        return cache["b"] * cache["a"]


REFUSED = ("appends", "puts", "counts", "appends_under_another_name", "extends", "updates")
TAKEN = {"copies_the_list": 1.0, "joins_the_list": 2.0, "copies_by_method": 1.0, "copies_the_dict": 3.0}


@pytest.mark.parametrize("name", REFUSED)
def test_what_an_object_holds(name):
    holder = Holder()
    with pytest.raises(Refused, match="caller") as caught:
        grad(getattr(holder, name))(1.5)
    assert caught.value.file == __file__
    assert vars(holder) == vars(Holder())


@pytest.mark.parametrize("name", TAKEN)
def test_a_copy_of_what_an_object_holds(name):
    holder = Holder()
    assert grad(getattr(holder, name))(1.5) == TAKEN[name]
    assert vars(holder) == vars(Holder())


def in_a_branch(xs, flag):
    ys = xs if flag > 0 else []
    ys.append(1.0)
    return sum(xs) + sum(ys)


def in_a_loop(xs):
    ys = xs
    for _ in range(3):
        ys.append(1.0)
    return sum(xs)


def inside(p):
    inner = p["inner"]
    inner["b"] = 2.0
    return p["inner"]["b"] * p["a"]


def while_iterated(p):
    for key in p:
        p[key] = p[key] * 2
    return p["a"]


def remembers(x, cache={}):
    cache["x"] = x
    return x * x


@dataclasses.dataclass
class Record:
    a: float
    items: list


def sets_a_field(r):
    r.a = r.a * 2
    return r.a


def appends_to_a_field(r):
    r.items.append(1.0)
    return r.a


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (in_a_branch, ([1.0, 2.0], 1.0)),
        (in_a_loop, ([1.0, 2.0],)),
        (inside, ({"a": 1.0, "inner": {"b": 1.0}},)),
        (while_iterated, ({"a": 1.0},)),
        (remembers, (1.5,)),
        (sets_a_field, (Record(1.0, [1.0]),)),
        (appends_to_a_field, (Record(1.0, [1.0]),)),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_the_caller_gives(f, args):
    before = repr(args)
    with pytest.raises(Refused, match="caller"):
        grad(f)(*args)
    assert repr(args) == before


def test_what_a_closure_holds():
    seen, count = [], [0]

    def appends(x):
        seen.append(x)
        return x * x

    def counts(x):
        count[0] += 1
        return x * x

    for f in (appends, counts):
        with pytest.raises(Refused, match="caller"):
            grad(f)(1.5)
    assert (seen, count) == ([], [0])


# ------------------------------------------------------------------------------------------------ the program's own
def chosen_from_two(x, flag):
    xs, zs = [x, 2 * x], [x]
    ys = xs if flag > 0 else zs
    ys.append(x)
    return sum(xs) + sum(ys)


def one_of_two(x, flag):
    ys = [x, x * x] if flag > 0 else [x]
    ys.append(x)
    return sum(ys)


def two_names(x, flag):
    xs = [x]
    ys = xs
    if flag > 0:
        xs.append(x * x)
    ys.append(x)
    return sum(xs)


def test_lists_of_the_program_with_several_names():
    for f in (one_of_two, two_names):
        for flag in (1.0, -1.0):
            value, slope = value_and_grad(f)(1.5, flag)
            assert value == f(1.5, flag)
            assert slope == (5.0 if flag > 0 else 2.0)
    with pytest.raises(Refused, match="several names"):
        grad(chosen_from_two)(1.5, 1.0)


def test_new_names_for_what_the_caller_gives():
    def f(xs):
        ys = xs
        for i in range(3):
            ys = [*ys, i * xs[0]]
        return sum(ys)

    np.testing.assert_array_equal(grad(f)([1.0, 2.0]), [4.0, 1.0])
