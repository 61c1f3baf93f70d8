"""A loop over the pairs of all sweeps; of a rotation only two rows and two columns change, which are stored."""

import torch


def rotation(pp, qq, pq):
    theta = 0.5 * (qq - pp) / pq
    t = 1.0 / (torch.abs(theta) + torch.sqrt(theta**2 + 1.0))
    t = torch.where(theta < 0.0, -t, t)
    c = 1.0 / torch.sqrt(1.0 + t**2)
    return torch.stack([torch.stack([c, -c * t]), torch.stack([c * t, c])])


def loss(A, x, sweeps):
    n = len(A)
    y = x
    for _ in range(sweeps):
        for p in range(n - 1):
            for q in range(p + 1, n):
                if float(A[p, q]) == 0.0:
                    continue
                turn, pair = rotation(A[p, p], A[q, q], A[p, q]), torch.tensor([p, q])
                A = A.index_copy(0, pair, turn @ A[pair])
                A = A.index_copy(1, pair, A[:, pair] @ turn.T)
                # of the eigenvectors V only V.T @ x is wanted, so the rotations are applied to x
                y = y.index_copy(0, pair, turn @ y[pair])
    return torch.sum(torch.exp(-0.3 * torch.diag(A)) * y**2)
