"""As `seidel_2d`: a loop over rows, the recurrence along a row as a product."""

import torch

from peers.torch_forms.seidel_2d import recurrence, sweep


def loss(tsteps, A):
    matrix = recurrence(A.shape[1] - 2)
    for _ in range(tsteps):
        A = sweep(A, matrix)
    return 0.5 * torch.sum(A * A)
