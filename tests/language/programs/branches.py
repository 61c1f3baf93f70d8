"""Branches: if, elif, else, the conditional expression, chained comparison, the walrus."""

import math

import numpy as np

from language.corpus import Program


def income_tax(income):
    if income <= 11.0:
        tax = 0.0
    elif income <= 17.0:
        y = (income - 11.0) / 10
        tax = (0.97 * y + 1.4) * y
    elif income <= 66.0:
        z = (income - 17.0) / 10
        tax = (0.2 * z + 2.4) * z + 1.0
    else:
        tax = 0.42 * income - 10.6
    return tax


def huber(residual, delta):
    a = abs(residual)
    return 0.5 * residual**2 if a <= delta else delta * (a - 0.5 * delta)


def quadratic_root(a, b, c):
    # the larger root, or the real part of the pair
    if (d := b * b - 4 * a * c) > 0:
        root = (-b + math.sqrt(d)) / (2 * a)
    else:
        root = -b / (2 * a)
    return root


def drag_coefficient(Re):
    if Re < 1.0:
        cd = 24.0 / Re
    else:
        if Re < 1000.0:
            cd = 24.0 / Re * (1.0 + 0.15 * Re**0.687)
        else:
            cd = 0.44
    return cd


def shape_function(x):
    return 1 - x * x / 2 if x < 1 else (2 - x) ** 2 / 2 if x < 2 else 0.0


def smoothstep(x):
    if 0.0 <= x < 1.0:
        return x * x * (3 - 2 * x)
    return 1.0 * (x >= 1.0)


def interpolate(x0, x1, t, kind):
    if kind == "linear":
        return x0 + (x1 - x0) * t
    elif kind == "cosine":
        mu = (1 - math.cos(t * math.pi)) / 2
        return x0 * (1 - mu) + x1 * mu
    else:
        return x0 if t < 0.5 else x1


def clip_gradient(g, limit):
    norm = np.linalg.norm(g)
    if norm > limit:
        g = g * (limit / norm)
    return g


def ordered_ratio(a, b):
    if a > b:
        a, b = b, a
    return a / b + a


def weighted_mean(values, weights):
    if weights is None:
        return np.mean(values)
    return np.sum(values * weights) / np.sum(weights)


def as_rows(x):
    if x.ndim == 1:
        x = x[None, :]
    return np.sum(np.prod(x, axis=1))


def barrier_payoff(path, strike, barrier):
    final = path[-1]
    if np.max(path) > barrier:
        payoff = 0.0
    elif final > strike:
        payoff = final - strike
    else:
        payoff = 0.0
    return payoff * np.exp(-0.01 * len(path))


def activation(x, leaky=False):
    if leaky:
        slope = 0.1
    else:
        slope = 0.0
    return np.where(x > 0, x, slope * x)


def two_independent_ifs(x, y):
    total = x
    if x > 1:
        total *= y
    if y > 1:
        total += x * x
    if x + y > 3:
        total = np.sin(total)
    return total


def nested_regimes(temperature, pressure):
    if temperature > 0:
        if pressure > 1:
            density = pressure / (1 + temperature)
        else:
            density = pressure**2 / (1 + temperature)
        density = density * 1.1
    else:
        if pressure > 1:
            density = pressure - 0.2 * temperature
        else:
            density = 1 + 0.3 * pressure
    return density * density


def choose_norm(x):
    big = np.any(np.abs(x) > 2.0)
    all_positive = np.all(x > 0)
    if big and all_positive:
        return np.sum(x)
    if big:
        return np.sqrt(np.sum(x**2))
    return np.sum(x**4)


def sign_of_step(step):
    direction = 1.0 if step > 0 else -1.0
    return direction * step**3


def only_the_else_moves(x, mode):
    if mode == 0:
        result = 3.0
    else:
        result = x**mode
    return result


def empty_or_not(samples):
    if len(samples) == 0:
        return 0.0
    return samples.mean() ** 2


def ternary_inside_arithmetic(x, y):
    return x * (y if y > x else x + 1) - (x if x < 0 else 2 * x) ** 2


def walrus_twice(x):
    y = (t := np.tanh(x)) * (1 - t)
    return y + (t := t * 2) * t


