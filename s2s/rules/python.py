"""Python's own functions: those that are linear or choose, and those that carry no derivative."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from s2s.primitives import both, contains, either, lacks
from s2s.rules.cases import A, case
from s2s.rules.declare import constant, diagonal, linear
from s2s_runtime import checkpointing, containers
from s2s_runtime.basis import unit
from s2s_runtime.checks import check_own_memory
from s2s_runtime.projection import chosen, like, mask, real_part, retyped, unlike
from s2s_runtime.stopping import stop_gradient


@diagonal(max, cases=[case(A(), A())])
def larger(v: Any, x: Any, y: Any) -> Any:
    return v if x > y else 0.5 * v if x == y else 0.0, v if y > x else 0.5 * v if x == y else 0.0


@diagonal(min, cases=[case(A(), A())])
def smaller(v: Any, x: Any, y: Any) -> Any:
    return v if x < y else 0.5 * v if x == y else 0.0, v if y < x else 0.5 * v if x == y else 0.0


@linear(float, cases=[case(A())])
def as_float(g: Any, x: Any) -> Any:
    return g


constant(
    len,
    range,
    isinstance,
    type,
    str,
    repr,
    format,
    int,
    bool,
    hash,
    containers.join_text,
    containers.text_method,
    containers.not_empty,
    containers.check,
    check_own_memory,
    reason="no derivative: a count, a test or text",
)
constant(operator.is_, operator.is_not, operator.not_, both, either, contains, lacks, reason="a test")
constant(containers.order, containers.first_best, reason="positions")
constant(containers.bounds, reason="positions")
constant(containers.times, reason="a count")
constant(containers.position, containers.insertion, reason="a position")
constant(stop_gradient, reason="constant by the user's will")
constant(unit, reason="a unit vector")
constant(mask, reason="a test")
constant(
    checkpointing.count,
    checkpointing.binomial,
    checkpointing.unbounded,
    checkpointing.extended,
    checkpointing.resumed,
    reason="which steps of a loop are kept",
)


@linear(like, wrt=("g",), ignored=("x",), cases=[case(A(2, 3), A(3)), case(A(3), A()), case(A(2), A(2))])
def fitted(v: Any, g: Any, x: Any) -> Any:
    return unlike(v, g)


@linear(unlike, wrt=("g",), ignored=("x",), cases=[case(A(3), A(2, 3)), case(A(), A(3))])
def unfitted(v: Any, g: Any, x: Any) -> Any:
    return like(v, g)


@linear(real_part, cases=[case(A(3)), case(A())])
def complex_part(v: Any, g: Any) -> Any:
    return v


@linear(retyped, wrt=("g",), ignored=("x",), cases=[case(A(3), A(3)), case(A(), 2)])
def typed_as_before(v: Any, g: Any, x: Any) -> Any:
    return v


@diagonal(
    chosen,
    wrt=("g",),
    ignored=("condition",),
    cases=[
        case(A(3), np.array([True, False, True]), True),
        case(A(2, 3), np.array([True, False, True]), False),
        case(A(2), np.array([[True], [False]]), True),
        case(A(3), np.array([True, False]), True),
        case(A(), True, False),
    ],
)
def chosen_part(v: Any, g: Any, condition: Any, first: Any) -> Any:
    return chosen(v, condition, first)


@linear(math.fsum, cases=[case([A(), A(), A()])])
def exact_sum(g: Any, seq: Any) -> Any:
    return np.broadcast_to(g, (len(seq),))
