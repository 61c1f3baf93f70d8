"""A loop over time with shifted slices."""

import torch
from torch.nn.functional import pad


def loss(c, wavelet, dt, src, rec):
    r2 = (c[1:-1, 1:-1] * dt) ** 2
    source = torch.zeros(c.shape)
    source[src] = 1.0
    before = u = torch.zeros(c.shape)
    record = []
    for pulse in dt**2 * wavelet:
        lap = u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        inner = 2.0 * u[1:-1, 1:-1] - before[1:-1, 1:-1] + r2 * lap
        before, u = u, pad(inner, (1, 1, 1, 1)) + source * pulse
        record.append(u[rec])
    return torch.sum(torch.stack(record) ** 2) + torch.sum(torch.sin(u))
