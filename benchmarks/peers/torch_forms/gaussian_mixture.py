"""Whole arrays; a loop over the few iterations."""

import torch


def e_step(x, weights, means, sigmas):
    u = (x[:, None] - means) / sigmas
    resp = weights * torch.exp(-0.5 * u * u) / sigmas
    total = torch.sum(resp, dim=1, keepdim=True)
    return resp / total, torch.sum(torch.log(total))


def m_step(x, resp):
    N = torch.sum(resp, dim=0)
    means = x @ resp / N
    sigmas = torch.sqrt(torch.sum(resp * (x[:, None] - means) ** 2, dim=0) / N + 0.01)
    return N / len(x), means, sigmas


def loss(x, weights, means, sigmas, iterations):
    w, m, s = weights / torch.sum(weights), means, sigmas
    history = 0.0
    for _ in range(iterations):
        resp, log_likelihood = e_step(x, w, m, s)
        history = history + log_likelihood
        w, m, s = m_step(x, resp)
    return -log_likelihood - 0.1 * history + torch.sum(m**2) + torch.sum(resp**2)
