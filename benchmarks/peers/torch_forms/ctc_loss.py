"""A loop over time, the labels with blanks between them as one array."""

import torch
from torch.nn.functional import pad


def loss(logits, labels):
    extended = torch.zeros(2 * len(labels) + 1, dtype=torch.long)
    extended[1::2] = torch.tensor(labels)
    skips = torch.zeros(len(extended))
    skips[2:] = ((extended[2:] != 0) & (extended[2:] != extended[:-2])).to(skips.dtype)
    p = torch.softmax(logits, dim=1)[:, extended]
    alpha = p[0] * (torch.arange(len(extended)) < 2)
    scales = [alpha.sum()]
    alpha = alpha / scales[0]
    for now in p[1:]:
        padded = pad(alpha, (2, 0))
        alpha = (alpha + padded[1:-1] + skips * padded[:-2]) * now
        scales.append(alpha.sum())
        alpha = alpha / scales[-1]
    return -(torch.sum(torch.log(torch.stack(scales))) + torch.log(alpha[-1] + alpha[-2]))
