"""A loop over the time steps on whole arrays."""

import torch
from torch.nn.functional import pad


def loss(eps, sigma, nt, dt):
    nx, ny = eps.shape
    loss_factor = 0.5 * sigma * dt / eps
    ca = (1.0 - loss_factor) / (1.0 + loss_factor)
    cb = (dt / eps / (1.0 + loss_factor))[1:-1, 1:-1]
    source = torch.zeros(nx, ny)
    source[nx // 2, ny // 2] = 1.0
    pulses = torch.exp(-0.5 * (torch.arange(nt) - 1.5) ** 2)
    ez, hx, hy = torch.zeros(nx, ny), torch.zeros(nx, ny - 1), torch.zeros(nx - 1, ny)
    seen = 0.0
    for t in range(nt):
        hx = hx - dt * torch.diff(ez, dim=1)
        hy = hy + dt * torch.diff(ez, dim=0)
        curl = hy[1:, 1:-1] - hy[:-1, 1:-1] - hx[1:-1, 1:] + hx[1:-1, :-1]
        ez = ca * ez + pad(cb * curl, (1, 1, 1, 1)) + source * pulses[t]
        seen = seen + ez[1, 1]
    return torch.sum(eps * ez**2) + torch.sum(hx**2) + torch.sum(hy**2) + seen
