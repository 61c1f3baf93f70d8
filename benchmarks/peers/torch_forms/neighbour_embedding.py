"""All pairs as matrices; the sums over differences of points as products; a loop over the steps of descent."""

import torch


def squared_distances(X):
    total = torch.sum(X**2, dim=1)
    return total[:, None] + total - 2.0 * X @ X.T


def off_diagonal(M):
    return M.masked_fill(torch.eye(len(M), dtype=torch.bool), 0.0)


def affinities(X, beta):
    P = off_diagonal(torch.exp(-squared_distances(X) * beta[:, None]))
    P = P / torch.sum(P, dim=1, keepdim=True)
    return torch.clamp((P + P.T) / (2 * len(X)), min=1e-12)


def loss(X, Y, beta, rate, steps):
    P = affinities(X, beta)
    for _ in range(steps):
        weights = off_diagonal(1.0 / (1.0 + squared_distances(Y)))
        Q = torch.clamp(weights / torch.sum(weights), min=1e-12)
        pull = (P - Q) * weights
        Y = Y - rate * (torch.sum(pull, dim=0)[:, None] * Y - pull.T @ Y)
    return torch.sum(P * torch.log(P / Q)) + 0.01 * torch.sum(Y**2)
