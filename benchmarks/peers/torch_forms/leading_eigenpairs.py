"""Power iteration, every step of it recorded; deflation by an outer product."""

import torch


def loss(A, count):
    work = 0.5 * (A + A.T)
    start = 1.0 / (1.0 + torch.arange(len(A)))
    start = start / torch.linalg.norm(start)
    values, vectors = [], []
    for _ in range(count):
        v = start
        for _ in range(500):
            w = work @ v
            w = w / torch.linalg.norm(w)
            apart = float(torch.linalg.norm((w - v).detach()))
            v = w
            if apart < 1e-14:
                break
        values.append(torch.linalg.norm(work @ v))
        vectors.append(v)
        work = work - values[-1] * torch.outer(v, v)
    return torch.log(values[0] / values[1]) + values[-1] + torch.sum(torch.stack(vectors) ** 4)
