"""Helpers in a file of their own: a refusal names the file in which the construct stands."""


def rescaled(x):
    factor = 2.0
    return factor * eval("x * x")  # refused
