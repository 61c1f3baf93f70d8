"""Names that came with a star: `from math import *`, as in many a first program."""
# ruff: noqa: F403, F405

from math import *

import numpy as np
from numpy.linalg import *

from language.corpus import Program


def ballistic_range(v, angle):
    a = radians(angle)
    return v**2 * sin(2 * a) / 9.81


def normal_density(x, mu, sigma):
    return exp(-((x - mu) ** 2) / (2 * sigma**2)) / (sigma * sqrt(2 * pi))


def cosine_rule(a, b, gamma):
    return sqrt(a**2 + b**2 - 2 * a * b * cos(gamma))


def decibel(power, reference):
    return 10 * log10(power / reference)


def quadratic_mean(values):
    return sqrt(fsum([v**2 for v in values]) / len(values))


def volume_of_a_box(edges):
    return fabs(det(edges)) + norm(edges)


def stirling(n):
    return sqrt(tau * n) * (n / e) ** n


def chord(r, alpha):
    return 2 * r * sin(alpha / 2) + hypot(r, alpha)


PROGRAMS = [
    Program(ballistic_range, (20.0, 35.0)),
    Program(normal_density, (0.7, 0.2, 1.3)),
    Program(cosine_rule, (1.2, 0.7, 0.9)),
    Program(decibel, (3.0, 0.7)),
    Program(quadratic_mean, ([0.7, 1.3, -0.4],)),
    Program(volume_of_a_box, (np.array([[1.2, 0.3], [-0.4, 0.9]]),)),
    Program(stirling, (3.4,)),
    Program(chord, (1.2, 0.7)),
]
