"""The table by a loop over its antidiagonals; the way back, which carries no derivative, over the table's numbers."""

import torch
from torch.nn.functional import pad

from peers.torch_forms.dynamic_time_warping import by_antidiagonals


def scores(S, gap):
    """H without its first row and column, which are 0."""
    n, m = S.shape
    rows, inside = by_antidiagonals(S, 0.0), by_antidiagonals(torch.ones(n, m), 0.0) > 0
    before = last = torch.zeros(n)
    found = []
    for score, there in zip(rows, inside, strict=True):
        # entry i of a diagonal: its left neighbour is last[i], the one above last[i - 1]
        up, corner = pad(last[:-1], (1, 0)), pad(before[:-1], (1, 0))
        new = torch.clamp(torch.maximum(corner + score, torch.maximum(up, last) - gap), min=0.0)
        before, last = last, torch.where(there, new, 0.0)
        found.append(last)
    return from_rows(torch.stack(found), m)


def from_rows(diagonals, m):
    """The table of m columns of which row d holds the entries [i, d - i]."""
    n = diagonals.shape[1]
    return pad(diagonals.T.reshape(-1), (0, n)).reshape(n, n + m)[:, :m]


def way_back(H, S, gap):
    """1 where the best alignment passes, 0 elsewhere."""
    marks = torch.zeros(H.shape)
    i, j = divmod(int(torch.argmax(H)), H.shape[1])
    H, S, gap = H.tolist(), S.tolist(), float(gap)
    while H[i][j] > 0:
        marks[i, j] = 1.0
        if H[i][j] == H[i - 1][j - 1] + S[i - 1][j - 1]:
            i, j = i - 1, j - 1
        elif H[i][j] == H[i - 1][j] - gap:
            i -= 1
        else:
            j -= 1
    return marks


def loss(a, b, similarity, gap):
    S = similarity[a[:, None], b]
    H = pad(scores(S, gap), (1, 0, 1, 0))
    marks = way_back(H.detach(), S.detach(), gap)
    found = torch.max(H) + 0.1 * torch.sum(marks * H) + 0.01 * torch.sum(H**2)
    return found + 0.01 * torch.sum(similarity**2)
