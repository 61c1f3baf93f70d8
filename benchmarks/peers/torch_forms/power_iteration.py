"""Power iteration, every step of it recorded; deflation by an outer product."""

import math

import torch


def loss(A, count):
    total = 0.0
    for _ in range(count):
        v, change = torch.ones(len(A)), math.inf
        v = v / torch.linalg.norm(v)
        while change >= 1e-13:
            w = A @ v
            w = w / torch.linalg.norm(w)
            change = float(torch.linalg.norm((w - v).detach()))
            v = w
        eigenvalue = torch.linalg.norm(A @ v)
        A = A - eigenvalue * torch.outer(v, v)
        total = total + torch.log(eigenvalue) + 0.1 * torch.sum(v**3)
    return total
