"""A loop over times; the library's inverse and determinant."""

import math

import torch


def loss(z, F, H, Q, R, x0, P0):
    eye = torch.eye(len(x0))
    x, P = x0, P0
    states, total = [], 0.5 * z.numel() * math.log(2 * math.pi)
    for now in z:
        x = F @ x
        P = F @ P @ F.T + Q
        innovation = now - H @ x
        PH = P @ H.T
        S = H @ PH + R
        inverse = torch.linalg.inv(S)
        K = PH @ inverse
        x = x + K @ innovation
        P = (eye - K @ H) @ P
        states.append(x)
        total = total + 0.5 * (innovation @ inverse @ innovation + torch.logdet(S)) + 0.1 * torch.trace(P)
    return total + torch.mean(torch.stack(states) ** 2)
