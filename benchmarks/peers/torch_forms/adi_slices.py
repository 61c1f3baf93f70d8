"""All lines of a half step are the right sides of one system, which is factored once: PyTorch has no tridiagonal solve."""

import torch

from peers.torch_forms.adi import explicit, factored, implicit


def sweep(factors, old, new, r):
    """Half a step, implicit along the first axis of `old`; the ends of `new` are kept."""
    inner = implicit(factors, explicit(old[1:-1], r), new[0, 1:-1], new[-1, 1:-1], r)
    new = new.clone()
    new[1:-1, 1:-1] = inner
    return new


def loss(tsteps, r, u):
    along, across = (factored(size - 2, r) for size in u.shape)
    half = u
    for _ in range(tsteps):
        half = sweep(along, u, half, r)
        u = sweep(across, half.T, u.T, r).T
    return 0.5 * torch.sum(u**2)
