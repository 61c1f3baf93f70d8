"""Augmented assignment: of numbers, of fresh arrays, of lists, texts and items."""

import numpy as np

from language.corpus import Program


def every_operator(x, y):
    a = x
    a += y
    a -= 0.3
    a *= x
    a /= y + 2
    a **= 2
    return a


def integers_beside(x, n):
    k = n
    k += 3
    k *= 2
    k -= 1
    k //= 2
    k %= 7
    k <<= 1
    x *= k
    return x**2


def power_of_itself(x):
    y = 1.0
    y += x
    y *= y
    y **= y
    return y


def sum_of_rows(table):
    acc = np.zeros(table.shape[1])
    for row in table:
        acc += row * np.sin(row)
    return acc


def average_of_outer_products(xs):
    cov = np.zeros((2, 2))
    for x in xs:
        cov += np.outer(x, x)
    cov /= len(xs)
    return cov


def momentum(w, steps):
    velocity = np.zeros_like(w)
    position = w.copy()
    for _ in range(steps):
        velocity *= 0.9
        velocity -= 0.1 * position**3
        position += velocity
    return np.sum(position**2)


def residual_of_a_copy(y, X, beta):
    r = y.copy()
    r -= X @ beta
    r **= 2
    return r.sum()


def decays(signal, tau):
    y = np.exp(signal)
    y *= tau
    y += signal
    y /= tau + signal**2
    return y


def rotated(v, theta):
    c, s = np.cos(theta), np.sin(theta)
    M = np.eye(2)
    M @= np.array([[c, -s], [s, c]])
    M @= M + 0.5
    return M @ v


def number_becomes_array(x):
    total = 0.0
    for k in range(3):
        total += x**k
    return total


def broadcast_into(bias, batch):
    z = np.zeros((3, 2))
    z += batch
    z += bias
    return np.tanh(z)


def list_grows(x):
    parts = [x]
    parts += [x * x, x + 1]
    parts += (2 * x,)
    return parts[1] * parts[3] - parts[2]


def text_grows(x):
    note = "x"
    note += " squared"
    return {"value": x * x, "note": note}


def histogram(values):
    totals = {"low": 0.0, "high": 0.0}
    for v in values:
        totals["high" if v > 1 else "low"] += v**2
    return totals


def counters_in_a_list(x):
    slots = [0.0, 1.0, 2.0]
    for i in range(5):
        slots[i % 3] += x * i
        slots[-1] *= x
    return slots[0] * slots[1] + slots[2]


def old_name_keeps_old_value(x):
    before = x
    x += 1.0
    x *= before
    return x - before


def old_array_keeps_old_value(x):
    y = x * 1.5
    z = y + 0.0
    y += x
    return y * z


def masks(x, low):
    keep = x > low
    keep &= x < 3.0
    keep |= x > 5.0
    return np.sum(np.where(keep, x**2, x))


def augmented_in_a_branch(x, y):
    total = x * y**2
    if total > 1:
        total -= y
    else:
        total /= y
    total += total * x
    return total


def entry_of_an_array(x):
    first = x[0]
    first += x[1]
    first *= x[0]
    return first


X = np.array([0.7, 1.3, 2.2, 5.4])
TABLE = np.array([[0.2, 1.1], [0.8, -0.6], [1.4, 0.3]])

PROGRAMS = [
    Program(every_operator, (0.8, 1.7)),
    Program(integers_beside, (1.3, 4)),
    Program(power_of_itself, (0.4,)),
    Program(sum_of_rows, (TABLE,)),
    Program(average_of_outer_products, (TABLE,)),
    Program(momentum, (np.array([0.5, -1.2]), 4)),
    Program(residual_of_a_copy, (np.array([1.0, 0.0, 2.0]), TABLE, np.array([0.4, 0.7]))),
    Program(decays, (X, 1.6)),
    Program(rotated, (np.array([1.0, 0.4]), 0.7)),
    Program(number_becomes_array, (X,)),
    Program(number_becomes_array, (1.4,), name="number"),
    Program(broadcast_into, (np.array([0.1, -0.4]), TABLE)),
    Program(list_grows, (1.2,)),
    Program(text_grows, (1.2,)),
    Program(histogram, (X,)),
    Program(counters_in_a_list, (0.7,)),
    Program(old_name_keeps_old_value, (1.4,)),
    Program(old_array_keeps_old_value, (X,)),
    Program(masks, (X, 1.0)),
    Program(augmented_in_a_branch, (1.4, 1.1), name="more"),
    Program(augmented_in_a_branch, (0.4, 1.1), name="less"),
    Program(entry_of_an_array, (X,)),
]
