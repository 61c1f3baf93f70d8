"""A loop over steps: interiors from shifted slices, ghost cells by circular padding."""

import torch
from torch.nn.functional import pad


def laplacian(Z):
    return Z[:-2, 1:-1] + Z[1:-1, :-2] - 4 * Z[1:-1, 1:-1] + Z[1:-1, 2:] + Z[2:, 1:-1]


def loss(U, V, Du, Dv, F, k, steps):
    for _ in range(steps):
        u, v = U[1:-1, 1:-1], V[1:-1, 1:-1]
        uvv = u * v * v
        u = u + Du * laplacian(U) - uvv + F * (1 - u)
        v = v + Dv * laplacian(V) + uvv - (F + k) * v
        U, V = pad(torch.stack([u, v])[None], (1, 1, 1, 1), mode="circular")[0]
    return torch.mean(U**2) + torch.mean(V**2) + torch.mean(U * V)
