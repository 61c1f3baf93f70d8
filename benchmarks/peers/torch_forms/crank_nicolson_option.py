"""A loop over time steps; the matrix is factored once: PyTorch has no tridiagonal solve."""

import torch


def loss(S_max, K, r, sigma, T, M, N):
    dt = T / N
    S = S_max * torch.linspace(0.0, 1.0, M + 1)
    j = torch.arange(1.0, M)
    V = 0.5 * (S - K + torch.sqrt((S - K) ** 2 + 4.0))
    alpha = 0.25 * dt * (sigma**2 * j**2 - r * j)
    beta = -0.5 * dt * (sigma**2 * j**2 + r)
    gamma = 0.25 * dt * (sigma**2 * j**2 + r * j)
    factors = torch.linalg.lu_factor(torch.diag(1.0 - beta) - torch.diag(alpha[1:], -1) - torch.diag(gamma[:-1], 1))
    for n in range(N):
        rhs = alpha * V[:-2] + (1.0 + beta) * V[1:-1] + gamma * V[2:]
        last = (S_max - K * torch.exp(-r * (n + 1) * dt))[None]
        rhs = torch.cat([rhs[:-1], rhs[-1:] + gamma[-1] * last])
        V = torch.cat([torch.zeros(1), torch.linalg.lu_solve(*factors, rhs[:, None])[:, 0], last])
    return torch.sum(V) / M + 0.01 * torch.sum(V**2) / K
