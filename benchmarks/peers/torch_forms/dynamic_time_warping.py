"""A loop over the antidiagonals of the table, each an array; the costs are laid out by antidiagonals beforehand."""

import math

import torch
from torch.nn.functional import pad


def by_antidiagonals(table, fill):
    """Row d holds the entries [i, d - i], and `fill` where there are none."""
    n, m = table.shape
    wide = pad(table, (0, n), value=fill)
    return wide.reshape(-1)[: n * (n + m - 1)].reshape(n, n + m - 1).T


def loss(s, t):
    n, m = len(s), len(t)
    costs = by_antidiagonals((s[:, None] - t) ** 2, math.inf)
    outside = torch.tensor([math.inf])
    before = torch.full((n,), math.inf)
    last = torch.cat([costs[0, :1], before[1:]])
    for cost in costs[1:]:
        above, corner = torch.cat([outside, last[:-1]]), torch.cat([outside, before[:-1]])
        before, last = last, cost + torch.minimum(torch.minimum(above, last), corner)
    return last[-1] / (n + m)
