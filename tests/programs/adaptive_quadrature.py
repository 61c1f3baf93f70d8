"""Simpson's rule on halves of halves, by recursion, until a half agrees with its parts."""

import math


def refined(f, a, b, tolerance, whole, fa, fm, fb, depth):
    m = (a + b) / 2
    fl, fr = f((a + m) / 2), f((m + b) / 2)
    left = (m - a) / 6 * (fa + 4 * fl + fm)
    right = (b - m) / 6 * (fm + 4 * fr + fb)
    error = left + right - whole
    if depth == 0 or abs(error) <= 15 * tolerance:
        return left + right + error / 15
    first = refined(f, a, m, tolerance / 2, left, fa, fl, fm, depth - 1)
    return first + refined(f, m, b, tolerance / 2, right, fm, fr, fb, depth - 1)


def integral(f, a, b, tolerance):
    fa, fm, fb = f(a), f((a + b) / 2), f(b)
    return refined(f, a, b, tolerance, (b - a) / 6 * (fa + 4 * fm + fb), fa, fm, fb, 8)


def loss(a, b, width, frequency):
    def peak(x):
        return width / (width**2 + (x - 0.3) ** 2) * (1 + 0.2 * math.sin(frequency * x))

    return integral(peak, a, b, 1e-4) + integral(lambda x: math.exp(-x) * peak(x) ** 2, a, 1.0, 1e-3)


def arguments(rng, n):
    return -0.2, 1.3 + 0.1 * rng.random(), 0.2, 4.0
