"""The generator from diagonals, as a dense matrix as in the program; a loop over time."""

import torch
from torch.nn.functional import pad


def loss(birth, death, p0, dt, nt):
    leaving = pad(birth, (0, 1)) + pad(death, (1, 0))
    Q = torch.diag(birth, 1) + torch.diag(death, -1) - torch.diag(leaving)
    p, history = p0 / torch.sum(p0), []
    for _ in range(nt):
        p = p + dt * (p @ Q)
        history.append(p)
    mean = torch.stack(history) @ torch.arange(float(len(p0)))
    return torch.sum(mean**2) - torch.sum(p * torch.log(p))
