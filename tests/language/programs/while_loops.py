"""while: until it converges, until something happens, until a counter runs out."""

import math

import numpy as np

from language.corpus import Program


def heron_sqrt(a):
    x = a
    while abs(x * x - a) > 1e-13:
        x = 0.5 * (x + a / x)
    return x


def kepler(mean_anomaly, eccentricity):
    E = mean_anomaly
    step = 1.0
    while abs(step) > 1e-12:
        step = (E - eccentricity * math.sin(E) - mean_anomaly) / (1 - eccentricity * math.cos(E))
        E -= step
    return E


def agm(a, b):
    while abs(a - b) > 1e-14:
        a, b = (a + b) / 2, math.sqrt(a * b)
    return a


def countdown(x, n):
    while n > 0:
        x = np.sin(x) + 0.5 * x
        n -= 1
    return x


def time_to_ground(height, drag):
    t, v = 0.0, 0.0
    dt = 0.05
    while height > 0:
        a = 9.81 - drag * v * v
        v += a * dt
        height -= v * dt
        t += dt
    # the last step went below the ground: go back the part that is too much
    return t + height / v


def savings_until_goal(balance, rate):
    years = 0
    while balance < 2.0:
        balance = balance * (1 + rate)
        years = years + 1
    return {"balance": balance, "years": years}


def collatz_weights(x, n):
    total = 0.0
    while n != 1:
        total += x**2 / n
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
    return total


def halved_while_large(x):
    y = x**3
    while y > 100.0:
        y = y / 2
    return y


def fixed_point(c):
    x, change, trips = 1.0, 1.0, 0
    while change > 1e-15 and trips < 60:
        new = np.cos(c * x)
        change = abs(new - x)
        x = new
        trips += 1
    return x


def gradient_descent(w, target, rate):
    i = 0
    while i < 5:
        g = 2 * (w - target) * w
        w = w - rate * g
        i += 1
    return np.sum(w**2)


def work_list(x):
    pending = [x, 2 * x, x * x]
    result = 1.0
    while pending:
        item = pending.pop()
        result = result * item + item
    return result


def index_walk(x):
    i = 0
    s = 0.0
    while i < len(x):
        s = 0.5 * s + x[i] * x[i]
        i += 2
    return s


def nested_while(x):
    i, total = 0, 0.0
    while i < 3:
        j = i
        term = x
        while j < 3:
            term = term * x + 0.1
            j += 1
        total += term
        i += 1
    return total


def adaptive_steps(y):
    t, h = 0.0, 0.4
    while t < 1.0:
        slope = -y * np.sin(y)
        if abs(slope) > 0.5:
            h = 0.1
        else:
            h = 0.25
        y = y + h * slope
        t += h
    return y


def norm_shrinks(v, A):
    while np.sum(v * v) > 0.1:
        v = A @ v
    return v


def scale_until_small(x):
    shifts = 0
    while np.max(np.abs(x)) > 1.0:
        x = x / 2
        shifts += 1
    return np.exp(x) * 2.0**shifts


def while_with_else(x):
    n = 3
    while n:
        x = x * x - 0.3
        n -= 1
    else:
        x = x + 1
    return x


A = np.array([[0.5, 0.2], [-0.1, 0.6]])

PROGRAMS = [
    Program(heron_sqrt, (2.3,)),
    Program(kepler, (0.8, 0.4)),
    Program(agm, (1.0, 0.6)),
    Program(countdown, (0.9, 4)),
    Program(countdown, (0.9, 0), name="zero"),
    Program(time_to_ground, (10.0, 0.02)),
    Program(savings_until_goal, (1.0, 0.21)),
    Program(collatz_weights, (0.7, 6)),
    Program(collatz_weights, (0.7, 1), name="at-once"),
    Program(halved_while_large, (1.4,), name="never-entered"),
    Program(halved_while_large, (7.1,)),
    Program(fixed_point, (0.6,)),
    Program(gradient_descent, (np.array([0.5, -0.8]), np.array([1.0, 1.0]), 0.1)),
    Program(work_list, (0.6,)),
    Program(index_walk, (np.array([0.4, 1.2, 0.7, -0.3, 1.1]),)),
    Program(index_walk, (np.array([0.4]),), name="one"),
    Program(nested_while, (0.8,)),
    Program(adaptive_steps, (1.1,)),
    Program(norm_shrinks, (np.array([1.0, -2.0]), A)),
    Program(scale_until_small, (np.array([2.9, -0.5]),)),
    Program(while_with_else, (0.9,)),
]
