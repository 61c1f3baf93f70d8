"""match: on literals, names of constants, sequences, dicts, classes; guards, alternatives, and names that are bound."""

import dataclasses
from typing import Any, NamedTuple

import numpy as np

from language.corpus import Program


class Circle(NamedTuple):
    radius: Any


@dataclasses.dataclass
class Box:
    width: Any
    height: Any


class Ring:
    """A class that says itself what its patterns are."""

    __match_args__ = ("outer", "inner")

    def __init__(self, outer, inner):
        self.outer = outer
        self.inner = inner


def by_name(x, kind):
    match kind:
        case "square":
            return x * x
        case "cube" | "third power":
            return x**3
        case None:
            return np.sin(x)
        case _:
            return x


def by_order(x, n):
    match n:
        case 0:
            y = 1.0
        case 1:
            y = x
        case -1:
            y = 1 / x**3
        case n if n % 2:
            y = x**n + n
        case _:
            y = x * n
    return y * x


def area(shape):
    match shape:
        case Circle(r):
            return np.pi * r**2
        case Box(width=w, height=h) if w is h:
            return w**2
        case Box(width, height):
            return width * height
        case Ring(a, b):
            return np.pi * (a**2 - b**2)


def of_a_sequence(values):
    match values:
        case []:
            return 0.0
        case [x]:
            return x**2
        case [x, y]:
            return x * y
        case [first, *rest, last]:
            return first * last + sum(rest) ** 2


def of_a_pair(a, b):
    match a, b:
        case (0, y):
            return y * 2.0
        case (x, (u, v)):
            return x * u + v**2
        case (x, y):
            return x + y * x


def command(x, message):
    match message:
        case {"op": "scale", "by": k}:
            return x * k
        case {"op": "shift", "by": {"x": dx}}:
            return (x + dx) ** 2
        case {"op": _}:
            return x
    return -x


def by_class(x):
    match x:
        case float(v):
            return v * v
        case np.ndarray() as array:
            return np.sum(array**3)
        case str() | bytes():
            return 0.0
        case [*values]:
            return sum(v * v for v in values)


def inside_a_loop(x, steps):
    for step in steps:
        match step:
            case "skip":
                continue
            case "stop":
                break
            case ("times", k):
                x = x * k
            case ("plus", k) if k > 0:
                x = x + k
            case other:
                x = x * len(other)
        x = np.sin(x) + x
    return x


def guard_of_a_value(x):
    match x:
        case v if v > 1.0:
            return np.log(v)
        case v if v > 0.0:
            return v * v
        case _:
            return -x


def subject_is_bound_again(x):
    match [x, 2 * x]:
        case [x, y]:
            return x * y + x


CIRCLE = Circle(0.7)
X = np.array([0.7, 1.3])

PROGRAMS = [
    Program(by_name, (0.7, "square"), name="square"),
    Program(by_name, (0.7, "third power"), name="alternative"),
    Program(by_name, (0.7, None), name="none"),
    Program(by_name, (0.7, "else"), name="else"),
    Program(by_order, (0.7, 0), name="zero"),
    Program(by_order, (0.7, 1), name="one"),
    Program(by_order, (0.7, -1), name="minus-one"),
    Program(by_order, (0.7, 3), name="odd"),
    Program(by_order, (0.7, 4), name="even"),
    Program(area, (CIRCLE,), name="circle"),
    Program(area, (Box(0.7, 1.3),), name="box"),
    Program(area, (Box(X[0], X[0]),), name="numpy-box"),
    Program(lambda a, b: area(Ring(a, b)), (1.3, 0.7), name="ring"),
    Program(lambda a: area(Box(a, a)), (1.3,), name="square-box"),
    Program(of_a_sequence, ([0.7],), name="one"),
    Program(of_a_sequence, ([0.7, 1.3],), name="two"),
    Program(of_a_sequence, ((0.7, 1.3, -0.4, 2.0),), name="four"),
    Program(lambda x: of_a_sequence([]) + x, (0.7,), name="none"),
    Program(of_a_pair, (0, 1.3), name="zero"),
    Program(of_a_pair, (0.7, (1.3, 0.4)), name="nested"),
    Program(of_a_pair, (0.7, 1.3), name="numbers"),
    Program(command, (0.7, {"op": "scale", "by": 3.0}), name="scale"),
    Program(command, (0.7, {"op": "shift", "by": {"x": 3.0}}), name="shift"),
    Program(command, (0.7, {"op": "none"}), name="none"),
    Program(command, (0.7, {}), name="empty"),
    Program(by_class, (0.7,), name="float"),
    Program(by_class, (X,), name="array"),
    Program(by_class, ([0.7, 1.3],), name="list"),
    Program(lambda x: x * x + by_class("text"), (0.7,), name="text"),
    Program(inside_a_loop, (0.7, (("times", 2.0), "skip", ("plus", 1), ("plus", -1), "stop", ("plus", 5)))),
    Program(guard_of_a_value, (2.7,), name="log"),
    Program(guard_of_a_value, (0.7,), name="square"),
    Program(guard_of_a_value, (-0.7,), name="minus"),
    Program(subject_is_bound_again, (0.7,)),
]
