"""As the program: how often to square is read from the norm, without derivative."""

import math

import torch


def expm(A, terms=14):
    norm = float(torch.max(torch.sum(torch.abs(A.detach()), dim=1)))
    squarings = max(0, math.ceil(math.log2(2.0 * norm)))
    X = A / 2.0**squarings
    E, term = torch.eye(len(A)) + X, X
    for k in range(2, terms):
        term = term @ X / k
        E = E + term
    for _ in range(squarings):
        E = E @ E
    return E


def loss(rates, start, dt, counts):
    Q = rates * (1.0 - torch.eye(len(rates)))
    P = expm(dt * (Q - torch.diag(torch.sum(Q, dim=1))))
    p, states = start / torch.sum(start), []
    for _ in range(len(counts)):
        p = p @ P
        states.append(p)
    return -torch.sum(counts * torch.log(torch.stack(states)))
