"""Which variables are dead when a loop begins an iteration, by the syntax alone."""

from __future__ import annotations

import pytest

from s2s import syntax as sx
from s2s.normalise import normalise
from s2s.specialise.functions import parsed
from s2s.specialise.lifetimes import dead_in
from s2s.specialise.scope import walk


def bound_anew(u, n):
    for i in range(n):
        pair = [u, i]
        u = pair[0] * 2.0
    return u


def carried(u, n):
    total = 0.0
    for i in range(n):
        total += u * i
    return total


def read_behind(u, n):
    for i in range(n):
        last = u * i
    return last


def bound_in_one_branch(u, n):
    for i in range(n):
        if i > 1:
            kept = u
        u = u + kept
    return u


def bound_again_behind(u, n):
    for i in range(n):
        part = u * i
        u = u + part
    part = u
    for k in range(n):
        part = part * k
    return part


def read_by_a_function(u, n):
    def last():
        return kept

    for i in range(n):
        kept = u * i
        u = u + last()
    return u


def stepping(u):
    k = 0
    while k * u < 3.0:
        step = u
        k = k + step
    return u


def tried(u, n):
    for _ in range(n):
        try:
            part = u
            u = part * 2.0
        except ValueError:
            u = part
    return u


def of_an_outer_loop(u, n):
    for i in range(n):
        row = u * i
        for k in range(n):
            entry = row * k
            u = u + entry
    return u


def set_in_place(u, n):
    for i in range(n):
        work = u * 1.0
        work[i] = u[0]
        u = work
    return u


DEAD = {
    bound_anew: [{"i", "pair"}],
    carried: [{"i"}],
    read_behind: [{"i"}],
    bound_in_one_branch: [{"i"}],
    bound_again_behind: [{"i", "part"}, {"k"}],
    read_by_a_function: [{"i"}],
    stepping: [{"step"}],
    tried: [{"_"}],
    of_an_outer_loop: [{"i", "k", "row", "entry"}, {"k", "entry"}],
    set_in_place: [{"i", "work"}],
}


@pytest.mark.parametrize("function", DEAD, ids=lambda function: function.__name__)
def test_what_is_dead_at_the_start_of_an_iteration(function):
    syntax = normalise(parsed(function))
    loops = [stmt for stmt in walk(syntax.body) if isinstance(stmt, (sx.For, sx.While))]
    assert [set(dead_in(syntax, loop)) for loop in loops] == DEAD[function]
