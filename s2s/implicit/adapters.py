"""A user's function as solvers are given it here: time first, its result an array of the shape of the state.

In: the function, and the arguments that a solver gives it.  Out: what it returns, as an array.  These are read as programs, with
the function that they are given.
"""

import numpy as np


def as_array(value):
    """A list or a tuple of numbers as an array; anything else as it is.  A program decides that by what is known of the value."""
    return np.array(value) if isinstance(value, (list, tuple)) else value


def shaped_like_first(f, x, *args):
    return as_array(f(x, *args))


def state_of(value, y):
    """A rate of change in the shape of the state: a number may stand for one of a single entry."""
    rate = as_array(value)
    return rate if np.ndim(rate) == np.ndim(y) else np.reshape(rate, np.shape(y))


def time_first(f, t, y, *args):
    return state_of(f(t, y, *args), y)


def time_second(f, t, y, *args):
    return state_of(f(y, t, *args), y)
