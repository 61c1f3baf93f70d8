"""The sentences as a padded batch, and a loop over positions with those at their end masked."""

import torch


def log_partition(emissions, there, transitions, start, end):
    alpha = start + emissions[0]
    for emission, now in zip(emissions[1:], there[1:], strict=True):
        new = torch.logsumexp(alpha[:, :, None] + transitions, dim=1) + emission
        alpha = torch.where(now[:, None], new, alpha)
    return torch.logsumexp(alpha + end, dim=1)


def loss(features, W, transitions, start, end, tags, lengths):
    scores = features @ W
    first = torch.cumsum(lengths, 0) - lengths
    last = first + lengths - 1
    t = torch.arange(int(lengths.max()))[:, None]
    there = t < lengths
    emissions = scores[torch.where(there, first + t, 0)]
    nll = torch.sum(log_partition(emissions, there, transitions, start, end))
    inside = torch.ones(len(tags), dtype=torch.bool)
    inside[first] = False
    inside = torch.nonzero(inside)[:, 0]
    emitted = torch.sum(scores[torch.arange(len(tags)), tags])
    moves = torch.sum(transitions[tags[inside - 1], tags[inside]])
    found = emitted + moves + torch.sum(start[tags[first]]) + torch.sum(end[tags[last]])
    return nll - found + 0.01 * torch.sum(W**2)
