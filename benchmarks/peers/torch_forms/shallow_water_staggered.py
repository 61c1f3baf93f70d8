"""A loop over the tide's levels with shifted slices of whole arrays."""

import torch
from torch.nn.functional import pad


def loss(depth, eta0, f, g, dt, dx, tide):
    nx, ny = eta0.shape
    eta, u, v = eta0, torch.zeros(nx + 1, ny), torch.zeros(nx, ny + 1)
    for level in tide:
        eta = torch.cat([level.expand(1, ny), eta[1:]])
        vc = 0.5 * (v[:, 1:] + v[:, :-1])
        u = u + pad(dt * (0.5 * f * (vc[1:] + vc[:-1]) - g * (eta[1:] - eta[:-1]) / dx), (0, 0, 1, 1))
        uc = 0.5 * (u[1:] + u[:-1])
        v = v - pad(dt * (0.5 * f * (uc[:, 1:] + uc[:, :-1]) + g * (eta[:, 1:] - eta[:, :-1]) / dx), (1, 1))
        eta = eta - dt * depth / dx * (u[1:] - u[:-1] + v[:, 1:] - v[:, :-1])
    return 0.5 * g * torch.sum(eta**2) + 0.5 * torch.mean(u**2) + 0.5 * torch.mean(v**2)
