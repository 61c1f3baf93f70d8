"""The cotangent of d solves the transposed system, with the same factors; the others are products of it and x."""

import numpy as np

from peers.hand._compiled import fast
from s2s_runtime.elementary import cos, sin


@fast
def value_and_grad(a, b, c, d):
    n = len(d)
    cp, inverse, x, bar = np.empty(n - 1), np.empty(n), np.empty(n), np.empty(n)
    pivot = b[0]
    inverse[0] = 1.0 / pivot
    last = d[0] * inverse[0]
    x[0] = last
    later_b, later_d, later_inverse, later_x, later_bar = b[1:], d[1:], inverse[1:], x[1:], bar[1:]
    for i in range(n - 1):
        # one division is all that the next pivot waits for
        pivot = later_b[i] - a[i] * c[i] / pivot
        one = 1.0 / pivot
        cp[i] = c[i] * inverse[i]
        later_inverse[i] = one
        last = (later_d[i] - a[i] * last) * one
        later_x[i] = last
    for i in range(n - 2, -1, -1):
        last = x[i] - cp[i] * last
        x[i] = last

    value = 0.0
    for i in range(n):
        value += sin(x[i]) + 0.5 * x[i] * x[i]
        bar[i] = cos(x[i]) + x[i]

    last = bar[0]
    for i in range(n - 1):
        last = later_bar[i] - cp[i] * last
        later_bar[i] = last
    a_bar, b_bar, c_bar = np.empty(n - 1), np.empty(n), np.empty(n - 1)
    last = last * inverse[n - 1]
    bar[n - 1] = last
    b_bar[n - 1] = -last * x[n - 1]
    for i in range(n - 2, -1, -1):
        a_bar[i] = -last * x[i]
        last = (bar[i] - a[i] * last) * inverse[i]
        bar[i] = last
        b_bar[i] = -last * x[i]
        c_bar[i] = -last * later_x[i]
    return value, (a_bar, b_bar, c_bar, bar)
