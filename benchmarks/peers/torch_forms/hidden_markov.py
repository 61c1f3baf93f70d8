"""Two loops over time, forwards and backwards, with products of the three states."""

import torch

SCALAR_LOOPS = True


def loss(obs, start, trans, emit):
    start = start / torch.sum(start)
    trans = trans / torch.sum(trans, dim=1, keepdim=True)
    emit = emit / torch.sum(emit, dim=1, keepdim=True)
    seen = emit.T[obs]
    alpha = start * seen[0]
    scales = [alpha.sum()]
    alphas = [alpha / scales[0]]
    for t in range(1, len(obs)):
        alpha = (alphas[-1] @ trans) * seen[t]
        scales.append(alpha.sum())
        alphas.append(alpha / scales[-1])
    betas = [torch.ones_like(start)]
    for t in range(len(obs) - 1, 0, -1):
        betas.append(trans @ (seen[t] * betas[-1]) / scales[t])
    posterior = torch.stack(alphas) * torch.stack(betas[::-1])
    return -torch.sum(torch.log(torch.stack(scales))) + torch.sum(posterior**2)
