"""A loop over the antidiagonals of the table; the costs of all pairs of symbols by matrix products beforehand."""

import torch
from torch.nn.functional import pad

from peers.torch_forms.dynamic_time_warping import by_antidiagonals


def soft_levenshtein(costs, gamma):
    """Entry i of diagonal d is the table's [i, d - i]; those with i = d or i = 0 are the table's sides."""
    n, m = costs.shape
    rows = pad(by_antidiagonals(costs, 0.0), (1, 0))
    i = torch.arange(n + 1)
    # what is outside of the table is never read by what is inside
    before, last = torch.zeros(n + 1), torch.ones(n + 1)
    for d in range(2, n + m + 1):
        options = torch.stack([torch.roll(last, 1) + 1, last + 1, torch.roll(before, 1) + rows[d - 2]])
        new = -gamma * torch.logsumexp(-options / gamma, dim=0)
        before, last = last, torch.where((i == 0) | (i == d), float(d), new)
    return last[n]


def loss(logits_p, logits_q, cost, gamma):
    p, q = torch.softmax(logits_p, dim=1), torch.softmax(logits_q, dim=1)
    return soft_levenshtein(p @ cost @ q.T, gamma)
