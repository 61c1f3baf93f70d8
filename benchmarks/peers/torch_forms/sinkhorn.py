"""The scalings in a loop until nothing changes, every step of it recorded; costs and plan of all pairs at once."""

import torch


def loss(x, y, p, q, eps):
    C = torch.sum((x[:, None] - y) ** 2, dim=-1)
    K = torch.exp(-C / eps)
    p, q = p / torch.sum(p), q / torch.sum(q)
    u = torch.ones(len(p))
    for _ in range(10000):
        new = p / (K @ (q / (u @ K)))
        change = float(torch.max(torch.abs((new - u).detach())))
        u = new
        if change < 1e-13:
            break
    P = u[:, None] * K * (q / (u @ K))
    return torch.sum(P * C) + eps * torch.sum(P * torch.log(P))
