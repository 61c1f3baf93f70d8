"""Names: aliases of any kind, constants and arrays of the module, words that clash with ours."""

import math
import math as m
from math import exp
from math import pi as PI
from types import SimpleNamespace
from typing import NamedTuple

import numpy
import numpy as np
import numpy as xp
import numpy.linalg as la
from numpy import sin as s
from numpy import tanh
from numpy.linalg import norm

from language.corpus import Program

GRAVITY = 9.81
N_STEPS = 3
USE_DRAG = True
WEIGHTS = np.array([0.5, 0.3, 0.2])
STOICHIOMETRY = np.array([[-1, 1, 0], [0, -2, 1]])
RATES = {"birth": 0.4, "death": 0.1}
KNOTS = [0.0, 0.5, 1.0]
CONFIG = SimpleNamespace(rate=0.3, layers=(2, 1))
LINALG = numpy.linalg
soft = np.tanh
half = lambda v: v / 2


class Material(NamedTuple):
    density: float
    stiffness: float


STEEL = Material(7.8, 2.1)


def other_alias(x):
    return xp.sum(xp.exp(x) * numpy.cos(x))


def imported_functions(x):
    return s(x) * tanh(x) + exp(x[0]) + norm(x) * la.norm(x)


def module_of_a_variable(A):
    return LINALG.det(A) + LINALG.inv(A)[0, 0]


def alias_of_an_alias(x):
    return soft(x) + half(x) * m.sqrt(x)


def local_alias(x):
    dot = np.dot
    linalg = np.linalg
    return dot(x, x) / linalg.norm(x)


def library_as_an_argument(x, lib):
    return lib.sin(x) * lib.exp(x)


def module_constants(t, v):
    y = v * t - GRAVITY * t**2 / 2
    if USE_DRAG:
        y = y * math.exp(-t / PI)
    for _ in range(N_STEPS):
        y = y * 0.9 + np.e
    return y


def global_arrays(x):
    return WEIGHTS @ x + np.sum(STOICHIOMETRY @ x * WEIGHTS[:2])


def global_containers(x):
    growth = RATES["birth"] - RATES["death"] * x
    for knot in KNOTS:
        growth = growth + (x - knot) ** 3
    return growth * CONFIG.rate * len(CONFIG.layers)


def global_record(strain):
    return 0.5 * STEEL.stiffness * strain**2 / STEEL.density


def greek(σ, μ):
    θ = np.exp(-(μ**2) / (2 * σ**2))
    Δ = θ - μ
    return Δ / σ


def our_own_words(x, result):
    x_bar = x * 2
    x_dot = x_bar + result
    result_bar = x_dot * x
    tape, seed = result_bar, x_bar
    f_grad = tape * seed
    return f_grad + result


def shadowed_builtins(list, max):
    sum = list[0] + list[1]
    len = sum * max
    range = len**2
    return range + max


def shadowed_modules(np, math):
    sin = np * math
    return sin**2 + np


def np_is_local_later(x):
    y = tanh(x)
    numpy = y * 2
    return numpy * y


def underscores(_, __private, lambda_):
    _a = _ * lambda_
    _ = _a + __private
    return _ * _a


def names_that_only_differ_in_numbers(x, x_1, x1):
    x_2 = x * x_1
    x2 = x_2 + x1
    x_1 = x2 * x_2
    return x_1 + x1


def reused_name_changes_type(x):
    y = len(x)
    y = x * y
    y = np.sum(y)
    y = [y, y**2]
    y = y[0] * y[1]
    return y


def in_class_body_style(self, x):
    return self.density * x**2 + self.stiffness


def keyword_named_arguments(x, axis=0, dtype=2.0):
    return np.sum(x, axis=axis) * dtype


X = np.array([0.7, 1.3, -0.4])

PROGRAMS = [
    Program(other_alias, (X,)),
    Program(imported_functions, (X,)),
    Program(module_of_a_variable, (np.array([[1.2, 0.3], [-0.4, 0.9]]),)),
    Program(alias_of_an_alias, (0.7,)),
    Program(local_alias, (X,)),
    Program(library_as_an_argument, (0.7, np), name="numpy"),
    Program(library_as_an_argument, (0.7, math), name="math"),
    Program(module_constants, (0.4, 12.0)),
    Program(global_arrays, (X,)),
    Program(global_containers, (0.7,)),
    Program(global_record, (0.3,)),
    Program(greek, (0.7, 1.3)),
    Program(our_own_words, (0.7, 1.3)),
    Program(shadowed_builtins, ([0.7, 1.3], 2.0)),
    Program(shadowed_modules, (0.7, 1.3)),
    Program(np_is_local_later, (0.7,)),
    Program(underscores, (0.7, 1.3, -0.4)),
    Program(names_that_only_differ_in_numbers, (0.7, 1.3, -0.4)),
    Program(reused_name_changes_type, (X,)),
    Program(in_class_body_style, (STEEL, 0.7)),
    Program(keyword_named_arguments, (X,)),
    Program(half, (0.7,), name="of-the-module"),
]
