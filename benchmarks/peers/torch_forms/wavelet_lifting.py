"""Strided slices that become shorter level by level; the details of a level are not needed again."""

import torch


def energy(x):
    return torch.sum(x**2 / (1.0 + x**2))


def loss(signal):
    coarse, total = signal, 0.0
    while len(coarse) > 2:
        even, odd = coarse[::2], coarse[1::2]
        odd = odd - torch.cat([0.5 * (even[:-1] + even[1:]), even[-1:]])
        coarse = even + torch.cat([0.5 * odd[:1], 0.25 * (odd[:-1] + odd[1:])])
        total = total + energy(odd)
    return total + energy(coarse)
