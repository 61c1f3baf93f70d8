"""and, or, not, masks: as conditions, and as values of the operand that decided."""

import math

import numpy as np

from language.corpus import Program


def inside_unit_square(x, y):
    if x > 0 and x < 1 and y > 0 and y < 1:
        return x * (1 - x) * y * (1 - y)
    return 0.0


def damping_or_default(gamma, t):
    gamma = gamma or 0.5
    return np.exp(-gamma * t)


def label_or_default(x, label):
    name = label or "unnamed"
    return {"label": name, "value": x**2}


def last_true_value(a, b):
    both = a and b
    return both * a + b


def guarded_average(total, count):
    if count > 0 and total / count > 1:
        return total / count
    return total


def not_converged(x, tol):
    done = abs(x * x - 2) < tol
    if not done:
        x = 0.5 * (x + 2 / x)
    return x


def either_side(x):
    if x < -1 or x > 1:
        y = 1 / x
    else:
        y = x
    return y * y


def de_morgan(x, y):
    if not (x > 0 or y > 0):
        return x * y
    elif not (x > 0 and y > 0):
        return x - y**2
    return x**y


def masked_sum(x, low, high):
    mask = (x > low) & (x < high)
    return np.sum(np.where(mask, x**2, 0.0))


def outliers_replaced(x):
    bad = np.logical_or(x < -3, x > 3)
    return np.mean(np.where(~bad, x, 0.5 * x))


def indicator_times_value(x):
    return np.sum((x > 1.0) * x**2 + (x <= 1.0) * x)


def count_is_constant(x):
    n = np.sum(x > 0)
    return np.sum(x**2) / n


def in_a_list(x, unit):
    factor = 1.0
    if unit in ("km", "kilometre"):
        factor = 1000.0
    if unit not in ["km", "m", "kilometre"]:
        factor = 0.3048
    return factor * x


def any_over_generator(x):
    if any(v > 2 for v in x):
        return x[0] * x[1]
    if all(v > 0 for v in x):
        return x[0] + x[1] ** 2
    return x[0] - x[1]


def compared_as_value(x):
    is_large = x > 2.0
    if is_large == True:  # noqa: E712
        return math.log(x)
    return x


def exclusive(x, y):
    if (x > 0) ^ (y > 0):
        return x * y
    return x + y * y


def chain_of_three(a, b, c):
    if a < b < c:
        return (b - a) * (c - b)
    if a < b != c:
        return b * c
    return a * b * c


def identity_checks(x, scale=None):
    scale = x if scale is None else scale
    return x * scale if scale is not x else x**3


def first_positive(a, b, c):
    return (a > 0 and a) or (b > 0 and b) or c**2


def bitwise_flags(x, flags):
    value = x
    if flags & 1:
        value = value * x
    if flags & 2:
        value = value + 1 / x
    if flags >> 2:
        value = np.sqrt(value)
    return value


V = np.array([0.4, -1.7, 2.6, 5.1, -3.8])

PROGRAMS = [
    Program(inside_unit_square, (0.3, 0.6), name="inside"),
    Program(inside_unit_square, (0.3, 1.6), name="outside"),
    Program(damping_or_default, (0.8, 1.5), name="given"),
    Program(damping_or_default, (None, 1.5), name="none"),
    Program(damping_or_default, (0, 1.5), name="integer-zero"),
    Program(label_or_default, (1.2, "")),
    Program(label_or_default, (1.2, "speed"), name="named"),
    Program(last_true_value, (0.7, 1.9)),
    Program(guarded_average, (6.0, 4.0), name="divided"),
    Program(guarded_average, (6.0, 0.0), wrt=(0,), name="guard-holds"),
    Program(guarded_average, (2.0, 4.0), name="second-fails"),
    Program(not_converged, (1.8, 1e-3), name="step"),
    Program(not_converged, (1.41, 1.0), name="done"),
    Program(either_side, (1.9,), name="right"),
    Program(either_side, (-1.9,), name="left"),
    Program(either_side, (0.4,), name="middle"),
    Program(de_morgan, (-0.7, -1.2), name="neither"),
    Program(de_morgan, (0.7, -1.2), name="one"),
    Program(de_morgan, (0.7, 1.2), name="both"),
    Program(masked_sum, (V, -2.0, 3.0)),
    Program(outliers_replaced, (V,)),
    Program(indicator_times_value, (V,)),
    Program(count_is_constant, (V,)),
    Program(in_a_list, (1.5, "km"), name="km"),
    Program(in_a_list, (1.5, "ft"), name="ft"),
    Program(any_over_generator, (np.array([2.6, 0.4]),), name="any"),
    Program(any_over_generator, (np.array([1.6, 0.4]),), name="all"),
    Program(any_over_generator, (np.array([1.6, -0.4]),), name="neither"),
    Program(compared_as_value, (3.0,), name="large"),
    Program(compared_as_value, (1.0,), name="small"),
    Program(exclusive, (1.4, -0.3), name="one"),
    Program(exclusive, (1.4, 0.3), name="both"),
    Program(chain_of_three, (0.2, 0.9, 1.8), name="ascending"),
    Program(chain_of_three, (0.2, 0.9, 0.5), name="peak"),
    Program(chain_of_three, (1.2, 0.9, 0.5), name="descending"),
    Program(identity_checks, (np.array([1.3, 0.2]),), name="same"),
    Program(identity_checks, (np.array([1.3, 0.2]), np.array([0.4, -1.0])), name="other"),
    Program(first_positive, (0.6, 0.8, 1.1), name="first"),
    Program(first_positive, (-0.6, 0.8, 1.1), name="second"),
    Program(first_positive, (-0.6, -0.8, 1.1), name="default"),
    Program(bitwise_flags, (1.4, 0), name="none"),
    Program(bitwise_flags, (1.4, 3), name="two"),
    Program(bitwise_flags, (1.4, 7), name="all"),
]
