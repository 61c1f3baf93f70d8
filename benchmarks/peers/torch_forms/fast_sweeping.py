"""A sweep is a loop over the antidiagonals, whose entries do not depend on each other; other directions by flipping."""

import torch
from torch.nn.functional import pad

from peers.torch_forms.dynamic_time_warping import by_antidiagonals

FAR = 1e3


def from_antidiagonals(diagonals, n):
    """The square table of which row d holds the entries [i, d - i]."""
    return pad(diagonals.T.reshape(-1), (0, n)).reshape(n, 2 * n)[:, :n]


def sweep(T, f, fixed):
    """T by antidiagonals, in the direction of growing indices."""
    far = torch.tensor([FAR])
    last, rows = torch.full_like(T[0], FAR), []
    for d in range(len(T)):
        after = T[d + 1] if d + 1 < len(T) else torch.full_like(T[0], FAR)
        a = torch.minimum(torch.cat([far, last[:-1]]), torch.cat([after[1:], far]))
        b = torch.minimum(last, after)
        apart = torch.abs(a - b) >= f[d]
        root = torch.sqrt(torch.where(apart, 1.0, 2 * f[d] * f[d] - (a - b) ** 2))
        t = torch.where(apart, torch.minimum(a, b) + f[d], 0.5 * (a + b + root))
        last = torch.where(~fixed[d] & (t < T[d]), t, T[d])
        rows.append(last)
    return torch.stack(rows)


def loss(speed, h, source, sweeps):
    n = len(speed)
    T = torch.full((n, n), FAR)
    T[source - 1, source - 1] = 0.0
    fixed = (T == 0.0).to(T.dtype)
    f = h / speed
    for _ in range(sweeps):
        for axes in ((), (0,), (1,), (0, 1)):
            tables = ((T, FAR), (f, 1.0), (fixed, 1.0))
            own, slowness, held = [by_antidiagonals(torch.flip(table, axes), fill) for table, fill in tables]
            T = torch.flip(from_antidiagonals(sweep(own, slowness, held > 0), n), axes)
    return torch.sum(T**2)
