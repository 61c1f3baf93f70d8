"""Loops over times and landmarks; the library's inverse and determinant."""

import math

import torch


def moved(x, P, v, w, dt, Q):
    c, s = v * dt * torch.cos(x[2]), v * dt * torch.sin(x[2])
    column = torch.stack([-s, c, torch.ones(())])
    jacobian = torch.cat([torch.eye(3)[:, :2], column[:, None]], dim=1)
    return x + torch.stack([c, s, dt * w]), jacobian @ P @ jacobian.T + Q


def measured(x, landmark):
    d = landmark - x[:2]
    q = d @ d
    r = torch.sqrt(q)
    z = torch.stack([r, torch.atan2(d[1], d[0]) - x[2]])
    one = torch.ones(())
    H = torch.stack([-d[0] / r, -d[1] / r, 0.0 * one, d[1] / q, -d[0] / q, -one]).reshape(2, 3)
    return z, H


def loss(x, landmarks, z, v, w, noise):
    Q, R = torch.diag(noise[:3] ** 2), torch.diag(noise[3:] ** 2)
    P, nll = 0.1 * torch.eye(3), 0.0
    for seen in z:
        x, P = moved(x, P, v, w, 0.2, Q)
        for landmark, measurement in zip(landmarks, seen, strict=True):
            expected, H = measured(x, landmark)
            PH = P @ H.T
            S = H @ PH + R
            inverse = torch.linalg.inv(S)
            y = measurement - expected
            y = torch.stack([y[0], (y[1] + math.pi) % (2 * math.pi) - math.pi])
            K = PH @ inverse
            nll = nll + 0.5 * y @ inverse @ y + 0.5 * torch.logdet(S)
            x, P = x + K @ y, (torch.eye(3) - K @ H) @ P
    return nll + torch.trace(P) + x @ x
