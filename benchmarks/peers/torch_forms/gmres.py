"""A loop over the steps: all earlier vectors are taken out by two products; the small problem by the library's QR."""

import torch
from torch.nn.functional import pad


def loss(A, b, m):
    beta = torch.linalg.norm(b)
    Q = (b / beta)[None]
    columns = []
    for k in range(m):
        w = A @ Q[k]
        h = Q @ w
        w = w - h @ Q
        last = torch.linalg.norm(w)
        columns.append(pad(torch.cat([h, last[None]]), (0, m - 1 - k)))
        Q = torch.cat([Q, (w / last)[None]])
    H = torch.stack(columns, dim=1)
    U, R = torch.linalg.qr(H)
    y = torch.linalg.solve_triangular(R, beta * U[0][:, None], upper=True)[:, 0]
    misfit = H @ y - pad(beta[None], (0, m))
    return torch.sum(torch.sin(y @ Q[:m])) + misfit @ misfit
