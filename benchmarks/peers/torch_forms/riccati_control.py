"""A loop backwards for the gains, a loop forwards along the way that they steer."""

import torch


def loss(A, B, Q, R, x0, N):
    Q, R = Q @ Q.T, R @ R.T
    P, gains = Q, []
    for _ in range(N):
        BP = B.T @ P
        K = torch.linalg.solve(R + BP @ B, BP @ A)
        P = Q + A.T @ P @ (A - B @ K)
        gains.append(K)
    x, cost = x0, 0.0
    for K in reversed(gains):
        u = -K @ x
        cost = cost + x @ Q @ x + u @ R @ u
        x = A @ x + B @ u
    return cost + x @ Q @ x + 0.1 * x0 @ P @ x0 + 0.01 * torch.sum(torch.stack(gains) ** 2)
