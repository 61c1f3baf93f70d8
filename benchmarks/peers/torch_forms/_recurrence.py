"""Linear recurrences on whole arrays: in log2(n) steps, each of which reaches twice as far back."""

import torch
from torch.nn.functional import pad


def first_order(x, factor):
    """y[t] = x[t] + factor y[t - 1] along the last axis."""
    reach = 1
    while reach < x.shape[-1]:
        x = x + factor**reach * pad(x[..., :-reach], (reach, 0))
        reach *= 2
    return x


def with_factors(x, factors):
    """y[t] = x[t] + factors[t] y[t - 1] along the last axis."""
    reach = 1
    while reach < x.shape[-1]:
        x = x + factors * pad(x[..., :-reach], (reach, 0))
        factors = factors * pad(factors[..., :-reach], (reach, 0))
        reach *= 2
    return x


def second_order(x, a, b):
    """y[t] = x[t] + a y[t - 1] + b y[t - 2]; a and b are numbers, or tensors without an axis."""
    one, zero = torch.ones(()), torch.zeros(())
    entries = [torch.as_tensor(a) * one, torch.as_tensor(b) * one, one, zero]
    power = torch.stack(entries).reshape(2, 2)
    state = torch.stack([x, torch.zeros_like(x)])
    reach = 1
    while reach < len(x):
        state = state + power @ pad(state[:, :-reach], (reach, 0))
        power = power @ power
        reach *= 2
    return state[0]
