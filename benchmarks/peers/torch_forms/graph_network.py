"""Sums over edges and nodes by `index_add`."""

import torch


def layer_norm(h):
    h = h - torch.mean(h, dim=1, keepdim=True)
    return h / torch.sqrt(torch.mean(h**2, dim=1, keepdim=True) + 1e-2)


def loss(features, edges, graph_of, W_message, W_self, readout, wanted):
    source, target = edges[:, 0], edges[:, 1]
    h = features
    degree = 1.0 + torch.bincount(target, minlength=len(h))
    for _ in range(2):
        messages = torch.tanh(h @ W_message)[source]
        incoming = torch.zeros_like(h).index_add(0, target, messages) / degree[:, None]
        h = layer_norm(h @ W_self + incoming)
    pooled = torch.zeros(len(wanted), h.shape[1]).index_add(0, graph_of, h**2)
    return torch.mean((pooled @ readout - wanted) ** 2)