def which_function(x, hyperbolic):
    f = np.sinh if hyperbolic else np.sin
    return f(x) * f(2 * x)


PROGRAMS = [
    Program(income_tax, (9.0,), name="first"),
    Program(income_tax, (14.0,), name="second"),
    Program(income_tax, (40.0,), name="third"),
    Program(income_tax, (90.0,), name="last"),
    Program(huber, (0.4, 1.0), name="inside"),
    Program(huber, (-2.3, 1.0), name="outside"),
    Program(quadratic_root, (1.0, 3.0, 1.0), name="real"),
    Program(quadratic_root, (1.0, 1.0, 2.0), name="complex"),
    Program(drag_coefficient, (0.3,), name="stokes"),
    Program(drag_coefficient, (120.0,), name="intermediate"),
    Program(drag_coefficient, (5000.0,), name="newton"),
    Program(shape_function, (0.4,), name="near"),
    Program(shape_function, (1.6,), name="middle"),
    Program(shape_function, (2.5,), name="outside"),
    Program(smoothstep, (0.3,), name="inside"),
    Program(smoothstep, (1.8,), name="above"),
    Program(smoothstep, (-0.8,), name="below"),
    Program(interpolate, (1.0, 4.0, 0.3, "linear"), name="linear"),
    Program(interpolate, (1.0, 4.0, 0.3, "cosine"), name="cosine"),
    Program(interpolate, (1.0, 4.0, 0.3, "nearest"), name="nearest"),
    Program(clip_gradient, (np.array([3.0, -4.0, 1.0]), 2.0), name="clipped"),
    Program(clip_gradient, (np.array([0.3, -0.4, 0.1]), 2.0), name="as-it-is"),
    Program(ordered_ratio, (2.0, 3.0), name="in-order"),
    Program(ordered_ratio, (3.0, 2.0), name="swapped"),
    Program(weighted_mean, (np.array([1.0, 2.0, 4.0]), None), name="plain"),
    Program(weighted_mean, (np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.2, 0.9])), name="weighted"),
    Program(as_rows, (np.array([1.0, 2.0, -0.5]),), name="vector"),
    Program(as_rows, (np.array([[1.0, 2.0], [3.0, 0.4]]),), name="matrix"),
    Program(barrier_payoff, (np.array([1.0, 1.2, 1.1]), 1.05, 1.5), name="in-the-money"),
    Program(barrier_payoff, (np.array([1.0, 1.7, 1.1]), 1.05, 1.5), name="knocked-out"),
    Program(barrier_payoff, (np.array([1.0, 1.2, 0.9]), 1.05, 1.5), name="worthless"),
    Program(activation, (np.array([-1.0, 0.5, 2.0]),), name="relu"),
    Program(activation, (np.array([-1.0, 0.5, 2.0]), True), name="leaky"),
    Program(two_independent_ifs, (0.5, 0.4), name="none"),
    Program(two_independent_ifs, (2.0, 0.7), name="first"),
    Program(two_independent_ifs, (2.0, 1.7), name="all"),
    Program(nested_regimes, (0.5, 2.0), name="gas"),
    Program(nested_regimes, (0.5, 0.6), name="thin-gas"),
    Program(nested_regimes, (-0.5, 2.0), name="solid"),
    Program(nested_regimes, (-0.5, 0.6), name="frost"),
    Program(choose_norm, (np.array([2.5, 0.7]),), name="one"),
    Program(choose_norm, (np.array([2.5, -0.7]),), name="two"),
    Program(choose_norm, (np.array([1.2, -0.7]),), name="four"),
    Program(sign_of_step, (0.7,), name="up"),
    Program(sign_of_step, (-0.7,), name="down"),
    Program(only_the_else_moves, (1.3, 0), name="constant"),
    Program(only_the_else_moves, (1.3, 3), name="cubed"),
    Program(empty_or_not, (np.array([1.0, 2.0]),), name="full"),
    Program(empty_or_not, (np.zeros(0),), name="empty"),
    Program(ternary_inside_arithmetic, (0.5, 1.4)),
    Program(ternary_inside_arithmetic, (-0.8, -1.4)),
    Program(walrus_twice, (0.6,)),
    Program(which_function, (0.6, True), name="sinh"),
    Program(which_function, (0.6, False), name="sin"),
]
