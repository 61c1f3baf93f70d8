"""A loop over time; the ancestors of all particles by `searchsorted` in the cumulative weights."""

import torch


@torch.no_grad()
def ancestors(w, u):
    n = len(w)
    return torch.clamp(torch.searchsorted(torch.cumsum(w, 0), (torch.arange(n) + u / 100) / n), max=n - 1)


def loss(y, phi, sigma, beta, x0, noise, uniforms):
    x, total = x0, 0.0
    for now, shocks, u in zip(y, noise, uniforms, strict=True):
        x = x * phi + sigma * shocks
        spread = beta * torch.exp(x / 2)
        w = torch.exp(-0.5 * (now / spread) ** 2) / spread
        total = total - torch.log(torch.mean(w))
        w = w / torch.sum(w)
        total = total + (w @ x) ** 2
        x = x[ancestors(w, u)]
    return total
