"""The stream function by Jacobi's sweeps on whole arrays, every one of them recorded."""

import math

import torch
from torch.nn.functional import pad


def solve_psi(psi, w, h, tol):
    known = h**2 * w[1:-1, 1:-1]
    inner, change = psi[1:-1, 1:-1], math.inf
    while change >= tol:
        new = 0.25 * (psi[2:, 1:-1] + psi[:-2, 1:-1] + psi[1:-1, 2:] + psi[1:-1, :-2] + known)
        change = float((new - inner).detach().abs().max())
        rows = torch.cat([psi[1:-1, :1], new, psi[1:-1, -1:]], dim=1)
        inner, psi = new, torch.cat([psi[:1], rows, psi[-1:]])
    return psi


def step(w, psi, lid, nu, dt, h):
    w = w.clone()
    w[-1, 1:-1] = -2.0 * psi[-2, 1:-1] / h**2 - 2.0 * lid / h
    w[0, 1:-1] = -2.0 * psi[1, 1:-1] / h**2
    w[1:-1, 0] = -2.0 * psi[1:-1, 1] / h**2
    w[1:-1, -1] = -2.0 * psi[1:-1, -2] / h**2
    u = (psi[2:, 1:-1] - psi[:-2, 1:-1]) / (2 * h)
    v = -(psi[1:-1, 2:] - psi[1:-1, :-2]) / (2 * h)
    wx = (w[1:-1, 2:] - w[1:-1, :-2]) / (2 * h)
    wy = (w[2:, 1:-1] - w[:-2, 1:-1]) / (2 * h)
    lap = (w[2:, 1:-1] + w[:-2, 1:-1] + w[1:-1, 2:] + w[1:-1, :-2] - 4 * w[1:-1, 1:-1]) / h**2
    return w + pad(dt * (nu * lap - u * wx - v * wy), (1, 1, 1, 1))


def loss(w, psi, lid, nu, nt, dt, h):
    for _ in range(nt):
        psi = solve_psi(psi, w, h, 1e-13)
        w = step(w, psi, lid, nu, dt, h)
    return h**2 * torch.sum(w**2) + torch.sum(psi**2) + torch.sum(psi)
