"""A loop over the antidiagonals of the table, and one over those of the probabilities, backwards."""

import torch
from torch.nn.functional import pad

from peers.torch_forms.dynamic_time_warping import by_antidiagonals


def alignment(similarity, gap, temperature):
    """(the last entry of V, for each antidiagonal from the third on the three weights of its entries)."""
    n, m = similarity.shape
    rows = pad(by_antidiagonals(similarity, 0.0), (1, 0))
    i = torch.arange(n + 1)
    before, last, weights = torch.zeros(n + 1), gap * torch.ones(n + 1), []
    for d in range(2, n + m + 1):
        options = torch.stack([torch.roll(before, 1) + rows[d - 2], torch.roll(last, 1) + gap, last + gap])
        weights.append(torch.softmax(options / temperature, dim=0))
        new = temperature * torch.logsumexp(options / temperature, dim=0)
        before, last = last, torch.where((i == 0) | (i == d), gap * d, new)
    return last[n], weights


def expected_squares(weights, n, m):
    """The sum of the squares of how likely each pair is, from the last entry back to the first."""
    i = torch.arange(n + 1)
    total, beyond, reach = 0.0, torch.zeros(n + 1), (i == n).to(torch.float64)
    for d in range(n + m, 1, -1):
        inside = (i >= 1) & (d - i >= 1) & (d - i <= m)
        aligned, above, beside = torch.where(inside, reach * weights[d - 2], 0.0)
        total = total + torch.sum(aligned**2)
        beyond, reach = torch.roll(aligned, -1), beyond + torch.roll(above, -1) + beside
    return total


def loss(a, b, gap, temperature):
    best, weights = alignment(a @ b.T, gap, temperature)
    return best + expected_squares(weights, len(a), len(b))
