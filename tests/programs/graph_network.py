"""Message passing on a graph: messages summed at their targets with np.add.at, layer norm in place, readout by graph."""

import numpy as np


def layer_norm(h):
    for row in h:
        row -= row.mean()
        row /= np.sqrt(np.mean(row**2) + 1e-2)


def message_passing(h, edges, W_message, W_self, rounds):
    source, target = edges[:, 0], edges[:, 1]
    degree = np.ones(len(h))
    np.add.at(degree, target, 1.0)
    for _ in range(rounds):
        incoming = np.zeros_like(h)
        np.add.at(incoming, target, np.tanh(h[source] @ W_message))
        incoming /= degree[:, None]
        h = h @ W_self + incoming
        layer_norm(h)
    return h


def loss(features, edges, graph_of, W_message, W_self, readout, wanted):
    h = message_passing(features, edges, W_message, W_self, 2)
    pooled = np.zeros((len(wanted), h.shape[1]))
    for node in range(len(h)):
        pooled[graph_of[node]] += h[node] ** 2
    return np.mean((pooled @ readout - wanted) ** 2)


def arguments(rng, n):
    d = 3
    edges = np.array([(i, (i + 1) % n) for i in range(n)] + [(0, 2), (3, 2), (2, 0)])
    graph_of = np.arange(n) // 2
    graphs = graph_of[-1] + 1
    W_message, W_self = rng.normal(size=(2, d, d)) / 2
    return rng.normal(size=(n, d)), edges, graph_of, W_message, W_self, rng.normal(size=d), rng.normal(size=graphs)
